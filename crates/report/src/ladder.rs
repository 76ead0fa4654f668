//! Ladder diagram: the path of one request through several logs, in the order of time. Each message is a line, each log
//! a column.
//!
//! The caller finds the messages, sorts them and corrects their clocks. A step back in time is shown as one.

use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::render::columns::start_of;
use crate::paint::Paint;
use crate::render_options::RenderOptions;
use spoglight_parsers::Level;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_time::units::{MINUTE, SECOND};

/// Maximum number of lanes that are drawn as columns: the eye cannot follow more.
const COLUMNS: usize = 12;

/// Minimum number of columns for text beside the lanes; on a narrower terminal lanes are not drawn as columns.
const NARROWEST: usize = 24;

/// Minimum gap that is always shown.
const LONG: i64 = MINUTE;

/// Minimum gap that is shown if it is [`TIMES`] the usual one.
const LONGISH: i64 = 10 * SECOND;

/// See [`LONGISH`].
const TIMES: i64 = 10;

/// A message of the request.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its time in UTC nanoseconds.
    pub when: i64,
    /// Index of its lane.
    pub lane: usize,
    /// Its level.
    pub level: Level,
    /// Its text on one line, as the log has it.
    pub text: String,
    /// Note on it, on a line of its own.
    pub note: Option<String>,
}

/// A log, drawn as a column.
#[derive(Debug, Clone)]
pub struct Lane {
    /// `ECEAPP01 ApplicationServer`.
    pub name: String,
}

/// Writes the names of the lanes, the steps in the order of time, and their number. `label` formats a time in UTC
/// nanoseconds.
pub fn write(
    steps: &[Step],
    lanes: &[Lane],
    label: &dyn Fn(i64) -> String,
    look: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ladder = Ladder::new(steps, lanes, label, look);
    ladder.heading(lanes, out)?;
    for (number, step) in steps.iter().enumerate() {
        ladder.step(number, step, out)?;
    }
    let used = ladder.reach.iter().flatten().count();
    let (steps_count, lanes_count) = (counted(steps.len(), "step", "steps"), counted(used, "lane", "lanes"));
    let span =
        steps.first().zip(steps.last()).map_or(0, |(first, last)| last.when.saturating_sub(first.when));
    writeln!(out, "\n  {steps_count} in {lanes_count} over {}", compact(span))
}

/// State that all lines share.
struct Ladder {
    labels: Vec<String>,
    /// The time since the step before; of the first it is 0.
    gaps: Vec<i64>,
    /// Minimum gap that has a line of its own.
    long: i64,
    /// First and last step of each lane.
    reach: Vec<Option<(usize, usize)>>,
    has_columns: bool,
    label_width: usize,
    gap_width: usize,
    lane_width: usize,
    level_width: usize,
    /// Columns for text.
    left: usize,
    /// Columns of a whole line.
    width: usize,
    paint: Paint,
}

impl Ladder {
    fn new(steps: &[Step], lanes: &[Lane], label: &dyn Fn(i64) -> String, look: &RenderOptions) -> Ladder {
        let labels: Vec<String> = steps.iter().map(|step| clean(&label(step.when)).into_owned()).collect();
        let between = steps.windows(2).map(|pair| match pair {
            [one, next] => next.when.saturating_sub(one.when),
            _ => 0,
        });
        let gaps: Vec<i64> = std::iter::once(0).chain(between).collect();
        let mut reach = vec![None; lanes.len()];
        for (number, step) in steps.iter().enumerate() {
            if let Some(reach) = reach.get_mut(step.lane) {
                *reach = Some((reach.map_or(number, |(first, _)| first), number));
            }
        }
        let label_width = labels.iter().map(|label| label.width()).max().unwrap_or(0);
        let gap_width = gaps.iter().skip(1).map(|gap| signed(*gap).width()).max().unwrap_or(0);
        let level_width = steps.iter().map(|step| level_name(step.level).len()).max().unwrap_or(0);
        let before = |lanes| indent(&[label_width, gap_width, lanes, level_width]);
        let (columns, names) =
            (lanes.len() * 2 - usize::from(!lanes.is_empty()), name(lanes.len().max(1) - 1, lanes));
        let room = look.table_width.saturating_sub(before(columns));
        let has_columns = lanes.len() <= COLUMNS && room >= NARROWEST;
        let lane_width = if has_columns { columns } else { names.len() };
        Ladder {
            labels,
            long: long_gap(gaps.get(1..).unwrap_or_default()),
            gaps,
            reach,
            has_columns,
            label_width,
            gap_width,
            lane_width,
            level_width,
            left: look.table_width.saturating_sub(before(lane_width)),
            width: look.table_width,
            paint: Paint { colour: look.colour },
        }
    }

    /// Writes the names of the lanes, and the letters above their columns.
    fn heading(&self, lanes: &[Lane], out: &mut dyn Write) -> io::Result<()> {
        let last = name(lanes.len().saturating_sub(1), lanes).len();
        for (number, lane) in lanes.iter().enumerate() {
            let short = format!("{:>last$}", name(number, lanes));
            let full = clean(&lane.name);
            let full = start_of(&full, self.width.saturating_sub(last + 4));
            writeln!(out, "  {}  {full}", self.paint.one_of(number, short))?;
        }
        writeln!(out)?;
        if self.has_columns && !lanes.is_empty() {
            let letters =
                (0..lanes.len()).map(|number| self.paint.one_of(number, name(number, lanes)).to_string());
            let letters: Vec<String> = letters.collect();
            writeln!(out, "{}{}", " ".repeat(self.before_lanes()), letters.join(" "))?;
        }
        Ok(())
    }

    fn before_lanes(&self) -> usize {
        indent(&[self.label_width, self.gap_width])
    }

    fn step(&self, number: usize, step: &Step, out: &mut dyn Write) -> io::Result<()> {
        let gap = self.gaps.get(number).copied().unwrap_or(0);
        if number > 0 && gap >= self.long {
            writeln!(out, "  {}", self.paint.faint(format!("⋮  {} nothing", compact(gap))))?;
        }
        let label = self.labels.get(number).map_or("", String::as_str);
        let mut line = "  ".to_owned();
        // each column that is shown ends with two spaces
        if self.label_width > 0 {
            let _ = write!(line, "{label}{}  ", " ".repeat(self.label_width.saturating_sub(label.width())));
        }
        if self.gap_width > 0 {
            let gap = if number > 0 { signed(gap) } else { String::new() };
            let _ = write!(line, "{gap:>width$}  ", width = self.gap_width);
        }
        if self.lane_width > 0 {
            line.push_str(&self.lanes(number, Some(step.lane)));
            line.push_str("  ");
        }
        if self.level_width > 0 {
            let name = level_name(step.level);
            if !name.is_empty() {
                line.push_str(&self.paint.level(step.level, name).to_string());
            }
            line.push_str(&" ".repeat((self.level_width + 2).saturating_sub(name.len())));
        }
        line.push_str(&start_of(&clean(&step.text), self.left));
        writeln!(out, "{}", line.trim_end())?;
        let Some(note) = &step.note else { return Ok(()) };
        let mut line = " ".repeat(self.before_lanes());
        if self.lane_width > 0 {
            line.push_str(&self.lanes(number, None));
            line.push_str("  ");
        }
        line.push_str(&" ".repeat(if self.level_width > 0 { self.level_width + 2 } else { 0 }));
        let note = format!("└ {}", clean(note));
        writeln!(out, "{line}{}", self.paint.faint(start_of(&note, self.left)))
    }

    /// The columns of lanes at a step, or below it if no lane is given.
    fn lanes(&self, step: usize, lane: Option<usize>) -> String {
        if !self.has_columns {
            let text = lane.map_or_else(String::new, |lane| short(lane, self.reach.len()));
            let text = format!("{text:>width$}", width = self.lane_width);
            return lane.map_or_else(|| text.clone(), |lane| self.paint.one_of(lane, &text).to_string());
        }
        let column = |(number, reach): (usize, &Option<(usize, usize)>)| {
            let has_begun = |first| if lane.is_some() { first < step } else { first <= step };
            if lane == Some(number) {
                self.paint.one_of(number, "●").to_string()
            } else if reach.is_some_and(|(first, last)| has_begun(first) && step < last) {
                self.paint.one_of(number, "│").to_string()
            } else {
                " ".to_owned()
            }
        };
        let columns: Vec<String> = self.reach.iter().enumerate().map(column).collect();
        columns.join(" ")
    }
}

/// Start of the column after these. Empty columns are not shown.
fn indent(widths: &[usize]) -> usize {
    2 + widths.iter().filter(|width| **width > 0).map(|width| width + 2).sum::<usize>()
}

fn name(number: usize, lanes: &[Lane]) -> String {
    short(number, lanes.len())
}

/// A letter if there are few lanes, a number if there are more; `?` for an unknown lane.
fn short(number: usize, lanes: usize) -> String {
    match u8::try_from(number) {
        _ if number >= lanes => "?".to_owned(),
        Ok(letter) if lanes <= COLUMNS => char::from(b'A' + letter).to_string(),
        _ => grouped(number as u64 + 1),
    }
}

fn level_name(level: Level) -> &'static str {
    if level == Level::None { "" } else { level.name() }
}

/// Minimum gap that has a line of its own: ten times the usual one, but never a short one and never more than a minute.
fn long_gap(gaps: &[i64]) -> i64 {
    let mut gaps = gaps.to_vec();
    gaps.sort_unstable();
    let median = gaps.get(gaps.len().saturating_sub(1) / 2).copied().unwrap_or(0);
    median.saturating_mul(TIMES).clamp(LONGISH, LONG)
}

fn signed(gap: i64) -> String {
    format!("{}{}", if gap < 0 { '-' } else { '+' }, compact(gap))
}

/// A span in at most two units: `250 µs`, `10 ms`, `2.0 s`, `3 min 5 s`, `2 h`. The columns of a ladder are narrow, and
/// its gaps short, so this is finer than [`spoglight_time::duration::spoken`].
fn compact(nanos: i64) -> String {
    let micros = nanos.unsigned_abs() / 1_000;
    let seconds = micros / 1_000_000;
    let two = |whole: u64, unit: &str, rest: u64, of: &str| match rest {
        0 => format!("{whole} {unit}"),
        _ => format!("{whole} {unit} {rest} {of}"),
    };
    match seconds {
        0 if micros > 0 && micros < 1_000 => format!("{micros} µs"),
        0 => format!("{} ms", micros / 1_000),
        1..60 => format!("{seconds}.{} s", micros / 100_000 % 10),
        60..3_600 => two(seconds / 60, "min", seconds % 60, "s"),
        3_600..172_800 => two(seconds / 3_600, "h", seconds / 60 % 60, "min"),
        _ => two(seconds / 86_400, "days", seconds / 3_600 % 24, "h"),
    }
}

#[cfg(test)]
mod tests;
