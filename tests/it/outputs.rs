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
fn a_file_is_replaced_only_by_force() {
    let case = folder();
    let log = put(case.path(), "logs/a.log", LINE);
    let old = put(case.path(), "old.txt", "a letter");
    let empty = put(case.path(), "empty.txt", "");
    let (log, old, empty) = (argument(&log), argument(&old), argument(&empty));
    for command in
        [vec!["analyze", log], vec!["inventory", log], vec!["timeline", log], vec!["trace", "x", log]]
    {
        let output = spoglight(&[command.as_slice(), &["-o", old]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let shown = text(&output.stderr);
        assert!(shown.contains("exists already") && shown.contains("--force"), "{command:?}: {shown}");
        assert_eq!(fs::read_to_string(old).expect("the file"), "a letter", "{command:?}");
    }
    for file in [old, empty] {
        let force: &[&str] = if file == old { &["--force"] } else { &[] };
        let output = spoglight(&[&["timeline", log, "-o", file], force].concat());
        assert_eq!(output.status.code(), Some(0), "{file}: {}", text(&output.stderr));
        assert!(fs::read_to_string(file).expect("the file").contains("hello"), "{file}");
    }
    let output = spoglight(&["timeline", log, "--force"]);
    assert_eq!(output.status.code(), Some(2), "without -o it means nothing");
}

#[test]
fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
    let case = folder();
    let log = put(case.path(), "a.log", LINE);
    let missing = case.path().join("no/such/report.html");
    for (output, expected) in [(missing.as_path(), "there is no folder"), (case.path(), "it is a folder")] {
        for format in ["text", "markdown", "html", "json"] {
            let output = spoglight(&["analyze", argument(&log), "--format", format, "-o", argument(output)]);
            assert_eq!(output.status.code(), Some(2), "{format}");
            let shown = text(&output.stderr);
            assert!(shown.contains(expected) && shown.contains("help: "), "{format}: {shown}");
            assert!(output.stdout.is_empty(), "{format}");
        }
    }
    let left: Vec<_> = fs::read_dir(case.path()).expect("the folder").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let case = folder();
    let log = put(case.path(), "a.log", LINE.repeat(2000));
    for call in [
        vec!["analyze", argument(&log), "--format", "html"],
        vec!["analyze", argument(&log), "--format", "markdown"],
        vec!["inventory", argument(&log)],
        vec!["timeline", argument(&log)],
    ] {
        let output = spoglight(&[call.as_slice(), &["-o", "/dev/full"]].concat());
        assert_eq!(output.status.code(), Some(2), "{call:?}");
        assert!(text(&output.stderr).contains("No space left"), "{call:?}: {}", text(&output.stderr));
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
        let output = Command::new(PROGRAM).args(&call).stdout(full).output().expect("a run");
        assert_eq!(output.status.code(), Some(2), "{call:?} to standard output");
        assert!(text(&output.stderr).starts_with("error: "), "{call:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_case_without_events_gives_an_honest_page() {
    let case = folder();
    put(case.path(), "empty/a.log", "");
    put(case.path(), "words/a.txt", "hi\n");
    fs::create_dir(case.path().join("nothing")).expect("a folder");
    for folder in ["empty", "words", "nothing"] {
        for (format, known) in [("markdown", "**Missing:** everything"), ("html", "</html>"), ("text", "NO")]
        {
            let path = case.path().join(folder);
            let output = spoglight(&["analyze", argument(&path), "--format", format]);
            assert_eq!(output.status.code(), Some(2), "{folder}, {format}");
            let page = text(&output.stdout);
            assert!(page.contains(known), "{folder}, {format}: {page}");
            assert!(page.contains("NOTHING") || page.contains("NO KNOWN LOG"), "{folder}, {format}: {page}");
        }
    }
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
    let run = |output: &str| spoglight(&["timeline", argument(&log), "-o", output, "--force"]).status.code();
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
