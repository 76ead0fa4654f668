//! Rows of objects as PowerShell and the tools of Windows write them: tables with a line of dashes below their header, lists
//! of `Name : value`, CSV, and the tables of `wmic`, whose columns begin below their names.

use super::console::Line;
use crate::kinds::csv;

/// Rows with the names of their columns in small letters.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Lines that belong to them.
    pub(super) used: usize,
}

/// One row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Line number, counted from 1.
    pub(super) line: usize,
    /// Columns and values.
    pub(super) fields: Vec<(String, String)>,
}

impl Row {
    /// The value of the first of these columns that it has; not an empty one.
    pub(super) fn value(&self, columns: &[&str]) -> Option<&str> {
        columns.iter().find_map(|wanted| {
            let field = self.fields.iter().find(|(column, value)| column == wanted && !value.is_empty());
            field.map(|(_, value)| value.as_str())
        })
    }

    fn has(&self, column: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == column)
    }
}

/// Reads the rows that begin here, if they have all these columns: as a table, a list or CSV.
pub(super) fn rows(lines: &[Line<'_>], columns: &[&str], most: usize) -> Option<Rows> {
    let found = table(lines, columns, most).or_else(|| list(lines, columns, most));
    found.or_else(|| comma(lines, columns, most)).or_else(|| aligned(lines, columns, most))
}

/// Groups of dashes in a line that has nothing else, as positions of characters.
pub(super) fn ruler(line: &str) -> Option<Vec<usize>> {
    let mut starts = Vec::new();
    let mut before = ' ';
    for (at, letter) in line.chars().enumerate() {
        match letter {
            '-' | '=' if before == ' ' => starts.push(at),
            '-' | '=' | ' ' => {}
            _ => return None,
        }
        before = letter;
    }
    (starts.len() > 1).then_some(starts)
}

/// The parts of a line from each of these positions to the next. A word that begins before a position and ends behind it is
/// not cut: numbers are aligned to the right.
pub(super) fn cells(line: &str, starts: &[usize]) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    let is_text = |at: usize| letters.get(at).is_some_and(|letter| *letter != ' ');
    let start = |at: usize| {
        let mut at = at.min(letters.len());
        while at > 0 && is_text(at) && is_text(at - 1) {
            at -= 1;
        }
        at
    };
    let mut edges: Vec<usize> = starts.iter().map(|at| start(*at)).collect();
    edges.push(letters.len());
    let parts = edges.windows(2).map(|pair| match pair {
        [from, to] => letters.get(*from..*to.max(from)).unwrap_or_default().iter().collect::<String>(),
        _ => String::new(),
    });
    parts.map(|part| part.trim().to_owned()).collect()
}

fn table(lines: &[Line<'_>], columns: &[&str], most: usize) -> Option<Rows> {
    let header = lines.first()?.text;
    let starts = ruler(lines.get(1)?.text)?;
    let names: Vec<String> = cells(header, &starts).iter().map(|name| name.to_lowercase()).collect();
    if !columns.iter().all(|column| names.iter().any(|name| name == column)) {
        return None;
    }
    let body = lines.iter().skip(2).take_while(|line| !line.text.trim().is_empty());
    let mut found = Rows { rows: Vec::new(), used: 2 };
    for line in body {
        found.used += 1;
        if found.rows.len() < most {
            let fields = names.iter().cloned().zip(cells(line.text, &starts)).collect();
            found.rows.push(Row { line: line.number, fields });
        }
    }
    Some(found)
}

/// `Name : value` in lines, with empty lines between the objects.
fn list(lines: &[Line<'_>], columns: &[&str], most: usize) -> Option<Rows> {
    let first = pair(lines.first()?.text)?;
    if !columns.contains(&first.0.as_str()) && lines.get(1).and_then(|line| pair(line.text)).is_none() {
        return None;
    }
    let mut found = Rows::default();
    let mut rest = lines;
    loop {
        let empty = rest.iter().take_while(|line| line.text.trim().is_empty()).count();
        let body = rest.get(empty..).unwrap_or_default();
        let mut row = Row { line: body.first().map_or(0, |line| line.number), fields: Vec::new() };
        let mut used = 0;
        for line in body {
            if let Some(field) = pair(line.text) {
                row.fields.push(field);
            } else if line.text.starts_with("    ") && !row.fields.is_empty() {
                // a long value goes on
                if let Some((_, value)) = row.fields.last_mut() {
                    value.push_str(line.text.trim());
                }
            } else {
                break;
            }
            used += 1;
        }
        if used == 0 || !columns.iter().all(|column| row.has(column)) {
            break;
        }
        found.used += empty + used;
        if found.rows.len() < most {
            found.rows.push(row);
        }
        rest = rest.get(empty + used..).unwrap_or_default();
    }
    (!found.rows.is_empty()).then_some(found)
}

fn pair(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(" : ").or_else(|| line.strip_suffix(" :").map(|name| (name, "")))?;
    let name = name.trim_end();
    let is_name = !name.is_empty()
        && name.len() < 40
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (name.to_lowercase(), value.trim().to_owned()))
}

/// CSV of `Export-Csv`, with or without the line of the type.
fn comma(lines: &[Line<'_>], columns: &[&str], most: usize) -> Option<Rows> {
    let typed = usize::from(lines.first()?.text.starts_with("#TYPE "));
    let header = lines.get(typed)?.text;
    if !header.contains([',', ';']) {
        return None;
    }
    let names: Vec<String> = csv::split(header).iter().map(|name| name.to_lowercase()).collect();
    if !columns.iter().all(|column| names.iter().any(|name| name == column)) {
        return None;
    }
    let mut found = Rows { rows: Vec::new(), used: typed + 1 };
    for line in lines.iter().skip(typed + 1).take_while(|line| !line.text.trim().is_empty()) {
        found.used += 1;
        if found.rows.len() < most {
            let fields = names.iter().cloned().zip(csv::split(line.text)).collect();
            found.rows.push(Row { line: line.number, fields });
        }
    }
    Some(found)
}

/// A table of `wmic`: names without spaces, with two spaces or more between them, and no line below them.
fn aligned(lines: &[Line<'_>], columns: &[&str], most: usize) -> Option<Rows> {
    let header = lines.first()?.text;
    if header.starts_with(' ') || !header.contains("  ") || header.len() > 400 {
        return None;
    }
    let mut starts = Vec::new();
    let mut before = [' ', ' '];
    for (at, letter) in header.chars().enumerate() {
        if letter != ' ' && before == [' ', ' '] {
            starts.push(at);
        }
        if letter != ' ' && !letter.is_ascii_alphanumeric() {
            return None;
        }
        before = [before[1], letter];
    }
    let names: Vec<String> = cells(header, &starts).iter().map(|name| name.to_lowercase()).collect();
    if !columns.iter().all(|column| names.iter().any(|name| name == column)) {
        return None;
    }
    let mut found = Rows { rows: Vec::new(), used: 1 };
    for line in lines.iter().skip(1) {
        // `wmic` ends its lines twice, so every second one may be empty
        let is_end = line.text.trim().is_empty()
            && lines.get(found.used + 1).is_none_or(|next| next.text.trim().is_empty());
        if is_end || super::console::echo(line.text).is_some() {
            break;
        }
        found.used += 1;
        if !line.text.trim().is_empty() && found.rows.len() < most {
            let fields = names.iter().cloned().zip(cells(line.text, &starts)).collect();
            found.rows.push(Row { line: line.number, fields });
        }
    }
    Some(found)
}
