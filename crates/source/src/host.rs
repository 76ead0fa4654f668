//! The server that a log is from, as far as its name and the folders around it tell.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use crate::source::Source;
use spoglight_text::selector::{PerSource, Selector};
use spoglight_topology::Topology;

/// The name of a server that the user gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName(pub String);

/// One `--host`: the server of the files that a glob fits, or of all.
pub type HostRule = Selector<HostName>;

/// All `--host` of a run.
pub type HostRules = PerSource<HostName>;

impl FromStr for HostName {
    type Err = String;

    fn from_str(name: &str) -> Result<HostName, String> {
        if name.is_empty() {
            return Err("the name of the server is missing: --host \"*/side-a/*=PCCEADSA\"".to_owned());
        }
        Ok(HostName(name.to_owned()))
    }
}

/// Returns the server of the log at `path`, a name as [`crate::Source::path`]; `None` if it is not known.
///
/// The name of a file comes first; else the folder before that of a product is the server's, where logs of several
/// servers were collected.
pub fn host_of(path: &str, topology: &Topology) -> Option<String> {
    if let Some(server) = topology.name_parts(path).and_then(|parts| parts.server) {
        return Some(server.to_owned());
    }
    let parts: Vec<&str> = path.split(['/', '!']).collect();
    let is_product = |at: &usize| {
        parts.get(*at).is_some_and(|name| topology.is_product_folder(name, parts.get(at + 1).copied()))
    };
    let at = (0..parts.len()).find(is_product)?;
    let before = parts.get(..at)?.last()?;
    let drive = before.len() <= 2 && before.ends_with([':', '$']) || before.len() == 1;
    let bare = without_endings(before);
    // the outermost archive is the case; one inside it, of each server, is named after the server
    let is_outermost = bare != *before && at == path.split('!').next()?.split('/').count();
    (!drive && !is_outermost && !bare.is_empty() && bare != "..").then(|| bare.to_owned())
}

/// The folders in which the folders of servers are.
#[derive(Debug, Default)]
pub struct Neighbours(BTreeSet<String>);

impl Neighbours {
    /// Finds them among the paths of sources, each with its server if that is known.
    pub fn of<'p>(sources: impl Iterator<Item = (&'p str, Option<&'p str>)>) -> Neighbours {
        let mut servers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, host) in sources {
            let Some(host) = host else { continue };
            for (start, folder) in folders(path) {
                if without_endings(folder) == host {
                    servers.entry(path.get(..start).unwrap_or("")).or_default().insert(folder);
                }
            }
        }
        // one may be a folder that is called like its server by chance
        let many = servers.into_iter().filter(|(_, folders)| folders.len() > 1);
        Neighbours(many.map(|(path, _)| path.to_owned()).collect())
    }

    /// The server of a path, by the folders beside those around it.
    pub fn host<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut folders = folders(path);
        let (_, folder) = folders.find(|(start, _)| self.0.contains(path.get(..*start).unwrap_or("")))?;
        Some(without_endings(folder))
    }
}

/// Names servers by the folders beside theirs: where some folders are those of servers, so are the others.
pub(crate) fn by_neighbours(sources: &mut [Source]) {
    let servers = Neighbours::of(sources.iter().map(|source| (&*source.path, source.host.as_deref())));
    let host = |source: &Source| servers.host(&source.path).map(Arc::from);
    let hosts: Vec<Option<Arc<str>>> =
        sources.iter().map(|source| source.host.clone().or_else(|| host(source))).collect();
    for (source, host) in sources.iter_mut().zip(hosts) {
        source.host = host;
    }
}

/// The folders and archives of a path, each with where its name begins.
fn folders(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    path.match_indices(['/', '!']).map(move |(end, _)| {
        let folder = (start, path.get(start..end).unwrap_or(""));
        start = end + 1;
        folder
    })
}

/// Endings of archives.
const ENDINGS: &[&str] = &[".zip", ".7z", ".tar", ".tgz", ".tbz2", ".txz", ".gz", ".bz2", ".xz", ".zst"];

/// The name of an archive without its endings: `ECEAPP01` of `ECEAPP01.tar.gz`.
fn without_endings(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    let end = ENDINGS.iter().find(|end| lower.ends_with(**end) && lower.len() > end.len());
    end.map_or(name, |end| without_endings(name.get(..name.len() - end.len()).unwrap_or(name)))
}

#[cfg(test)]
mod tests {
    use super::host_of;
    use spoglight_topology::Topology;

    #[test]
    fn from_file_names_and_folders() {
        for (path, host) in [
            ("case/logs/eg_log_ECEAPP01_ApplicationServer.log", Some("ECEAPP01")),
            ("eg_log_dal_connpool_ECESVC01_EAAS-process.log.12", Some("ECESVC01")),
            ("case.zip!case/PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log", Some("PCCEADSA")),
            ("C:/icm/tomcat/logs/catalina.2026-11-21.log", None),
            ("case.zip!icm/tomcat/logs/catalina.2026-11-21.log", None),
            ("ads1/C$/icm/tomcat/logs/x.log", None),
            ("case/ECEWEB01/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log", Some("ECEWEB01")),
            ("catalina.out", None),
            ("ADS1/tomcat/logs/catalina.out", Some("ADS1")),
            ("corpus/tomcat/night/catalina.out", None),
            ("case.zip!PCCEADSA.zip!icm/tomcat/logs/catalina.log", Some("PCCEADSA")),
            ("d/case.7z!all/ADS1.tar.gz!icm/tomcat/logs/catalina.log", Some("ADS1")),
            ("d/case.tar.gz!icm/tomcat/logs/catalina.log", None),
            ("d/case.zip!x/ECEAPP01/eService/logs/server.log", Some("ECEAPP01")),
        ] {
            assert_eq!(host_of(path, Topology::embedded()).as_deref(), host, "{path}");
        }
    }
}
