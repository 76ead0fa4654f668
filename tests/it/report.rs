//! HTML reports of whole runs, their verification, and packed evidence.

use std::fs;

use crate::support::{self, CASE, argument, spoglight, text};

/// Lines of standard error, for messages of a failed run.
fn errors(output: &std::process::Output) -> String {
    text(&output.stderr)
}

#[test]
fn a_report_is_verified_against_its_files() {
    let folder = support::folder();
    let page = folder.path().join("case.html");
    let page = argument(&page);
    let made = spoglight(&["analyze", CASE, "--tz", "America/New_York", "--format", "html", "-o", page]);
    assert_eq!(made.status.code(), Some(1), "{}", errors(&made));
    let html = fs::read_to_string(page).expect("the report");
    assert!(html.starts_with("<!DOCTYPE html>") && html.trim_end().ends_with("</html>"));
    assert!(html.len() < 1_000_000, "{}", html.len());
    for part in
        ["How this report was made", "<code>America/New_York</code>", "Versions found", "Not understood"]
    {
        assert!(html.contains(part), "{part}");
    }
    let same = spoglight(&["report", "verify", page, CASE, "--tz", "America/New_York"]);
    let shown = text(&same.stdout);
    assert_eq!(same.status.code(), Some(0), "{shown}{}", errors(&same));
    assert!(shown.contains("The report shows what the files contain."), "{shown}");
    assert!(!shown.contains(" 0 quoted lines") && !shown.contains(" 0 events"), "{shown}");
    // a page that somebody improved
    let forged = html.replacen("PKIX path building failed", "Everything is as it should be", 1_000);
    assert_ne!(forged, html);
    fs::write(page, forged).expect("a page");
    let different = spoglight(&["report", "verify", page, CASE, "--tz", "America/New_York"]);
    assert_eq!(different.status.code(), Some(1), "{}", text(&different.stdout));
    assert!(text(&different.stdout).contains("the line differs"), "{}", text(&different.stdout));
}

#[test]
fn what_is_no_report_is_an_error() {
    let folder = support::folder();
    let page = folder.path().join("other.html");
    fs::write(&page, "<html><body>text</body></html>").expect("a file");
    let refused = spoglight(&["report", "verify", argument(&page), CASE]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(errors(&refused).contains("is no report of spoglight"), "{}", errors(&refused));
    let missing = spoglight(&["report", "verify", "no-such.html", CASE]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(errors(&missing).contains("cannot read no-such.html"), "{}", errors(&missing));
}

#[test]
fn a_password_of_the_command_line_is_in_no_report() {
    let made = spoglight(&[
        "analyze",
        CASE,
        "--password",
        "Sommer2026",
        "--password=Winter2027",
        "--format",
        "html",
    ]);
    let html = text(&made.stdout);
    assert!(html.contains("How this report was made"));
    assert!(!html.contains("Sommer2026") && !html.contains("Winter2027"));
}

#[test]
fn an_archive_gives_the_same_page_as_its_folder() {
    // the sums and the names of the input differ, and what is quoted does not
    let folder = support::folder();
    let log =
        "2026-11-21 13:31:09,940 ERROR [org.jboss.as] (main) java.lang.OutOfMemoryError: Java heap space\n";
    let name = "server.log";
    let zip = spoglight_source::zip_of(&[(name, log.as_bytes())]).expect("an archive");
    support::put(folder.path(), "case.zip", &zip);
    support::put(folder.path(), "case/server.log", log.as_bytes());
    let quoted = |path: &str| {
        let path = folder.path().join(path);
        let made = spoglight(&["analyze", argument(&path), "--format", "html"]);
        let html = text(&made.stdout);
        html.split("<code data-n=")
            .skip(1)
            .map(|part| part.split("</code>").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let lines = quoted("case.zip");
    assert!(lines.iter().any(|line| line.contains("Java heap space")), "{lines:?}");
    assert_eq!(lines, quoted("case"));
}

#[test]
fn evidence_is_packed_with_its_places() {
    let folder = support::folder();
    let zip = folder.path().join("evidence.zip");
    let zip = argument(&zip);
    let made = spoglight(&["report", "evidence", CASE, "-o", zip]);
    assert_eq!(made.status.code(), Some(0), "{}", errors(&made));
    assert!(fs::metadata(zip).expect("the archive").len() < 100_000);
    let bundle = spoglight_source::Bundle::open(&[zip.into()], &spoglight_source::Opening::default());
    let read = |word: &str| {
        let source = bundle.sources.iter().find(|source| source.path.contains(word)).expect(word);
        let mut content = String::new();
        source.read(0, |stream| stream.read_to_string(&mut content)).expect("readable");
        content
    };
    let first = read("01-tls-pkix-path-building");
    assert!(
        first.contains(".log:") && first.contains("(byte ") && first.contains("PKIX path building failed")
    );
    assert!(first.lines().any(|line| line.starts_with('>')), "{first}");
    let overview = read("README.txt");
    assert!(overview.contains("01-tls-pkix-path-building.txt") && overview.contains("SHA-256"), "{overview}");
    // Windows replaces no file that is open
    drop(bundle);
    let again = spoglight(&["report", "evidence", CASE, "-o", zip]);
    assert_eq!(again.status.code(), Some(2));
    assert!(errors(&again).contains("exists already"), "{}", errors(&again));
    assert_eq!(spoglight(&["report", "evidence", CASE, "-o", zip, "--force"]).status.code(), Some(0));
    let refused = spoglight(&["report", "evidence", CASE, "-o", "evidence.txt"]);
    assert_eq!(refused.status.code(), Some(2));
    // nothing to prove: nothing is written
    let empty = support::folder();
    support::put(empty.path(), "notes.txt", b"nothing here\n");
    let target = empty.path().join("e.zip");
    let none = spoglight(&["report", "evidence", argument(empty.path()), "-o", argument(&target)]);
    assert_ne!(none.status.code(), Some(0));
    assert!(!target.exists());
}

#[test]
fn a_report_without_any_event_is_honest_and_a_failed_one_leaves_nothing() {
    let folder = support::folder();
    support::put(folder.path(), "logs/notes.txt", b"nothing here\n");
    let path = folder.path().join("logs");
    let path = argument(&path);
    let made = spoglight(&["analyze", path, "--format", "html"]);
    assert_eq!(made.status.code(), Some(2));
    let html = text(&made.stdout);
    assert!(html.contains("No known failure was found.") && html.contains("NO KNOWN LOG"), "{html}");
    let target = folder.path().join("no-such-folder").join("case.html");
    let failed = spoglight(&["analyze", CASE, "--format", "html", "-o", argument(&target)]);
    assert_eq!(failed.status.code(), Some(2));
    assert!(errors(&failed).contains("cannot write"), "{}", errors(&failed));
    assert!(!folder.path().join("no-such-folder").exists());
}

/// The schema, strict: what it does not describe is not allowed.
fn strict(schema: &mut serde_json::Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.contains_key("properties") {
            object.insert("additionalProperties".to_owned(), false.into());
        }
        object.values_mut().for_each(strict);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(strict);
    }
}

#[test]
fn reports_are_what_their_schema_describes() {
    let mut schema = spoglight::report::schema();
    let published = fs::read_to_string("docs/report.schema.json").expect("the schema");
    let published: serde_json::Value = serde_json::from_str(&published).expect("JSON");
    assert_eq!(published, schema, "run `cargo run --example schema > docs/report.schema.json`");
    strict(&mut schema);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for case in ["samples/cases", "samples/artifacts", "samples/ece", "samples"] {
        let report = support::report(&[case, "--incident", "2026-11-21T13:31Z"]);
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .take(5)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert_eq!(errors, [] as [String; 0], "{case}");
    }
    // a schema that accepts anything would accept this
    for wrong in [serde_json::json!({}), serde_json::json!({ "schema": 2 }), serde_json::json!([])] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
    let mut report = support::report(&[CASE]);
    report["findings"][0]["severity"] = "terrible".into();
    assert!(!validator.is_valid(&report));
}
