//! Counts over time, by level, as bars: they show when a failure began, and what else happened at that time.
//!
//! Levels are grouped into four kinds, because more colors are hard to distinguish: errors, warnings, information and
//! the rest. Errors and warnings have a scale of their own: they are few among other messages, and a burst of them is what
//! the bars are to show. An error is always visible, even one among a million other messages. The caller gives the times and their labels; the histogram does not know zones.
//!
//! Doubt: the whole time range has one offset from UTC. After a DST transition within it, rows of hours and days begin
//! an hour off; no message is lost or counted twice.

use std::io::{self, Write};
use std::iter;

use unicode_width::UnicodeWidthStr;

use crate::paint::Paint;
use crate::render_options::RenderOptions;
use spoglight_parsers::Level;
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, HOUR, MILLI, MINUTE, SECOND, WEEK};

/// Usual steps of time. Longer ones are weeks, doubled until they fit.
#[rustfmt::skip]
const STEPS: [i64; 30] = [
    MILLI, 2 * MILLI, 5 * MILLI, 10 * MILLI, 20 * MILLI, 50 * MILLI, 100 * MILLI, 200 * MILLI, 500 * MILLI,
    SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, WEEK, 2 * WEEK,
];

/// Maximum number of rows.
const MOST_ROWS: usize = 100_000;

/// Maximum number of consecutive empty rows that are shown. A longer run is collapsed into one line.
const EMPTY: usize = 3;

/// Number of columns if the width is unknown.
const COLUMNS: usize = 100;

/// Minimum number of columns of the longest bar.
const NARROWEST: usize = 8;

/// Kinds of levels, each with its character for output without color, the same in ASCII, and a level that has its color.
const KINDS: [(char, char, Level); 4] =
    [('█', '#', Level::Error), ('▓', '!', Level::Warn), ('▒', '=', Level::Info), ('░', '.', Level::None)];

/// The character of a kind.
fn glyph((fine, ascii, _): (char, char, Level), look: &RenderOptions) -> char {
    match look {
        RenderOptions { ascii: true, .. } => ascii,
        RenderOptions { colour: true, .. } => '█',
        _ => fine,
    }
}

/// Counts of messages over time.
#[derive(Debug, Clone)]
pub struct Histogram {
    from: i64,
    to: i64,
    /// Nanoseconds added to UTC to get wall clock time, and to begin weeks on Monday.
    shift: i128,
    step: i128,
    /// Number of the first row, in steps since the epoch in wall clock time.
    first: i128,
    rows: Vec<[u64; Level::COUNT]>,
    outside: u64,
}

impl Histogram {
    /// A histogram of the time range `from..=to` in UTC nanoseconds, with at most `rows` rows (but at least two, because
    /// even a short range may contain a full hour). Rows begin at full steps of wall clock time, which is `offset`
    /// nanoseconds ahead of UTC.
    pub fn new(from: i64, to: i64, rows: usize, offset: i64) -> Histogram {
        let (from, to) = (from.min(to), from.max(to));
        let most = rows.clamp(2, MOST_ROWS);
        let weeks = iter::successors(Some(i128::from(4 * WEEK)), |step| Some(step * 2));
        let steps = STEPS.into_iter().map(i128::from).chain(weeks);
        let (mut step, mut shift, mut first, mut count) = (1, 0, 0, 0);
        for one in steps {
            step = one;
            // the epoch was a Thursday
            shift = i128::from(offset) - if step >= i128::from(WEEK) { i128::from(4 * DAY) } else { 0 };
            first = (i128::from(from) + shift).div_euclid(step);
            count = (i128::from(to) + shift).div_euclid(step) - first + 1;
            if count <= most as i128 {
                break;
            }
        }
        let rows = vec![[0; Level::COUNT]; count as usize];
        Histogram { from, to, shift, step, first, rows, outside: 0 }
    }

    /// Counts a message.
    pub fn add(&mut self, when: i64, level: Level) {
        let row = (i128::from(when) + self.shift).div_euclid(self.step) - self.first;
        let row = usize::try_from(row).ok().and_then(|row| self.rows.get_mut(row));
        match row.and_then(|row| row.get_mut(level.index())) {
            Some(count) if (self.from..=self.to).contains(&when) => *count += 1,
            _ => self.outside += 1,
        }
    }

    /// Number of messages before or after the time range.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// Length of a row in nanoseconds.
    pub fn step(&self) -> i64 {
        i64::try_from(self.step).unwrap_or(i64::MAX)
    }

    /// Start of each row in UTC nanoseconds, and its counts by [`Level::index`]. The first row may begin before the time
    /// range.
    pub fn rows(&self) -> impl Iterator<Item = (i64, [u64; Level::COUNT])> {
        self.rows.iter().zip(0..).map(|(counts, row): (_, i128)| {
            let start = (self.first + row) * self.step - self.shift;
            (start.clamp(i64::MIN.into(), i64::MAX.into()) as i64, *counts)
        })
    }

    /// The histogram as JSON, for programs.
    pub fn value(&self) -> serde_json::Value {
        let rows = self.rows().map(|(start, levels)| {
            let counts = Level::ALL.iter().zip(levels).filter(|(_, count)| *count > 0);
            let counts: serde_json::Map<String, serde_json::Value> =
                counts.map(|(level, count)| (level.name().to_owned(), count.into())).collect();
            serde_json::json!({ "from": Timestamp::Utc(start), "levels": counts })
        });
        serde_json::json!({ "step_ns": self.step(), "rows": rows.collect::<Vec<_>>() })
    }

    /// Writes a line for each row, then a legend. `label` formats the time at which a row begins.
    pub fn write(
        &self,
        label: &dyn Fn(i64) -> String,
        look: &RenderOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let rows: Vec<(String, [u64; 4])> =
            self.rows().map(|(start, counts)| (clean(&label(start)).into_owned(), kinds(counts))).collect();
        let total = |counts: &[u64; 4]| counts.iter().sum::<u64>();
        let most = rows.iter().map(|(_, counts)| total(counts)).max().unwrap_or(0);
        let scale = Scale::of(rows.iter().map(|(_, counts)| *counts));
        let labels = rows.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
        let digits = grouped(most).len();
        let columns = columns(look);
        let columns = columns.saturating_sub(labels + digits + 6).max(NARROWEST);
        for run in rows.chunk_by(|(_, one), (_, next)| total(one) == 0 && total(next) == 0) {
            if run.len() > EMPTY {
                let dots = if look.ascii { ':' } else { '⋮' };
                writeln!(out, "  {dots}  {} empty", grouped(run.len() as u64))?;
                continue;
            }
            for (label, counts) in run {
                let blanks = " ".repeat(labels.saturating_sub(label.width()));
                let (count, bar) = (grouped(total(counts)), bar(*counts, scale, columns, look));
                writeln!(out, "{}", format!("  {label}{blanks}  {count:>digits$}  {bar}").trim_end())?;
            }
        }
        self.legend(scale, look, out)
    }

    fn legend(&self, scale: Scale, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let mut totals = [0; Level::COUNT];
        for counts in &self.rows {
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        let paint = Paint { colour: look.colour };
        let step = format!("each row {}", step_name(self.step()));
        let (mut width, mut parts) = (step.width(), vec![step]);
        for (kind, known) in KINDS.into_iter().enumerate() {
            let levels = Level::ALL.into_iter().zip(totals);
            let levels = levels.filter(|(level, total)| *total > 0 && kind_of(*level) == kind);
            let levels: Vec<String> =
                levels.map(|(level, total)| format!("{} {}", level.name(), grouped(total))).collect();
            if !levels.is_empty() {
                let (levels, glyph) = (levels.join(", "), glyph(known, look));
                width += levels.width() + 5;
                parts.push(format!("{} {levels}", paint.level(known.2, glyph)));
            }
        }
        if totals.iter().zip(Level::ALL).any(|(total, level)| *total > 0 && kind_of(level) < 2) {
            let (problems, all) = (grouped(scale.problems), grouped(scale.all));
            parts.push(format!("half a bar: {problems} errors and warnings; a full bar: {all} messages"));
            width += parts.last().map_or(0, |part| part.width() + 3);
        }
        if self.outside > 0 {
            parts.push(format!("outside of this time {}", grouped(self.outside)));
            width += parts.last().map_or(0, |part| part.width() + 3);
        }
        let fits = width + 2 <= columns(look);
        writeln!(out, "  {}", parts.join(if fits { "   " } else { "\n  " }))
    }
}

fn columns(look: &RenderOptions) -> usize {
    if look.table_width == usize::MAX { COLUMNS } else { look.table_width }
}

/// Index of a level in [`KINDS`].
fn kind_of(level: Level) -> usize {
    match level {
        Level::Fatal | Level::Error => 0,
        Level::Warn => 1,
        Level::Info => 2,
        _ => 3,
    }
}

/// Counts of errors, warnings, information and the rest.
pub(crate) fn kinds(counts: [u64; Level::COUNT]) -> [u64; 4] {
    let mut kinds = [0; 4];
    for (level, count) in Level::ALL.into_iter().zip(counts) {
        kinds[kind_of(level)] += count; // it has only these four
    }
    kinds
}

/// A bar. In color it has full blocks, and an eighth block at the end if all messages are of one kind; without color
/// each kind has its own character.
fn bar(counts: [u64; 4], scale: Scale, columns: usize, look: &RenderOptions) -> String {
    let paint = Paint { colour: look.colour };
    let is_one_kind = counts.iter().filter(|count| **count > 0).count() == 1;
    if paint.colour && !look.ascii && is_one_kind {
        let [.., eighths] = scale.ends(counts, columns * 8);
        let last = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied().unwrap_or_default();
        let kind = counts.iter().zip(KINDS).find(|(count, _)| **count > 0);
        let level = kind.map_or(Level::None, |(_, (_, _, level))| level);
        return paint.level(level, "█".repeat(eighths / 8) + last).to_string();
    }
    let mut bar = String::new();
    for (cells, kind) in scale.cells(counts, columns).into_iter().zip(KINDS) {
        if cells > 0 {
            let glyphs: String = iter::repeat_n(glyph(kind, look), cells).collect();
            bar.push_str(&paint.level(kind.2, glyphs).to_string());
        }
    }
    bar
}

/// Lengths that bars are drawn to: the longest bar of errors and warnings, and the longest one of all messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    problems: u64,
    all: u64,
}

/// Errors and warnings that a full bar has, at least: few of them are not a burst.
const BURST: u64 = 10;

impl Scale {
    /// The scale for bars with these counts of errors, warnings, information and the rest.
    pub fn of(bars: impl Iterator<Item = [u64; 4]>) -> Scale {
        bars.fold(Scale { problems: BURST, all: 1 }, |scale, [errors, warnings, infos, others]| Scale {
            problems: scale.problems.max(errors + warnings),
            all: scale.all.max(errors + warnings + infos + others),
        })
    }

    /// Where the part of each kind ends in a bar, in units of which a full bar has `full`, one at least. Most errors and
    /// warnings take half a bar, so that the other messages are seen, too. A bar with messages has at least
    /// one unit, and so have its errors.
    pub fn ends(self, counts: [u64; 4], full: usize) -> [usize; 4] {
        let [errors, warnings, infos, others] = counts;
        let mut end = 0;
        let mut part = |count: u64, below: u64, (longest, full): (u64, usize)| {
            if count > 0 {
                end = end.max(scaled(below + count, longest, full)).max(1);
            }
            end
        };
        let (problems, all) = ((self.problems, full.div_ceil(2)), (self.all, full));
        [
            part(errors, 0, problems),
            part(warnings, errors, problems),
            part(infos, errors + warnings, all),
            part(others, errors + warnings + infos, all),
        ]
    }

    /// Number of units of each kind: see [`Scale::ends`].
    fn cells(self, counts: [u64; 4], full: usize) -> [usize; 4] {
        let mut from = 0;
        self.ends(counts, full).map(|end| {
            let cells = end - from;
            from = end;
            cells
        })
    }
}

/// `count * columns / most`, rounded.
fn scaled(count: u64, most: u64, columns: usize) -> usize {
    let most = u128::from(most.max(1));
    ((u128::from(count) * columns as u128 + most / 2) / most) as usize
}

/// `5 min`.
fn step_name(step: i64) -> String {
    let units = [(WEEK, "weeks"), (DAY, "days"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let unit = units.into_iter().find(|(unit, _)| step % unit == 0).unwrap_or((MILLI, "ms"));
    match (step / unit.0, unit.1) {
        (1, "weeks") => "1 week".to_owned(),
        (1, "days") => "1 day".to_owned(),
        (count, name) => format!("{count} {name}"),
    }
}

#[cfg(test)]
mod tests;
