//! Sources: the table of logs, and sentences about unusual clocks and charsets.

use std::collections::BTreeMap;

use spoglight_diagnosis::inventory::{Inventory, InventoryLog};
use spoglight_model::analysis::{Analysis, SourceFacts};
use spoglight_parsers::Level;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;
use spoglight_time::{Timestamp, ZoneConfidence};

use super::bounds::{self, ROWS, SENTENCES};
use super::words::{bytes, marked, parsed_bytes, to_second};
use super::{BAR, Column, CoverageBar, Heading, Node, RichText, Style, Table, TableRow};

/// The section of sources, with a row for each of the first `rows` logs; `None` if there are none. The rotated files of a
/// log are one row.
pub(super) fn section(analysis: &Analysis, rows: Option<usize>) -> Option<Node> {
    if analysis.sources.is_empty() {
        return None;
    }
    let bar = CoverageBar::new(&analysis.totals, analysis.incident);
    let sentences = bar.iter().map(CoverageBar::legend).chain(sentences(analysis));
    let sentences = sentences.map(|text| Node::paragraph(RichText::styled(Style::Faint, text)));
    let inventory = Inventory::of(analysis);
    let logs: Vec<Log<'_>> = inventory
        .servers
        .iter()
        .flat_map(|server| server.logs.iter().map(|log| (server.host, log)))
        .collect();
    let count = logs.len();
    // a row of text is not longer than the line that would replace it
    let few = rows.filter(|rows| count > rows + 1);
    let shown = logs.get(..few.unwrap_or(count)).unwrap_or_default();
    let table = std::iter::once(Node::Table(table(&analysis.sources, shown, bar.as_ref())));
    let more = few.map(|few| {
        let more = counted(count - few, "more log", "more logs");
        let text = format!("and {more}; `--full` lists them, `spoglight inventory` by server");
        Node::paragraph(RichText::prose_in(Style::Faint, &text))
    });
    let table = table.chain(more.or_else(|| bounds::more(count, ROWS, "logs")));
    Node::section(Heading::new("Sources"), table.chain(sentences).collect())
}

/// A log and its server.
type Log<'a> = (Option<&'a str>, &'a InventoryLog<'a>);
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

fn table(sources: &[SourceFacts], logs: &[Log<'_>], bar: Option<&CoverageBar>) -> Table {
    let year = common_year(sources);
    let year = year.as_deref();
    let prefix = common_folder(logs.iter().flat_map(|(_, log)| &log.files).map(|source| &*source.path));
    let columns = vec![
        Column::text("Host"),
        Column::path("Log"),
        Column::text("Format"),
        Column::text("Zone"),
        Column::text(year.map_or_else(|| "First".to_owned(), |year| format!("First ({year})"))),
        Column::text("Last"),
        Column::number("Files"),
        Column::number("Events"),
        Column::number("Errors"),
        Column::number("Warn"),
        Column::number("Unparsed"),
        Column { style: Style::Code, ..Column::text("Covers") },
    ];
    let rows = logs.iter().take(ROWS).map(|log| row(cells(log, prefix, year, bar))).collect();
    Table { columns, rows, is_bare: false }
}

/// A row, and its narrow form in two lines.
fn row(cells: [String; 12]) -> TableRow {
    let [host, name, format, zone, first, last, files, events, errors, warnings, unparsed, covers] = &cells;
    let on = if host == "-" { String::new() } else { format!(" on {host}") };
    let files = if files == "1" { String::new() } else { format!(", {files} files") };
    let text = match events.as_str() {
        "0" => format!("{format}{files}"),
        _ if first == "-" => format!("{format}{files}, {events} events, {unparsed} unparsed"),
        _ => format!(
            "{format}{files}, zone {zone}, {first} to {last} {covers}, {events} events, {errors} errors, {warnings} \
             warnings, {unparsed} unparsed"
        ),
    };
    let headline = RichText::styled(Style::Path, name).and(Style::Plain, on);
    let narrow = vec![headline, RichText::styled(Style::Faint, text)];
    TableRow { cells: Vec::from(cells), narrow, severity: None }
}

fn cells((host, log): &Log<'_>, prefix: &str, year: Option<&str>, bar: Option<&CoverageBar>) -> [String; 12] {
    let files = &log.files;
    let level = |levels: &[Level]| {
        let has_none = files.iter().all(|file| file.levels.iter().all(|level| level == Level::None));
        let sum: u64 = files.iter().map(|file| file.levels.sum(levels)).sum();
        if has_none { "-".to_owned() } else { grouped(sum) }
    };
    let time = |time: Option<Timestamp>| {
        let text = marked(time);
        year.and_then(|year| text.strip_prefix(year)?.strip_prefix('-')).unwrap_or(&text).to_owned()
    };
    let first = files.iter().filter_map(|file| file.first).reduce(Timestamp::earlier);
    let last = files.iter().filter_map(|file| file.last).reduce(Timestamp::later);
    let mut zones = files.iter().filter(|file| file.first.is_some()).map(|file| file.zone.name.as_deref());
    let zone = match (zones.next(), zones.collect::<Vec<_>>()) {
        (None, _) => "-",
        (Some(first), others) if others.iter().any(|zone| *zone != first) => "several",
        (Some(first), _) => first.unwrap_or("unknown"),
    };
    let format = match files.iter().find_map(|file| file.format.as_deref()) {
        Some(format) => format,
        None if files.iter().all(|file| file.bytes == 0) => "empty",
        None => "not text",
    };
    // the one file of a log has the more exact name
    let name = match files.as_slice() {
        [file] => &*file.path,
        _ => log.name,
    };
    let bar = bar.filter(|_| first.is_some());
    [
        host.map_or_else(|| "-".to_owned(), |host| bounds::name(host).into_owned()),
        bounds::name(name.strip_prefix(prefix).unwrap_or(name)).into_owned(),
        format.to_owned(),
        zone.to_owned(),
        time(first),
        time(last),
        files.len().to_string(),
        grouped(files.iter().map(|file| file.events).sum()),
        level(&[Level::Fatal, Level::Error]),
        level(&[Level::Warn]),
        bytes(files.iter().map(|file| file.unparsed).sum()),
        bar.map_or_else(String::new, |bar| bar.draw(files, BAR / 2)),
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
