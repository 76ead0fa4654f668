//! A tail that is killed, as opposed to one that ends, goes on at the place in its state: every line at least once, and exactly
//! once from the first clean end on.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{sleep, spawn};
use std::time::Duration;

use super::support::{Tail, Writer, numbers};
use crate::support::{argument, folder, text};

/// Lines between two rotations: enough that no file is rotated away while no tail runs.
const ROTATED: u32 = 300;

#[test]
#[ignore = "takes 15 s of wall time: run with --ignored"]
fn after_kills_every_line_came_at_least_once_and_after_an_end_exactly_once() {
    let folder = folder();
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    fs::create_dir_all(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let arguments = ["--json", "--state", argument(&state)];

    let mut writer = Writer { path: logs.join("eg_log_ECEAPP01_EAAS-process.log"), next: 0 };
    // these lines are older than the tail
    writer.write(10);
    let first = writer.next;
    let mut tail = Tail::looking(&logs, &state, &["--json"]);

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
    tail.shows_number(first);
    let mut outputs = Vec::new();
    // long before the state is written from time to time, while it may be, and after
    for pause in [0, 600, 1500, 5300, 50, 900] {
        sleep(Duration::from_millis(pause));
        outputs.push(tail.killed());
        // the program writes, and no tail runs
        sleep(Duration::from_millis(300));
        tail = Tail::start(&logs, &arguments);
    }
    sleep(Duration::from_millis(500));
    is_over.store(true, Ordering::Relaxed);
    let mut writer = writing.join().expect("a writer");
    tail.shows_number(writer.next - 1);
    outputs.push(tail.stopped());
    let seen = numbers(&outputs.iter().collect::<Vec<_>>());
    let missing: Vec<u32> = (first..writer.next).filter(|number| !seen.contains_key(number)).collect();
    let said: Vec<String> = outputs.iter().map(|output| text(&output.stderr)).collect();
    assert_eq!(missing, Vec::<u32>::new(), "{said:#?}");
    assert_eq!(seen.keys().next(), Some(&first), "history was shown");

    let ended = writer.next;
    writer.write(20);
    writer.rotate();
    writer.write(20);
    let tail = Tail::start(&logs, &arguments);
    tail.shows_number(writer.next - 1);
    writer.write(20);
    tail.shows_number(writer.next - 1);
    tail.looks_again(&logs);
    let last = tail.stopped();
    let seen: Vec<(u32, u32)> = numbers(&[&last]).into_iter().collect();
    let once: Vec<(u32, u32)> = (ended..writer.next).map(|number| (number, 1)).collect();
    assert_eq!(seen, once, "{}", text(&last.stderr));
}
