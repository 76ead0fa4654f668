//! The inventory as text: servers, their logs, and which part of the time each of them covers.

use std::io::{self, Write};

use super::RenderOptions;
use super::paint::Paint;
use super::span::{BAR, Span};
use super::words::{bytes, marked};
use super::{sources, table};
use spoglight_diagnosis::inventory::{Inventory, InventoryLog};
use spoglight_model::analysis::SourceFacts;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

/// The column of the table that gives way if the terminal is narrow.
const NAME: usize = 0;

/// Writes it.
pub fn write(inventory: &Inventory<'_>, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { colour: look.colour };
    let span = Span::of(inventory.totals, inventory.incident);
    for server in &inventory.servers {
        let name = server.host.map_or_else(|| "Server unknown".to_owned(), |host| clean(host).into_owned());
        let role = server.role.map_or_else(String::new, |role| format!(", {role}"));
        let logs = counted(server.logs.len(), "log", "logs");
        writeln!(
            out,
            "{}{role}: {logs}, {} events, {}",
            paint.strong(&name),
            grouped(server.events),
            bytes(server.bytes)
        )?;
        let heading =
            ["Log", "Process", "Format", "Charset", "Files", "Events", "Parsed", "First", "Last", "Covers"];
        let mut rows = vec![heading.map(|word| format!("{}{word}", if word == "Log" { "  " } else { "" }))];
        let all: Vec<&SourceFacts> = server.logs.iter().flat_map(|log| log.files.iter().copied()).collect();
        let prefix = sources::common_folder(all.iter().map(|source| &*source.path));
        rows.extend(server.logs.iter().map(|log| row(log, prefix, span.as_ref())));
        let right = [false, false, false, false, true, true, true, false, false, false];
        if table::least_width(&rows, NAME) > look.table_width {
            list(&rows, out)?;
        } else {
            table::write(&rows, right, (NAME, look.table_width), out)?;
        }
        for text in seconds(&all) {
            writeln!(out, "{}", paint.faint(wrap(&text, look.width)))?;
        }
        writeln!(out)?;
    }
    if let Some(span) = &span {
        writeln!(out, "{}", span.legend())?;
    }
    for one in inventory.cannot_tell {
        let text = wrap(&format!("{}: {}.", one.about, one.why), look.width);
        writeln!(out, "{} {}", paint.warning("?"), text.trim_start())?;
        writeln!(out, "{}", paint.faint(wrap(&one.advice, look.width)))?;
    }
    for warning in inventory.warnings {
        let text = wrap(&format!("{} {}", warning.path, warning.what), look.width);
        writeln!(out, "{} {}", paint.warning("!"), text.trim_start())?;
        writeln!(out, "{}", paint.faint(wrap(&warning.advice, look.width)))?;
    }
    Ok(())
}

/// Which files hold what others do, too.
fn seconds(files: &[&SourceFacts]) -> Vec<String> {
    let sentence = |file: &&SourceFacts| match (&file.copy_of, &file.repeats) {
        (Some(other), _) => Some(format!("{} has the same bytes as {other}: counted there.", file.path)),
        (None, Some(other)) => Some(format!(
            "The messages of {} stand in {}, too: counted there.",
            file_name(&file.path),
            file_name(other)
        )),
        (None, None) => None,
    };
    files.iter().filter_map(sentence).collect()
}

/// Lines of text, behind two blanks.
fn wrap(text: &str, width: usize) -> String {
    let options = textwrap::Options::new(width.clamp(40, 110)).initial_indent("  ").subsequent_indent("  ");
    textwrap::fill(&clean(text), options)
}

/// The table for a terminal that is too narrow for it: three lines a log.
fn list(rows: &[[String; 10]], out: &mut dyn Write) -> io::Result<()> {
    for [name, _, format, charset, files, events, parsed, first, last, covers] in rows.iter().skip(1) {
        writeln!(out, "{name}")?;
        if format == "empty" {
            writeln!(out, "    empty")?;
            continue;
        }
        let files = if files == "1" { String::new() } else { format!(", {files} files") };
        writeln!(out, "    {format}, {charset}{files}, {events} events, {parsed} parsed")?;
        writeln!(out, "    {covers}  {first} to {last}")?;
    }
    Ok(())
}

fn row(log: &InventoryLog<'_>, prefix: &str, span: Option<&Span>) -> [String; 10] {
    let files = &log.files;
    let events: u64 = files.iter().map(|file| file.events).sum();
    let (parsed, all) =
        files.iter().fold((0, 0), |(parsed, all), file| (parsed + file.parsed, all + file.bytes));
    let share =
        if all == 0 { "-".to_owned() } else { format!("{:.0} %", parsed as f64 * 100.0 / all as f64) };
    let one = |of: fn(&SourceFacts) -> Option<&String>| {
        files.iter().find_map(|file| of(file)).cloned().unwrap_or_else(|| "-".to_owned())
    };
    [
        format!("  {}", log.name.strip_prefix(prefix).unwrap_or(log.name)),
        log.origin.process.clone().unwrap_or_else(|| "-".to_owned()),
        if all == 0 { "empty".to_owned() } else { one(|file| file.format.as_ref()) },
        one(|file| file.charset.as_ref()),
        files.len().to_string(),
        grouped(events),
        share,
        marked(files.iter().filter_map(|file| file.first).reduce(Timestamp::earlier)),
        marked(files.iter().filter_map(|file| file.last).reduce(Timestamp::later)),
        span.map_or_else(String::new, |span| span.bar(files, BAR)),
    ]
    .map(|cell| clean(&cell).into_owned())
}
