//! A program of its own writes for a minute as servers do, and the tail, which is ended and started again meanwhile, shows
//! every line once.
//!
//! The program is this test, run once more for [`the_writer`]. It is told how many lines of each log came out, because what
//! is deleted or emptied between two looks is lost by design: before it does that it waits until everything was shown.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{Tail, text, until};

/// Tells this test that it is the writer, and where to write.
const FOLDER: &str = "SPOGLIGHT_TEST_WRITES_TO";
const MINUTE: Duration = Duration::from_mins(1);
const LOGS: usize = 5;

/// A line of which half stands there for so long may be shown in parts.
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

    /// How many lines of each log came out.
    fn counts(&self) -> [usize; LOGS] {
        std::array::from_fn(|log| self.lines[log].len())
    }
}

#[test]
fn a_program_that_writes_for_a_minute_loses_no_line_and_has_none_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).expect("a folder");
    let state = folder.path().join("tail.state");
    let arguments = ["--json", "--state", state.to_str().expect("a name"), "--quiet-after", "4s"];
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let start = || {
        let seen = Arc::clone(&seen);
        Tail::heard(&logs, &arguments, move |line| seen.lock().expect("what was seen").hear(line))
    };

    let first = start();
    until("the first state", || state.exists());
    let (mut writer, input) = writer(folder.path());
    let input = Arc::new(Mutex::new(input));
    let tell = |what: String| {
        // when it is done it does not listen
        let _ = writeln!(input.lock().expect("its input"), "{what}");
    };
    let is_over = AtomicBool::new(false);
    let (first, second) = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut told = [0; LOGS];
            while !is_over.load(Ordering::Relaxed) {
                let counts = seen.lock().expect("what was seen").counts();
                if counts != told {
                    told = counts;
                    tell(format!("{counts:?}"));
                }
                sleep(Duration::from_millis(30));
            }
        });
        sleep(MINUTE / 2);
        tell("pause".to_owned());
        let first = first.ended();
        // while nobody looks
        tell("go on".to_owned());
        sleep(Duration::from_secs(2));
        let second = start();
        let wrote = writer.wait().expect("an end");
        let second = second.ended();
        is_over.store(true, Ordering::Relaxed);
        assert!(wrote.success(), "{}", fs::read_to_string(folder.path().join("notes")).expect("its notes"));
        (first, second)
    });

    let seen = seen.lock().expect("what was seen");
    let written = fs::read(folder.path().join("written")).expect("what was written");
    let written: Vec<(u32, Vec<u32>, Vec<String>)> = serde_json::from_slice(&written).expect("so many lines");
    let said = format!("{}\n{}", text(&first.stderr), text(&second.stderr));
    let halves = 2 * written.iter().map(|(_, halved, _)| halved.len()).sum::<usize>();
    assert!(seen.unknown.len() <= halves, "{:?}\n{said}", seen.unknown);
    assert_eq!(written.len(), LOGS);
    for (log, (count, halved, deeds)) in written.into_iter().enumerate() {
        assert!(count > 200, "log {log} was written to");
        let wrong: Vec<(u32, Option<&u32>)> = (0..count)
            .map(|number| (number, seen.lines[log].get(&number)))
            .filter(|(number, times)| *times != Some(&1) && !halved.contains(number))
            .collect();
        assert_eq!(
            wrong,
            [],
            "log {log}: lines that came so often, of {count}\n{said}\n{}",
            deeds.join("\n")
        );
        assert!(seen.lines[log].keys().all(|number| *number < count), "log {log}");
    }
    assert_eq!((first.status.code(), second.status.code()), (Some(0), Some(0)), "{said}");
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

/// What the writer hears from the test.
#[derive(Default)]
struct Told {
    shown: [AtomicUsize; LOGS],
    is_paused: AtomicBool,
}

#[test]
#[ignore = "the program that the test above starts"]
fn the_writer() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let told: Arc<Told> = Arc::default();
    let heard = Arc::clone(&told);
    spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            match line.as_str() {
                "pause" => heard.is_paused.store(true, Ordering::Relaxed),
                "go on" => heard.is_paused.store(false, Ordering::Relaxed),
                counts => {
                    let counts: [usize; LOGS] = serde_json::from_str(counts).expect("counts");
                    for (shown, count) in heard.shown.iter().zip(counts) {
                        shown.store(count, Ordering::Relaxed);
                    }
                }
            }
        }
    });
    let logs = folder.join("logs");
    let habits: [fn(&mut Log<'_>); LOGS] = [renames, copies, deletes, begins_days, begins_folders];
    let written = std::thread::scope(|scope| {
        let started: Vec<_> = habits
            .iter()
            .enumerate()
            .map(|(number, habit)| {
                let mut log = Log {
                    told: &told,
                    number,
                    next: 0,
                    halved: Vec::new(),
                    missed: 0,
                    deeds: Vec::new(),
                    folder: logs.clone(),
                    path: logs.join(format!("eg_log_ECEAPP01_p{number}-process.log")),
                    dice: number as u64,
                    end: Instant::now() + MINUTE,
                };
                scope.spawn(move || {
                    while Instant::now() < log.end {
                        habit(&mut log);
                    }
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
    /// Lines that may have been shown in parts, because they stood there half for too long: this machine has much to do.
    halved: Vec<u32>,
    /// Lines that were waited for in vain.
    missed: u32,
    /// What was done, and when, for whoever must find out how a line was lost.
    deeds: Vec<String>,
    folder: PathBuf,
    path: PathBuf,
    dice: u64,
    end: Instant,
}

impl Log<'_> {
    fn roll(&mut self, sides: u64) -> u64 {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) % sides
    }

    fn open(&self) -> File {
        insist("a file", || OpenOptions::new().create(true).append(true).open(&self.path))
    }

    fn note(&mut self, deed: &str) {
        let left = self.end.saturating_duration_since(Instant::now());
        let size = fs::metadata(&self.path).map_or(-1, |known| known.len().cast_signed());
        self.deeds.push(format!("{left:?} before the end, {} lines, {size} bytes: {deed}", self.next));
    }

    /// Lines, in pieces that end anywhere.
    fn write(&mut self, file: &mut File, count: u64) {
        let mut bytes = Vec::new();
        let first = self.next;
        for _ in 0..count {
            let (log, number) = (self.number, self.next);
            self.next += 1;
            let (minute, second) = (number / 60 % 60, number % 60);
            let text = format!("Zahl {log}-{number} für größere Öfen");
            let line = if self.path.to_string_lossy().contains("catalina") {
                format!("21-Nov-2026 12:{minute:02}:{second:02}.000 INFO [main] lab.Probe.get {text}\n")
            } else {
                format!(
                    "2026-11-21 12:{minute:02}:{second:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 \
                     <@> UID:12 <@> HttpSessionId:  <@> com.egain.Sample <@> run() <@> {text} <@> \n"
                )
            };
            bytes.extend_from_slice(line.as_bytes());
        }
        let mut rest = &bytes[..];
        let mut last = Instant::now();
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(1 + self.roll(rest.len() as u64) as usize);
            file.write_all(piece).expect("a disk");
            // a tail that waits a second for the rest of a line may have begun to wait before this one did
            let is_known = self.halved.last().is_some_and(|number| *number >= first);
            if last.elapsed() > HALF && rest.len() < bytes.len() && !is_known {
                self.halved.extend(first..self.next);
            }
            last = Instant::now();
            rest = more;
            if self.roll(3) == 0 {
                sleep(Duration::from_millis(self.roll(20)));
            }
        }
    }

    /// Lines for a while, each few of them through a handle of their own.
    fn go_on(&mut self) {
        for _ in 0..3 + self.roll(5) {
            while self.told.is_paused.load(Ordering::Relaxed) {
                sleep(Duration::from_millis(20));
                self.end += Duration::from_millis(20);
            }
            let count = 1 + self.roll(12);
            self.write(&mut self.open(), count);
            self.note("wrote");
            sleep(Duration::from_millis(20 + self.roll(80)));
        }
    }

    /// Waits until everything was shown, but not for ever: what is lost then is what the test looks for.
    fn settle(&mut self) {
        let start = Instant::now();
        loop {
            let shown = self.told.shown[self.number].load(Ordering::Relaxed) as u32;
            if shown + self.missed >= self.next {
                return;
            }
            if start.elapsed() > Duration::from_secs(15) {
                self.missed = self.next - shown;
                self.note("waited in vain");
                return;
            }
            sleep(Duration::from_millis(20));
        }
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

/// Windows refuses some things in the moment in which somebody reads the file; who writes logs there tries again.
fn insist<T>(what: &str, action: impl Fn() -> io::Result<T>) -> T {
    let start = Instant::now();
    loop {
        match action() {
            Ok(done) => return done,
            Err(error) => assert!(start.elapsed() < Duration::from_secs(2), "{what}: {error}"),
        }
        sleep(Duration::from_millis(5));
    }
}

/// Under wine what is deleted can still be opened by its name as long as the tail has it open, and what is written then is
/// lost; Windows itself refuses that.
fn delete(path: &Path) {
    insist("a deletion", || fs::remove_file(path));
    insist("its name to be free", || {
        if path.exists() { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) }
    });
}

fn empty(path: &Path) {
    insist("an empty log", || OpenOptions::new().write(true).truncate(true).open(path));
}

/// `X.log` becomes `X.log.1` while its writer has it open, and writes what it had to say yet.
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
    const PEACE: Duration = Duration::from_millis(1500);
    log.go_on();
    // other changes of the same moment can hide what became of which file
    sleep(PEACE);
    log.shift();
    let bytes = fs::read(&log.path).expect("a log");
    let mut copy = insist("a copy", || File::create(log.rotated(1)));
    for half in bytes.chunks(bytes.len() / 2 + 1) {
        copy.write_all(half).expect("a disk");
        sleep(Duration::from_millis(log.roll(2) * 100));
    }
    drop(copy);
    empty(&log.path);
    sleep(PEACE);
}

/// What was shown is deleted, emptied, or replaced.
fn deletes(log: &mut Log<'_>) {
    log.go_on();
    log.settle();
    match log.roll(4) {
        0 => {
            log.note("deletes, and waits");
            delete(&log.path);
            sleep(Duration::from_millis(log.roll(500)));
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
