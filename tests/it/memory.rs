//! Memory of a collection of many small files: what is kept of each is small, and is the same whether it was packed or not.

use serde_json::{Value, json};
use spoglight_diagnosis::diagnose_collection;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::{ScanOptions, Settings, scan};
use spoglight_source::{Bundle, Opening};
use spoglight_time::units::MINUTE;

use crate::support::{folder, put};

/// A line of an ECE log, at a time in milliseconds.
fn line(millis: usize, level: &str, process: usize, text: &str) -> String {
    let (seconds, millis) = (millis / 1000, millis % 1000);
    let clock = format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!(
        "2026-11-21 {clock} GMT+0000 <@> {level} <@> [1:a] <@> ProcessId:{process} <@> PID:1 <@> a.B <@> c() <@> {text} <@> \n"
    )
}

/// The report of logs whose results are packed if they are more than `many`.
fn analyzed(folder: &std::path::Path, many: usize) -> Value {
    let settings = Settings::default();
    let (library, problems) = settings.signatures.and_embedded().expect("the library");
    let paths = [folder.to_owned()];
    let mut bundle = Bundle::open(&paths, &Opening::default());
    let options = ScanOptions { many, ..ScanPurpose::Diagnosis.options(&settings, 0) };
    let scanned = scan(&mut bundle, &library, &options, &());
    let given = (library.into(), problems);
    let collection = Collection::conclude(bundle, scanned, given, &settings, ScanPurpose::Diagnosis);
    let analysis = diagnose_collection(&collection, &paths, &settings).expect("a diagnosis");
    json!([analysis, collection.sources, collection.skews])
}

#[test]
fn packed_results_give_the_same_report() {
    let folder = folder();
    let minute = MINUTE as usize / 1_000_000;
    for number in 0..120_usize {
        let (server, log) = (number % 4, number / 4);
        // rotated logs of one process, which restarts, and of which some begin in the middle of a message
        let mut text = if number % 3 == 0 { "\tat a.B.c(B.java:1)\n".repeat(3) } else { String::new() };
        for at in 0..20 {
            let time = minute * (log * 20 + at + usize::from(at > 10) * 6) + 137 * at;
            let (level, what) = match at {
                3 => ("ERROR", format!("no {} was made", ["task", "queue", "agent"][log % 3])),
                7 => ("ERROR", "text".to_owned()),
                _ => ("INFO", format!("request a1b2c3{log}d{at} of activity 4711{log}{at}")),
            };
            text += &line(time, level, 4000 + log / 5, &what);
            if at == 7 {
                let host = format!("dc{log}.lab.example");
                text.extend(["java.net.UnknownHostException: ", &host, "\n\tat a.B.c(B.java:1)\n"]);
            }
        }
        let name = format!("S{server}/eg_log_S{server}_EAAS-process.log.{log}");
        put(folder.path(), &name, text);
    }
    let local = "2026-11-21 10:00:00,123 INFO  [org.jboss.as] (main) text\n".repeat(9);
    put(folder.path(), "S1/server.log", &local);
    put(folder.path(), "S1/copy of server.log", &local);
    put(folder.path(), "S2/empty.log", "");
    let (whole, packed) = (analyzed(folder.path(), usize::MAX), analyzed(folder.path(), 0));
    assert_eq!(whole[1].as_array().map(Vec::len), Some(123));
    assert!(whole[0]["findings"].as_array().is_some_and(|all| all.len() > 1), "{}", whole[0]["findings"]);
    assert_eq!(whole, packed);
}

/// Files of a small collection whose results are packed, and of a larger one.
#[cfg(target_os = "linux")]
const FILES: [usize; 2] = [10_500, 15_000];

/// The most memory of an `analyze` of so many rotated logs of one line in a zip, in bytes.
#[cfg(target_os = "linux")]
fn peak(files: usize) -> usize {
    use std::io::{Cursor, Read as _, Write as _};
    use std::process::{Command, Stdio};

    use zip::write::SimpleFileOptions;

    let folder = folder();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..files {
        let name = format!("logs/eg_log_ECEAPP01_EAAS-process.log.{number:06}");
        archive
            .start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored))
            .expect("an entry");
        archive.write_all(line(number, "INFO", number, "text").as_bytes()).expect("memory");
    }
    let path = put(folder.path(), "case.zip", archive.finish().expect("a zip").into_inner());
    let mut program = Command::new(crate::support::PROGRAM)
        .args(["analyze", "--format", "json", crate::support::argument(&path)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a program");
    // it waits in the middle of its report, which no pipe can hold, and has taken all its memory by then
    program.stdout.as_mut().expect("a pipe").read_exact(&mut [0; 16]).expect("a report");
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).expect("its status");
    program.kill().expect("it runs");
    program.wait().expect("it ended");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the most memory");
    let kilobytes: usize =
        line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
    kilobytes << 10
}

/// `--max-memory` counts what a file takes. The program takes up to half as much more, with what checks of all files need and the
/// allocator cannot return.
#[cfg(target_os = "linux")]
#[test]
fn a_file_takes_what_is_counted_for_it() {
    let [few, many] = FILES.map(peak);
    let each = many.saturating_sub(few) / (FILES[1] - FILES[0]);
    let counted = usize::try_from(spoglight_source::SOURCE_BYTES).expect("a small number") + 2 * 70;
    assert!(each <= counted * 3 / 2, "{each} bytes a file, and {counted} are counted");
}
