//! The form of `topology.toml`.

use std::sync::Arc;

use serde::Deserialize;

use crate::names::{begins, file_name, is_like};

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    #[serde(rename = "product", default)]
    pub(crate) products: Vec<Product>,
    #[serde(rename = "folder", default)]
    pub(crate) folders: Vec<Folder>,
    #[serde(rename = "file_name", default)]
    pub(crate) file_names: Vec<FileName>,
    #[serde(rename = "format", default)]
    pub(crate) formats: Vec<FormatTraits>,
    #[serde(rename = "origin", default)]
    pub(crate) origins: Vec<OriginRule>,
    #[serde(rename = "process", default)]
    pub(crate) processes: Vec<Process>,
    #[serde(rename = "log", default)]
    pub(crate) logs: Vec<LogEntry>,
    #[serde(rename = "expected", default)]
    pub(crate) expected: Vec<ExpectedPart>,
    pub(crate) pair: Pair,
    pub(crate) installer: Installer,
    #[serde(rename = "artifact", default)]
    pub(crate) artifacts: Vec<Artifact>,
    #[serde(rename = "place", default)]
    pub(crate) places: Vec<Place>,
    #[serde(rename = "variable", default)]
    pub(crate) variables: Vec<DriveVariable>,
    #[serde(rename = "command", default)]
    pub(crate) commands: Vec<CollectedCommand>,
    #[serde(rename = "service", default)]
    pub(crate) services: Vec<WindowsService>,
    #[serde(rename = "duty", default)]
    pub(crate) duties: Vec<Duty>,
    #[serde(rename = "role", default)]
    pub(crate) roles: Vec<Role>,
    #[serde(rename = "layer", default)]
    pub(crate) layers: Vec<Layer>,
    pub(crate) fields: Fields,
    pub(crate) peers: Peers,
    pub(crate) certificates: CertificatePlaces,
    #[serde(default)]
    pub(crate) samples: Samples,
}

/// Logs that are written to try a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// Path of a log, with `{host}` and `{process}`.
    log: String,
    /// Class that writes its messages.
    pub class: String,
}

impl Samples {
    /// Path of the log of a program on a server, with `/`.
    pub fn path(&self, host: &str, process: &str) -> String {
        self.log.replace("{host}", host).replace("{process}", process)
    }
}

/// A product that writes logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name in reports.
    pub name: Arc<str>,
    /// Folder of its logs, as a sentence names it.
    #[serde(default)]
    pub log_folder: Option<String>,
    /// Whether a truststore on its servers must hold the certificate of the web server; `None` if that is not known.
    #[serde(default)]
    pub trusts_web_server: Option<bool>,
    #[serde(default)]
    pub(crate) own_classes: Vec<String>,
    #[serde(default)]
    pub(crate) collect: Option<String>,
}

impl Product {
    /// Returns whether a text names a class of the product's own code: `com.egain.mail.Sender`. Prefixes of one part,
    /// such as `egain.`, are not searched, because host names have them, too.
    pub fn is_named_in(&self, text: &[u8]) -> bool {
        let prefixes = self.own_classes.iter().filter(|start| start.matches('.').count() > 1);
        prefixes.map(String::as_bytes).any(|start| {
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_@".contains(byte);
            let mut places = text.windows(start.len()).enumerate().filter(|(_, part)| *part == start);
            places.any(|(at, _)| !at.checked_sub(1).and_then(|at| text.get(at)).is_some_and(is_name))
        })
    }
}

impl Product {
    /// Returns the folder of its logs for a sentence, in words if the topology has none.
    pub fn folder(&self) -> &str {
        self.log_folder.as_deref().unwrap_or("the folder of its logs")
    }
}

/// A folder of a product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) holds: Option<String>,
}

/// A form of file names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileName {
    pub(crate) product: Arc<str>,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) companions: Vec<Companion>,
}

/// A log that a process writes beside its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Companion {
    pub(crate) word: String,
    pub(crate) kind: CompanionKind,
}

/// Content of a log that a process writes beside its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompanionKind {
    /// Queries that took too long; empty if all is well.
    QueryTimeouts,
    /// Use of the connections to the database.
    ConnectionPool,
    /// Anything else.
    Other,
}

/// Peculiarities of a format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a format")]
pub struct FormatTraits {
    /// Name of the format.
    pub name: String,
    /// Whether words of levels and months are in the language of the Java machine.
    #[serde(default, rename = "localized")]
    pub is_localized: bool,
    /// Whether it is that of the main logs of a product's processes; its levels are their trace levels.
    #[serde(default, rename = "process_log")]
    pub is_process_log: bool,
    /// Whether the last line may lack its end.
    #[serde(default, rename = "open_ended")]
    pub is_open_ended: bool,
    /// Whether installations and upgrades write it.
    #[serde(default, rename = "installer")]
    pub is_installer: bool,
}

/// A program, by what is known of its file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OriginRule {
    pub(crate) formats: Vec<String>,
    pub(crate) in_all: Vec<String>,
    pub(crate) in_any: Vec<String>,
    pub(crate) path_contains: Option<String>,
    pub(crate) files: Vec<String>,
    pub(crate) components: Vec<String>,
    pub(crate) product: Option<Arc<str>>,
    pub(crate) process: Option<String>,
    pub(crate) process_in_name: bool,
}

/// A program that is known by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a process")]
pub struct Process {
    /// Name as its product writes it.
    pub name: Arc<str>,
    /// Product that it belongs to.
    pub product: Arc<str>,
    /// Name in a list of several.
    #[serde(default)]
    short: Option<String>,
    /// Whether it has one of the eight trace levels.
    #[serde(default, rename = "trace_level")]
    pub has_trace_level: bool,
    /// Whether it is a services component: it runs on the server that owns the Distributed Systems Manager.
    #[serde(default, rename = "service")]
    pub is_service: bool,
    /// Whether it runs on every services server, the standby, too.
    #[serde(default, rename = "manager")]
    pub is_manager: bool,
    /// Whether it always writes: an empty log is a fault.
    #[serde(default, rename = "watched")]
    pub is_watched: bool,
    /// Whether it should run at trace level info, so that hours of errors only mean a low level; others run at error.
    #[serde(default, rename = "info")]
    pub runs_at_info: bool,
    /// Purpose of its lines at trace level debug.
    #[serde(default)]
    pub debug_for: Option<String>,
    /// Whether its logs are neither rotated nor archived, and a restart may begin new ones.
    #[serde(default)]
    pub starts_over: bool,
}

impl Process {
    /// Returns its name in a list of several.
    pub fn short(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.name)
    }
}

/// A log in which failures show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogEntry {
    pub(crate) name: Arc<str>,
    #[serde(default)]
    pub(crate) process: Option<Arc<str>>,
    #[serde(default)]
    pub(crate) is: Vec<Condition>,
    #[serde(default)]
    pub(crate) on: Option<String>,
    #[serde(default)]
    pub(crate) not_on: Option<String>,
    #[serde(default)]
    pub(crate) unread: Option<String>,
    #[serde(default)]
    pub(crate) may_be_empty: bool,
    pub(crate) about: String,
    #[serde(default)]
    pub(crate) collect: Option<String>,
}

/// A part that a collection should have.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedPart {
    /// Name in a sentence.
    pub name: String,
    /// The logs that show its failures.
    pub(crate) is: Vec<Condition>,
    /// Other logs of it: they show that it ran, but not its failures.
    #[serde(default)]
    pub(crate) also: Vec<Condition>,
    /// The logs that are looked at first.
    #[serde(default, rename = "log")]
    pub(crate) logs: Vec<FirstLog>,
    /// Where to get it.
    pub collect: String,
}

/// A log of a part of a collection that is looked at first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstLog {
    /// Names of its files, for a sentence.
    pub(crate) files: String,
    pub(crate) is: Vec<Condition>,
}

/// Pairs of servers of a part, of which only that of side A has all logs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub(crate) part: String,
    pub(crate) first: String,
    pub(crate) second: String,
    pub(crate) after: Vec<String>,
    /// The logs that only side A has, in a few words.
    pub about: String,
}

/// The server of side A whose partner has a name, by that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its name.
    pub name: String,
    /// Whether the name of side B alone shows its side; otherwise it does so only if the partner is known.
    pub is_sure: bool,
}

impl Pair {
    /// Returns the partner of the server of that name, if it may be of side B.
    pub fn partner(&self, server: &str) -> Option<Partner> {
        let label = server.split('.').next().unwrap_or(server);
        let bare = label.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let start = bare.len().checked_sub(self.second.len())?;
        let (stem, letter) = (bare.get(..start)?, bare.get(start..)?);
        if !letter.eq_ignore_ascii_case(&self.second) || stem.is_empty() {
            return None;
        }
        let is_upper = letter.chars().all(char::is_uppercase);
        let first = if is_upper { self.first.to_uppercase() } else { self.first.to_lowercase() };
        let before = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let is_sure = self.after.iter().any(|after| {
            let start = before.len().checked_sub(after.len());
            start.and_then(|start| before.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(after))
        });
        Some(Partner { name: format!("{stem}{first}{}", label.get(bare.len()..)?), is_sure })
    }
}

/// Logs of installations and upgrades.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Installer {
    pub(crate) file_begins: Vec<String>,
    /// Advice on what to collect instead.
    pub collect: String,
}

impl Installer {
    /// Returns whether a file with that path is called as logs of installations are.
    pub fn is_named(&self, path: &str) -> bool {
        let file = file_name(path);
        self.file_begins.iter().any(|start| begins(file, start))
    }
}

/// A file that is not a log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    pub(crate) kind: String,
    /// Name of the file.
    pub file: String,
    /// Where it is on its server.
    pub path: String,
    #[serde(default)]
    pub(crate) servers: Option<String>,
}

/// Files that a collection of a server takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What they are, as a sentence names them.
    pub name: String,
    /// Folders in which they may be, with `/` between names. `{drive}` is every local drive, another name in braces a
    /// variable of the environment; `*` in a name is any text.
    pub at: Vec<String>,
    /// The files below such a folder, with `/` between names; `*` in a name is any text, and `**` at the end is all below.
    pub take: Vec<String>,
    /// Folder in the path of a program that Windows runs as a service: where it is, the folder is one of `at`, too.
    #[serde(default)]
    pub service: Option<String>,
}

/// A variable of the environment that names a folder of a drive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriveVariable {
    /// Its name.
    pub name: String,
    /// The folder, directly below the drive of the system.
    pub folder: String,
    /// A folder in it by which the drive of a system is known.
    #[serde(default)]
    pub holds: Option<String>,
}

/// A command whose output a collection of a server has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectedCommand {
    /// Name of the file with its output.
    pub name: String,
    /// The program.
    pub program: String,
    /// Its arguments; `{ntp}` is the server of time that the user gave, and without one the command is not run.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// What its output is good for.
    pub about: String,
}

/// A service of Windows that must run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowsService {
    pub(crate) names: Vec<String>,
    /// What it is, as a sentence names it.
    pub about: String,
    /// What runs in it, as the end of a sentence.
    pub runs: String,
    pub(crate) on: Vec<String>,
    /// Whether only servers that need it have it.
    #[serde(default, rename = "own")]
    pub is_own: bool,
}

impl WindowsService {
    /// Returns whether a service has one of its names, by its own or by the displayed one.
    pub fn is_named(&self, name: &str) -> bool {
        self.names.iter().any(|form| is_like(name, form))
    }
}

/// A duty of a server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duty {
    pub(crate) name: String,
    pub(crate) is: Vec<Condition>,
}

/// A server with some duties.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) does: Vec<String>,
}

/// A layer of the system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) ids: Vec<String>,
}

/// Names of fields of events.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    pub(crate) session: String,
    pub(crate) status: Vec<String>,
    pub(crate) server: Vec<String>,
}

/// Where certificates are, and how their files are called.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificatePlaces {
    pub(crate) duty: String,
    pub(crate) caller: String,
    pub(crate) application: String,
    pub(crate) access_log: String,
    pub(crate) folders: Vec<String>,
    pub(crate) web_server: Vec<String>,
    pub(crate) directory: Vec<String>,
}

/// Names of servers at the other end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peers {
    pub(crate) web_server: String,
    pub(crate) directory: String,
}

/// Facts of a file that must all hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Condition {
    pub(crate) product: Option<Arc<str>>,
    pub(crate) process: Option<String>,
    pub(crate) not_process: Option<String>,
    pub(crate) process_begins: Option<String>,
    pub(crate) process_ends: Option<String>,
    pub(crate) process_contains: Option<String>,
    pub(crate) formats: Vec<String>,
    pub(crate) not_formats: Vec<String>,
    pub(crate) file_contains: Vec<String>,
    pub(crate) components: Vec<String>,
    pub(crate) companion: Option<CompanionKind>,
    pub(crate) unnamed: bool,
    pub(crate) service: bool,
}
