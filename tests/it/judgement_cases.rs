//! Each folder of `samples/judgement` is a collection with the answer that it must get: headline, exit code, findings,
//! confidence, notes and gaps, and what must not be claimed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{argument, spoglight, text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    from: String,
    #[serde(default)]
    arguments: Vec<String>,
    expect: Expected,
    #[serde(default)]
    refuse: Refused,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    headline: String,
    exit: i32,
    findings: Option<Vec<String>>,
    root: Option<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    severity: BTreeMap<String, String>,
    #[serde(default)]
    confidence: BTreeMap<String, String>,
    #[serde(default)]
    count: BTreeMap<String, u64>,
    #[serde(default)]
    folded: BTreeMap<String, String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    gaps: Vec<String>,
    #[serde(default)]
    outcomes: BTreeMap<String, String>,
    #[serde(default)]
    text: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    gaps: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
}

/// A report of the program as text and as JSON.
struct Answer {
    text: String,
    code: Option<i32>,
    report: Value,
}

impl Answer {
    fn of(logs: &Path, arguments: &[String]) -> Answer {
        let arguments = |format: &'static str| {
            let mut all = vec!["analyze", "--full", "--color", "never", "--format", format, argument(logs)];
            all.extend(arguments.iter().map(String::as_str));
            all
        };
        let (plain, json) = (spoglight(&arguments("text")), spoglight(&arguments("json")));
        assert_eq!(
            plain.status.code(),
            json.status.code(),
            "{}: one exit code for all formats",
            logs.display()
        );
        Answer {
            text: text(&plain.stdout),
            code: plain.status.code(),
            report: serde_json::from_slice(&json.stdout).expect("a report"),
        }
    }

    fn list(&self, name: &str) -> &[Value] {
        self.report[name].as_array().map_or(&[], Vec::as_slice)
    }

    fn ids(&self) -> Vec<&str> {
        self.list("findings").iter().filter_map(|finding| finding["id"].as_str()).collect()
    }

    fn finding(&self, id: &str) -> Option<&Value> {
        self.list("findings").iter().find(|finding| finding["id"] == id)
    }

    /// The outcome of a signature, a check or a rule.
    fn outcome(&self, id: &str) -> Option<&str> {
        let results = ["signatures", "checks", "rules"].into_iter().flat_map(|kind| self.list(kind));
        let result = results.into_iter().find(|result| result["id"] == id || result["number"] == id)?;
        result["outcome"].as_str()
    }

    fn subsumes(&self, root: &str, id: &str) -> bool {
        let related = self.finding(root).and_then(|finding| finding["related"].as_array());
        related.into_iter().flatten().any(|related| related["id"] == id)
    }

    fn has(&self, id: &str) -> bool {
        self.ids().into_iter().any(|root| root == id || self.subsumes(root, id))
    }

    fn has_note(&self, rule: &str) -> bool {
        let notes = self.list("findings").iter().filter_map(|finding| finding["notes"].as_array()).flatten();
        notes.into_iter().any(|note| note["rule"] == rule || note["number"] == rule)
    }

    fn has_gap(&self, id: &str) -> bool {
        self.list("coverage_gaps").iter().any(|gap| gap["id"] == id || gap["number"] == id)
    }

    /// Returns the differences between the answer and the expected one.
    fn differences(&self, case: &Case) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |is_right: bool, problem: String| {
            if !is_right {
                wrong.push(problem);
            }
        };
        let (expect, refuse) = (&case.expect, &case.refuse);
        let first = self.text.lines().next().unwrap_or_default();
        check(
            first.starts_with(&expect.headline),
            format!("headline {first:?}, expected {:?}", expect.headline),
        );
        check(self.code == Some(expect.exit), format!("exit code {:?}, expected {}", self.code, expect.exit));
        let ids = self.ids();
        if let Some(findings) = &expect.findings {
            check(&ids == findings, format!("findings {ids:?}, expected {findings:?}"));
        }
        if let Some(root) = &expect.root {
            check(
                ids.first() == Some(&root.as_str()),
                format!("first finding {:?}, expected {root:?}", ids.first()),
            );
        }
        for id in &expect.has {
            check(self.has(id), format!("no {id} among {ids:?}"));
        }
        for (field, values) in [("severity", &expect.severity), ("confidence", &expect.confidence)] {
            for (id, value) in values {
                let found = self.finding(id).map(|finding| &finding[field]);
                check(
                    found.is_some_and(|found| found == value),
                    format!("{field} of {id}: {found:?}, expected {value}"),
                );
            }
        }
        for (id, count) in &expect.count {
            let found = self.finding(id).map(|finding| &finding["count"]);
            check(
                found.is_some_and(|found| found == count),
                format!("count of {id}: {found:?}, expected {count}"),
            );
        }
        for (id, root) in &expect.folded {
            check(self.subsumes(root, id), format!("{id} is not subsumed by {root}; findings are {ids:?}"));
        }
        for rule in &expect.notes {
            check(self.has_note(rule), format!("no note of {rule}"));
        }
        for id in &expect.gaps {
            check(self.has_gap(id), format!("no gap {id}"));
        }
        for (id, outcome) in &expect.outcomes {
            let found = self.outcome(id);
            check(found == Some(outcome), format!("outcome of {id}: {found:?}, expected {outcome}"));
        }
        let words = one_line(&self.text);
        for phrase in &expect.text {
            check(words.contains(&one_line(phrase)), format!("the report does not contain {phrase:?}"));
        }
        for id in &refuse.findings {
            check(!self.has(id), format!("{id} must not be found"));
        }
        for rule in &refuse.notes {
            check(!self.has_note(rule), format!("{rule} must not have a note"));
        }
        for id in &refuse.gaps {
            check(!self.has_gap(id), format!("{id} must not be a gap"));
        }
        for phrase in &refuse.text {
            check(!words.contains(&one_line(phrase)), format!("the report must not contain {phrase:?}"));
        }
        wrong
    }
}

/// A text with single spaces, because reports are wrapped.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_case_gets_its_answer() {
    let root = Path::new("samples/judgement");
    let mut folders: Vec<_> =
        fs::read_dir(root).expect("cases").map(|entry| entry.expect("an entry").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    assert!(!folders.is_empty());
    let mut wrong = Vec::new();
    for folder in folders {
        let path = folder.join("expect.toml");
        let content = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case: Case =
            toml::from_str(&content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(
            !case.about.is_empty() && !case.from.is_empty(),
            "{}: about and from are empty",
            path.display()
        );
        let answer = Answer::of(&folder.join("logs"), &case.arguments);
        let differences = answer.differences(&case);
        if !differences.is_empty() {
            wrong.push(format!("{} ({})\n  {}", folder.display(), case.about, differences.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
