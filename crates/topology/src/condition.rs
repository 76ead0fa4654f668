//! [`Condition`]: what is known of a file, and which files fit it.

use crate::data::{Condition, Data};
use crate::names::{begins, contains, file_name};
use crate::origin::LogSource;

impl Condition {
    /// Returns whether every file fits it.
    pub(crate) fn is_empty(&self) -> bool {
        let texts = [&self.process, &self.not_process, &self.process_begins];
        let more = [&self.process_ends, &self.process_contains];
        self.product.is_none()
            && texts.into_iter().chain(more).all(Option::is_none)
            && self.formats.is_empty()
            && self.file_contains.is_empty()
            && !self.service
    }

    /// Returns whether a file fits.
    pub(crate) fn fits(&self, source: &LogSource<'_>, data: &Data) -> bool {
        let process = source.origin.process.as_deref().unwrap_or_default();
        let has = |wanted: &Option<String>, test: fn(&str, &str) -> bool| {
            wanted.as_deref().is_none_or(|wanted| test(process, wanted))
        };
        let is_product = self.product.is_none() || self.product == source.origin.product;
        let is_format = || {
            self.formats.is_empty()
                || source.format.is_some_and(|format| self.formats.iter().any(|known| known == format))
        };
        let is_service = || {
            !self.service || data.processes.iter().any(|known| known.is_service && *known.name == *process)
        };
        let is_named = || {
            let file = file_name(source.path);
            self.file_contains.is_empty() || self.file_contains.iter().any(|word| contains(file, word))
        };
        let is_other =
            || !source.format.is_some_and(|format| self.not_formats.iter().any(|known| known == format));
        is_product
            && has(&self.process, |process, wanted| process == wanted)
            && has(&self.not_process, |process, other| process != other)
            && has(&self.process_begins, begins)
            && has(&self.process_ends, ends)
            && has(&self.process_contains, contains)
            && is_format()
            && is_other()
            && is_named()
            && is_service()
    }
}

/// Returns whether `text` ends with `end`, in upper or lower case of ASCII.
fn ends(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start.and_then(|start| text.get(start..)).is_some_and(|last| last.eq_ignore_ascii_case(end))
}
