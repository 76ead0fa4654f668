//! What was not understood is never OK: a headline and an exit code that say so.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use proptest::prelude::*;

use crate::support::{argument, folder, put, spoglight, text};

/// The headline and the exit code of `analyze`. A long headline has lines of its own, and is followed by a sentence.
fn headline(output: &Output) -> (String, Option<i32>) {
    let shown = text(&output.stdout);
    let mut lines = shown.lines();
    let mut headline = lines.next().unwrap_or_default().to_owned();
    for line in lines.take_while(|line| line.starts_with("  ")) {
        headline.push(' ');
        headline.push_str(line.trim());
    }
    (headline, output.status.code())
}

const NO_KNOWN_LOG: &str = "NO KNOWN LOG  No file is a log or a setting of a known format.";

#[test]
fn files_of_no_known_format_are_not_ok() {
    let case = folder();
    put(case.path(), "passwd", "root:x:0:0:root:/root:/bin/bash\nbob:x:1:1::/home/bob:/bin/sh\n");
    put(case.path(), "notes.txt", "The customer called at noon.\nThe page does not open.\n");
    let output = spoglight(&["analyze", argument(case.path())]);
    assert_eq!(headline(&output), (NO_KNOWN_LOG.to_owned(), Some(2)));
    assert!(text(&output.stdout).contains("spoglight formats test FILE"), "it says what to do");
    assert_eq!(spoglight(&["inventory", argument(case.path())]).status.code(), Some(2));
}

#[test]
fn nothing_at_all_is_not_ok() {
    let case = folder();
    let output = spoglight(&["analyze", argument(case.path())]);
    assert_eq!(headline(&output), ("NOTHING READ  Nothing was read.".to_owned(), Some(2)));
    let missing = case.path().join("missing");
    assert_eq!(spoglight(&["analyze", argument(&missing)]).status.code(), Some(2));
}

#[test]
fn a_finding_in_a_ticket_counts() {
    let case = folder();
    put(
        case.path(),
        "ticket.txt",
        "They see this:\nPKIX path building failed: unable to find valid certification path\n",
    );
    let (headline, code) = headline(&spoglight(&["analyze", argument(case.path())]));
    assert!(headline.contains("CRITICAL") && code == Some(1), "{headline} {code:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_text_without_a_known_format_is_never_ok(
        files in prop::collection::vec("[a-z]{3,9}( [a-z]{2,8}){0,6}(\n[a-z]{3,9}( [a-z]{2,8}){0,6}){0,20}", 1..5),
    ) {
        let case = folder();
        let paths: Vec<PathBuf> =
            files.iter().enumerate().map(|(at, content)| put(case.path(), &format!("f{at}.txt"), content)).collect();
        prop_assert_eq!(paths.len(), files.len());
        let (headline, code) = headline(&spoglight(&["analyze", argument(case.path())]));
        prop_assert_eq!((headline.as_str(), code), (NO_KNOWN_LOG, Some(2)));
    }
}

/// A small complete collection in which nothing is wrong.
const HEALTHY: &str = "samples/judgement/healthy/logs";

/// Its servers, with whether their logs are needed for an answer.
const SERVERS: [(&str, bool); 6] = [
    ("ECEAPP01", true),
    ("ECESVC01", true),
    ("ECESVC02", false),
    ("ECEWEB01", false),
    ("PCCEADSA", true),
    ("PG", false),
];

/// Copies the logs of a server. `scrambled`: their text is of no known format, as if they were of another product.
fn copy(server: &str, to: &Path, scrambled: bool) {
    let from = Path::new(HEALTHY).join(server);
    for entry in walkdir::WalkDir::new(&from) {
        let entry = entry.expect("an entry");
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(HEALTHY).expect("a path below the collection");
            let content = fs::read(entry.path()).expect("a log");
            let content =
                if scrambled { content.iter().map(|byte| scramble(*byte)).collect() } else { content };
            put(to, name.to_str().expect("UTF-8"), content);
        }
    }
}

/// Letters stay letters, and everything that a format could begin with becomes one, too.
fn scramble(byte: u8) -> u8 {
    if byte.is_ascii_lowercase() || byte == b'\n' || byte == b' ' { byte } else { b'x' }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_collection_is_fine_only_if_what_is_needed_was_understood(
        states in prop::collection::vec(0..3_u8, SERVERS.len()),
        notes in 0..3_usize,
    ) {
        let case = folder();
        let mut is_whole = true;
        for ((server, is_needed), state) in SERVERS.into_iter().zip(&states) {
            match state {
                0 => copy(server, case.path(), false),
                1 => copy(server, case.path(), true),
                _ => {}
            }
            is_whole &= !is_needed || *state == 0;
        }
        for note in 0..notes {
            put(case.path(), &format!("note{note}.txt"), "they called at noon\nand the page was empty\n");
        }
        let output = spoglight(&["analyze", argument(case.path())]);
        let (headline, code) = headline(&output);
        let is_fine = headline.starts_with("NO FAILURE FOUND");
        prop_assert!(is_whole || !is_fine, "{headline} {states:?}");
        prop_assert!(is_whole || code != Some(0), "{headline} {code:?} {states:?}");
        if is_fine && (notes > 0 || states.contains(&1)) {
            // the headline may be wrapped
            let report = text(&output.stdout);
            let top = report.lines().take(2).map(str::trim).collect::<Vec<_>>().join(" ");
            prop_assert!(top.contains("of unknown format") || top.contains("of an unknown format"), "{top}");
        }
    }

    #[test]
    fn known_and_unknown_files_alone_are_never_fine(
        known in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        unknown in prop::collection::vec("[a-z]{3,9}( [a-z]{2,8}){0,6}(\n[a-z]{3,9}( [a-z]{2,8}){0,6}){0,20}", 1..4),
    ) {
        let case = folder();
        let samples = format_samples();
        for (at, index) in known.iter().enumerate() {
            let from = index.get(&samples);
            let name = from.file_name().expect("a name").to_str().expect("UTF-8");
            put(case.path(), &format!("{at}/{name}"), fs::read(from).expect("a sample"));
        }
        for (at, content) in unknown.iter().enumerate() {
            put(case.path(), &format!("unknown{at}.log"), content);
        }
        let (headline, code) = headline(&spoglight(&["analyze", argument(case.path())]));
        prop_assert!(!headline.starts_with("NO FAILURE FOUND"), "{headline} {code:?}");
        prop_assert!(code != Some(0), "{headline} {code:?}");
    }
}

/// Logs of one format each.
fn format_samples() -> Vec<PathBuf> {
    let folders =
        ["access-log", "cisco-log", "ece", "icm-trace", "iis-w3c", "log4j", "tomcat-juli", "wildfly"];
    let files =
        folders.iter().flat_map(|name| fs::read_dir(Path::new("samples").join(name)).expect("samples"));
    let mut files: Vec<PathBuf> = files.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

#[test]
fn a_missing_path_is_an_error_at_once_and_the_others_are_read() {
    for command in ["analyze", "inventory", "timeline"] {
        let output = spoglight(&[command, HEALTHY, "no-such.zip"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(text(&output.stderr).starts_with("error: no-such.zip: no such file or folder"), "{command}");
        assert!(!output.stdout.is_empty(), "{command} reads the others");
        let alone = spoglight(&[command, "no-such.zip"]);
        assert_eq!((alone.status.code(), alone.stdout.len()), (Some(2), 0), "{command}");
    }
    let word = spoglight(&["timeline", HEALTHY, "timeout"]);
    assert_eq!((word.status.code(), word.stdout.len()), (Some(2), 0));
    assert!(text(&word.stderr).contains("-q timeout"), "it says how to filter");
}

#[test]
fn codes_mean_the_same_in_every_command() {
    let case = folder();
    let unknown = put(case.path(), "notes.txt", "The customer called at noon.\n");
    let one_log = "samples/judgement/one-log-only/logs";
    for (arguments, code) in [
        (vec!["analyze", HEALTHY], 0),
        (vec!["inventory", HEALTHY], 0),
        (vec!["timeline", HEALTHY, "-n", "1"], 0),
        (vec!["why-not", "tls-expired", HEALTHY], 0),
        (vec!["analyze", one_log], 3),
        (vec!["inventory", one_log], 3),
        (vec!["why-not", "tls-expired", one_log], 3),
        (vec!["timeline", one_log, "-n", "1"], 0),
        (vec!["timeline", one_log, "-q", "no-such-word"], 1),
        (vec!["analyze", argument(&unknown)], 2),
        (vec!["inventory", argument(&unknown)], 2),
        (vec!["timeline", argument(&unknown)], 2),
        (vec!["trace", "customer", argument(&unknown)], 2),
    ] {
        assert_eq!(spoglight(&arguments).status.code(), Some(code), "{arguments:?}");
    }
}
