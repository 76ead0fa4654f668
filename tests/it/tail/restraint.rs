//! `--max-cpu`: a tail that has very much to read rests most of the time. Linux shows whether a program works or rests.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::support::Tail;
use crate::support::{folder, put, until, wait};

const LINES: usize = 500_000;

/// It reads these in three rounds, and works and rests twice between them.
const ENOUGH: usize = 120_000;

/// Looks at a program while it has more to read, and those of them that find it at work, or waiting for a core.
struct Looks {
    all: usize,
    at_work: usize,
}

fn looks(logs: &Path, arguments: &[&str]) -> Looks {
    let heard = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    let tail = Tail::heard(logs, &[&["--from", "start"], arguments].concat(), move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    // the work of its start is not restrained
    until("the first lines", || heard.load(Ordering::Relaxed) > 0);
    let mut looks = Looks { all: 0, at_work: 0 };
    let look = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", tail.child.id())).expect("its state");
        looks.all += 1;
        looks.at_work += usize::from(stat.rsplit(')').next().expect("fields").trim_start().starts_with('R'));
        (heard.load(Ordering::Relaxed) >= ENOUGH).then_some(())
    };
    wait(|| format!("{} of {ENOUGH} lines were shown", heard.load(Ordering::Relaxed)), look);
    assert!(heard.load(Ordering::Relaxed) < LINES, "there was too little to do");
    drop(tail.killed());
    looks
}

/// Its rests are in proportion to its work by the clock, so that the share of looks that find it at work depends neither on the
/// speed of the machine nor on other programs.
#[test]
#[ignore = "takes 15 s of wall time: run with --ignored"]
fn it_takes_no_more_of_a_core_than_it_may() {
    let folder = folder();
    let line = "21-Nov-2026 15:45:27.494 INFO [main] lab.Probe.get one of many lines that all say the same\n";
    put(folder.path(), "catalina.2026-11-21.log", line.repeat(LINES));
    let (free, restrained) = (looks(folder.path(), &[]), looks(folder.path(), &["--max-cpu", "20"]));
    let said = [&free, &restrained].map(|looks| format!("{} of {}", looks.at_work, looks.all));
    assert!(2 * restrained.at_work < restrained.all, "{said:?}");
    assert!(restrained.at_work * free.all < free.at_work * restrained.all, "{said:?}");
}
