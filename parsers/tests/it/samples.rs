//! Real lines in, expected events out: every file of `samples/<format>/` is recognised by its content and taken
//! apart, and the outcome is a snapshot that somebody has read.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use spoglight_parsers::{Format, Head, UNMISTAKABLE, formats};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of samples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// Where messages begin, by the plain path.
fn messages<'a>(format: &dyn Format, text: &'a [u8]) -> (&'a [u8], Vec<&'a [u8]>) {
    let mut starts = Vec::new();
    let mut at = 0;
    let mut above: &[u8] = b"";
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        if format.begin(bare).is_some() && !(format.has_joins() && format.joins(above, bare)) {
            starts.push(at);
        }
        above = bare;
        at += line.len();
    }
    let before = &text[..starts.first().copied().unwrap_or(text.len())];
    starts.push(text.len());
    (before, starts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect())
}

/// The last line above a message that names columns.
fn columns_above<'a>(format: &dyn Format, text: &'a [u8], message: &[u8]) -> Option<&'a [u8]> {
    let start = format.columns()?;
    let above = &text[..message.as_ptr() as usize - text.as_ptr() as usize];
    above.split(|byte| *byte == b'\n').rfind(|line| line.starts_with(start))
}

/// Stamp and level as the plain path knows them.
fn head_of(format: &dyn Format, message: &[u8]) -> Head {
    let mut lines = message.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut head = format.begin(lines.next().unwrap_or_default()).expect("it begins here");
    if format.looks_below() {
        for line in lines {
            if !format.below(line, &mut head) {
                break;
            }
        }
    }
    head
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).escape_debug().to_string()
}

/// Everything that is known of the events of a text.
fn rendered(format: &dyn Format, text: &[u8]) -> String {
    let (before, messages) = messages(format, text);
    let mut out = format!("format {}, {} events\n", format.name(), messages.len());
    if !before.is_empty() {
        let _ = writeln!(out, "before the first: {} bytes", before.len());
    }
    for message in messages {
        let event = match columns_above(format, text, message) {
            Some(columns) => format.parse_below(columns, message),
            None => format.parse(message),
        };
        let _ = writeln!(out, "---");
        if let Some(stamp) = event.stamp {
            let _ = writeln!(
                out,
                "stamp   {} offset {:?} precision {}",
                stamp.wall, stamp.offset, stamp.precision.0
            );
        }
        let _ = writeln!(out, "level   {} ({})", event.level.name(), shown(event.level_word));
        for (name, value) in [("thread", event.thread), ("class", event.class), ("method", event.method)] {
            if !value.is_empty() {
                let _ = writeln!(out, "{name:<7} {}", shown(value));
            }
        }
        for (key, value) in &event.fields {
            let _ = writeln!(out, "field   {} = {}", shown(key), shown(value));
        }
        let _ = writeln!(out, "message {}", shown(event.message));
        let lines: Vec<&[u8]> = event.rest.split_inclusive(|byte| *byte == b'\n').collect();
        for line in lines.iter().take(3) {
            let _ = writeln!(out, "      | {}", shown(line));
        }
        if lines.len() > 3 {
            let _ = writeln!(out, "      | and {} lines", lines.len() - 3);
        }
    }
    out
}

#[test]
fn every_sample_is_recognised_and_taken_apart() {
    for format in formats::ALL.iter().copied().chain([formats::TEXT]) {
        let folder = samples().join(format.name());
        assert!(folder.is_dir(), "{} needs samples in samples/{}", format.name(), format.name());
        for path in files(&folder) {
            let text = std::fs::read(&path).expect("a sample");
            let detected = formats::detect(&text);
            assert_eq!(detected.name(), format.name(), "{} is recognised", path.display());
            let name = format!("{}--{}", format.name(), path.file_stem().expect("a name").to_string_lossy());
            // in the form that its lines need
            insta::assert_snapshot!(name, rendered(detected, &text));
        }
    }
}

#[test]
fn every_example_is_one() {
    for format in formats::ALL {
        let example = format.example();
        assert_eq!(formats::detect(example.as_bytes()).name(), format.name(), "{example}");
    }
}

#[test]
fn the_full_parse_agrees_with_the_plain_path() {
    for format in formats::ALL.iter().copied() {
        for path in files(&samples().join(format.name())) {
            let text = std::fs::read(&path).expect("a sample");
            for message in messages(format, &text).1 {
                let head = head_of(format, message);
                let event = format.parse(message);
                assert_eq!((event.stamp, event.level), (head.stamp, head.level), "{}", shown(message));
            }
        }
    }
}

#[test]
fn what_can_be_nothing_else_is_nothing_else() {
    let unmistakable = || formats::ALL.iter().copied().filter(|format| format.weight() >= UNMISTAKABLE);
    for format in unmistakable() {
        for path in files(&samples().join(format.name())) {
            let text = std::fs::read(&path).expect("a sample");
            for message in messages(format, &text).1 {
                let line = message.split(|byte| *byte == b'\n').next().unwrap_or_default();
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let others = unmistakable().filter(|other| other.name() != format.name());
                let fits: Vec<&str> = others
                    .filter(|other| other.begin(line).is_some())
                    .map(spoglight_parsers::Format::name)
                    .collect();
                assert!(fits.is_empty(), "{} is {}, and {fits:?}, too", shown(line), format.name());
            }
        }
    }
}
