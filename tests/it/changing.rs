//! Logs that a server renames, replaces, truncates or deletes while they are read: all that was there at first is read, or
//! what is missing is reported. Nothing waits: the log is changed when the run reports its progress.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use spoglight_diagnosis::diagnose_collection;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::merge::{MergeRequest, Summary};
use spoglight_engine::{Missing, Progress, Settings};
use spoglight_model::analysis::{Analysis, Warning};

use crate::support;

/// Events of the log of the tests.
const EVENTS: usize = 60_000;

/// Bytes that a core reads at a time: the log is opened for each of these parts.
const SEGMENT: u64 = 256 << 10;

fn line(number: usize) -> String {
    let (minute, second) = (number / 6000 % 60, number / 100 % 60);
    let milli = number % 100;
    format!(
        "2026-11-21 10:{minute:02}:{second:02}.{milli:03} GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n"
    )
}

fn log(events: usize) -> String {
    (0..events).map(line).collect()
}

/// Changes a log, at the first progress of the part of a run with this number.
struct Change<F: Fn()> {
    run: F,
    part: usize,
    /// Parts that began, and whether the log was changed.
    state: Mutex<(usize, bool)>,
}

impl<F: Fn() + Sync> Change<F> {
    fn new(part: usize, run: F) -> Change<F> {
        Change { run, part, state: Mutex::new((0, false)) }
    }
}

impl<F: Fn() + Sync> Progress for Change<F> {
    fn begin(&self, _: u64) {
        self.state.lock().expect("no panic").0 += 1;
    }

    fn advance(&self, _: u64) {
        let mut state = self.state.lock().expect("no panic");
        if state.0 == self.part && !state.1 {
            state.1 = true;
            (self.run)();
        }
    }
}

struct Logs {
    folder: tempfile::TempDir,
    path: PathBuf,
    size: u64,
}

fn logs() -> Logs {
    let folder = support::folder();
    let path = folder.path().join("eg_log_ECEAPP01_x.log");
    fs::write(&path, log(EVENTS)).expect("a file");
    let size = fs::metadata(&path).expect("a file").len();
    assert!(size > 10 * SEGMENT);
    Logs { folder, path, size }
}

#[cfg(unix)]
fn replace(path: &Path) {
    let new = path.with_extension("new");
    fs::write(&new, log(3)).expect("a file");
    fs::rename(&new, path).expect("a name");
}

fn truncate(path: &Path) {
    fs::OpenOptions::new().write(true).open(path).expect("a file").set_len(0).expect("a size");
}

fn analysis(logs: &Logs, change: impl Fn() + Sync) -> Analysis {
    let settings = Settings { threads: 2, ..Settings::default() };
    let (paths, change) = ([logs.folder.path().to_owned()], Change::new(1, change));
    let read =
        Collection::survey(&paths, &settings, ScanPurpose::Diagnosis, SEGMENT, &change).expect("a library");
    let analysis = diagnose_collection(&read, &paths, &settings).expect("an analysis");
    Analysis { sources: read.sources, ..analysis }
}

fn events(logs: &Logs, part: usize, change: impl Fn() + Sync) -> (u64, Summary, Vec<Warning>) {
    let settings = Settings { threads: 2, ..Settings::default() };
    let progress = Change::new(part, change);
    let paths = [logs.folder.path().to_owned()];
    let read = Collection::survey(&paths, &settings, ScanPurpose::Timeline, SEGMENT, &progress);
    let mut read = read.expect("a library");
    let request = MergeRequest::default();
    read.stage(&request);
    let mut bytes = 0;
    let summary =
        read.merge(&request, 2, &progress, &|event, out| out.extend_from_slice(event.raw), &mut |_, text| {
            bytes += text.len() as u64;
            Ok(())
        });
    (bytes, summary.expect("memory"), read.warnings())
}

/// The number that a warning says to be missing.
fn missing(warning: &Warning) -> u64 {
    let number = warning.what.split(' ').skip_while(|word| *word != "completely:").nth(1);
    number.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{warning:?}"))
}

/// Windows does not replace a file while it is read.
#[cfg(unix)]
#[test]
fn a_log_that_is_replaced_or_deleted_during_an_analysis() {
    for (change, said) in [
        (replace as fn(&Path), "replaced"),
        (|path: &Path| fs::remove_file(path).expect("a file"), "deleted"),
    ] {
        let logs = logs();
        let analysis = analysis(&logs, || change(&logs.path));
        let read = analysis.totals.bytes;
        match analysis.warnings.as_slice() {
            // it stayed open
            [] => assert_eq!(read, logs.size),
            [warning] => {
                assert!(
                    warning.what.contains(said) && warning.what.contains("while it was read"),
                    "{warning:?}"
                );
                assert_eq!(read + missing(warning), logs.size);
                assert!(analysis.coverage_gaps.iter().any(|gap| gap.id == "not-read"));
            }
            more => panic!("{more:?}"),
        }
    }
}

#[test]
fn a_log_that_is_renamed_during_an_analysis() {
    let logs = logs();
    let analysis = analysis(&logs, || {
        fs::rename(&logs.path, logs.path.with_extension("log.1")).expect("a name");
        fs::write(&logs.path, log(3)).expect("a file");
    });
    assert_eq!((analysis.totals.bytes, analysis.totals.events), (logs.size, EVENTS as u64));
    assert!(analysis.warnings.is_empty(), "{:?}", analysis.warnings);
}

#[test]
fn a_log_that_is_truncated_during_an_analysis() {
    let logs = logs();
    let analysis = analysis(&logs, || truncate(&logs.path));
    let [warning] = analysis.warnings.as_slice() else { panic!("{:?}", analysis.warnings) };
    assert!(warning.path.ends_with("eg_log_ECEAPP01_x.log"), "{warning:?}");
    assert!(warning.what.contains("it was truncated while it was read"), "{warning:?}");
    assert!(warning.advice.contains("run the command again"), "{warning:?}");
    assert!(analysis.totals.bytes < logs.size, "it was truncated before the end was read");
    assert_eq!(analysis.totals.bytes + missing(warning), logs.size);
    assert!(analysis.coverage_gaps.iter().any(|gap| gap.id == "not-read"));
}

#[test]
fn a_log_that_only_grows() {
    let logs = logs();
    let analysis = analysis(&logs, || {
        use std::io::Write as _;
        let mut file = fs::OpenOptions::new().append(true).open(&logs.path).expect("a file");
        file.write_all(log(1000).as_bytes()).expect("written");
    });
    assert_eq!((analysis.totals.bytes, analysis.totals.events), (logs.size, EVENTS as u64));
    assert!(analysis.warnings.is_empty(), "{:?}", analysis.warnings);
    assert_eq!(analysis.sources[0].grown, log(1000).len() as u64);
}

#[test]
fn a_log_that_changes_before_a_timeline_reads_it_again() {
    let untouched = logs();
    let (bytes, summary, warnings) = events(&untouched, 9, || ());
    assert_eq!((bytes, summary.events, warnings.len()), (untouched.size, EVENTS as u64, 0));
    assert!(summary.problems.is_empty());
    // while it is scanned, and while it is merged
    for part in [1, 2] {
        let logs = logs();
        let (bytes, summary, warnings) = events(&logs, part, || truncate(&logs.path));
        let merged: u64 = Missing::by_source(&summary.problems).values().map(|(bytes, _)| *bytes).sum();
        let scanned: u64 = warnings.iter().map(missing).sum();
        assert!(bytes < logs.size && bytes + merged + scanned == logs.size, "{bytes} {merged} {scanned}");
        assert_eq!(warnings.len(), usize::from(part == 1));
        for (_, (_, why)) in Missing::by_source(&summary.problems) {
            assert_eq!(why, "it was truncated while it was read");
        }
        let renamed = self::logs();
        let (bytes, summary, warnings) = events(&renamed, part, || {
            fs::rename(&renamed.path, renamed.path.with_extension("log.1")).expect("a name");
            fs::write(&renamed.path, log(3)).expect("a file");
        });
        assert_eq!((bytes, summary.problems.len(), warnings.len()), (renamed.size, 0, 0));
    }
}

#[test]
fn another_log_in_the_same_file_is_not_shown_as_the_first() {
    let logs = logs();
    let (bytes, summary, _) =
        events(&logs, 2, || fs::write(&logs.path, "x".repeat(logs.size as usize + 9)).expect("a file"));
    let missing = Missing::by_source(&summary.problems);
    let (lost, why) = missing.values().next().expect("the rest of the log is missing");
    assert!(why.contains("written again while it was read"), "{why}");
    assert_eq!(bytes + lost, logs.size);
}
