//! Learns the layout of a log from its lines: where its timestamp is and what its numbers mean, the level, the thread.
//!
//! What the lines do not decide is not guessed. If the order of day and month cannot be known, only the time of day is read,
//! [`LearnedLayout::doubt`] has the reason, and [`LearnedLayout::possible`] the layouts to choose from. A layout is learned only if its lines repeat, and their times follow each
//! other.

pub(crate) mod order;
mod shape;
mod stamp;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::pattern::Pattern;
use order::{Undecided, decide};
use shape::{ShapeField, known, shape};
use stamp::{DateForm, FoundStamp};

/// A layout that was learned from the lines of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedLayout {
    /// Its timestamp in the letters of Java's date formats.
    pub stamp: String,
    /// A regular expression for a line with the groups of a custom format.
    pub line: String,
    /// What a line looks like, for users: `dd/MM/yy HH:mm:ss LEVEL [thread] message`.
    pub picture: String,
    /// Lines that have it.
    pub lines: usize,
    /// Lines with which a message may begin: all but empty and indented ones.
    pub candidates: usize,
    /// How the order of the date was found; `None` if its numbers have one meaning.
    pub order: Option<String>,
    /// Why the dates are not read, and what would show it; `None` if they are, or there are none.
    pub doubt: Option<String>,
    /// The layouts with a date that remain possible if there is a doubt.
    pub possible: Vec<PossibleDate>,
    /// The first line that has it.
    pub example: String,
}

/// A layout with a date of which the order of the numbers is not certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleDate {
    /// Its timestamp, see [`LearnedLayout::stamp`].
    pub stamp: String,
    /// Its line, see [`LearnedLayout::line`].
    pub line: String,
}

impl LearnedLayout {
    /// Whether enough lines have it to be sure.
    pub fn is_certain(&self) -> bool {
        self.lines >= LEAST && self.lines * 5 >= self.candidates
    }
}

/// Lines that a layout must have to be certain.
const LEAST: usize = 3;

/// Lines that are looked at.
const LINES: usize = 3000;

/// Bytes of a line that are looked at.
const HEAD: usize = 400;

/// A line with a timestamp.
struct StampedLine<'t> {
    text: &'t [u8],
    lead: Lead,
    /// Where the timestamp begins.
    start: usize,
    stamp: FoundStamp,
}

/// What is before the timestamp.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Lead {
    Nothing,
    /// A bracket or quotation mark.
    Sign(u8),
    /// A level, in brackets or without, and the text up to the timestamp.
    Level(Option<u8>, String),
}

/// Learns the layout of a text; `None` if its lines have no timestamp of a form that repeats.
pub fn learn(text: &[u8]) -> Option<LearnedLayout> {
    let is_candidate = |line: &&[u8]| {
        line.first().is_some_and(|byte| !byte.is_ascii_whitespace())
            && !line.starts_with(b"at ")
            && !line.starts_with(b"Caused by: ")
    };
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(is_candidate);
    let lines: Vec<&[u8]> = lines.take(LINES).map(|line| line.get(..HEAD).unwrap_or(line)).collect();
    let mut groups: BTreeMap<_, Vec<StampedLine<'_>>> = BTreeMap::new();
    for line in lines.iter().filter_map(|line| stamped(line)) {
        groups.entry((line.lead.clone(), line.stamp.key())).or_default().push(line);
    }
    let most = groups.values().map(Vec::len).max()?;
    let group = groups.into_values().find(|group| group.len() == most)?;
    let first = group.first()?;
    let GroupDate { pattern: date, order, doubt, possible } = date(&group);
    let is_timed = date.is_empty();
    let short_hour = group.iter().any(|line| line.stamp.short_hour);
    let time = if short_hour {
        first.stamp.time.replace("HH", "H").replace("hh", "h")
    } else {
        first.stamp.time.clone()
    };
    let bare_time = time.find(['H', 'h']).and_then(|at| time.get(at..)).unwrap_or_default();
    let stamp = if is_timed { bare_time.to_owned() } else { format!("{date}{time}") };
    let pattern = Pattern::new(&stamp).ok()?;
    let skipped = |line: &StampedLine<'_>| if is_timed { line.stamp.date_length } else { 0 };
    let moments = group.iter().filter_map(|line| {
        pattern.read(line.text.get(line.start + skipped(line)..)?).map(|(stamp, _)| stamp.order())
    });
    if !follow(&moments.collect::<Vec<_>>()) {
        return None;
    }
    let closing = closing(&first.lead);
    let bodies: Vec<&[u8]> = group
        .iter()
        .filter_map(|line| line.text.get(line.start + line.stamp.length..))
        .map(|rest| closing.and_then(|sign| rest.strip_prefix(&[sign])).unwrap_or(rest))
        .map(|rest| {
            rest.strip_prefix(b",").or_else(|| rest.strip_prefix(b":")).unwrap_or(rest).trim_ascii_start()
        })
        .collect();
    let shape = shape(&bodies, matches!(first.lead, Lead::Level(..)));
    let described = Description { lead: &first.lead, stamp: &stamp, is_timed, stamps: &group, shape: &shape };
    let dated = |date: &String| {
        let stamp = format!("{date}{time}");
        let described = Description { stamp: &stamp, is_timed: false, ..described };
        (described.expression(&bodies), stamp)
    };
    Some(LearnedLayout {
        line: described.expression(&bodies),
        picture: described.picture(),
        possible: possible.iter().map(dated).map(|(line, stamp)| PossibleDate { stamp, line }).collect(),
        lines: group.len(),
        candidates: lines.len(),
        order,
        doubt,
        example: String::from_utf8_lossy(first.text).into_owned(),
        stamp,
    })
}

/// The timestamp of a line, at its start or after a level or a bracket.
fn stamped(line: &[u8]) -> Option<StampedLine<'_>> {
    let found = |lead: Lead, start: usize| {
        let stamp = stamp::read(line.get(start..)?)?;
        Some(StampedLine { text: line, lead, start, stamp })
    };
    if let Some(found) = found(Lead::Nothing, 0) {
        return Some(found);
    }
    let first = *line.first()?;
    let is_sign = b"[(<{\"".contains(&first);
    if is_sign && let Some(found) = found(Lead::Sign(first), 1) {
        return Some(found);
    }
    let from = usize::from(is_sign);
    let word = line.get(from..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !known(line.get(from..from + word)?) {
        return None;
    }
    let after = line.get(from + word..)?;
    let gap = after.iter().take(6).take_while(|byte| b" \t:|-])>[".contains(byte)).count();
    // of the gap only its signs count: levels are padded
    let signs = String::from_utf8_lossy(after.get(..gap)?).replace([' ', '\t'], "");
    found(Lead::Level(is_sign.then_some(first), signs), from + word + gap)
}

/// The sign that ends what the lead opens.
fn closing(lead: &Lead) -> Option<u8> {
    let Lead::Sign(sign) = lead else { return None };
    Some(match sign {
        b'[' => b']',
        b'(' => b')',
        b'<' => b'>',
        b'{' => b'}',
        other => *other,
    })
}

/// The date of a group of lines.
#[derive(Debug, Default)]
struct GroupDate {
    /// Its pattern; empty if it is not read.
    pattern: String,
    /// How the order of its numbers was found.
    order: Option<String>,
    /// Why it is not read.
    doubt: Option<String>,
    /// The patterns that it may have.
    possible: Vec<String>,
}

fn date(group: &[StampedLine<'_>]) -> GroupDate {
    let Some(first) = group.first() else { return GroupDate::default() };
    let short = group.iter().any(|line| line.stamp.short_date);
    match first.stamp.form {
        DateForm::Certain => {
            let date = &first.stamp.date;
            let is_named = date.contains("MMM");
            let pattern = match (short, is_named) {
                (true, true) => date.replace("dd", "d"),
                (true, false) => date.replace("dd", "d").replace("MM", "M"),
                (false, _) => date.clone(),
            };
            GroupDate { pattern, ..GroupDate::default() }
        }
        DateForm::Missing if first.stamp.date_length > 0 => {
            let doubt =
                "its dates have no year; the name of the file, or a log with dates beside it, shows it";
            GroupDate { doubt: Some(doubt.to_owned()), ..GroupDate::default() }
        }
        DateForm::Missing => GroupDate::default(),
        DateForm::Numbers { separator, has_century, .. } => {
            let values = group.iter().filter_map(|line| match line.stamp.form {
                DateForm::Numbers { values, .. } => Some(values),
                _ => None,
            });
            let (day, month) = if short { ("d", "M") } else { ("dd", "MM") };
            let letter = |letter: char| match letter {
                'd' => day,
                'm' => month,
                _ if has_century => "yyyy",
                _ => "yy",
            };
            let pattern = |letters: &str| {
                letters.chars().map(letter).collect::<Vec<_>>().join(&char::from(separator).to_string())
            };
            match decide(&values.collect::<Vec<_>>(), has_century) {
                Ok(order) => GroupDate {
                    pattern: pattern(order.letters),
                    order: Some(order.reason),
                    ..GroupDate::default()
                },
                Err(Undecided { letters, reason }) => {
                    let doubt = format!("{reason}; lines of a day after the 12th, or of two days, show it");
                    let possible = letters.iter().map(|letters| pattern(letters)).collect();
                    GroupDate { doubt: Some(doubt), possible, ..GroupDate::default() }
                }
            }
        }
    }
}

/// Returns whether moments are mostly in order, as those of a log are: forwards, or all backwards.
fn follow(moments: &[i64]) -> bool {
    let pairs = moments.len().saturating_sub(1);
    let back = moments.windows(2).filter(|pair| pair.first() > pair.last()).count();
    let forth = moments.windows(2).filter(|pair| pair.first() < pair.last()).count();
    back * 10 <= pairs || forth * 10 <= pairs
}

/// Parts of a layout as texts.
#[derive(Clone, Copy)]
struct Description<'d, 't> {
    lead: &'d Lead,
    stamp: &'d str,
    is_timed: bool,
    stamps: &'d [StampedLine<'t>],
    shape: &'d [ShapeField],
}

/// Words of levels that most logs of a layout have, also those that a sample did not show.
const LEVELS: &str =
    "FATAL|SEVERE|CRITICAL|ERROR|WARNING|WARN|NOTICE|INFO|CONFIG|DEBUG|TRACE|FINE|FINER|FINEST";

impl Description<'_, '_> {
    fn expression(&self, bodies: &[&[u8]]) -> String {
        let mut line = String::from("^");
        match self.lead {
            Lead::Nothing => {}
            Lead::Sign(sign) => line.push_str(&escaped(&[*sign])),
            Lead::Level(open, signs) => {
                line.push_str(&open.map(|sign| escaped(&[sign])).unwrap_or_default());
                line.push_str("(?<level>[A-Za-z]+)");
                for sign in signs.bytes() {
                    line.push_str(r"\s*");
                    line.push_str(&escaped(&[sign]));
                }
                line.push_str(r"\s*");
            }
        }
        if self.is_timed && self.stamps.iter().any(|line| line.stamp.date_length > 0) {
            // a date that is not read: of three numbers, or of a month and a day
            line.push_str(r"[^\s:]{3,12}(?:\s+\d{1,2})?[\sT,_:-]+");
        }
        line.push_str("(?<stamp>");
        line.push_str(&expression_of(self.stamp));
        line.push(')');
        if let Some(sign) = closing(self.lead) {
            line.push_str(&escaped(&[sign]));
            line.push('?');
        }
        line.push_str(r"[,:]?\s*");
        let mut brackets = 0;
        for field in self.shape {
            match field {
                ShapeField::Level => {
                    let _ = write!(line, "(?:(?<level>{})\\b:?\\s*)?", words(bodies));
                }
                ShapeField::BracketLevel => {
                    line.push_str(r"(?:[\[(<{]\s*(?<level>[A-Za-z]{3,20})\s*[\])>}]\s*)?");
                }
                ShapeField::Bracket => {
                    let name = if brackets == 0 { "thread" } else { "class" };
                    brackets += 1;
                    let _ = write!(line, r"(?:[\[(<{{](?<{name}>[^\])>}}]{{0,80}})[\])>}}]\s*)?");
                }
                ShapeField::Number => line.push_str(r"(?:(?<number>\d{1,11})\s*)?"),
                ShapeField::Sign => line.push_str(r"(?:[-|:,;]{1,3}\s*)?"),
            }
        }
        line.push_str("(?<message>.*)$");
        line
    }

    fn picture(&self) -> String {
        let mut brackets = 0;
        let mut field = |field: &ShapeField| match field {
            ShapeField::Level => "LEVEL",
            ShapeField::BracketLevel => "[LEVEL]",
            ShapeField::Bracket => {
                brackets += 1;
                if brackets == 1 { "[thread]" } else { "[class]" }
            }
            ShapeField::Number => "number",
            ShapeField::Sign => "-",
        };
        let after: Vec<&str> = self.shape.iter().map(&mut field).collect();
        let sign = |sign: u8| char::from(sign).to_string();
        let lead = match self.lead {
            Lead::Nothing => String::new(),
            Lead::Sign(open) => sign(*open),
            Lead::Level(open, signs) => format!("{}LEVEL{signs} ", open.map(sign).unwrap_or_default()),
        };
        let date = if self.is_timed && self.stamps.iter().any(|line| line.stamp.date_length > 0) {
            "date? "
        } else {
            ""
        };
        let close = closing(self.lead).map(sign).unwrap_or_default();
        format!("{lead}{date}{}{close} {} message", self.stamp, after.join(" ")).replace("  ", " ")
    }
}

/// The words of levels that lines have, beside the usual ones.
fn words(bodies: &[&[u8]]) -> String {
    let mut words: Vec<String> = LEVELS.split('|').map(str::to_owned).collect();
    for body in bodies {
        for start in 0..body.len().min(120) {
            let is_start = start == 0 || body.get(start - 1).is_some_and(|byte| !byte.is_ascii_alphabetic());
            let word = body.get(start..).unwrap_or_default();
            let end = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let word = String::from_utf8_lossy(word.get(..end).unwrap_or_default()).into_owned();
            if is_start && words.len() < 30 && known(word.as_bytes()) && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    words.join("|")
}

/// A regular expression for the timestamps of a pattern: what only [`Pattern`] checks may be more.
fn expression_of(pattern: &str) -> String {
    match pattern {
        "epoch-millis" => return r"\d{13}".to_owned(),
        "epoch-seconds" => return r"\d{10}".to_owned(),
        _ => {}
    }
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(one) = rest.next() {
        if one == '\'' {
            while let Some(inner) = rest.next().filter(|inner| *inner != '\'') {
                out.push(inner);
            }
            continue;
        }
        let mut count = 1;
        while rest.next_if_eq(&one).is_some() {
            count += 1;
        }
        out.push_str(match (one, count) {
            ('y', 4) => r"\d{4}",
            ('M', 3) => r"[^\s\d/,:-]{3,12}",
            ('E', _) => "[A-Za-z]{3}",
            ('S', _) => r"\d{1,9}",
            ('a', _) => r"[^\s\d\[\]]{1,8}",
            ('X', _) => r"(?:Z|[+-]\d\d:?\d\d)",
            (' ', _) => r"\s+",
            ('y' | 'M' | 'd' | 'H' | 'h' | 'm' | 's', 2) => r"\d{2}",
            ('M' | 'd' | 'H' | 'h', _) => r"\d{1,2}",
            _ => {
                out.push_str(&escaped(one.to_string().repeat(count).as_bytes()));
                continue;
            }
        });
    }
    out
}

/// A text as a regular expression that matches it.
fn escaped(text: &[u8]) -> String {
    let mut out = String::new();
    for byte in text {
        if !byte.is_ascii_alphanumeric() && *byte != b' ' && *byte != b'_' {
            out.push('\\');
        }
        out.push(char::from(*byte));
    }
    out
}
