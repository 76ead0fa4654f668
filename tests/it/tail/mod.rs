//! `spoglight tail` as its users run it: a program writes, rotates and goes on, the tail is stopped and started again, and every
//! line comes out once.

mod bad;
#[cfg(unix)]
mod calls;
mod killed;
mod minute;
#[cfg(target_os = "linux")]
mod restraint;
mod support;

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::thread::sleep;
use std::time::Duration;

use support::{Tail, Writer, numbers, text};

#[test]
fn every_line_comes_out_once_through_rotations_and_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let arguments = ["--json", "--quiet-after", "2s"];
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };

    // the folder is empty when it begins
    let tail = Tail::looking(&logs, &state, &arguments);
    for _ in 0..4 {
        writer.write(60);
        writer.rotate();
        sleep(Duration::from_millis(50));
    }
    writer.write(30);
    let first = tail.ended();

    // nobody looks
    writer.write(30);
    writer.rotate();
    writer.write(30);

    let tail = Tail::looking(&logs, &state, &arguments);
    writer.write(30);
    let second = tail.ended();

    let seen = numbers(&[&first, &second]);
    let wrong: Vec<_> = (0..writer.next).filter(|number| seen.get(number) != Some(&1)).collect();
    assert_eq!(wrong, Vec::<u32>::new(), "{seen:?}\n{}", text(&second.stderr));
    assert_eq!(first.status.code(), Some(0));
    assert!(text(&first.stderr).contains("270 events"), "{}", text(&first.stderr));
}

#[test]
fn a_known_failure_is_told_the_moment_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let states = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("catalina.2026-11-21.log");
    let head = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Probe.get";
    fs::write(&log, format!("{head} old news\n")).expect("a file");
    let tail = Tail::looking(
        folder.path(),
        &states.path().join("tail.state"),
        &["--tz", "UTC", "--quiet-after", "2s", "--color", "never", "-q", "level>=error"],
    );
    let mut file = OpenOptions::new().append(true).open(&log).expect("a file");
    writeln!(file, "21-Nov-2026 15:45:28.000 INFO [main] lab.Probe.get all is well").expect("a disk");
    write!(file, "{head} javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat lab.Probe.get(Probe.java:7)\n")
        .expect("a disk");
    drop(file);
    let output = tail.ended();
    let said = text(&output.stdout);
    assert!(!said.contains("old news"), "it begins at the end: {said}");
    assert!(!said.contains("all is well"), "the filter: {said}");
    let event = said.find("PKIX path building failed").expect("the event");
    let finding = said.find("1. CRITICAL").expect("the finding");
    assert!(event < finding, "{said}");
    assert!(said.contains("More      spoglight explain tls-pkix-path-building"), "{said}");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("1 finding; 2 events in 3 lines"), "{}", text(&output.stderr));
}

#[test]
fn history_first_and_paths_that_come_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("logs");
    let later = folder.path().join("later");
    fs::create_dir(&logs).expect("a folder");
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    writer.write(20);
    let tail = Tail::start(
        &logs,
        &[later.to_str().expect("a name"), "--lines", "3", "--json", "--quiet-after", "3s"],
    );
    sleep(Duration::from_millis(800));
    fs::create_dir(&later).expect("a folder");
    let mut other = Writer { path: later.join("eg_log_ECEAPP01_EAMS-process.log"), next: 100 };
    other.write(5);
    let output = tail.ended();
    let seen: Vec<u32> = numbers(&[&output]).into_keys().collect();
    assert_eq!(seen, [17, 18, 19, 100, 101, 102, 103, 104], "{}", text(&output.stderr));
}

#[test]
fn from_a_time_on_a_large_log_is_not_read_from_its_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: String = (0..30_000_u32)
        .map(|number| {
            let (hour, minute, second) = (number / 3600, number / 60 % 60, number % 60);
            format!(
                "2026-11-21 {hour:02}:{minute:02}:{second:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 \
                 <@> UID:12 <@> HttpSessionId:  <@> com.egain.Sample <@> run() <@> Zahl {number} für größere Öfen <@> \n"
            )
        })
        .collect::<Vec<String>>()
        .concat();
    fs::write(folder.path().join("eg_log_ECEAPP01_EAAS-process.log"), lines).expect("a file");
    let output = Tail::start(
        folder.path(),
        &["--json", "--tz", "UTC", "--from", "2026-11-21T08:19:00Z", "--quiet-after", "2s"],
    )
    .ended();
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
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [["-q", "level>=loud"], ["--from", "yesterday"], ["--level", "loud"]] {
        let output = Tail::start(folder.path(), &arguments).ended();
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", text(&output.stderr));
    }
}
