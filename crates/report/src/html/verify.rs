//! Verification: what a page shows, compared with the files that it is about.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use html5gum::{Token, Tokenizer};
use spoglight_engine::collection::Collection;
use spoglight_model::SourceName;
use spoglight_model::analysis::Evidence;
use spoglight_source::{FileDigest, SourceId, digests};
use spoglight_text::sanitize::clean;

use crate::case::each_event;
use crate::document::bounds;

/// What a page shows of its files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ReportedPage {
    /// Program that wrote it; `None` if it is no report of this program.
    pub generator: Option<String>,
    inputs: Vec<Input>,
    /// Number of all input files, and the sum of their sums.
    all: Option<(usize, String)>,
    quotes: Vec<Quote>,
    /// Paths of the sources that are listed, by their numbers.
    sources: BTreeMap<u64, String>,
    windows: Vec<Window>,
}

/// An input file as a page names it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Input {
    name: String,
    bytes: String,
    sha256: String,
}

/// Lines of a source that a page quotes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Quote {
    source: String,
    line: u64,
    event_line: u64,
    offset: u64,
    lines: Vec<(u64, String)>,
}

/// A window of events.
#[derive(Debug, Default, PartialEq, Eq)]
struct Window {
    from: i64,
    to: i64,
    rows: Vec<Row>,
}

/// An event of a window.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    source: u64,
    line: u64,
    offset: u64,
    text: String,
}

/// The result of a verification.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Number of input files whose bytes are the same.
    pub same_files: usize,
    /// Number of quoted lines that are in the files as the page shows them.
    pub same_lines: usize,
    /// Number of events that are in the files as the page shows them.
    pub same_events: usize,
    /// What differs, each as a sentence.
    pub differences: Vec<String>,
}

/// Differences that are listed; more are counted.
const LISTED: usize = 100;

impl Verification {
    fn differ(&mut self, text: String) {
        self.differences.push(text);
    }

    /// The first differences, and the number of those that are left out.
    pub fn listed(&self) -> (&[String], usize) {
        let shown = self.differences.len().min(LISTED);
        (self.differences.get(..shown).unwrap_or_default(), self.differences.len() - shown)
    }
}

type StartTag = html5gum::StartTag<()>;

/// An attribute of a tag.
fn attribute(tag: &StartTag, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

fn number(tag: &StartTag, name: &str) -> u64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn signed(tag: &StartTag, name: &str) -> i64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or_default()
}

impl ReportedPage {
    /// Reads a page. What is no part of a report is passed over.
    pub fn read(html: &str) -> ReportedPage {
        let mut page = ReportedPage::default();
        let mut reader = PageReader::default();
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) => reader.begin(&mut page, &tag),
                Token::EndTag(tag) => reader.end(&mut page, &tag.name),
                Token::String(text) => reader.text.push_str(&String::from_utf8_lossy(&text)),
                _ => {}
            }
        }
        page
    }
}

/// What the text that follows belongs to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Elsewhere,
    QuotedLine(u64),
    Event,
    SourcePath(u64),
    /// A cell of the table of input files, by its column.
    InputCell(usize),
}

/// Reads the tags of a page in order.
#[derive(Debug, Default)]
struct PageReader {
    place: Place,
    text: String,
    is_input: bool,
    /// The lines that follow were read from a source.
    is_read: bool,
    column: usize,
    source: Option<u64>,
}

impl PageReader {
    fn begin(&mut self, page: &mut ReportedPage, tag: &StartTag) {
        let name: &[u8] = &tag.name;
        match name {
            b"meta" if attribute(tag, "name").as_deref() == Some("generator") => {
                page.generator = attribute(tag, "content").filter(|text| text.starts_with("spoglight "));
            }
            b"table" if attribute(tag, "id").as_deref() == Some("inputs") => {
                page.all = attribute(tag, "data-sum").map(|sum| (number(tag, "data-files") as usize, sum));
            }
            b"tr" => {
                self.is_input = attribute(tag, "class").as_deref() == Some("input");
                self.column = 0;
                self.source =
                    tag.attributes.contains_key(&b"data-source"[..]).then(|| number(tag, "data-source"));
                if self.is_input {
                    page.inputs.push(Input::default());
                }
            }
            b"td" => {
                if self.is_input {
                    self.place = Place::InputCell(self.column);
                }
                self.column += 1;
                self.text.clear();
            }
            b"div" if attribute(tag, "class").as_deref() == Some("quote") => {
                self.is_read = tag.attributes.contains_key(&b"data-line"[..]);
                if self.is_read {
                    page.quotes.push(Quote {
                        source: attribute(tag, "data-source").unwrap_or_default(),
                        line: number(tag, "data-line"),
                        event_line: number(tag, "data-event"),
                        offset: number(tag, "data-offset"),
                        lines: Vec::new(),
                    });
                }
            }
            b"details" if tag.attributes.contains_key(&b"data-from"[..]) => page.windows.push(Window {
                from: signed(tag, "data-from"),
                to: signed(tag, "data-to"),
                rows: Vec::new(),
            }),
            b"li" if tag.attributes.contains_key(&b"data-s"[..]) => {
                if let Some(window) = page.windows.last_mut() {
                    window.rows.push(Row {
                        source: number(tag, "data-s"),
                        line: number(tag, "data-l"),
                        offset: number(tag, "data-o"),
                        text: String::new(),
                    });
                    self.place = Place::Event;
                }
            }
            b"code" => {
                self.text.clear();
                if tag.attributes.contains_key(&b"data-n"[..]) {
                    self.place = Place::QuotedLine(number(tag, "data-n"));
                } else if let Some(source) = self.source.take() {
                    self.place = Place::SourcePath(source);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, page: &mut ReportedPage, name: &[u8]) {
        let is_cell = matches!(self.place, Place::InputCell(_));
        if name != b"code" && !(name == b"td" && is_cell) {
            return;
        }
        let text = std::mem::take(&mut self.text);
        match self.place {
            Place::Elsewhere => {}
            Place::QuotedLine(number) => {
                if let Some(quote) = page.quotes.last_mut().filter(|_| self.is_read) {
                    quote.lines.push((number, text));
                }
            }
            Place::Event => {
                if let Some(row) = page.windows.last_mut().and_then(|window| window.rows.last_mut()) {
                    row.text = text;
                }
            }
            Place::SourcePath(source) => {
                page.sources.insert(source, text);
            }
            Place::InputCell(column) => {
                if let Some(input) = page.inputs.last_mut() {
                    match column {
                        0 => input.name = text,
                        1 => input.bytes = text,
                        _ => input.sha256 = text,
                    }
                }
            }
        }
        self.place = Place::Elsewhere;
    }
}

/// A path as a page shows it.
fn shown(path: &str) -> String {
    clean(&bounds::name(path)).into_owned()
}

/// Compares a page with the files at `paths`, which `collection` has read with signatures and with an index.
///
/// Fails if a temporary file cannot be written.
pub fn verify(
    page: &ReportedPage,
    collection: &mut Collection<'_>,
    paths: &[PathBuf],
    threads: usize,
) -> io::Result<Verification> {
    let mut result = Verification::default();
    page.compare_files(&digests(paths, &|_| {}), &mut result);
    let by_path: BTreeMap<String, SourceId> =
        collection.sources.iter().map(|facts| (shown(&facts.path), facts.id)).collect();
    let quoted = page.quotes.iter().filter_map(|quote| by_path.get(&quote.source).copied());
    let quoted: BTreeSet<SourceId> = quoted.collect();
    let has_windows = !page.windows.is_empty();
    collection.stage_sources(&|source| has_windows || quoted.contains(&source));
    for quote in &page.quotes {
        quote.compare(collection, &by_path, &mut result);
    }
    for window in &page.windows {
        window.compare(page, collection, &by_path, threads, &mut result)?;
    }
    Ok(result)
}

impl ReportedPage {
    fn compare_files(&self, now: &[FileDigest], result: &mut Verification) {
        let by_name: BTreeMap<String, &FileDigest> =
            now.iter().map(|file| (clean(&file.name).into_owned(), file)).collect();
        for input in &self.inputs {
            match by_name.get(&input.name) {
                None => result.differ(format!("{}: not among the files", input.name)),
                Some(file) if file.sha256.as_deref() == Some(&input.sha256) => result.same_files += 1,
                Some(file) => result.differ(format!(
                    "{}: its bytes are others (SHA-256 {} in the report, {} now)",
                    input.name,
                    input.sha256,
                    file.sha256.as_deref().unwrap_or("not readable")
                )),
            }
        }
        let Some((files, sum)) = &self.all else {
            return result.differ("the report names no input files".to_owned());
        };
        if *files != now.len() {
            result.differ(format!("the report is about {files} files, and {} are there", now.len()));
        }
        if self.inputs.len() < *files && super::sum_of(now) != *sum {
            result.differ(
                "the sum of all sums differs: a file that the report does not list is another".to_owned(),
            );
        }
    }
}

impl Quote {
    fn compare(
        &self,
        collection: &Collection<'_>,
        by_path: &BTreeMap<String, SourceId>,
        result: &mut Verification,
    ) {
        let place = format!("{}:{}", self.source, self.line);
        let Some(id) = by_path.get(&self.source) else {
            return result.differ(format!("{place}: no such log"));
        };
        let Some(facts) = collection.sources.get(id.index()) else { return };
        let evidence = Evidence {
            source: SourceName { id: *id, path: facts.path.clone() },
            line: self.line,
            offset: self.offset,
            event_line: self.event_line,
            time: None,
            text: String::new(),
        };
        let Some(excerpt) = collection.excerpt(&evidence) else {
            return result.differ(format!("{place}: the line cannot be read"));
        };
        if self.lines.len() != excerpt.lines.len() {
            result.differ(format!(
                "{place}: the report shows {} lines, the log has {} there",
                self.lines.len(),
                excerpt.lines.len()
            ));
        }
        for ((number, text), line) in self.lines.iter().zip(&excerpt.lines) {
            if *number == line.number && *text == clean(&line.text) {
                result.same_lines += 1;
            } else {
                result.differ(format!("{}:{number}: the line differs", self.source));
            }
        }
    }
}

impl Window {
    fn compare(
        &self,
        page: &ReportedPage,
        collection: &Collection<'_>,
        by_path: &BTreeMap<String, SourceId>,
        threads: usize,
        result: &mut Verification,
    ) -> io::Result<()> {
        let mut rows: BTreeMap<(SourceId, u64, u64), (&Row, bool)> = BTreeMap::new();
        for row in &self.rows {
            let Some(path) = page.sources.get(&row.source) else {
                result.differ(format!("event at line {}: the report lists no log for it", row.line));
                continue;
            };
            match by_path.get(path) {
                Some(id) => drop(rows.insert((*id, row.line, row.offset), (row, false))),
                None => result.differ(format!("{path}:{}: no such log", row.line)),
            }
        }
        let path_of = |id: SourceId| {
            collection.sources.get(id.index()).map_or_else(String::new, |facts| shown(&facts.path))
        };
        let mut differences = Vec::new();
        each_event(collection, (self.from, self.to), threads, &mut |event| {
            let Some((row, is_found)) = rows.get_mut(&(event.source, event.line, event.offset)) else {
                return;
            };
            *is_found = true;
            if row.text == clean(&event.text) {
                result.same_events += 1;
            } else {
                differences.push(format!("{}:{}: the event differs", path_of(event.source), event.line));
            }
        })?;
        for ((source, line, _), (_, is_found)) in &rows {
            if !is_found {
                let path = path_of(*source);
                differences.push(format!(
                    "{path}:{line}: no such event at that time; are --tz, --skew and --apply-skew those of the report?"
                ));
            }
        }
        result.differences.extend(differences);
        Ok(())
    }
}
