//! `spoglight timeline` and `spoglight trace` as their users call them, on collections that are made line by line.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::archives::pack;
use crate::support::{CASE, PROGRAM, argument, folder, json_lines, put, report, spoglight, text};

/// A collection in a folder of its own.
struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Case {
        Case(folder())
    }

    fn file(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        put(self.0.path(), path, content)
    }

    fn path(&self) -> &str {
        argument(self.0.path())
    }

    fn timeline(&self, arguments: &[&str]) -> Output {
        let mut all = vec!["timeline", self.path()];
        all.extend(arguments);
        spoglight(&all)
    }

    /// Its events.
    fn events(&self, arguments: &[&str]) -> Vec<Value> {
        let mut all = vec!["--format", "json"];
        all.extend(arguments);
        json_lines(&self.timeline(&all).stdout)
    }

    /// The same as text, with the folder taken out of the paths.
    fn shown(&self, arguments: &[&str]) -> String {
        text(&self.timeline(arguments).stdout).replace(&self.path().replace('\\', "/"), "case")
    }
}

fn field<'v>(event: &'v Value, name: &str) -> &'v str {
    event[name].as_str().unwrap_or_default()
}

const APP: &str = "ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log";
const TOMCAT: &str = "PCCEADSA/icm/tomcat/logs";

fn ece(time: &str, level: &str, message: &str) -> String {
    format!(
        "2026-11-21 {time} GMT+0000 <@> {level} <@> [1:a] <@> ProcessId:1740 <@> HttpSessionId:S1 <@> a.B <@> c() <@> {message} <@> \n"
    )
}

fn juli(day: &str, time: &str, level: &str, message: &str) -> String {
    format!("{day} {time} {level} [main] org.apache.X.y {message}\n")
}

/// Two servers: a request that is seen by both, and an error with a stack trace.
fn small() -> Case {
    let case = Case::new();
    let mut app = ece("13:00:00.100", "INFO", "gadget sid=AB12CD34 accepted");
    app += &ece("13:00:02.000", "ERROR", "Exception in LDAP authentication");
    app +=
        "javax.naming.PartialResultException: Unprocessed Continuation Reference(s)\n\tat a.B.c(B.java:1)\n";
    case.file(APP, app);
    let mut catalina = juli("21-Nov-2026", "08:00:00.150", "INFO", "gadget sid=AB12CD34 called");
    catalina += &juli("21-Nov-2026", "08:00:03.000", "SEVERE", "it failed password=Secret#1");
    case.file(&format!("{TOMCAT}/catalina.2026-11-21.log"), catalina);
    case.file(
        &format!("{TOMCAT}/localhost_access_log.2026-11-21.txt"),
        "10.0.0.1 - - [21/Nov/2026:08:00:01 -0500] \"GET /cceadmin/ece?sid=AB12CD34 HTTP/1.1\" 200 51\n",
    );
    case
}

#[test]
fn all_servers_in_one_order() {
    let case = small();
    insta::assert_snapshot!(case.shown(&[]));
    insta::assert_snapshot!(case.shown(&["--show-tz", "Eastern Standard Time", "--full"]));
    insta::assert_snapshot!(case.shown(&["--show-tz", "source", "--level", "error"]));
    let raw = case.shown(&["--format", "raw"]);
    assert_eq!(raw.lines().count(), 7, "{raw}");
    assert!(
        raw.contains("password=***")
            && case.shown(&["--format", "raw", "--show-secrets"]).contains("Secret#1")
    );
    insta::assert_snapshot!(case.shown(&["--format", "csv", "level>=error"]));
}

#[test]
fn a_case_note_holds_logs_as_text_only() {
    let case = small();
    case.file(
        &format!("{TOMCAT}/catalina.2026-11-22.log"),
        juli(
            "22-Nov-2026",
            "08:00:00.150",
            "INFO",
            "<img src=x> \u{1b}[2J password=Secret#1\n````\n# no heading",
        ),
    );
    let note = case.shown(&["--format", "markdown"]);
    assert!(note.contains("**2026-11-21 13:00:02.000Z** ECEAPP01 error, `"), "{note}");
    assert!(!note.contains('\u{1b}') && !note.contains("Secret#1"), "{note}");
    let hostile = note.split("<img src=x>").nth(1).expect("the event");
    // the fence is longer than the longest run of backticks, so that nothing of the log ends it
    assert_eq!(hostile.lines().nth(3), Some("`````"), "{note}");
    assert!(note.lines().any(|line| line == "`````text"), "{note}");
}

/// Every screen in the README and in `docs` that begins with its command.
#[test]
fn the_screens_of_the_documents_are_what_is_printed() {
    let docs = fs::read_dir("docs").expect("docs").map(|entry| entry.expect("an entry").path());
    let pages = docs.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let mut screens = 0;
    for page in pages.chain(["README.md".into()]) {
        let page = text(&fs::read(page).expect("a page"));
        for screen in page.split("```text\n$ spoglight ").skip(1) {
            let (command, rest) = screen.split_once('\n').expect("a command");
            let expected = rest.split("```").next().expect("a screen");
            let arguments: Vec<&str> = command.split(' ').collect();
            assert_eq!(text(&spoglight(&arguments).stdout), expected, "{command}");
            screens += 1;
        }
    }
    assert!(screens > 2);
}

#[test]
fn json_has_the_documented_fields() {
    let schema = fs::read_to_string("crates/report/src/SCHEMA.md").expect("the documentation");
    let events = small().events(&[]);
    assert_eq!(events.len(), 5);
    for key in events.iter().flat_map(|event| event.as_object().expect("an object").keys()) {
        assert!(schema.contains(&format!("`{key}`")), "{key} is not documented");
    }
    let failed = &events[3];
    assert_eq!(field(failed, "time"), "2026-11-21T13:00:02.000Z");
    assert_eq!(field(failed, "rest").lines().count(), 2);
    assert_eq!(failed["findings"][0], "ldap-partial-result");
    assert_eq!((field(failed, "class"), failed["line"].as_u64()), ("a.B", Some(2)));
    // a second is a second, not its first millisecond
    assert_eq!(events[2]["precision_ns"], 1_000_000_000u64);
}

/// Tags tell two records of the same words apart.
#[test]
fn a_timeline_shows_the_tags_of_a_record() {
    let logs = "samples/judgement/errors-differ-in-exception/logs";
    let tag = "[exception=com.lab.api.StateException: no such dialog]";
    let full = text(&spoglight(&["timeline", "--full", logs]).stdout);
    assert!(full.contains(tag) && full.contains("[REQUEST_URL=Dialog/7]"), "{full}");
    let short = text(&spoglight(&["timeline", logs]).stdout);
    assert!(short.contains("An API exception occurred") && short.contains(tag), "{short}");
}

#[test]
fn filters_and_windows() {
    let case = small();
    let count = |arguments: &[&str]| case.events(arguments).len();
    for (arguments, expected) in [
        (&["sid=AB12CD34 host:app"][..], 1),
        (&["--query", "level>=warn and not host:pcce"], 1),
        (&["class:a.B or /SEVERE/"], 3),
        (&["session:S1"], 2),
        (&["pid:1740"], 2),
        (&["finding:ldap-*"], 1),
        (&["format:access-log"], 1),
        (&["--since", "13:00:01"], 3),
        (&["--until", "2026-11-21T13:00:00.150Z"], 2),
        (&["--since", "-1s"], 2),
        (&["--since", "@start+1s", "--until", "+1s"], 2), // a second of the access log reaches into it
        (&["--around", "08:00:02", "--window", "500ms", "--show-tz", "America/New_York"], 2),
        (&["--incident", "2026-11-21T13:00:02Z", "--since", "@incident-1s", "--until", "@incident"], 2),
        (&["-n", "2"], 2),
    ] {
        assert_eq!(count(arguments), expected, "{arguments:?}");
    }
    assert_eq!(case.timeline(&["nothing like this"]).status.code(), Some(1));
    for (arguments, says) in [
        (&["level>=grave"][..], "^^^^^"),
        (&["--since", "yesterday"], "13:31"),
        (&["--since", "@incident-5m"], "--incident"),
        (&["--since", "13:00:02", "--until", "13:00:01"], "before"),
        (&["--level", "grave"], "levels are"),
        (&["--show-tz", "Rome"], "Europe/Rome"),
        (&["--histogram", "--format", "csv"], "--format text"),
    ] {
        let output = case.timeline(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(says), "{arguments:?}: {}", text(&output.stderr));
    }
    // a path that was mistyped is no filter
    let output = spoglight(&["timeline", case.path(), "cas.zip"]);
    assert!(text(&output.stderr).contains("cas.zip cannot be found"), "{}", text(&output.stderr));
}

#[test]
fn counts_and_groups() {
    let case = Case::new();
    let mut log = String::new();
    for minute in 0..40 {
        let level = if minute == 7 { "ERROR" } else { "INFO" };
        log += &ece(&format!("13:{minute:02}:00.000"), level, &format!("Row {} taken", minute * 1000 + 17));
    }
    case.file(APP, log);
    insta::assert_snapshot!(case.shown(&["--histogram", "--rows", "5"]));
    insta::assert_snapshot!(case.shown(&["--group"]));
    let output = case.timeline(&["--group", "--format", "json"]);
    let groups: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&groups["groups"][0]["count"], &groups["groups"][0]["level"]), (&40.into(), &"error".into()));
    let output = case.timeline(&["--histogram", "--format", "json"]);
    let counts: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let sum: u64 = counts["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .flat_map(|row| row["levels"].as_object().expect("levels").values())
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(sum, 40);
}

#[test]
fn one_request_through_all_logs() {
    let case = small();
    let shown = text(&spoglight(&["trace", "ab12cd34", case.path()]).stdout);
    insta::assert_snapshot!(shown);
    assert_eq!(
        json_lines(&spoglight(&["trace", "AB12CD34", case.path(), "--format", "json"]).stdout).len(),
        3
    );
    let nothing = spoglight(&["trace", "AB12CD3", case.path()]);
    assert_eq!(nothing.status.code(), Some(1), "a part of a word is no word");
    assert!(text(&nothing.stderr).contains("-q"), "{}", text(&nothing.stderr));
}

#[test]
fn what_has_no_place_in_time_stands_at_the_end_and_is_said() {
    let case = Case::new();
    case.file(APP, ece("13:00:00.000", "INFO", "known"));
    let catalina = juli("21-Nov-2026", "08:00:01.000", "INFO", "second")
        + &juli("21-Nov-2026", "08:00:00.000", "INFO", "first");
    case.file(&format!("{TOMCAT}/catalina.2026-11-21.log"), catalina);
    case.file("PG/cg1a-ctisvr.txt", "08:00:00:100 cg1a-ctisvr Trace: undated\n");
    let output = case.timeline(&[]);
    assert!(text(&output.stderr).contains("--tz PCCEADSA=ZONE"), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));
    // with a window they are left out, and that is said
    let output = case.timeline(&["--since", "2026-11-21T00:00Z"]);
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(
        text(&output.stderr).contains("3 events without a known time left out"),
        "{}",
        text(&output.stderr)
    );
    let marks = |event: &Value| event["flags"][0].as_str().unwrap_or_default().to_owned();
    let all: Vec<String> = case.events(&[]).iter().map(marks).collect();
    assert_eq!(all, ["", "zone-unknown", "zone-unknown", "date-unknown"]);
}

#[test]
fn the_night_in_autumn() {
    let case = Case::new();
    // every five minutes from half past midnight to half past two, through the hour that New York repeats
    let mut catalina = String::new();
    let walls = (30..120).step_by(5).chain((60..150).step_by(5));
    for (number, minute) in walls.enumerate() {
        let time = format!("{:02}:{:02}:00.000", minute / 60, minute % 60);
        catalina += &juli("01-Nov-2026", &time, "INFO", &format!("tick {number}"));
        if number == 20 {
            catalina += "no stamp of its own\n";
        }
    }
    case.file(&format!("{TOMCAT}/catalina.2026-11-01.log"), catalina);
    case.file(
        &format!("{TOMCAT}/localhost_access_log.2026-11-01.txt"),
        "10.0.0.1 - - [01/Nov/2026:00:10:00 -0400] \"GET / HTTP/1.1\" 200 1\n10.0.0.1 - - [01/Nov/2026:03:10:00 -0500] \"GET / HTTP/1.1\" 200 1\n",
    );
    let events = case.events(&["-q", "tick"]);
    let mut expected = String::new();
    for (number, event) in events.iter().enumerate() {
        let minute = 4 * 60 + 30 + number * 5;
        let _ = write!(expected, "2026-11-01T{:02}:{:02}:00.000Z", minute / 60, minute % 60);
        assert_eq!(field(event, "time"), expected, "tick {number}");
        assert_eq!(field(event, "message"), format!("tick {number}"));
        expected.clear();
    }
    assert_eq!(events.len(), 36);
    let repeated = events.iter().filter(|event| event["flags"][0] == "repeated-hour").count();
    assert_eq!(repeated, 24);
    let shown = case.shown(&["--show-tz", "America/New_York", "-q", "tick"]);
    assert!(shown.contains("01:55:00.000-04:00") && shown.contains("01:00:00.000-05:00"), "{shown}");
}

/// As the event viewer of Windows saves what it shows.
#[test]
fn a_log_whose_newest_line_stands_first() {
    let case = Case::new();
    let walls: Vec<i64> = (30..120).step_by(5).chain((60..150).step_by(5)).collect();
    let mut log = String::new();
    for (number, minute) in walls.iter().enumerate().rev() {
        let time = format!("{:02}:{:02}:00.000", minute / 60, minute % 60);
        log += &juli("01-Nov-2026", &time, "INFO", &format!("tick {number}"));
    }
    case.file(&format!("{TOMCAT}/catalina.2026-11-01.log"), log);
    let events = case.events(&["--tz", "America/New_York"]);
    for (number, event) in events.iter().enumerate() {
        let minute = 4 * 60 + 30 + number * 5;
        let expected = format!("2026-11-01T{:02}:{:02}:00.000Z", minute / 60, minute % 60);
        assert_eq!((field(event, "time"), field(event, "message")), (&*expected, &*format!("tick {number}")));
        assert_ne!(event["flags"][0], "out-of-order");
    }
    assert_eq!(events.len(), 36);
}

#[test]
fn the_night_in_spring_marks_what_cannot_be() {
    let case = Case::new();
    let catalina = juli("08-Mar-2026", "01:59:00.000", "INFO", "before")
        + &juli("08-Mar-2026", "02:30:00.000", "INFO", "never");
    case.file(&format!("{TOMCAT}/catalina.2026-03-08.log"), catalina);
    let events = case.events(&["--tz", "America/New_York"]);
    assert_eq!(field(&events[1], "time"), "2026-03-08T07:30:00.000Z");
    assert_eq!(events[1]["flags"][0], "skipped-hour");
    let output = case.timeline(&["--tz", "America/New_York"]);
    assert!(text(&output.stderr).contains("clocks there leave out"), "{}", text(&output.stderr));
}

#[test]
fn what_is_out_of_order_is_put_right_and_marked() {
    let case = Case::new();
    let log = ece("13:00:05.000", "INFO", "late one")
        + &ece("13:00:04.500", "INFO", "half a second is nothing")
        + &ece("13:00:01.000", "INFO", "four seconds are");
    case.file(APP, log);
    let events = case.events(&[]);
    let told: Vec<(&str, &str)> = events
        .iter()
        .map(|event| (field(event, "message"), event["flags"][0].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        told,
        [("four seconds are", "out-of-order"), ("half a second is nothing", ""), ("late one", "")]
    );
}

#[test]
fn clocks_that_are_apart_are_set_right_if_one_asks() {
    let case = Case::new();
    let (mut app, mut svc) = (String::new(), String::new());
    for number in 0..20 {
        let id = format!("Z9{number:04}Q{}", number * 7);
        app += &ece(&format!("13:{number:02}:00.000"), "INFO", &format!("asks {id}"));
        // it gets the answer after half a second, and the other's clock is ten seconds ahead
        app += &ece(&format!("13:{number:02}:00.500"), "INFO", &format!("got {id}"));
        svc += &ece(&format!("13:{number:02}:10.200"), "INFO", &format!("answers {id}"));
    }
    case.file(APP, app);
    case.file("ECESVC01/eService/logs/eg_log_ECESVC01_EAAS-process.log", svc);
    let order = |arguments: &[&str]| -> Vec<String> {
        let events = case.events(arguments);
        events.iter().take(3).map(|event| field(event, "message")[..4].trim().to_owned()).collect()
    };
    assert_eq!(order(&[]), ["asks", "got", "answ"]);
    assert_eq!(order(&["--skew", "ECESVC01=+10s"]), ["asks", "answ", "got"]);
    assert_eq!(order(&["--apply-skew"]), ["asks", "answ", "got"]);
    let said = text(&case.timeline(&[]).stderr);
    assert!(
        said.contains("the clock of ECESVC01 is 10.2 s ahead")
            && said.contains("between +9.700 s and +10.200 s"),
        "{said}"
    );
    assert_eq!(report(&[case.path()])["skews"][0]["host"], "ECESVC01");
}

/// The offset of `w32tm /stripchart` is the other clock minus that of the server, so `+95` is a server that is late: its
/// events move later.
#[test]
fn the_clock_of_a_server_is_set_right_by_a_saved_output() {
    let case = Case::new();
    case.file(APP, ece("13:00:00.000", "INFO", "first by its own clock"));
    case.file(
        "ECESVC01/eService/logs/eg_log_ECESVC01_EAAS-process.log",
        ece("13:01:00.000", "INFO", "second by its own clock"),
    );
    let chart = "C:\\>w32tm /stripchart /computer:dc01.lab.example /samples:2\r\nTracking dc01.lab.example [192.0.2.5:123].\r\n\
                 Collecting 2 samples.\r\nThe current time is 11/21/2026 1:31:10 PM.\r\n\
                 13:31:10, d:+00.0009766s o:+95.0312345s  [                  @                  |                           ]\r\n\
                 13:31:12, d:+00.0009766s o:+95.0300005s  [                  @                  |                           ]\r\n";
    case.file("ECEAPP01/clock.txt", chart);
    let order = |arguments: &[&str]| -> Vec<String> {
        let events = case.events(arguments);
        events.iter().map(|event| field(event, "message")[..6].trim().to_owned()).collect()
    };
    assert_eq!(order(&[]), ["first", "second"], "not without the option");
    assert_eq!(order(&["--apply-skew"]), ["second", "first"]);
    let said = text(&case.timeline(&["--apply-skew"]).stderr);
    let evidence = "the clock of ECEAPP01 is 95.0 s behind dc01.lab.example, by w32tm /stripchart of 11/21/2026 1:31:10 PM in";
    assert!(said.contains(evidence) && said.contains("clock.txt line 2 (corrected)"), "{said}");
    let report = report(&[case.path()]);
    let skew = &report["skews"][0];
    assert_eq!((skew["ahead_ns"].as_i64(), skew["shared"].as_i64()), (Some(-95_031_234_500), Some(0)));
    assert_eq!(skew["measured"]["taken"], "11/21/2026 1:31:10 PM");
}

#[test]
fn what_stands_in_two_files_is_shown_once_if_one_asks() {
    let case = Case::new();
    let log: String = (0..60)
        .map(|second| {
            juli(
                "21-Nov-2026",
                &format!("08:00:{second:02}.{second:03}"),
                "INFO",
                &format!("m{}", second / 2),
            )
        })
        .collect();
    case.file(&format!("{TOMCAT}/catalina.2026-11-21.log"), &log);
    case.file(&format!("{TOMCAT}/tomcat9-stderr.2026-11-21.log"), log + "\tat only.here(X.java:1)\n");
    let zone = ["--tz", "America/New_York"];
    assert_eq!(case.events(&zone).len(), 120);
    let once = case.events(&[&zone[..], &["--once"]].concat());
    // the last of the console has a line more, so it is another
    assert_eq!(once.len(), 61);
    assert!(
        text(&case.timeline(&[&zone[..], &["--once"]].concat()).stderr)
            .contains("59 events logged to a second file hidden")
    );
}

#[test]
fn the_same_order_from_folders_and_archives_on_any_number_of_threads() {
    let run = |path: &str, threads: &str| {
        let output = spoglight(&["timeline", path, "--format", "json", "--threads", threads]);
        assert_eq!(output.status.code(), Some(0));
        let mut events = json_lines(&output.stdout);
        for event in &mut events {
            let source = field(event, "source").rsplit(['/', '!']).next().unwrap_or_default().to_owned();
            event["source"] = source.into();
            event["repeats"] = Value::Null;
        }
        events
    };
    let one = run(CASE, "1");
    assert!(one.len() > 1_800);
    let times: Vec<&str> =
        one.iter().map(|event| field(event, "time")).filter(|time| !time.is_empty()).collect();
    assert!(times.is_sorted());
    assert_eq!(one, run(CASE, "8"));
    // packed, so that nothing in it can be read from any place
    let folder = folder();
    let archive = put(folder.path(), "case.zip", pack::zip(&pack::files(Path::new(CASE), "")));
    assert_eq!(one, run(argument(&archive), "3"));
}

#[test]
fn nothing_of_a_log_reaches_a_terminal_as_anything_but_text() {
    let case = Case::new();
    case.file(APP, ece("13:00:00.000", "INFO", "\x1b]0;title\x07 \u{202e}x") + "=cmd|'/c calc'!A0\x1b[2J\n");
    for form in ["text", "json", "csv"] {
        let output = case.timeline(&["--format", form, "--color", "always"]);
        let shown = text(&output.stdout)
            .replace("\x1b[0m", "")
            .replace("\x1b[38;5;31m", "")
            .replace("\x1b[38;5;244m", "");
        assert!(
            !shown.contains('\x1b') && !shown.contains('\u{202e}') && !shown.contains('\x07'),
            "{form}: {shown:?}"
        );
    }
    let csv = text(&case.timeline(&["--format", "csv"]).stdout);
    assert!(csv.contains("\"'=cmd|") || csv.contains("'=cmd|"), "{csv}");
}

#[test]
fn a_stream_that_ends_early_is_no_failure() {
    use std::io::Read as _;
    let mut child = Command::new(PROGRAM)
        .args(["timeline", CASE])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it runs");
    let mut first = [0; 100];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("bytes");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_trace_shows_the_whole_of_a_message_that_holds_a_nul() {
    let case = Case::new();
    case.file(
        "A/catalina.2026-11-21.log",
        "21-Nov-2026 10:00:00.000 INFO [main] lab.Probe.get task 4711 begun \0 and ended\n",
    );
    let shown = |more: &[&str]| {
        text(&spoglight(&[&["trace", "4711", case.path(), "--tz", "UTC"], more].concat()).stdout)
    };
    assert!(shown(&[]).contains("and ended"), "{}", shown(&[]));
    let placed = shown(&["--places"]);
    assert!(placed.contains("catalina.2026-11-21.log:1"), "{placed}");
}

#[test]
fn an_event_without_a_year_shows_month_and_day() {
    let case = Case::new();
    let line =
        |day: u32| format!("101: Mar {day} 11:37:42.153 PST%MIVR-SS_TEL-4-ModuleRunTimeFailure:text\n");
    case.file("UCCX01/MIVR001.log", line(24) + &line(25));
    assert!(case.shown(&[]).contains("????-03-24 11:37:42.153 "), "{}", case.shown(&[]));
    let events = case.events(&[]);
    assert_eq!((events.len(), field(&events[0], "timestamp")), (2, "--03-24T11:37:42.153"));
    let gaps = report(&[case.path()]).to_string();
    assert!(gaps.contains("in which year 2 messages of"), "{gaps}");
}
