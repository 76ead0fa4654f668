//! [`FormatSet`]: the formats of one file, and how they are found.
//!
//! Most files have one. But a console holds what several loggers, the JVM and bare prints wrote, and a file that was
//! rotated in place begins in one format and goes on in another. So every line is asked for itself: first of the format
//! that fits most lines, then of the others that were seen, then of those that can be nothing else. The answer depends on
//! the line alone, never on the lines before it, and so not on where a file was cut.

use std::sync::Arc;

use super::TEXT;
use crate::format::{HEAD_BYTES, UNMISTAKABLE, first_line};
use crate::{Format, Head};

/// The formats of one file.
#[derive(Clone)]
pub struct FormatSet<'f> {
    /// In the order in which they are asked: those that a sample showed, then those that can be nothing else, then the
    /// fallback if no line of the sample fitted any.
    /// Shared by files that have the same.
    formats: Arc<[&'f dyn Format]>,
    /// How many of them the sample showed. The others are asked only of lines that might be theirs.
    seen: usize,
    /// Whether the last is the fallback.
    falls_back: bool,
}

/// Lines at the top of a file in which a message that fills it begins.
const TOP: usize = 4;

/// Lines of a sample that must fit a format that is easily mistaken, besides the main one, to be read in it.
const SEEN: usize = 3;

/// The same as a share of the lines that fit the main format, in percent.
const SEEN_PERCENT: usize = 10;

impl<'f> FormatSet<'f> {
    /// The formats of a file, from a sample of its lines.
    ///
    /// The name of the file plays no part: collected files are renamed, and one name holds different formats on
    /// different versions. A file may begin in the middle of a stack trace, so some 64 KiB make a good sample.
    pub fn of(known: &[&'f dyn Format], sample: &[u8]) -> FormatSet<'f> {
        let lines: Vec<&[u8]> = lines(sample).collect();
        let top = lines.get(..TOP).unwrap_or(&lines);
        if let Some(format) = known.iter().find(|format| format.is_whole_file() && count(**format, top) > 0) {
            return FormatSet::only(*format);
        }
        let fits: Vec<usize> = known.iter().map(|format| count(*format, &lines)).collect();
        // in a draw the one that fits more lines, then the first of the list
        let mut main = None;
        let mut most = (0, 0);
        for (place, (format, fits)) in known.iter().zip(&fits).enumerate() {
            let points = (fits.saturating_mul(format.weight() as usize), *fits);
            if points > most {
                (main, most) = (Some(place), points);
            }
        }
        let first = main.and_then(|place| known.get(place)).copied();
        let mut formats: Vec<&'f dyn Format> = first.into_iter().collect();
        let main_fits = main.and_then(|place| fits.get(place)).copied().unwrap_or(0);
        add_seen(&mut formats, known, &lines, main_fits);
        let seen = formats.len();
        for format in known {
            let unmistakable = format.weight() >= UNMISTAKABLE && !format.is_undated();
            if unmistakable && !holds(&formats, *format) {
                formats.push(*format);
            }
        }
        let falls_back = first.is_none();
        if falls_back {
            formats.push(TEXT);
        }
        FormatSet { formats: formats.into(), seen, falls_back }
    }

    /// Lets go of its list of formats if `other` has the same one. Answers whether it has.
    pub fn share(&mut self, other: &FormatSet<'f>) -> bool {
        let same = self.formats.len() == other.formats.len()
            && self.seen == other.seen
            && self.formats.iter().zip(&*other.formats).all(|(one, other)| one.name() == other.name());
        if same {
            self.formats = Arc::clone(&other.formats);
        }
        same
    }

    /// Only this format, whatever the lines look like.
    pub fn only(format: &'f dyn Format) -> FormatSet<'f> {
        FormatSet { formats: Arc::new([format]), seen: 1, falls_back: false }
    }

    /// If a message begins with this line: the place of its format ([`FormatSet::format`]), stamp and level.
    pub fn begin(&self, line: &[u8]) -> Option<(usize, Head)> {
        // the format of most lines is asked first, and for most lines that is all
        let (first, others) = self.formats.split_first()?;
        if let Some(head) = first.begin(line) {
            return Some((0, head));
        }
        let asked = if may_begin(line) { others.len() } else { self.seen.saturating_sub(1) };
        let mut others = others.iter().zip(1..).take(asked);
        others
            .find_map(|(format, place)| Some((place, format.begin(line)?)))
            .or_else(|| self.falls_back.then(|| Some((self.formats.len() - 1, TEXT.begin(line)?)))?)
    }

    /// The format that fits most lines.
    pub fn main(&self) -> &'f dyn Format {
        if self.falls_back { TEXT } else { self.format(0) }
    }

    /// The format at that place.
    pub fn format(&self, place: usize) -> &'f dyn Format {
        self.formats.get(place).copied().unwrap_or(TEXT)
    }

    /// How many formats may be met.
    pub fn count(&self) -> usize {
        self.formats.len()
    }

    /// Whether a stamp of the file may lack its date.
    pub fn is_undated(&self) -> bool {
        self.formats.iter().any(|format| format.is_undated())
    }
}

/// Adds the formats of those lines that do not fit the main one, if there are enough of them: the best first.
fn add_seen<'f>(
    formats: &mut Vec<&'f dyn Format>,
    known: &[&'f dyn Format],
    lines: &[&[u8]],
    main_fits: usize,
) {
    let fits_none = |line: &&[u8]| formats.iter().all(|format| format.begin(line).is_none());
    let mut left: Vec<&[u8]> = lines.iter().copied().filter(fits_none).collect();
    let enough = SEEN.max(main_fits * SEEN_PERCENT / 100);
    loop {
        let others = known.iter().filter(|format| !holds(formats, **format));
        let counted = others.map(|format| (count(*format, &left), *format));
        let best = counted.filter(|(fits, _)| *fits >= enough).reduce(|best, one| {
            let points = |(fits, format): &(usize, &dyn Format)| fits * format.weight() as usize;
            if points(&one) > points(&best) { one } else { best }
        });
        let Some((_, format)) = best else { return };
        formats.push(format);
        left.retain(|line| format.begin(line).is_none());
    }
}

fn holds(formats: &[&dyn Format], format: &dyn Format) -> bool {
    formats.iter().any(|known| known.name() == format.name())
}

/// Whether a message of a format that is not the file's own might begin with this line. Every frame of a stack trace is
/// turned away here by its first byte, and most lines of text by their fourth.
fn may_begin(line: &[u8]) -> bool {
    matches!(
        line,
        [b'0'..=b'9' | b'*', ..]
            | [b'[', b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..]
            | [b'<', b'0'..=b'9', ..]
            | [b'<', b'l', b'o', b'g', b'4', b'j', b':', b'e', ..]
            | [b'{', b'"', ..]
            | [b'#', b' ', ..]
            // `Nov 21 2026`, `Event[1]:`, ` @ERROR - `
            | [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b' ', ..]
            | [b'E', b'v', b'e', b'n', b't', b'[', ..]
            | [b' ', b'@', ..]
    )
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
