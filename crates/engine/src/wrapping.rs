//! [`Wrapping`]: whether the lines of a source have the prefix of another program, or were wrapped, as a sample shows it.

use std::borrow::Cow;
use std::cmp::Reverse;

use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::tables::{self, EventTable};
use spoglight_parsers::wrappers::{WRAPPERS, Wrapper, WrapperContext};
use spoglight_parsers::{Format, HEAD_BYTES, layout};

/// Lines of a sample that are tried.
const LINES: usize = 300;

/// Prefixes in front of each other.
const DEPTH: usize = 3;

/// Lines at the start of a file in a known layout that are looked at for signs of a wrapper.
const SIGNS: usize = 100;

/// [`Format::weight`] of layouts that count: others fit much text.
pub(crate) const STRONG: u32 = 2;

/// How the lines of a source are wrapped.
#[derive(Clone)]
pub(crate) struct Wrapping {
    /// Prefixes, the outer first.
    pub(crate) wrappers: Vec<&'static dyn Wrapper>,
    /// Lines that were wrapped must be joined.
    pub(crate) joins: Option<Joins>,
    /// It is a table of events, which are not one line each.
    pub(crate) table: Option<&'static dyn EventTable>,
}

/// How wrapped lines are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joins {
    /// Lines were cut at spaces, which are put back.
    AtSpaces,
    /// Lines were cut at this number of bytes, also within words.
    At(usize),
}

/// Detects how the lines of a sample are wrapped; `None` if they are lines of a log, or nothing is certain. `mix` are the
/// formats of the sample as it is.
pub(crate) fn detect<'f>(known: &[&'f dyn Format], mix: &FormatSet<'f>, text: &[u8]) -> Option<Wrapping> {
    if let Some((table, _)) = tables::reader(text) {
        return Some(Wrapping { wrappers: Vec::new(), joins: None, table: Some(table) });
    }
    if !has_signs(mix, text) {
        return None;
    }
    let formats: Vec<&dyn Format> =
        known.iter().copied().filter(|format| !format.is_whole_file()).map(|format| format as _).collect();
    let lines: Vec<&[u8]> = lines(text).filter(|line| !line.trim_ascii().is_empty()).collect();
    // a prefix may change, so the end counts, too
    let tail = lines.len().saturating_sub(LINES / 3).max(LINES - LINES / 3);
    let lines: Vec<&[u8]> =
        lines.iter().take(LINES - LINES / 3).chain(lines.get(tail..).unwrap_or_default()).copied().collect();
    let begins =
        |line: &[u8]| formats.iter().any(|format| format.weight() >= STRONG && format.begin(line).is_some());
    let begins_weakly = |line: &[u8]| formats.iter().any(|format| format.begin(line).is_some());
    let test = Test { begins: &begins, begins_weakly: &begins_weakly };
    let (wrappers, lines) = test.best(&lines);
    let joins = joins(&formats, &begins, &lines);
    (!wrappers.is_empty() || joins.is_some()).then_some(Wrapping { wrappers, joins, table: None })
}

/// Returns whether a sample may be wrapped: it has no known layout, or its first lines have none, or they break off.
fn has_signs(mix: &FormatSet<'_>, text: &[u8]) -> bool {
    let main = mix.main();
    if main.weight() < STRONG {
        return true;
    }
    if main.is_whole_file() {
        return false;
    }
    let is_heading = |line: &[u8]| WRAPPERS.iter().any(|wrapper| wrapper.heading(line).is_some());
    let mut before = false;
    for (at, line) in lines(text).filter(|line| !line.is_empty()).take(SIGNS).enumerate() {
        let begins = mix.begin(line).is_some_and(|(place, _)| mix.format(place).weight() >= STRONG);
        if begins {
            if main.breaks_off(line) {
                return true;
            }
        } else if at < 5 && is_heading(line) || !before && is_split(main, line) || main.breaks_off(line) {
            return true;
        }
        before |= begins;
    }
    false
}

/// Returns whether a message of `main` is below a prefix.
fn is_split(main: &dyn Format, line: &[u8]) -> bool {
    let context = WrapperContext { begins: &|text| main.begin(text).is_some(), last: b"" };
    let begins = |wrapper: &&&dyn Wrapper| {
        wrapper
            .split(line, &context)
            .is_some_and(|part| part.text.len() < line.len() && main.begin(part.text).is_some())
    };
    WRAPPERS.iter().find(begins).is_some()
}

/// The lines of a text, without their line ends and as far as formats look at them.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        line.get(..HEAD_BYTES).unwrap_or(line)
    })
}

/// What tests of a sample share.
struct Test<'t> {
    begins: &'t dyn Fn(&[u8]) -> bool,
    begins_weakly: &'t dyn Fn(&[u8]) -> bool,
}

/// The prefixes that fit a sample, and its lines without them.
type Found<'l> = (Vec<&'static dyn Wrapper>, Vec<&'l [u8]>);

impl Test<'_> {
    /// The prefixes that fit best; none if the lines are better as they are.
    fn best<'l>(&self, lines: &[&'l [u8]]) -> Found<'l> {
        let plain = count(lines, self.begins);
        let plain_weakly = count(lines, self.begins_weakly);
        let mut found: Vec<(usize, Found<'l>)> = Vec::new();
        self.chains(lines, &mut Vec::new(), &mut |wrappers, below, wrapped| {
            let has_heading =
                lines.iter().any(|line| wrappers.iter().any(|wrapper| wrapper.heading(line).is_some()));
            let without = |count: usize| if has_heading { 0 } else { count };
            let covers = |percent: usize| wrapped * 100 >= lines.len() * percent;
            let begun = count(&below, self.begins);
            let weakly = count(&below, self.begins_weakly);
            let bare = wrappers.first().map_or(0, |wrapper| self.bare(lines, *wrapper));
            let is_certain = begun > 2 * without(plain.max(bare)) && (covers(60) || begun >= 2);
            // any timestamp fits much text: nearly all lines must have the prefix, and it must name something
            let names =
                wrappers.iter().all(|wrapper| wrapper.names_sources() && wrapper.name() != "quotation-marks");
            let is_weak = names && weakly >= 3 && covers(90) && weakly > 2 * without(plain_weakly);
            let is_clear =
                wrapped >= 2 && covers(80) && wrappers.iter().any(|wrapper| wrapper.is_unmistakable());
            if is_certain || is_weak || is_clear {
                found.push((1000 * begun + weakly + 1, (wrappers.to_vec(), below)));
            }
        });
        // of equal ones the one with fewer prefixes, then the first
        let best = found
            .into_iter()
            .enumerate()
            .max_by_key(|(at, (points, (wrappers, _)))| (*points, Reverse(wrappers.len()), Reverse(*at)));
        best.map_or_else(|| (Vec::new(), lines.to_vec()), |(_, (_, found))| found)
    }

    /// Lines without the prefix that begin with a timestamp: of a log that is not wrapped.
    fn bare(&self, lines: &[&[u8]], wrapper: &dyn Wrapper) -> usize {
        let context = WrapperContext { begins: self.begins, last: b"" };
        let is_bare = |line: &&&[u8]| wrapper.split(line, &context).is_none() && (self.begins_weakly)(line);
        lines.iter().filter(is_bare).count()
    }

    /// Tries all prefixes in front of each other; passes on the lines without them, and the number of lines that had them.
    fn chains<'l>(
        &self,
        lines: &[&'l [u8]],
        before: &mut Vec<&'static dyn Wrapper>,
        use_it: TakeChain<'_, 'l>,
    ) {
        for wrapper in WRAPPERS {
            if before.iter().any(|known| known.name() == wrapper.name()) {
                continue;
            }
            let mut last: &[u8] = b"";
            let mut wrapped = 0;
            let mut below = Vec::with_capacity(lines.len());
            for line in lines.iter().filter(|line| !wrapper.is_noise(line) && wrapper.heading(line).is_none())
            {
                let context = WrapperContext { begins: self.begins, last };
                if let Some(part) = wrapper.split(line, &context) {
                    last = part.name;
                    wrapped += 1;
                    below.push(part.text);
                }
            }
            if wrapped == 0 || wrapped * 5 < lines.len() && count(&below, self.begins) < 2 {
                continue;
            }
            if wrapper.has_headings() && !lines.iter().any(|line| wrapper.heading(line).is_some()) {
                continue;
            }
            before.push(*wrapper);
            if before.len() < DEPTH {
                self.chains(&below, before, use_it);
            }
            use_it(before, below, wrapped);
            before.pop();
        }
    }
}

/// Number of lines with which messages begin.
fn count(lines: &[&[u8]], begins: &dyn Fn(&[u8]) -> bool) -> usize {
    lines.iter().filter(|line| begins(line)).count()
}

/// Takes prefixes, the lines without them, and the number of lines that had them.
type TakeChain<'c, 'l> = &'c mut dyn FnMut(&[&'static dyn Wrapper], Vec<&'l [u8]>, usize);

/// Returns whether a line begins with a timestamp that log messages begin with.
pub(crate) fn is_stamped(line: &[u8]) -> bool {
    let readers = [layout::iso, layout::day_month_year, layout::american, layout::cisco];
    readers.iter().any(|read| read(line).is_some())
}

/// Detects whether messages were wrapped after their timestamp or within their fields, and how they are joined.
fn joins(formats: &[&dyn Format], begins: &dyn Fn(&[u8]) -> bool, lines: &[&[u8]]) -> Option<Joins> {
    let breaks_off = |line: &[u8]| formats.iter().any(|format| format.breaks_off(line));
    let width = lines.iter().map(|line| line.len()).max().unwrap_or(0);
    let full = lines.iter().filter(|line| line.len() == width).count();
    let kind = if full >= 3 && full * 4 >= lines.len() { Joins::At(width) } else { Joins::AtSpaces };
    let (mut broken, mut whole) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        let is_cut = breaks_off(line) || is_stamped(line) && !begins(line);
        if !is_cut {
            whole += usize::from(begins(line));
            continue;
        }
        // the header may be on two lines, and more of its fields on the third
        let mut joined = Cow::Borrowed(*line);
        for next in lines.get(at + 1..).unwrap_or_default().iter().take(4) {
            if is_stamped(next) {
                break;
            }
            join(joined.to_mut(), next, kind, None);
            if begins(&joined) && !breaks_off(&joined) {
                broken += 1;
                break;
            }
        }
    }
    (broken > 0 && broken >= whole).then_some(kind)
}

/// Appends a line to the one that it continues. `before` is the length of the line above it, if that is not `line`.
pub(crate) fn join(line: &mut Vec<u8>, next: &[u8], kind: Joins, before: Option<usize>) {
    let is_full = matches!(kind, Joins::At(width) if before.unwrap_or(line.len()) == width);
    if is_full {
        line.extend_from_slice(next);
    } else {
        line.truncate(line.trim_ascii_end().len());
        line.push(b' ');
        line.extend_from_slice(next.trim_ascii_start());
    }
}
