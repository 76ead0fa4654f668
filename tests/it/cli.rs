//! The program, as its users call it: what it prints, where, and how it ends.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::{CASE, PROGRAM, argument, folder, put, report as json, spoglight, text};

#[test]
fn the_report_of_a_case() {
    let output = spoglight(&["analyze", CASE, "--tz", "America/New_York"]);
    assert_eq!(output.status.code(), Some(1), "a critical finding");
    assert_eq!(text(&output.stderr), "", "no progress where there is no terminal");
    // a release of the library changes it
    let edition = spoglight_signatures::LibraryEdition::with_packs(Vec::new()).to_string();
    insta::assert_snapshot!(text(&output.stdout).replace(&edition, "VERSION of DATE"));
}

#[test]
fn the_screen_in_the_readme_is_what_is_printed() {
    let readme = fs::read_to_string("README.md").expect("the README").replace("\r\n", "\n");
    let screen =
        readme.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).expect("a screen");
    let report = text(&spoglight(&["analyze", CASE, "--tz", "America/New_York"]).stdout);
    assert!(report.starts_with(screen), "put the first lines of this into the README:\n{report}");
    let ticket = readme.split("```markdown\n").nth(1).and_then(|rest| rest.split("\n```").next());
    let arguments = ["analyze", CASE, "--tz", "America/New_York", "--format", "markdown"];
    let report = text(&spoglight(&arguments).stdout);
    assert!(report.starts_with(ticket.expect("a ticket")), "put this into the README:\n{report}");
}

#[test]
fn an_inventory_names_servers_and_what_their_logs_cover() {
    let output = spoglight(&["inventory", CASE, "--tz", "America/New_York"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    insta::assert_snapshot!(text(&output.stdout));
    let output = spoglight(&["inventory", CASE, "--format", "json"]);
    let inventory: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(inventory["schema"], "spoglight-inventory/2");
    let roles: Vec<&str> = inventory["servers"]
        .as_array()
        .expect("servers")
        .iter()
        .filter_map(|server| server["role"].as_str())
        .collect();
    let expected = [
        "ECE application",
        "ECE services",
        "ECE services, standby",
        "web",
        "PCCE administration and data",
        "peripheral gateway",
    ];
    assert_eq!(roles, expected);
    assert_eq!(spoglight(&["inventory", "nowhere"]).status.code(), Some(2));
}

#[test]
fn files_of_one_rotated_log_stand_together() {
    let folder = folder();
    let line = |hour: u32| {
        format!("2026-11-21 {hour:02}:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n")
    };
    for (name, hour) in [("", 12), (".1", 10), (".2", 11), (".10", 9)] {
        put(folder.path(), &format!("eg_log_A_rx-process.log{name}"), line(hour));
    }
    let output = spoglight(&["inventory", &folder.path().display().to_string(), "--format", "json"]);
    let inventory: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let logs = inventory["servers"][0]["logs"].as_array().expect("logs");
    assert_eq!(logs.len(), 1);
    let files = logs[0]["files"].as_array().expect("files");
    let ends: Vec<&str> =
        files.iter().filter_map(|file| file["path"].as_str()?.rsplit("process.log").next()).collect();
    assert_eq!(ends, [".10", ".1", ".2", ""], "by time, whatever their numbers say");
    let report = text(&spoglight(&["analyze", &folder.path().display().to_string(), "--full"]).stdout);
    let (_, sources) = report.split_once("\nSources\n").expect("the sources");
    let rows = sources.lines().take_while(|line| !line.is_empty());
    let rows: Vec<&str> = rows.filter(|line| line.contains("rx-process")).collect();
    let [row] = rows.as_slice() else { panic!("one row for the log: {rows:?}") };
    assert!(row.contains("11-21 09:00:00Z  11-21 12:00:00Z      4       4"), "{row}");
    let report = json(&[&folder.path().display().to_string(), "--host", "*.log.1=OTHER"]);
    let host = |name: &str| {
        let found = |source: &&Value| source["path"].as_str().is_some_and(|path| path.ends_with(name));
        report["sources"].as_array().expect("sources").iter().find(found).expect(name)["host"].clone()
    };
    assert_eq!((host("log.1"), host("log.2")), ("OTHER".into(), "A".into()));
}

/// A format of somebody's own, and a log in it.
fn own_format(folder: &Path) -> (String, String) {
    let description = r#"
name = "acme-gateway"
title = "ACME gateway"
stamp = "dd.MM.yy HH:mm:ss,SSS"
line = '^(?<stamp>\S+ \S+) (?<level>\S+) <(?<class>\w+)> (?<call>\d+)? ?(?<message>.*)$'

[levels]
FEHLER = "error"

[[sample]]
line = "21.11.26 10:00:00,120 FEHLER <Route> 4711 no route to 10.0.0.1"
stamp = "2026-11-21T10:00:00.12"
level = "error"
message = "no route to 10.0.0.1"
"#;
    let format = put(folder, "formats/acme.toml", description);
    let lines = "banner\n21.11.26 10:00:00,120 FEHLER <Route> 4711 no route\n\tjava.net.ConnectException: Connection refused: connect\n\
                 \tat a.B.c(B.java:1)\n21.11.26 10:00:01,000 INFO <Route> well again\n2026-11-21 10:00 what is this\n";
    let log = put(folder, "gateway.log", lines);
    (format.parent().expect("a folder").display().to_string(), log.display().to_string())
}

#[test]
fn a_format_of_ones_own_is_read_and_tried() {
    let folder = folder();
    let (formats, log) = own_format(folder.path());
    let report = json(&[&log, "--formats", &formats, "--tz", "Europe/Berlin"]);
    let source = &report["sources"][0];
    assert_eq!((&source["format"], &source["events"]), (&"acme-gateway".into(), &2.into()));
    assert_eq!((&source["levels"]["error"], &source["unparsed"]), (&1.into(), &7.into()));
    assert_eq!(report["findings"][0]["first"], "2026-11-21T09:00:00.120Z");

    let tried = text(&spoglight(&["formats", "test", &log, "--formats", &formats]).stdout);
    insta::assert_snapshot!(tried.replace(&log.replace('\\', "/"), "gateway.log"));
    let shown = text(&spoglight(&["formats", "show", "acme-gateway", "--formats", &formats]).stdout);
    assert!(shown.contains("FEHLER = \"error\""), "{shown}");
    let listed = text(&spoglight(&["formats", "list", "--formats", &formats]).stdout);
    assert!(listed.contains("acme-gateway") && listed.contains("(custom)") && listed.contains("tomcat-juli"));
}

#[test]
fn a_format_that_does_not_fit_its_sample_says_why() {
    let folder = folder();
    let file = folder.path().join("x.toml").display().to_string();
    for (change, why) in [
        ("level = 'warn'", "has the level \"info\", not \"warn\""),
        ("stamp = '2026-11-21T10:00:01'", "has the stamp \"2026-11-21T10:00:00.000\""),
        ("line = '2026-11-21 INFO x'", "is not recognized: `line` does not match it"),
        ("line = '2026-13-21 10:00:00 INFO x'", "does not match `stamp`"),
        ("colour = 'red'", "unknown field `colour`"),
    ] {
        let key = change.split(' ').next().expect("a key");
        let mut sample =
            vec!["line = '2026-11-21 10:00:00 INFO x'", "stamp = '2026-11-21T10:00:00'", "level = 'info'"];
        sample.retain(|line| !line.starts_with(key));
        let description = format!(
            "name = 'x'\nstamp = 'yyyy-MM-dd HH:mm:ss'\nline = '^(?<stamp>\\S+ \\S+) (?<level>\\S+) '\n[[sample]]\n{change}\n{}\n",
            sample.join("\n")
        );
        put(folder.path(), "x.toml", description);
        let output = spoglight(&["formats", "list", "--formats", &file]);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("x.toml") && said.contains(why), "{change}: {said}");
    }
    let said = text(&spoglight(&["formats", "show", "juli"]).stderr);
    assert!(said.contains("did you mean tomcat-juli?"), "{said}");
}

#[test]
fn a_charset_is_overruled_where_the_user_knows_better() {
    let folder = folder();
    // 'é' in windows-1252 and 'И' in KOI8 are the same byte; nothing in the file says which
    let line = b"21-Nov-2026 10:00:00.123 INFO [main] a.B.c java.net.UnknownHostException: \xe9\xe9\n";
    let path = put(folder.path(), "x.log", line.repeat(3));
    let file = path.display().to_string();
    let host = |report: &Value| {
        report["findings"][0]["evidence"][0]["text"].as_str().map(|text| text[text.len() - 4..].to_owned())
    };
    assert_eq!(host(&json(&[&file])).as_deref(), Some("éé"));
    let report = json(&[&file, "--charset", "x.*=koi8-r"]);
    assert_eq!(host(&report).as_deref(), Some("ИИ"));
    assert_eq!(report["sources"][0]["charset"], "koi8-r");
    assert_eq!(report["sources"][0]["charset_evidence"], "--charset x.*=koi8-r");
}

#[test]
fn a_server_in_italian() {
    let output = spoglight(&["analyze", "samples/cases/tomcat-italian", "--tz", "Europe/Rome", "--full"]);
    assert_eq!(output.status.code(), Some(1));
    let report = text(&output.stdout);
    let findings: Vec<&str> = report.lines().filter(|line| line.trim_start().starts_with("Id  ")).collect();
    insta::assert_snapshot!(findings.join("\n"));
}

#[test]
fn json_has_the_documented_fields() {
    let report = json(&[CASE, "--tz", "PCCEADSA=America/New_York"]);
    let keys = |value: &Value| {
        let keys: BTreeSet<_> = value.as_object().expect("an object").keys().cloned().collect();
        keys.into_iter().collect::<Vec<_>>().join(" ")
    };
    let schema = fs::read_to_string("crates/report/src/SCHEMA.md").expect("the documentation of the schema");
    for (name, value) in [
        ("report", &report),
        ("finding", &report["findings"][0]),
        ("evidence", &report["findings"][0]["evidence"][0]),
        ("related", &report["findings"][0]["related"][0]),
        ("source", &report["sources"][0]),
        ("zone", &report["sources"][0]["zone"]),
        ("coverage_gaps", &report["coverage_gaps"][0]),
        ("totals", &report["totals"]),
    ] {
        for key in value.as_object().expect(name).keys() {
            assert!(schema.contains(&format!("`{key}`")), "{name}.{key} is not documented");
        }
    }
    assert_eq!(report["schema"], "spoglight-report/2");
    insta::assert_snapshot!(keys(&report["findings"][0]));
    for source in report["sources"].as_array().expect("sources") {
        let number = |name: &str| source[name].as_u64().expect(name);
        assert_eq!(number("parsed") + number("unparsed"), number("bytes"), "{source}");
        let size = fs::metadata(source["path"].as_str().expect("a path")).expect("a file").len();
        assert_eq!(number("bytes"), size, "every byte is accounted for: {source}");
    }
}

#[test]
fn the_same_bytes_on_any_number_of_threads() {
    let run = |threads: &str| {
        spoglight(&["analyze", "samples/cases", "--format", "json", "--threads", threads]).stdout
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
}

#[test]
fn evidence_can_be_checked_by_eye() {
    let report = json(&[CASE]);
    let mut checked = 0;
    for finding in report["findings"].as_array().expect("findings") {
        for evidence in finding["evidence"].as_array().expect("evidence") {
            let bytes = fs::read(evidence["source"].as_str().expect("a path")).expect("the file");
            let offset = evidence["offset"].as_u64().expect("an offset") as usize;
            let line = memchr::memchr_iter(b'\n', &bytes[..offset]).count() as u64 + 1;
            assert_eq!(evidence["line"], line);
            let end = bytes[offset..].iter().position(|byte| *byte == b'\n').expect("a line end");
            assert_eq!(
                evidence["text"],
                String::from_utf8_lossy(&bytes[offset..offset + end]).trim_end_matches('\r')
            );
            checked += 1;
        }
    }
    assert!(checked > 3);
}

#[test]
fn without_a_zone_it_is_said_loudly_with_the_option() {
    // only the log in local time: nothing beside it says where it is from
    let folder = folder();
    let name = "PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log";
    put(folder.path(), name, fs::read(Path::new(CASE).join(name)).expect("a sample"));
    let case = argument(folder.path());
    let output = text(&spoglight(&["analyze", case]).stdout);
    let top: Vec<&str> = output.lines().take(6).collect();
    assert!(top.iter().any(|line| line.contains("unknown time zone") && line.contains("--tz")), "{top:?}");
    assert!(output.contains("--tz PCCEADSA=ZONE"));
    let report = json(&[case]);
    let first = report["findings"][0]["first"].as_str().expect("a time");
    assert!(!first.ends_with('Z'), "{first} is no moment without a zone");
    let report = json(&[case, "--tz", "*/icm/*=Eastern Standard Time"]);
    assert!(report["findings"][0]["first"].as_str().expect("a time").ends_with('Z'));
    // beside the others it is known
    let report = json(&[CASE]);
    assert_eq!(report["findings"][0]["first"], "2026-11-21T17:11:43.253Z");
}

#[test]
fn wrong_calls_end_with_2_and_say_what_is_right() {
    for (arguments, says) in [
        (&["analyze"][..], "PATH"),
        (&["analyze", CASE, "--tz", "Rome"], "Europe/Rome"),
        (&["analyze", CASE, "--format", "xml"], "json"),
        (&["analyze", "no/such/path"], "no/such/path"),
        (&["analyse", CASE], "analyze"),
        (&["analyze", CASE, "-o", "no/such/folder/report.txt"], "no/such/folder"),
    ] {
        let output = spoglight(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let all = text(&output.stderr) + &text(&output.stdout);
        assert!(all.contains(says), "{arguments:?}: {all}");
    }
}

#[test]
fn help_has_examples_and_exit_codes() {
    let output = spoglight(&["analyze", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    insta::assert_snapshot!(text(&output.stdout).replace("spoglight.exe", "spoglight"));
}

/// Numbers at the start of the lines of the list of findings.
fn listed(report: &str) -> Vec<usize> {
    let lines = report.lines().skip(1).take_while(|line| !line.contains(" events, ") && !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
}

#[test]
fn a_list_of_all_findings_comes_first_and_then_what_was_asked_for() {
    let folder = folder();
    let path = argument(folder.path());
    let ece = "2026-11-21 12:00:00.000 GMT+0000 <@> ERROR <@> [3:x] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  \
               <@> a.B <@> c() <@> failed <@> \n";
    let mut log = String::new();
    for cause in [
        "javax.net.ssl.SSLHandshakeException: PKIX path building failed: x: unable to find valid certification path to \
         requested target",
        "java.lang.OutOfMemoryError: Java heap space",
        "javax.naming.AuthenticationException: [LDAP: error code 49 - 80090308: LdapErr: DSID-0C090446, comment: \
         AcceptSecurityContext error, data 52e, v2580",
    ] {
        log += ece;
        log += cause;
        log += "\n\tat a.B.c(B.java:1)\n";
    }
    fs::write(folder.path().join("eg_log_ECEAPP01_ApplicationServer.log"), log).expect("a log");
    let shown = |arguments: &[&str]| {
        let output = spoglight(&[&["analyze", path], arguments].concat());
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let sections = |report: &str| -> Vec<usize> {
        let number = |line: &str| line.split_once(". ")?.0.parse().ok();
        report.lines().filter_map(number).collect()
    };
    let report = shown(&[]);
    assert_eq!((listed(&report), sections(&report)), (vec![1, 2, 3], vec![1]), "{report}");
    assert!(report.contains("`--only N`") || report.contains("--only N"), "{report}");
    let report = shown(&["--brief"]);
    assert_eq!((listed(&report), sections(&report)), (vec![1, 2, 3], vec![]), "{report}");
    assert!(report.lines().count() < 12, "{report}");
    let report = shown(&["--full"]);
    assert_eq!((listed(&report), sections(&report)), (vec![1, 2, 3], vec![1, 2, 3]), "{report}");
    let report = shown(&["--only", "3", "--only", "JVM-*"]);
    let chosen = sections(&report);
    assert!(listed(&report).is_empty() && chosen.contains(&3) && chosen.len() == 2, "{report}");
    assert!(report.contains("Id        jvm-"), "{report}");
    // other formats are for files and programs: they are whole
    assert_eq!(shown(&["--format", "markdown"]).matches("**Fix:**").count(), 3);
    let wrong = spoglight(&["analyze", path, "--only", "nothing-*"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("a number from 1 to 3"), "{}", text(&wrong.stderr));
}

#[test]
fn a_path_alone_is_analyzed() {
    let (alone, named) = (spoglight(&[CASE]), spoglight(&["analyze", CASE]));
    assert_eq!(alone.stdout, named.stdout);
    assert_eq!(alone.status.code(), Some(1));
    assert_eq!(spoglight(&["no-such-path-or-command"]).status.code(), Some(2));
}

#[test]
fn one_log_without_a_failure_is_incomplete() {
    let output = spoglight(&["analyze", "samples/ece/published-2011.log"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
    let report = text(&output.stdout);
    assert!(report.starts_with("CANNOT TELL  No failure found in what was read"), "{report}");
    assert!(report.contains("the Tomcat of the Administration"), "{report}");
}

#[test]
fn colour_only_where_it_is_wanted() {
    let escapes = |output: &Output| output.stdout.contains(&0x1b);
    assert!(!escapes(&spoglight(&["analyze", CASE])), "a pipe is no terminal");
    assert!(escapes(&spoglight(&["analyze", CASE, "--color", "always"])));
    assert!(!escapes(&spoglight(&["analyze", CASE, "--color", "never"])));
}

#[test]
fn a_report_in_a_file_is_whole_or_not_there() {
    let folder = folder();
    let file = folder.path().join("report.json");
    let name = argument(&file);
    let output = spoglight(&["analyze", CASE, "--format", "json", "-o", name]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let report: Value = serde_json::from_slice(&fs::read(&file).expect("the report")).expect("JSON");
    assert_eq!(report["findings"][0]["id"], "tls-pkix-path-building");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing else is left behind");
}

#[test]
fn no_control_character_of_a_log_reaches_the_terminal() {
    let folder = folder();
    let nasty = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\0\u{8}";
    let path = folder.path().join("x.log");
    let mut log = fs::File::create(&path).expect("a file");
    writeln!(
        log,
        "2026-11-21 10:00:00.000 GMT+0000 <@> ERROR <@> [1:{nasty}] <@> a.B <@> c() <@> {nasty} <@> "
    )
    .expect("written");
    writeln!(log, "java.net.ConnectException: Connection refused: connect {nasty}").expect("written");
    writeln!(log, "\tat {nasty}.b(C.java:1)").expect("written");
    for _ in 0..20 {
        writeln!(log, "2026-11-21 10:00:01.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> ")
            .expect("written");
    }
    drop(log);
    let path = argument(&path);
    for arguments in [&["analyze", path][..], &["analyze", path, "--format", "json"]] {
        let output = text(&spoglight(arguments).stdout);
        assert!(output.contains("net-connect-refused"), "{output}");
        let bad: Vec<char> =
            output.chars().filter(|one| one.is_control() && *one != '\n' || *one == '\u{202e}').collect();
        assert_eq!(bad, Vec::<char>::new(), "{output}");
    }
    let report = json(&[path]);
    let evidence = report["findings"][0]["evidence"][0]["text"].as_str().expect("a text");
    assert!(evidence.contains(nasty), "for a program that reads the JSON it is the text of the log");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure() {
    use std::process::Stdio;
    let mut child = Command::new(PROGRAM)
        .args(["analyze", "samples/cases", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a run");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("its end");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
}

#[test]
fn the_order_of_the_arguments_is_the_order_of_the_sources_and_twice_is_once() {
    let one = "samples/tomcat-juli/windows-jdk11-ldap.log";
    let other = "samples/ece/published-2011.log";
    let report = json(&[one, other, one]);
    let paths: Vec<&str> = report["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .filter_map(|source| source["path"].as_str())
        .collect();
    assert_eq!(paths, [one, other]);
    assert!(Path::new(one).exists());
}

#[test]
fn a_failure_is_explained_and_found_by_words() {
    let of = |arguments: &[&str]| {
        let output = spoglight(arguments);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, all, _) = of(&["explain", "ldap-49-52e"]);
    assert_eq!(code, Some(0));
    for part in [
        "wrong password",
        "Cause  ",
        "Confirm  ",
        "Fix  ",
        "False positive if",
        "spog-load-error",
        "data 52e",
    ] {
        assert!(all.contains(part), "{part} in {all}");
    }
    let (code, _, error) = of(&["explain", "nosuch"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("spoglight signatures list"), "{error}");
    let (code, found, _) = of(&["signatures", "list", "--area", "tls", "--search", "certificate EXPIRED"]);
    assert_eq!(code, Some(0));
    assert!(found.lines().any(|line| line.starts_with("tls-expired ")), "{found}");
    assert!(found.lines().all(|line| line.starts_with("tls-")), "{found}");
}

const OWN: &str = r#"
id         = "net-unknown-host"
title      = "The printer's name is unknown"
severity   = "low"
confidence = "likely"
shows_in   = ["Tomcat"]
cause      = "Names of printers are not in the DNS."
confirm    = ["nslookup"]
fix        = ["Ask for a name."]
false_positives = ["None is known."]
references = ["our own handbook"]

[match]
any     = ["UnknownHostException: printer"]
pattern = '''UnknownHostException: (?P<host>printer\S*)'''

[[hit]]
text     = '''java.net.UnknownHostException: printer7'''
from     = "constructed"
captures = { host = "printer7" }

[[hit]]
text = '''java.net.UnknownHostException: printer8.lab.test'''
from = "constructed"

[[miss]]
text = '''java.net.UnknownHostException: dc01'''
why  = "no printer"

[[miss]]
text = '''printer7 is out of paper'''
why  = "it has a name"
"#;

#[test]
fn signatures_of_ones_own_are_tried_and_take_the_place_of_others() {
    let folder = folder();
    let own = folder.path().join("own");
    put(&own, "net-unknown-host.toml", OWN);
    put(&own, "broken.toml", "id = ");
    let lines = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Probe.get java.net.UnknownHostException: ";
    let log = format!("{lines}printer7\n{lines}dc01.lab.test\n");
    let log = put(folder.path(), "catalina.2026-11-21.log", log);
    let (own, log) = (argument(&own), argument(&log));

    let output = spoglight(&["signatures", "test", &format!("{own}/net-unknown-host.toml")]);
    assert!(text(&output.stdout).contains("1 signature, 0 wrong"), "{}", text(&output.stdout));
    let output = spoglight(&["signatures", "test", own]);
    assert_ne!(output.status.code(), Some(0));

    let output = spoglight(&["analyze", log, "--signatures", own, "--format", "json"]);
    assert!(text(&output.stdout).contains("The printer's name is unknown"));
    assert!(!text(&output.stdout).contains("A host name cannot be resolved"));
    assert!(text(&output.stdout).contains("broken.toml"), "the one that is wrong is told");
}

#[test]
fn why_not_says_which_condition_failed() {
    let output = spoglight(&["why-not", "tls-pkix-path-building", CASE]);
    let said = text(&output.stdout);
    assert!(said.starts_with("tls-pkix-path-building: Found: CRITICAL"), "{said}");
    assert!(said.contains("catalina.2026-11-21.log:40"), "the place: {said}");
    assert!(!said.contains("Literals"), "how it was found is no answer: {said}");
    assert_eq!(output.status.code(), Some(1));

    let output = spoglight(&["why-not", "ldap-partial-result", CASE]);
    let said = text(&output.stdout);
    assert!(said.contains("Literals  in no message"), "{said}");
    assert!(said.contains("Missing   ApplicationServer on ECEAPP01 wrote nothing at 7-Debug"), "{said}");

    let folder = folder();
    let line = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Probe.get java.net.UnknownHostException";
    let log = put(folder.path(), "catalina.2026-11-21.log", format!("{line}\n"));
    let own = OWN.replace("[\"UnknownHostException: printer\"]", "[\"UnknownHostException\"]");
    let own = put(folder.path(), "net-unknown-host.toml", own);
    let (log, own) = (argument(&log), argument(&own));
    let output = spoglight(&["why-not", "net-unknown-host", log, "--signatures", own, "--tz", "UTC"]);
    let said = text(&output.stdout);
    assert!(said.contains("matches 0 of them"), "{said}");
    assert!(said.contains("nothing matches; the pattern begins with (?:UnknownHostException: )"), "{said}");

    let output = spoglight(&["why-not", "stored-password-locks-account", CASE]);
    assert!(text(&output.stdout).contains("Step      wrong: 0 hits"), "{}", text(&output.stdout));
    assert_eq!(output.status.code(), Some(3), "it cannot be told");

    let by_number = spoglight(&["why-not", "c09", CASE]);
    assert_eq!(
        (text(&by_number.stdout), by_number.status.code()),
        (text(&output.stdout), output.status.code())
    );

    let output = spoglight(&["why-not", "no-such-id", CASE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("signatures list --checks"), "{}", text(&output.stderr));
}

#[test]
fn why_not_answers_for_checks() {
    let output = spoglight(&["why-not", "truststore", CASE]);
    let said = text(&output.stdout);
    assert!(said.starts_with("truststore: Cannot tell."), "{said}");
    assert!(said.contains("add the truststore of every ADS"), "what to collect: {said}");
    assert_eq!(output.status.code(), Some(3));

    let output = spoglight(&["why-not", "B17", CASE]);
    let said = text(&output.stdout);
    assert!(said.starts_with("process-restart: Not found: it looked"), "{said}");
    assert_eq!(output.status.code(), Some(0));

    // a number of several checks
    let output = spoglight(&["why-not", "B07", CASE]);
    let said = text(&output.stdout);
    for id in ["zone-unknown: ", "date-unknown: ", "clock-skew: "] {
        assert!(said.contains(id), "{id} in {said}");
    }

    let folder = folder();
    let settings = "var web_server_protocol = \"http\";\nvar web_server_name = \"ece.lab.example\";\n";
    let settings = put(folder.path(), "spog_config.js", settings);
    let output = spoglight(&["why-not", "gadget-settings", argument(&settings)]);
    let said = text(&output.stdout);
    assert!(said.starts_with("gadget-settings: Found: HIGH"), "{said}");
    assert!(said.contains("it must be \"https\""), "{said}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn every_check_has_an_explain_page() {
    let output = spoglight(&["signatures", "list", "--checks"]);
    let list = text(&output.stdout);
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert!(rows.len() > 20, "{list}");
    let page = |id: &str| {
        let output = spoglight(&["explain", id]);
        assert_eq!(output.status.code(), Some(0), "{id}: {}", text(&output.stderr));
        text(&output.stdout)
    };
    let numbered =
        |row: &&Vec<&str>| row.first().is_some_and(|number| number.starts_with('B') && number.len() == 3);
    for row in rows.iter().filter(numbered) {
        let (number, id) = (row[0], row[1]);
        let all = page(id);
        for part in ["Cause  ", "Looks at  ", "Needs  ", "If it cannot tell", id, number] {
            assert!(all.contains(part), "{part} in {all}");
        }
        assert!(page(&number.to_lowercase()).contains(id), "{number} has {id}");
    }
}

#[test]
fn a_signature_is_drafted_from_a_line() {
    let folder = folder();
    let line =
        "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Queue.fill Queue 4711 of ACME is overflowing by 12 items";
    let log = format!("{line}\n\tat lab.Queue.fill(Queue.java:7)\n");
    let log = put(folder.path(), "catalina.2026-11-21.log", log);
    let from = format!("{}:1", log.display());
    let own = folder.path().join("own-queue.toml");
    let written = argument(&own);
    let output = spoglight(&["signatures", "new", "own-queue", "--from", &from, "-o", written]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));

    let output = spoglight(&["signatures", "test", written]);
    let defects = text(&output.stdout);
    assert!(defects.contains("its title has a TODO") && !defects.contains("does not hit"), "{defects}");
    let log = argument(&log);
    let report = json(&[log, "--signatures", written, "--tz", "UTC"]);
    assert_eq!(report["findings"][0]["id"], "own-queue");
    assert_eq!(report["findings"][0]["captures"]["value1"][0], "4711");

    for (id, from) in [("Own Queue", from.as_str()), ("own-queue", "nothing.log:1"), ("own-queue", log)] {
        assert_eq!(
            spoglight(&["signatures", "new", id, "--from", from]).status.code(),
            Some(2),
            "{id} {from}"
        );
    }
}

#[test]
fn rules_are_explained_and_listed() {
    let said = text(&spoglight(&["explain", "C20"]).stdout);
    assert!(said.contains("mail-retriever-silent (rule C20)"), "{said}");
    let listed = text(&spoglight(&["signatures", "list", "--rules"]).stdout);
    let rules = spoglight_signatures::Rule::embedded().expect("rules");
    assert_eq!(listed.lines().count(), rules.len());
}
