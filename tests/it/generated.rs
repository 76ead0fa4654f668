//! Whole cases with their truth: a generator makes bundles of an ECE and PCCE system, with faults in them, and writes
//! beside each what is in it, to the byte. The report must say the same.
//!
//! The generator is not part of this repository. `SPOGLIGHT_CASE_GENERATOR` names its script; without it the tests are
//! skipped.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_report::{RenderOptions, by_name};
use spoglight_time::Incident;

use crate::support::{argument, folder, json_lines, skip, spoglight, text};

/// Signatures of the truth that stand beside a finding without being one.
const BESIDE: &[&str] = &["mail-retriever-idle-healthy"];

struct Case {
    truth: Value,
    report: Value,
    what: String,
}

fn generator(test: &str) -> Option<PathBuf> {
    let generator = std::env::var_os("SPOGLIGHT_CASE_GENERATOR").map(PathBuf::from);
    if generator.is_none() {
        skip(&format!("generated::{test}"), "SPOGLIGHT_CASE_GENERATOR names no generator of cases");
    }
    generator
}

fn generate(generator: &Path, folder: &Path, arguments: &[&str]) {
    let status =
        Command::new("python3").arg(generator).arg(folder).args(arguments).status().expect("python3");
    assert!(status.success(), "the generator fails with {arguments:?}");
}

/// A new case in a folder, and the report on it.
fn reported(generator: &Path, folder: &Path, arguments: &[&str], input: &str) -> Case {
    generate(generator, folder, arguments);
    let truth = std::fs::read(folder.join("truth.json")).expect("a truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    let incident = truth["case"]["incident_utc"].as_str().map(|time| {
        let time: Incident = time.parse().expect("a time");
        time.moment(None).expect("with its zone")
    });
    // no zone is given: the logs themselves must tell
    let settings = Settings { incident, ..Settings::default() };
    let analysis = analyze(&[folder.join(input)], &settings, &()).expect("an analysis");
    let mut report = Vec::new();
    by_name("json")
        .expect("a form")
        .write(&analysis, &RenderOptions::default(), &mut report)
        .expect("memory");
    let report = serde_json::from_slice(&report).expect("JSON");
    Case { truth, report, what: arguments.join(" ") }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    list(value).iter().filter_map(Value::as_str)
}

impl Case {
    /// Every id that the report names, as a finding or folded under one.
    fn named(&self) -> BTreeSet<&str> {
        let findings = list(&self.report["findings"]).iter();
        findings
            .flat_map(|finding| std::iter::once(finding).chain(list(&finding["related"])))
            .filter_map(|one| one["id"].as_str())
            .collect()
    }

    /// Ids that the truth expects of the signatures that the library has.
    fn expected(&self, known: &BTreeSet<String>) -> BTreeSet<&str> {
        let scenarios = list(&self.truth["scenarios"]).iter();
        let ids = scenarios.flat_map(|scenario| {
            strings(&scenario["expected"]["signatures"]).chain(strings(&scenario["expected"]["supporting"]))
        });
        ids.filter(|id| known.contains(*id) && !BESIDE.contains(id)).collect()
    }

    fn check(&self, known: &BTreeSet<String>) {
        let (mut named, expected) = (self.named(), self.expected(known));
        named.retain(|id| known.contains(*id));
        let missing: Vec<_> = expected.difference(&named).collect();
        let too_many: Vec<_> =
            named.difference(&expected).filter(|id| **id != "tomcat-connector-init-failed").collect();
        assert!(missing.is_empty(), "{}: not named: {missing:?}", self.what);
        assert!(too_many.is_empty(), "{}: named, but not in it: {too_many:?}", self.what);
        for scenario in list(&self.truth["scenarios"]) {
            self.check_root(scenario, known);
        }
        self.check_rules();
        self.check_sources();
        self.check_collection();
    }

    /// Rules that should speak do. (Others may speak, too: that only one account is refused is true of every stored
    /// password.)
    fn check_rules(&self) {
        let spoke: BTreeSet<&str> = list(&self.report["rules"])
            .iter()
            .filter(|rule| rule["outcome"] == "found")
            .filter_map(|rule| rule["number"].as_str())
            .collect();
        let unplaced = |source: &Value| source["zone"]["name"].is_null() && source["first"].is_string();
        for scenario in list(&self.truth["scenarios"]).iter().filter(|scenario| scenario["visible"] == true) {
            // what has no time in UTC cannot be compared with what has
            let needs_time = list(&self.report["sources"]).iter().any(unplaced);
            for rule in strings(&scenario["expected"]["rules"]).filter(|rule| !needs_time || *rule != "C33") {
                assert!(spoke.contains(rule), "{}: {rule} is silent on {}", self.what, scenario["name"]);
            }
        }
        if list(&self.truth["scenarios"]).is_empty() {
            assert_eq!(spoke, BTreeSet::new(), "{}", self.what);
        }
    }

    /// Faults of the collection and of the system that files show are those that were made; the questions that the truth
    /// says cannot be answered are named, and a file whose messages stand in another is known.
    fn check_collection(&self) {
        let numbers = |list: &[Value]| -> BTreeSet<String> {
            list.iter().filter_map(|one| Some(one["number"].as_str()?.to_owned())).collect()
        };
        let found: Vec<Value> = list(&self.report["checks"])
            .iter()
            .filter(|check| check["outcome"] == "found")
            .cloned()
            .collect();
        let found = numbers(&found);
        let expected: BTreeSet<String> =
            strings(&self.truth["case"]["expected_checks"]).map(ToOwned::to_owned).collect();
        let is_hidden = list(&self.truth["scenarios"]).iter().any(|scenario| scenario["visible"] == false);
        let is_apart = list(&self.report["findings"]).iter().any(|finding| finding["id"] == "clock-skew");
        assert_eq!(is_apart, expected.contains("B07"), "{}: clocks that are apart", self.what);
        // a log without dates is in every case
        let is_missing = |number: &&String| !(found.contains(*number) || is_hidden && *number == "B17");
        let missing: Vec<&String> = expected.iter().filter(is_missing).collect();
        let too_many: Vec<&String> =
            found.iter().filter(|number| !expected.contains(*number) && *number != "B07").collect();
        assert!(missing.is_empty(), "{}: checks that found nothing: {missing:?}", self.what);
        assert!(too_many.is_empty(), "{}: checks that found too much: {too_many:?}", self.what);
        let gaps = list(&self.report["coverage_gaps"]);
        for question in list(&self.truth["case"]["cannot_tell"]) {
            let about = question["about"].as_str().expect("what it is about");
            let is_it = |gap: &&Value| {
                gap["number"] == question["check"]
                    && (!about.contains('/')
                        || gap["about"].as_str().is_some_and(|text| text.contains(about)))
            };
            let named = gaps.iter().any(|gap| is_it(&gap))
                || list(&self.report["signatures"])
                    .iter()
                    .any(|signature| signature["id"] == about && signature["outcome"] == "cannot-tell");
            assert!(named, "{}: it cannot be told of {about}: {gaps:#?}", self.what);
        }
        for file in list(&self.truth["files"]) {
            let path = file["path"].as_str().expect("a path");
            let found = |source: &&Value| source["path"].as_str().is_some_and(|name| name.ends_with(path));
            let source = list(&self.report["sources"]).iter().find(found).expect("a source");
            let repeats = source["repeats"].as_str().unwrap_or_default();
            let wanted = file["repeats"].as_str().unwrap_or_default();
            assert!(
                repeats.contains(wanted) && repeats.is_empty() == wanted.is_empty(),
                "{}: {path}",
                self.what
            );
            assert_eq!(source["copy_of"], Value::Null, "{}: {path}", self.what);
        }
    }

    /// The root of a scenario is a finding of its own, with the place and the time of its first evidence.
    fn check_root(&self, scenario: &Value, known: &BTreeSet<String>) {
        let root = scenario["root"].as_str().expect("a root");
        let first = &scenario["first_evidence"];
        if !known.contains(root) || first.is_null() {
            return;
        }
        let finding = list(&self.report["findings"]).iter().find(|finding| finding["id"] == root);
        let finding = finding.unwrap_or_else(|| panic!("{}: {root} is no finding", self.what));
        let file = first["file"].as_str().expect("a file");
        let proves = |evidence: &&Value| {
            evidence["source"].as_str().is_some_and(|source| source.ends_with(file))
                && evidence["line"] == first["hit_line"]
        };
        let evidence = list(&finding["evidence"]).iter().find(proves);
        let evidence =
            evidence.unwrap_or_else(|| panic!("{}: {file}:{} proves {root}", self.what, first["hit_line"]));
        assert_eq!(evidence["offset"], first["hit_offset"], "{}: {root}", self.what);
        assert_eq!(evidence["event_line"], first["line"], "{}: {root}", self.what);
        if self.skew_of(file) == Some(0) && self.is_placed(file) {
            assert_eq!(second(&evidence["time"]), second(&first["utc"]), "{}: {root}", self.what);
        }
        for (name, values) in scenario["captures"].as_object().into_iter().flatten() {
            let known: BTreeSet<&str> = strings(&finding["captures"][name]).map(trimmed).collect();
            let wanted: BTreeSet<&str> = strings(values).map(trimmed).collect();
            // another id of the same message may have captured it
            if !known.is_empty() {
                assert!(known.is_superset(&wanted), "{}: {root} {name}: {known:?} {wanted:?}", self.what);
            }
        }
    }

    /// Whether the zone of a file is known. Only one log is alone on its server with its local times: when it was written
    /// last, which tells its zone in a folder, an archive of the generator does not say.
    fn is_placed(&self, path: &str) -> bool {
        let found = |source: &&Value| source["path"].as_str().is_some_and(|name| name.ends_with(path));
        let source = list(&self.report["sources"]).iter().find(found).expect("a source");
        let is_known = !source["zone"]["name"].is_null();
        assert!(is_known || path.ends_with("/server.log"), "{}: the zone of {path} is not known", self.what);
        is_known
    }

    /// Seconds by which the clock of a file's server is ahead.
    fn skew_of(&self, path: &str) -> Option<i64> {
        list(&self.truth["files"]).iter().find(|file| file["path"] == path)?["skew_s"].as_i64()
    }

    /// Events, levels and bytes of the formats that are known are those that were written.
    fn check_sources(&self) {
        for file in list(&self.truth["files"]) {
            let path = file["path"].as_str().expect("a path");
            let found = |source: &&Value| source["path"].as_str().is_some_and(|name| name.ends_with(path));
            let source = list(&self.report["sources"]).iter().find(found);
            let source = source.unwrap_or_else(|| panic!("{}: {path} is a source", self.what));
            assert_eq!(source["bytes"], file["bytes"], "{}: {path}", self.what);
            let format = match file["format"].as_str() {
                _ if file["events"] == 0 => continue,
                Some("ece") => "ece",
                Some("tomcat") => "tomcat-juli",
                Some("jul") => "java-util-logging",
                Some("icm") => "icm-trace",
                Some("access") => "access-log",
                Some("ccbu" | "ciscolog") => "cisco-log",
                Some("procrun") => "procrun",
                Some("wildfly") => "wildfly",
                Some("iis") => "iis-w3c",
                _ => continue,
            };
            assert_eq!(source["format"], format, "{}: {path}", self.what);
            assert_eq!(source["events"], file["events"], "{}: {path}", self.what);
            let charset = match file["charset"].as_str() {
                Some("windows-31j") => "shift_jis",
                Some("utf-16le-bom") => "utf-16le",
                other => other.unwrap_or_default(),
            };
            // plain ASCII says nothing of a code page
            assert!(source["charset"] == charset || source["charset"] == "utf-8", "{}: {path}", self.what);
            if file["date_written"] == "nowhere" {
                assert_eq!(source["undated"], file["events"], "{}: {path}", self.what);
                continue;
            }
            let clock_is_right = self.skew_of(path) == Some(0) && self.is_placed(path);
            for (ours, theirs) in [("first", "first_utc"), ("last", "last_utc")] {
                let same = second(&source[ours]) == second(&file[theirs]);
                assert!(same || !clock_is_right, "{}: {path} {ours}", self.what);
            }
            for (word, count) in file["levels"].as_object().into_iter().flatten() {
                let level = match word.as_str() {
                    "3" | "SEVERE" => "error".to_owned(),
                    "4" | "WARNING" => "warn".to_owned(),
                    "6" => "info".to_owned(),
                    "7" | "FINE" | "CONFIG" => "debug".to_owned(),
                    word => word.to_lowercase(),
                };
                assert_eq!(&source["levels"][&level], count, "{}: {path} {level}", self.what);
            }
        }
    }
}

/// A time to the second: some formats write no more.
fn second(value: &Value) -> Option<&str> {
    value.as_str()?.get(..19)
}

/// Some expressions of the truth take the full stop of the sentence along.
fn trimmed(text: &str) -> &str {
    text.trim_end_matches(['.', ' '])
}

#[test]
fn the_report_says_what_the_truth_says() {
    let Some(generator) = generator("the_report_says_what_the_truth_says") else { return };
    let library = spoglight_signatures::Library::embedded().expect("the library");
    let failures =
        library.iter().filter(|signature| signature.kind == spoglight_signatures::SignatureKind::Failure);
    let known: BTreeSet<String> = failures.map(|signature| signature.id.to_string()).collect();
    let runs: &[(&[&str], &str)] = &[
        (&["--scenario", "healthy"], "case"),
        (&["--scenario", "healthy", "--seed", "5", "--mb", "12", "--zone", "Asia/Kolkata"], "case"),
        (&["--scenario", "pkix"], "case"),
        (&["--scenario", "pkix", "--seed", "2", "--archive", "zip", "--crlf"], "case.zip"),
        (&["--scenario", "pkix", "--seed", "6", "--archive", "nested-zip"], "case.zip"),
        (&["--scenario", "cert-expired", "--seed", "7", "--archive", "tar.gz"], "case.tar.gz"),
        (&["--scenario", "ldap-partial-result"], "case"),
        (&["--scenario", "ldap-partial-result", "--seed", "9", "--crlf"], "case"),
        (&["--scenario", "san-mismatch"], "case"),
        (&["--scenario", "san-mismatch", "--seed", "3", "--zone", "Europe/Rome"], "case"),
        (&["--scenario", "cert-expired"], "case"),
        (&["--scenario", "pkix", "--tomcat", "7", "--locale", "it", "--charset", "windows-1252"], "case"),
        (
            &["--scenario", "pkix", "--tomcat", "7", "--locale", "ja", "--charset", "windows-31j", "--crlf"],
            "case",
        ),
        (&["--scenario", "san-mismatch", "--tomcat", "7", "--locale", "zh", "--charset", "gbk"], "case"),
        (&["--scenario", "routing-disabled", "--hours", "40", "--end", "2026-11-20T09:00:00Z"], "case"),
        (&["--scenario", "cert-expired", "--locale", "zh", "--charset", "gbk"], "case"),
        (&["--scenario", "pkix", "--locale", "ja", "--charset", "windows-31j"], "case"),
        (&["--scenario", "pkix", "--locale", "es", "--charset", "windows-1252"], "case"),
        (
            &["--scenario", "ldap-partial-result", "--locale", "zh", "--charset", "utf-16le-bom", "--crlf"],
            "case",
        ),
        (&["--scenario", "san-mismatch", "--tomcat", "7", "--locale", "fr"], "case"),
        (&["--scenario", "ldap-bind-refused"], "case"),
        (&["--scenario", "ldap-49-52e-then-775"], "case"),
        (&["--scenario", "sql-outage"], "case"),
        (&["--scenario", "heap-oom-restart"], "case"),
        (&["--scenario", "disk-full"], "case"),
        (&["--scenario", "port-in-use"], "case"),
        (&["--scenario", "all", "--seed", "4", "--mb", "12"], "case"),
        (&["--scenario", "rotation-gap", "--seed", "3"], "case"),
        (&["--scenario", "trace-level-low", "--archive", "nested-zip"], "case.zip"),
        (&["--scenario", "window-misses-incident"], "case"),
        (&["--scenario", "wrong-folder"], "case"),
        (&["--scenario", "standby-only", "--seed", "8"], "case"),
        (&["--scenario", "heap-oom-restart,standby-only"], "case"),
        (&["--scenario", "truncated-file", "--seed", "2", "--archive", "tar.gz"], "case.tar.gz"),
        (&["--scenario", "truncated-file", "--locale", "zh", "--charset", "utf-16le-bom"], "case"),
        (&["--scenario", "port-in-use-tomcat", "--tomcat", "7"], "case"),
        (&["--scenario", "cti-down"], "case"),
        (&["--scenario", "retriever-silent"], "case"),
        (&["--scenario", "spog-config-wrong"], "case"),
        (&["--scenario", "clock-skew"], "case"),
    ];
    for (arguments, input) in runs {
        let folder = folder();
        reported(&generator, &folder.path().join("x"), arguments, input).check(&known);
    }
}

/// All events of a case on its timeline, as JSON.
fn timeline(folder: &Path, input: &str, arguments: &[&str]) -> Vec<Value> {
    let case = folder.join(input);
    let output = spoglight(&[&["timeline", argument(&case), "--format", "json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    json_lines(&output.stdout)
}

/// The events of each file of the truth, in the order of its lines.
fn by_file<'v>(truth: &'v Value, events: &'v [Value]) -> Vec<(&'v Value, Vec<&'v Value>)> {
    let mut files = Vec::new();
    for file in list(&truth["files"]).iter().filter(|file| file["events"] != 0) {
        let path = file["path"].as_str().expect("a path");
        let is_in = |event: &&Value| event["source"].as_str().is_some_and(|source| source.ends_with(path));
        let mut found: Vec<&Value> = events.iter().filter(is_in).collect();
        found.sort_by_key(|event| event["offset"].as_u64());
        files.push((file, found));
    }
    files
}

/// Every event is there once, at its moment, in order; and nothing changes with the number of threads.
fn check_timeline(folder: &Path, input: &str, arguments: &[&str], what: &str) {
    let truth = std::fs::read(folder.join("truth.json")).expect("a truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    let events = timeline(folder, input, arguments);
    assert_eq!(
        events,
        timeline(folder, input, &[arguments, &["--threads", "8"]].concat()),
        "{what}: on 8 threads"
    );
    let times: Vec<&str> = events.iter().filter_map(|event| event["time"].as_str()).collect();
    assert!(times.is_sorted(), "{what}: not in order");
    let digits = |event: &Value| if event["precision_ns"].as_u64() == Some(1_000_000_000) { 19 } else { 23 };
    for (file, found) in by_file(&truth, &events) {
        let path = file["path"].as_str().expect("a path");
        assert_eq!(found.len() as u64, file["events"].as_u64().unwrap_or(0), "{what}: {path}");
        let offsets: BTreeSet<u64> = found.iter().filter_map(|event| event["offset"].as_u64()).collect();
        assert_eq!(offsets.len(), found.len(), "{what}: {path}: one is there twice");
        let placed: Vec<&str> = found.iter().filter_map(|event| event["time"].as_str()).collect();
        let is_open = file["date_written"] == "nowhere" || path.ends_with("/server.log");
        assert!(placed.len() == found.len() || is_open, "{what}: {path}: some have no place in time");
        if placed.is_empty() {
            continue;
        }
        // they are written in the order of time, through every night
        assert!(placed.is_sorted(), "{what}: {path}: goes back in time");
        for (ours, theirs) in [(0, "first_utc"), (placed.len() - 1, "last_utc")] {
            let digits = digits(found[ours]);
            assert_eq!(
                placed[ours].get(..digits),
                file[theirs].as_str().and_then(|time| time.get(..digits)),
                "{what}: {path}"
            );
        }
    }
    // what the truth names to the line is where and when it says
    let mut checked = 0;
    let named = list(&truth["anchors"]).iter().flat_map(|anchor| list(&anchor["events"]));
    let named =
        named.chain(list(&truth["scenarios"]).iter().flat_map(|scenario| list(&scenario["occurrences"])));
    for named in named.filter(|named| named["visible"] == true) {
        let path = named["file"].as_str().expect("a file");
        let is_it = |event: &&Value| {
            event["line"] == named["line"]
                && event["source"].as_str().is_some_and(|source| source.ends_with(path))
        };
        let event = events.iter().find(is_it).unwrap_or_else(|| panic!("{what}: {path}:{}", named["line"]));
        if let Some(time) = event["time"].as_str() {
            let digits = digits(event);
            assert_eq!(
                time.get(..digits),
                named["utc"].as_str().and_then(|utc| utc.get(..digits)),
                "{what}: {path}"
            );
            checked += 1;
        }
    }
    assert!(checked > 3, "{what}: only {checked} events are named by the truth");
}

#[test]
fn the_timeline_is_the_truth() {
    let Some(generator) = generator("the_timeline_is_the_truth") else { return };
    let small = ["--mb", "2"];
    let runs: &[(&[&str], &str, &[&str])] = &[
        (&["--end", "2026-11-01T09:00:00Z"], "case", &[]),
        (&["--end", "2026-11-01T05:40:00Z", "--seed", "2"], "case", &[]),
        (&["--end", "2026-11-01T06:20:00Z", "--hours", "0.7", "--mb", "1"], "case", &[]),
        (
            &[
                "--end",
                "2026-11-01T14:00:00Z",
                "--tomcat",
                "7",
                "--crlf",
                "--locale",
                "zh",
                "--charset",
                "gbk",
            ],
            "case",
            &[],
        ),
        (&["--end", "2026-11-01T09:00:00Z", "--charset", "utf-16le-bom"], "case", &[]),
        (
            &["--end", "2026-11-01T09:00:00Z", "--archive", "nested-zip", "--scenario", "random:2"],
            "case.zip",
            &[],
        ),
        (&["--end", "2026-11-01T09:00:00Z", "--archive", "tar.gz", "--rotate-mb", "0.1"], "case.tar.gz", &[]),
        (&["--end", "2026-03-08T10:00:00Z"], "case", &[]),
        (&["--zone", "Asia/Shanghai"], "case", &[]),
        (
            &["--zone", "Europe/Berlin", "--end", "2026-10-25T04:00:00Z", "--tomcat", "7", "--locale", "de"],
            "case",
            &[],
        ),
        (&["--zone", "Asia/Kolkata", "--scenario", "pkix"], "case", &[]),
        (&["--zone", "Australia/Lord_Howe", "--end", "2026-04-04T18:00:00Z"], "case", &[]),
        (
            &["--skew", "ECEAPP01=95,PG=-45", "--end", "2026-11-01T09:00:00Z"],
            "case",
            &["--skew", "ECEAPP01=95s", "--skew", "PG=-45s", "--tz", "ECEAPP01=America/New_York"],
        ),
    ];
    for (arguments, input, ours) in runs {
        let folder = folder();
        let arguments: Vec<&str> =
            if arguments.contains(&"--mb") { arguments.to_vec() } else { [arguments, &small[..]].concat() };
        generate(&generator, folder.path(), &arguments);
        check_timeline(folder.path(), input, ours, &arguments.join(" "));
    }
    // without what tells its zone a log stays local, and that is said
    let folder = folder();
    generate(&generator, folder.path(), &small);
    let logs = folder.path().join("case/PCCEADSA/icm/tomcat/logs");
    for entry in std::fs::read_dir(&logs).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.starts_with("CCBU") || name.starts_with("localhost_access") {
            std::fs::remove_file(&path).expect("it goes");
        } else {
            // a copy has its own time
            std::fs::copy(&path, path.with_extension("copy")).expect("a copy");
            std::fs::rename(path.with_extension("copy"), &path).expect("its name");
        }
    }
    let events = timeline(folder.path(), "case", &[]);
    let catalina: Vec<&Value> = events
        .iter()
        .filter(|event| event["source"].as_str().is_some_and(|source| source.contains("/catalina")))
        .collect();
    assert!(catalina.len() > 10);
    assert!(catalina.iter().all(|event| event["time"].is_null() && event["flags"][0] == "zone-unknown"));
}
