//! The form of `topology.toml`.

use std::sync::Arc;

use serde::Deserialize;

use crate::names::{begins, file_name};

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
    pub(crate) installer: Installer,
    #[serde(rename = "artifact", default)]
    pub(crate) artifacts: Vec<Artifact>,
    #[serde(rename = "duty", default)]
    pub(crate) duties: Vec<Duty>,
    #[serde(rename = "role", default)]
    pub(crate) roles: Vec<Role>,
    #[serde(rename = "layer", default)]
    pub(crate) layers: Vec<Layer>,
    pub(crate) fields: Fields,
    pub(crate) peers: Peers,
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
    /// Whether it always writes: an empty log is a fault, and hours of errors only mean a low trace level.
    #[serde(default, rename = "watched")]
    pub is_watched: bool,
    /// Whether it should run at trace level info; others run at error.
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
    pub(crate) is: Vec<Condition>,
    /// Where to get it.
    pub collect: String,
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

/// Names of servers at the other end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peers {
    pub(crate) web_server: String,
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
    pub(crate) components: Vec<String>,
    pub(crate) companion: Option<CompanionKind>,
    pub(crate) unnamed: bool,
    pub(crate) service: bool,
}
