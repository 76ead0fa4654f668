//! [`LogKind`]: a log in which failures show, under the name that signatures use.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::data::{Artifact, Condition, Data, LogEntry, Process};
use crate::origin::Origin;

/// Name of a log, or of a kind of logs: `rx-process`, `Tomcat`. [`Topology::log`](crate::Topology::log) makes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LogName(pub(crate) Arc<str>);

impl LogName {
    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LogName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(&self.0)
    }
}

/// A place in which failures show: a log, a kind of logs, an artifact, or something that no file holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogKind {
    /// Name in signatures and reports; that of an artifact is the name of its file.
    pub name: LogName,
    /// Whether its process has one of the eight trace levels.
    pub has_trace_level: bool,
    /// What it is good for, in a few words.
    pub about: String,
    /// How to collect it, as an order.
    pub collect: String,
    /// The reason why no file of a collection is read as it, as a sentence without its end; `None` for most.
    pub unread: Option<String>,
    /// Whether an empty file of it means that nothing happened.
    pub may_be_empty: bool,
    /// Duty that its server has, as far as that is known from the server's other logs.
    pub(crate) on: Option<String>,
    /// Duty that its server does not have.
    pub(crate) not_on: Option<String>,
    pub(crate) by: LogIdentity,
}

/// How its files are known.
#[derive(Debug, Clone)]
pub(crate) enum LogIdentity {
    /// The main log of a process.
    Process { product: Arc<str>, process: Arc<str> },
    /// A file that is not a log.
    Artifact { kind: String, file: String },
    /// Any of these holds; none if no file is read as it.
    Conditions(Vec<Condition>),
}

/// A name that no log has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no log is called {name:?}; it can be {known}")]
pub struct UnknownLog {
    pub(crate) name: String,
    pub(crate) known: String,
}

impl LogKind {
    /// The references of `entry` were checked.
    pub(crate) fn new(entry: &LogEntry, data: &Data) -> LogKind {
        let process = data.processes.iter().find(|process| Some(&process.name) == entry.process.as_ref());
        let product = data
            .products
            .iter()
            .find(|product| process.is_some_and(|process| process.product == product.name));
        let collect = entry.collect.as_ref().or_else(|| product?.collect.as_ref());
        let of_process = |process: &Process| LogIdentity::Process {
            product: Arc::clone(&process.product),
            process: Arc::clone(&process.name),
        };
        LogKind {
            name: LogName(Arc::clone(&entry.name)),
            has_trace_level: process.is_some_and(|process| process.has_trace_level),
            about: entry.about.clone(),
            collect: collect.map(|text| text.replace("{log}", &entry.name)).unwrap_or_default(),
            unread: entry.unread.clone(),
            on: entry.on.clone(),
            not_on: entry.not_on.clone(),
            may_be_empty: entry.may_be_empty,
            by: process.map_or_else(|| LogIdentity::Conditions(entry.is.clone()), of_process),
        }
    }

    /// An artifact as a place in which failures show.
    pub(crate) fn of_artifact(artifact: &Artifact) -> LogKind {
        let servers = artifact.servers.as_ref().map(|servers| format!(" of {servers}")).unwrap_or_default();
        LogKind {
            name: LogName(artifact.file.as_str().into()),
            has_trace_level: false,
            about: artifact.path.clone(),
            collect: format!("add {}{servers}", artifact.path),
            unread: None,
            on: None,
            not_on: None,
            may_be_empty: false,
            by: LogIdentity::Artifact { kind: artifact.kind.clone(), file: artifact.file.clone() },
        }
    }

    /// Returns whether it is an artifact, and not a log.
    pub fn is_artifact(&self) -> bool {
        matches!(self.by, LogIdentity::Artifact { .. })
    }

    /// Returns whether it is the log of the process that wrote a file.
    pub(crate) fn is_of_process(&self, origin: &Origin) -> bool {
        let LogIdentity::Process { product, process } = &self.by else { return false };
        origin.product.as_ref() == Some(product) && origin.process.as_deref() == Some(process)
    }
}
