//! Extracts through the whole program: findings name the log, and positions are those of the extract.

use serde_json::Value;

use crate::support::{argument, folder, json_lines, put, report, spoglight, text};

const REFUSED: &str = "2026-11-21 10:00:00.123 GMT-0500 <@> ERROR <@> [1:main] <@> ProcessId:7 <@> PID:1 <@> UID:12 <@> \
                       HttpSessionId: <@> a.B <@> c() <@> java.net.UnknownHostException: dc01.example.com <@> ";
const JULI: &str = "21-Nov-2026 10:00:01.000 INFO [main] a.B.c text";

fn source<'r>(report: &'r Value, end: &str) -> &'r Value {
    let sources = report["sources"].as_array().expect("sources");
    sources
        .iter()
        .find(|source| source["path"].as_str().is_some_and(|path| path.ends_with(end)))
        .unwrap_or_else(|| panic!("no {end} in {sources:#?}"))
}

#[test]
fn findings_name_the_log_and_the_line_of_the_extract() {
    let folder = folder();
    let lines = format!(
        "C:\\icm\\tomcat\\logs\\catalina.2026-11-21.log:7:{JULI}\r\n\
         D:\\ECE\\eService\\logs\\eg_log_ECEAPP01_ApplicationServer.log:12:{REFUSED}\r\n"
    );
    let path = put(folder.path(), "findstr.txt", &lines);
    let report = report(&[argument(&path)]);
    let application = source(&report, "!D:/ECE/eService/logs/eg_log_ECEAPP01_ApplicationServer.log");
    assert_eq!(application["host"], "ECEAPP01");
    assert_eq!((&application["product"], &application["format"]), (&"ECE".into(), &"ece".into()));
    assert_eq!(application["extract"]["is_selection"], true);
    assert_eq!(source(&report, "!C:/icm/tomcat/logs/catalina.2026-11-21.log")["format"], "tomcat-juli");
    let findings = report["findings"].as_array().expect("findings");
    let finding = findings.iter().find(|finding| finding["id"] == "net-unknown-host").expect("the finding");
    assert_eq!(finding["hosts"][0], "ECEAPP01");
    let evidence = &finding["evidence"][0];
    assert!(evidence["source"].as_str().expect("a source").ends_with("ApplicationServer.log"), "{evidence}");
    let offset = lines.find("D:\\ECE").expect("the line");
    assert_eq!((evidence["line"].as_u64(), evidence["offset"].as_u64()), (Some(2), Some(offset as u64)));
    assert!(evidence["text"].as_str().expect("a text").starts_with("2026-11-21 10:00:00.123"), "{evidence}");
    // a search selects lines, so it rules nothing out
    let signatures = report["signatures"].as_array().expect("signatures");
    let ldap = signatures.iter().find(|one| one["id"] == "ldap-49-52e").expect("a signature");
    assert_eq!(ldap["outcome"], "cannot-tell", "{ldap}");
}

#[test]
fn events_have_the_position_in_the_extract() {
    let folder = folder();
    let path = put(
        folder.path(),
        "compose.log",
        format!("Attaching to app_1, db_1\napp_1  | {JULI}\ndb_1   | {JULI}\napp_1  | {JULI}\n"),
    );
    let output = spoglight(&["timeline", "--format", "json", argument(&path)]);
    let events = json_lines(&output.stdout);
    let place = |event: &Value| {
        let name = event["source"].as_str().or(event["file"].as_str()).unwrap_or_default();
        (name.rsplit('!').next().unwrap_or_default().to_owned(), event["line"].as_u64().unwrap_or(0))
    };
    let mut places: Vec<_> = events.iter().map(place).collect();
    places.sort();
    let of = |name: &str, line| (name.to_owned(), line);
    assert_eq!(places, [of("app_1", 2), of("app_1", 4), of("db_1", 3)], "{events:#?}");
}

/// Process logs of all servers are on the file server, with rotations compressed.
#[test]
fn logs_of_all_servers_on_the_file_server_are_sets() {
    let folder = folder();
    for (kind, server, process) in
        [("application", "ECEAPP01", "ApplicationServer"), ("services", "ECESVC01", "EAAS-process")]
    {
        let base = format!("FILE01/eService/logs/{kind}/eg_log_{server}_{process}.log");
        for (end, hour) in [("", 3), (".1", 2), (".#2", 1), (".2026-11-20-1", 0)] {
            let line =
                REFUSED.replace(" 10:", &format!(" 1{hour}:")).replace("[1:main]", &format!("[1:{process}]"));
            put(folder.path(), &format!("{base}{end}"), format!("{line}\n"));
        }
    }
    let output = spoglight(&["inventory", argument(folder.path())]);
    let shown = text(&output.stdout);
    for log in ["eg_log_ECEAPP01_ApplicationServer.log", "eg_log_ECESVC01_EAAS-process.log"] {
        let rows: Vec<&str> = shown.lines().filter(|line| line.trim_start().starts_with(log)).collect();
        assert_eq!(rows.len(), 1, "{shown}");
    }
    assert!(shown.contains("ECEAPP01") && shown.contains("ECESVC01"), "{shown}");
    assert!(!shown.contains("DFS share"), "{shown}");
}

#[test]
fn a_layout_is_learned_and_is_a_custom_format() {
    let folder = folder();
    let log = "INFO 25/11/26 10:00:00.123 [main] a\nERROR 26/11/26 10:00:01.123 [main] b\nINFO 27/11/26 10:00:02.000 [x] c\n";
    let path = put(folder.path(), "strange.log", log);
    let report = report(&[argument(&path)]);
    let strange = source(&report, "strange.log");
    assert_eq!(strange["format"], "learned: LEVEL dd/MM/yy HH:mm:ss.SSS [thread] message");
    assert_eq!((&strange["events"], &strange["levels"]["error"]), (&3.into(), &1.into()));
    let output = spoglight(&["formats", "learn", "--name", "strange", argument(&path)]);
    assert!(output.status.success());
    let written = text(&output.stdout);
    assert!(written.contains("3 of 3 lines") && written.contains("order of the date"), "{written}");
    let format = put(folder.path(), "strange.toml", &written);
    let output = spoglight(&[
        "formats",
        "test",
        argument(&path),
        "--formats",
        argument(&format),
        "--format",
        "strange",
    ]);
    assert!(text(&output.stdout).contains("messages  3 of strange"), "{}", text(&output.stdout));
    // without a day that decides it
    let log = "INFO 12/04/09 10:00:00.123 [main] a\n".repeat(3);
    let path = put(folder.path(), "doubtful.log", log);
    let output = spoglight(&["formats", "learn", argument(&path)]);
    assert!(text(&output.stdout).contains("only the time of day is read"), "{}", text(&output.stdout));
    let output = spoglight(&["timeline", argument(&path)]);
    let warned = text(&output.stderr);
    assert!(warned.contains("no line shows the order of day, month and year"), "{warned}");
}
