//! Packs: archives of signatures and rules with a manifest, `pack.toml`.
//!
//! A pack is read like any archive, in memory and within limits; no name in it becomes a path. A pack that is damaged is
//! not used at all: half of an update could replace a signature and lack the rule that goes with it.

use std::io::Read as _;
use std::path::Path;

use spoglight_signatures::{MANIFEST, PackManifest};
use spoglight_source::{Bundle, Limits, Opening, Problem, read_small};

use super::files::{self, DefinitionFile};
use super::{ADVICE, PACK};

/// Most bytes of a file of a pack.
const ENTRY: u64 = 1 << 20;

/// Most files of a pack.
const ENTRIES: usize = 5000;

/// Most bytes of all files of a pack.
const TOTAL: u64 = 64 << 20;

/// Reads a pack: its manifest, and its definitions.
pub(super) fn open(path: &Path) -> Result<(PackManifest, Vec<DefinitionFile>), Problem> {
    let name = path.display().to_string();
    let problem = |what: String| Problem::new(name.clone(), what, PACK);
    let entries = read_entries(path)?;
    // a folder was packed with or without itself
    let manifest = entries.iter().filter(|(place, _)| place.rsplit('/').next() == Some(MANIFEST));
    let Some((place, text)) = manifest.min_by_key(|(place, _)| place.matches('/').count()) else {
        return Err(problem(format!("is not a pack: it has no {MANIFEST}")));
    };
    let folder = place.strip_suffix(MANIFEST).unwrap_or_default();
    let of_entry = |place: &str, what: String| Problem::new(format!("{name}!{place}"), what, PACK);
    let manifest = PackManifest::read(text).map_err(|what| of_entry(place, what))?;
    let definitions =
        entries.iter().filter(|(other, _)| other != place && files::ends(Path::new(other), &["toml"]));
    let definitions = definitions.map(|(place, text)| DefinitionFile {
        name: format!("{name}!{place}"),
        // a file beside the manifest has the area of the pack
        place: format!("{}/{}", manifest.name, place.strip_prefix(folder).unwrap_or(place)),
        text: Ok(text.clone()),
    });
    let definitions = definitions.collect();
    Ok((manifest, definitions))
}

/// Reads all files of an archive, by their places in it.
fn read_entries(path: &Path) -> Result<Vec<(String, String)>, Problem> {
    let name = path.display().to_string();
    let problem = |path: String, what: String| Problem::new(path, what, PACK);
    // the limits of this module are below these, and their messages name no option
    let limits = Limits {
        unpacked: 2 * TOTAL,
        temporary: TOTAL,
        entries: 2 * ENTRIES as u64,
        depth: 1,
        ..Limits::default()
    };
    let bundle = Bundle::open(&[path.to_owned()], &Opening { limits, ..Opening::default() });
    if let Some(first) = bundle.problems.first() {
        return Err(problem(first.path.clone(), first.what.clone()));
    }
    if bundle.sources.len() > ENTRIES {
        return Err(problem(
            name,
            format!("has {} files; {ENTRIES} are the most of a pack", bundle.sources.len()),
        ));
    }
    let (mut entries, mut total) = (Vec::new(), 0);
    for source in &bundle.sources {
        let Some(place) =
            source.path.strip_prefix(&name.replace('\\', "/")).and_then(|rest| rest.strip_prefix('!'))
        else {
            return Err(problem(name, "is not an archive".to_owned()));
        };
        if place.split(['/', '\\']).any(|part| part == "..")
            || place.starts_with(['/', '\\'])
            || place.contains(':')
        {
            return Err(problem(source.path.to_string(), "has a name that leads out of the pack".to_owned()));
        }
        let read = source.read(0, |stream| {
            let mut bytes = Vec::new();
            stream.take(ENTRY + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let bytes =
            read.map_err(|error| problem(source.path.to_string(), format!("cannot be read: {error}")))?;
        total += bytes.len() as u64;
        if bytes.len() as u64 > ENTRY || total > TOTAL {
            let what = format!(
                "is too large: {ENTRY} bytes are the most of a file of a pack, {TOTAL} of all together"
            );
            return Err(problem(source.path.to_string(), what));
        }
        if files::ends(Path::new(place), &["toml"]) {
            let text = String::from_utf8(bytes);
            let text =
                text.map_err(|_| problem(source.path.to_string(), "is not text in UTF-8".to_owned()))?;
            entries.push((place.to_owned(), text));
        }
    }
    match bundle.noticed().into_iter().next() {
        Some(noticed) => Err(problem(noticed.path, noticed.what)),
        None => Ok(entries),
    }
}

/// A file for a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its place in the pack, with `/` on every system.
    pub place: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Reads the files of a folder for a pack, by their places: its manifest first, then signatures and rules.
///
/// Fails if a file cannot be read or is larger than a pack may hold, or if there is no manifest.
pub fn pack_files(folder: &Path) -> Result<(PackManifest, Vec<PackFile>), Problem> {
    let manifest_path = folder.join(MANIFEST);
    let problem =
        |path: &Path, what: String, advice: &str| Problem::new(path.display().to_string(), what, advice);
    let (mut paths, mut failed) = (Vec::new(), None);
    files::collect(folder, &|file| files::ends(file, &["toml"]), &mut |found| match found {
        Ok(file) => paths.push(file),
        // a pack is whole, or it is none
        Err(error) => failed = failed.take().or(Some(error)),
    });
    if let Some((path, error)) = failed {
        return Err(files::unreadable(&path, &error));
    }
    paths.sort_by_key(|path| (path != &manifest_path, path.clone()));
    let mut packed = Vec::new();
    for path in paths {
        let content = read_small(&path)
            .map_err(|error| problem(&path, format!("cannot be read: {error}"), "check the file"))?;
        if content.len() as u64 > ENTRY {
            let what = format!("has {} bytes; {ENTRY} are the most of a file of a pack", content.len());
            return Err(problem(&path, what, ADVICE));
        }
        let place = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        packed.push(PackFile { place, content });
    }
    let total: usize = packed.iter().map(|file| file.content.len()).sum();
    if packed.len() > ENTRIES || total as u64 > TOTAL {
        let what = format!(
            "has {} files of {total} bytes; {ENTRIES} and {TOTAL} are the most of a pack",
            packed.len()
        );
        return Err(problem(folder, what, "make two packs of it"));
    }
    let Some(manifest) = packed.first().filter(|file| file.place == MANIFEST) else {
        let advice = "write one with name, version and date; see CONTRIBUTING, A pack";
        return Err(problem(folder, format!("has no {MANIFEST}"), advice));
    };
    let manifest = PackManifest::read(&String::from_utf8_lossy(&manifest.content))
        .map_err(|what| problem(&manifest_path, what, "correct it"))?;
    Ok((manifest, packed))
}
