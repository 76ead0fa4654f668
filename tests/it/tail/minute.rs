//! Another program writes five logs for about a minute as servers do, and the tail, which is ended and started again
//! meanwhile, shows every line once.
//!
//! The other program is this test, run once more for [`the_writer`]. It hears which lines of each log came out, because what
//! is deleted or emptied between two looks is lost by design: before that it waits until all lines were shown. It writes a
//! fixed number of rounds, however long they take.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::support::{Tail, ece};
use crate::support::{Random, folder, text, until, wait};

/// Names the folder to write to. Only the writer has it in its environment.
const FOLDER: &str = "SPOGLIGHT_TEST_WRITES_TO";
const LOGS: usize = 5;

/// A way to write a log.
type Habit = fn(&mut Log<'_>);

/// The habit of each log, and its rounds: they take about a minute.
const HABITS: [(Habit, u32); LOGS] =
    [(renames, 120), (copies, 40), (deletes, 40), (begins_days, 120), (begins_folders, 120)];

/// A line of which only a half is there for this long may be shown in parts, or not at all: a tail waits a second for the rest.
/// The time that the writer itself takes is compared with this. It excuses lines on a busy machine, and fails none.
const HALF: Duration = Duration::from_millis(700);

/// How often each line of each log came out.
#[derive(Default)]
struct Seen {
    lines: [BTreeMap<u32, u32>; LOGS],
    unknown: Vec<String>,
}

impl Seen {
    fn hear(&mut self, line: &[u8]) {
        let event: Option<Value> = serde_json::from_slice(line).ok();
        let message = event.as_ref().and_then(|event| event["message"].as_str());
        let number = message.filter(|message| message.contains("für größere Öfen")).and_then(|message| {
            let (log, number) = message.split_once("Zahl ")?.1.split(' ').next()?.split_once('-')?;
            Some((log.parse::<usize>().ok()?, number.parse::<u32>().ok()?))
        });
        let Some((log, number)) = number.filter(|(log, _)| *log < LOGS) else {
            self.unknown.push(String::from_utf8_lossy(line).into_owned());
            return;
        };
        *self.lines[log].entry(number).or_default() += 1;
    }

    /// What is shown of each log.
    fn shown(&self) -> [Shown; LOGS] {
        std::array::from_fn(|log| {
            let lines = &self.lines[log];
            let next = lines.keys().next_back().map_or(0, |last| last + 1);
            Shown { next, missing: (0..next).filter(|number| !lines.contains_key(number)).collect() }
        })
    }
}

/// Lines of a log that were shown: all before `next` but for those that are missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Shown {
    next: u32,
    missing: Vec<u32>,
}

/// A name in the path of each file of a log.
fn file_of(log: usize) -> &'static str {
    ["_p0-process", "_p1-process", "_p2-process", "catalina.", "_p4-process"][log]
}

fn message(log: usize, number: u32) -> String {
    format!("Zahl {log}-{number} für größere Öfen")
}

fn line_of(log: usize, number: u32) -> String {
    if file_of(log) == "catalina." {
        let (minute, second) = (number / 60 % 60, number % 60);
        let message = message(log, number);
        return format!("21-Nov-2026 12:{minute:02}:{second:02}.000 INFO [main] lab.Probe.get {message}\n");
    }
    ece(number, &message(log, number))
}

#[test]
#[ignore = "takes 70 s of wall time: run with --ignored"]
fn a_program_that_writes_for_a_minute_loses_no_line_and_has_none_twice() {
    let folder = folder();
    let (logs, state) = (folder.path().join("logs"), folder.path().join("tail.state"));
    fs::create_dir(&logs).expect("a folder");
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let hear = || {
        let seen = Arc::clone(&seen);
        move |line: &[u8]| seen.lock().expect("what was seen").hear(line)
    };
    let first = Tail::looking_heard(&logs, &state, &["--json"], hear());
    let (mut writer, input) = writer(folder.path());
    let input = Mutex::new(input);
    let tell = |what: &str| {
        // when it is done it does not listen
        let _ = writeln!(input.lock().expect("its input"), "{what}");
    };
    let is_over = AtomicBool::new(false);
    let (first, second, wrote) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut told = Default::default();
            while !is_over.load(Ordering::Relaxed) {
                let shown = seen.lock().expect("what was seen").shown();
                if shown != told {
                    tell(&serde_json::to_string(&shown).expect("JSON"));
                    told = shown;
                }
                sleep(Duration::from_millis(30));
            }
        });
        // also if this panics: the scope waits for its threads
        let _over = Over(&is_over);
        for log in 0..LOGS {
            until(&format!("half of log {log}"), || {
                halfway(folder.path(), log).exists() || writer.try_wait().expect("a writer").is_some()
            });
        }
        let first = first.stopped();
        // no tail runs
        tell("go on");
        sleep(Duration::from_secs(2));
        let arguments = ["--json", "--state", crate::support::argument(&state)];
        let second = Tail::heard(&logs, &arguments, hear());
        let wrote = writer.wait().expect("an end");
        if wrote.success() {
            second.looks_again(&logs);
        }
        let second = second.stopped();
        (first, second, wrote)
    });

    let seen = seen.lock().expect("what was seen");
    let said = format!("{}\n{}", text(&first.stderr), text(&second.stderr));
    let notes = fs::read_to_string(folder.path().join("notes")).expect("its notes");
    assert!(wrote.success(), "the writer failed:\n{notes}\n{said}");
    let written = fs::read(folder.path().join("written")).expect("a file of the writer");
    let written: Vec<(u32, Vec<u32>, Vec<String>)> =
        serde_json::from_slice(&written).expect("lines and deeds");
    // the lines of the last look are no line of these logs
    let unknown: Vec<&String> = seen.unknown.iter().filter(|line| !line.contains("_extra")).collect();
    let halves = 2 * written.iter().map(|(_, halved, _)| halved.len()).sum::<usize>();
    assert!(unknown.len() <= halves, "{unknown:?}\n{said}");
    assert_eq!(written.len(), LOGS);
    for (log, (count, halved, deeds)) in written.into_iter().enumerate() {
        assert!(count > 200, "log {log} has few lines: {count}");
        let wrong: Vec<(u32, Option<&u32>)> = (0..count)
            .map(|number| (number, seen.lines[log].get(&number)))
            .filter(|(number, times)| *times != Some(&1) && !halved.contains(number))
            .collect();
        assert_eq!(
            wrong,
            [],
            "log {log}: lines that did not come once, of {count}\n{said}\n{}",
            deeds.join("\n")
        );
        assert!(seen.lines[log].keys().all(|number| *number < count), "log {log}");
    }
    assert_eq!((first.status.code(), second.status.code()), (Some(0), Some(0)), "{said}");
}

/// Sets a flag when it goes.
struct Over<'f>(&'f AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts the other program.
fn writer(folder: &Path) -> (Child, ChildStdin) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "tail::minute::the_writer", "--ignored"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(File::create(folder.join("notes")).expect("its notes"))
        .spawn()
        .expect("a writer");
    let input = child.stdin.take().expect("its input");
    (child, input)
}

/// A file that the writer makes when half of a log is written, and all of it was shown.
fn halfway(folder: &Path, log: usize) -> PathBuf {
    folder.join(format!("halfway-{log}"))
}

/// Messages of the test to the writer.
#[derive(Default)]
struct Told {
    shown: Mutex<[Shown; LOGS]>,
    /// The tail was ended; the second half may be written.
    goes_on: AtomicBool,
}

#[test]
#[ignore = "the program that the test above starts"]
fn the_writer() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let told: Arc<Told> = Arc::default();
    let heard = Arc::clone(&told);
    spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if line == "go on" {
                heard.goes_on.store(true, Ordering::Relaxed);
                continue;
            }
            *heard.shown.lock().expect("what was shown") =
                serde_json::from_str(&line).expect("what was shown");
        }
    });
    let logs = folder.join("logs");
    let written = std::thread::scope(|scope| {
        let started: Vec<_> = HABITS
            .iter()
            .enumerate()
            .map(|(number, (habit, rounds))| {
                let mut log = Log {
                    told: &told,
                    number,
                    next: 0,
                    halved: Vec::new(),
                    deeds: Vec::new(),
                    folder: logs.clone(),
                    path: logs.join(format!("eg_log_ECEAPP01{}.log", file_of(number))),
                    dice: Random(number as u64),
                };
                let halfway = halfway(&folder, number);
                scope.spawn(move || {
                    for round in 0..*rounds {
                        if round == rounds / 2 {
                            log.settle();
                            fs::write(&halfway, "").expect("a disk");
                            until("the second half", || log.told.goes_on.load(Ordering::Relaxed));
                        }
                        habit(&mut log);
                    }
                    // the test ends the tail when all was shown
                    log.settle();
                    (log.next, log.halved, log.deeds)
                })
            })
            .collect();
        started.into_iter().map(|log| log.join().expect("a log")).collect::<Vec<_>>()
    });
    fs::write(folder.join("written"), serde_json::to_vec(&written).expect("JSON")).expect("a disk");
}

/// One log, and the part of the program that writes it.
struct Log<'t> {
    told: &'t Told,
    number: usize,
    next: u32,
    /// Lines that may be shown in parts, see [`HALF`].
    halved: Vec<u32>,
    /// What was done, to find out how a line was lost.
    deeds: Vec<String>,
    folder: PathBuf,
    path: PathBuf,
    dice: Random,
}

impl Log<'_> {
    fn roll(&mut self, sides: usize) -> usize {
        self.dice.below(sides)
    }

    fn nap(&mut self, least: usize, sides: usize) {
        sleep(Duration::from_millis((least + self.roll(sides)) as u64));
    }

    fn open(&self) -> File {
        insist("a file", || OpenOptions::new().create(true).append(true).open(&self.path))
    }

    fn note(&mut self, deed: &str) {
        let size = fs::metadata(&self.path).map_or(-1, |known| known.len().cast_signed());
        self.deeds.push(format!("{} lines, {size} bytes: {deed}", self.next));
    }

    /// Lines, in pieces that end anywhere.
    fn write(&mut self, file: &mut File, count: usize) {
        let end = self.next + count as u32;
        let text: String = (self.next..end).map(|number| line_of(self.number, number)).collect();
        let lines = self.next..end;
        self.next = end;
        let mut rest = text.as_bytes();
        let mut last = Instant::now();
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(1 + self.roll(rest.len()));
            file.write_all(piece).expect("a disk");
            if last.elapsed() > HALF && rest.len() < text.len() && !self.halved.ends_with(&[end - 1]) {
                self.halved.extend(lines.clone());
            }
            last = Instant::now();
            rest = more;
            if self.roll(3) == 0 {
                self.nap(0, 20);
            }
        }
    }

    /// Lines for a while, each few of them through a handle of their own.
    fn go_on(&mut self) {
        for _ in 0..3 + self.roll(5) {
            let count = 1 + self.roll(12);
            self.write(&mut self.open(), count);
            self.note("wrote");
            self.nap(20, 80);
        }
    }

    /// Waits until every line was shown, but for those that may be shown in parts.
    fn settle(&self) {
        let lacking = || -> Vec<u32> {
            let shown = &self.told.shown.lock().expect("what was shown")[self.number];
            let lines = shown.missing.iter().copied().chain(shown.next..self.next);
            lines.filter(|number| !self.halved.contains(number)).collect()
        };
        let what = || {
            let (log, lines) = (self.number, self.next);
            format!("log {log} has {lines} lines, not shown are {:?}\n{}", lacking(), self.deeds.join("\n"))
        };
        wait(what, || lacking().is_empty().then_some(()));
    }

    /// Waits until the folder was listed: writes a line into a new file of it, which comes out only then.
    fn list(&mut self) {
        let path = self.path.clone();
        self.path = self.folder.join(format!("eg_log_ECEAPP01{}-{}.log", file_of(self.number), self.next));
        self.write(&mut self.open(), 1);
        self.path = path;
        self.settle();
    }

    fn rotated(&self, number: u32) -> PathBuf {
        PathBuf::from(format!("{}.{number}", self.path.display()))
    }

    /// Makes room for `X.log.1`.
    fn shift(&mut self) {
        const KEPT: u32 = 6;
        if self.rotated(KEPT).exists() {
            // with it goes what was in it
            self.settle();
            delete(&self.rotated(KEPT));
        }
        for number in (1..KEPT).rev().filter(|number| self.rotated(*number).exists()) {
            insist("a rename", || fs::rename(self.rotated(number), self.rotated(number + 1)));
        }
    }
}

/// Windows refuses some changes of a file while another program reads it; a program that writes logs there tries again.
fn insist<T>(what: &str, action: impl Fn() -> io::Result<T>) -> T {
    let refused = RefCell::new(String::new());
    let refuse = |error: &io::Error| *refused.borrow_mut() = error.to_string();
    wait(|| format!("{what} is refused: {}", refused.borrow()), || action().inspect_err(refuse).ok())
}

/// Under wine a deleted file can still be opened by its name as long as the tail has it open, and lines that are written to it
/// then are lost; Windows itself refuses that.
fn delete(path: &Path) {
    insist("a deletion", || fs::remove_file(path));
    insist("its name to be free", || {
        if path.exists() { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) }
    });
}

fn empty(path: &Path) {
    insist("an empty log", || OpenOptions::new().write(true).truncate(true).open(path));
}

/// `X.log` becomes `X.log.1` while its writer has it open, and the writer writes its last lines there.
fn renames(log: &mut Log<'_>) {
    log.go_on();
    let mut file = log.open();
    log.shift();
    insist("a rename", || fs::rename(&log.path, log.rotated(1)));
    let count = log.roll(3);
    log.write(&mut file, count);
}

/// `X.log` is copied to `X.log.1`, and emptied.
fn copies(log: &mut Log<'_>) {
    log.go_on();
    // lines that were not shown before would have to be found in the copy
    log.settle();
    log.shift();
    let bytes = fs::read(&log.path).expect("a log");
    let mut copy = insist("a copy", || File::create(log.rotated(1)));
    for half in bytes.chunks(bytes.len() / 2 + 1) {
        copy.write_all(half).expect("a disk");
        sleep(Duration::from_millis(log.roll(2) as u64 * 100));
    }
    drop(copy);
    empty(&log.path);
    // a second copy before the tail lists the folder could hide where a file went
    log.write(&mut log.open(), 1);
    log.list();
}

/// A log of which all lines were shown is deleted, emptied, or replaced.
fn deletes(log: &mut Log<'_>) {
    log.go_on();
    log.settle();
    match log.roll(4) {
        0 => {
            log.note("deletes, and waits");
            delete(&log.path);
            log.nap(0, 500);
        }
        1 => {
            log.note("deletes");
            delete(&log.path);
        }
        2 => {
            log.note("empties");
            empty(&log.path);
        }
        _ => {
            log.note("replaces");
            let path = log.path.clone();
            log.path = log.folder.with_file_name("aside");
            let count = 1 + log.roll(20);
            log.write(&mut log.open(), count);
            insist("a rename", || fs::rename(&log.path, &path));
            log.path = path;
        }
    }
}

/// A new file every day.
fn begins_days(log: &mut Log<'_>) {
    let day = log.next / 300;
    log.path = log.folder.join(format!("catalina.2026-11-{:02}.log", 1 + day % 28));
    log.go_on();
}

/// A new folder for every run of a program.
fn begins_folders(log: &mut Log<'_>) {
    let run = log.folder.join(format!("run{}", log.next / 300)).join("logs");
    fs::create_dir_all(&run).expect("a folder");
    log.path = run.join("eg_log_ECEAPP01_p4-process.log");
    log.go_on();
}
