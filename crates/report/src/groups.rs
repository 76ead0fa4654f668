//! Equal messages, counted: a line for each shape, most frequent first.
//!
//! Logs are larger than memory, and a stranger may write a new shape with every message: so there is an end to the
//! shapes told apart, to what is kept of each, and to its length. It does not make shapes: [`spoglight_text::template`] does.
//! Doubt: if there are more shapes than that, which of them are told apart depends on the order in which they come;
//! nothing else does.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::render::columns::start_of;
use super::render::paint::Paint;
use crate::render_options::RenderOptions;
use spoglight_parsers::Level;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

/// Different shapes told apart. The rest is counted together.
pub const MOST_SHAPES: usize = 50_000;

/// Bytes of a shape that count. Messages that differ behind these only are one.
const SHAPE: usize = 512;

/// Characters kept of an example.
const EXAMPLE: usize = 1_000;

/// Indexes kept of each kind.
const FEW: usize = 8;

/// Names of hosts in a line of the table.
const NAMED: usize = 2;

/// Columns of the name of a host.
const NAME: usize = 24;

/// Columns that a message has at the least beside its facts. If there are fewer it gets a line of its own.
const NARROWEST: usize = 32;

/// Collects messages by their shape.
#[derive(Debug, Default)]
pub struct Groups {
    // hashed with a key of this run: shapes are a stranger's, and could be made to collide
    known: HashMap<Box<[u8]>, GroupTally>,
    other: u64,
}

/// What is kept of a shape.
#[derive(Debug)]
struct GroupTally {
    count: u64,
    first: Option<i64>,
    last: Option<i64>,
    level: Level,
    hosts: Few,
    sources: Few,
    example: Box<str>,
}

/// The messages of one shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their shape, perhaps only its beginning. What is no UTF-8 in it is replaced.
    pub shape: String,
    /// How many there are.
    pub count: u64,
    /// Time of the first in UTC nanoseconds, if one has a time.
    pub first: Option<i64>,
    /// Time of the last.
    pub last: Option<i64>,
    /// The gravest level that one has.
    pub level: Level,
    /// Where they were written.
    pub hosts: Few,
    /// The files that they stand in.
    pub sources: Few,
    /// The first of them; the first added if none has a time. Text of a log: not cleaned, `…` behind it if cut.
    pub example: String,
}

/// The eight smallest of some indexes, whatever order they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Few {
    /// In their order.
    pub indexes: Vec<u32>,
    /// Whether there are others.
    pub has_more: bool,
}

impl Few {
    fn add(&mut self, index: u32) {
        if let Err(at) = self.indexes.binary_search(&index) {
            self.indexes.insert(at, index);
            self.has_more |= self.indexes.len() > FEW;
            self.indexes.truncate(FEW);
        }
    }
}

impl Groups {
    /// Adds a message: its [shape](spoglight_text::template::shape), itself (asked for only if it is kept), its time in UTC
    /// nanoseconds, and where it stands.
    pub fn add(
        &mut self,
        shape: &[u8],
        example: &dyn Fn() -> String,
        when: Option<i64>,
        level: Level,
        host_index: u32,
        source_index: u32,
    ) {
        let shape = beginning(shape);
        let tally = if let Some(tally) = self.known.get_mut(shape) {
            if when.is_some() && tally.first.is_none_or(|first| when < Some(first)) {
                tally.example = cut(example());
            }
            tally
        } else if self.known.len() < MOST_SHAPES {
            self.known.entry(shape.into()).or_insert_with(|| GroupTally {
                count: 0,
                first: when,
                last: when,
                level,
                hosts: Few::default(),
                sources: Few::default(),
                example: cut(example()),
            })
        } else {
            self.other += 1;
            return;
        };
        tally.count += 1;
        tally.first = tally.first.into_iter().chain(when).min();
        tally.last = tally.last.max(when);
        tally.level = tally.level.min(level); // the gravest is the least
        tally.hosts.add(host_index);
        tally.sources.add(source_index);
    }

    /// Messages of shapes beyond [`MOST_SHAPES`].
    pub fn other(&self) -> u64 {
        self.other
    }

    /// The groups: most messages first, then the gravest, then the earliest, then by shape.
    pub fn finish(self) -> Vec<Group> {
        let mut all: Vec<(Box<[u8]>, GroupTally)> = self.known.into_iter().collect();
        all.sort_unstable_by(|(shape, one), (than, other)| {
            let key =
                |tally: &GroupTally| (Reverse(tally.count), tally.level, tally.first.is_none(), tally.first);
            key(one).cmp(&key(other)).then_with(|| shape.cmp(than))
        });
        let group = |(shape, tally): (Box<[u8]>, GroupTally)| Group {
            shape: String::from_utf8_lossy(&shape).into_owned(),
            count: tally.count,
            first: tally.first,
            last: tally.last,
            level: tally.level,
            hosts: tally.hosts,
            sources: tally.sources,
            example: tally.example.into(),
        };
        all.into_iter().map(group).collect()
    }
}

/// What counts of a shape; no character is cut in two.
fn beginning(shape: &[u8]) -> &[u8] {
    let Some(start) = shape.get(..SHAPE) else { return shape };
    let is_inside = |byte: Option<&u8>| byte.is_some_and(|byte| byte & 0xc0 == 0x80);
    let end = (SHAPE - 3..=SHAPE).rev().find(|end| !is_inside(shape.get(*end))).unwrap_or(SHAPE);
    start.get(..end).unwrap_or(start)
}

fn cut(mut example: String) -> Box<str> {
    if let Some((end, _)) = example.char_indices().nth(EXAMPLE) {
        example.truncate(end);
        example.push('…');
    }
    example.into()
}

/// The groups for programs; `host` and `path` name servers and sources, `other` counts messages of further shapes.
pub fn value(
    groups: &[Group],
    other: u64,
    host: &dyn Fn(u32) -> String,
    path: &dyn Fn(u32) -> String,
) -> serde_json::Value {
    let group = |group: &Group| {
        serde_json::json!({
            "count": group.count,
            "level": group.level.name(),
            "first": group.first.map(Timestamp::Utc),
            "last": group.last.map(Timestamp::Utc),
            "hosts": group.hosts.indexes.iter().map(|at| host(*at)).collect::<Vec<_>>(),
            "sources": group.sources.indexes.iter().map(|at| path(*at)).collect::<Vec<_>>(),
            "shape": group.shape,
            "example": group.example,
        })
    };
    serde_json::json!({ "groups": groups.iter().map(group).collect::<Vec<_>>(), "other": other })
}

/// Writes groups as a table: count, level, first and last time, hosts, and the shape, or the message where it is the
/// only one. `other` is [`Groups::other`], `names` the name of a host, `when` a time as it is to be read. Messages are
/// cut to the terminal, or stand below their facts if it is narrow; a file gets the whole.
pub fn write(
    groups: &[Group],
    other: u64,
    names: &dyn Fn(u32) -> String,
    when: &dyn Fn(i64) -> String,
    look: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut rows: Vec<[String; 5]> = groups.iter().map(|group| cells(group, names, when)).collect();
    let heading = ["Count", "Level", "First", "Last", "Host"].map(str::to_owned);
    let mut widths = [grouped(other).len(), 0, 0, 0, 0];
    for row in rows.iter().chain([&heading]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let before: usize = widths.iter().map(|width| width + 2).sum();
    let left = look.table_width.saturating_sub(before + 2);
    let (is_narrow, indent) = (left < NARROWEST, widths[0] + 4);
    let host = look.table_width.saturating_sub(before - widths[4]).max(NAMED * 4);
    for [.., cell] in rows.iter_mut().filter(|_| is_narrow) {
        *cell = start_of(cell, host).into_owned();
    }
    widths[4] = if is_narrow { widths[4].min(host) } else { widths[4] };
    let paint = Paint { colour: look.colour };
    if !groups.is_empty() {
        let facts = facts(&heading, widths, Level::None, Paint { colour: false });
        writeln!(out, "{}", if is_narrow { facts } else { format!("{facts}  Message") }.trim_end())?;
    }
    for (row, group) in rows.iter().zip(groups) {
        let facts = facts(row, widths, group.level, paint);
        let text = clean(text(group));
        if is_narrow {
            let text = start_of(&text, look.table_width.saturating_sub(indent));
            writeln!(out, "{}\n{:indent$}{text}", facts.trim_end(), "")?;
        } else {
            writeln!(out, "{}", format!("{facts}  {}", start_of(&text, left)).trim_end())?;
        }
    }
    if other > 0 {
        let count = grouped(other);
        let text = format!("of other shapes: no more than {} are told apart", grouped(MOST_SHAPES as u64));
        let text = start_of(&text, look.table_width.saturating_sub(indent));
        writeln!(out, "  {count:>width$}  {}", paint.faint(text), width = widths[0])?;
    }
    Ok(())
}

/// What stands before the message.
fn cells(group: &Group, names: &dyn Fn(u32) -> String, when: &dyn Fn(i64) -> String) -> [String; 5] {
    let time = |time: Option<i64>| time.map_or_else(|| "-".to_owned(), |at| clean(&when(at)).into_owned());
    let level = if group.level == Level::None { "-" } else { group.level.name() };
    let hosts = hosts(&group.hosts, names);
    [grouped(group.count), level.to_owned(), time(group.first), time(group.last), hosts]
}

/// The shape says what differs; a single message differs in nothing. A shape in another code page is not readable.
fn text(group: &Group) -> &str {
    if group.count == 1 || group.shape.contains('\u{fffd}') { &group.example } else { &group.shape }
}

fn facts(cells: &[String; 5], widths: [usize; 5], level: Level, paint: Paint) -> String {
    let [count, word, first, last, host] = cells;
    let [of_count, of_word, of_first, of_last, of_host] = widths;
    let blanks = |cell: &str, width: usize| " ".repeat(width.saturating_sub(cell.width()));
    format!(
        "  {}{count}  {}{}  {first}{}  {last}{}  {host}{}",
        blanks(count, of_count),
        paint.level(level, word),
        blanks(word, of_word),
        blanks(first, of_first),
        blanks(last, of_last),
        blanks(host, of_host),
    )
}

/// `ECEAPP01, ECEAPP02 +3`.
fn hosts(hosts: &Few, names: &dyn Fn(u32) -> String) -> String {
    let named =
        hosts.indexes.iter().take(NAMED).map(|index| start_of(&clean(&names(*index)), NAME).into_owned());
    let named = named.collect::<Vec<_>>().join(", ");
    match hosts.indexes.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} +{more}{}", if hosts.has_more { " or more" } else { "" }),
    }
}

#[cfg(test)]
mod tests;
