//! Layouts that are learned from the lines of a log, as formats.
//!
//! A log in no known format gets the layout that most of its lines show, if that is certain. Its name is `learned` and the
//! layout. It is a custom format, so `spoglight formats learn` can write it down, and what it reads is what that file reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use spoglight_parsers::Format;
use spoglight_parsers::learn::{LearnedLayout, learn};
use spoglight_parsers::pattern::Pattern;
use spoglight_source::Problem;
use spoglight_time::Timestamp;

use crate::user_formats::UserFormat;

/// Layouts of a process. They are kept until it ends, so their number is limited; logs of one program have the same.
const MOST: usize = 256;

static KNOWN: Mutex<BTreeMap<String, Option<&'static UserFormat>>> = Mutex::new(BTreeMap::new());

/// Learns the layout of a sample of a log in no known format. Returns it with its doubt; `None` if it is not certain.
pub(crate) fn format_of(text: &[u8]) -> Option<(&'static dyn Format, Option<String>)> {
    let layout = learn(text).filter(LearnedLayout::is_certain)?;
    let key = format!("{}\n{}", layout.stamp, layout.line);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST && !known.contains_key(&key) {
        return None;
    }
    let made = || {
        let format = UserFormat::parse(&toml_of(&layout, "learned")).ok()?;
        let title = "a layout that was learned from the file itself";
        Some(&*Box::leak(Box::new(format.renamed(format!("learned: {}", layout.picture), title))))
    };
    let format = (*known.entry(key).or_insert_with(made))?;
    Some((format as &dyn Format, layout.doubt))
}

/// The problem of a log whose dates are not read.
pub(crate) fn doubted(path: &str, doubt: &str) -> Problem {
    let what = format!("has events of which only the time of day is read: {doubt}");
    Problem::new(
        path,
        what,
        "describe its layout: spoglight formats learn FILE writes a custom format to complete",
    )
}

/// A custom format with a learned layout, as its TOML file.
pub fn toml_of(layout: &LearnedLayout, name: &str) -> String {
    let literal = |text: &str| if text.contains('\'') { quoted(text) } else { format!("'{text}'") };
    let mut out = String::new();
    // writing to a string does not fail
    let _ = writeln!(out, "name = {}", quoted(name));
    let _ = writeln!(out, "title = {}", quoted(&layout.picture));
    let _ = writeln!(out, "stamp = {}", quoted(&layout.stamp));
    let _ = writeln!(out, "line = {}", literal(&layout.line));
    for possible in &layout.possible {
        let _ = writeln!(
            out,
            "\n# if the date is {}, replace the two lines above and the stamp of the sample:",
            possible.stamp
        );
        let _ = writeln!(out, "# stamp = {}", quoted(&possible.stamp));
        let _ = writeln!(out, "# line = {}", literal(&possible.line));
    }
    let _ = writeln!(out, "\n[[sample]]\nline = {}", quoted(&layout.example));
    if let Some(stamp) = stamp_of(layout) {
        let _ = writeln!(out, "stamp = {}", quoted(&stamp));
    }
    out
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            _ if one.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(one));
            }
            _ => out.push(one),
        }
    }
    out.push('"');
    out
}

/// The timestamp of the example.
fn stamp_of(layout: &LearnedLayout) -> Option<String> {
    let line = regex::Regex::new(&layout.line).ok()?;
    let stamp = line.captures(&layout.example)?.name("stamp")?;
    let (stamp, _) = Pattern::new(&layout.stamp).ok()?.read(stamp.as_str().as_bytes())?;
    Some(stamp.utc().map_or(Timestamp::Local(stamp.wall), Timestamp::Utc).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is learned is a custom format that reads the lines it was learned from.
    #[test]
    fn a_learned_layout_is_a_custom_format() {
        for lines in [
            "25/11/26 10:00:00.123 3276 App Thd(4388) a\n26/11/26 10:00:01 9 b\n27/11/26 10:00:01.5 9 b\n",
            "[11/25/2026 1:00:00 PM] [main] (ERROR) it's\n[11/25/2026 1:00:01 PM] [x] (INFO) b\n[11/26/2026 1:00:00 AM] c\n",
            "ERROR: 1795297047513 a\nINFO: 1795297047514 a\nWARN: 1795297047515 a\n",
            "12/04/09 12:46:40.227 3276 App a\n12/04/09 12:46:41.227 3276 App a\n12/04/09 12:46:42.227 3276 App b\n",
            "Mar 24 11:37:42 INFO a\nMar 24 11:37:43 INFO a\nMar 24 11:37:44 x b\n",
            "2026.11.21 10:00:00 |INFO | a\n2026.11.21 10:00:01 |WARN | a\n2026.11.21 10:00:02 |WARN | b\n",
            "Sat, 21 Nov 2026 10:00:00 +0100 <INFO> a\nSat, 21 Nov 2026 10:00:01 +0100 <INFO> b\nSat, 21 Nov 2026 10:00:02 +0100 <WARN> b\n",
        ] {
            let layout = learn(lines.as_bytes()).expect(lines);
            let text = toml_of(&layout, "custom");
            let format = UserFormat::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
            let begun = lines.lines().filter(|line| format.begin(line.as_bytes()).is_some()).count();
            assert_eq!(begun, layout.lines, "{text}");
            // and so are those that a user may choose
            for possible in &layout.possible {
                let layout = LearnedLayout {
                    stamp: possible.stamp.clone(),
                    line: possible.line.clone(),
                    ..layout.clone()
                };
                let text = toml_of(&layout, "custom");
                let format = UserFormat::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                assert!(lines.lines().all(|line| format.begin(line.as_bytes()).is_some()), "{text}");
            }
        }
    }

    #[test]
    fn only_certain_layouts_are_used() {
        let text = "21.11.2026 10:00:00 INFO a\n22.11.2026 10:00:01 WARN b\n23.11.2026 10:00:02 c\n";
        let (format, doubt) = format_of(text.as_bytes()).expect("a layout");
        assert_eq!(format.name(), "learned: dd.MM.yyyy HH:mm:ss LEVEL message");
        assert_eq!(doubt, None);
        let head = format.begin(b"23.11.2026 10:00:02 ERROR d").expect("a message");
        assert_eq!(head.level, spoglight_parsers::Level::Error);
        let (again, _) = format_of(text.as_bytes()).expect("a layout");
        assert!(std::ptr::addr_eq(format, again));
        assert!(format_of(b"21.11.2026 10:00:00 INFO a\n22.11.2026 10:00:00 b\n").is_none(), "two lines");
        let (format, doubt) = format_of("04/05/26 10:00:00 a\n".repeat(3).as_bytes()).expect("a layout");
        assert!(format.is_undated() && doubt.is_some());
    }
}
