//! The servers of collections: a manifest names the server of all files beside and below it.

use std::sync::Arc;

use serde::Deserialize;

use crate::source::Source;
use spoglight_topology::Topology;

/// Name of a manifest.
const MANIFEST: &str = "spoglight-collection.json";

/// Largest manifest that is read, in bytes: some hundred bytes for each file.
const LARGEST: u64 = 64 << 20;

/// Longest name of a server.
const LONGEST: usize = 255;

/// The part of a manifest that names its server.
#[derive(Deserialize)]
struct Manifest {
    schema: String,
    host: String,
}

/// Gives the server of each manifest to the sources of its folder and below.
pub(crate) fn name_servers(sources: &mut [Source]) {
    let is_manifest = |source: &&Source| source.path.rsplit(['/', '!']).next() == Some(MANIFEST);
    let mut named: Vec<(String, Arc<str>)> = Vec::new();
    for source in sources.iter().filter(is_manifest).filter(|source| source.size <= LARGEST) {
        let folder = source.path.strip_suffix(MANIFEST).unwrap_or_default();
        // a manifest that is damaged is reported by its reader
        let read = source
            .read(0, |stream| Ok(serde_json::from_reader::<_, Manifest>(std::io::BufReader::new(stream))));
        let Ok(Ok(manifest)) = read else { continue };
        let is_name = !manifest.host.is_empty() && manifest.host.len() <= LONGEST;
        if manifest.schema.starts_with("spoglight-collection/") && is_name {
            named.push((folder.to_owned(), Arc::from(manifest.host)));
        }
    }
    // the innermost manifest counts
    named.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
    let names_itself =
        |path: &str| Topology::embedded().name_parts(path).is_some_and(|parts| parts.server.is_some());
    for source in sources.iter_mut() {
        // a share may have logs of several servers, which their names tell apart
        if source.host.is_some() && names_itself(&source.path) {
            continue;
        }
        if let Some((_, host)) = named.iter().find(|(folder, _)| source.path.starts_with(folder.as_str())) {
            source.host = Some(Arc::clone(host));
        }
    }
}
