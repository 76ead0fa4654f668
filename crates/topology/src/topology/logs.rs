//! Lookups of logs.

use super::Topology;
use crate::data::ExpectedPart;
use crate::log::{LogKind, UnknownLog};
use crate::origin::LogSource;

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

    /// Returns whether a file belongs to a part of a collection.
    pub fn is_part(&self, part: &ExpectedPart, source: &LogSource<'_>) -> bool {
        part.is.iter().any(|condition| condition.fits(source, &self.data))
    }
}
