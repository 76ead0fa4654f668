//! Files that hold more than one format: consoles, and files that were rotated in place.

use spoglight_diagnosis::analyze;
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::Level;

use crate::support::{analysis_of, folder, new_york, put};

/// What is told of a file with this text.
fn facts(name: &str, text: &[u8]) -> SourceFacts {
    let folder = folder();
    let path = put(folder.path(), name, text);
    let analysis = analyze(&[path], &new_york(), &()).expect("an analysis");
    analysis.sources.into_iter().next().expect("a source")
}

/// `text-juli 12, jvm-gc 3`
fn formats(source: &SourceFacts) -> String {
    let counts: Vec<String> = source.formats.iter().map(|(name, count)| format!("{name} {count}")).collect();
    counts.join(", ")
}

fn ece(count: usize, day: usize) -> String {
    let line = |n| {
        format!(
            "2026-11-{day:02} 10:{:02}:{:02}.000 GMT+0000 <@> INFO <@> [1:a] <@> ProcessId:1 <@> a.B <@> c() <@> text {n} <@> \n",
            n / 60 % 60,
            n % 60
        )
    };
    (0..count).map(line).collect()
}

#[test]
fn a_file_whose_format_changes_is_read_on() {
    let log4j = |n: usize| {
        format!(
            "2026-11-22 08:{:02}:{:02},001 WARN  [main] com.x.Y - text\n\tat a.B.c(B.java:1)\n",
            n / 60 % 60,
            n % 60
        )
    };
    let text = ece(9000, 21) + &(0..9000).map(log4j).collect::<String>();
    let source = facts("x.log", text.as_bytes());
    assert_eq!(formats(&source), "ece 9000, log4j 9000");
    assert_eq!(source.levels.count(Level::Warn), 9000);
    // a stamp that says no more than a time of day takes its date from the lines before
    let time = |n: usize| format!("{:02}:{:02}:00.001 [main] INFO com.x.Y - text\n", n / 60 % 24, n % 60);
    let dated = "2026-11-21 23:59:58,000 INFO  [org.jboss.as] (main) started\n".repeat(40);
    let source = facts("server.log", (dated + &(0..200).map(time).collect::<String>()).as_bytes());
    assert_eq!(formats(&source), "log4j-time 200, wildfly 40");
    assert_eq!(source.undated, 0);
    assert_eq!(source.last.map(|last| last.to_string()).as_deref(), Some("2026-11-22T08:19:00.001Z"));
}

#[test]
fn a_line_that_only_looks_like_a_stamp_does_not_split_a_message() {
    let trap = "2026-11-21 10:00:09.123 is what the server answered\n\t2026-11-21 10:00:00.000 GMT+0000 <@> INFO <@> [1:a]\n \
                21-Nov-2026 10:00:00.123 SEVERE [main] a.B.c indented\n10:00:00 in the morning\n";
    let message = |level| {
        format!(
            "2026-11-21 10:00:00.000 GMT+0000 <@> {level} <@> [1:a] <@> a.B <@> c() <@> text <@> \njava.io.IOException: x\n{trap}\tat a.B.c(B.java:1)\n"
        )
    };
    let source = facts("x.log", (ece(40, 21) + &message("ERROR") + &message("FATAL")).as_bytes());
    assert_eq!(formats(&source), "ece 42");
    // the line that begins with a timestamp may be of another layout, so it does not count as understood
    let strange = 2 * "2026-11-21 10:00:09.123 is what the server answered\n".len() as u64;
    assert_eq!(
        (source.levels.count(Level::Error), source.levels.count(Level::Fatal), source.unparsed),
        (1, 1, strange)
    );
}

#[test]
fn the_head_of_a_crash_on_a_console_is_a_message_and_its_own_file_is_one() {
    let crash = "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV (0xb) at pc=0x1, pid=1, tid=2\n";
    let source = facts("console.txt", (ece(30, 21) + crash + &ece(3, 22)).as_bytes());
    assert_eq!(formats(&source), "ece 33, jvm-crash 1");
    let source = facts(
        "hs_err_pid1.log",
        (crash.to_owned() + &ece(30, 21) + "time: Sat Nov 21 16:40:13 2026\n").as_bytes(),
    );
    assert_eq!((formats(&source).as_str(), source.levels.count(Level::Fatal)), ("jvm-crash 1", 1));
    assert_eq!(source.first.map(|first| first.to_string()).as_deref(), Some("2026-11-21T21:40:13.000Z"));
}

#[test]
fn text_between_the_messages_of_a_console_is_kept_with_them() {
    let text = " @DEBUG - starting\nplain line\n21-Nov-2026 10:00:00.123 INFO [main] a.B.c text\nanother\n @ERROR - over\n";
    let source = facts("console.log", text.repeat(20).as_bytes());
    assert_eq!(formats(&source), "egain-console 40, tomcat-juli 20");
    assert_eq!((source.unparsed, source.bytes), (0, text.len() as u64 * 20));
}

#[test]
fn a_message_that_a_rotation_cut_is_whole_again() {
    let folder = folder();
    let whole = ece(50, 21)
        + "2026-11-21 11:00:00.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@> text <@> \njava.io.IOException: x\n\tat a.B.c(B.java:1)\n"
        + "Caused by: java.net.ConnectException: Connection refused: connect\n\tat a.B.d(B.java:2)\n"
        + &ece(50, 22);
    let cut = whole.find("Caused by").expect("it is there");
    put(folder.path(), "eg_log_A_B.log.1", &whole[..cut]);
    put(folder.path(), "eg_log_A_B.log", &whole[cut..]);
    let analysis = analysis_of(folder.path());
    assert_eq!((analysis.totals.events, analysis.totals.unparsed), (101, 0));
    let finding = &analysis.findings[0];
    assert_eq!(finding.first.map(|first| first.to_string()).as_deref(), Some("2026-11-21T11:00:00.000Z"));
    assert_eq!(finding.evidence[0].line, 1);
}

/// Also at the borders of blocks, and not between sessions.
#[test]
fn a_record_that_goes_on_in_the_next_one_is_one_event() {
    let error = "2026-11-21 16:26:07.12 Logon       Error: 18456, Severity: 14, State: 38.\n\
        2026-11-21 16:26:07.12 Logon       Login failed for user 'eGActive'. [CLIENT: 192.0.2.11]\n\
        2026-11-21 16:26:07.12 spid52      Starting up database 'tempdb'.\n";
    let source = facts("ERRORLOG", error.repeat(9_000).as_bytes());
    assert_eq!((formats(&source).as_str(), source.unparsed), ("sql-server 18000", 0));
    assert_eq!(source.levels.count(Level::Error), 9_000);

    let record = "2026-11-21 10:34:36,961 ERROR [stderr] (default task-6) ";
    let other = "2026-11-21 10:34:36,961 ERROR [stderr] (default task-7) ";
    let trace =
        format!("{record}java.io.IOException: x\n{record}\tat a.B.c(B.java:1)\n{record}\t... 3 more\n");
    let source = facts("server.log", trace.repeat(9_000).as_bytes());
    assert_eq!((formats(&source).as_str(), source.unparsed), ("wildfly 9000", 0));
    let source = facts(
        "server.log",
        format!("{record}java.io.IOException: x\n{other}\tat a.B.c(B.java:1)\n").as_bytes(),
    );
    assert_eq!(formats(&source), "wildfly 2", "two threads");

    let printed = "2026-11-21 10:34:38,100 INFO  [stdout] (main) ";
    let logged =
        format!("{printed}Nov 21, 2026 10:08:22 PM a.B c\n{printed}SEVERE: text\n{printed}WARNING: alone\n");
    let source = facts("server.log", logged.as_bytes());
    assert_eq!(formats(&source), "wildfly 2");
    assert_eq!((source.levels.count(Level::Error), source.levels.count(Level::Info)), (1, 1));
}

#[test]
fn lines_that_show_a_date_or_an_offset_give_it_to_the_others() {
    let first = |name: &str, text: &str| facts(name, text.as_bytes()).first.map(|first| first.to_string());
    let sql = "2026-11-21 16:20:01.44 Server      UTC adjustment: -5:00\n\
        2026-11-21 16:26:07.12 spid52      Starting up database 'tempdb'.\n";
    assert_eq!(first("ERRORLOG", sql).as_deref(), Some("2026-11-21T21:20:01.440Z"));
    let sdl = "1.000 |00:00:00.206 |FileHead |UTC:-05:00,Date: 2026/11/21, AppName: CCM, HostName: cucm01\n\
        2.000 |00:00:01.206 |AppInfo  |text\n";
    let source = facts("SDL001.txt", sdl.as_bytes());
    assert_eq!(source.first.map(|first| first.to_string()).as_deref(), Some("2026-11-21T05:00:00.206Z"));
    assert_eq!(source.host.as_deref(), Some("cucm01"));
    let eap = "17:12:55,107 INFO  [a.B] (main) text\n";
    assert_eq!(first("server.log.2026-11-21", eap).as_deref(), Some("2026-11-21T22:12:55.107Z"));
    assert_eq!(first("server.log", eap), None);
    let mivr =
        "1: Dec 31 23:37:42.153 PST%MIVR-SS_TEL-4-X:text\n2: Jan 01 00:37:42.153 PST%MIVR-SS_TEL-3-X:text\n";
    assert_eq!(first("MIVR.2026-12-31.log", mivr).as_deref(), Some("2027-01-01T04:37:42.153Z"));
    assert_eq!(first("MIVR.log", mivr), None);
}

#[test]
fn the_first_message_is_not_earlier_than_its_own_fraction() {
    let text = "2018-06-12 19:38:34.311  INFO 20792 --- [nio-8090-exec-1] o.a.c.Tomcat : one\n\
                2018-06-12 19:38:34 [INFO ](com.example.Config) two\n\
                2018-06-12 19:39:50 [WARN ](com.example.Config) three\n";
    let source = facts("x.log", text.as_bytes());
    assert_eq!(source.events, 3);
    let first = source.first.map(|first| first.to_string());
    assert!(first.as_deref().is_some_and(|first| first.contains(":34.311")), "{first:?}");
}

#[test]
fn a_mivr_record_may_be_wrapped_after_its_level() {
    let text = "%MIVR-SS_TEL-4-ModuleRunTimeFailure:Real-time failure in JTAPI subsystem: Module=JTAPI\nSubsystem\n\
                %MIVR-SS_TEL-7-\nEXCEPTION:com.cisco.jtapi.PlatformExceptionImpl:\nUnable to create provider\n\
                %MIVR-SS_TEL-7-EXCEPTION:com.cisco.jtapi.PlatformExceptionImpl:\nUnable to create provider\n";
    let source = facts("MIVR.log", text.as_bytes());
    assert_eq!(
        (source.events, source.levels.count(Level::Warn), source.levels.count(Level::Debug)),
        (3, 1, 2)
    );
}
