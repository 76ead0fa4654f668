//! A program writes in pieces, and whoever looks for them is late: what was written as one message is shown as one.

mod news;

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use spoglight_engine::Settings;
use spoglight_engine::event::PlacedEvent;
use spoglight_follow::{Beginning, Change, Chunk, FileId, LogId};
use spoglight_model::analysis::SourceFacts;
use spoglight_query::Query;

use crate::intervals::{HALF, HOLD, MERGE, MILLI};
use crate::{Shown, Tail};

const FILE: FileId = FileId { volume: 0, index: 0 };

const MESSAGES: [&str; 5] = [
    "21-Nov-2026 12:00:01.000 INFO [main] lab.Probe.get one line\n",
    "21-Nov-2026 12:00:02.000 SEVERE [main] lab.Probe.get failed\n\tat lab.A.b(A.java:1)\n\tat lab.A.c(A.java:2)\n",
    "21-Nov-2026 12:00:03.000 INFO [main] lab.Probe.get größer\n\n  and so on\n",
    "21-Nov-2026 12:00:04.000 WARNING [main] lab.Probe.get\r\nbelow\r\n",
    "21-Nov-2026 12:00:05.000 INFO [main] lab.Probe.get the last",
];

/// A log that is looked at from time to time.
struct Looked<'t, 's> {
    tail: &'t mut Tail<'s>,
    log: LogId,
    path: Arc<Path>,
    bytes: Vec<u8>,
    /// When so many bytes were there.
    written: Vec<(u64, usize)>,
    handed: usize,
    still: Option<u64>,
    shown: Vec<String>,
}

fn write(entry: &PlacedEvent<'_>, _: &[SourceFacts], out: &mut Vec<u8>) {
    out.extend_from_slice(entry.text.trim_ascii_end());
}

impl Looked<'_, '_> {
    fn begin(&mut self) {
        let (log, path) = (self.log, Arc::clone(&self.path));
        self.tail.take(Change::Began { log, path, offset: 0, why: Beginning::New }, 0, &write);
    }

    /// Looks at `at`; what is found is taken at `taken`, and time goes on to `now` before anything comes out.
    fn look(&mut self, at: u64, taken: u64, now: u64) {
        let there =
            self.written.iter().take_while(|(when, _)| *when <= at).last().map_or(0, |(_, count)| *count);
        if there > self.handed {
            let (log, path, offset) = (self.log, Arc::clone(&self.path), self.handed as u64);
            let bytes = self.bytes[self.handed..there].to_vec();
            self.handed = there;
            self.tail.take(
                Change::Bytes(Chunk { log, path, file: FILE, offset, bytes, before: Vec::new() }),
                taken,
                &write,
            );
        } else {
            self.still = Some(at);
        }
        self.tick(now);
    }

    fn tick(&mut self, now: u64) {
        let still = self.still;
        self.tail.tick(now, &|_, since| still.is_some_and(|still| still >= since), &write);
        self.hear();
    }

    fn hear(&mut self) {
        let text = |one| match one {
            Shown::Event(text) => Some(String::from_utf8(text).expect("UTF-8")),
            _ => None,
        };
        self.shown.extend(self.tail.shown().into_iter().filter_map(text));
    }
}

#[test]
fn a_message_is_not_cut_by_who_looks_late() {
    let settings = Settings::default();
    let tail = RefCell::new(Tail::new(&settings, Query::default(), None).expect("a library"));
    let folder = tempfile::tempdir().expect("a folder");
    let path: Arc<Path> = folder.path().join("catalina.2026-11-21.log").into();
    let bytes = MESSAGES.concat().into_bytes();
    fs::write(&path, &bytes).expect("a file");
    let expected: Vec<&str> = MESSAGES.iter().map(|message| message.trim_end()).collect();
    let plays = (
        // what is written at once, and after how many milliseconds: less than a message is waited for
        prop::collection::vec((1..40_usize, 0..39_u64), 40),
        // milliseconds from one look to the next, until it is done with that, and until anything is decided
        prop::collection::vec((prop_oneof![1..30_u64, 1..3000_u64], 0..200_u64, 0..3000_u64), 60),
    );
    let mut runner = TestRunner::new(ProptestConfig { cases: 256, ..ProptestConfig::default() });
    let outcome = runner.run(&plays, |(pieces, looks)| {
        let mut tail = tail.borrow_mut();
        let (mut written, mut when, mut count) = (Vec::new(), 0, 0);
        for (size, pause) in pieces {
            when += pause * MILLI;
            count = (count + size).min(bytes.len());
            written.push((when, count));
        }
        written.push((when, bytes.len()));
        let log = LogId(tail.logs.len() as u64);
        let mut looked = Looked {
            tail: &mut tail,
            log,
            path: Arc::clone(&path),
            bytes: bytes.clone(),
            written,
            handed: 0,
            still: None,
            shown: Vec::new(),
        };
        looked.begin();
        let mut now = 0;
        for (pause, work, rest) in looks {
            now += pause * MILLI;
            let taken = now + work * MILLI;
            looked.look(now, taken, taken + rest * MILLI);
            now = taken + rest * MILLI;
        }
        // until it was seen that nothing more comes: half a line at the end is waited for longest
        for _ in 0..3 {
            now += HALF + MILLI;
            looked.look(now, now, now);
        }
        looked.tick(now + MERGE);
        prop_assert_eq!(&looked.shown, &expected);
        Ok(())
    });
    assert_eq!(outcome, Ok(()));
}

#[test]
fn what_nobody_could_look_at_is_waited_for_without_haste() {
    let settings = Settings::default();
    let mut tail = Tail::new(&settings, Query::default(), None).expect("a library");
    let folder = tempfile::tempdir().expect("a folder");
    let path: Arc<Path> = folder.path().join("catalina.2026-11-21.log").into();
    fs::write(&path, MESSAGES.concat()).expect("a file");
    let log = LogId(1);
    tail.take(Change::Began { log, path: Arc::clone(&path), offset: 0, why: Beginning::New }, 0, &write);
    let bytes = MESSAGES[0].as_bytes().to_vec();
    tail.take(
        Change::Bytes(Chunk { log, path, file: FILE, offset: 0, bytes, before: Vec::new() }),
        0,
        &write,
    );
    assert_eq!(tail.looks(), [(log, HOLD)]);
    assert!(tail.looks().is_empty(), "it is asked for once");
    assert_eq!(tail.due(0), Some(HOLD));
    let late = 60_000 * MILLI;
    tail.tick(late, &|_, _| false, &write);
    assert!(tail.shown().is_empty());
    assert!(tail.due(late).is_some_and(|pause| pause >= HOLD), "it does not spin");
    tail.tick(late, &|_, _| true, &write);
    tail.tick(late + MERGE, &|_, _| true, &write);
    assert_eq!(tail.shown().len(), 1);
    assert_eq!(tail.due(late + MERGE), None);
}
