//! `spoglight tail` as its users run it: a program writes, rotates and goes on, the tail is stopped and started again, and every
//! line comes out once.
#![allow(clippy::disallowed_methods, reason = "the doors are for the program; a test looks from outside")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

fn tail(folder: &Path, arguments: &[&str]) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_spoglight"))
        .arg("tail")
        .arg(folder)
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a tail")
}

/// Lets a tail run until nothing was written for a while.
fn ended(child: std::process::Child) -> Output {
    child.wait_with_output().expect("an end")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").replace("\r\n", "\n")
}

/// A program that logs, a line a number, in pieces that cut lines and characters.
struct Writer {
    path: PathBuf,
    next: u32,
}

impl Writer {
    fn write(&mut self, count: u32) {
        for _ in 0..count {
            let number = self.next;
            self.next += 1;
            let line = format!(
                "2026-11-21 12:{:02}:{:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                 HttpSessionId:  <@> com.egain.Sample <@> run() <@> Zahl {number} für größere Öfen <@> \n",
                number / 60 % 60,
                number % 60
            );
            let cut = line.find('ö').expect("a character of two bytes") + 1;
            let bytes = line.as_bytes();
            for part in [&bytes[..cut], &bytes[cut..]] {
                let mut file = OpenOptions::new().create(true).append(true).open(&self.path).expect("a file");
                file.write_all(part).expect("a disk");
                drop(file);
                if number.is_multiple_of(7) {
                    sleep(Duration::from_millis(5));
                }
            }
        }
    }

    /// `X.log` becomes `X.log.1`, and so on.
    fn rotate(&self) {
        let name = |number: u32| PathBuf::from(format!("{}.{number}", self.path.display()));
        for number in (1..5).rev().filter(|number| name(*number).exists()) {
            fs::rename(name(number), name(number + 1)).expect("a rename");
        }
        fs::rename(&self.path, name(1)).expect("a rename");
    }
}

/// How often each number came out.
fn numbers(outputs: &[&Output]) -> BTreeMap<u32, u32> {
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for output in outputs {
        for line in text(&output.stdout).lines() {
            let event: Value = serde_json::from_str(line).expect("JSON");
            let Some(message) = event["message"].as_str() else { continue };
            let number = message.split_whitespace().nth(1).and_then(|number| number.parse().ok());
            assert!(message.contains("für größere Öfen"), "{message}");
            *seen.entry(number.expect("a number")).or_default() += 1;
        }
    }
    seen
}

#[test]
fn every_line_comes_out_once_through_rotations_and_restarts() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let state = state.to_str().expect("a name");
    let arguments = ["--json", "--state", state, "--quiet-after", "2s"];
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };

    // the folder is empty when it begins
    let child = tail(&logs, &arguments);
    sleep(Duration::from_millis(500));
    for _ in 0..4 {
        writer.write(60);
        writer.rotate();
        sleep(Duration::from_millis(50));
    }
    writer.write(30);
    let first = ended(child);

    // nobody looks
    writer.write(30);
    writer.rotate();
    writer.write(30);

    let child = tail(&logs, &arguments);
    sleep(Duration::from_millis(500));
    writer.write(30);
    let second = ended(child);

    let seen = numbers(&[&first, &second]);
    let wrong: Vec<_> = (0..writer.next).filter(|number| seen.get(number) != Some(&1)).collect();
    assert_eq!(wrong, Vec::<u32>::new(), "{seen:?}\n{}", text(&second.stderr));
    assert_eq!(first.status.code(), Some(0));
    assert!(text(&first.stderr).contains("270 events"), "{}", text(&first.stderr));
}

#[test]
fn a_known_failure_is_told_the_moment_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("catalina.2026-11-21.log");
    let head = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Probe.get";
    fs::write(&log, format!("{head} old news\n")).expect("a file");
    let child = tail(
        folder.path(),
        &["--tz", "UTC", "--quiet-after", "2s", "--color", "never", "-q", "level>=error"],
    );
    sleep(Duration::from_millis(700));
    let mut file = OpenOptions::new().append(true).open(&log).expect("a file");
    writeln!(file, "21-Nov-2026 15:45:28.000 INFO [main] lab.Probe.get all is well").expect("a disk");
    write!(file, "{head} javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\tat lab.Probe.get(Probe.java:7)\n")
        .expect("a disk");
    drop(file);
    let output = ended(child);
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
    let child =
        tail(&logs, &[later.to_str().expect("a name"), "--lines", "3", "--json", "--quiet-after", "3s"]);
    sleep(Duration::from_millis(800));
    fs::create_dir(&later).expect("a folder");
    let mut other = Writer { path: later.join("eg_log_ECEAPP01_EAMS-process.log"), next: 100 };
    other.write(5);
    let output = ended(child);
    let seen: Vec<u32> = numbers(&[&output]).into_keys().collect();
    assert_eq!(seen, [17, 18, 19, 100, 101, 102, 103, 104], "{}", text(&output.stderr));
}

#[test]
fn wrong_calls_end_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [["-q", "level>=loud"], ["--from", "yesterday"], ["--level", "loud"]] {
        let output = ended(tail(folder.path(), &arguments));
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", text(&output.stderr));
    }
}
