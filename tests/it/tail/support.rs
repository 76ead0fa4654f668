//! A tail that runs beside the test, and a program that logs.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A tail that runs. What it says is read all the time, so that it never waits for its reader.
pub(crate) struct Tail {
    pub(crate) child: Child,
    out: JoinHandle<Vec<u8>>,
    err: JoinHandle<()>,
    notes: Arc<Mutex<Vec<u8>>>,
}

impl Tail {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Tail {
        Tail::heard(folder, arguments, |_| ())
    }

    /// One that keeps its state in a new file, and has looked once: what is written now is new.
    pub(crate) fn looking(folder: &Path, state: &Path, arguments: &[&str]) -> Tail {
        let state_of = ["--state", state.to_str().expect("a name")];
        let tail = Tail::start(folder, &[&state_of, arguments].concat());
        until("the first state", || state.exists());
        tail
    }

    /// One of which every line of the output is handed to `hear` when it comes.
    pub(crate) fn heard(
        folder: &Path,
        arguments: &[&str],
        mut hear: impl FnMut(&[u8]) + Send + 'static,
    ) -> Tail {
        let mut child = Command::new(env!("CARGO_BIN_EXE_spoglight"))
            .arg("tail")
            .arg(folder)
            .args(arguments)
            .env_remove("NO_COLOR")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a tail");
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        let mut stderr = child.stderr.take().expect("its notes");
        let out = spawn(move || {
            let mut all = Vec::new();
            loop {
                let from = all.len();
                stdout.read_until(b'\n', &mut all).expect("its output");
                if all.len() == from {
                    return all;
                }
                hear(&all[from..]);
            }
        });
        let notes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let noted = Arc::clone(&notes);
        let err = spawn(move || {
            let mut part = [0; 1024];
            loop {
                match stderr.read(&mut part).expect("its notes") {
                    0 => return,
                    count => noted.lock().expect("its notes").extend_from_slice(&part[..count]),
                }
            }
        });
        Tail { child, out, err, notes }
    }

    /// Lets it run until it ends by itself.
    pub(crate) fn ended(mut self) -> Output {
        let status = self.child.wait().expect("an end");
        let stdout = self.out.join().expect("its output");
        self.err.join().expect("its notes");
        let stderr = std::mem::take(&mut *self.notes.lock().expect("its notes"));
        Output { status, stdout, stderr }
    }

    /// Whether it has noted that.
    pub(crate) fn has_noted(&self, what: &str) -> bool {
        String::from_utf8_lossy(&self.notes.lock().expect("its notes")).contains(what)
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn killed(mut self) -> Output {
        self.child.kill().expect("an end");
        self.ended()
    }
}

/// Waits until something is so; a machine with much to do may need long for it.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_mins(1), "waited in vain: {what}");
        sleep(Duration::from_millis(20));
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8").replace("\r\n", "\n")
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
            let line = format!(
                "2026-11-21 12:{:02}:{:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                 HttpSessionId:  <@> com.egain.Sample <@> run() <@> Zahl {number} für größere Öfen <@> \n",
                number / 60 % 60,
                number % 60
            );
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
            let Some(message) = event["message"].as_str() else { continue };
            let number = message.split_whitespace().nth(1).and_then(|number| number.parse().ok());
            assert!(message.contains("für größere Öfen"), "{message}");
            *seen.entry(number.expect("a number")).or_default() += 1;
        }
    }
    seen
}
