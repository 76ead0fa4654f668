//! Files that are no logs, lines without an end, a state that cannot be written: the tail notes it and goes on.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use super::support::{Tail, Writer, numbers};
use crate::support::{Random, argument, folder, put, text};

/// Bytes that are no text, the same every time.
fn junk(count: usize) -> Vec<u8> {
    Random(7).bytes(count)
}

#[test]
#[cfg_attr(windows, ignore = "takes 6 s of wall time: run with --ignored")]
fn junk_among_logs_and_in_a_log_harms_neither() {
    let folder = folder();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    let mut junked = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    let mut other = Writer { path: logs.join("eg_log_ECEAPP01_EAMS-process.log"), next: 1000 };
    put(&logs, "heap.log", junk(300_000));
    // a log that begins with junk is none
    junked.write(1);
    other.write(1);
    let state = folder.path().join("tail.state");
    let tail = Tail::looking(&logs, &state, &["--json", "-q", "Zahl"]);
    junked.write(20);
    let append = |name: &str, bytes: &[u8]| {
        let mut file = OpenOptions::new().append(true).open(logs.join(name)).expect("a file");
        file.write_all(bytes).expect("a disk");
    };
    append("heap.log", &junk(100_000));
    let mut crash = junk(200_000);
    crash.push(b'\n');
    append("eg_log_ECEAPP01_EAAS-process.log", &crash);
    junked.write(20);
    other.write(20);
    tail.notes("heap.log");
    tail.shows_number(junked.next - 1);
    tail.shows_number(other.next - 1);
    tail.looks_again(&logs);
    let output = tail.stopped();
    let seen: Vec<(u32, u32)> = numbers(&[&output]).into_iter().collect();
    let once: Vec<(u32, u32)> = (1..41).chain(1001..1021).map(|number| (number, 1)).collect();
    assert_eq!(seen, once, "{}", text(&output.stderr));
    let said = text(&output.stderr);
    let told: Vec<&str> = said.lines().filter(|line| line.contains("heap.log")).collect();
    assert_eq!(told.len(), 1, "once: {said}");
    assert!(told[0].contains("not followed"), "{told:?}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
#[cfg_attr(windows, ignore = "takes 12 s of wall time: run with --ignored")]
fn a_state_that_cannot_be_written_is_told_and_the_logs_go_on() {
    let folder = folder();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    put(folder.path(), "file", "no folder");
    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    for place in ["missing", "file"] {
        let state = folder.path().join(place).join("tail.state");
        let tail = Tail::start(&logs, &["--json", "--state", argument(&state)]);
        // it has looked once
        tail.notes("cannot be written");
        let from = writer.next;
        writer.write(10);
        tail.shows_number(writer.next - 1);
        let output = tail.stopped();
        let said = text(&output.stderr);
        let seen: Vec<u32> = numbers(&[&output]).into_keys().collect();
        assert_eq!(seen, (from..from + 10).collect::<Vec<_>>(), "{place}: {said}");
        assert_eq!(said.matches("cannot be written").count(), 1, "{place}: {said}");
        assert_eq!(output.status.code(), Some(0), "{place}: {said}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a listing").count(), 2, "nothing was made beside it");
}

/// Only Linux shows the most memory that a program had.
#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_mb_takes_little_memory_and_keeps_nobody_waiting() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::support::until;

    const MEGABYTE: usize = 1_000_000;
    let folder = folder();
    let mut other = Writer { path: folder.path().join("eg_log_ECEAPP01_EAMS-process.log"), next: 0 };
    let mut after = Writer { path: folder.path().join("eg_log_ECEAPP01_EAAS-process.log"), next: 500 };
    other.write(1);
    after.write(1);
    let heard = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    let tail = Tail::heard(folder.path(), &["--json", "--from", "start"], move |line| {
        let line = String::from_utf8_lossy(line);
        if line.contains("Zahl") {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let most = || -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", tail.child.id())).expect("its status");
        let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the most memory");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    };
    until("the first lines", || heard.load(Ordering::Relaxed) == 2);
    let before = most();

    let mut file = OpenOptions::new().append(true).open(&after.path).expect("a file");
    let part = vec![b'x'; MEGABYTE];
    for number in 0..100 {
        file.write_all(&part).expect("a disk");
        if number == 50 {
            other.write(1);
            until("a line of another log", || heard.load(Ordering::Relaxed) == 3);
        }
    }
    file.write_all(b"\n").expect("a disk");
    drop(file);
    after.write(1);
    until("the line after it", || heard.load(Ordering::Relaxed) == 4);
    let more = most() - before;
    assert!(more < 100_000, "{more} kB more than the {before} kB before");
    drop(tail.killed());
}
