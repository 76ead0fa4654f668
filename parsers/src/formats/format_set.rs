//! [`FormatSet`]: the formats of one file, and how they are found.
//!
//! Most files have one format. But a console holds the lines of several loggers, the JVM and bare prints, and a file that
//! was rotated in place begins in one format and goes on in another. So every line is tried for itself: first in the format
//! that fits most lines, then in the others that a sample showed, then in those that no other format resembles. The answer
//! depends on the line alone, never on the lines before it, and so not on where a file was cut.

use std::sync::{Arc, OnceLock};

use super::TEXT;
use crate::first_bytes::begins;
use crate::format::{HEAD_BYTES, UNMISTAKABLE, first_line};
use crate::{DayOrder, FileDates, FirstBytes, Format, Head};

/// The formats of one file.
#[derive(Clone)]
pub struct FormatSet<'f> {
    /// In the order in which they are tried: those that a sample showed, then those that no other format resembles, then
    /// the fallback if no line of the sample fitted any. Shared by files that have the same.
    formats: Arc<[&'f dyn Format]>,
    /// Number of formats that the sample showed. The others are tried on lines with their first bytes only.
    seen: u16,
    /// Position of the format that fits most lines.
    main: u16,
    /// Whether the last is the fallback.
    falls_back: bool,
    /// Made for the first line that none of the formats of the sample fits: most files have no such line.
    filter: Arc<OnceLock<Filter>>,
}

/// Lines at the top of a file in which a message that fills it begins.
const TOP: usize = 4;

/// Least [`Format::weight`] of a format that knows more of a line than its timestamp.
const LAYOUT: u32 = 2;

/// Lines of a sample that must fit a format that is easily mistaken, besides the main one, to be read in it.
const SEEN: usize = 3;

/// The same as a share of the lines that fit the main format, in percent.
const SEEN_PERCENT: usize = 10;

impl<'f> FormatSet<'f> {
    /// The formats of a file, from a sample of its lines.
    ///
    /// The name of the file plays no part: collected files are renamed, and one name holds different formats on
    /// different versions. A file may begin in the middle of a stack trace, so some 64 KiB make a good sample.
    pub fn new(known: &[&'f dyn Format], sample: &[u8]) -> FormatSet<'f> {
        let lines: Vec<&[u8]> = lines(sample).collect();
        let top = lines.get(..TOP).unwrap_or(&lines);
        if let Some(format) = known.iter().find(|format| format.is_whole_file() && count(**format, top) > 0) {
            return FormatSet::only(*format);
        }
        let mut fits: Vec<usize> = known.iter().map(|format| count(*format, &lines)).collect();
        let is_unmistakable = |format: &dyn Format| format.weight() >= UNMISTAKABLE && !format.is_undated();
        // those that may be among the formats of the file
        let is_asked = |format: &dyn Format, fits: usize| fits > 0 || is_unmistakable(format);
        let of_others: Vec<bool> = known
            .iter()
            .zip(&fits)
            .map(|(format, fits)| is_asked(*format, *fits) && !format.fits_sample(&lines))
            .collect();
        for (fits, _) in fits.iter_mut().zip(&of_others).filter(|(_, declines)| **declines) {
            *fits = 0;
        }
        // in a draw the format that fits more lines wins, then the first of the list
        let mut main = None;
        let mut most = (0, 0);
        for (place, (format, fits)) in known.iter().zip(&fits).enumerate() {
            let points = (fits.saturating_mul(format.weight() as usize), *fits);
            if points > most {
                (main, most) = (Some(place), points);
            }
        }
        let first = main.and_then(|place| known.get(place)).copied();
        // a format that knows nothing of a line but its timestamp comes after those that know the line
        let vague = first.filter(|format| format.weight() < LAYOUT);
        let mut formats: Vec<&'f dyn Format> = first.filter(|_| vague.is_none()).into_iter().collect();
        let main_fits = main.and_then(|place| fits.get(place)).copied().unwrap_or(0);
        let embedded = first.map_or(&[][..], |first| first.embeds());
        let is_part = |format: &dyn Format| embedded.contains(&format.name());
        let is_vague = |format: &dyn Format| vague.is_some_and(|vague| vague.name() == format.name());
        let possible = known.iter().zip(&fits).filter(|(_, fits)| **fits > 0).map(|(format, _)| *format);
        let possible: Vec<&'f dyn Format> =
            possible.filter(|format| !is_vague(*format) && !is_part(*format)).collect();
        let enough = if vague.is_some() { SEEN } else { SEEN.max(main_fits * SEEN_PERCENT / 100) };
        add_seen(&mut formats, &possible, &lines, |format| {
            if vague.is_some() && format.weight() >= UNMISTAKABLE { 1 } else { enough }
        });
        let main = if vague.is_some() { formats.len() } else { 0 };
        formats.extend(vague);
        let seen = formats.len();
        for format in &mut formats {
            *format = format.for_lines(&lines).unwrap_or(*format);
        }
        for (format, _) in known.iter().zip(&of_others).filter(|(_, declines)| !**declines) {
            if is_unmistakable(*format) && !is_part(*format) && !holds(&formats, *format) {
                formats.push(*format);
            }
        }
        let falls_back = first.is_none();
        if falls_back {
            formats.push(TEXT);
        }
        // a file has few of them, and there may be a hundred thousand files
        let few = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        FormatSet {
            formats: formats.into(),
            seen: few(seen),
            main: few(main),
            falls_back,
            filter: Arc::default(),
        }
    }

    /// Shares the list of formats of `other` if it is the same. Returns whether it is.
    pub fn share(&mut self, other: &FormatSet<'f>) -> bool {
        let same = self.formats.len() == other.formats.len()
            && (self.seen, self.main) == (other.seen, other.main)
            && self
                .formats
                .iter()
                .zip(&*other.formats)
                .all(|(own, other)| own.name() == other.name() && std::ptr::addr_eq(*own, *other));
        if same {
            self.formats = Arc::clone(&other.formats);
            self.filter = Arc::clone(&other.filter);
        }
        same
    }

    /// Only this format, whatever the lines look like.
    pub fn only(format: &'f dyn Format) -> FormatSet<'f> {
        FormatSet { formats: Arc::new([format]), seen: 1, main: 0, falls_back: false, filter: Arc::default() }
    }

    /// If a message begins with this line: the place of its format ([`FormatSet::format`]), timestamp and level.
    pub fn begin(&self, line: &[u8]) -> Option<(usize, Head)> {
        // the format of most lines is tried first, and for most lines that is all
        let (first, others) = self.formats.split_first()?;
        if let Some(head) = first.begin(line) {
            return Some((0, head));
        }
        let try_format = |(format, place): (&&'f dyn Format, usize)| Some((place, format.begin(line)?));
        let seen = self.seen().saturating_sub(1);
        others
            .iter()
            .zip(1..)
            .take(seen)
            .find_map(try_format)
            .or_else(|| {
                let filter = self.filter();
                let allowed = filter.allowed(line).filter(|allowed| *allowed != 0)?;
                let rest = others.iter().zip(1..).skip(seen).zip(&filter.groups);
                let mut rest = rest.filter(|(_, group)| **group & allowed != 0).map(|(format, _)| format);
                rest.find_map(try_format)
            })
            .or_else(|| self.falls_back.then(|| Some((self.formats.len() - 1, TEXT.begin(line)?)))?)
    }

    fn seen(&self) -> usize {
        usize::from(self.seen)
    }

    /// The filter of the formats that the sample did not show. The first format is always tried, so it has none.
    fn filter(&self) -> &Filter {
        let end = self.formats.len() - usize::from(self.falls_back);
        self.filter.get_or_init(|| Filter::new(self.formats.get(self.seen().max(1)..end).unwrap_or_default()))
    }

    /// The format that fits most lines.
    pub fn main(&self) -> &'f dyn Format {
        if self.falls_back { TEXT } else { self.format(usize::from(self.main)) }
    }

    /// Whether a line with which a message seems to begin may continue the message above, see [`FormatSet::joins`].
    pub fn has_joins(&self) -> bool {
        self.joiners().next().is_some()
    }

    /// Whether `line` continues the message of the line right above it, although it looks like the beginning of one.
    pub fn joins(&self, above: &[u8], line: &[u8]) -> bool {
        self.joiners().any(|format| format.joins(above, line))
    }

    /// The formats of the sample whose messages may go on in lines that look like the beginning of one.
    fn joiners(&self) -> impl Iterator<Item = &'f dyn Format> + '_ {
        self.formats.iter().take(self.seen()).copied().filter(|format| format.has_joins())
    }

    /// The format at that place.
    pub fn format(&self, place: usize) -> &'f dyn Format {
        self.formats.get(place).copied().unwrap_or(TEXT)
    }

    /// Number of formats that a line may have.
    pub fn count(&self) -> usize {
        self.formats.len()
    }

    /// Order of day and month that the lines of the file prove.
    pub fn day_order(&self) -> Option<DayOrder> {
        self.formats.iter().take(self.seen()).find_map(|format| match format.dates() {
            FileDates::Known(order) => Some(order),
            FileDates::Plain | FileDates::Open(_) => None,
        })
    }

    /// Whether nothing in the file shows the order of day and month in its dates, so that they are not read.
    pub fn has_open_dates(&self) -> bool {
        self.formats.iter().take(self.seen()).any(|format| matches!(format.dates(), FileDates::Open(_)))
    }

    /// Reads dates of an open order in this one.
    pub fn set_day_order(&mut self, order: DayOrder) {
        let formats = self.formats.iter().map(|format| match (format.dates(), order) {
            (FileDates::Open([form, _]), DayOrder::DayFirst)
            | (FileDates::Open([_, form]), DayOrder::MonthFirst) => form,
            _ => *format,
        });
        self.formats = formats.collect();
    }

    /// Whether a timestamp of the file may lack its date.
    pub fn is_undated(&self) -> bool {
        self.formats.iter().any(|format| format.is_undated())
    }
}

/// Finds by the first bytes of a line which formats it may have. Formats with the same first bytes are one group.
struct Filter {
    /// For each format the bit of its group.
    groups: Vec<u32>,
    /// First bytes of each group.
    first_bytes: Vec<&'static [FirstBytes]>,
    /// For each byte the bits of the groups that a line may have that begins with it.
    by_first: [u32; 256],
}

impl Filter {
    fn new(formats: &[&dyn Format]) -> Filter {
        let mut filter = Filter { groups: Vec::new(), first_bytes: Vec::new(), by_first: [0; 256] };
        for format in formats {
            let own = format.first_bytes();
            let known = filter.first_bytes.iter().position(|known| *known == own);
            let group = known.unwrap_or_else(|| {
                filter.first_bytes.push(own);
                filter.first_bytes.len() - 1
            });
            filter.groups.push(bit(group));
        }
        for (byte, bits) in (0..=u8::MAX).zip(&mut filter.by_first) {
            for (group, own) in filter.first_bytes.iter().enumerate() {
                let fits = |classes: &FirstBytes| classes.first().is_none_or(|class| class.contains(byte));
                if own.iter().any(fits) {
                    *bits |= bit(group);
                }
            }
        }
        filter
    }

    /// Bits of the groups that a line may have; `None` for an empty line.
    fn allowed(&self, line: &[u8]) -> Option<u32> {
        let candidates = *self.by_first.get(usize::from(*line.first()?))?;
        if candidates == 0 {
            return Some(0);
        }
        let fits = |(group, own): (usize, &&[FirstBytes])| {
            if candidates & bit(group) != 0 && begins(line, own) { bit(group) } else { 0 }
        };
        Some(self.first_bytes.iter().enumerate().map(fits).fold(0, |bits, group| bits | group))
    }
}

/// The bit of a group. Groups beyond the last bit share it: their formats are tried more often than they need to be.
fn bit(group: usize) -> u32 {
    1 << group.min(31)
}

/// Adds the formats of those lines that do not fit the main one, if there are enough of them: the best first.
fn add_seen<'f>(
    formats: &mut Vec<&'f dyn Format>,
    known: &[&'f dyn Format],
    lines: &[&[u8]],
    enough: impl Fn(&dyn Format) -> usize,
) {
    let fits_none = |line: &&[u8]| formats.iter().all(|format| format.begin(line).is_none());
    // lines with timestamps show that there are several layouts, also if another vague format knows most of them
    let mut other: Vec<&[u8]> = lines.iter().copied().filter(fits_none).collect();
    let mut left = other.clone();
    loop {
        let others = known.iter().filter(|format| !holds(formats, **format));
        let counted = others.map(|format| (count(*format, &left), *format));
        let shown = |fits: usize, format: &dyn Format| {
            if fits > 0 && format.weight() < LAYOUT { count(format, &other) } else { fits }
        };
        let enough = counted.filter(|(fits, format)| shown(*fits, *format) >= enough(*format));
        let best = enough.reduce(|best, next| {
            let points = |(fits, format): &(usize, &dyn Format)| fits * format.weight() as usize;
            if points(&next) > points(&best) { next } else { best }
        });
        let Some((_, format)) = best else { return };
        formats.push(format);
        left.retain(|line| format.begin(line).is_none());
        if format.weight() >= UNMISTAKABLE {
            other.retain(|line| format.begin(line).is_none());
        }
    }
}

fn holds(formats: &[&dyn Format], format: &dyn Format) -> bool {
    formats.iter().any(|known| known.name() == format.name())
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, below) = first_line(rest);
        rest = below;
        Some(line.get(..HEAD_BYTES).unwrap_or(line))
    })
}

fn count(format: &dyn Format, lines: &[&[u8]]) -> usize {
    lines.iter().filter(|line| format.begin(line).is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::super::{ALL, by_name};
    use super::FormatSet;

    const LINES: &[(&str, &str)] = &[
        ("2026-11-21 10:00:00.123 GMT-0500 <@> WARN <@> [1:main] <@> a.B <@> c() <@> text <@> ", "ece"),
        ("<134>25: h: Feb 13 2007 18:23:21.408 +0000: %ICM_Router-6-10500FF: [comp=A]: text", "cisco-log"),
        ("Nov 21, 2026 10:08:22 PM org.x.Y log", "java-util-logging"),
        ("# A fatal error has been detected by the Java Runtime Environment:", "jvm-crash"),
        ("[0.514s][info][gc] GC(0) Pause Young (Normal) 6M->3M(64M) 14.404ms", "jvm-gc"),
        (r#"<log4j:event logger="x.y" timestamp="1795297028829" level="ERROR" thread="main">"#, "log4j-xml"),
        ("Event[12]:", "windows-events-text"),
        (" @ERROR - text", "egain-console"),
    ];

    /// Whatever the main format of a file is, also if it has none.
    #[test]
    fn a_line_of_another_format_is_found_by_its_first_bytes() {
        let wildfly = "2026-11-21 07:01:03,335 INFO  [org.jboss.as] (main) text\n".repeat(9);
        for sample in [wildfly.as_str(), "no format\n", ""] {
            let set = FormatSet::new(ALL, sample.as_bytes());
            for (line, name) in LINES {
                let (place, _) = set.begin(line.as_bytes()).expect(line);
                assert_eq!(set.format(place).name(), *name, "{line}");
            }
            for line in ["\tat a.b(C.java:1)", "", " text"] {
                assert!(set.begin(line.as_bytes()).is_none(), "{line}");
            }
        }
        let only = FormatSet::only(by_name("ece").expect("a format"));
        assert!(LINES.iter().skip(1).all(|(line, _)| only.begin(line.as_bytes()).is_none()));
    }
}
