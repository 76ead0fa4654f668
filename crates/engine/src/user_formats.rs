//! Formats that a user describes in TOML files, without code.
//!
//! ```toml
//! name = "acme-gateway"
//! title = "ACME gateway"
//! stamp = "yyyy-MM-dd HH:mm:ss.SSS"
//! line = '^(?<stamp>\S+ \S+) (?<level>\w+) \[(?<thread>[^\]]*)\] (?<class>\S+) - (?<message>.*)$'
//!
//! [levels]
//! FEHLER = "error"
//!
//! [[sample]]
//! line = "2026-11-21 10:00:00.123 FEHLER [main] gw.Route - no route to 10.0.0.1"
//! stamp = "2026-11-21T10:00:00.123"
//! level = "error"
//! message = "no route to 10.0.0.1"
//! ```
//!
//! The groups `stamp`, `level`, `thread`, `class`, `method` and `message` fill the properties that every event has, others
//! become fields. A format is used only if its samples give the values that they name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regex::bytes::{CaptureLocations, Regex};
use serde::Deserialize;
use spoglight_parsers::pattern::Pattern;
use spoglight_parsers::{Event, Format, Head, Level, RawTimestamp, UNMISTAKABLE, formats, layout};
use spoglight_signatures::cost;
use thiserror::Error;

use spoglight_source::read_small_text;
use spoglight_time::Timestamp;

/// The formats that the user described.
#[derive(Debug, Clone, Default)]
pub struct UserFormats {
    formats: Vec<UserFormat>,
}

/// A format that cannot be used.
#[derive(Debug, Error)]
#[error("{path}: {why}")]
pub struct FormatError {
    /// The file.
    pub path: String,
    /// Reason, and advice.
    pub why: String,
}

impl UserFormats {
    /// Adds all `*.toml` of a folder, in the order of their names, or one file.
    pub fn add(&mut self, path: &Path) -> Result<(), FormatError> {
        let error = |path: &Path, why: String| FormatError { path: path.display().to_string(), why };
        let mut files: Vec<PathBuf> = if path.is_dir() {
            let entries =
                std::fs::read_dir(path).map_err(|e| error(path, format!("cannot be opened: {e}")))?;
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
            paths
                .filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")))
                .collect()
        } else {
            vec![path.to_owned()]
        };
        files.sort();
        for file in files {
            let text = read_small_text(&file).map_err(|e| error(&file, format!("cannot be read: {e}")))?;
            let format = UserFormat::parse(&text).map_err(|why| error(&file, why))?;
            if self.formats.iter().any(|known| known.name == format.name) {
                let why = format!("another custom format is named {:?}; choose another name", format.name);
                return Err(error(&file, why));
            }
            self.formats.push(format);
        }
        Ok(())
    }

    /// These, then the built-in ones.
    pub fn and_built_in(&self) -> Vec<&dyn Format> {
        let own = self.formats.iter().map(|format| format as &dyn Format);
        own.chain(formats::ALL.iter().map(|format| *format as &dyn Format)).collect()
    }

    /// These alone.
    pub fn iter(&self) -> impl Iterator<Item = &UserFormat> {
        self.formats.iter()
    }
}

/// A format that a user described.
#[derive(Debug, Clone)]
pub struct UserFormat {
    name: String,
    title: String,
    line: Regex,
    /// Places of the groups in `line`.
    groups: Groups,
    /// `None`: any known timestamp.
    pattern: Option<Pattern>,
    /// Every line begins with the timestamp, so that it turns away most lines that do not match.
    stamp_first: bool,
    levels: BTreeMap<String, Level>,
    /// The description as it was written.
    source: String,
    /// The line of its first sample.
    example: String,
}

#[derive(Debug, Clone, Default)]
struct Groups {
    stamp: Option<usize>,
    level: Option<usize>,
    thread: Option<usize>,
    class: Option<usize>,
    method: Option<usize>,
    message: Option<usize>,
    fields: Vec<(String, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    name: String,
    #[serde(default)]
    title: String,
    line: String,
    stamp: Option<String>,
    #[serde(default)]
    levels: BTreeMap<String, String>,
    #[serde(default)]
    sample: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    line: String,
    stamp: Option<String>,
    level: Option<String>,
    message: Option<String>,
}

/// Weight of a format that a user described: it wins over a built-in one that matches the same lines.
const WEIGHT: u32 = UNMISTAKABLE + 2;

impl UserFormat {
    /// Reads a description and checks its samples. The error has the reason and advice.
    pub fn parse(text: &str) -> Result<UserFormat, String> {
        let described: Described = toml::from_str(text).map_err(|error| error.to_string())?;
        let name = described.name.trim().to_owned();
        let sound = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
        if name.is_empty() || !name.chars().all(sound) {
            return Err(format!("invalid name {name:?}; use lower-case letters, digits and `-`"));
        }
        if formats::by_name(&name).is_some() {
            return Err(format!("a built-in format is named {name:?}; choose another name"));
        }
        let line = Regex::new(&described.line).map_err(|error| format!("`line` is invalid: {error}"))?;
        // it is tried on every line of every file
        let samples = described.sample.iter().map(|sample| sample.line.as_bytes());
        cost::check(&described.line, false, samples).map_err(|costly| format!("`line` {costly}"))?;
        let groups = groups(&line)?;
        let pattern = described.stamp.as_deref().map(Pattern::new).transpose();
        let pattern = pattern.map_err(|error| format!("`stamp` is invalid: {error}"))?;
        if pattern.is_some() && groups.stamp.is_none() {
            return Err("`stamp` is given, but `line` has no group `stamp`".to_owned());
        }
        let starts = ["^(?<stamp>", "^(?P<stamp>"];
        let mut levels = BTreeMap::new();
        for (word, level) in described.levels {
            let known = Level::ALL.into_iter().find(|known| known.name() == level);
            let names = || Level::ALL.map(Level::name).join(", ");
            levels.insert(
                word,
                known.ok_or_else(|| format!("unknown level {level:?}; levels are {}", names()))?,
            );
        }
        let format = UserFormat {
            title: if described.title.is_empty() { name.clone() } else { described.title },
            name,
            stamp_first: starts.iter().any(|start| described.line.starts_with(start)),
            line,
            groups,
            pattern,
            levels,
            source: text.to_owned(),
            example: described.sample.first().map(|sample| sample.line.clone()).unwrap_or_default(),
        };
        if described.sample.is_empty() {
            return Err(
                "no [[sample]] is given; add a line of the log, so that the format can be checked".to_owned()
            );
        }
        described.sample.iter().try_for_each(|sample| format.check(sample))?;
        Ok(format)
    }

    /// The format with another name and title.
    pub(crate) fn renamed(self, name: String, title: &str) -> UserFormat {
        UserFormat { name, title: title.to_owned(), ..self }
    }

    /// The description as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns an error if a sample does not give the values that it names.
    fn check(&self, sample: &Sample) -> Result<(), String> {
        let line = sample.line.as_bytes();
        let Some(head) = self.begin(line) else {
            let why = match self.line.captures(line) {
                None => "`line` does not match it".to_owned(),
                Some(groups) => {
                    let stamp = self.groups.stamp.and_then(|group| groups.get(group));
                    let stamp =
                        String::from_utf8_lossy(stamp.map_or(&[], |stamp| stamp.as_bytes())).into_owned();
                    format!("its timestamp {stamp:?} does not match `stamp`")
                }
            };
            return Err(format!("the sample {:?} is not recognized: {why}", sample.line));
        };
        let event = self.read(line, &[]).unwrap_or_default();
        let time = head.stamp.map(|stamp| match stamp.utc() {
            Some(utc) => Timestamp::Utc(utc).to_string(),
            None => Timestamp::Local(stamp.wall).to_string(),
        });
        let wanted = [
            ("stamp", sample.stamp.as_deref(), time.unwrap_or_default()),
            ("level", sample.level.as_deref(), head.level.name().to_owned()),
            ("message", sample.message.as_deref(), String::from_utf8_lossy(event.message).into_owned()),
        ];
        for (what, wanted, got) in wanted {
            if let Some(wanted) = wanted
                && !same(what, wanted, &got)
            {
                return Err(format!("the sample {:?} has the {what} {got:?}, not {wanted:?}", sample.line));
            }
        }
        Ok(())
    }

    fn level(&self, word: &[u8]) -> Level {
        let own = std::str::from_utf8(word).ok().and_then(|word| self.levels.get(word));
        own.copied().unwrap_or_else(|| if word.is_empty() { Level::None } else { Level::from_word(word) })
    }

    /// A timestamp that fills `text`, or is at its start if its pattern is not given.
    fn stamp(&self, text: &[u8]) -> Option<RawTimestamp> {
        let read = match &self.pattern {
            Some(pattern) => pattern.read(text),
            None => known_stamp(text),
        };
        read.filter(|(_, taken)| self.pattern.is_none() || *taken == text.len()).map(|(stamp, _)| stamp)
    }
}

/// A sample may leave out zeros after the second.
fn same(what: &str, wanted: &str, got: &str) -> bool {
    if what != "stamp" {
        return wanted == got;
    }
    let bare = |text: &str| {
        let (text, zone) = text.strip_suffix('Z').map_or((text, ""), |text| (text, "Z"));
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
        format!("{}{zone}", text.replace(' ', "T"))
    };
    bare(wanted) == bare(got)
}

fn known_stamp(text: &[u8]) -> Option<(RawTimestamp, usize)> {
    let readers = [
        layout::iso,
        layout::day_month_year,
        layout::american,
        layout::access_log,
        layout::cisco,
        layout::ctime,
    ];
    readers.iter().find_map(|read| read(text))
}

fn groups(line: &Regex) -> Result<Groups, String> {
    let mut groups = Groups::default();
    for (place, name) in line.capture_names().enumerate() {
        match name {
            Some("stamp") => groups.stamp = Some(place),
            Some("level") => groups.level = Some(place),
            Some("thread") => groups.thread = Some(place),
            Some("class") => groups.class = Some(place),
            Some("method") => groups.method = Some(place),
            Some("message") => groups.message = Some(place),
            Some(name) => groups.fields.push((name.to_owned(), place)),
            None => {}
        }
    }
    if groups.stamp.is_none() && groups.level.is_none() && groups.message.is_none() {
        return Err(
            "`line` has none of the groups stamp, level and message, such as (?<message>.*)".to_owned()
        );
    }
    Ok(groups)
}

/// The text of a group; empty if it did not take part.
fn group<'l>(line: &'l [u8], places: &CaptureLocations, group: Option<usize>) -> &'l [u8] {
    group.and_then(|group| places.get(group)).and_then(|(from, to)| line.get(from..to)).unwrap_or_default()
}

impl Format for UserFormat {
    fn name(&self) -> &str {
        &self.name
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn example(&self) -> &str {
        &self.example
    }

    fn begin(&self, line: &[u8]) -> Option<Head> {
        if self.stamp_first && self.pattern.as_ref().is_some_and(|pattern| pattern.read(line).is_none()) {
            return None;
        }
        let mut places = self.line.capture_locations();
        self.line.captures_read(&mut places, line)?;
        let stamp = match self.groups.stamp {
            Some(_) => Some(self.stamp(group(line, &places, self.groups.stamp))?),
            None => None,
        };
        Some(Head { stamp, level: self.level(group(line, &places, self.groups.level)) })
    }

    fn read<'a>(&'a self, line: &'a [u8], rest: &'a [u8]) -> Option<Event<'a>> {
        let head = self.begin(line)?;
        let mut places = self.line.capture_locations();
        self.line.captures_read(&mut places, line)?;
        let text = |place| group(line, &places, place);
        let message = self.groups.message.map_or(line, |place| text(Some(place)));
        let fields = self.groups.fields.iter().map(|(name, place)| (name.as_bytes(), text(Some(*place))));
        Some(Event {
            stamp: head.stamp,
            level: head.level,
            level_word: text(self.groups.level),
            thread: text(self.groups.thread),
            class: text(self.groups.class),
            method: text(self.groups.method),
            fields: fields.filter(|(_, value)| !value.is_empty()).collect(),
            message,
            rest,
            tags: &[],
        })
    }

    fn is_undated(&self) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| !pattern.is_dated())
    }

    fn weight(&self) -> u32 {
        WEIGHT
    }
}
