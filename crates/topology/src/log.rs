//! [`LogKind`]: a log in which failures show, under the name that signatures use.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::condition::Condition;
use crate::data::{Data, LogEntry};
use crate::{LogSource, Topology};

/// Name of a log, or of a kind of logs: `rx-process`, `Tomcat`. [`Topology::log`] makes it.
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
    process: Option<(Arc<str>, Arc<str>)>,
    is: Vec<Condition>,
}

/// A name that no log has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no log is called {name:?}; it can be {known}")]
pub struct UnknownLog {
    name: String,
    known: String,
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

impl Topology {
    /// Returns all logs in which failures show, in the order of the file.
    pub fn logs(&self) -> &[LogKind] {
        &self.logs
    }

    /// Returns a log by its name.
    pub fn log(&self, name: &str) -> Result<&LogKind, UnknownLog> {
        self.logs.iter().find(|log| log.name.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = self.logs.iter().map(|log| log.name.as_str()).collect();
            UnknownLog { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Returns whether a file belongs to a log.
    pub fn is_log(&self, log: &LogKind, source: &LogSource<'_>) -> bool {
        if let Some((product, process)) = &log.process {
            return source.origin.product.as_ref() == Some(product)
                && source.origin.process.as_deref() == Some(process)
                && self.companion(source.path).is_none();
        }
        log.is.iter().any(|condition| condition.fits(source, &self.data))
    }
}
