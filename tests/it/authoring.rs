//! Signatures from the author's side: drafts of events, tests of texts, custom rules, packs, editions, the book.

use std::fs;
use std::path::Path;

use serde_json::Value;
use spoglight_signatures::{Library, LibraryEdition, Rule, Signature};

use crate::support::{argument, folder, put, report, spoglight, text};

const RECORD: &str = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Queue.fill Queue 4711 of ACME is overflowing\n\
                      lab.QueueFull: 4711\n\tat lab.Queue.fill(Queue.java:7)\nCaused by: lab.DiskFull: password=hunter22\n\
                      \tat lab.Disk.put(Disk.java:9)\n";

/// A log with two records, the second without a trace.
fn log() -> String {
    let other = "21-Nov-2026 15:46:01.002 SEVERE [main] lab.Queue.fill Queue 9 of ACME is overflowing\n";
    format!("{RECORD}{other}")
}

fn said(output: &std::process::Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

fn draft(arguments: &[&str]) -> Signature {
    let output = spoglight(&[&["signatures", "new", "own-queue"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!said(&output).contains("hunter22"), "{}", said(&output));
    Signature::read("own/own-queue.toml", &text(&output.stdout)).expect("a signature")
}

#[test]
fn a_draft_holds_whole_events_of_lines_findings_and_errors() {
    let folder = folder();
    let path = put(folder.path(), "catalina.2026-11-21.log", log());
    let at = |line: u32| format!("{}:{line}", path.display());
    let whole = RECORD.trim_end().replace("hunter22", "***");
    for line in [1, 3, 5] {
        let made = draft(&["--from", &at(line)]);
        assert_eq!(made.hits[0].text, whole, "line {line}");
    }
    let made = draft(&["--from", &at(1), "--from", &at(6)]);
    assert_eq!(made.hits.len(), 2);
    assert_eq!(made.hits[1].captures["value1"], "9");
    let made = draft(&["--from", argument(&path), "--error", "OVERFLOWING"]);
    assert!(made.hits[0].text.contains("is overflowing"));
    let made =
        draft(&["--from", "samples/cases/untrusted-certificate", "--finding", "tls-pkix-path-building"]);
    assert!(made.hits.len() > 1 && made.hits.iter().all(|hit| hit.text.contains("PKIX")), "{:?}", made.hits);

    for arguments in [
        &["--from", argument(&path), "--finding", "tls-expired"][..],
        &["--from", argument(&path), "--error", "no such words"],
        &["--from", &at(7)],
    ] {
        let output = spoglight(&[&["signatures", "new", "own-queue"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("help:"), "{arguments:?}");
    }
}

#[test]
fn a_line_in_an_archive_is_named_as_reports_name_it() {
    let folder = folder();
    let zip = spoglight_source::zip_of(&[("a/x.log", b"nothing"), ("b/catalina.log", log().as_bytes())]);
    let path = put(folder.path(), "case.zip", zip.expect("an archive"));
    let made = draft(&["--from", &format!("{}!b/catalina.log:6", path.display())]);
    assert!(made.hits[0].text.contains("Queue 9 of ACME"));
    for (from, what) in [(":1", "has 2 logs"), ("!c.log:1", "is not in the archive")] {
        let output = spoglight(&["signatures", "new", "x", "--from", &format!("{}{from}", path.display())]);
        assert!(text(&output.stderr).contains(what), "{}", text(&output.stderr));
    }
}

/// A signature that nothing is wrong with.
const OWN: &str = r#"
id         = "own-queue"
title      = "A queue is full"
severity   = "high"
confidence = "likely"
shows_in   = ["Tomcat"]
cause      = "Nobody empties the queue."
confirm    = ["Read the size of the queue."]
fix        = ["Empty the queue."]
false_positives = ["A test of the queue."]
references = ["our own handbook"]

[match]
any     = ["is overflowing"]
pattern = '''Queue (?P<queue>\d+) of \w+ is overflowing'''

[[hit]]
text     = "Queue 4711 of ACME is overflowing"
from     = "constructed"
captures = { queue = "4711" }

[[hit]]
text = "Queue 9 of ACME is overflowing"
from = "constructed"

[[miss]]
text = "The buffer is overflowing"
why  = "no queue"

[[miss]]
text = "Queue 4711 of ACME is half full"
why  = "there is room"
"#;

/// A rule over it.
const RULE: &str = r#"
id    = "own-queue-often"
title = "A queue is full again and again"

[[step]]
name   = "full"
of     = ["own-queue"]
count  = 2
within = "30m"

[then.raise]
severity   = "critical"
confidence = "likely"
cause      = "Nobody empties the queue, and it is filled on."
confirm    = ["Read the size of the queue."]
fix        = ["Empty the queue."]
false_positives = ["A test of the queue."]
references = ["our own handbook"]
"#;

const MANIFEST: &str = "name = \"lab\"\nversion = \"3\"\ndate = \"2026-11-30\"\nrequires = \"0.1.0\"\n";

#[test]
fn unwritten_and_stiff_texts_are_refused() {
    let folder = folder();
    for (from, to, what) in [
        ("", "", "1 signature, 0 wrong, 0 warnings"),
        ("\"Empty the queue.\"", "\"TODO: a step\"", "its fix has a TODO"),
        ("\"A queue is full\"", &format!("\"{}\"", "x".repeat(81)), "its title has 81 characters"),
        ("\"A test of the queue.\"", "\"\"", "its false_positives are missing"),
        ("\"our own handbook\"", "\" \"", "its references are missing"),
        ("Nobody empties the queue.", "Mend the queue.", "its cause has \"mend\": write \"fix\""),
        (
            "[[hit]]\ntext = \"Queue 9 of ACME is overflowing\"\nfrom = \"constructed\"",
            "",
            "has 1 [[hit]]; 2",
        ),
        ("Queue 4711 of ACME is half full", "The buffer is overflowing", "has 1 [[miss]]; 2"),
    ] {
        let own = put(folder.path(), "own-queue.toml", OWN.replace(from, to));
        let output = spoglight(&["signatures", "test", argument(&own)]);
        assert!(text(&output.stdout).contains(what), "{what}: {}", said(&output));
        assert_eq!(output.status.code(), Some(i32::from(!from.is_empty())), "{what}");
    }
}

/// A folder with a signature and a rule.
fn own(folder: &Path) -> String {
    put(folder, "own/queue/own-queue.toml", OWN);
    put(folder, "own/rules/own-queue-often.toml", RULE);
    argument(&folder.join("own")).to_owned()
}

#[test]
fn rules_are_read_beside_signatures_and_tested() {
    let folder = folder();
    let own = own(folder.path());
    let log = put(folder.path(), "catalina.2026-11-21.log", log());
    let found = report(&[argument(&log), "--signatures", &own, "--tz", "UTC"]);
    assert_eq!(found["findings"][0]["id"], "own-queue-often", "{}", found["warnings"]);
    let output = spoglight(&["signatures", "test", &own]);
    assert!(text(&output.stdout).contains("1 signature, 1 rule, 0 wrong"), "{}", said(&output));
    let listed = spoglight(&["signatures", "list", "--rules", "--signatures", &own]);
    assert!(text(&listed.stdout).contains("own-queue-often"), "{}", said(&listed));
    assert!(said(&spoglight(&["explain", "own-queue-often", "--signatures", &own])).contains("is filled on"));
    let why = said(&spoglight(&[
        "why-not",
        "own-queue-often",
        argument(&log),
        "--signatures",
        &own,
        "--tz",
        "UTC",
    ]));
    assert!(why.contains("own-queue-often: Found"), "{why}");

    for (from, to, what) in [
        ("\"own-queue\"]", "\"own-queu\"]", "names own-queu, which no signature has as its id"),
        ("A queue is full again", "The log says that a queue is full again", "its title has \"log says\""),
        ("within = \"30m\"", "within = \"30x\"", "is not a duration"),
        ("\"Empty the queue.\"", "\"TODO\"", "its fix has a TODO"),
    ] {
        put(folder.path(), "own/rules/own-queue-often.toml", RULE.replace(from, to));
        let output = spoglight(&["signatures", "test", &own]);
        assert!(text(&output.stdout).contains(what), "{what}: {}", said(&output));
        assert_eq!(output.status.code(), Some(1), "{what}");
    }
}

/// The samples of a custom rule are tried: what is wrong with them is named.
#[test]
fn samples_of_a_rule_are_tried() {
    let folder = folder();
    let own = own(folder.path());
    let sample = |miss: &str, second: &str| {
        format!(
            "\n[[sample]]\n{miss}lines = \"\"\"\n+0s ECEAPP01 ApplicationServer @own-queue\n{second}\n\"\"\"\n"
        )
    };
    let near = sample("", "+90s ECEAPP01 ApplicationServer @own-queue/2 again");
    let far = sample("miss = \"it is another day\"\n", "+25h ECEAPP01 ApplicationServer @own-queue");
    for (samples, what) in [
        (near.clone() + &far, "1 signature, 1 rule, 0 wrong"),
        (far.replace("miss = \"it is another day\"\n", ""), "[[sample]] 1: the rule does not apply to it"),
        (
            near.clone() + &near.replace("lines", "miss = \"nothing is full\"\nlines"),
            "[[sample]] 2: the rule applies, though nothing is full",
        ),
        (near.replace("@own-queue/2", "@own-queue/3"), "names no hit line"),
        (near.replace("@own-queue/2", "@own-queu"), "names no signature"),
        (near.replace("+90s", "later"), "does not begin with a time such as +90s"),
        (near.replace("+90s ECEAPP01", "+90s ../x"), "is not a plain name"),
    ] {
        put(folder.path(), "own/rules/own-queue-often.toml", format!("{RULE}{samples}"));
        let output = spoglight(&["signatures", "test", &own]);
        assert!(text(&output.stdout).contains(what), "{what}: {}", said(&output));
        assert_eq!(output.status.code(), Some(i32::from(!what.ends_with("0 wrong"))), "{what}");
    }
}

#[test]
fn a_rule_with_the_id_of_a_built_in_one_replaces_it() {
    let folder = folder();
    let built_in = "signatures/correlations/stored-password-locks-account.toml";
    let changed = fs::read_to_string(built_in).expect("a rule").replace(
        "title  = \"Repeated wrong passwords lock an account\"",
        "title  = \"Another title of the rule\"",
    );
    let own = put(folder.path(), "stored-password-locks-account.toml", changed);
    let listed = spoglight(&["signatures", "list", "--rules", "--signatures", argument(&own)]);
    assert!(text(&listed.stdout).contains("Another title of the rule"), "{}", said(&listed));
    assert_eq!(text(&listed.stdout).lines().count(), Rule::embedded().expect("rules").len());
}

#[test]
fn lines_of_success_of_custom_signatures_are_verified() {
    let folder = folder();
    let built_in = "signatures/library/routing/integ-app-gateway-down.toml";
    let right = fs::read_to_string(built_in).expect("a signature");
    let test = |text: &str| {
        let own = put(folder.path(), "routing/integ-app-gateway-down.toml", text);
        let output = spoglight(&["signatures", "test", argument(&own)]);
        (output.status.code(), said(&output))
    };
    let (code, shown) = test(&right);
    assert_eq!(code, Some(0), "{shown}");
    for (old, new, what) in [
        ("by    = \"integ-app-gateway-up\"", "by    = \"integ-nothing\"", "not the id of any signature"),
        ("by    = \"integ-app-gateway-up\"", "by    = \"integ-pg-offline\"", "which is no marker"),
        ("Gateway ID: 5002.'''", "Gateway ID: 5001.'''", "about the same as the first [[hit]]"),
        ("host. Application Gateway ID: 5001.'''", "other.'''", "is no hit of integ-app-gateway-up"),
    ] {
        assert!(right.contains(old), "{old}");
        let (code, shown) = test(&right.replacen(old, new, 1));
        assert_eq!(code, Some(1), "{shown}");
        assert!(shown.contains(what), "{what}: {shown}");
    }
}

#[test]
fn a_pack_is_tested_written_and_used() {
    let folder = folder();
    let own = own(folder.path());
    let log = put(folder.path(), "catalina.2026-11-21.log", log());
    let pack = folder.path().join("lab-3.zip");
    let pack = argument(&pack);
    let make = || spoglight(&["signatures", "pack", &own, "-o", pack]);
    assert!(text(&make().stderr).contains("has no pack.toml"));
    let manifest = put(folder.path(), "own/pack.toml", MANIFEST.replace("2026-11-30", "today"));
    assert!(text(&make().stderr).contains("pack.toml has the date \"today\""), "{}", said(&make()));
    put(folder.path(), "own/pack.toml", MANIFEST);
    put(folder.path(), "own/queue/own-queue.toml", OWN.replace("Empty the queue.", "TODO"));
    assert_eq!(make().status.code(), Some(1));
    assert!(!Path::new(pack).exists(), "a wrong pack was written");
    put(folder.path(), "own/queue/own-queue.toml", OWN);
    let made = make();
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let first = fs::read(pack).expect("a pack");
    make();
    assert_eq!(first, fs::read(pack).expect("a pack"), "the same folder gives the same pack");

    for source in [pack, own.as_str()] {
        let found = report(&[argument(&log), "--signatures", source, "--tz", "UTC"]);
        assert_eq!(found["findings"][0]["id"], "own-queue-often", "{}", found["warnings"]);
        assert_eq!(found["warnings"], Value::Array(Vec::new()));
        let shown = &found["library"]["packs"][0];
        assert_eq!(
            (&shown["name"], &shown["version"], &shown["date"]),
            (&"lab".into(), &"3".into(), &"2026-11-30".into())
        );
    }
    // a later pack of the same name takes the place of the one before
    put(folder.path(), "own/pack.toml", MANIFEST.replace("\"3\"", "\"4\""));
    let found = report(&[argument(&log), "--signatures", pack, "--signatures", &own, "--tz", "UTC"]);
    assert_eq!(found["library"]["packs"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["library"]["packs"][0]["version"], "4");
    assert_eq!(found["warnings"], Value::Array(Vec::new()));
    for format in ["text", "html", "markdown"] {
        let shown =
            text(&spoglight(&["analyze", argument(&log), "--signatures", &own, "--format", format]).stdout);
        assert!(shown.contains("pack lab 4 of 2026"), "{format}: {shown}");
    }
    drop(manifest);
}

#[test]
fn a_broken_pack_names_its_file_and_entry_and_is_not_used() {
    let folder = folder();
    let log = put(folder.path(), "catalina.2026-11-21.log", log());
    let huge = "#".repeat((1 << 20) + 1);
    let newer = MANIFEST.replace("0.1.0", "99.0.0");
    let zip = |entries: &[(&str, &str)]| {
        let entries: Vec<(&str, &[u8])> =
            entries.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        spoglight_source::zip_of(&entries).expect("an archive")
    };
    let whole = zip(&[("pack.toml", MANIFEST), ("queue/own-queue.toml", OWN)]);
    let mut damaged = whole.clone();
    let middle = damaged.len() / 3;
    damaged[middle..middle + 40].fill(0x55);
    for (name, bytes, what) in [
        ("no manifest", zip(&[("queue/own-queue.toml", OWN)]), "p.zip is not a pack: it has no pack.toml"),
        ("newer", zip(&[("pack.toml", &newer)]), "p.zip!pack.toml requires spoglight 99.0.0"),
        ("no archive", b"PK? no archive".to_vec(), "p.zip"),
        ("empty", Vec::new(), "p.zip"),
        ("cut", whole[..whole.len() - 60].to_vec(), "p.zip"),
        ("damaged", damaged, "p.zip"),
        ("huge", zip(&[("pack.toml", MANIFEST), ("a.toml", &huge)]), "p.zip!a.toml is too large"),
        ("no text", zip(&[("pack.toml", "\u{0}\u{1}")]), "p.zip!pack.toml is not a manifest"),
        ("escape", zip(&[("pack.toml", MANIFEST), ("../../own-queue.toml", OWN)]), "p.zip"),
    ] {
        let pack = put(folder.path(), "p.zip", bytes);
        let found = report(&[argument(&log), "--signatures", argument(&pack), "--tz", "UTC"]);
        let warnings = found["warnings"].to_string();
        let paths = found["warnings"].as_array().expect("warnings");
        let named = paths.iter().map(|one| {
            format!("{} {}", one["path"].as_str().unwrap_or(""), one["what"].as_str().unwrap_or(""))
        });
        assert!(named.into_iter().any(|one| one.contains(what)), "{name}: {warnings}");
        let is_own = |one: &Value| one["id"] == "own-queue";
        assert!(!found["findings"].as_array().expect("findings").iter().any(is_own), "{name} was used");
        assert_eq!(spoglight(&["signatures", "test", argument(&pack)]).status.code(), Some(1), "{name}");
    }
    // a wrong definition is named, and the rest of the pack is used
    let part = zip(&[("pack.toml", MANIFEST), ("queue/own-queue.toml", OWN), ("queue/other.toml", "id = 7")]);
    let pack = put(folder.path(), "p.zip", part);
    let found = report(&[argument(&log), "--signatures", argument(&pack), "--tz", "UTC"]);
    assert_eq!(found["findings"][0]["id"], "own-queue", "{}", found["warnings"]);
    assert!(found["warnings"][0]["path"].as_str().expect("a path").ends_with("p.zip!queue/other.toml"));
    let outside = folder.path().parent().expect("a folder").join("own-queue.toml");
    assert!(!outside.exists());
}

#[test]
fn the_edition_is_in_the_version_and_in_every_report() {
    let edition = LibraryEdition::with_packs(Vec::new());
    let version = text(&spoglight(&["--version"]).stdout);
    assert!(version.contains(&edition.summary()), "{version}");
    assert_eq!(text(&spoglight(&["-V"]).stdout).lines().count(), 1);
    let json = report(&["samples/text"]);
    assert_eq!(json["library"]["version"], edition.version);
    assert_eq!(json["library"]["content"], edition.content);
    for format in ["text", "html", "markdown"] {
        let shown = text(&spoglight(&["analyze", "samples/text", "--format", format]).stdout);
        assert!(shown.contains(&edition.version), "{format}");
    }
}

#[test]
fn the_book_is_that_of_the_library() {
    let library = Library::with_samples().expect("the library");
    let pages = spoglight_report::book::pages(&library, &Rule::embedded().expect("rules")).expect("pages");
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/signatures");
    let read = |file: &str| fs::read_to_string(book.join(file)).unwrap_or_default().replace("\r\n", "\n");
    let differ: Vec<&str> =
        pages.iter().filter(|page| read(&page.file) != page.text).map(|page| page.file.as_str()).collect();
    let of_book = |name: &String| pages.iter().any(|page| page.file == *name);
    let names = fs::read_dir(&book).into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let more: Vec<String> = names.filter(|name| !of_book(name)).collect();
    assert!(
        differ.is_empty() && more.is_empty(),
        "docs/signatures is not that of the library ({differ:?} differ, {more:?} are no pages of it): run `cargo run -- \
         {}`",
        spoglight_report::book::COMMAND.trim_start_matches("spoglight ")
    );
}
