//! [`Codes`]: the rows of the tables of a library, at the places after its signatures. A row becomes a signature when it is
//! first needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::{CompiledSignature, Library, SignatureMatch};
use crate::event_match;
use crate::severity::Severity;
use crate::signature::{Confidence, Signature, SignatureKind};
use crate::table::{CodeRow, CodeTable};

/// Name of the capture with the code. In a table of events it may be missing: the code is the number of the event.
const CODE: &str = "code";

/// The rows of all tables.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// Place of the signature that has a table, and of the first row, in ascending order.
    tables: Vec<(usize, usize)>,
    rows: Vec<OnceLock<Option<Box<Signature>>>>,
}

impl Codes {
    /// The rows of the tables of some signatures; the place of the first row is the number of signatures.
    pub(super) fn new(signatures: &[CompiledSignature]) -> Codes {
        let mut codes = Codes::default();
        for (family, entry) in signatures.iter().enumerate() {
            if let Some(table) = &entry.signature.table {
                codes.tables.push((family, signatures.len() + codes.rows.len()));
                codes.rows.extend((0..table.len()).map(|_| OnceLock::new()));
            }
        }
        codes
    }

    /// The signature with the table of a row, and the position of the row in it.
    fn row(&self, place: usize) -> Option<(usize, usize)> {
        let after = self.tables.partition_point(|(_, first)| *first <= place);
        let (family, first) = *self.tables.get(after.checked_sub(1)?)?;
        Some((family, place - first))
    }
}

impl Library {
    /// Number of places: signatures, and after them the rows of their tables.
    pub fn places(&self) -> usize {
        self.signatures.len() + self.codes.rows.len()
    }

    /// The place of the signature that was searched for: of a row, that of its table; otherwise `place`.
    pub fn searched(&self, place: usize) -> usize {
        if place < self.signatures.len() {
            return place;
        }
        self.codes.row(place).map_or(place, |(family, _)| family)
    }

    /// Returns whether a place is of a table: what it shows is general, and every other signature is more specific.
    pub fn is_general(&self, place: usize) -> bool {
        place >= self.signatures.len() || self.table(place).is_some()
    }

    fn table(&self, family: usize) -> Option<&CodeTable> {
        self.signatures.get(family)?.signature.table.as_ref()
    }

    /// The place of the row for the captures of a match of a table; the same place for other signatures. `None` if the
    /// table does not have the code and needs it.
    pub fn decoded(&self, place: usize, captures: &BTreeMap<String, String>) -> Option<usize> {
        let Some(table) = self.table(place) else { return Some(place) };
        let code = captures.get(CODE).or_else(|| captures.get(event_match::CAPTURES[0]))?;
        match table.find(code) {
            Some(row) => Some(self.first_row(place)? + row),
            None => table.unknown.then_some(place),
        }
    }

    fn first_row(&self, family: usize) -> Option<usize> {
        self.codes.tables.iter().find(|(known, _)| *known == family).map(|(_, first)| *first)
    }

    /// The row at a place, if it is the place of one.
    pub fn code_row(&self, place: usize) -> Option<CodeRow<'_>> {
        if place < self.signatures.len() {
            return None;
        }
        let (family, row) = self.codes.row(place)?;
        self.table(family)?.row(row)
    }

    /// The places of the rows with other codes of the same table.
    pub fn rows_beside(&self, place: usize, codes: &[&str]) -> Vec<usize> {
        let family = self.searched(place);
        let (Some(table), Some(first)) = (self.table(family), self.first_row(family)) else {
            return Vec::new();
        };
        codes.iter().filter_map(|code| Some(first + table.find(code)?)).collect()
    }

    /// The places of the rows that decode a code, one of each table that knows it.
    pub fn rows_of(&self, code: &str) -> Vec<usize> {
        let of_table = |(family, first): &(usize, usize)| Some(first + self.table(*family)?.find(code)?);
        self.codes.tables.iter().filter_map(of_table).collect()
    }

    pub(super) fn row_signature(&self, place: usize) -> Option<&Signature> {
        let at = place.checked_sub(self.signatures.len())?;
        let cell = self.codes.rows.get(at)?;
        let (family, row) = self.codes.row(place)?;
        let make = || {
            let family = &self.signatures.get(family)?.signature;
            signature_of(family, family.table.as_ref()?, row).map(Box::new)
        };
        cell.get_or_init(make).as_deref()
    }

    /// The place of the row with an id.
    pub(super) fn row_position(&self, id: &str) -> Option<usize> {
        self.codes.tables.iter().find_map(|(family, first)| {
            let signature = &self.signatures.get(*family)?.signature;
            let code = id.strip_prefix(signature.id.as_str())?.strip_prefix('-')?;
            let at = first + signature.table.as_ref()?.find(code)?;
            (self.get(at)?.id == *id).then_some(at)
        })
    }

    /// Returns whether a signature is the entry that describes the failure of a row.
    pub(super) fn is_entry_of(&self, root: usize, row: usize) -> bool {
        let entry = self.code_row(row).and_then(|row| row.entry());
        entry.is_some_and(|entry| self.get(root).is_some_and(|root| root.id == *entry))
    }

    /// Drops the general matches of a message that another signature names.
    pub(super) fn keep_specific(&self, hits: &mut Vec<SignatureMatch>) {
        if hits.iter().any(|hit| self.names_message(hit.signature)) {
            hits.retain(|hit| !self.is_general(hit.signature));
        }
    }

    /// Returns whether a match makes the general ones of its message superfluous. A marker says nothing by itself.
    pub fn names_message(&self, place: usize) -> bool {
        let is_marker = |signature: &Signature| signature.kind == SignatureKind::Marker;
        !self.is_general(place) && self.get(place).is_some_and(|signature| !is_marker(signature))
    }
}

/// The signature of a row: the texts of `family`, the signature of the table, with those of the row before them.
fn signature_of(family: &Signature, table: &CodeTable, at: usize) -> Option<Signature> {
    let row = table.row(at)?;
    let name = table.label.replace("{code}", row.code());
    let kind = match row.severity {
        None => SignatureKind::Marker,
        Some(_) if row.entry().is_some() => SignatureKind::Symptom,
        Some(_) => SignatureKind::Failure,
    };
    let is_certain = family.confidence == Confidence::Certain && kind != SignatureKind::Symptom;
    let fix = (!row.action.is_empty()).then(|| row.action.to_owned());
    Some(Signature {
        id: format!("{}-{}", family.id, row.code().to_ascii_lowercase()).as_str().into(),
        title: format!("{} ({name})", row.title),
        severity: row.severity.unwrap_or(Severity::Info),
        confidence: if is_certain { Confidence::Certain } else { family.confidence.max(Confidence::Likely) },
        proves: family.proves.clone().filter(|_| is_certain),
        kind,
        cause: format!("{}. {}", row.title, family.cause),
        fix: fix.into_iter().chain(family.fix.iter().cloned()).collect(),
        explains: Vec::new(),
        resolved: Vec::new(),
        facts: Vec::new(),
        called: Vec::new(),
        table: None,
        hits: Vec::new(),
        misses: Vec::new(),
        ..family.clone()
    })
}
