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
    for number in 1..=text(&std::fs::read(&plain).expect("notes")).lines().count() {
        let from = format!("{}:{number}", argument(&plain));
        let output = spoglight(&["signatures", "new", "own-one", "--from", &from]);
        let shown = text(&output.stdout);
        if !leaks(&shown).is_empty() {
            leaking.push(format!("signatures new of line {number}: {shown}"));
        }
    }
    assert!(leaking.is_empty(), "{} leak:\n{}", leaking.len(), leaking.join("\n"));
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
