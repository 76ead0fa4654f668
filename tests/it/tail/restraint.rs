//! `--max-cpu`: a tail that has very much to read takes no more of a core than it may. Linux says what a program took.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::support::{Tail, until};

/// Ticks of the processor's time in a second.
const TICKS: f64 = 100.0;

#[test]
fn it_takes_no_more_of_a_core_than_it_may() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "21-Nov-2026 15:45:27.494 INFO [main] lab.Probe.get one of many lines that all say the same\n";
    fs::write(folder.path().join("catalina.2026-11-21.log"), line.repeat(500_000)).expect("a file");
    let heard = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&heard);
    let tail = Tail::heard(folder.path(), &["--from", "start", "--max-cpu", "20"], move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let ticks = || -> u32 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", tail.child.id())).expect("what it took");
        let fields = stat.rsplit(')').next().expect("fields").split_whitespace();
        fields.skip(11).take(2).map(|field| field.parse::<u32>().expect("a number")).sum()
    };
    // what it takes to start is not restrained
    until("the first lines", || heard.load(Ordering::Relaxed) > 0);
    let (start, before, heard_before) = (Instant::now(), ticks(), heard.load(Ordering::Relaxed));
    sleep(Duration::from_secs(4));
    let took = f64::from(ticks() - before) / TICKS / start.elapsed().as_secs_f64();
    let came = heard.load(Ordering::Relaxed);
    drop(tail.killed());
    assert!(took < 0.3, "it took {:.0} % of a core", took * 100.0);
    assert!(came > heard_before, "it goes on all the same");
    assert!(came < 500_000, "there was enough to do");
}
