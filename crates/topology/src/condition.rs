//! [`Condition`]: what is known of a file, and which files fit it.

use crate::data::{CompanionKind, Condition, Data};
use crate::names::{begins, contains, ends, is_like};
use crate::origin::LogSource;

impl Condition {
    /// Returns whether every file fits it.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_name()
            && self.formats.is_empty()
            && self.not_formats.is_empty()
            && self.components.is_empty()
    }

    /// Returns whether a part of it is about the name or the folders of a file, so that it can be decided without its
    /// content.
    fn has_name(&self) -> bool {
        let texts = [&self.process, &self.not_process, &self.process_begins];
        let more = [&self.process_ends, &self.process_contains];
        self.product.is_some()
            || texts.into_iter().chain(more).any(Option::is_some)
            || self.companion.is_some()
            || self.service
    }

    /// Returns whether a file fits. Whether it is a log that its process writes beside its own is decided by
    /// [`Condition::fits_companion`].
    pub(crate) fn fits(&self, source: &LogSource<'_>, data: &Data) -> bool {
        let is_one_of = |formats: &[String]| {
            source.format.is_some_and(|format| formats.iter().any(|known| known == format))
        };
        let has_component =
            |pattern: &String| source.components.iter().any(|(name, _)| is_like(name, pattern));
        self.fits_name(source, data)
            && (self.formats.is_empty() || is_one_of(&self.formats))
            && !is_one_of(&self.not_formats)
            && (self.components.is_empty() || self.components.iter().any(has_component))
    }

    /// Returns whether a file of which only the name and the folders are known may fit.
    pub(crate) fn may_fit(&self, source: &LogSource<'_>, data: &Data) -> bool {
        self.has_name() && self.fits_name(source, data)
    }

    /// Returns whether a log that a process writes beside its own has the content that is wanted.
    pub(crate) fn fits_companion(&self, companion: Option<CompanionKind>) -> bool {
        self.companion.is_none() || self.companion == companion
    }

    fn fits_name(&self, source: &LogSource<'_>, data: &Data) -> bool {
        let process = source.origin.process.as_deref().unwrap_or_default();
        let has = |wanted: &Option<String>, test: fn(&str, &str) -> bool| {
            wanted.as_deref().is_none_or(|wanted| test(process, wanted))
        };
        let is_product = self.product.is_none() || self.product == source.origin.product;
        let is_service = || {
            !self.service || data.processes.iter().any(|known| known.is_service && *known.name == *process)
        };
        is_product
            && (!self.unnamed || source.origin.product.is_none())
            && has(&self.process, |process, wanted| process == wanted)
            && has(&self.not_process, |process, other| process != other)
            && has(&self.process_begins, begins)
            && has(&self.process_ends, ends)
            && has(&self.process_contains, contains)
            && is_service()
    }
}
