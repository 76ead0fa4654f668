//! A certain finding shows its proof: a line that its own signature matches.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use spoglight_signatures::{Confidence, Library, SignatureMatch};

use crate::support::{analysis_of, skip};

/// Lines of a message that are searched for a proof.
const LINES: u64 = 60;

/// Checks the certain findings of a folder or file. Returns their number.
fn proven(library: &Library, path: &Path) -> usize {
    let analysis = analysis_of(path);
    let certain = analysis.findings.iter().filter(|finding| finding.confidence == Confidence::Certain);
    let certain: Vec<_> = certain.collect();
    for finding in &certain {
        let what = format!("{} in {}", finding.id.as_str(), path.display());
        let first = finding.evidence.first().unwrap_or_else(|| panic!("{what} has no evidence"));
        assert!(first.line > 0 && !first.text.trim().is_empty(), "{what}: {first:?}");
        let Some(signature) = library.iter().find(|signature| signature.id == finding.id.as_str()) else {
            continue; // of a check or a rule
        };
        if signature.confidence == Confidence::Certain {
            assert!(signature.proves.is_some(), "{what} gives no reason");
        } else {
            // files prove what the line alone makes likely
            let sources: BTreeSet<_> =
                finding.evidence.iter().map(|evidence| &evidence.source.path).collect();
            assert!(sources.len() > 1, "{what} has one source only: {:?}", finding.evidence);
        }
        let is_own = |hits: Vec<SignatureMatch>| {
            hits.iter().any(|hit| library.get(hit.signature).is_some_and(|one| one.id == signature.id))
        };
        let proves = finding.evidence.iter().any(|evidence| {
            is_own(library.hits(evidence.text.as_bytes()))
                || message(&evidence.source.path, evidence.event_line).is_some_and(|message| {
                    is_own(library.hits(&message)) || is_own(library.second_look(&message))
                })
        });
        assert!(proves, "{what}: no line of its evidence proves it: {:?}", finding.evidence);
    }
    certain.len()
}

/// The lines of a message in a file outside archives.
fn message(path: &str, line: u64) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(&fs::read(path).ok()?).into_owned();
    let lines = text.lines().skip(usize::try_from(line - 1).ok()?).take(LINES as usize);
    Some(lines.collect::<Vec<_>>().join("\n").into_bytes())
}

/// The folders of a folder, and the files that are directly in it.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn every_certain_finding_of_a_sample_has_its_own_evidence() {
    let library = Library::embedded().expect("a library");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let is_single =
        |path: &PathBuf| path.is_dir() && !path.ends_with("judgement") && !path.ends_with("cases");
    let mut paths: Vec<PathBuf> = entries(&samples).into_iter().filter(is_single).collect();
    for many in ["judgement", "cases"] {
        paths.extend(entries(&samples.join(many)).into_iter().filter(|path| path.is_dir()));
    }
    assert!(paths.len() > 40, "{paths:?}");
    let certain: usize = paths.iter().map(|path| proven(&library, path)).sum();
    assert!(certain >= 5, "{certain} certain findings");
}

#[test]
fn every_certain_finding_of_the_corpus_has_its_own_evidence() {
    let Some(corpus) = std::env::var_os("SPOGLIGHT_CORPUS").map(PathBuf::from) else {
        return skip(
            "certainty::every_certain_finding_of_the_corpus_has_its_own_evidence",
            "SPOGLIGHT_CORPUS names no corpus",
        );
    };
    let library = Library::embedded().expect("a library");
    for part in ["tomcat/windows", "tomcat/linux"] {
        let certain: usize = entries(&corpus.join(part)).iter().map(|path| proven(&library, path)).sum();
        assert!(certain > 0, "{part}");
    }
}
