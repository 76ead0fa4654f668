//! A tail that runs while the test goes on, and a program that logs.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use serde_json::Value;

use crate::support::{GUARD, PROGRAM, argument, text, until, wait};

/// Lines with this number or a larger one are written by [`Tail::looks_again`], and are no lines of the test.
const EXTRA: u32 = 1_000_000;

/// Lines that [`Tail::looks_again`] writes.
pub(crate) const EXTRA_LINES: u32 = 2;

/// A tail that runs. Its output is read all the time, so that it never waits for its reader.
pub(crate) struct Tail {
    pub(crate) child: Child,
    readers: Vec<JoinHandle<()>>,
    shown: Arc<Mutex<Vec<u8>>>,
    notes: Arc<Mutex<Vec<u8>>>,
}

impl Tail {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Tail {
        Tail::heard(folder, arguments, |_| ())
    }

    /// One that keeps its state in a new file, and has looked once: lines that are written from now on are new.
    pub(crate) fn looking(folder: &Path, state: &Path, arguments: &[&str]) -> Tail {
        Tail::looking_heard(folder, state, arguments, |_| ())
    }

    /// [`Tail::looking`] that hands every line of its output to `hear`.
    pub(crate) fn looking_heard(
        folder: &Path,
        state: &Path,
        arguments: &[&str],
        hear: impl FnMut(&[u8]) + Send + 'static,
    ) -> Tail {
        assert!(!state.exists(), "a state of before hides the first look");
        let tail = Tail::heard(folder, &[&["--state", argument(state)], arguments].concat(), hear);
        until("the first state of a tail", || state.exists());
        tail
    }

    /// One that hands every line of its output to `hear` when it comes.
    pub(crate) fn heard(
        folder: &Path,
        arguments: &[&str],
        mut hear: impl FnMut(&[u8]) + Send + 'static,
    ) -> Tail {
        // Windows has no signal that ends it in order, so that there silence must
        let silence: &[&str] = if cfg!(windows) && !arguments.contains(&"--quiet-after") {
            &["--quiet-after", "5s"]
        } else {
            &[]
        };
        let mut child = Command::new(PROGRAM)
            .arg("tail")
            .arg(folder)
            .args(arguments)
            .args(silence)
            .env_remove("NO_COLOR")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a tail");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut stderr = child.stderr.take().expect("its notes");
        let (shown, notes) = <(Arc<Mutex<Vec<u8>>>, Arc<Mutex<Vec<u8>>>)>::default();
        let (lines, noted) = (Arc::clone(&shown), Arc::clone(&notes));
        let out = spawn(move || {
            let mut line = Vec::new();
            while stdout.read_until(b'\n', &mut line).expect("its output") > 0 {
                lines.lock().expect("its output").extend_from_slice(&line);
                hear(&line);
                line.clear();
            }
        });
        let err = spawn(move || {
            let mut part = [0; 1024];
            loop {
                match stderr.read(&mut part).expect("its notes") {
                    0 => return,
                    count => noted.lock().expect("its notes").extend_from_slice(&part[..count]),
                }
            }
        });
        Tail { child, readers: vec![out, err], shown, notes }
    }

    /// Waits until its output has a text.
    pub(crate) fn shows(&self, what: &str) {
        let is_there = || {
            let shown = self.shown.lock().expect("its output");
            memchr::memmem::find(&shown, what.as_bytes()).map(|_| ())
        };
        let said = || {
            let [shown, notes] = [&self.shown, &self.notes]
                .map(|bytes| String::from_utf8_lossy(&bytes.lock().expect("its output")).into_owned());
            format!("a tail does not show {what:?}:\n{shown}\n{notes}")
        };
        wait(said, is_there);
    }

    /// Waits until it shows the line of a [`Writer`] with this number.
    pub(crate) fn shows_number(&self, number: u32) {
        self.shows(&message(number));
    }

    /// Waits until it has listed the folder and looked at each log once more: a line that it shows twice it has shown twice
    /// by then. Writes [`EXTRA_LINES`] lines into a log of their own for that.
    pub(crate) fn looks_again(&self, logs: &Path) {
        static FILES: AtomicU32 = AtomicU32::new(0);
        let file = FILES.fetch_add(1, Ordering::Relaxed);
        let path = logs.join(format!("eg_log_ECEAPP01_extra{file}-process.log"));
        let mut extra = Writer { path, next: EXTRA + file * EXTRA_LINES };
        for _ in 0..EXTRA_LINES {
            extra.write(1);
            self.shows_number(extra.next - 1);
        }
    }

    /// Waits until it has noted a text.
    pub(crate) fn notes(&self, what: &str) {
        until(&format!("a note of a tail with {what:?}"), || {
            String::from_utf8_lossy(&self.notes.lock().expect("its notes")).contains(what)
        });
    }

    /// Ends it in order, as Ctrl-C does. On Windows it ends when nothing comes any more.
    pub(crate) fn stopped(mut self) -> Output {
        if cfg!(unix) {
            self.interrupt();
        }
        self.ended()
    }

    /// Sends what Ctrl-C sends until it ends. A shell makes programs in its background ignore it, so one that was just started
    /// there does not hear it before it watches for it.
    fn interrupt(&mut self) {
        let signal = format!("kill -INT {}", self.child.id());
        let mut waited = Duration::ZERO;
        while self.child.try_wait().expect("a tail").is_none() && waited < GUARD {
            if waited.as_secs().is_multiple_of(10) && waited.subsec_millis() == 0 {
                let sent = Command::new("sh").args(["-c", &signal]).status().expect("a shell");
                // it may have ended meanwhile
                assert!(sent.success() || self.child.try_wait().expect("a tail").is_some(), "{signal}");
            }
            sleep(Duration::from_millis(10));
            waited += Duration::from_millis(10);
        }
    }

    /// Lets it run until it ends by itself.
    pub(crate) fn ended(mut self) -> Output {
        let status = self.child.wait().expect("an end");
        for reader in self.readers.drain(..) {
            reader.join().expect("its output");
        }
        let [stdout, stderr] =
            [&self.shown, &self.notes].map(|bytes| std::mem::take(&mut *bytes.lock().expect("its output")));
        Output { status, stdout, stderr }
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn killed(mut self) -> Output {
        self.child.kill().expect("an end");
        self.ended()
    }
}

/// Without an order to end it would outlive a test that fails.
impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The message of a line of a [`Writer`].
fn message(number: u32) -> String {
    format!("Zahl {number} für größere Öfen")
}

/// A line of an ECE log.
pub(crate) fn ece(seconds: u32, message: &str) -> String {
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "2026-11-21 {hour:02}:{minute:02}:{second:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> \
         UID:12 <@> HttpSessionId:  <@> com.egain.Sample <@> run() <@> {message} <@> \n"
    )
}

/// A program that logs, a line a number, in pieces that cut lines and characters.
pub(crate) struct Writer {
    pub(crate) path: PathBuf,
    pub(crate) next: u32,
}

impl Writer {
    pub(crate) fn write(&mut self, count: u32) {
        for _ in 0..count {
            let number = self.next;
            self.next += 1;
            let line = Writer::line(number);
            let cut = line.find('ö').expect("a character of two bytes") + 1;
            let bytes = line.as_bytes();
            for part in [&bytes[..cut], &bytes[cut..]] {
                let mut file = OpenOptions::new().create(true).append(true).open(&self.path).expect("a file");
                file.write_all(part).expect("a disk");
                drop(file);
                if number.is_multiple_of(7) {
                    sleep(Duration::from_millis(5));
                }
            }
        }
    }

    /// The line with a number, one for each second of a day.
    pub(crate) fn line(number: u32) -> String {
        ece(number, &message(number))
    }

    /// `X.log` becomes `X.log.1`, and so on.
    pub(crate) fn rotate(&self) {
        let name = |number: u32| PathBuf::from(format!("{}.{number}", self.path.display()));
        for number in (1..5).rev().filter(|number| name(*number).exists()) {
            fs::rename(name(number), name(number + 1)).expect("a rename");
        }
        fs::rename(&self.path, name(1)).expect("a rename");
    }
}

/// How often each number came out. The last line of a tail that was killed may be cut.
pub(crate) fn numbers(outputs: &[&Output]) -> BTreeMap<u32, u32> {
    let mut seen: BTreeMap<u32, u32> = BTreeMap::new();
    for output in outputs {
        let text = text(&output.stdout);
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let event: Value = serde_json::from_str(line).expect("JSON");
            let Some(shown) = event["message"].as_str() else { continue };
            let number = shown.split_whitespace().nth(1).and_then(|number| number.parse().ok());
            let number: u32 = number.expect("a number");
            assert!(shown.contains(&message(number)), "{shown}");
            if number < EXTRA {
                *seen.entry(number).or_default() += 1;
            }
        }
    }
    seen
}
