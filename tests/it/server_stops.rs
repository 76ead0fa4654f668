//! Why a server stopped, as events of Windows show it: a requested restart explains what its processes do, a stop without a
//! shutdown is the fault, and events of another server or of another time explain nothing.

use std::fmt::Write as _;

use spoglight_model::analysis::{Analysis, Finding};
use spoglight_signatures::{Confidence, Severity};

use crate::support::{analysis_of, folder, put};

/// A log of a process that writes every minute from 9:00 to 10:00, and from 10:30 to 11:30 under another id.
fn process(name: &str) -> (String, String) {
    let mut log = String::new();
    for minute in (0..=60).chain(90..=150) {
        let id = if minute < 90 { 1740 } else { 2212 };
        let _ = writeln!(
            log,
            "2026-11-21 {:02}:{:02}:07.000 GMT+0000 <@> INFO <@> [1:a] <@> ProcessId:{id} <@> a.B <@> c() <@> text {minute} <@> ",
            9 + minute / 60,
            minute % 60
        );
    }
    (format!("ECEAPP01/eService/logs/eg_log_ECEAPP01_{name}.log"), log)
}

/// An event as XML; its time is minutes after 9:00.
fn event(provider: &str, id: u16, minute: u64) -> String {
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>\
         <EventID>{id}</EventID><Level>4</Level><TimeCreated SystemTime='2026-11-21T{:02}:{:02}:30.0000000Z'/>\
         <Channel>System</Channel><Computer>{{host}}.example.com</Computer></System></Event>\n",
        9 + minute / 60,
        minute % 60
    )
}

fn run(logs: &[(String, String)], events: &[(&str, String)]) -> Analysis {
    let case = folder();
    for (name, text) in logs {
        put(case.path(), name, text);
    }
    for (host, text) in events {
        put(case.path(), &format!("{host}/System.xml"), text.replace("{host}", host));
    }
    analysis_of(case.path())
}

fn finding<'a>(analysis: &'a Analysis, id: &str) -> &'a Finding {
    let found = analysis.findings.iter().find(|found| found.id.as_str() == id);
    found.unwrap_or_else(|| {
        panic!("{:?}", analysis.findings.iter().map(|found| &found.id).collect::<Vec<_>>())
    })
}

const OUTAGE: &str = "server-outage";

#[test]
fn a_requested_restart_explains_an_outage() {
    let logs = [process("ApplicationServer"), process("EAMS-process")];
    let alone = run(&logs, &[]);
    let found = finding(&alone, OUTAGE);
    assert_eq!((found.severity, found.confidence), (Severity::High, Confidence::Likely));
    let requested = run(&logs, &[("ECEAPP01", event("User32", 1074, 61) + &event("EventLog", 6005, 85))]);
    let found = finding(&requested, OUTAGE);
    assert_eq!((found.severity, found.confidence), (Severity::Low, Confidence::Certain));
    assert!(found.title.ends_with(": a restart of the server was requested"), "{}", found.title);
    assert!(
        found.cause.contains("A restart or shutdown of ECEAPP01 was requested at 2026-11-21 10:01:30 UTC."),
        "{}",
        found.cause
    );
    assert!(found.evidence[0].source.path.ends_with("System.xml"), "{:?}", found.evidence);
}

#[test]
fn an_unexpected_stop_is_the_fault_even_after_a_request() {
    let logs = [process("ApplicationServer"), process("EAMS-process")];
    for (provider, id) in [("Microsoft-Windows-Kernel-Power", 41), ("EventLog", 6008)] {
        let events = event("User32", 1074, 59) + &event(provider, id, 88);
        let analysis = run(&logs, &[("ECEAPP01", events)]);
        let found = finding(&analysis, OUTAGE);
        assert_eq!((found.severity, found.confidence), (Severity::High, Confidence::Certain));
        assert!(found.title.ends_with(": Windows had stopped without a shutdown"), "{}", found.title);
    }
    let started = run(&logs, &[("ECEAPP01", event("Microsoft-Windows-Kernel-General", 12, 85))]);
    assert!(finding(&started, OUTAGE).title.ends_with(": the server itself was started again"));
}

#[test]
fn events_of_another_server_or_time_explain_nothing() {
    let logs = [process("ApplicationServer"), process("EAMS-process")];
    let title = |host: &str, events: String| finding(&run(&logs, &[(host, events)]), OUTAGE).title.clone();
    let plain = finding(&run(&logs, &[]), OUTAGE).title.clone();
    assert_eq!(title("ECESVC01", event("User32", 1074, 61)), plain);
    assert_eq!(title("ECEAPP01", event("User32", 1074, 40)), plain);
    assert_eq!(title("ECEAPP01", event("Microsoft-Windows-Kernel-Power", 41, 110)), plain);
    assert_eq!(title("ECEAPP01", event("Contoso", 1074, 61)), plain);
}

#[test]
fn restarts_of_processes_with_their_server_are_no_faults_of_theirs() {
    let (name, log) = process("EAMS-process");
    // too few messages for an outage
    let few: Vec<&str> =
        log.lines().filter(|line| line.contains(":00:07") || line.contains(":30:07")).collect();
    let logs = [(name, few.join("\n") + "\n")];
    let alone = run(&logs, &[]);
    assert_eq!(finding(&alone, "process-restart").severity, Severity::Medium);
    let requested = run(&logs, &[("ECEAPP01", event("User32", 1074, 62))]);
    let found = finding(&requested, "process-restart");
    assert_eq!(
        (found.severity, found.title.as_str()),
        (Severity::Info, "ECE processes were restarted with their server")
    );
    assert!(found.cause.contains("was requested at 2026-11-21 10:02:30 UTC"), "{}", found.cause);
    let unexpected = run(&logs, &[("ECEAPP01", event("EventLog", 6008, 87))]);
    let found = finding(&unexpected, "process-restart");
    assert!(found.cause.contains("had stopped without a shutdown"), "{}", found.cause);
    let later = run(&logs, &[("ECEAPP01", event("EventLog", 6008, 100))]);
    assert_eq!(finding(&later, "process-restart").severity, Severity::Medium);
}
