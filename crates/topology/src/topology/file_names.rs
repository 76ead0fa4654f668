//! Lookups by the name of a file.

use super::Topology;
use crate::data::{CompanionKind, Product};
use crate::file_name::{FileNameScheme, NameParts};
use crate::names::file_name;

impl Topology {
    /// Returns the fields in the name of the file at `path`; `None` if it has none.
    pub fn name_parts<'a>(&self, path: &'a str) -> Option<NameParts<'a>> {
        let file = file_name(path);
        self.schemes.iter().find_map(|scheme| scheme.parts(file))
    }

    /// Returns the form of names to which the file at `path` belongs by its beginning.
    pub fn scheme_of(&self, path: &str) -> Option<&FileNameScheme> {
        let file = file_name(path);
        self.schemes.iter().find(|scheme| file.starts_with(scheme.begins()))
    }

    /// Returns the form of the names of a product's logs.
    pub fn scheme_of_product(&self, product: &str) -> Option<&FileNameScheme> {
        self.schemes.iter().find(|scheme| **scheme.product() == *product)
    }

    /// Returns the content of the file at `path`, if it is a log that a process writes beside its own. The beginning
    /// of its name decides.
    pub fn companion(&self, path: &str) -> Option<CompanionKind> {
        let file = file_name(path);
        self.schemes.iter().find_map(|scheme| {
            let (companion, _) = scheme.after_companion(file.strip_prefix(scheme.begins())?);
            Some(companion?.kind)
        })
    }

    /// Returns the products whose processes write logs of a kind beside their own.
    pub fn products_with(&self, kind: CompanionKind) -> impl Iterator<Item = &Product> {
        let has =
            move |scheme: &&FileNameScheme| scheme.companions.iter().any(|companion| companion.kind == kind);
        self.schemes.iter().filter(has).filter_map(|scheme| self.product(&scheme.product))
    }

    /// Returns names of the logs of a kind that processes write beside their own, such as `eg_log_query_timeout_*.log`.
    pub fn companion_files(&self, kind: CompanionKind) -> Vec<String> {
        let of_scheme = |scheme: &FileNameScheme| {
            let words = scheme.companions.iter().filter(|companion| companion.kind == kind);
            let end = scheme.fields.last().map_or("", |(_, after)| after.as_str());
            words.map(|companion| format!("{}{}*{end}", scheme.begins, companion.word)).collect::<Vec<_>>()
        };
        self.schemes.iter().flat_map(of_scheme).collect()
    }

    /// Returns a short name for the file at `path` where its server is shown beside it; `None` if its name is of no
    /// known form. Text of a log: it is not safe for a terminal.
    pub fn label(&self, path: &str, server: &str) -> Option<String> {
        let file = file_name(path);
        self.schemes.iter().find_map(|scheme| scheme.label(file, server))
    }
}
