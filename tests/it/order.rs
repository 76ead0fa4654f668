//! `spoglight timeline` of logs whose events are in no order: in the right order, with little memory. Only Linux can limit
//! the memory of a program from outside.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{PROGRAM, Random, argument, folder};

/// Address space of the program in kB, of which its own file and the stacks of its threads take 70 MB.
const ADDRESSES: usize = 150 << 10;

/// Events of a log of 27 MB. In memory they and their text are more than the address space.
const EVENTS: usize = 320_000;

/// Runs the program with little address space. With one arena of the allocator that is about what is used.
fn timeline(path: &Path, arguments: &[&str]) -> Output {
    let call = format!("ulimit -v {ADDRESSES}; exec \"$0\" \"$@\"");
    let mut program = Command::new("sh");
    program.args(["-c", &call, PROGRAM, "timeline", argument(path), "--threads", "2"]);
    program.args(arguments).env("MALLOC_ARENA_MAX", "1").output().expect("a run")
}

/// An event at so many milliseconds of a day.
fn line(millis: usize, number: usize) -> String {
    let (second, milli) = (millis / 1000, millis % 1000);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!(
        "2026-11-21 {hour:02}:{minute:02}:{second:02}.{milli:03} GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> n{number} <@> \n"
    )
}

/// Compares the timeline of a log with the sorted lines.
fn is_in_order(name: &str, when: &mut dyn FnMut(usize) -> usize) {
    let folder = folder();
    let path = folder.path().join("eg_log_ECEAPP01_EAMS-process.log");
    let lines: Vec<String> = (0..EVENTS).map(|number| line(when(number), number)).collect();
    fs::write(&path, lines.concat()).expect("a file");
    let mut sorted = lines;
    // equal times stay in the order of the file
    sorted.sort_by(|one, other| one[..23].cmp(&other[..23]));
    let said = |output: &Output| format!("{name}: {}", String::from_utf8_lossy(&output.stderr));

    let all = timeline(&path, &["--format", "raw"]);
    assert!(all.status.success(), "{}", said(&all));
    assert!(all.stdout == sorted.concat().as_bytes(), "{name}: another order");
    let first = timeline(&path, &["--format", "raw", "-n", "3", "--max-temporary", "0"]);
    assert!(first.status.success(), "{}", said(&first));
    assert_eq!(String::from_utf8_lossy(&first.stdout), sorted[..3].concat(), "{name}");
    let counted = timeline(&path, &["--histogram", "--format", "json", "--max-temporary", "0"]);
    assert!(counted.status.success(), "{}", said(&counted));
    let counted: serde_json::Value = serde_json::from_slice(&counted.stdout).expect("JSON");
    let rows = counted["rows"].as_array().expect("rows").iter();
    let sum: u64 = rows.filter_map(|row| row["levels"]["info"].as_u64()).sum();
    assert_eq!(sum, EVENTS as u64, "{name}");
}

#[test]
fn events_of_one_moment_take_little_memory() {
    is_in_order("one moment", &mut |_| 36_000_000);
}

#[test]
fn events_that_go_to_and_fro_take_little_memory() {
    is_in_order("two moments", &mut |number| if number % 2 == 0 { 72_000_000 } else { 36_000_000 });
}

#[test]
fn events_in_no_order_take_little_memory() {
    let mut random = Random(7);
    is_in_order("no order", &mut |_| random.below(86_400_000));
}
