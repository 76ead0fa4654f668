//! Lookups of logs.

use super::Topology;
use crate::data::ExpectedPart;
use crate::log::{LogIdentity, LogKind, UnknownLog};
use crate::names::file_name;
use crate::origin::LogSource;

impl Topology {
    /// Returns all places in which failures show: logs, then artifacts, each in the order of the file.
    pub fn logs(&self) -> &[LogKind] {
        &self.logs
    }

    /// Returns a log by its name, or an artifact by the name of its file.
    pub fn log(&self, name: &str) -> Result<&LogKind, UnknownLog> {
        self.logs.iter().find(|log| log.name.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = self.logs.iter().map(|log| log.name.as_str()).collect();
            UnknownLog { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Returns whether a file belongs to a log.
    pub fn is_log(&self, log: &LogKind, source: &LogSource<'_>) -> bool {
        let companion = self.companion(source.path);
        match &log.by {
            LogIdentity::Process { .. } => log.is_of_process(source.origin) && companion.is_none(),
            LogIdentity::Artifact { kind, .. } => source.format == Some(kind),
            LogIdentity::Conditions(all) => {
                all.iter().any(|one| one.fits_companion(companion) && one.fits(source, &self.data))
            }
        }
    }

    /// Returns whether the file at `path`, which could not be read, may belong to a log, by its name and its folders.
    pub fn may_be_log(&self, log: &LogKind, path: &str) -> bool {
        let companion = self.companion(path);
        let origins = self.origins_of_unread(path);
        let mut sources =
            origins.iter().map(|origin| LogSource { path, origin, format: None, components: &[] });
        match &log.by {
            LogIdentity::Process { .. } => {
                companion.is_none() && sources.any(|source| log.is_of_process(source.origin))
            }
            LogIdentity::Artifact { file, .. } => file_name(path).eq_ignore_ascii_case(file),
            LogIdentity::Conditions(all) => {
                let all = all.iter().filter(|one| one.fits_companion(companion));
                sources.any(|source| all.clone().any(|one| one.may_fit(&source, &self.data)))
            }
        }
    }

    /// Returns whether a file is an artifact, and not a log.
    pub fn is_artifact(&self, source: &LogSource<'_>) -> bool {
        source.format.is_some_and(|format| self.artifact(format).is_some())
    }

    /// Returns whether a file belongs to a part of a collection.
    pub fn is_part(&self, part: &ExpectedPart, source: &LogSource<'_>) -> bool {
        part.is.iter().any(|condition| condition.fits(source, &self.data))
    }
}
