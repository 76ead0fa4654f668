//! [`Origin`]: the program that wrote a log, from its name, its folders and its format.

use std::sync::Arc;

use serde::Serialize;

use crate::data::OriginRule;
use crate::{Topology, begins, contains, file_name};

/// Program of a product that wrote a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Name of the product, such as `ECE`; `None` if it is not known.
    pub product: Option<Arc<str>>,
    /// Name of the process, as its product calls it: `ApplicationServer`, `rx-process`, `Tomcat`, `pg2A-pim2`.
    pub process: Option<String>,
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
}

impl Topology {
    /// Returns the program that wrote the file at `path` (with `/`, and `!` after an archive), which is in the format
    /// of that name.
    pub fn origin(&self, path: &str, format: Option<&str>) -> Origin {
        let file = file_name(path);
        let named = self.schemes.iter().find_map(|scheme| Some((scheme, scheme.parts(file)?)));
        if let Some((scheme, parts)) = named {
            let process = parts.process.map(ToOwned::to_owned);
            return Origin { product: Some(Arc::clone(scheme.product())), process };
        }
        let Some(rule) = self.data.origins.iter().find(|rule| rule.fits(path, file, format)) else {
            return Origin::default();
        };
        let process = if rule.process_in_name {
            let end = file.find(['_', '.']).unwrap_or(file.len());
            Some(file.get(..end).unwrap_or(file).to_owned())
        } else {
            rule.process.clone()
        };
        Origin { product: rule.product.clone(), process }
    }
}

impl OriginRule {
    fn fits(&self, path: &str, file: &str, format: Option<&str>) -> bool {
        let is_format = || format.is_some_and(|format| self.formats.iter().any(|known| known == format));
        let is_in = |name: &String| folders(path).any(|folder| folder.eq_ignore_ascii_case(name));
        (self.formats.is_empty() || is_format())
            && self.in_all.iter().all(is_in)
            && (self.in_any.is_empty() || self.in_any.iter().any(is_in))
            && self.path_contains.as_deref().is_none_or(|part| contains(path, part))
            && self.file_begins.as_deref().is_none_or(|start| begins(file, start))
    }
}

/// Returns the folders and archives of a path, from the innermost.
fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '!']).rev().skip(1)
}
