//! A tail that is killed, as opposed to one that ends, goes on where its state says: every line at least once, and exactly
//! once from the first clean end on.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

use super::support::{Tail, Writer, numbers, text, until};

/// Lines between two rotations. So many are written that no file is rotated away while nobody looks.
const ROTATED: u32 = 300;

#[test]
fn after_kills_every_line_came_at_least_once_and_after_an_end_exactly_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let arguments = ["--json", "--state", state.to_str().expect("a name"), "--quiet-after", "2s"];

    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    // it was there before: its lines are history
    writer.write(10);
    let has_begun = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&has_begun);
    let mut tail = Tail::heard(&logs, &arguments, move |_| flag.store(true, Ordering::Relaxed));

    let is_over = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_over);
    let writing = spawn(move || {
        while !flag.load(Ordering::Relaxed) {
            writer.write(2);
            if writer.next.is_multiple_of(ROTATED) && writer.next < 4 * ROTATED {
                writer.rotate();
            }
            sleep(Duration::from_millis(15));
        }
        writer
    });
    until("the first line", || has_begun.load(Ordering::Relaxed));
    let mut outputs = Vec::new();
    // long before the state is written from time to time, while it may be, and after
    for pause in [0, 600, 1500, 5300, 50, 900] {
        sleep(Duration::from_millis(pause));
        outputs.push(tail.killed());
        // somebody writes, and nobody looks
        sleep(Duration::from_millis(300));
        tail = Tail::start(&logs, &arguments);
    }
    sleep(Duration::from_millis(500));
    is_over.store(true, Ordering::Relaxed);
    let mut writer = writing.join().expect("a writer");
    outputs.push(tail.ended());
    let seen = numbers(&outputs.iter().collect::<Vec<_>>());
    // what was written before it looked the first time is history, too
    let first = *seen.keys().next().expect("a line");
    let missing: Vec<u32> = (first..writer.next).filter(|number| !seen.contains_key(number)).collect();
    let said: Vec<String> = outputs.iter().map(|output| text(&output.stderr)).collect();
    assert_eq!(missing, Vec::<u32>::new(), "{said:#?}");
    assert!((10..100).contains(&first), "{first}");

    let ended = writer.next;
    writer.write(20);
    writer.rotate();
    writer.write(20);
    let tail = Tail::start(&logs, &arguments);
    sleep(Duration::from_millis(500));
    writer.write(20);
    let last = tail.ended();
    let seen: Vec<(u32, u32)> = numbers(&[&last]).into_iter().collect();
    let once: Vec<(u32, u32)> = (ended..writer.next).map(|number| (number, 1)).collect();
    assert_eq!(seen, once, "{}", text(&last.stderr));
}
