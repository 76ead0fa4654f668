//! Format coverage of one source: the share of it that the formats understand, and the first lines that they do not.
//!
//! Reads the whole source once, in order, and keeps counters and a few lines.

use std::collections::BTreeMap;
use std::io::Read as _;

use spoglight_artifacts::Rounds;
use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::learn::{LearnedLayout, learn};
use spoglight_parsers::{Format, Head, Level, code_page};

use crate::lines::{Line, Lines};
use crate::reading::{LineRole, Reading};
use crate::scan::is_heading;
use crate::{block_reader, probe};
use spoglight_source::{Problem, Source};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_time::Dates;

/// Lines of each kind that are kept.
const KEPT: usize = 10;

/// Bytes of such a line.
const SHOWN: usize = 300;

/// Format coverage of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// The format of most lines.
    pub format: String,
    /// Its charset.
    pub charset: String,
    /// How the charset was determined.
    pub evidence: String,
    /// The language of its level words.
    pub language: Option<String>,
    /// Bytes of the source, as text.
    pub bytes: u64,
    /// Bytes of lines with which a message of a known format begins.
    pub first_lines: u64,
    /// Bytes of lines below these.
    pub hanging: u64,
    /// Messages by format.
    pub formats: BTreeMap<String, u64>,
    /// Messages by level, most severe first.
    pub levels: Vec<(&'static str, u64)>,
    /// The first lines that no format understands: number from 1, and text.
    pub strange: Vec<(u64, String)>,
    /// The first lines below a message that begin with digits, as a timestamp does.
    pub doubtful: Vec<(u64, String)>,
}

/// Detects the charset of a source and the formats that its lines may be in.
pub fn reading<'f>(
    source: &Source,
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
) -> Result<(Charset, FormatSet<'f>), Problem> {
    probed(source, known, charsets).map(|(charset, mix, _)| (charset, mix))
}

/// The same, with the language of its level words.
fn probed<'f>(
    source: &Source,
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
) -> Result<(Charset, FormatSet<'f>, Option<String>), Problem> {
    let probe = probe::probe(source, known, charsets, &[], &mut Rounds::none());
    match (probe.charset, probe.mix, probe.problem) {
        (Some(charset), Some(mix), _) => Ok((charset, mix, probe.language)),
        (.., Some(problem)) if probe.artifact.is_none() => Err(problem),
        _ => Err(problem(source, "is empty, or no text", "name a log file")),
    }
}

/// Learns the layout of a log, whether it is certain or not; `None` if no timestamp repeats.
///
/// Fails if the log cannot be read.
pub fn learned(source: &Source, charsets: &CharsetRules) -> Result<Option<LearnedLayout>, Problem> {
    let sample = probe::sample_of(source).map_err(|error| {
        let what = format!("cannot be read: {error}");
        Problem::new(&*source.path, what, "collect it again, or copy it to a local disk first")
    })?;
    let charset = match charsets.find(&source.path, source.host.as_deref()) {
        Some(rule) => Charset::given(rule, &sample),
        None => Charset::detect(&sample, code_page),
    };
    let mut after_mark = sample.get(charset.first_line()..).unwrap_or_default();
    let mut text = Vec::new();
    // reading from memory does not fail
    let _ = charset.reader(&mut after_mark).read_to_end(&mut text);
    Ok(learn(&charset.text_of(&text)))
}

fn problem(source: &Source, what: &str, advice: &str) -> Problem {
    Problem::new(&*source.path, what, advice)
}

/// Reads a source with the formats in `known`.
pub fn run(source: &Source, known: &[&dyn Format], charsets: &CharsetRules) -> Result<Trial, Problem> {
    let (charset, mix, language) = probed(source, known, charsets)?;
    let trial = Trial {
        format: mix.main().name().to_owned(),
        charset: charset.name(),
        evidence: charset.evidence.clone().into_owned(),
        language,
        ..Trial::default()
    };
    let mut counter = Counter {
        charset: &charset,
        mix: &mix,
        trial,
        levels: [0; Level::COUNT],
        number: 0,
        is_understood: false,
        head: Head::default(),
    };
    let mut reading = Reading::new(&mix, &charset, Dates::from_name(&source.path));
    let read = block_reader::each_block(source, &charset, &mix, |block| {
        for line in Lines::new(block) {
            let role = reading.step(&line, Some(&mut counter.head));
            let is_strange = matches!(role, LineRole::Continues { .. }) && reading.is_strange(line.text);
            counter.count(&line, role, (is_strange, reading.is_joined()));
        }
    });
    read.map_err(|error| problem(source, &format!("breaks off: {error}"), "collect or copy it again"))?;
    Ok(counter.finish())
}

/// Counts the lines of a source.
struct Counter<'a> {
    charset: &'a Charset,
    mix: &'a FormatSet<'a>,
    trial: Trial,
    /// Messages by [`Level::index`].
    levels: [u64; Level::COUNT],
    /// Number of the current line, from 1.
    number: u64,
    /// The format of the current message is a known one.
    is_understood: bool,
    /// Timestamp and level of the current message.
    head: Head,
}

impl Counter<'_> {
    fn count(&mut self, line: &Line<'_>, role: LineRole, below: (bool, bool)) {
        let length = line.length() as u64;
        self.number += u64::from(!line.is_rest);
        self.trial.bytes += length;
        match role {
            LineRole::Begins { format, head, .. } => self.begin(format, head, length),
            LineRole::Continues { before } => self.continue_message(line, before, length, below),
        }
        if !self.is_understood && !is_heading(self.mix.main(), line.text) {
            keep(&mut self.trial.strange, self.number, &self.charset.decode(line.text));
        }
    }

    fn begin(&mut self, format: usize, head: Head, length: u64) {
        let format = self.mix.format(format);
        self.is_understood = format.understands();
        self.head = head;
        self.levels[head.level.index()] += 1;
        *self.trial.formats.entry(format.name().to_owned()).or_default() += 1;
        self.trial.first_lines += if self.is_understood { length } else { 0 };
    }

    fn continue_message(
        &mut self,
        line: &Line<'_>,
        before: Option<Head>,
        length: u64,
        (is_strange, is_joined): (bool, bool),
    ) {
        if let Some(before) = before {
            self.levels[before.level.index()] -= 1;
            self.levels[self.head.level.index()] += 1;
        }
        let is_heading = is_heading(self.mix.main(), line.text);
        if is_heading || self.is_understood && !is_strange {
            self.trial.hanging += length;
        }
        if self.is_understood && !is_heading && !is_joined && looks_stamped(&self.charset.text_of(line.text))
        {
            keep(&mut self.trial.doubtful, self.number, &self.charset.decode(line.text));
        }
    }

    fn finish(self) -> Trial {
        let counts = Level::ALL.iter().map(|level| (level.name(), self.levels[level.index()]));
        let levels = counts.filter(|(_, count)| *count > 0).collect();
        Trial { levels, ..self.trial }
    }
}

fn keep(lines: &mut Vec<(u64, String)>, number: u64, line: &str) {
    if lines.len() < KEPT && !line.trim().is_empty() {
        lines.push((number, line.chars().take(SHOWN).collect()));
    }
}

/// Returns true for a line that might begin a message in an unknown format: it begins with digits or a bracket, and has as
/// many digits near its start as a time has.
fn looks_stamped(line: &[u8]) -> bool {
    let near = line.get(..30).unwrap_or(line);
    let digits = near.iter().filter(|byte| byte.is_ascii_digit()).count();
    matches!(line.first(), Some(b'0'..=b'9' | b'[' | b'<' | b'(')) && digits >= 6 && near.contains(&b':')
}
