//! A trial of the formats on one source: what share of it they understand, and the first lines that they do not.
//!
//! Reads the whole source once, in order, and keeps counters and a few lines.

use std::collections::BTreeMap;
use std::io::Read as _;

use memchr::memchr_iter;
use spoglight_parsers::formats::FormatSet;
use spoglight_parsers::{Format, Level};

use super::probe;
use spoglight_source::{Problem, Source};
use spoglight_text::charset::{Charset, CharsetRules};
use spoglight_text::messages;
use spoglight_text::messages::Blocks;

/// Lines of each kind that are kept.
const KEPT: usize = 10;

/// Bytes of such a line.
const SHOWN: usize = 300;

/// What a trial showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// The format of most lines.
    pub format: String,
    /// Its charset.
    pub charset: String,
    /// How that is known.
    pub evidence: String,
    /// The language of its level words.
    pub language: Option<String>,
    /// Bytes of the source, as text.
    pub bytes: u64,
    /// Bytes of lines with which a message of a known format begins.
    pub first_lines: u64,
    /// Bytes of lines that hang below these.
    pub hanging: u64,
    /// Messages by format.
    pub formats: BTreeMap<String, u64>,
    /// Messages by level, gravest first.
    pub levels: Vec<(&'static str, u64)>,
    /// The first lines that no format understands: number from 1, and text.
    pub strange: Vec<(u64, String)>,
    /// The first lines that hang below a message although they begin with digits, as a stamp does.
    pub doubtful: Vec<(u64, String)>,
}

/// How the messages of a source are read: its charset, and the formats that its lines may be in.
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
    let probe = probe::probe(source, known, charsets);
    match (probe.problem, probe.charset, probe.mix) {
        (Some(problem), ..) => Err(problem),
        (None, Some(charset), Some(mix)) => Ok((charset, mix, probe.language)),
        _ => Err(problem(source, "is empty, or no text", "name a log file")),
    }
}

fn problem(source: &Source, what: &str, advice: &str) -> Problem {
    Problem::new(&source.path, what, advice)
}

/// Tries `known` on a source.
pub fn run(source: &Source, known: &[&dyn Format], charsets: &CharsetRules) -> Result<Trial, Problem> {
    let (charset, mix, language) = probed(source, known, charsets)?;
    let mut trial = Trial {
        format: mix.main().name().to_owned(),
        charset: charset.name(),
        evidence: charset.evidence.clone().into_owned(),
        language,
        ..Trial::default()
    };
    let (mut number, mut understood, mut below) = (0, false, None::<&dyn Format>);
    let mut levels = [0u64; Level::COUNT];
    let mut head = spoglight_parsers::Head::default();
    let first = charset.first_line() as u64;
    let read = source.read(0, |stream| {
        std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
        let begins = |line: &[u8]| mix.begin(&charset.text_of(line)).is_some();
        let mut blocks = Blocks::segment(charset.reader(stream), first, first, u64::MAX, &begins, Vec::new());
        while let Some(block) = blocks.next()? {
            let mut start = 0;
            let mut ends = memchr_iter(b'\n', block.bytes);
            while start < block.bytes.len() {
                let stop = ends.next().unwrap_or(block.bytes.len());
                let next = (stop + 1).min(block.bytes.len());
                let line = block.bytes.get(start..stop.min(start + messages::HEAD)).unwrap_or_default();
                let line = charset.text_of(line.strip_suffix(b"\r").unwrap_or(line));
                let length = (next - start) as u64;
                number += u64::from(!(start == 0 && block.mid_line));
                trial.bytes += length;
                start = next;
                if let Some((place, begun)) = mix.begin(&line) {
                    let format = mix.format(place);
                    understood = format.understands();
                    below = format.looks_below().then_some(format);
                    head = begun;
                    levels[head.level.index()] += 1;
                    *trial.formats.entry(format.name().to_owned()).or_default() += 1;
                    trial.first_lines += if understood { length } else { 0 };
                } else {
                    let before = head.level;
                    if below.is_some_and(|format| !format.below(&line, &mut head)) {
                        below = None;
                    }
                    if before != head.level {
                        levels[before.index()] = levels[before.index()].saturating_sub(1);
                        levels[head.level.index()] += 1;
                    }
                    trial.hanging += if understood { length } else { 0 };
                    if understood && looks_stamped(&line) {
                        keep(&mut trial.doubtful, number, &charset.decode(&line));
                    }
                }
                if !understood {
                    keep(&mut trial.strange, number, &charset.decode(&line));
                }
            }
        }
        Ok(())
    });
    read.map_err(|error| problem(source, &format!("breaks off: {error}"), "collect or copy it again"))?;
    let counts = Level::ALL.iter().map(|level| (level.name(), levels[level.index()]));
    trial.levels = counts.filter(|(_, count)| *count > 0).collect();
    Ok(trial)
}

fn keep(lines: &mut Vec<(u64, String)>, number: u64, line: &str) {
    if lines.len() < KEPT && !line.trim().is_empty() {
        lines.push((number, line.chars().take(SHOWN).collect()));
    }
}

/// Whether a line might be a message of a format that is not known: it begins with digits or a bracket, and has as many
/// digits near its start as a time has.
fn looks_stamped(line: &[u8]) -> bool {
    let near = line.get(..30).unwrap_or(line);
    let digits = near.iter().filter(|byte| byte.is_ascii_digit()).count();
    matches!(line.first(), Some(b'0'..=b'9' | b'[' | b'<' | b'(')) && digits >= 6 && near.contains(&b':')
}
