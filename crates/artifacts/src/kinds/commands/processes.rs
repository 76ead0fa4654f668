//! Running processes: `tasklist`, with its options `/v`, `/svc` and `/fo`, and `Get-Process`.
//!
//! The header is in the language of the server, and so are most columns. The name of the program is the first, the number
//! of the process the second.

use serde::Serialize;

use super::console::{Echo, Line};
use super::table;
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};
use crate::kinds::csv;

/// Processes of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProcessList {
    /// The processes in the order of the output.
    pub processes: Vec<ListedProcess>,
    /// Whether the list holds processes of one program only, as with a filter.
    pub is_filtered: bool,
}

/// One process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedProcess {
    /// File of the program, such as `java.exe`.
    pub image: String,
    /// Number of the process.
    pub pid: u32,
    /// Line number, counted from 1.
    pub line: usize,
}

impl ProcessList {
    /// The number of processes of a program.
    pub fn count(&self, image: &str) -> usize {
        self.processes.iter().filter(|process| process.image.eq_ignore_ascii_case(image)).count()
    }
}

/// The reader of `tasklist`.
pub(super) struct Tasklist;

impl CommandReader for Tasklist {
    fn name(&self) -> &'static str {
        "tasklist"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let (processes, used) = as_table(lines).or_else(|| as_csv(lines)).or_else(|| as_list(lines))?;
        let first = processes.first()?.image.clone();
        let is_one = processes.iter().all(|process| process.image.eq_ignore_ascii_case(&first));
        let is_filtered = is_one || echo.command.to_ascii_lowercase().contains("/fi");
        let list = ProcessList { processes, is_filtered };
        Some(CommandReading::of(CommandContent::Processes(list), used))
    }
}

/// A header, a line of `=`, and a row for each process. A row that a mail has wrapped goes on in lines without a number.
fn as_table(lines: &[Line<'_>]) -> Option<(Vec<ListedProcess>, usize)> {
    let ruler = lines.get(1)?.text;
    if !ruler.starts_with("=====") || table::ruler(ruler).is_none() {
        return None;
    }
    let mut processes = Vec::new();
    let mut used = 2;
    for line in lines.iter().skip(2).take_while(|line| !line.text.trim().is_empty()) {
        if super::console::echo(line.text).is_some() {
            break;
        }
        used += 1;
        if processes.len() < MOST_ROWS {
            processes.extend(row(line));
        }
    }
    (!processes.is_empty()).then_some((processes, used))
}

fn row(line: &Line<'_>) -> Option<ListedProcess> {
    if line.text.starts_with(' ') {
        return None;
    }
    let mut image = String::new();
    for word in line.text.split_whitespace() {
        if !image.is_empty()
            && let Ok(pid) = word.parse()
        {
            return Some(ListedProcess { image, pid, line: line.number });
        }
        if !image.is_empty() {
            image.push(' ');
        }
        image.push_str(word);
    }
    None
}

/// `"java.exe","1234","Services","0","512,000 K"`, with or without a header.
fn as_csv(lines: &[Line<'_>]) -> Option<(Vec<ListedProcess>, usize)> {
    let process = |line: &Line<'_>| {
        let fields = csv::split(line.text);
        let (image, pid) = (fields.first()?, fields.get(1)?);
        let is_image = image.contains(".exe") || image.starts_with("System");
        (fields.len() > 2 && line.text.starts_with('"') && is_image).then(|| {
            Some(ListedProcess { image: image.clone(), pid: pid.parse().ok()?, line: line.number })
        })?
    };
    let first = lines.first()?;
    let header = usize::from(first.text.starts_with('"') && process(first).is_none());
    process(lines.get(header)?)?;
    let mut processes = Vec::new();
    let mut used = header;
    for line in lines.iter().skip(header).take_while(|line| line.text.starts_with('"')) {
        used += 1;
        if processes.len() < MOST_ROWS {
            processes.extend(process(line).or_else(|| {
                let fields = csv::split(line.text);
                Some(ListedProcess {
                    image: fields.first()?.clone(),
                    pid: fields.get(1)?.parse().ok()?,
                    line: line.number,
                })
            }));
        }
    }
    (!processes.is_empty()).then_some((processes, used))
}

/// `/fo list`: blocks of which the first line has the program and the second its number.
fn as_list(lines: &[Line<'_>]) -> Option<(Vec<ListedProcess>, usize)> {
    let value = |line: Option<&Line<'_>>| {
        let (label, value) = line?.text.split_once(':')?;
        (!label.is_empty() && label.len() < 40).then(|| value.trim().to_owned())
    };
    let process = |lines: &[Line<'_>]| {
        let (image, pid) = (value(lines.first())?, value(lines.get(1))?);
        let pid = pid.parse().ok()?;
        value(lines.get(2))?;
        let is_image = image.contains(".exe") || image.starts_with("System");
        is_image.then(|| lines.first().map(|line| ListedProcess { image, pid, line: line.number }))?
    };
    process(lines)?;
    let (mut rest, mut used) = (lines, 0);
    let mut processes = Vec::new();
    while let Some(found) = process(rest) {
        if processes.len() < MOST_ROWS {
            processes.push(found);
        }
        let block = rest.iter().take_while(|line| !line.text.trim().is_empty()).count();
        let empty = rest.iter().skip(block).take_while(|line| line.text.trim().is_empty()).count();
        used += block + empty;
        rest = rest.get(block + empty..).unwrap_or_default();
    }
    Some((processes, used))
}

/// The reader of `Get-Process`, which leaves out `.exe`.
pub(super) struct GetProcess;

impl CommandReader for GetProcess {
    fn name(&self) -> &'static str {
        "Get-Process"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let found = table::rows(lines, &["id", "processname"], MOST_ROWS)?;
        let processes = found.rows.iter().filter_map(|row| {
            let name = row.value(&["processname"])?;
            Some(ListedProcess {
                image: format!("{name}.exe"),
                pid: row.value(&["id"])?.parse().ok()?,
                line: row.line,
            })
        });
        let processes: Vec<ListedProcess> = processes.collect();
        let first = processes.first()?.image.clone();
        let is_filtered = processes.iter().all(|process| process.image == first);
        let list = ProcessList { processes, is_filtered };
        Some(CommandReading::of(CommandContent::Processes(list), found.used))
    }
}
