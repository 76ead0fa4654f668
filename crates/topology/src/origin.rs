//! [`Origin`]: the program that wrote a log, from its name, its folders and its format.

use std::sync::Arc;

use serde::Serialize;

use crate::data::OriginRule;
use crate::names::{contains, is_like};

/// Program of a product that wrote a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Name of the product, such as `ECE`; `None` if it is not known.
    pub product: Option<Arc<str>>,
    /// Name of the process, as its product calls it: `ApplicationServer`, `rx-process`, `Tomcat`, `pg2A-pim2`.
    pub process: Option<Arc<str>>,
}

/// A file as far as the topology asks about it.
#[derive(Debug, Clone, Copy)]
pub struct LogSource<'a> {
    /// Path with `/`, and `!` after an archive.
    pub path: &'a str,
    /// Program that wrote it.
    pub origin: &'a Origin,
    /// Format of most of its lines.
    pub format: Option<&'a str>,
    /// Components that its lines name as their writers, with the number of messages.
    pub components: &'a [(Arc<str>, u64)],
}

impl OriginRule {
    /// Returns whether a file fits, by its name, its folders and its content.
    pub(crate) fn fits(
        &self,
        path: &str,
        file: &str,
        format: Option<&str>,
        components: &[(Arc<str>, u64)],
    ) -> bool {
        let is_format = || format.is_some_and(|format| self.formats.iter().any(|known| known == format));
        let has = |pattern: &String| components.iter().any(|(name, _)| is_like(name, pattern));
        (self.formats.is_empty() || is_format())
            && (self.components.is_empty() || self.components.iter().any(has))
            && self.fits_name(path, file)
    }

    /// Returns whether a file of which only the name and the folders are known may fit.
    pub(crate) fn may_fit(&self, path: &str, file: &str) -> bool {
        let has_name = !self.in_all.is_empty()
            || !self.in_any.is_empty()
            || !self.files.is_empty()
            || self.path_contains.is_some();
        has_name && self.fits_name(path, file)
    }

    fn fits_name(&self, path: &str, file: &str) -> bool {
        let is_in = |name: &String| folders(path).any(|folder| folder.eq_ignore_ascii_case(name));
        self.in_all.iter().all(is_in)
            && (self.in_any.is_empty() || self.in_any.iter().any(is_in))
            && self.path_contains.as_deref().is_none_or(|part| contains(path, part))
            && (self.files.is_empty() || self.files.iter().any(|pattern| is_like(file, pattern)))
    }
}

/// Returns the folders and archives of a path, from the innermost.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '!']).rev().skip(1)
}
