//! How soon a line is on the screen after it was written, with 200 files; how many bytes a second can be appended to 20 files
//! without falling behind; and what it costs to follow 500 files in which nothing happens. Run it with
//! `cargo bench --bench tail`; it takes a minute. `-- idle`, `latency` or `throughput` runs one of them.
#![allow(clippy::disallowed_methods, reason = "it is the program that writes the logs")]

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

const HEAD: &str = "2026-11-21 12:00:00.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                    HttpSessionId:  <@> com.egain.Bench <@> run() <@>";

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn files(folder: &Path, count: usize) -> Vec<PathBuf> {
    let logs = folder.join("ECEAPP01/eService/logs");
    fs::create_dir_all(&logs).expect("a folder");
    let all: Vec<PathBuf> =
        (0..count).map(|file| logs.join(format!("eg_log_ECEAPP01_p{file}-process.log"))).collect();
    for path in &all {
        fs::write(path, format!("{HEAD} begins <@> \n")).expect("a file");
    }
    all
}

fn tail(folder: &Path, quiet: &str) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_spoglight"))
        .arg("tail")
        .arg(folder)
        .args(["--color", "never", "--quiet-after", quiet])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a tail");
    let out = BufReader::new(child.stdout.take().expect("its output"));
    sleep(Duration::from_secs(2));
    (child, out)
}

fn append(path: &Path) -> File {
    OpenOptions::new().append(true).open(path).expect("a file")
}

/// Lines that are timed.
const LINES: usize = 4000;

fn latency() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = files(folder.path(), 200);
    let (mut child, out) = tail(folder.path(), "3s");
    let start = Instant::now();
    let reader = spawn(move || {
        let mut all = Vec::new();
        for line in out.lines().map_while(Result::ok) {
            let sent =
                line.split("sent ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
            if let Some(sent) = sent {
                all.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX).saturating_sub(sent));
            }
        }
        all
    });
    for number in 0..LINES {
        let path = &all[(number * 7919) % all.len()];
        let now = start.elapsed().as_micros();
        append(path).write_all(format!("{HEAD} sent {now} <@> \n").as_bytes()).expect("a disk");
        sleep(Duration::from_millis(3));
    }
    let mut taken = reader.join().expect("a reader");
    let _ = child.wait();
    taken.sort_unstable();
    let at = |share: usize| taken.get(taken.len() * share / 100).copied().unwrap_or(0) as f64 / 1000.0;
    say(&format!(
        "latency, 200 files: {} of {LINES} lines came; median {:.0} ms, 99 of 100 within {:.0} ms, longest {:.0} ms",
        taken.len(),
        at(50),
        at(99),
        taken.last().copied().unwrap_or(0) as f64 / 1000.0
    ));
}

fn throughput() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = files(folder.path(), 20);
    let (mut child, out) = tail(folder.path(), "2s");
    let reader = spawn(move || out.lines().map_while(Result::ok).count());
    let block =
        format!("{HEAD} a line as ECE writes many of them, with some text behind it <@> \n").repeat(400);
    let start = Instant::now();
    let (mut bytes, mut lines) = (0, 0);
    let mut open: Vec<File> = all.iter().map(|path| append(path)).collect();
    while start.elapsed() < Duration::from_secs(10) {
        for file in &mut open {
            file.write_all(block.as_bytes()).expect("a disk");
            bytes += block.len();
            lines += 400;
        }
        // 100 MB/s
        let due = Duration::from_secs_f64(bytes as f64 / 100e6);
        sleep(due.saturating_sub(start.elapsed()));
    }
    let written = start.elapsed();
    let came = reader.join().expect("a reader");
    let _ = child.wait();
    let behind = start.elapsed().saturating_sub(written).saturating_sub(Duration::from_secs(2));
    say(&format!(
        "throughput, 20 files: {:.0} MB/s written for {:.0} s, {came} of {lines} lines came, {:.1} s behind at the end",
        bytes as f64 / 1e6 / written.as_secs_f64(),
        written.as_secs_f64(),
        behind.as_secs_f64()
    ));
}

#[cfg(target_os = "linux")]
fn idle() {
    let folder = tempfile::tempdir().expect("a folder");
    files(folder.path(), 500);
    let (mut child, _out) = tail(folder.path(), "1h");
    let stat = |what: &str| fs::read_to_string(format!("/proc/{}/{what}", child.id())).unwrap_or_default();
    let ticks = || -> u64 {
        let stat = stat("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum()
    };
    // on a machine with much to do it is still looking at the files for the first time
    sleep(Duration::from_secs(3));
    let before = ticks();
    sleep(Duration::from_secs(10));
    let used = ticks() - before;
    let memory = stat("status").lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
    say(&format!("idle, 500 files: {:.1} % of a core; {memory}", used as f64 / 10.0));
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(not(target_os = "linux"))]
fn idle() {}

fn main() {
    // `cargo test` runs benches, too: not this one
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--bench") {
        let all: [(&str, fn()); 3] = [("idle", idle), ("latency", latency), ("throughput", throughput)];
        let is_wanted = |name| arguments.iter().all(|other| other.starts_with("--") || other == name);
        for (_, bench) in all.iter().filter(|(name, _)| is_wanted(name)) {
            bench();
        }
    }
}
