//! No secret of a log leaves the program: every command and every output form masks it.

use std::fmt::Write as _;

use crate::support::{argument, folder, put, spoglight, text};

/// Spellings of secrets, with `@S@` for the secret.
const SPELLINGS: &str = include_str!("../../crates/text/src/secrets/spellings.txt");

/// The beginning of every planted secret.
const SECRET: &str = "Zq7xW";

fn planted() -> Vec<String> {
    let lines = SPELLINGS.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines
        .enumerate()
        .map(|(at, line)| line.replace("@S@", &format!("{SECRET}{at}kP9vT")).replace("\\n", "\n"))
        .collect()
}

/// Secrets that a text shows.
fn leaks(shown: &str) -> Vec<&str> {
    shown
        .match_indices(SECRET)
        .map(|(at, _)| shown[at..].split(|one: char| !one.is_alphanumeric()).next().unwrap_or_default())
        .collect()
}

#[test]
fn no_command_shows_a_secret_in_any_form() {
    let case = folder();
    let secrets = planted();
    let mut ece = String::new();
    let mut catalina = String::new();
    for (at, secret) in secrets.iter().enumerate() {
        let (minute, second) = (at / 60, at % 60);
        let _ = writeln!(
            ece,
            "2026-11-21 10:{minute:02}:{second:02}.000 GMT+0000 <@> ERROR <@> [1:a] <@> ProcessId:4 <@> PID:1 <@> UID:12 <@> \
             UserSessionId: <@> ClientSessionId: <@> a.B <@> c() <@> oops {secret} <@> "
        );
        let _ = writeln!(
            catalina,
            "21-Nov-2026 10:{minute:02}:{second:02}.000 SEVERE [main] a.B.c oops\n\tjava.lang.IllegalStateException: {secret}"
        );
    }
    put(case.path(), "ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log", ece);
    put(case.path(), "ADS/icm/tomcat/logs/catalina.2026-11-21.log", catalina);
    // in a file without messages every line is one of its own
    let lines: Vec<&str> =
        secrets.iter().filter(|secret| !secret.contains('\n')).map(String::as_str).collect();
    let plain = put(case.path(), "ADS/notes.txt", lines.join("\n"));
    let path = argument(case.path());
    let mut calls: Vec<Vec<&str>> = Vec::new();
    for format in ["text", "json", "markdown", "html"] {
        calls.push(vec!["analyze", path, "--format", format]);
        calls.push(vec!["inventory", path, "--format", format]);
    }
    for format in ["text", "json", "csv", "raw", "markdown"] {
        calls.push(vec!["timeline", path, "--format", format]);
        calls.push(vec!["timeline", path, "--format", format, "--full"]);
    }
    calls.push(vec!["timeline", path, "--group"]);
    calls.push(vec!["timeline", path, "--group", "--format", "json"]);
    calls.push(vec!["trace", "oops", path]);
    calls.push(vec!["trace", "oops", path, "--format", "json"]);
    calls.push(vec!["why-not", "secret-in-log", path]);
    for call in [["--json"].as_slice(), &["--full"], &["--findings-only"], &["--findings-only", "--json"]] {
        calls.push([&["tail", path, "--from", "start", "--quiet-after", "1s"], call].concat());
    }
    let mut leaking = Vec::new();
    for call in &calls {
        let output = spoglight(call);
        for (name, shown) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
            let shown = text(shown);
            let leaks = leaks(&shown);
            if !leaks.is_empty() {
                leaking.push(format!("{} on {name}: {leaks:?}", call.join(" ")));
            }
        }
    }
    // a run for each is slow, and all go through the same function
    for number in (1..=text(&std::fs::read(&plain).expect("notes")).lines().count()).step_by(9) {
        let from = format!("{}:{number}", argument(&plain));
        let output = spoglight(&["signatures", "new", "own-one", "--from", &from]);
        let shown = text(&output.stdout);
        if !leaks(&shown).is_empty() {
            leaking.push(format!("signatures new of line {number}: {shown}"));
        }
    }
    assert!(leaking.is_empty(), "{} leak:\n{}", leaking.len(), leaking.join("\n"));
}

/// The calls of all commands that read a collection.
fn calls(path: &str) -> Vec<Vec<&str>> {
    let mut calls = Vec::new();
    for format in ["text", "json", "markdown", "html"] {
        calls.push(vec!["analyze", path, "--format", format]);
        calls.push(vec!["inventory", path, "--format", format]);
    }
    for format in ["text", "json", "csv", "raw", "markdown"] {
        calls.push(vec!["timeline", path, "--format", format, "--full"]);
    }
    calls.push(vec!["timeline", path, "--group"]);
    calls.push(vec!["trace", "oops", path]);
    calls.push(vec!["why-not", "secret-in-log", path]);
    for call in [["--json"].as_slice(), &["--findings-only", "--json"]] {
        calls.push([&["tail", path, "--from", "start", "--quiet-after", "1s"], call].concat());
    }
    calls
}

/// Fails if a call shows a secret.
fn check(calls: &[Vec<&str>]) {
    let mut leaking = Vec::new();
    for call in calls {
        let output = spoglight(call);
        for (name, shown) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
            let shown = text(shown);
            if let Some(leak) = leaks(&shown).first() {
                let line = shown.lines().find(|line| line.contains(leak)).unwrap_or_default();
                leaking.push(format!("{} on {name}: {line}", call.join(" ")));
            }
        }
    }
    assert!(leaking.is_empty(), "{} leak:\n{}", leaking.len(), leaking.join("\n"));
}

/// In each line that is an example of a format, every word in turn is a secret: so every field of an event is one once.
#[test]
fn no_field_of_an_event_shows_a_secret() {
    let case = folder();
    for format in spoglight_parsers::formats::ALL {
        let example = format.example();
        let mut log = format!("{example}\n").repeat(4);
        for (at, space) in example.match_indices(char::is_whitespace) {
            let at = at + space.len();
            let end = example[at..].find(char::is_whitespace).map_or(example.len(), |end| at + end);
            let _ = writeln!(log, "{}password={SECRET}{at}x{}", &example[..at], &example[end..]);
        }
        let _ = writeln!(log, "{example} oops token={SECRET}x");
        put(case.path(), &format!("HOST1/{}.log", format.name()), log);
    }
    check(&calls(argument(case.path())));
}

#[test]
fn no_name_shows_a_secret() {
    let case = folder();
    let log =
        "2026-11-21 10:00:00.000 ERROR oops unable to find valid certification path to requested target\n";
    put(case.path(), &format!("password={SECRET}1/token={SECRET}2.log"), log);
    let entry = vec![(format!("api_key={SECRET}3/secret={SECRET}4.log"), log.as_bytes().to_vec())];
    put(case.path(), "case.zip", crate::archives::pack::zip(&entry));
    put(case.path(), &format!("pwd={SECRET}5.zip"), b"PK\x03\x04damaged");
    let path = argument(case.path());
    let inner = format!("{path}/password={SECRET}1");
    let missing = format!("{path}/pwd={SECRET}6");
    let mut all = calls(path);
    all.extend(calls(&inner));
    all.push(vec!["analyze", &missing]);
    all.push(vec!["formats", "test", &missing]);
    all.push(vec!["signatures", "test", &missing]);
    check(&all);
}

#[test]
fn no_settings_of_a_file_show_a_secret() {
    let case = folder();
    for (name, text) in [
        (
            "ADS/tomcat/conf/server.xml",
            "<Realm connectionName=\"cn=x\" connectionPassword=\"@S@\"/>\n<Certificate certificateKeystorePassword=\"@S@\"/>",
        ),
        (
            "ADS/tomcat/conf/context.xml",
            "<Resource name=\"jdbc/x\" username=\"sa\" password=\"@S@\" url=\"jdbc:x\"/>",
        ),
        (
            "ADS/spog/spog_config.js",
            "var config = {\n  host: 'a.example.com',\n  url: 'https://u:@S@@a.example.com/x?token=@S@',\n  password: '@S@',\n  secret: '@S@'\n};\n",
        ),
        (
            "ADS/inetsrv/config/applicationHost.config",
            "<configuration><system.applicationHost><sites><site name=\"password=@S@\" id=\"1\"><bindings><binding protocol=\"https\" bindingInformation=\"*:443:a.example.com\"/></bindings></site></sites><applicationPools><add name=\"x\"><processModel userName=\"u\" password=\"@S@\"/></add></applicationPools></system.applicationHost></configuration>",
        ),
        ("ECE/env.txt", "DB_PASSWORD=@S@\nexport LDAP_BIND_PW=@S@\nAWS_SECRET_ACCESS_KEY=@S@\n"),
        ("ECE/ldap.properties", "java.naming.security.credentials=@S@\nbind.password = @S@\n"),
        ("ECE/inventory.csv", "Hostname,Type,IP\npassword=@S@,PG,10.0.0.1\n"),
        (
            "ECE/key.txt",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA@S@@S@@S@\n-----END RSA PRIVATE KEY-----\n",
        ),
    ] {
        put(case.path(), name, text.replace("@S@", &format!("{SECRET}1kP9vT")));
    }
    check(&calls(argument(case.path())));
}

/// A secret is masked, too, where only a part of a long line is shown.
#[test]
fn no_cut_shows_a_secret() {
    let case = folder();
    let hit = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException";
    let mut log = String::new();
    for (at, length) in [60, 200, 900, 1000, 1024, 1100, 1200, 2000, 5000, 70_000].into_iter().enumerate() {
        let long = SECRET.repeat(length / SECRET.len());
        for (number, key) in
            ["password=", "password='", "{\"password\":\"", "Authorization: Bearer ", "<password>"]
                .into_iter()
                .enumerate()
        {
            let _ = writeln!(
                log,
                "2026-11-21 10:{at:02}:{number:02}.000 ERROR oops {key}{long} {hit} {number} end"
            );
            let _ = writeln!(
                log,
                "2026-11-21 11:{at:02}:{number:02}.000 ERROR oops {hit} {number} {key}{long} end"
            );
            let _ = writeln!(
                log,
                "2026-11-21 12:{at:02}:{number:02}.000 ERROR oops {} {key}{long} {hit}",
                "x ".repeat(length / 2)
            );
        }
    }
    put(case.path(), "ADS/icm/tomcat/logs/catalina.2026-11-21.log", log);
    check(&calls(argument(case.path())));
}

#[test]
fn the_number_of_masked_values_is_shown() {
    let case = folder();
    let path = put(
        case.path(),
        "x.log",
        "2026-11-21 10:00:00.000 ERROR oops password=a1 token=b2 x\n2026-11-21 10:00:01.000 ok\n",
    );
    for format in ["text", "json", "raw", "csv", "markdown"] {
        let output = spoglight(&["timeline", argument(&path), "--format", format]);
        let shown = text(&output.stderr);
        assert!(
            shown.contains("2 values that look like passwords, tokens or keys were masked with ***"),
            "{shown}"
        );
        let output = spoglight(&["timeline", argument(&path), "--format", format, "--show-secrets"]);
        assert!(!text(&output.stderr).contains("masked"), "{}", text(&output.stderr));
    }
}

#[test]
fn no_argument_reaches_the_terminal_as_an_escape_sequence() {
    for arguments in [
        vec!["analyze", "--x\u{1b}]0;title\u{7}"],
        vec!["timeline", "x", "--tz", "a\u{1b}[2Jb"],
        vec!["timeline", "x", "--since", "\u{202e}x"],
        vec!["timeline", "x", "--charset", "\u{9b}x"],
        vec!["timeline", "x", "--skew", "\u{1b}x"],
        vec!["explain", "\u{1b}x"],
        vec!["why-not", "\u{1b}x", "samples/ece"],
        vec!["x\u{1b}[31m"],
    ] {
        let output = spoglight(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let shown = text(&output.stderr);
        assert!(
            !shown.is_empty()
                && !shown.chars().any(|one| one.is_control() && one != '\n' || one == '\u{202e}'),
            "{shown:?}"
        );
    }
}
