//! Sources: the table of files, and sentences about unusual clocks and charsets.

use std::collections::BTreeMap;

use spoglight_model::analysis::{Analysis, SourceFacts};
use spoglight_parsers::Level;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;
use spoglight_time::{Timestamp, ZoneConfidence};

use super::bounds::{self, ROWS, SENTENCES};
use super::words::{bytes, marked, parsed_bytes, to_second};
use super::{BAR, Column, CoverageBar, Heading, Node, RichText, Style, Table, TableRow};

/// The section of sources, with a row for each of the first `files`; `None` if there are none.
pub(super) fn section(analysis: &Analysis, files: Option<usize>) -> Option<Node> {
    if analysis.sources.is_empty() {
        return None;
    }
    let bar = CoverageBar::new(&analysis.totals, analysis.incident);
    let sentences = bar.iter().map(CoverageBar::legend).chain(sentences(analysis));
    let sentences = sentences.map(|text| Node::paragraph(RichText::styled(Style::Faint, text)));
    let count = analysis.sources.len();
    // a row of text is not longer than the line that would replace it
    let few = files.filter(|files| count > files + 1);
    let rows = analysis.sources.get(..few.unwrap_or(count)).unwrap_or_default();
    let table = std::iter::once(Node::Table(table(rows, bar.as_ref())));
    let more = few.map(|few| {
        let more = grouped((count - few) as u64);
        let text = format!("and {more} more files; `--full` lists them, `spoglight inventory` by server");
        Node::paragraph(RichText::prose_in(Style::Faint, &text))
    });
    let table = table.chain(more.or_else(|| bounds::more(count, ROWS, "files")));
    Node::section(Heading::new("Sources"), table.chain(sentences).collect())
}

/// Sentences on the zones and character sets of the sources, and on what was understood.
pub(super) fn sentences(analysis: &Analysis) -> Vec<String> {
    let totals = &analysis.totals;
    let zones = some(zones(&analysis.sources)).into_iter();
    let sentences = zones.chain(some(charsets(&analysis.sources)));
    sentences.chain([parsed_bytes(totals.parsed, totals.unparsed)]).collect()
}

/// The first sentences, and how many more there are.
fn some(mut sentences: Vec<String>) -> Vec<String> {
    let more = sentences.len().saturating_sub(SENTENCES);
    sentences.truncate(SENTENCES);
    if more > 0 {
        sentences.push(format!("{} more such groups of files.", grouped(more as u64)));
    }
    sentences
}

fn table(sources: &[SourceFacts], bar: Option<&CoverageBar>) -> Table {
    let year = common_year(sources);
    let year = year.as_deref();
    let prefix = common_folder(sources.iter().map(|source| &*source.path));
    let columns = vec![
        Column::text("Host"),
        Column::path("File"),
        Column::text("Format"),
        Column::text("Zone"),
        Column::text(year.map_or_else(|| "First".to_owned(), |year| format!("First ({year})"))),
        Column::text("Last"),
        Column::number("Events"),
        Column::number("Errors"),
        Column::number("Warn"),
        Column::number("Unparsed"),
        Column { style: Style::Code, ..Column::text("Covers") },
    ];
    let rows = sources.iter().take(ROWS).map(|source| row(cells(source, prefix, year, bar))).collect();
    Table { columns, rows, is_bare: false }
}

/// A row, and its narrow form in two lines.
fn row(cells: [String; 11]) -> TableRow {
    let [host, file, format, zone, first, last, events, errors, warnings, unparsed, covers] = &cells;
    let on = if host == "-" { String::new() } else { format!(" on {host}") };
    let text = match events.as_str() {
        "0" => format.clone(),
        _ if first == "-" => format!("{format}, {events} events, {unparsed} unparsed"),
        _ => format!(
            "{format}, zone {zone}, {first} to {last} {covers}, {events} events, {errors} errors, {warnings} \
             warnings, {unparsed} unparsed"
        ),
    };
    let headline = RichText::styled(Style::Path, file).and(Style::Plain, on);
    let narrow = vec![headline, RichText::styled(Style::Faint, text)];
    TableRow { cells: Vec::from(cells), narrow, severity: None }
}

fn cells(source: &SourceFacts, prefix: &str, year: Option<&str>, bar: Option<&CoverageBar>) -> [String; 11] {
    let level = |levels: &[Level]| {
        let has_none = source.levels.iter().all(|level| level == Level::None);
        if has_none { "-".to_owned() } else { grouped(source.levels.sum(levels)) }
    };
    let time = |time: Option<Timestamp>| {
        let text = marked(time);
        year.and_then(|year| text.strip_prefix(year)?.strip_prefix('-')).unwrap_or(&text).to_owned()
    };
    let zone = match (&source.zone.name, source.first) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => "unknown".to_owned(),
        (None, None) => "-".to_owned(),
    };
    let format = match &source.format {
        Some(format) => format.to_string(),
        None if source.bytes == 0 => "empty".to_owned(),
        None => "not text".to_owned(),
    };
    let bar = bar.filter(|_| source.first.is_some());
    [
        source.host.as_deref().map_or_else(|| "-".to_owned(), |host| bounds::name(host).into_owned()),
        bounds::name(source.path.strip_prefix(prefix).unwrap_or(&source.path)).into_owned(),
        format,
        zone,
        time(source.first),
        time(source.last),
        grouped(source.events),
        level(&[Level::Fatal, Level::Error]),
        level(&[Level::Warn]),
        bytes(source.unparsed),
        bar.map_or_else(String::new, |bar| bar.draw(&[source], BAR / 2)),
    ]
}

/// Sentences on the sources that are not plain UTF-8, with the evidence for their charsets.
fn charsets(sources: &[SourceFacts]) -> Vec<String> {
    let mut known: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for source in sources {
        if let (Some(charset), Some(evidence)) = (source.charset.name(), source.charset.evidence())
            && charset != "utf-8"
        {
            known.entry((charset, evidence)).or_default().push(&source.path);
        }
    }
    let sentence = |((charset, evidence), paths): ((&str, &str), Vec<&str>)| {
        let such = paths.first().map_or("", |path| file_name(path));
        let files = counted(paths.len(), "file", "files");
        format!("Charset of {files} such as {such}: {charset}, {evidence}.")
    };
    known.into_iter().map(sentence).collect()
}

/// Sentences on the time zones of the sources, with the evidence for them.
fn zones(sources: &[SourceFacts]) -> Vec<String> {
    let mut known: BTreeMap<(&str, ZoneConfidence), usize> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.first.is_some()) {
        *known.entry((&source.zone.evidence, source.zone.confidence)).or_default() += 1;
    }
    let sentence = |((evidence, confidence), count): ((&str, ZoneConfidence), usize)| {
        let sure = match confidence {
            ZoneConfidence::Certain | ZoneConfidence::Given | ZoneConfidence::None => String::new(),
            other => format!(" ({})", other.name()),
        };
        format!("Time zone of {}: {evidence}{sure}.", counted(count, "file", "files"))
    };
    known.into_iter().map(sentence).collect()
}

/// The path of the folder that contains all sources, with the separator at its end.
pub(crate) fn common_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = paths.next() else { return "" };
    let shared = paths.fold(first.len(), |shared, path| {
        let same = first.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        shared.min(same)
    });
    let end = first.as_bytes().iter().take(shared).rposition(|byte| matches!(byte, b'/' | b'!'));
    end.and_then(|end| first.get(..=end)).unwrap_or("")
}

/// The year, if all timestamps have the same.
fn common_year(sources: &[SourceFacts]) -> Option<String> {
    let mut years = sources.iter().flat_map(|source| [source.first, source.last]).flatten();
    let year = |time: Timestamp| to_second(time).get(..4).map(str::to_owned);
    let first = year(years.next()?)?;
    years.all(|time| year(time).as_ref() == Some(&first)).then_some(first)
}
