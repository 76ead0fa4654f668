//! A finding comes again, and a line of success comes after it: what is shown, and when.

use std::path::Path;
use std::sync::Arc;

use spoglight_engine::Settings;
use spoglight_engine::event::PlacedEvent;
use spoglight_follow::{Beginning, Change, Chunk, FileId, LogId};
use spoglight_model::analysis::SourceFacts;
use spoglight_query::Query;

use crate::intervals::{AGAIN, MILLI, SETTLE};
use crate::{Memory, Remembered, Shown, Tail};

const SECOND: u64 = 1_000 * MILLI;

/// A tail whose logs are written by the test.
struct Played<'s> {
    tail: Tail<'s>,
    now: u64,
    /// Bytes of each log, by its number.
    written: Vec<(Arc<Path>, u64)>,
    folder: tempfile::TempDir,
}

fn write(entry: &PlacedEvent<'_>, _: &[SourceFacts], out: &mut Vec<u8>) {
    let sign = entry.sign.map(|sign| sign.to_string()).unwrap_or_default();
    out.extend_from_slice(format!("{sign}|{}", entry.summary(true).0).as_bytes());
}

impl<'s> Played<'s> {
    fn new(settings: &'s Settings) -> Played<'s> {
        let tail = Tail::new(settings, Query::default(), None).expect("a library");
        Played { tail, now: 0, written: Vec::new(), folder: tempfile::tempdir().expect("a folder") }
    }

    /// Follows a new log with this name.
    fn log(&mut self, name: &str) -> usize {
        let path: Arc<Path> = self.folder.path().join(name).into();
        let log = LogId(self.written.len() as u64 + 1);
        self.written.push((Arc::clone(&path), 0));
        let began = Change::Began { log, path, offset: 0, why: Beginning::New };
        self.tail.take(began, self.now, &write);
        self.written.len() - 1
    }

    /// Writes a line, waits for so many nanoseconds, and returns what was shown.
    fn line(&mut self, log: usize, line: &str, wait: u64) -> Vec<String> {
        let (path, offset) = self.written[log].clone();
        let bytes = format!("{line}\n").into_bytes();
        self.written[log].1 += bytes.len() as u64;
        let file = FileId { volume: 0, index: log as u64 };
        let chunk = Chunk { log: LogId(log as u64 + 1), path, file, offset, bytes, before: Vec::new() };
        self.tail.take(Change::Bytes(chunk), self.now, &write);
        self.wait(wait)
    }

    fn wait(&mut self, wait: u64) -> Vec<String> {
        let end = self.now + wait;
        let mut shown = Vec::new();
        while self.now < end {
            self.now = (self.now + 100 * MILLI).min(end);
            self.tail.tick(self.now, &|_, _| true, &write);
            shown.extend(self.tail.shown().iter().map(told));
        }
        shown
    }
}

fn told(shown: &Shown) -> String {
    match shown {
        Shown::Event(text) => String::from_utf8_lossy(text).into_owned(),
        Shown::Finding { finding, number } => format!("{number} new {} {}", finding.id, finding.count),
        Shown::More { finding, number } => format!("{number} more {}", finding.id),
        Shown::Again(one) => {
            if let Some((effect, when)) = &one.effect {
                let when = when.map(|when| when.on_the_wall(None)).unwrap_or_default();
                return format!("{} again by {effect} {}", one.number, when.get(11..19).unwrap_or_default());
            }
            let last = one.finding.last.map(|last| last.on_the_wall(None)).unwrap_or_default();
            let time = last.get(11..19).unwrap_or_default().to_owned();
            format!("{} again {} {time}, {} unshown", one.number, one.times, one.unshown)
        }
        Shown::Resolved(one) => {
            format!("{} resolved? line {}, {} open", one.number, one.evidence.line, one.open)
        }
        Shown::Note(note) => format!("note: {note}"),
        Shown::Problem(problem) => format!("problem: {}", problem.what),
    }
}

fn refused(second: u32) -> String {
    let text = "javax.net.ssl.SSLHandshakeException: PKIX path building failed";
    format!("21-Nov-2026 12:{:02}:{:02}.000 SEVERE [main] lab.Probe.get {text}", second / 60, second % 60)
}

fn gateway(second: u32, id: &str, is_up: bool) -> String {
    let (number, text) = if is_up {
        ("6-12B001F", "Application Gateway is connected to the host. Application Gateway ID: ")
    } else {
        ("3-12B0020", "Application Gateway is not connected to the host. Application Gateway ID: ")
    };
    let tail = if is_up { "." } else { "; routing may be impacted." };
    format!(
        "<131>{second}: ICMRTRA: Nov 21 2026 12:{:02}:{:02}.000 +0000: %ICM_Router_ApplicationGateway-{number}: \
         [comp=Router-A][pname=rtr][iid=lab]: {text}{id}{tail}",
        second / 60,
        second % 60
    )
}

/// Without the events.
fn news(shown: Vec<String>) -> Vec<String> {
    shown.into_iter().filter(|one| !one.contains('|')).collect()
}

#[test]
fn a_failure_that_comes_again_is_one_line_in_ten_seconds() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let log = played.log("catalina.2026-11-21.log");
    let first = played.line(log, &refused(0), SECOND);
    assert!(first[0].starts_with("◆|"), "no number is known yet: {first:?}");
    assert_eq!(first[1], "1 new tls-pkix-path-building 1");
    // a second message of the same failure
    assert_eq!(news(played.line(log, &refused(1), SECOND)), Vec::<String>::new());
    assert_eq!(news(played.wait(SETTLE + AGAIN)), Vec::<String>::new());
    let again = played.line(log, &refused(30), SECOND);
    assert!(again[0].starts_with("◆1|"), "{again:?}");
    assert_eq!(again[1], "1 again 3 12:00:30, 1 unshown");
    // it fails every second
    let mut shown = Vec::new();
    for second in 31..51 {
        shown.extend(news(played.line(log, &refused(second), SECOND)));
    }
    assert_eq!(shown, ["1 again 13 12:00:40, 9 unshown", "1 again 23 12:00:50, 9 unshown"]);
    assert_eq!(news(played.wait(3 * AGAIN)), Vec::<String>::new(), "it ended, and nothing is open");
    // what waits at the end is shown
    played.line(log, &refused(60), SECOND);
    played.line(log, &refused(61), SECOND);
    played.tail.finish(played.now, &write);
    let last: Vec<String> = played.tail.shown().iter().map(told).collect();
    assert_eq!(news(last), ["1 again 25 12:01:01, 0 unshown"]);
    assert_eq!(played.tail.due(played.now), None, "nothing waits");
}

#[test]
fn a_success_of_the_same_thing_is_shown_and_the_next_failure_at_once() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let log = played.log("ICMRTRA.log");
    let down = |second: u32, id: &str| gateway(second, id, false);
    let up = |second: u32, id: &str| gateway(second, id, true);
    let found = news(played.line(log, &down(0, "5001"), 3 * SECOND));
    assert_eq!(found, ["1 new integ-app-gateway-down 1"]);
    assert_eq!(news(played.line(log, &up(5, "5002"), SECOND)), Vec::<String>::new(), "another gateway");
    assert_eq!(news(played.line(log, &up(6, "5001"), SECOND)), ["1 resolved? line 3, 0 open"]);
    assert_eq!(news(played.line(log, &up(7, "5001"), SECOND)), Vec::<String>::new(), "it is over already");
    assert_eq!(news(played.line(log, &down(8, "5001"), SECOND)), ["1 again 2 12:00:08, 0 unshown"]);
    assert_eq!(news(played.line(log, &down(9, "5003"), SECOND)), Vec::<String>::new());
    // two are open, and the end of one waits for its turn
    let shown = news(played.line(log, &up(10, "5003"), 2 * AGAIN));
    assert_eq!(shown, ["1 resolved? line 7, 1 open", "1 again 3 12:00:09, 0 unshown"]);
    assert_eq!(news(played.line(log, &up(30, "5001"), SECOND)), ["1 resolved? line 8, 0 open"]);
}

#[test]
fn a_success_elsewhere_or_before_ends_nothing() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let (one, other) = (played.log("ICMRTRA.log"), played.log("ICMRTRB.log"));
    let up = gateway(5, "5001", true);
    played.line(one, &gateway(10, "5001", false), SECOND);
    let elsewhere = up.replace("ICMRTRA", "ICMRTRB").replace("12:00:05", "12:00:50");
    assert_eq!(news(played.line(other, &elsewhere, SECOND)), Vec::<String>::new(), "another server");
    let copy = played.log("messages.log");
    assert_eq!(news(played.line(copy, &up, SECOND)), Vec::<String>::new(), "earlier, in another log");
    let later = gateway(11, "5001", true);
    assert_eq!(news(played.line(copy, &later, SECOND)), ["1 resolved? line 2, 0 open"]);
}

#[test]
fn numbers_and_counts_go_on_in_the_next_run() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let log = played.log("catalina.2026-11-21.log");
    played.line(log, &refused(0), SECOND);
    let memory = played.tail.memory();
    let one = Remembered { id: "tls-pkix-path-building".to_owned(), number: 1, count: 1 };
    assert_eq!(memory, Memory { findings: vec![one.clone()] });

    let mut played = Played::new(&settings);
    played.tail.restore(&memory);
    assert_eq!(played.tail.memory(), memory, "as long as nothing comes");
    let log = played.log("catalina.2026-11-21.log");
    let other =
        "21-Nov-2026 12:01:00.000 SEVERE [main] lab.Probe.get java.lang.OutOfMemoryError: Java heap space";
    assert_eq!(news(played.line(log, other, SECOND)), ["2 new jvm-oom-heap 1"]);
    let again = played.line(log, &refused(61), SECOND);
    assert!(again[0].starts_with("◆1|"), "{again:?}");
    assert_eq!(news(again), ["1 again 2 12:01:01, 0 unshown"]);
    let counts: Vec<(usize, u64)> =
        played.tail.memory().findings.iter().map(|one| (one.number, one.count)).collect();
    assert_eq!(counts, [(1, 2), (2, 1)]);
}

#[test]
fn what_is_not_written_was_not_shown() {
    let settings = Settings::default();
    let mut tail = Tail::new(&settings, Query::default(), None).expect("a library");
    let folder = tempfile::tempdir().expect("a folder");
    let path: Arc<Path> = folder.path().join("catalina.2026-11-21.log").into();
    let nothing: crate::Write<'_> = &|_, _, _| ();
    tail.take(
        Change::Began { log: LogId(1), path: Arc::clone(&path), offset: 0, why: Beginning::New },
        0,
        nothing,
    );
    let bytes = format!("{}\n", refused(0)).into_bytes();
    let file = FileId { volume: 0, index: 1 };
    let chunk = Chunk { log: LogId(1), path, file, offset: 0, bytes, before: Vec::new() };
    tail.take(Change::Bytes(chunk), 0, nothing);
    tail.finish(SECOND, nothing);
    assert_eq!((tail.sums().events, tail.sums().shown), (1, 0));
}

#[test]
fn offsets_in_another_log_of_the_folder_show_the_zone() {
    let mut settings = Settings::default();
    settings.zones.0.push("Europe/Rome".parse().expect("a zone"));
    let mut played = Played::new(&settings);
    played.tail.assume("Europe/Rome".parse().expect("a zone"));
    let (local, other) =
        (played.log("X/eService/catalina.2026-11-21.log"), played.log("X/eService/console.log"));
    let shown = news(played.line(local, &refused(0), 3 * SECOND));
    assert_eq!(shown, ["1 new tls-pkix-path-building 1"]);
    let last = |played: &Played<'_>| played.tail.findings()[0].last.map(|last| last.on_the_wall(None));
    assert_eq!(last(&played).as_deref(), Some("2026-11-21 11:00:00.000"), "the zone of this machine");
    let line = "2026-11-21 12:00:20.000 GMT-0500 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                HttpSessionId:  <@> com.egain.Sample <@> run() <@> well <@> ";
    let shown = news(played.line(other, line, 3 * SECOND));
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(
        shown[0].starts_with("note: from now on times of ") && shown[0].contains("catalina."),
        "{shown:?}"
    );
    assert!(shown[0].contains("not of Europe/Rome as before: offsets that console.log"), "{shown:?}");
    played.line(local, &refused(30), SECOND);
    assert_eq!(last(&played).as_deref(), Some("2026-11-21 17:00:30.000"), "five hours west of UTC");
    // more of the same is no news
    assert_eq!(news(played.line(other, &line.replace(":20.", ":50."), 3 * SECOND)), Vec::<String>::new());
}

#[test]
fn offsets_that_fit_the_zone_of_this_machine_change_nothing() {
    let mut settings = Settings::default();
    settings.zones.0.push("Europe/Rome".parse().expect("a zone"));
    let mut played = Played::new(&settings);
    played.tail.assume("Europe/Rome".parse().expect("a zone"));
    let (local, other) =
        (played.log("X/eService/catalina.2026-11-21.log"), played.log("X/eService/console.log"));
    played.line(local, &refused(0), SECOND);
    let line = "2026-11-21 12:00:20.000 GMT+0100 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                HttpSessionId:  <@> com.egain.Sample <@> run() <@> well <@> ";
    assert_eq!(news(played.line(other, line, 3 * SECOND)), Vec::<String>::new());
}

#[test]
fn a_restart_a_jump_and_a_written_password_are_shown() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let log = played.log("eg_log_ECEAPP01_EAAS-process.log");
    let line = |minute: u32, second: u32, process: u32, says: &str| {
        format!(
            "2026-11-21 12:{minute:02}:{second:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:{process} <@> PID:1 <@> \
             UID:12 <@> HttpSessionId:  <@> com.egain.Sample <@> run() <@> {says} <@> "
        )
    };
    for second in 0..4 {
        assert_eq!(news(played.line(log, &line(20, second, 7, "well"), SECOND)), Vec::<String>::new());
    }
    let mut shown = Vec::new();
    for second in 4..8 {
        shown.extend(news(played.line(log, &line(20, second, 8, "well"), SECOND)));
    }
    assert_eq!(shown, ["1 new process-restart 1"]);
    let mut shown = Vec::new();
    for second in 8..12 {
        shown.extend(news(played.line(log, &line(10, second, 8, "well"), SECOND)));
    }
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with("note: the clock of ECEAPP01 jumped back by 10 min"), "{shown:?}");
    let shown = news(played.line(log, &line(10, 13, 8, "password=Secr3t-9981"), SECOND));
    assert!(shown.iter().any(|one| one.contains("new secret-in-log")), "{shown:?}");
}

#[test]
fn a_log_is_of_the_server_that_analyze_names() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let folder = played.folder.path().to_owned();
    let names =
        ["case/ECEAPP01/eService/a.log", "case/PCCEADSA/icm/tomcat/logs/b.log", "case/PG/x/PG1A-opc.log"];
    for name in names {
        let log = played.log(name);
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, refused(0) + "\n").expect("a file");
        played.line(log, &refused(0), SECOND);
    }
    let finding = &played.tail.findings()[0];
    assert_eq!(finding.hosts, ["ECEAPP01", "PCCEADSA", "PG"]);
}

#[test]
fn a_finding_that_becomes_a_part_of_another_is_named() {
    let settings = Settings::default();
    let mut played = Played::new(&settings);
    let (one, other) =
        (played.log("X/icm/tomcat/logs/CCBU.log"), played.log("X/icm/tomcat/logs/catalina.2026-11-21.log"));
    let symptom = "21-Nov-2026 12:00:05.000 SEVERE [main] lab.Probe.get An error occurred while loading the page. Contact \
                   administrator.";
    assert_eq!(news(played.line(one, symptom, SECOND)), ["1 new spog-load-error 1"]);
    let second = news(played.line(other, &refused(1), SECOND));
    assert!(second.contains(&"2 new tls-pkix-path-building 1".to_owned()), "{second:?}");
    assert!(
        second.iter().any(|one| one.starts_with("note: finding 1 is a part of finding 2: ")),
        "{second:?}"
    );
    // the page fails again, and nothing else is written
    played.wait(SETTLE);
    let third = news(played.line(one, &symptom.replace("12:00:05", "12:00:40"), SECOND));
    assert_eq!(third.len(), 1, "{third:?}");
    assert!(third[0].starts_with("2 again by SPOG: ") && third[0].ends_with(" 12:00:40"), "{third:?}");
}
