//! Finds the folders and files of the topology's places on a machine, or below the root of one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use spoglight_source::files_below;
use spoglight_source::live::{self, FileKind};
use spoglight_topology::{Place, Topology};

use crate::machine::Machine;

/// The folders of a place, and its files.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) files: Vec<PathBuf>,
    /// Folders and files that could not be listed, a sentence each.
    pub(crate) unlisted: Vec<String>,
}

/// All places of a machine, in the order of the topology.
pub(crate) fn find(topology: &Topology, machine: &dyn Machine) -> Vec<Found> {
    let programs = machine.service_programs();
    topology.places().iter().map(|place| of_place(place, machine, &programs)).collect()
}

fn of_place(place: &Place, machine: &dyn Machine, programs: &[String]) -> Found {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut known = BTreeSet::new();
    let of_services =
        place.service.iter().flat_map(|folder| programs.iter().filter_map(|program| up_to(program, folder)));
    for folder in place.at.iter().flat_map(|at| expand(at, machine)).chain(of_services) {
        if let Ok(real) = folder.canonicalize()
            && real.is_dir()
            && known.insert(real)
        {
            folders.push(folder);
        }
    }
    let mut found = Found { name: place.name.clone(), folders, files: Vec::new(), unlisted: Vec::new() };
    for folder in found.folders.clone() {
        for take in &place.take {
            found.take(&folder, take);
        }
    }
    let mut seen = BTreeSet::new();
    found.files.retain(|file| seen.insert(file.clone()));
    found
}

/// The folder of that name in the path of a program.
fn up_to(program: &str, folder: &str) -> Option<PathBuf> {
    let path = program.trim_start().trim_start_matches('"').replace('/', "\\");
    let mut end = 0;
    for part in path.split('\\') {
        end += part.len();
        if part.eq_ignore_ascii_case(folder) {
            return path.get(..end).map(PathBuf::from);
        }
        end += 1;
    }
    None
}

/// The folders that a path with variables and `*` means.
fn expand(pattern: &str, machine: &dyn Machine) -> Vec<PathBuf> {
    let (root, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
    let name = root.trim_start_matches('{').trim_end_matches('}');
    let roots = if name == "drive" {
        machine.drives()
    } else {
        machine.variable(name).map(PathBuf::from).into_iter().collect()
    };
    let mut folders = roots;
    for part in rest.split('/').filter(|part| !part.is_empty()) {
        folders = folders.iter().flat_map(|folder| named(folder, part, FileKind::Folder)).collect();
    }
    folders
}

/// The entries of a folder with a name of that form, in the order of their names.
fn named(folder: &Path, form: &str, kind: FileKind) -> Vec<PathBuf> {
    let Ok(entries) = live::list(folder) else { return Vec::new() };
    let fits = |path: &Path| path.file_name().is_some_and(|name| is_like(&name.to_string_lossy(), form));
    let mut found: Vec<PathBuf> = entries
        .into_iter()
        .filter(|entry| entry.kind == kind && fits(&entry.path))
        .map(|entry| entry.path)
        .collect();
    found.sort();
    found
}

/// Returns whether a name is of the form of a pattern, in which `*` is any text, in upper or lower case.
fn is_like(name: &str, form: &str) -> bool {
    let (name, form) = (name.to_lowercase(), form.to_lowercase());
    let Some((first, rest)) = form.split_once('*') else { return name == form };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = name.get(at + part.len()..).unwrap_or_default();
    }
    name.ends_with(last)
}

impl Found {
    /// Adds the files below a folder that `take` means.
    fn take(&mut self, folder: &Path, take: &str) {
        let parts: Vec<&str> = take.split('/').collect();
        let Some((last, before)) = parts.split_last() else { return };
        let mut folders = vec![folder.to_owned()];
        for part in before {
            folders = folders.iter().flat_map(|folder| named(folder, part, FileKind::Folder)).collect();
        }
        for folder in folders {
            if *last == "**" {
                let (files, problems) = files_below(&[folder]);
                self.files.extend(files.into_iter().map(|file| file.path));
                self.unlisted
                    .extend(problems.into_iter().map(|problem| format!("{} {}", problem.path, problem.what)));
            } else {
                self.files.extend(named(&folder, last, FileKind::File));
            }
        }
    }
}

/// The drive of a server that is seen from another machine: a share such as `\\SERVER\c$`, or a folder with a copy of it.
pub(crate) struct SystemRoot<'p> {
    pub(crate) root: &'p Path,
}

impl SystemRoot<'_> {
    /// Returns whether a folder is the root of a drive.
    pub(crate) fn is_root(root: &Path) -> bool {
        let text = root.to_string_lossy();
        let text = text.trim_end_matches(['/', '\\']);
        let is_drive = text.len() == 2 && text.ends_with(':') || text.ends_with('$');
        let is_system = |folder: &PathBuf| {
            Topology::embedded().variables().iter().any(|variable| {
                variable.holds.as_ref().is_some_and(|held| {
                    let is_named = folder
                        .file_name()
                        .is_some_and(|name| is_like(&name.to_string_lossy(), &variable.folder));
                    is_named && !named(folder, held, FileKind::Folder).is_empty()
                })
            })
        };
        is_drive || named(root, "*", FileKind::Folder).iter().any(is_system)
    }
}

impl Machine for SystemRoot<'_> {
    fn drives(&self) -> Vec<PathBuf> {
        vec![self.root.to_owned()]
    }

    fn variable(&self, name: &str) -> Option<String> {
        let known = Topology::embedded().variables().iter().find(|variable| variable.name == name)?;
        let found = named(self.root, &known.folder, FileKind::Folder);
        found.first().map(|folder| folder.to_string_lossy().into_owned())
    }

    fn service_programs(&self) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_names() {
        for (name, form, fits) in [
            ("ERRORLOG.1", "errorlog*", true),
            ("MSSQL15.ECE", "MSSQL*", true),
            ("spog_config.js", "*_config.js", true),
            ("spog_config.json", "*_config.js", false),
            ("a.b.c", "a*b*c", true),
            ("ab", "ab*b", false),
        ] {
            assert_eq!(is_like(name, form), fits, "{name} {form}");
        }
        let program = r#""D:\ECE\eService\bin\service.exe" -run"#;
        assert_eq!(up_to(program, "eservice"), Some(PathBuf::from(r"D:\ECE\eService")));
        assert_eq!(up_to(program, "eService_RT"), None);
    }

    #[test]
    fn a_drive_is_searched_by_the_places_of_the_topology() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |path: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, "x").expect("a file");
        };
        for path in [
            "Apps/ECE/eService/logs/eg_log_A_rx-process.log",
            "Apps/ECE/eService/templates/finesse/gadget/spog/spog_config.js",
            "Apps/ECE/eService/bin/other.txt",
            "ICM/Tomcat/logs/catalina.2026-11-30.log",
            "Windows/System32/LogFiles/HTTPERR/httperr1.log",
            "Windows/System32/inetsrv/config/applicationHost.config",
            "Windows/System32/other.log",
        ] {
            file(path);
        }
        assert!(SystemRoot::is_root(folder.path()) && !SystemRoot::is_root(&folder.path().join("Apps")));
        let found = find(Topology::embedded(), &SystemRoot { root: folder.path() });
        let files = found.iter().flat_map(|place| place.files.iter().map(|file| (place.name.as_str(), file)));
        let files: Vec<_> = files
            .map(|(place, file)| {
                let below =
                    file.strip_prefix(folder.path()).expect("below it").to_string_lossy().replace('\\', "/");
                (place.to_owned(), below)
            })
            .collect();
        let wanted = [
            ("ECE", "Apps/ECE/eService/logs/eg_log_A_rx-process.log"),
            ("ECE", "Apps/ECE/eService/templates/finesse/gadget/spog/spog_config.js"),
            ("CCE Administration", "ICM/Tomcat/logs/catalina.2026-11-30.log"),
            ("HTTP.sys errors", "Windows/System32/LogFiles/HTTPERR/httperr1.log"),
            ("IIS settings", "Windows/System32/inetsrv/config/applicationHost.config"),
        ];
        assert_eq!(files, wanted.map(|(place, file)| (place.to_owned(), file.to_owned())));
    }
}
