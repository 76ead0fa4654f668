//! Another program plays with logs as programs and rotations do, in random order and at random moments, and the tail, which is
//! ended, killed and started again meanwhile, shows every line: once, but for those that were shown before a kill.
//!
//! The other program is this test, run once more for [`the_player`]. It writes lines in parts, stack traces late, renames, copies
//! and truncates, deletes and replaces files, and renames folders. Lines of a file that is deleted, truncated or replaced are
//! doubtful: if no look found them, they are lost, and the test only counts them.
//!
//! Each play is a folder with one log; a few of them are followed by one tail. `SPOGLIGHT_PLAYS` is the number of plays.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::support::Tail;
use crate::support::{Random, argument, folder, text, wait};

/// Names the folder to write to, and the number of the first play. Only the player has it in its environment.
const FOLDER: &str = "SPOGLIGHT_TEST_PLAYS_IN";
const FIRST: &str = "SPOGLIGHT_TEST_PLAYS_FROM";

/// Plays that one tail follows.
const TOGETHER: usize = 10;

/// Tails that run at the same time.
const TAILS: usize = 12;

/// Actions of a play.
const ACTIONS: usize = 10;

/// Rotated files that are kept.
const KEPT: usize = 9;

/// A line of a play.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    /// Its text without what formats take off.
    text: String,
    /// The last file with it was deleted or emptied.
    is_doubtful: bool,
}

/// What a play wrote, and what was done, to find out how a line was lost.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    play: usize,
    lines: Vec<Written>,
    deeds: Vec<String>,
}

/// The texts of the events that were shown, by their timestamps; late parts are put behind their event.
#[derive(Default)]
struct Seen {
    texts: BTreeMap<String, String>,
}

impl Seen {
    fn hear(&mut self, line: &[u8]) {
        let Ok(event) = serde_json::from_slice::<Value>(line) else { return };
        let key = event["timestamp"].as_str().unwrap_or_default();
        let text = self.texts.entry(key.to_owned()).or_default();
        for part in ["lead", "message", "rest"].iter().filter_map(|name| event[*name].as_str()) {
            text.extend(part.chars().filter(|letter| is_kept(*letter)));
        }
    }

    fn all(&self) -> String {
        self.texts.values().flat_map(|text| [text.as_str(), "\n"]).collect()
    }
}

/// Formats take off separators and blanks.
fn is_kept(letter: char) -> bool {
    !letter.is_whitespace() && !['<', '@', '>'].contains(&letter)
}

#[test]
#[ignore = "takes 2 minutes of wall time: run with --ignored"]
fn nothing_is_lost_and_nothing_comes_twice_in_plays_of_another_program() {
    let plays: usize =
        std::env::var("SPOGLIGHT_PLAYS").ok().and_then(|count| count.parse().ok()).unwrap_or(500);
    let tails: usize =
        std::env::var("SPOGLIGHT_TAILS").ok().and_then(|count| count.parse().ok()).unwrap_or(TAILS);
    let (next, sums) = (AtomicUsize::new(0), Mutex::new((0, 0, 0, 0)));
    let failed = Mutex::new(Vec::new());
    scope(|scope| {
        for _ in 0..tails {
            scope.spawn(|| {
                loop {
                    let group = next.fetch_add(1, Ordering::Relaxed);
                    if group * TOGETHER >= plays {
                        return;
                    }
                    let (counts, wrong) = group_of_plays(group);
                    let mut sums = sums.lock().expect("sums");
                    *sums = (
                        sums.0 + counts.0,
                        sums.1 + counts.1,
                        sums.2 + counts.2,
                        sums.3 + usize::from(counts.2 > 0),
                    );
                    failed.lock().expect("what failed").extend(wrong);
                }
            });
        }
    });
    let (lines, doubtful, kills, killed) = *sums.lock().expect("sums");
    let failed = failed.lock().expect("what failed");
    let said = format!(
        "{plays} plays, {lines} lines, {doubtful} not shown of deleted files, {kills} kills in {killed} groups\n"
    );
    std::io::stderr().write_all(said.as_bytes()).expect("its notes");
    assert!(failed.is_empty(), "{} plays failed, the first:\n{}", failed.len(), failed[0]);
}

/// A few plays that one tail follows. Returns the number of lines, of doubtful lines that were not shown, and of kills; and what
/// was wrong.
fn group_of_plays(group: usize) -> ((usize, usize, usize), Vec<String>) {
    let mut dice = dice_of(2 * group);
    let folder = folder();
    let (logs, state) = (folder.path().join("logs"), folder.path().join("tail.state"));
    for play in group * TOGETHER..(group + 1) * TOGETHER {
        fs::create_dir_all(logs.join(format!("p{play}")).join("logs")).expect("a folder");
    }
    let seen: Arc<Mutex<Seen>> = Arc::default();
    let hear = || {
        let seen = Arc::clone(&seen);
        move |line: &[u8]| seen.lock().expect("what was seen").hear(line)
    };
    let mut tail = Tail::looking_heard(&logs, &state, &["--json"], hear());
    let mut player = player(folder.path(), group * TOGETHER);
    let (mut kills, mut notes) = (0, String::new());
    let has_kills = dice.below(2) == 0;
    for _ in 0..dice.below(4) {
        sleep(Duration::from_millis(dice.below(3500) as u64));
        let output = if has_kills && dice.below(2) == 0 {
            kills += 1;
            tail.killed()
        } else {
            tail.stopped()
        };
        notes.push_str(&text(&output.stderr));
        sleep(Duration::from_millis([0, 0, 100, 1500][dice.below(4)]));
        tail = Tail::heard(&logs, &["--json", "--state", argument(&state)], hear());
    }
    let written = folder.path().join("written");
    wait(
        || "the player does not end".to_owned(),
        || player.try_wait().expect("a player").filter(|_| written.exists()),
    );
    let records: Vec<Record> =
        serde_json::from_slice(&fs::read(&written).expect("its lines")).expect("lines and deeds");
    // until all is shown, or nothing comes any more
    let lacking = |all: &str| {
        let lines = records.iter().flat_map(|record| &record.lines);
        lines.filter(|line| !line.is_doubtful && !all.contains(&line.text)).count()
    };
    for _ in 0..100 {
        let all = seen.lock().expect("what was seen").all();
        if lacking(&all) == 0 {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    tail.looks_again(&logs);
    let output = tail.stopped();
    notes.push_str(&text(&output.stderr));
    let all = seen.lock().expect("what was seen").all();
    let (mut lines, mut doubtful, mut wrong) = (0, 0, Vec::new());
    for record in &records {
        lines += record.lines.len();
        let mut bad = Vec::new();
        for line in &record.lines {
            let times = all.matches(&line.text).count();
            match (times, line.is_doubtful) {
                (0, true) => doubtful += 1,
                (0, false) => {
                    let id = line.text.split(['=', ';']).nth(1).expect("a number");
                    let near = all.lines().filter(|text| text.contains(id)).collect::<Vec<_>>();
                    bad.push(format!("lost: {}, shown was {near:?}", line.text));
                }
                (1, _) => {
                    // its beginning is not shown twice, either
                    let start = line.text.split_inclusive(';').next().expect("a mark");
                    if kills == 0 && all.matches(start).count() > 1 {
                        bad.push(format!("its beginning came twice: {}", line.text));
                    }
                }
                _ if kills > 0 => {}
                _ => bad.push(format!("{times} times: {}", line.text)),
            }
        }
        if !bad.is_empty() {
            wrong.push(format!(
                "play {} ({kills} kills):\n{}\n{}\n{notes}",
                record.play,
                bad.join("\n"),
                record.deeds.join("\n")
            ));
        }
    }
    if notes.contains("No such file") {
        wrong.push(format!("a file that was renamed is reported as missing:\n{notes}"));
    }
    ((lines, doubtful, kills), wrong)
}

/// Random numbers that have nothing in common with those of the number before.
fn dice_of(number: usize) -> Random {
    Random((number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Starts the other program.
fn player(folder: &Path, first: usize) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "tail::plays::the_player", "--ignored"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdin(Stdio::null())
        .stdout(File::create(folder.join("notes")).expect("its notes"))
        .spawn()
        .expect("a player")
}

#[test]
#[ignore = "the program that the test above starts"]
fn the_player() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let first: usize = std::env::var(FIRST).expect("a number").parse().expect("a number");
    let records: Vec<Record> = scope(|scope| {
        let plays: Vec<_> = (first..first + TOGETHER)
            .map(|play| {
                let folder = folder.join("logs").join(format!("p{play}"));
                scope.spawn(move || Play::new(play, folder).run())
            })
            .collect();
        plays.into_iter().map(|play| play.join().expect("a play")).collect()
    });
    // under another name until it is whole
    let part = folder.join("written.part");
    fs::write(&part, serde_json::to_vec(&records).expect("JSON")).expect("a disk");
    fs::rename(&part, folder.join("written")).expect("a rename");
}

/// One log, and the program that writes it.
struct Play {
    number: usize,
    dice: Random,
    start: Instant,
    folder: PathBuf,
    /// It is in the other one of two folders.
    is_moved: bool,
    lines: Vec<Written>,
    /// Lines in each file, by its number: 0 is the log, 1 the file that was rotated last.
    files: BTreeMap<usize, Vec<usize>>,
    deeds: Vec<String>,
}

impl Play {
    fn new(play: usize, folder: PathBuf) -> Play {
        Play {
            number: play,
            dice: dice_of(2 * play + 1),
            start: Instant::now(),
            folder,
            is_moved: false,
            lines: Vec::new(),
            files: BTreeMap::new(),
            deeds: Vec::new(),
        }
    }

    fn run(mut self) -> Record {
        self.nap(&[0, 100, 300]);
        for _ in 0..ACTIONS {
            self.act();
            self.nap(&[0, 0, 20, 100, 300, 800, 1200]);
        }
        Record { play: self.number, lines: self.lines, deeds: self.deeds }
    }

    fn nap(&mut self, choice: &[u64]) {
        let millis = choice[self.dice.below(choice.len())];
        sleep(Duration::from_millis(millis));
    }

    fn path(&self, number: usize) -> PathBuf {
        let folder = self.folder.join(if self.is_moved { "logs2" } else { "logs" });
        let name = format!("eg_log_ECEAPP01_p{}-process.log", self.number);
        folder.join(if number == 0 { name } else { format!("{name}.{number}") })
    }

    fn note(&mut self, deed: &str) {
        let millis = self.start.elapsed().as_millis();
        self.deeds.push(format!("{millis} ms, {} lines: {deed}", self.lines.len()));
    }

    /// The text of a new line, which is in file 0 from now on.
    fn line(&mut self, is_below: bool) -> String {
        let id = format!("{}.{}", self.number, self.lines.len());
        let filler: String = (0..self.dice.below(60)).map(|at| (b'a' + (at % 26) as u8) as char).collect();
        let mark = if is_below { "C" } else { "N" };
        let shown = format!("{mark}={id};größer{filler};{mark}={id}!");
        self.files.entry(0).or_default().push(self.lines.len());
        let at = self.lines.len();
        self.lines.push(Written { text: shown.clone(), is_doubtful: false });
        if is_below {
            return format!("\tat {shown}\n");
        }
        let millis = (self.number % TOGETHER) * 1_000_000 + at;
        let (hour, minute, second, millis) =
            (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60, millis % 1000);
        format!(
            "2026-11-21 {hour:02}:{minute:02}:{second:02}.{millis:03} GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 \
             <@> UID:12 <@> HttpSessionId:  <@> com.egain.Sample <@> run() <@> {shown} <@> \n"
        )
    }

    fn open(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.path(0)).expect("a log")
    }

    fn append(&mut self, count: usize) {
        let text: String = (0..count).map(|_| self.line(false)).collect();
        self.open().write_all(text.as_bytes()).expect("a disk");
        self.note(&format!("wrote {count}"));
    }

    /// A line in two parts, the second of which comes late, perhaps after the file has another name.
    fn parts(&mut self) {
        let mut file = self.open();
        let before = self.dice.below(3);
        let text: String = (0..=before).map(|_| self.line(false)).collect();
        let last = text.trim_end().rfind('\n').map_or(0, |end| end + 1);
        let cut = last + 1 + self.dice.below(text.len() - last - 1);
        file.write_all(&text.as_bytes()[..cut]).expect("a disk");
        self.note(&format!("wrote half a line, {} of {} bytes", cut - last, text.len() - last));
        self.nap(&[5, 50, 300, 1100, 1300, 2300]);
        if self.dice.below(4) == 0 {
            self.shift();
            self.nap(&[0, 20, 300]);
        }
        file.write_all(&text.as_bytes()[cut..]).expect("a disk");
        self.note("wrote the other half");
    }

    /// A stack trace that comes late, in parts.
    fn trace(&mut self) {
        let mut file = self.open();
        let text = self.line(false);
        file.write_all(text.as_bytes()).expect("a disk");
        for _ in 0..=self.dice.below(2) {
            self.nap(&[0, 20, 50, 100, 500, 1500]);
            let text: String = (0..=self.dice.below(3)).map(|_| self.line(true)).collect();
            let cut = self.dice.below(text.len());
            file.write_all(&text.as_bytes()[..cut]).expect("a disk");
            self.nap(&[0, 0, 100, 1200]);
            file.write_all(&text.as_bytes()[cut..]).expect("a disk");
            self.note("wrote late lines");
        }
    }

    /// Names every file one number higher; the last one is deleted.
    fn shift(&mut self) {
        if self.path(KEPT).exists() {
            fs::remove_file(self.path(KEPT)).expect("a deletion");
            self.lose(KEPT);
        }
        for number in (0..KEPT).rev().filter(|number| self.path(*number).exists()).collect::<Vec<_>>() {
            fs::rename(self.path(number), self.path(number + 1)).expect("a rename");
            let lines = self.files.remove(&number).unwrap_or_default();
            self.files.insert(number + 1, lines);
        }
        self.note("rotated");
    }

    /// The lines of a file are gone.
    fn lose(&mut self, number: usize) {
        for line in self.files.remove(&number).unwrap_or_default() {
            self.lines[line].is_doubtful = true;
        }
    }

    fn copy_and_truncate(&mut self) {
        // together with other changes it is not always told from them: see the doubts
        sleep(Duration::from_millis(2500));
        if !self.path(0).exists() {
            return;
        }
        if self.path(KEPT).exists() {
            fs::remove_file(self.path(KEPT)).expect("a deletion");
            self.lose(KEPT);
        }
        for number in (1..KEPT).rev().filter(|number| self.path(*number).exists()).collect::<Vec<_>>() {
            fs::rename(self.path(number), self.path(number + 1)).expect("a rename");
            let lines = self.files.remove(&number).unwrap_or_default();
            self.files.insert(number + 1, lines);
        }
        let bytes = fs::read(self.path(0)).expect("a log");
        let mut copy = File::create(self.path(1)).expect("a copy");
        for half in bytes.chunks(bytes.len() / 2 + 1) {
            copy.write_all(half).expect("a disk");
            self.nap(&[0, 0, 100]);
        }
        OpenOptions::new().write(true).truncate(true).open(self.path(0)).expect("an empty log");
        let lines = self.files.remove(&0).unwrap_or_default();
        self.files.insert(1, lines);
        self.note("copied and truncated");
        sleep(Duration::from_millis(2500));
    }

    fn act(&mut self) {
        match self.dice.below(20) {
            0..=3 => {
                let count = 1 + self.dice.below(12);
                self.append(count);
            }
            4..=7 => self.parts(),
            8..=10 => self.trace(),
            11 => self.shift(),
            12 | 13 => {
                self.shift();
                self.nap(&[300, 800, 800, 1000]);
                self.append(5);
                self.nap(&[0, 20, 100]);
                self.shift();
                self.append(2);
            }
            14 => self.copy_and_truncate(),
            15 => {
                if self.path(0).exists() {
                    fs::remove_file(self.path(0)).expect("a deletion");
                    self.note("deleted");
                    self.lose(0);
                }
            }
            16 => {
                if self.path(0).exists() {
                    OpenOptions::new().write(true).truncate(true).open(self.path(0)).expect("an empty log");
                    self.note("truncated");
                    self.lose(0);
                }
            }
            17 => {
                self.lose(0);
                // in no folder that is followed
                let outside = self.folder.ancestors().nth(2).expect("a folder");
                let (aside, text) = (outside.join(format!("aside{}", self.number)), self.line(false));
                fs::write(&aside, text).expect("a disk");
                fs::rename(&aside, self.path(0)).expect("a rename");
                self.note("replaced");
            }
            _ => {
                let from = self.path(0);
                self.is_moved = !self.is_moved;
                let to = self.path(0);
                let folder = |path: &Path| path.parent().expect("a folder").to_path_buf();
                fs::rename(folder(&from), folder(&to)).expect("a rename");
                self.note("renamed the folder");
            }
        }
    }
}
