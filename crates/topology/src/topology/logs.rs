//! Lookups of logs.

use super::Topology;
use crate::data::{ExpectedPart, FirstLog};
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

    /// Returns whether a file is a log that shows the failures of a part of a collection. A log that a process writes
    /// beside its own does not.
    pub fn is_part(&self, part: &ExpectedPart, source: &LogSource<'_>) -> bool {
        self.companion(source.path).is_none()
            && part.is.iter().any(|condition| condition.fits(source, &self.data))
    }

    /// Returns whether a file belongs to a part of a collection, whether or not it shows failures.
    pub fn is_of_part(&self, part: &ExpectedPart, source: &LogSource<'_>) -> bool {
        part.is.iter().chain(&part.also).any(|condition| condition.fits(source, &self.data))
    }

    /// Returns the files of the logs of a part that are looked at first, without those of which `has` is one.
    pub fn missing_of_part<'t>(&'t self, part: &'t ExpectedPart, has: &[LogSource<'_>]) -> Vec<&'t str> {
        let is_there = |log: &&FirstLog| {
            has.iter().any(|source| log.is.iter().any(|condition| condition.fits(source, &self.data)))
        };
        part.logs.iter().filter(|log| !is_there(log)).map(|log| log.files.as_str()).collect()
    }
}
