//! [`Calls`]: starts a program for every finding. The program runs in parallel, so a slow one delays no log.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use spoglight_model::analysis::Finding;

/// Minimum time between two starts.
const PAUSE: Duration = Duration::from_secs(2);

/// Maximum number of programs that run at once.
const RUNNING: usize = 4;

/// Maximum number of findings that wait.
const WAITING: usize = 64;

/// Longest wait at the end for programs that have not started or not read their finding.
const ENDING: Duration = Duration::from_secs(5);

/// What the program learns of a finding beside the finding itself, in its environment.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallNews {
    /// `new` or `again`.
    pub(super) word: &'static str,
    /// Number of the finding.
    pub(super) number: usize,
    /// Messages so far.
    pub(super) count: u64,
}

/// A finding that waits.
struct Call {
    /// It as JSON.
    json: Vec<u8>,
    id: String,
    news: CallNews,
}

/// The program of --on-finding and the findings that wait for it.
pub(super) struct Calls {
    program: Option<PathBuf>,
    waiting: VecDeque<Call>,
    running: Vec<(Child, JoinHandle<()>)>,
    last: Option<Instant>,
    skipped: usize,
}

impl Calls {
    /// Calls of a program, or of none.
    pub(super) fn new(program: Option<PathBuf>) -> Calls {
        Calls { program, waiting: VecDeque::new(), running: Vec::new(), last: None, skipped: 0 }
    }

    /// Passes a finding to the program, now or later.
    pub(super) fn tell(&mut self, finding: &Finding, news: CallNews) {
        if self.program.is_none() {
            return;
        }
        match serde_json::to_vec(finding) {
            Ok(json) if self.waiting.len() < WAITING => {
                self.waiting.push_back(Call { json, id: finding.id.to_string(), news });
            }
            _ => self.skipped += 1,
        }
        self.tick();
    }

    /// Starts the next program if it is time.
    pub(super) fn tick(&mut self) {
        let is_early = self.last.is_some_and(|last| last.elapsed() < PAUSE);
        if !is_early && self.start_next() {
            self.last = Some(Instant::now());
        }
    }

    /// Starts the remaining programs and waits until all have read their finding, for at most [`ENDING`].
    pub(super) fn end(&mut self) {
        let start = Instant::now();
        while start.elapsed() < ENDING {
            while self.start_next() {}
            if self.waiting.is_empty() && self.running.iter().all(|(_, writer)| writer.is_finished()) {
                return;
            }
            sleep(Duration::from_millis(20));
        }
        self.skipped += self.waiting.len();
        self.waiting.clear();
    }

    /// Number of findings without a started program.
    pub(super) fn skipped(&self) -> usize {
        self.skipped
    }

    /// Starts the next program. Returns whether a finding was taken.
    fn start_next(&mut self) -> bool {
        self.running
            .retain_mut(|(child, writer)| !writer.is_finished() || matches!(child.try_wait(), Ok(None)));
        if self.running.len() >= RUNNING {
            return false;
        }
        let Some((program, call)) = self.program.as_ref().zip(self.waiting.pop_front()) else { return false };
        let Call { json, id, news } = call;
        let child = Command::new(program)
            .env("SPOGLIGHT_NEWS", news.word)
            .env("SPOGLIGHT_FINDING", id)
            .env("SPOGLIGHT_NUMBER", news.number.to_string())
            .env("SPOGLIGHT_COUNT", news.count.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(mut child) => {
                let input = child.stdin.take();
                // the program may read slowly, or not at all
                let writer = spawn(move || {
                    if let Some(mut input) = input {
                        let _ = input.write_all(&json);
                    }
                });
                self.running.push((child, writer));
            }
            Err(_) => self.skipped += 1,
        }
        true
    }
}
