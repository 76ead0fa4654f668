//! The inventory as a document: servers, their logs, and the time that each log covers.

use spoglight_diagnosis::inventory::{Inventory, InventoryLog, Server};
use spoglight_model::analysis::SourceFacts;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

use crate::document::bounds::{self, ROWS};
use crate::document::words::{bytes, marked};
use crate::document::{
    self, BAR, Column, CoverageBar, Document, Heading, Node, RichText, Section, Style, Table, TableRow,
};

/// The document of an inventory.
pub fn build(inventory: &Inventory<'_>) -> Document {
    let bar = CoverageBar::new(inventory.totals, inventory.incident);
    // the rows of all servers together are limited
    let mut rows = ROWS;
    let mut servers = Vec::new();
    for server in &inventory.servers {
        if rows == 0 {
            break;
        }
        servers.push(Node::Section(section(server, bar.as_ref(), rows)));
        rows = rows.saturating_sub(server.logs.len());
    }
    let more = bounds::more(inventory.servers.len(), servers.len(), "servers");
    let servers = servers.into_iter().chain(more);
    let legend = bar.iter().map(|bar| Node::paragraph(RichText::plain(bar.legend())));
    let gaps = bounds::list(inventory.coverage_gaps, "questions", document::coverage_gap);
    let warnings = bounds::list(inventory.warnings, "files", document::warning);
    let title = format!("spoglight: inventory of {}", bounds::names(inventory.inputs));
    Document::new(title, servers.chain(legend).chain(gaps).chain(warnings).collect())
}

/// A server with at most `rows` of its logs.
fn section(server: &Server<'_>, bar: Option<&CoverageBar>, rows: usize) -> Section {
    let role = server.role.map_or_else(String::new, |role| format!(", {role}"));
    let logs = counted(server.logs.len(), "log", "logs");
    let facts = format!("{role}: {logs}, {} events, {}", grouped(server.events), bytes(server.bytes));
    let name = server.host.map_or("Unknown server".into(), bounds::name);
    let text = RichText::styled(Style::Strong, name).and(Style::Plain, facts);
    let files: Vec<&SourceFacts> = server.logs.iter().flat_map(|log| log.files.iter().copied()).collect();
    let table = std::iter::once(Node::Table(table(server, &files, bar, rows)));
    let table = table.chain(bounds::more(server.logs.len(), rows, "logs"));
    let is_repeated = |file: &&SourceFacts| file.is_second();
    let repeats: Vec<&SourceFacts> = files.iter().copied().filter(is_repeated).collect();
    let sentence = |file: &&SourceFacts| {
        Node::paragraph(RichText::styled(Style::Faint, repeated(file).unwrap_or_default()))
    };
    let sentences = bounds::list(&repeats, "files that are counted elsewhere", sentence);
    Section { heading: Heading { tag: None, text }, nodes: table.chain(sentences).collect() }
}

fn table(server: &Server<'_>, files: &[&SourceFacts], bar: Option<&CoverageBar>, rows: usize) -> Table {
    let prefix = document::common_folder(files.iter().map(|source| &*source.path));
    let columns = vec![
        Column::path("Log"),
        Column::text("Process"),
        Column::text("Format"),
        Column::text("Charset"),
        Column::number("Files"),
        Column::number("Events"),
        Column::number("Parsed"),
        Column::text("First"),
        Column::text("Last"),
        Column { style: Style::Code, ..Column::text("Covers") },
    ];
    let rows = server.logs.iter().take(rows).map(|log| row(cells(log, prefix, bar))).collect();
    Table { columns, rows, is_bare: false }
}

/// A sentence for a file whose messages are also in another.
fn repeated(file: &SourceFacts) -> Option<String> {
    match (&file.copy_of, &file.repeats) {
        (Some(other), _) => {
            Some(format!("{} has the same bytes as {other} and is counted there.", file.path))
        }
        (None, Some(other)) => Some(format!(
            "The messages of {} are also in {} and are counted there.",
            file_name(&file.path),
            file_name(other)
        )),
        (None, None) => None,
    }
}

/// A row, and its narrow form in three lines.
fn row(cells: [String; 10]) -> TableRow {
    let [name, _, format, charset, files, events, parsed, first, last, covers] = &cells;
    let mut narrow = vec![RichText::styled(Style::Path, name)];
    if format == "empty" {
        narrow.push(RichText::plain("empty"));
    } else {
        let files = if files == "1" { String::new() } else { format!(", {files} files") };
        narrow.push(RichText::plain(format!("{format}, {charset}{files}, {events} events, {parsed} parsed")));
        narrow.push(RichText::plain(format!("{covers}  {first} to {last}")));
    }
    TableRow { cells: Vec::from(cells), narrow, severity: None }
}

fn cells(log: &InventoryLog<'_>, prefix: &str, bar: Option<&CoverageBar>) -> [String; 10] {
    let files = &log.files;
    let events: u64 = files.iter().map(|file| file.events).sum();
    let (parsed, all) =
        files.iter().fold((0, 0), |(parsed, all), file| (parsed + file.parsed, all + file.bytes));
    let share =
        if all == 0 { "-".to_owned() } else { format!("{:.0} %", parsed as f64 * 100.0 / all as f64) };
    let first_of = |field: fn(&SourceFacts) -> Option<&str>| {
        files.iter().find_map(|file| field(file)).unwrap_or("-").to_owned()
    };
    [
        bounds::name(log.name.strip_prefix(prefix).unwrap_or(log.name)).into_owned(),
        log.origin.process.as_deref().unwrap_or("-").to_owned(),
        if all == 0 { "empty".to_owned() } else { first_of(|file| file.format.as_deref()) },
        first_of(|file| file.charset.name()),
        files.len().to_string(),
        grouped(events),
        share,
        marked(files.iter().filter_map(|file| file.first).reduce(Timestamp::earlier)),
        marked(files.iter().filter_map(|file| file.last).reduce(Timestamp::later)),
        bar.map_or_else(String::new, |bar| bar.draw(files, BAR)),
    ]
}
