//! [`FileNameScheme`]: names of logs that say their server and their process.

use std::sync::Arc;

use crate::data::{Companion, CompanionKind, FileName};
use crate::{Product, Topology, TopologyError, file_name};

/// Form of the names of a product's logs, such as `eg_log_{server}_{process}.log`.
#[derive(Debug, Clone)]
pub struct FileNameScheme {
    product: Arc<str>,
    begins: String,
    /// The fields, each with the text after it.
    fields: Vec<(Field, String)>,
    companions: Vec<Companion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Server,
    Process,
}

/// Fields of a file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameParts<'a> {
    /// Server, if the scheme has it.
    pub server: Option<&'a str>,
    /// Process, if the scheme has it.
    pub process: Option<&'a str>,
    /// Content, if it is a log that the process writes beside its own.
    pub companion: Option<CompanionKind>,
}

impl FileNameScheme {
    pub(crate) fn new(entry: &FileName) -> Result<FileNameScheme, TopologyError> {
        let wrong = |what: &str| TopologyError::Entry {
            entry: format!("[[file_name]] {:?}", entry.name),
            what: what.to_owned(),
        };
        let (begins, mut rest) = entry.name.split_once('{').ok_or_else(|| wrong("it has no {process}"))?;
        if begins.is_empty() {
            return Err(wrong("it must begin with a text, or every file would fit"));
        }
        let mut fields = Vec::new();
        loop {
            let (name, after) = rest.split_once('}').ok_or_else(|| wrong("a } is missing"))?;
            let field = match name {
                "server" => Field::Server,
                "process" => Field::Process,
                _ => return Err(wrong("a field is {server} or {process}")),
            };
            let Some((text, next)) = after.split_once('{') else {
                fields.push((field, after.to_owned()));
                break;
            };
            if text.is_empty() {
                return Err(wrong("two fields need a text between them"));
            }
            fields.push((field, text.to_owned()));
            rest = next;
        }
        let (product, companions) = (Arc::clone(&entry.product), entry.companions.clone());
        Ok(FileNameScheme { product, begins: begins.to_owned(), fields, companions })
    }

    /// Returns the product whose logs have such names.
    pub fn product(&self) -> &Arc<str> {
        &self.product
    }

    /// Returns the text with which the names begin.
    pub fn begins(&self) -> &str {
        &self.begins
    }

    /// Returns the name of a log of a process on a server.
    pub fn file_of(&self, server: &str, process: &str) -> String {
        let mut name = self.begins.clone();
        for (field, after) in &self.fields {
            name.push_str(match field {
                Field::Server => server,
                Field::Process => process,
            });
            name.push_str(after);
        }
        name
    }

    /// Splits the name of a file; `None` if it does not fit.
    pub(crate) fn parts<'a>(&self, file: &'a str) -> Option<NameParts<'a>> {
        let (companion, mut rest) = self.after_companion(file.strip_prefix(self.begins.as_str())?);
        let mut parts =
            NameParts { server: None, process: None, companion: companion.map(|companion| companion.kind) };
        for (place, (field, after)) in self.fields.iter().enumerate() {
            let is_last = place + 1 == self.fields.len();
            let found = if after.is_empty() { None } else { rest.split_once(after.as_str()) };
            let value = match found {
                Some((value, behind)) => {
                    rest = behind;
                    value
                }
                // a rotation may have cut the name
                None if is_last => rest,
                None => return None,
            };
            match field {
                Field::Server if value.is_empty() => return None,
                Field::Server => parts.server = Some(value),
                Field::Process => parts.process = Some(value),
            }
        }
        Some(parts)
    }

    fn after_companion<'a>(&self, rest: &'a str) -> (Option<&Companion>, &'a str) {
        let of_it = |companion: &Companion| rest.strip_prefix(companion.word.as_str());
        let found = self.companions.iter().find_map(|companion| Some((companion, of_it(companion)?)));
        found.map_or((None, rest), |(companion, rest)| (Some(companion), rest))
    }

    /// Returns the name without the product and the server, up to the number of a rotation.
    fn label(&self, file: &str, server: &str) -> Option<String> {
        let rest = file.strip_prefix(self.begins.as_str())?;
        let end = self.fields.last().map_or("", |(_, after)| after.as_str());
        let rest = if end.is_empty() { rest } else { rest.split(end).next().unwrap_or(rest) };
        let (before, after) = rest.split_once(server).unwrap_or(("", rest));
        let between = self.fields.iter().find(|(field, _)| *field == Field::Server);
        let between = between.map_or("", |(_, text)| text.as_str());
        let after = if between.is_empty() { after } else { after.trim_start_matches(between) };
        Some(format!("{before}{after}"))
    }
}

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
