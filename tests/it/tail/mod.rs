//! `spoglight tail` as its users run it: a program writes, rotates and goes on, the tail is stopped and started again, and every
//! line comes out once.

mod again;
mod bad;
#[cfg(unix)]
mod calls;
mod killed;
mod minute;
mod parts;
#[cfg(unix)]
mod plays;
#[cfg(target_os = "linux")]
mod restraint;
mod support;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::thread::sleep;
use std::time::Duration;

use support::{EXTRA_LINES, Tail, Writer, numbers};

use crate::support::{argument, folder, put, text};

#[test]
#[cfg_attr(windows, ignore = "takes 12 s of wall time: run with --ignored")]
fn every_line_comes_out_once_through_rotations_and_restarts() {
    let folder = folder();
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };

    // the folder is empty when it begins
    let tail = Tail::looking(&logs, &state, &["--json"]);
    for _ in 0..4 {
        writer.write(60);
        writer.rotate();
        sleep(Duration::from_millis(50));
    }
    writer.write(30);
    tail.shows_number(writer.next - 1);
    tail.looks_again(&logs);
    let events = format!("{} events", writer.next + EXTRA_LINES);
    let first = tail.stopped();

    // no tail runs
    writer.write(30);
    writer.rotate();
    writer.write(30);

    let tail = Tail::start(&logs, &["--json", "--state", argument(&state)]);
    tail.shows_number(writer.next - 1);
    writer.write(30);
    tail.shows_number(writer.next - 1);
    tail.looks_again(&logs);
    let second = tail.stopped();

    let seen = numbers(&[&first, &second]);
    let wrong: Vec<_> = (0..writer.next).filter(|number| seen.get(number) != Some(&1)).collect();
    assert_eq!(wrong, Vec::<u32>::new(), "{seen:?}\n{}", text(&second.stderr));
    assert_eq!(first.status.code(), Some(0));
    assert!(text(&first.stderr).contains(&events), "{}", text(&first.stderr));
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn a_known_failure_is_told_the_moment_it_shows() {
    let folder = folder();
    let logs = folder.path().join("logs");
    let head = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Probe.get";
    let log = put(&logs, "catalina.2026-11-21.log", format!("{head} old news\n"));
    let tail = Tail::looking(
        &logs,
        &folder.path().join("tail.state"),
        &["--tz", "UTC", "--color", "never", "-q", "level>=error"],
    );
    let mut file = OpenOptions::new().append(true).open(&log).expect("a file");
    writeln!(file, "21-Nov-2026 15:45:28.000 INFO [main] lab.Probe.get all is well").expect("a disk");
    write!(file, "{head} javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat lab.Probe.get(Probe.java:7)\n")
        .expect("a disk");
    drop(file);
    tail.shows("spoglight explain");
    let output = tail.stopped();
    let said = text(&output.stdout);
    assert!(!said.contains("old news"), "it begins at the end: {said}");
    assert!(!said.contains("all is well"), "the filter: {said}");
    let event = said.find("PKIX path building failed").expect("the event");
    let finding = said.find("1. CRITICAL").expect("the finding");
    assert!(event < finding, "{said}");
    assert!(said.contains("Fix       spoglight explain tls-pkix-path-building"), "{said}");
    let lines = said[finding..].lines().count();
    assert!((3..=6).contains(&lines), "a finding is short: {said}");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("1 finding; 2 events in 3 lines"), "{}", text(&output.stderr));
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn history_first_and_paths_that_come_later() {
    let folder = folder();
    let logs = folder.path().join("logs");
    let later = folder.path().join("later");
    fs::create_dir(&logs).expect("a folder");
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    writer.write(20);
    let tail = Tail::start(&logs, &[argument(&later), "--lines", "3", "--json"]);
    tail.shows_number(writer.next - 1);
    fs::create_dir(&later).expect("a folder");
    let mut other = Writer { path: later.join("eg_log_ECEAPP01_EAMS-process.log"), next: 100 };
    other.write(5);
    tail.shows_number(other.next - 1);
    let output = tail.stopped();
    let seen: Vec<u32> = numbers(&[&output]).into_keys().collect();
    assert_eq!(seen, [17, 18, 19, 100, 101, 102, 103, 104], "{}", text(&output.stderr));
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn from_a_time_on_a_large_log_is_not_read_from_its_start() {
    let folder = folder();
    let lines: String = (0..30_000).map(Writer::line).collect();
    put(folder.path(), "eg_log_ECEAPP01_EAAS-process.log", lines);
    let tail = Tail::start(folder.path(), &["--json", "--tz", "UTC", "--from", "2026-11-21T08:19:00Z"]);
    tail.shows_number(29_999);
    let output = tail.stopped();
    let seen: Vec<(u32, u32)> = numbers(&[&output]).into_iter().collect();
    // 30,000 seconds are 8 hours and 20 minutes
    let once: Vec<(u32, u32)> = (29_940..30_000).map(|number| (number, 1)).collect();
    let said = text(&output.stderr);
    assert_eq!(seen, once, "{said}");
    let read = said.split(" events in ").next().and_then(|before| before.rsplit("; ").next());
    let read: usize = read.expect("a sum").replace(',', "").parse().expect("a number");
    // a log of 5 MB that begins two hours before, because a night may have shown an hour twice
    assert!(read < 10_000, "{said}");
}

#[test]
fn wrong_calls_end_with_2() {
    let folder = folder();
    for arguments in [["-q", "level>=loud"], ["--from", "yesterday"], ["--level", "loud"]] {
        let output = Tail::start(folder.path(), &arguments).ended();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", text(&output.stderr));
    }
}
