//! `spoglight collect`, and what `analyze` makes of its archives.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use walkdir::WalkDir;

use crate::support::{CASE, argument, folder, put, report, spoglight, text};

/// Every file below a folder, with its bytes and its modification time.
fn state(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let files = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file());
    files
        .map(|file| {
            let time = file.metadata().expect("facts").modified().expect("a time");
            (file.path().to_owned(), (fs::read(file.path()).expect("a file"), time))
        })
        .collect()
}

/// A copy of a case, and an archive of each of its servers.
fn collected(case: &Path, into: &Path, more: &[&str]) -> Vec<PathBuf> {
    let mut archives = Vec::new();
    let mut servers: Vec<PathBuf> =
        fs::read_dir(case).expect("servers").map(|entry| entry.expect("an entry").path()).collect();
    servers.sort();
    for server in servers.into_iter().filter(|server| server.is_dir()) {
        let host = server.file_name().expect("a name").to_string_lossy().into_owned();
        let archive = into.join(format!("{host}.zip"));
        let output = spoglight(
            &[
                &[
                    "collect",
                    argument(&server),
                    "--host",
                    &host,
                    "--max-cpu",
                    "100",
                    "-o",
                    argument(&archive),
                ],
                more,
            ]
            .concat(),
        );
        assert_eq!(output.status.code(), Some(0), "{host}: {}", text(&output.stderr));
        archives.push(archive);
    }
    archives
}

/// The findings of a report: id, count, times, servers.
fn findings(report: &Value) -> Vec<Value> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings
        .map(|finding| {
            serde_json::json!([
                finding["id"],
                finding["count"],
                finding["severity"],
                finding["first"],
                finding["last"],
                finding["hosts"]
            ])
        })
        .collect()
}

/// The outcomes of all signatures, rules and checks.
fn outcomes(report: &Value) -> Vec<(String, Value)> {
    let all =
        ["signatures", "rules", "checks"].iter().flat_map(|list| report[*list].as_array().expect("a list"));
    all.map(|one| (one["id"].to_string(), one["outcome"].clone())).collect()
}

#[test]
fn the_archives_of_a_case_give_its_report_and_change_nothing() {
    let into = folder();
    let case = Path::new(CASE);
    let before = state(case);
    let archives = collected(case, into.path(), &["--all", "--tz", "America/New_York"]);
    assert_eq!(state(case), before);
    let names: Vec<&str> = archives.iter().map(|archive| argument(archive)).collect();
    let (of_archives, of_case) = (report(&names), report(&[CASE, "--tz", "America/New_York"]));
    assert_eq!(findings(&of_archives), findings(&of_case));
    assert_eq!(outcomes(&of_archives), outcomes(&of_case));
    assert_eq!(of_archives["verdict"], of_case["verdict"]);
    let collections = of_archives["collections"].as_array().expect("collections");
    assert_eq!(collections.len(), archives.len());
    assert!(
        collections.iter().all(|one| one["zone"] == "America/New_York" && one["left_out"] == 0),
        "{collections:?}"
    );
    // the zone is that of the manifest
    let zones = of_archives["sources"].as_array().expect("sources").iter().map(|source| &source["zone"]);
    let local: Vec<&Value> = zones.filter(|zone| zone["name"] == "America/New_York").collect();
    assert!(!local.is_empty() && local.iter().all(|zone| zone["confidence"] == "given"), "{local:?}");
}

#[test]
fn a_log_that_is_written_and_rotated_meanwhile_is_whole_up_to_one_moment() {
    let folder = folder();
    let logs = folder.path().join("ECEAPP01").join("eService").join("logs");
    let line = |at: usize| {
        format!(
            "2026-11-21 10:{:02}:{:02}.000 GMT+0000 <@> INFO <@> [1:main] <@> ProcessId:1 <@> PID:1 <@> UID:1 <@> UserSessionId: <@> \
             ClientSessionId: <@> HttpSessionId: <@> com.egain.A <@> b() <@> line {at} of the writer\n",
            at / 60 % 60,
            at % 60
        )
    };
    let name = "eg_log_ECEAPP01_rx-process.log";
    let first: String = (0..3000).map(line).collect();
    put(&logs, name, &first);
    put(&logs, "eg_log_ECEAPP01_dx-process.log", first.repeat(20));
    let is_done = AtomicBool::new(false);
    let archive = folder.path().join("c.zip");
    let current = logs.join(name);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut at = 3000;
            while !is_done.load(Ordering::Relaxed) {
                let mut log =
                    fs::OpenOptions::new().append(true).create(true).open(&current).expect("the log");
                for _ in 0..50 {
                    log.write_all(line(at).as_bytes()).expect("written");
                    at += 1;
                }
                drop(log);
                // a busy program: two thousand lines and two rotations a second
                std::thread::sleep(std::time::Duration::from_millis(25));
                // on Windows a log that is open for a moment cannot be renamed, and is rotated later
                if at % 1000 == 0 {
                    let _ = fs::rename(&current, logs.join(format!("{name}.{}", at / 1000)));
                }
            }
        });
        let output = spoglight(&[
            "collect",
            argument(folder.path()),
            "--host",
            "ECEAPP01",
            "--all",
            "--max-cpu",
            "100",
            "-o",
            argument(&archive),
        ]);
        is_done.store(true, Ordering::Relaxed);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{}", text(&output.stderr));
    });
    let output = spoglight(&["timeline", argument(&archive), "-q", "process=rx-process", "--format", "raw"]);
    let shown = text(&output.stdout);
    let numbers: Vec<usize> = shown
        .lines()
        .filter_map(|line| line.split("line ").nth(1)?.split(' ').next()?.parse().ok())
        .collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    // the lines that were there when it began, each once, and no gap in what came later
    assert_eq!(sorted.len(), numbers.len());
    assert!(sorted.len() >= 3000 && sorted.first() == Some(&0), "{}", sorted.len());
    assert_eq!(sorted.last().expect("lines") + 1, sorted.len());
}

#[test]
fn a_window_takes_what_covers_it_and_analyze_sees_no_hole_in_it() {
    let folder = folder();
    let logs = folder.path().join("ECESVC01").join("eService").join("logs");
    for (number, hour) in (10..18).rev().enumerate() {
        let name = if number == 0 { String::new() } else { format!(".{number}") };
        let line = |minute: usize| {
            format!(
                "2026-11-21 {hour}:{minute:02}:00.000 GMT+0000 <@> INFO <@> [1:main] <@> ProcessId:1 <@> PID:1 <@> UID:1 <@> \
                 UserSessionId: <@> ClientSessionId: <@> HttpSessionId: <@> com.egain.A <@> b() <@> text {minute}\n"
            )
        };
        let lines: Vec<String> = (0..60).map(line).collect();
        let lines = lines.concat();
        put(&logs, &format!("eg_log_ECESVC01_rx-process.log{name}"), lines);
    }
    let into = crate::support::folder();
    let incident = ["--incident", "2026-11-21T12:30Z", "--window", "45m"];
    let [archive] = collected(folder.path(), into.path(), &incident).try_into().expect("one archive");
    let manifest = &report(&[argument(&archive)])["collections"][0];
    // 11, 12, 13 and the current one
    assert_eq!((&manifest["files"], &manifest["left_out"]), (&Value::from(4), &Value::from(4)), "{manifest}");
    let gaps = |report: &Value| {
        let gaps = report["coverage_gaps"].as_array().expect("gaps").iter();
        gaps.filter(|gap| gap["id"] == "rotation-gap").count()
    };
    assert_eq!(gaps(&report(&[argument(&archive)])), 0);
    // without the manifest the numbers have a hole
    let bare = crate::support::folder();
    for number in ["", ".4", ".5", ".6"] {
        let name = format!("eg_log_ECESVC01_rx-process.log{number}");
        put(
            bare.path(),
            &format!("ECESVC01/eService/logs/{name}"),
            fs::read(logs.join(&name)).expect("a log"),
        );
    }
    assert_eq!(gaps(&report(&[argument(bare.path())])), 1);
}

#[test]
fn mistakes_are_named_and_nothing_is_left_behind() {
    let folder = folder();
    put(folder.path(), "logs/a.log", "2026-11-21 10:00:00.000 INFO x\n");
    let root = argument(folder.path()).to_owned();
    let archive = folder.path().join("c.zip");
    for (arguments, said) in [
        (vec!["collect", &root], "the archive has no name"),
        (
            vec!["collect", "no-such-folder", "-o", argument(&archive)],
            "no-such-folder: no such file or folder",
        ),
        (vec!["collect", &root, "--tz", "Nowhere", "-o", argument(&archive)], "unknown time zone"),
        (vec!["collect", &root, "--max-size", "0", "-o", argument(&archive)], "is not a size"),
        (vec!["collect", &root, "-o", "no-such-folder/c.zip"], "there is no folder no-such-folder"),
        (
            vec!["collect", &root, "--incident", "2026-11-21T10:00", "--host", "X", "-o", argument(&archive)],
            "--incident has no time zone",
        ),
        (vec!["collect", &root, "--max-size", "1", "--all", "-o", argument(&archive)], "nothing to collect"),
    ] {
        let output = spoglight(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
    }
    let left: Vec<PathBuf> =
        fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(left, [folder.path().join("logs")]);
    // an existing archive stays, and a dry run writes nothing
    let output = spoglight(&["collect", &root, "--all", "--no-commands", "-o", argument(&archive)]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let before = fs::read(&archive).expect("an archive");
    let output = spoglight(&["collect", &root, "--all", "-o", argument(&archive)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("exists already"));
    assert_eq!(fs::read(&archive).expect("an archive"), before);
    let output = spoglight(&["collect", &root, "--all", "--dry-run"]);
    let shown = text(&output.stdout);
    assert!(shown.contains("a.log") && shown.contains("1 file, "), "{shown}");
    // the archive itself is in the folder, and is no log
    assert!(shown.contains("c.zip: it is an archive"), "{shown}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_collected() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    put(folder.path(), "logs/a.log", "2026-11-21 10:00:00.000 INFO x\n");
    let closed = put(folder.path(), "logs/b.log", "2026-11-21 10:00:00.000 INFO x\n");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).expect("set");
    if fs::File::open(&closed).is_ok() {
        crate::support::skip("collect::what_cannot_be_read", "the user may read every file");
        return;
    }
    let archive = folder.path().join("c.zip");
    let output = spoglight(&["collect", argument(folder.path()), "--all", "-o", argument(&archive)]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("b.log: "), "{}", text(&output.stderr));
    assert_eq!(report(&[argument(&archive)])["collections"][0]["files"], 1);
}
