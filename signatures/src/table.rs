//! [`CodeTable`]: the meanings of the codes that the pattern of a signature captures as `code`.
//!
//! One search finds the place of the code, and one lookup its meaning, so a table may have hundreds of codes and costs as
//! much as one signature. Each known code is a finding of its own, with the texts of its row.

use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use crate::severity::Severity;

/// Separator of the columns of a row.
const COLUMN: char = '|';

/// Word of a code that is no failure.
const OK: &str = "ok";

/// Words before the codes that end the failure of a row, and whether the text of both must name the same thing.
const CLEARED_BY: [(&str, bool); 2] = [("cleared by ", true), ("cleared in turn by ", false)];

/// Word before the signature that describes the failure of a row in detail.
const ENTRY: &str = "entry ";

/// The codes that a signature decodes: the table `[table]` of its file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Name of a code in a title, with `{code}` in its place: `SQL Server error {code}`.
    pub label: String,
    /// Whether a code without a row is a match of the signature itself, with its own title. Otherwise it is no match.
    #[serde(default)]
    pub unknown: bool,
    /// The rows, one a line: `codes | severity | title | what to do | relation`.
    ///
    /// Several spellings of one code are separated by spaces, the first is its name. The severity may be `ok` for a code
    /// that is no failure. The relation is optional: `cleared by CODES` if these codes end the failure of the same thing,
    /// `cleared in turn by CODES` if only their order shows what they end, `entry ID` for the signature that describes the
    /// failure in detail.
    rows: Rows,
}

/// The text of the rows. Copies share it.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
struct Rows(Arc<RowText>);

struct RowText {
    text: String,
    lines: Vec<Range<usize>>,
    /// The rows by the spellings of their codes; made when first needed.
    by_code: OnceLock<HashMap<String, usize>>,
}

impl Debug for Rows {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{} rows", self.0.lines.len())
    }
}

impl From<String> for Rows {
    fn from(text: String) -> Rows {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if !line.trim().is_empty() {
                lines.push(start..start + line.len());
            }
            start += line.len();
        }
        Rows(Arc::new(RowText { text, lines, by_code: OnceLock::new() }))
    }
}

/// A row of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeRow<'t> {
    /// The spellings of the code, separated by spaces; the first is its name.
    codes: &'t str,
    /// Severity; `None` for a code that is no failure.
    pub severity: Option<Severity>,
    /// What it means.
    pub title: &'t str,
    /// What to do; may be empty.
    pub action: &'t str,
    relation: &'t str,
}

impl<'t> CodeRow<'t> {
    fn read(line: &'t str) -> Result<CodeRow<'t>, String> {
        let mut columns = line.split(COLUMN).map(str::trim);
        let mut next = || columns.next().unwrap_or_default();
        let [codes, severity, title, action, relation] = [next(), next(), next(), next(), next()];
        let severity = match severity {
            OK => None,
            word => Some(severity_of(word).ok_or_else(|| {
                format!("the severity {word:?} is unknown; write critical, high, medium, low, info or ok")
            })?),
        };
        if columns.next().is_some() {
            return Err("it has more than five columns".to_owned());
        }
        if codes.is_empty() || title.is_empty() {
            return Err("it has no code or no title".to_owned());
        }
        let row = CodeRow { codes, severity, title, action, relation };
        if !relation.is_empty() && row.entry().is_none() && row.cleared_by().is_none() {
            return Err(format!(
                "the relation {relation:?} is none of cleared by, cleared in turn by, entry"
            ));
        }
        Ok(row)
    }

    /// The code as titles and ids have it.
    pub fn code(&self) -> &'t str {
        self.codes().next().unwrap_or_default()
    }

    /// All spellings of the code.
    pub fn codes(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.codes.split_whitespace()
    }

    /// The id of the signature that describes the failure in detail: its finding includes this one at the same time.
    pub fn entry(&self) -> Option<&'t str> {
        self.relation.strip_prefix(ENTRY).map(str::trim)
    }

    /// The codes that end the failure, and whether the text of both names the same thing.
    pub fn cleared_by(&self) -> Option<(Vec<&'t str>, bool)> {
        CLEARED_BY.iter().find_map(|(words, is_same)| {
            Some((self.relation.strip_prefix(words)?.split_whitespace().collect(), *is_same))
        })
    }
}

fn severity_of(word: &str) -> Option<Severity> {
    let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    all.into_iter().find(|severity| severity.word().eq_ignore_ascii_case(word))
}

/// A code as the index has it: letters in capitals, and a hexadecimal number without zeros at its start.
fn key(code: &str) -> String {
    let code = code.trim().to_ascii_uppercase();
    match code.strip_prefix("0X").map(|digits| digits.trim_start_matches('0')) {
        Some("") => "0X0".to_owned(),
        Some(digits) => format!("0X{digits}"),
        None => code,
    }
}

impl CodeTable {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.0.lines.len()
    }

    /// Returns whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Replaces `{code}` in a list of literals by the spellings of all codes that are failures.
    pub(crate) fn expand(&self, literals: &mut Vec<String>) {
        if literals.iter().any(|literal| literal == "{code}") {
            literals.retain(|literal| literal != "{code}");
            let rows = (0..self.len()).filter_map(|at| self.row(at)).filter(|row| row.severity.is_some());
            literals.extend(rows.flat_map(|row| row.codes()).map(str::to_owned));
        }
    }

    /// All rows as text, for a search.
    pub fn text(&self) -> &str {
        &self.rows.0.text
    }

    /// A row by its position; `None` if it is not in the form of a row.
    pub fn row(&self, at: usize) -> Option<CodeRow<'_>> {
        CodeRow::read(self.line(at)?).ok()
    }

    fn line(&self, at: usize) -> Option<&str> {
        self.rows.0.text.get(self.rows.0.lines.get(at)?.clone())
    }

    /// The position of the row of a code, in any case and with any number of zeros after `0x`.
    pub fn find(&self, code: &str) -> Option<usize> {
        let index = self.rows.0.by_code.get_or_init(|| {
            let mut index = HashMap::new();
            for (at, row) in (0..self.len()).filter_map(|at| Some((at, self.row(at)?))) {
                for code in row.codes() {
                    index.entry(key(code)).or_insert(at);
                }
            }
            index
        });
        index.get(&key(code)).copied()
    }

    /// The first error in its rows, with the line.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !self.label.contains("{code}") {
            return Err("the label of [table] has no {code}".to_owned());
        }
        if self.is_empty() {
            return Err("[table] has no rows".to_owned());
        }
        for at in 0..self.len() {
            let line = self.line(at).unwrap_or_default();
            let wrong = |what: String| format!("the row {:?} of [table]: {what}", line.trim());
            let row = CodeRow::read(line).map_err(wrong)?;
            if let Some(twice) = row.codes().find(|code| self.find(code) != Some(at)) {
                return Err(wrong(format!("another row has the code {twice}")));
            }
            let clears = row.cleared_by().map(|(codes, _)| codes).unwrap_or_default();
            let is_clear = |code: &&&str| {
                let clear = self.find(code).and_then(|at| self.row(at));
                clear.is_some_and(|clear| clear.severity.is_none())
            };
            if let Some(code) = clears.iter().find(|code| !is_clear(code)) {
                return Err(wrong(format!("{code} is not the code of a row with the severity ok")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "table/tests.rs"]
mod tests;
