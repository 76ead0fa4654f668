//! What was not understood is never OK: a headline and an exit code that say so.

use std::path::PathBuf;
use std::process::Output;

use proptest::prelude::*;

use crate::support::{argument, folder, put, spoglight, text};

/// The headline and the exit code of `analyze`.
fn headline(output: &Output) -> (String, Option<i32>) {
    (text(&output.stdout).lines().next().unwrap_or_default().to_owned(), output.status.code())
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
