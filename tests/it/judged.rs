//! Every finding in real logs is judged by a person: `tests/judged-findings.tsv` has a row for each signature in each group
//! of logs. A finding that is new, gone, or found in more or fewer places fails the test, with the row to judge.
//!
//! The groups are the folders of `samples/` with logs of one format, the folders of the corpus that `SPOGLIGHT_CORPUS`
//! names, and the files of the folder that `SPOGLIGHT_FIELD` names: logs from the field, each analyzed by itself. Rows of a
//! group that is not here are not compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;

use crate::support::skip;

/// Folders of samples that have expectations of their own, or are no logs.
const APART: [&str; 4] = ["cases", "correlations", "judgement", "screens"];

/// The judgements: it names what happened; it is true and no failure of the product; the log does not show whether it is
/// right.
const JUDGEMENTS: [&str; 3] = ["right", "harmless", "open"];

/// Files that are analyzed together, and their group.
struct LogUnit {
    group: String,
    paths: Vec<PathBuf>,
}

/// What is counted: group, signature, severity.
type Key = (String, String, String);

fn units_below(root: &Path, group: &dyn Fn(&Path) -> Option<String>, units: &mut Vec<LogUnit>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(root).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.into_iter().partition(|path| path.is_dir());
    let name = |path: &PathBuf| path.file_name().expect("a name").to_string_lossy().to_lowercase();
    let paths: Vec<PathBuf> = files
        .into_iter()
        .filter(|path| !name(path).starts_with("readme") && !name(path).ends_with(".java.txt"))
        .collect();
    if let Some(group) = group(root).filter(|_| !paths.is_empty()) {
        units.push(LogUnit { group, paths });
    }
    for folder in &folders {
        units_below(folder, group, units);
    }
}

/// The group of a folder: a name, and the first folders below the root.
fn group_of(name: &str, root: &Path, folder: &Path, depth: usize) -> String {
    let below = folder.strip_prefix(root).expect("a folder below");
    let parts = below.components().take(depth).map(|part| part.as_os_str().to_string_lossy().into_owned());
    std::iter::once(name.to_owned()).chain(parts).collect::<Vec<_>>().join("/")
}

fn units() -> Vec<LogUnit> {
    let mut units = Vec::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let is_apart = |folder: &Path| APART.iter().any(|apart| folder.starts_with(samples.join(apart)));
    let of_samples = |folder: &Path| {
        (folder != samples && !is_apart(folder)).then(|| group_of("samples", &samples, folder, usize::MAX))
    };
    units_below(&samples, &of_samples, &mut units);
    let folder = |variable: &str| {
        let folder = std::env::var_os(variable).map(PathBuf::from);
        if folder.is_none() {
            let what = format!("{variable} names no folder: its findings were not compared");
            skip("judged::every_finding_in_real_logs_is_judged", &what);
        }
        folder
    };
    if let Some(corpus) = folder("SPOGLIGHT_CORPUS") {
        units_below(&corpus, &|folder| Some(group_of("corpus", &corpus, folder, 2)), &mut units);
    }
    if let Some(field) = folder("SPOGLIGHT_FIELD") {
        let mut files = Vec::new();
        units_below(&field, &|_| Some("field".to_owned()), &mut files);
        let each = files.into_iter().flat_map(|unit| unit.paths);
        units.extend(each.map(|path| LogUnit { group: "field".to_owned(), paths: vec![path] }));
    }
    units
}

#[test]
fn every_finding_in_real_logs_is_judged() {
    let units = units();
    let groups: Vec<&str> = units.iter().map(|unit| unit.group.as_str()).collect();
    // one after the other: an analysis uses all cores, and one inside another would need its stack
    let found: Vec<Vec<(Key, u64)>> = units
        .iter()
        .map(|unit| {
            let analysis = analyze(&unit.paths, &Settings::default(), &()).expect("an analysis");
            let key = |finding: &spoglight_model::analysis::Finding| {
                let severity = finding.severity.word().to_lowercase();
                ((unit.group.clone(), finding.id.to_string(), severity), finding.count)
            };
            analysis.findings.iter().map(key).collect()
        })
        .collect();
    // findings of a group, and messages that show them
    let mut counts: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
    for (key, count) in found.into_iter().flatten() {
        let sum = counts.entry(key).or_default();
        *sum = (sum.0 + 1, sum.1 + count);
    }
    let text = include_str!("../judged-findings.tsv");
    let mut judged: BTreeMap<Key, (u64, u64)> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [group, id, severity, findings, messages, judgement, reason] = fields.as_slice() else {
            panic!("seven fields: {line}")
        };
        assert!(JUDGEMENTS.contains(judgement) && reason.len() >= 10, "a judgement with its reason: {line}");
        let key = ((*group).to_owned(), (*id).to_owned(), (*severity).to_owned());
        let count = |text: &str| text.parse().unwrap_or_else(|_| panic!("a number: {line}"));
        assert!(judged.insert(key, (count(findings), count(messages))).is_none(), "two rows: {line}");
    }
    judged.retain(|(group, ..), _| groups.contains(&group.as_str()));
    let row = |((group, id, severity), (findings, messages)): (&Key, &(u64, u64))| {
        format!("{group}\t{id}\t{severity}\t{findings}\t{messages}")
    };
    let new = counts.iter().filter(|(key, count)| judged.get(*key) != Some(*count)).map(row);
    let gone = judged.iter().filter(|(key, count)| counts.get(*key) != Some(*count)).map(row);
    let (new, gone): (Vec<String>, Vec<String>) = (new.collect(), gone.collect());
    assert!(
        new.is_empty() && gone.is_empty(),
        "read the lines and judge them in tests/judged-findings.tsv\nfound:\n{}\njudged and not found so:\n{}",
        new.join("\n"),
        gone.join("\n")
    );
}
