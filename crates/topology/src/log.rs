//! [`LogKind`]: a log in which failures show, under the name that signatures use.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::data::Condition;
use crate::data::{Data, LogEntry};

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

/// A log, or a kind of logs, in which failures show.
#[derive(Debug, Clone)]
pub struct LogKind {
    /// Name in signatures and reports.
    pub name: LogName,
    /// Whether its process has one of the eight trace levels.
    pub has_trace_level: bool,
    /// What it is good for, in a few words.
    pub about: String,
    /// How to collect it, as an order.
    pub collect: String,
    /// Product and process whose main log it is.
    pub(crate) process: Option<(Arc<str>, Arc<str>)>,
    pub(crate) is: Vec<Condition>,
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
        LogKind {
            name: LogName(Arc::clone(&entry.name)),
            has_trace_level: process.is_some_and(|process| process.has_trace_level),
            about: entry.about.clone(),
            collect: collect.map(|text| text.replace("{log}", &entry.name)).unwrap_or_default(),
            process: process.map(|process| (Arc::clone(&process.product), Arc::clone(&process.name))),
            is: entry.is.clone(),
        }
    }
}
