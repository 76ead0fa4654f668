//! `--on-finding`: the program gets every finding, whole, also when several come at once and the tail ends right after them.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::support::Tail;
use crate::support::{argument, folder, put, text, until};

const FAILURES: [&str; 3] = [
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path",
    "java.lang.OutOfMemoryError: Java heap space",
    "javax.naming.PartialResultException: Unprocessed Continuation Reference(s)",
];

#[test]
fn a_program_hears_every_finding() {
    let folder = folder();
    let (logs, heard) = (folder.path().join("logs"), folder.path().join("heard"));
    fs::create_dir(&logs).expect("a folder");
    fs::create_dir(&heard).expect("a folder");
    let program = folder.path().join("listen");
    // slowly, and a name appears when all was heard
    let script = format!("#!/bin/sh\ncd {}\nsleep 0.3\ncat >$$.part\nmv $$.part $$\n", heard.display());
    fs::write(&program, script).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");

    let lines = FAILURES.map(|failure| {
        format!("21-Nov-2026 15:45:28.000 SEVERE [main] lab.Probe.get {failure}\n\tat lab.Probe.get(Probe.java:7)\n")
    });
    put(&logs, "catalina.2026-11-21.log", lines.concat());
    let tail = Tail::start(&logs, &["--from", "start", "--json", "--on-finding", argument(&program)]);
    // several wait when it ends
    tail.shows(r#"{"finding":"#);
    let output = tail.stopped();
    let said: BTreeSet<String> = text(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).expect("JSON").get("finding").cloned())
        .map(|finding| finding["id"].as_str().expect("its name").to_owned())
        .collect();
    assert!(said.len() >= FAILURES.len(), "{said:?}\n{}", text(&output.stdout));
    let finished = || {
        let entries = fs::read_dir(&heard).expect("a folder").map(|entry| entry.expect("an entry").path());
        entries.filter(|path| path.extension().is_none()).collect::<Vec<_>>()
    };
    until("all were heard", || finished().len() >= said.len());
    let told: Vec<String> = finished()
        .iter()
        .map(|path| serde_json::from_slice::<Value>(&fs::read(path).expect("a finding")).expect("JSON"))
        .map(|finding| finding["id"].as_str().expect("its name").to_owned())
        .collect();
    assert_eq!(told.len(), said.len(), "{told:?}");
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), said);
    assert!(!text(&output.stderr).contains("was not started"), "{}", text(&output.stderr));
}

#[test]
fn a_program_hears_that_a_finding_comes_again() {
    let folder = folder();
    let (logs, heard) = (folder.path().join("logs"), folder.path().join("heard"));
    fs::create_dir(&logs).expect("a folder");
    let program = folder.path().join("listen");
    let names = "$SPOGLIGHT_NEWS $SPOGLIGHT_NUMBER $SPOGLIGHT_FINDING $SPOGLIGHT_COUNT";
    let script = format!("#!/bin/sh\ncat >/dev/null\necho {names} >>{}\n", heard.display());
    fs::write(&program, script).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("a program");
    let line = format!("21-Nov-2026 15:45:28.000 SEVERE [main] lab.Probe.get {}\n", FAILURES[1]);
    let log = put(&logs, "catalina.2026-11-21.log", &line);
    let arguments = ["--from", "start", "--tz", "UTC", "--on-finding", argument(&program)];
    let tail = Tail::start(&logs, &arguments);
    tail.shows("spoglight explain");
    // messages of the first two seconds are a part of the finding
    std::thread::sleep(std::time::Duration::from_secs(3));
    let mut file = fs::OpenOptions::new().append(true).open(&log).expect("a file");
    file.write_all(line.replace("45:28", "46:28").as_bytes()).expect("a disk");
    tail.shows("again (2nd time 15:46:28): 1 ");
    until("both were heard", || fs::read_to_string(&heard).is_ok_and(|said| said.lines().count() == 2));
    tail.stopped();
    let said = fs::read_to_string(&heard).expect("what was heard");
    assert_eq!(said, "new 1 jvm-oom-heap 1\nagain 1 jvm-oom-heap 2\n");
}

#[test]
fn a_program_that_is_none_is_told_at_the_end() {
    let folder = folder();
    let line = format!("21-Nov-2026 15:45:28.000 SEVERE [main] lab.Probe.get {}\n", FAILURES[0]);
    put(folder.path(), "catalina.2026-11-21.log", line);
    let arguments = ["--from", "start", "--on-finding", "/there/is/no/such/program"];
    let tail = Tail::start(folder.path(), &arguments);
    tail.shows("spoglight explain");
    let said = text(&tail.stopped().stderr);
    assert!(said.contains("the program of --on-finding was not started for 1 finding"), "{said}");
}
