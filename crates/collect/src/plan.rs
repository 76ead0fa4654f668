//! [`Plan`]: which files of a server are taken, and why others are not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use spoglight_artifacts::{LeftOut, SearchedPlace};
use spoglight_engine::{log_of, number_of};
use spoglight_source::files_below;
use spoglight_source::live::FileFacts;
use spoglight_time::zone::ZoneRule;
use spoglight_topology::{LogSource, Origin, Topology};

use crate::commands::Runnable;
use crate::judge::{Beginning, Content, Judged};
use crate::look::{FoundFile, Looked, look};
use crate::machine::{Machine, ThisMachine};
use crate::places::{self, SystemRoot};
use crate::window::{Covered, Window};

/// Files that are left out and listed by name; all are counted.
const LISTED: usize = 10_000;

/// What is collected.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Folders and files; none: the places of the topology on this machine.
    pub roots: Vec<PathBuf>,
    /// Name of the server, if the files are not those of this machine.
    pub host: Option<String>,
    /// Time zone of the server, if it is known.
    pub zone: Option<Tz>,
    /// The zone is that of the system, and was not given by the user.
    pub is_system_zone: bool,
    /// The time that logs must cover; `None` for all logs.
    pub window: Option<Window>,
    /// Time of the incident in nanoseconds since 1970 in UTC.
    pub incident: Option<i64>,
    /// Bytes of all files together at most, before compression.
    pub max_size: Option<u64>,
    /// Commands are run.
    pub runs_commands: bool,
    /// Server of time against which the clock is measured.
    pub ntp: Option<String>,
    /// The archive that will be written: it is not collected itself.
    pub output: Option<PathBuf>,
    /// The time now in nanoseconds since 1970 in UTC.
    pub now: i64,
}

impl Request {
    /// Returns whether the files are those of the machine on which the program runs: neither a name of a server nor a share
    /// was given.
    pub fn is_this_machine(&self) -> bool {
        self.host.is_none() && host_of_share(&self.roots).is_none()
    }
}

/// A file that is taken.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it is.
    pub path: PathBuf,
    /// Its name in the archive.
    pub entry: String,
    /// Its size in bytes when it was looked at.
    pub bytes: u64,
    /// Format of a log.
    pub format: Option<&'static str>,
    pub(crate) facts: FileFacts,
    pub(crate) beginning: Beginning,
    pub(crate) content: Content,
}

/// A step of planning, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanStep {
    /// So many files will be looked at.
    Found(usize),
    /// One was.
    Judged,
}

/// Which files of a server are taken.
#[derive(Debug)]
pub struct Plan {
    /// The request.
    pub request: Request,
    /// Name of the server.
    pub host: String,
    /// What the server does, as far as its files show it.
    pub role: Option<String>,
    /// The files that are taken, in the order of their names.
    pub files: Vec<Candidate>,
    /// Files that are not taken; at most 10,000.
    pub left_out: Vec<LeftOut>,
    /// Number of files that are not taken.
    pub left_out_count: u64,
    /// Where files were looked for.
    pub places: Vec<SearchedPlace>,
    /// Files and folders that could not be looked at, a sentence each.
    pub problems: Vec<String>,
    /// Parts of the system that are not on this server, with what to collect for them.
    pub elsewhere: Vec<(String, String)>,
    pub(crate) commands: Vec<Runnable>,
}

impl Plan {
    /// Looks for files and decides which are taken. `step` hears of progress.
    pub fn of(request: Request, step: &mut dyn FnMut(PlanStep)) -> Plan {
        Plan::on(&ThisMachine, Topology::embedded(), request, step)
    }

    fn on(
        machine: &dyn Machine,
        topology: &Topology,
        request: Request,
        step: &mut dyn FnMut(PlanStep),
    ) -> Plan {
        let host = request
            .host
            .clone()
            .unwrap_or_else(|| host_of_share(&request.roots).unwrap_or_else(ThisMachine::name));
        let mut plan = Plan {
            host: safe(&host),
            role: None,
            files: Vec::new(),
            left_out: Vec::new(),
            left_out_count: 0,
            places: Vec::new(),
            problems: Vec::new(),
            elsewhere: Vec::new(),
            commands: Vec::new(),
            request,
        };
        let zone = plan.request.zone.and_then(|zone| zone.name().parse::<ZoneRule>().ok());
        let looked = look(&mut || plan.find(machine, topology), zone.as_ref(), &mut |found| {
            step(found.map_or(PlanStep::Judged, PlanStep::Found));
        });
        let candidates = plan.sort(looked, topology);
        let chosen = plan.choose(candidates);
        plan.files = plan.limit(chosen);
        plan.files.sort_by(|one, other| one.entry.cmp(&other.entry));
        plan.learn(topology);
        if plan.request.runs_commands && plan.request.is_this_machine() && cfg!(windows) {
            let ntp = plan.request.ntp.as_deref();
            let runnable =
                topology.commands().iter().filter_map(|command| Runnable::of(command, machine, ntp));
            plan.commands = runnable.collect();
        }
        plan
    }

    /// Bytes of all files that are taken.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The command lines that [`Plan::write`] runs.
    pub fn command_lines(&self) -> Vec<String> {
        self.commands.iter().map(Runnable::line).collect()
    }

    /// The files of the roots, or of the places of the machine, each with its root.
    fn find(&mut self, machine: &dyn Machine, topology: &Topology) -> Vec<FoundFile> {
        self.places.clear();
        self.problems.clear();
        let roots = self.request.roots.clone();
        let mut files = Vec::new();
        let mut add = |found: Vec<PathBuf>, root: Option<&PathBuf>| {
            files.extend(found.into_iter().map(|path| FoundFile { path, root: root.cloned() }));
        };
        if roots.is_empty() {
            add(self.of_places(topology, machine), None);
        }
        for root in &roots {
            if SystemRoot::is_root(root) {
                add(self.of_places(topology, &SystemRoot { root }), Some(root));
            } else {
                let (found, problems) = files_below(std::slice::from_ref(root));
                add(found.into_iter().map(|file| file.path).collect(), Some(root));
                self.problems
                    .extend(problems.into_iter().map(|problem| format!("{} {}", problem.path, problem.what)));
            }
        }
        let own = self.request.output.clone();
        let mut seen = BTreeSet::new();
        files.retain(|file| {
            let real = file.path.canonicalize().unwrap_or_else(|_| file.path.clone());
            !own.as_ref().is_some_and(|own| is_output(&real, own)) && seen.insert(real)
        });
        files
    }

    fn of_places(&mut self, topology: &Topology, machine: &dyn Machine) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for place in places::find(topology, machine) {
            let found = place.folders.iter().map(|folder| folder.display().to_string()).collect();
            self.places.push(SearchedPlace { name: place.name, found });
            self.problems.extend(place.unlisted);
            files.extend(place.files);
        }
        files
    }

    /// Sorts the files that were looked at into those that may be taken and those that are left out.
    fn sort(&mut self, looked: Vec<Looked>, topology: &Topology) -> Vec<Candidate> {
        self.adopt_spelling(&looked, topology);
        let mut candidates = Vec::new();
        let mut taken = BTreeSet::new();
        for Looked { found: FoundFile { path, root }, judged } in looked {
            let Judged { facts, beginning, content } = match judged {
                Ok(judged) => judged,
                Err(error) => {
                    self.problems.push(format!("{}: {error}", path.display()));
                    self.leave_out(&path, 0, &format!("it cannot be read: {error}"), false);
                    continue;
                }
            };
            if let Content::Other(why) = content {
                self.leave_out(&path, facts.size, why, false);
                continue;
            }
            let mut entry = entry_of(&self.host, &path, root.as_deref(), topology);
            if !taken.insert(entry.to_lowercase()) {
                // another root has a file of that name
                entry = entry_of(&self.host, &path, None, topology);
                taken.insert(entry.to_lowercase());
            }
            let format = match &content {
                Content::Log { format, .. } => *format,
                _ => None,
            };
            candidates.push(Candidate { path, entry, bytes: facts.size, format, facts, beginning, content });
        }
        candidates
    }

    /// Takes the name of the server as its own files spell it: `ECEAPP01`, where the system says `eceapp01`.
    fn adopt_spelling(&mut self, looked: &[Looked], topology: &Topology) {
        let spelled = looked.iter().find_map(|one| {
            let path = one.found.path.to_string_lossy().replace('\\', "/");
            let server = topology.name_parts(&path)?.server?;
            server.eq_ignore_ascii_case(&self.host).then(|| server.to_owned())
        });
        self.host = spelled.unwrap_or_else(|| self.host.clone());
    }

    /// The files that cover the window, and the current file of each log.
    fn choose(&mut self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let Some(window) = self.request.window else { return candidates };
        let mut current: BTreeMap<String, (bool, u64, usize)> = BTreeMap::new();
        for (at, file) in candidates.iter().enumerate() {
            let newest = (number_of(&file.entry) == Some(0), file.facts.written, at);
            let known = current.entry(without_dates(log_of(&file.entry))).or_insert(newest);
            *known = newest.max(*known);
        }
        let current: BTreeSet<usize> = current.into_values().map(|(_, _, at)| at).collect();
        let mut chosen = Vec::new();
        for (at, file) in candidates.into_iter().enumerate() {
            let written = i64::try_from(file.facts.written).unwrap_or(i64::MAX);
            let is_in = match file.content {
                Content::Log { covered: Some(covered), .. } => window.meets(covered),
                // without dates only the time of its last change is known
                Content::Log { covered: None, .. } | Content::Compressed => window.is_since(written),
                _ => true,
            };
            if is_in || current.contains(&at) {
                chosen.push(file);
            } else {
                self.leave_out(&file.path, file.bytes, "it does not cover the window", true);
            }
        }
        chosen
    }

    /// As many files as the size allows: settings first, then logs by their distance from the incident.
    fn limit(&mut self, mut files: Vec<Candidate>) -> Vec<Candidate> {
        let Some(mut rest) = self.request.max_size else { return files };
        let middle = self.request.incident.unwrap_or(self.request.now);
        files.sort_by_key(|file| (rank(file, middle), file.entry.clone()));
        let mut taken = Vec::new();
        for file in files {
            if file.bytes <= rest {
                rest -= file.bytes;
                taken.push(file);
            } else {
                self.leave_out(&file.path, file.bytes, "--max-size is reached", false);
            }
        }
        taken
    }

    /// What the server does, and which parts of the system are elsewhere.
    fn learn(&mut self, topology: &Topology) {
        let origins: Vec<Origin> =
            self.files.iter().map(|file| topology.origin(&file.entry, file.format)).collect();
        let all: Vec<&Origin> = origins.iter().collect();
        self.role = topology.role(&all).map(ToOwned::to_owned);
        for part in topology.expected() {
            let is_here = self.files.iter().zip(&origins).any(|(file, origin)| {
                let source = LogSource { path: &file.entry, origin, format: file.format, components: &[] };
                topology.is_of_part(part, &source)
            });
            if !is_here {
                self.elsewhere.push((part.name.clone(), part.collect.clone()));
            }
        }
    }

    pub(crate) fn leave_out(&mut self, path: &Path, bytes: u64, why: &str, is_outside: bool) {
        self.left_out_count += 1;
        if self.left_out.len() < LISTED {
            let path = path.display().to_string();
            self.left_out.push(LeftOut { path, bytes, why: why.to_owned(), is_outside });
        }
    }
}

/// A name with `#` for each date and each time in it: digits, at least six of them, and what is between them. The files of one
/// log have the same.
fn without_dates(name: &str) -> String {
    let is_digit = |one: char| one.is_ascii_digit();
    let mut left = name;
    let mut plain = String::with_capacity(name.len());
    while let Some(start) = left.find(is_digit) {
        plain.push_str(left.get(..start).unwrap_or_default());
        left = left.get(start..).unwrap_or_default();
        let end = left.find(|one: char| !is_digit(one) && !"-_.T:".contains(one)).unwrap_or(left.len());
        let run = left.get(..end).unwrap_or_default();
        let run = run.trim_end_matches(|one: char| !is_digit(one));
        let is_date = run.chars().filter(|one| is_digit(*one)).count() >= 6;
        plain.push_str(if is_date { "#" } else { run });
        left = left.get(run.len()..).unwrap_or_default();
    }
    plain + left
}

/// Order in which files are taken while there is room.
fn rank(file: &Candidate, middle: i64) -> u64 {
    let distance = |covered: Covered| {
        let (first, last) = (covered.first.nanos(), covered.last.nanos());
        if first <= middle && middle <= last { 0 } else { first.abs_diff(middle).min(last.abs_diff(middle)) }
    };
    match file.content {
        Content::Log { covered: Some(covered), .. } => 1 + distance(covered).min(u64::MAX - 2),
        Content::Log { covered: None, .. } | Content::Compressed => {
            1 + i64::try_from(file.facts.written).unwrap_or(0).abs_diff(middle).min(u64::MAX - 2)
        }
        Content::EventLog => 1,
        _ => 0,
    }
}

/// Returns whether a file is the archive that is written, or its temporary file.
fn is_output(real: &Path, output: &Path) -> bool {
    let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = output.file_name() else { return false };
    let is_there = folder.canonicalize().is_ok_and(|folder| real.parent() == Some(&*folder));
    let own = real.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_string_lossy();
    is_there
        && (own == name
            || own
                .strip_prefix(&*name)
                .and_then(|rest| rest.strip_suffix(".part"))
                .is_some_and(|rest| rest.starts_with('.')))
}

/// The server of a share, `\\SERVER\c$`, if all roots are on it.
fn host_of_share(roots: &[PathBuf]) -> Option<String> {
    let server = |root: &PathBuf| {
        let text = root.to_string_lossy().replace('\\', "/");
        let rest = text.strip_prefix("//").filter(|rest| !rest.starts_with(['?', '.']))?;
        let (server, share) = rest.split_once('/')?;
        (!server.is_empty() && !share.is_empty()).then(|| server.to_owned())
    };
    let mut servers = roots.iter().map(server);
    let first = servers.next()??;
    servers
        .all(|other| other.as_ref() == Some(&first))
        .then(|| first.split('.').next().unwrap_or(&first).to_owned())
}

/// A name that is one folder on every system.
fn safe(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|one| if one.is_alphanumeric() || "-_.".contains(one) { one } else { '_' })
        .collect();
    if name.trim_matches('.').is_empty() { "server".to_owned() } else { name }
}

/// The name in the archive: the folder of the server, and the path below it. A path that begins with a drive or a share is
/// kept as a whole; of another one, what is above the folder that was given is left out, unless it is of a product.
fn entry_of(host: &str, path: &Path, root: Option<&Path>, topology: &Topology) -> String {
    let parts = parts_of(path);
    let root = root.map(parts_of).unwrap_or_default();
    let is_kept = parts.first().is_some_and(|(_, is_drive)| *is_drive);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let is_product = |at: &usize| {
        names.get(*at).is_some_and(|name| topology.is_product_folder(name, names.get(at + 1).copied()))
    };
    let below = root.len().min(names.len().saturating_sub(1));
    let start = if is_kept { 0 } else { (0..below).find(is_product).unwrap_or(below) };
    format!("{host}/{}", names.get(start..).unwrap_or_default().join("/"))
}

/// The names in a path, without what no name of an archive may have; the first may be a drive or a server.
fn parts_of(path: &Path) -> Vec<(String, bool)> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let text = real.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("//?/").unwrap_or(&text);
    let (text, is_share) = match text.strip_prefix("UNC/") {
        Some(text) => (text, true),
        None => (text, text.starts_with("//")),
    };
    let parts = text.split('/').filter(|part| !part.is_empty() && *part != "." && *part != "..");
    parts
        .enumerate()
        .map(|(at, part)| {
            let is_drive = at == 0 && (is_share || part.ends_with(':'));
            (part.trim_end_matches(':').replace(['!', ':'], "_"), is_drive)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::without_dates;

    #[test]
    fn files_of_one_log_differ_in_dates_only() {
        for (name, plain) in [
            ("a/catalina.2026-11-21.log", "a/catalina.#.log"),
            ("CCBU.2026-11-21T07-01-19.417.startup.log", "CCBU.#.startup.log"),
            ("W3SVC1/u_ex261121.log", "W3SVC1/u_ex#.log"),
            ("eg_log_ECEAPP01_rx-process.log", "eg_log_ECEAPP01_rx-process.log"),
            ("tomcat9-stderr.20261121.log", "tomcat9-stderr.#.log"),
            ("", ""),
        ] {
            assert_eq!(without_dates(name), plain);
        }
    }
}
