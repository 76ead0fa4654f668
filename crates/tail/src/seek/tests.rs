//! Random logs and times: what a tail shows that begins where [`seek`] says is what one shows that begins at the start.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::*;
use crate::{Shown, Tail};
use spoglight_follow::{Beginning, Change, Chunk, Disk, FileId, Files as _, LogId};
use spoglight_query::Query;

/// So that a log of a hundred kilobytes is a large one.
const SMALL: usize = 2 << 10;

const BEGIN: &str = "2026-11-01T01:00:00Z";

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// With offsets.
    Ece,
    /// On the clock of its server.
    Tomcat,
    /// The same in UTF-16, little end first.
    Wide,
}

/// A log that begins on the evening before clocks are set back in New York.
fn log(form: Form, steps: &[u16], jitters: &[u8]) -> Vec<u8> {
    let zone: Tz = "America/New_York".parse().expect("a zone");
    let (mut text, mut at) = (String::new(), DateTime::from_timestamp_nanos(nanos(BEGIN)));
    for (number, (step, jitter)) in steps.iter().zip(jitters.iter().cycle()).enumerate() {
        at += Duration::milliseconds(i64::from(*step) * 4);
        // threads write late what they saw before
        let seen = at - Duration::milliseconds(i64::from(*jitter) * 200);
        let local = seen.with_timezone(&zone);
        match form {
            Form::Ece => {
                let stamp = seen.format("%Y-%m-%d %H:%M:%S%.3f GMT+0000");
                let _ = writeln!(
                    text,
                    "{stamp} <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> \
                     com.egain.Sample <@> run() <@> Zahl {number} für größere Öfen <@> "
                );
            }
            Form::Tomcat | Form::Wide => {
                let stamp = local.format("%d-%b-%Y %H:%M:%S%.3f");
                let _ = writeln!(text, "{stamp} INFO [main] lab.Probe.get Zahl {number} für größere Öfen");
            }
        }
        for frame in 0..(step % 64).saturating_sub(50) * 3 {
            let _ = writeln!(text, "\tat lab.Probe.get{frame}(Probe.java:{frame})");
        }
    }
    match form {
        Form::Wide => {
            "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        _ => text.into_bytes(),
    }
}

struct Case {
    _folder: tempfile::TempDir,
    path: PathBuf,
    bytes: Vec<u8>,
}

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.zones.0.push("America/New_York".parse().expect("a zone"));
    settings
}

fn nanos(time: &str) -> i64 {
    let time: DateTime<Utc> = time.parse().expect("a time");
    time.timestamp_nanos_opt().expect("a time")
}

impl Case {
    fn new(bytes: Vec<u8>) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.log");
        fs::write(&path, &bytes).expect("a file");
        Case { _folder: folder, path, bytes }
    }

    fn seek(&self, settings: &Settings, since: i64) -> u64 {
        let file = Disk.open(&self.path).expect("a file");
        seek_by(SMALL, settings, &self.path, &file, self.bytes.len() as u64, since).expect("a place")
    }

    /// The messages that a tail shows which begins there.
    fn shown(&self, tail: &mut Tail<'_>, offset: u64, since: i64) -> Vec<String> {
        let write: crate::Write<'_> = &|entry, _, out| out.extend_from_slice(entry.text.trim_ascii_end());
        tail.since = Some(since);
        let log = LogId(tail.logs.len() as u64);
        let path: Arc<Path> = self.path.as_path().into();
        tail.take(Change::Began { log, path: Arc::clone(&path), offset, why: Beginning::Found }, 0, write);
        let bytes = self.bytes[offset as usize..].to_vec();
        let file = FileId { volume: 0, index: 0 };
        tail.take(Change::Bytes(Chunk { log, path, file, offset, bytes, before: Vec::new() }), 0, write);
        tail.finish(1, write);
        let text = |one| match one {
            Shown::Event(text) => Some(String::from_utf8(text).expect("UTF-8")),
            _ => None,
        };
        tail.shown().into_iter().filter_map(text).collect()
    }
}

#[test]
fn nothing_that_is_shown_is_missed() {
    let settings = settings();
    // it is made once: it reads all signatures
    let tail = RefCell::new(Tail::new(&settings, Query::default(), None).expect("a library"));
    let found = Cell::new(0);
    let logs = (
        prop_oneof![Just(Form::Ece), Just(Form::Tomcat), Just(Form::Wide)],
        prop::collection::vec(0_u16..8000, 300..1500),
        prop::collection::vec(0_u8..250, 1..40),
        0.0..1.1,
    );
    let mut runner = TestRunner::new(ProptestConfig { cases: 64, ..ProptestConfig::default() });
    let outcome = runner.run(&logs, |(form, steps, jitters, place)| {
        let case = Case::new(log(form, &steps, &jitters));
        let length: i64 = steps.iter().map(|step| i64::from(*step) * 4).sum();
        let since = nanos(BEGIN) + (length as f64 * place) as i64 * 1_000_000;
        let offset = case.seek(&settings, since);
        found.set(found.get() + u32::from(offset > 0));
        let mut tail = tail.borrow_mut();
        let all = case.shown(&mut tail, 0, since);
        prop_assert_eq!(case.shown(&mut tail, offset, since), all, "from {}", offset);
        Ok(())
    });
    assert_eq!(outcome, Ok(()));
    assert!(found.get() > 10, "{} of 64 were not read from the start", found.get());
}

#[test]
fn a_log_in_order_is_not_read_from_its_start() {
    for form in [Form::Ece, Form::Tomcat, Form::Wide] {
        let case = Case::new(log(form, &vec![8000; 9000], &[0]));
        let offset = case.seek(&settings(), nanos("2026-11-01T23:00:00Z"));
        let size = case.bytes.len() as u64;
        // 22 of 80 hours, less what a night that has hours twice may hide
        assert!((size * 24 / 100..size * 28 / 100).contains(&offset), "{form:?}: {offset} of {size}");
        assert_eq!(case.seek(&settings(), i64::MIN), 0, "{form:?}: everything is wanted");
    }
}

#[test]
fn what_has_no_dates_no_order_or_no_stamps_is_read_from_its_start() {
    let lines = log(Form::Ece, &[8000; 1500], &[0]);
    let lines: Vec<&[u8]> = lines.split_inclusive(|byte| *byte == b'\n').collect();
    let newest_first: Vec<u8> = lines.iter().rev().flat_map(|line| line.iter().copied()).collect();
    let (old, new) = lines.split_at(lines.len() / 2);
    let swapped: Vec<u8> = new.iter().chain(old).flat_map(|line| line.iter().copied()).collect();
    let text = b"no stamp stands here\n".repeat(6000);
    let undated: String = (0..6000_u32)
        .map(|number| {
            let (hour, minute, second) = (number / 360 % 24, number / 6 % 60, number % 6 * 10);
            format!("{hour:02}:{minute:02}:{second:02}.000 [main] INFO lab.Probe - Zahl {number}\n")
        })
        .collect::<Vec<String>>()
        .concat();
    let since = nanos("2026-11-01T12:00:00Z");
    for (what, bytes) in [
        ("the newest first", newest_first),
        ("two halves swapped", swapped),
        ("text", text),
        ("times of day", undated.into_bytes()),
    ] {
        assert_eq!(Case::new(bytes).seek(&settings(), since), 0, "{what}");
    }
}
