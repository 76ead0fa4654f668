//! Output never replaces a file of the user, and a tail never follows what it writes itself.

use std::fs;
use std::process::{Command, Stdio};

use crate::support::{PROGRAM, argument, folder, put, spoglight, text};

const LINE: &str = "2026-11-21 12:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> ProcessId:4 <@> PID:1 <@> UID:12 <@> a.B <@> c() <@> hello <@> \n";

#[test]
fn an_input_is_not_overwritten() {
    let case = folder();
    let log = put(case.path(), "logs/a.log", LINE);
    let (log, logs) = (argument(&log), argument(&case.path().join("logs")).to_owned());
    for call in [
        vec!["analyze", log, "-o", log],
        vec!["analyze", &logs, "-o", log],
        vec!["inventory", &logs, "-o", log],
        vec!["timeline", &logs, "-o", log],
        vec!["trace", "hello", &logs, "-o", log],
        vec!["signatures", "new", "own-one", "--from", &format!("{log}:1"), "-o", log],
        vec!["tail", &logs, "--from", "start", "--quiet-after", "1s", "--state", log],
    ] {
        let output = spoglight(&call);
        assert_eq!(output.status.code(), Some(2), "{call:?}");
        assert!(text(&output.stderr).starts_with("error: "), "{call:?}: {}", text(&output.stderr));
        assert_eq!(fs::read_to_string(log).expect("the log"), LINE, "{call:?}");
    }
    let report = case.path().join("logs/report.txt");
    assert_eq!(
        spoglight(&["timeline", &logs, "-o", argument(&report)]).status.code(),
        Some(0),
        "a new file may be there"
    );
}

#[test]
fn a_tail_does_not_follow_its_own_files() {
    let case = folder();
    put(case.path(), "a.log", LINE.repeat(3));
    let events = case.path().join("events.ndjson");
    let state = case.path().join("tail.state");
    let status = Command::new(PROGRAM)
        .args([
            "tail",
            argument(case.path()),
            "--from",
            "start",
            "--json",
            "--quiet-after",
            "3s",
            "--state",
            argument(&state),
        ])
        .stdout(fs::File::create(&events).expect("a file"))
        .stderr(Stdio::null())
        .status()
        .expect("a run");
    assert_eq!(status.code(), Some(0));
    let written = fs::read_to_string(&events).expect("events");
    assert_eq!(written.lines().count(), 3, "only the lines of the log: {written}");
    assert!(state.exists());
}

#[cfg(unix)]
#[test]
fn links_modes_and_devices_stay() {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};

    let case = folder();
    let log = put(case.path(), "logs/a.log", LINE);
    let private = put(case.path(), "private.txt", "old");
    fs::set_permissions(&private, fs::Permissions::from_mode(0o600)).expect("a mode");
    let link = case.path().join("link.txt");
    symlink("private.txt", &link).expect("a link");
    let run = |output: &str| spoglight(&["timeline", argument(&log), "-o", output]).status.code();
    assert_eq!(run(argument(&link)), Some(0));
    assert!(fs::symlink_metadata(&link).expect("a link").file_type().is_symlink());
    assert!(fs::read_to_string(&private).expect("the target").contains("hello"));
    assert_eq!(fs::metadata(&private).expect("the target").permissions().mode() & 0o777, 0o600);
    let dangling = case.path().join("dangling.txt");
    symlink("new.txt", &dangling).expect("a link");
    assert_eq!(run(argument(&dangling)), Some(0));
    assert!(fs::read_to_string(case.path().join("new.txt")).expect("the target").contains("hello"));
    assert_eq!(run("/dev/null"), Some(0));
    assert!(fs::metadata("/dev/null").expect("a device").file_type().is_char_device());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_reported_and_not_waited_for() {
    let case = folder();
    let log = put(case.path(), "a.log", LINE);
    let pipe = case.path().join("p.log");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (log, pipe) = (argument(&log), argument(&pipe));
    for call in [
        vec!["analyze", log, pipe],
        vec!["timeline", log, pipe],
        vec!["formats", "test", pipe],
        vec!["analyze", log, "--formats", pipe],
        vec!["analyze", log, "--signatures", pipe],
        vec!["tail", log, "--quiet-after", "1s", "--state", pipe],
        vec!["tail", pipe, "--quiet-after", "1s"],
    ] {
        let output = spoglight(&call);
        let shown = text(&output.stdout) + &text(&output.stderr);
        assert!(shown.contains("is a device, pipe or socket"), "{call:?}: {shown}");
        let messages = text(&output.stderr).lines().filter(|line| line.contains("device, pipe")).count();
        assert!(messages <= 1, "{call:?}: {shown}");
    }
}
