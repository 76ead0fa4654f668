//! Groups of similar messages: a line for each shape, most frequent first.
//!
//! Logs are larger than memory, and untrusted input may have a new shape in every message. So the number of shapes, the
//! data of each and its length are limited. [`spoglight_text::template`] makes the shapes.
//!
//! Doubt: beyond the maximum number of shapes, the order of the messages decides which shapes have a group of their own;
//! nothing else depends on the order.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::render::columns::start_of;
use crate::paint::Paint;
use crate::render_options::RenderOptions;
use spoglight_parsers::Level;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

/// Maximum number of shapes with a group of their own. Messages of further shapes are counted together.
pub const MOST_SHAPES: usize = 50_000;

/// Number of bytes of a shape that are compared. Messages that differ only after these are in one group.
const SHAPE: usize = 512;

/// Maximum number of characters of an example.
const EXAMPLE: usize = 1_000;

/// Maximum number of indexes in a [`Few`].
const FEW: usize = 8;

/// Maximum number of host names in a line of the table.
const NAMED: usize = 2;

/// Maximum number of columns of a host name.
const NAME: usize = 24;

/// Minimum number of columns for a message beside its facts. If there are fewer, it gets a line of its own.
const NARROWEST: usize = 32;

/// Collects messages by their shape.
#[derive(Debug, Default)]
pub struct Groups {
    // hashed with a random key: shapes are untrusted input and could be made to collide
    known: HashMap<Box<[u8]>, GroupTally>,
    other: u64,
}

/// Data of one shape.
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
    /// Their shape, or the start of a long one. Bytes that are not UTF-8 are replaced.
    pub shape: String,
    /// Number of messages.
    pub count: u64,
    /// Time of the first in UTC nanoseconds, if one has a time.
    pub first: Option<i64>,
    /// Time of the last.
    pub last: Option<i64>,
    /// Their most severe level.
    pub level: Level,
    /// Servers that wrote them.
    pub hosts: Few,
    /// Files that contain them.
    pub sources: Few,
    /// The first of them; the first added if none has a time. Text of a log, not sanitized; ends with `…` if cut.
    pub example: String,
}

/// The eight smallest of some indexes; the order in which they are added does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Few {
    /// The indexes, in ascending order.
    pub indexes: Vec<u32>,
    /// `true` if there were more.
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
    /// Adds a message: its [shape](spoglight_text::template::shape), its text (`example` is called only if the text is
    /// kept), its time in UTC nanoseconds, its level, and the indexes of its host and its source.
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
        tally.level = tally.level.min(level); // the most severe level is the smallest
        tally.hosts.add(host_index);
        tally.sources.add(source_index);
    }

    /// Messages of shapes beyond [`MOST_SHAPES`].
    pub fn other(&self) -> u64 {
        self.other
    }

    /// The groups: most messages first, then the most severe, then the earliest, then by shape.
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

/// The part of a shape that is compared; it ends at a character boundary.
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

/// The groups as JSON, for programs; `host` and `path` name servers and sources, `other` counts messages of further
/// shapes.
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

/// Writes groups as a table: count, level, first and last time, hosts, and the shape, or the text of a single message.
/// `other` is [`Groups::other`], `names` returns the name of a host, `when` formats a time. On a terminal, messages are
/// cut to its width, and are below their facts if it is narrow; a file has them in full.
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

/// Cells of a row before the message.
fn cells(group: &Group, names: &dyn Fn(u32) -> String, when: &dyn Fn(i64) -> String) -> [String; 5] {
    let time = |time: Option<i64>| time.map_or_else(|| "-".to_owned(), |at| clean(&when(at)).into_owned());
    let level = if group.level == Level::None { "-" } else { group.level.name() };
    let hosts = hosts(&group.hosts, names);
    [grouped(group.count), level.to_owned(), time(group.first), time(group.last), hosts]
}

/// The shape, which shows what differs between messages. The example for a single message, and for a shape in another
/// code page, which is not readable.
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
