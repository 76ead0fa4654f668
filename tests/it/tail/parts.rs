//! An event that is written in parts is shown in parts: what comes late of it is shown as a part of it, in every form, and is
//! seen by filters and findings, also over an end and a start between the parts.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use super::support::Tail;
use crate::support::{argument, folder, text};

const HEAD: &str = "2026-11-21 10:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@>";
const ERROR: &str = "2026-11-21 10:00:05.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@>";

fn append(path: &Path, text: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a log");
    file.write_all(text.as_bytes()).expect("a disk");
}

/// A folder that is followed, and a log in it.
struct Case {
    folder: tempfile::TempDir,
    log: PathBuf,
    state: PathBuf,
}

impl Case {
    fn new() -> Case {
        let folder = folder();
        let log = folder.path().join("logs").join("eg_log_ECEAPP01_EAAS-process.log");
        let state = folder.path().join("tail.state");
        std::fs::create_dir(folder.path().join("logs")).expect("a folder");
        Case { folder, log, state }
    }

    fn looking(&self, arguments: &[&str]) -> Tail {
        Tail::looking(&self.folder.path().join("logs"), &self.state, arguments)
    }

    fn again(&self, arguments: &[&str]) -> Tail {
        let arguments = [&["--state", argument(&self.state)], arguments].concat();
        Tail::start(&self.folder.path().join("logs"), &arguments)
    }
}

fn events(output: &Output) -> Vec<Value> {
    let lines = text(&output.stdout);
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn late_parts_are_records_of_their_event() {
    let case = Case::new();
    let tail = case.looking(&["--json"]);
    append(&case.log, &format!("{HEAD} first half "));
    tail.shows("first half");
    append(&case.log, "second half <@> \n");
    tail.shows("second half");
    append(&case.log, "java.lang.IllegalStateException: late\n\tat a.b(C.java:1)\n");
    tail.shows("IllegalStateException");
    append(&case.log, &format!("{ERROR} whole <@> \n"));
    tail.shows("whole");
    let output = tail.stopped();
    let events = events(&output);
    let keys: Vec<(u64, u64, &str)> = events
        .iter()
        .map(|event| {
            let number = |name: &str| event[name].as_u64().expect("a number");
            (number("line"), number("offset"), event["level"].as_str().expect("a level"))
        })
        .collect();
    let second = events[3]["offset"].as_u64().expect("a number");
    assert_eq!(keys, [(1, 0, "info"), (1, 0, "info"), (1, 0, "info"), (4, second, "error")]);
    let place = |line: u64, offset: usize, mid_line: bool| serde_json::json!({ "line": line, "offset": offset, "mid_line": mid_line });
    let half = format!("{HEAD} first half ").len();
    assert_eq!(events[0]["continues"], Value::Null);
    assert_eq!(events[1]["continues"], place(1, half, true));
    assert_eq!(events[1]["message"], "second half <@>");
    assert_eq!(events[2]["continues"], place(2, half + "second half <@> \n".len(), false));
    assert_eq!(events[2]["message"], "");
    assert_eq!(events[2]["rest"], "java.lang.IllegalStateException: late\n\tat a.b(C.java:1)\n");
    assert_eq!(events[3]["continues"], Value::Null);
    let said = text(&output.stderr);
    assert!(said.contains("2 events in 4 lines") && said.contains("2 late parts of events"), "{said}");
}

#[test]
#[cfg_attr(windows, ignore = "takes 12 s of wall time: run with --ignored")]
fn parts_over_an_end_and_a_start_are_shown_once() {
    let case = Case::new();
    let tail = case.looking(&["--json"]);
    append(&case.log, &format!("{HEAD} whole <@> \n{HEAD} half of "));
    tail.shows("whole");
    // with the half, or before it was waited for: neither may be lost or come twice
    let first = tail.stopped();
    append(&case.log, "a line <@> \n\tat a.b(C.java:1)\n");
    let tail = case.again(&["--json"]);
    tail.shows("C.java:1");
    append(&case.log, "\tat a.b(C.java:2)\n");
    tail.shows("C.java:2");
    let second = tail.stopped();
    let shown: Vec<Value> = [events(&first), events(&second)].concat();
    let offset = format!("{HEAD} whole <@> \n").len();
    assert!(shown[1..].iter().all(|event| event["offset"] == offset), "{shown:?}");
    let all: String = shown
        .iter()
        .flat_map(|event| [&event["message"], &event["rest"]])
        .map(|part| part.as_str().unwrap_or_default().replace(" <@>", ""))
        .collect();
    let expected = "wholehalf ofa line\tat a.b(C.java:1)\n\tat a.b(C.java:2)\n";
    assert_eq!(all, expected, "{}{}", text(&first.stderr), text(&second.stderr));
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn text_marks_late_parts() {
    let case = Case::new();
    let tail = case.looking(&["--full", "--color", "never"]);
    append(&case.log, &format!("{ERROR} failed <@> \n"));
    tail.shows("failed");
    append(&case.log, "java.lang.IllegalStateException: late\n\tat a.b(C.java:1)\n");
    tail.shows("C.java:1");
    let output = tail.stopped();
    let shown = text(&output.stdout);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    assert!(lines[1].starts_with("2026-11-21 10:00:05.000Z+"), "{shown}");
    assert!(lines[1].ends_with("ERROR \u{2026} java.lang.IllegalStateException: late"), "{shown}");
    assert_eq!(lines[2], "    \tat a.b(C.java:1)".replace('\t', "    "), "{shown}");
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn filters_and_findings_see_the_whole_event() {
    let case = Case::new();
    let later = case.folder.path().join("later");
    std::fs::create_dir(&later).expect("a folder");
    let tail = case.looking(&["--json", "-q", "PKIX or other", argument(&later)]);
    append(&case.log, &format!("{ERROR} first <@> \n"));
    // shown after it, so that the first was read
    append(&later.join("eg_log_ECEAPP01_EAMS-process.log"), &format!("{ERROR} other <@> \n"));
    tail.shows("other");
    append(&case.log, "javax.net.ssl.SSLHandshakeException: PKIX path building failed\n");
    tail.shows("\"finding\"");
    append(&case.log, "\tat a.b(C.java:1)\n");
    tail.shows("C.java:1");
    let output = tail.stopped();
    let events = events(&output);
    let shown: Vec<(&str, &str)> = events
        .iter()
        .filter(|event| event["finding"].is_null())
        .map(|event| {
            (event["message"].as_str().unwrap_or_default(), event["rest"].as_str().unwrap_or_default())
        })
        .collect();
    // the part that makes it match brings all of it
    assert_eq!(
        shown,
        [
            ("other", ""),
            ("first", "javax.net.ssl.SSLHandshakeException: PKIX path building failed\n"),
            ("", "\tat a.b(C.java:1)\n"),
        ]
    );
    assert_eq!(output.status.code(), Some(1));
}
