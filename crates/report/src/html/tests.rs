//! Pages of cases: hostile text in every field, what a page may do, and verification.
#![allow(clippy::disallowed_methods, reason = "a test prepares files and reads results without the library")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use html5gum::{Token, Tokenizer};
use spoglight_diagnosis::diagnose_collection;
use spoglight_engine::Settings;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_model::SourceCharset;
use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_source::FileDigest;
use spoglight_text::sanitize::is_dangerous;

use super::verify::{ReportedPage, verify};
use super::{SCRIPT, STYLE};
use crate::case::{CaseFile, CaseOptions};
use crate::render::tests::hostile;
use crate::{AnalysisReport, RenderOptions, ReportView, by_name};

fn paths() -> Vec<PathBuf> {
    vec!["../../samples/cases/untrusted-certificate".into()]
}

/// The sample case with everything that a page shows.
fn sample(options: &CaseOptions) -> (Analysis, CaseFile) {
    let settings = Settings::builder().zone("America/New_York").expect("a zone").build();
    read(&paths(), &settings, options)
}

fn read(paths: &[PathBuf], settings: &Settings, options: &CaseOptions) -> (Analysis, CaseFile) {
    let mut collection = Collection::survey(paths, settings, ScanPurpose::Report, 0, &()).expect("a library");
    let analysis = diagnose_collection(&collection, paths, settings).expect("an analysis");
    let analysis = Analysis { sources: collection.sources.clone(), ..analysis };
    let case = CaseFile::gather(&mut collection, &analysis, paths, options, &()).expect("temporary files");
    (analysis, case)
}

fn page(analysis: &Analysis, case: &CaseFile) -> String {
    let mut out = Vec::new();
    let report = AnalysisReport { analysis, view: ReportView::default(), case: Some(case) };
    by_name("html").expect("a report").write(&report, &RenderOptions::default(), &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

/// Elements of a page with their attributes, without their texts and without the values that name something.
fn elements(page: &str) -> Vec<String> {
    let tokens = Tokenizer::new(page).map(|Ok(token)| token);
    let element = |token| match token {
        Token::StartTag(tag) => {
            let tag: html5gum::StartTag<()> = tag;
            let names: Vec<String> =
                tag.attributes.keys().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
            Some(format!("{} {}", String::from_utf8_lossy(&tag.name), names.join(" ")))
        }
        Token::EndTag(tag) => Some(format!("/{}", String::from_utf8_lossy(&tag.name))),
        Token::Comment(_) => Some("comment".to_owned()),
        _ => None,
    };
    tokens.filter_map(element).collect()
}

/// Puts a text into every field that a stranger controls.
fn poison(analysis: &mut Analysis, case: &mut CaseFile, text: &str) {
    let set = |field: &mut String| text.clone_into(field);
    // texts of the authors of signatures may have code in backticks
    let prose = text.replace('`', "'");
    let set_prose = |field: &mut String| prose.clone_into(field);
    let evidence = |evidence: &mut Evidence| {
        text.clone_into(&mut evidence.text);
        evidence.source.path = Arc::from(text);
    };
    analysis.inputs.iter_mut().for_each(set);
    set(&mut analysis.verdict.text);
    for finding in &mut analysis.findings {
        set(&mut finding.title);
        set_prose(&mut finding.cause);
        [&mut finding.hosts, &mut finding.peers, &mut finding.callers].into_iter().flatten().for_each(set);
        let steps = [&mut finding.confirm, &mut finding.fix, &mut finding.false_positives];
        steps.into_iter().flatten().for_each(set_prose);
        finding.captures.values_mut().flatten().for_each(set);
        finding.evidence.iter_mut().for_each(evidence);
        finding.notes.iter_mut().for_each(|note| set_prose(&mut note.text));
        finding.related.iter_mut().for_each(|related| set(&mut related.title));
    }
    for noise in &mut analysis.known_noise {
        set_prose(&mut noise.title);
        set_prose(&mut noise.why);
    }
    let unrecognized = &mut analysis.unrecognized;
    for error in unrecognized.shown.iter_mut().chain(&mut unrecognized.shown_warnings) {
        error.hosts.iter_mut().for_each(set);
        evidence(&mut error.example);
    }
    for source in &mut analysis.sources {
        source.path = Arc::from(text);
        source.log = Arc::from(text);
        source.host = Some(Arc::from(text));
        source.format = Some(Arc::from(text));
        source.charset = SourceCharset::new(Arc::from(text), text.to_owned().into());
        let zone = Arc::make_mut(&mut source.zone);
        zone.name = Some(text.to_owned());
        zone.evidence = text.to_owned().into();
    }
    for gap in &mut analysis.coverage_gaps {
        [&mut gap.about, &mut gap.why, &mut gap.advice].into_iter().for_each(set_prose);
    }
    for check in &mut analysis.checks {
        check.note = Some(text.to_owned());
    }
    for warning in &mut analysis.warnings {
        [&mut warning.path, &mut warning.what].into_iter().for_each(set);
        set_prose(&mut warning.advice);
    }
    case.arguments = vec![text.to_owned(); 3];
    for input in &mut case.inputs {
        set(&mut input.name);
    }
    case.excerpts.values_mut().flat_map(|excerpt| &mut excerpt.lines).for_each(|line| set(&mut line.text));
    case.windows.iter_mut().flat_map(|window| &mut window.rows).for_each(|row| set(&mut row.text));
}

#[test]
fn hostile_text_stays_text_in_every_field() {
    let read = sample(&CaseOptions::default());
    let made = |text: &str| {
        let (mut analysis, mut case) = read.clone();
        poison(&mut analysis, &mut case, text);
        page(&analysis, &case)
    };
    let harmless = made("harmless");
    assert!(harmless.matches("harmless").count() > 100);
    // a real address may be a link
    let kept = |all: Vec<String>| -> Vec<String> {
        all.into_iter().filter(|one| one != "a href rel" && one != "/a").collect()
    };
    let expected = kept(elements(&harmless));
    for attack in hostile() {
        let attacked = made(&attack);
        let letter = attacked.chars().find(|one| *one != '\n' && is_dangerous(*one));
        assert!(letter.is_none(), "{attack:?} lets {letter:?} through");
        let found = elements(&attacked);
        let found = kept(found);
        let different = found.iter().zip(&expected).position(|(one, other)| one != other);
        assert_eq!((found.len(), different), (expected.len(), None), "{attack:?}");
        assert!(!attacked.contains("href=\"javascript:"), "{attack:?}");
    }
}

#[test]
fn a_page_may_run_its_own_script_only() {
    let (analysis, case) = sample(&CaseOptions::default());
    let page = page(&analysis, &case);
    let elements = elements(&page);
    assert_eq!(elements.iter().filter(|one| one.starts_with("script")).count(), 1);
    assert_eq!(elements.iter().filter(|one| one.starts_with("style")).count(), 1);
    for forbidden in ["link", "img", "iframe", "object", "embed", "base", "audio", "video", "image", "use"] {
        assert!(!elements.iter().any(|one| one.split(' ').next() == Some(forbidden)), "{forbidden}");
    }
    // no attribute runs a script or sets a style, which the policy would refuse
    let attributes: Vec<&str> = elements.iter().flat_map(|one| one.split(' ').skip(1)).collect();
    assert!(
        attributes.iter().all(|name| !name.starts_with("on") && !["style", "src", "srcdoc"].contains(name))
    );
    let between = |open: &str, close: &str| {
        page.split_once(open).and_then(|(_, rest)| rest.split_once(close)).expect("an element").0.to_owned()
    };
    let policy = between("Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
    for (open, close, file) in [("<style>", "</style>", STYLE), ("<script>", "</script>", SCRIPT)] {
        let content = between(open, close);
        assert_eq!(content, file);
        assert!(policy.contains(&super::sum(&content)), "{policy}");
    }
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    assert!(SCRIPT.len() < 5_000, "{}", SCRIPT.len());
}

#[test]
fn every_section_is_there_and_every_link_leads_somewhere() {
    let (analysis, case) = sample(&CaseOptions::default());
    let page = page(&analysis, &case);
    let (mut ids, mut links) = (Vec::new(), Vec::new());
    for Ok(token) in Tokenizer::new(&page) {
        if let Token::StartTag(tag) = token {
            let tag: html5gum::StartTag<()> = tag;
            let value =
                |name: &str| Some(String::from_utf8_lossy(tag.attributes.get(name.as_bytes())?).into_owned());
            ids.extend(value("id"));
            links.extend(value("href").and_then(|link| Some(link.strip_prefix('#')?.to_owned())));
        }
    }
    let count = ids.len();
    for section in
        ["findings", "time", "events", "gaps", "unrecognized", "sources", "made", "f-tls-pkix-path-building"]
    {
        assert!(ids.iter().any(|id| id == section), "{section}");
    }
    for chart in ["chart-activity", "chart-coverage", "chart-findings"] {
        assert!(ids.iter().any(|id| id == chart), "{chart}");
    }
    for link in &links {
        assert!(ids.contains(link), "#{link} leads nowhere");
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is used twice");
    // a line of evidence is shown with the lines around it, and is an event of the window around it
    assert!(page.contains("class=\"line hit\"") && page.contains(">evidence</a>"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = sample(&CaseOptions { threads: 1, ..CaseOptions::default() });
    let two = sample(&CaseOptions { threads: 2, ..CaseOptions::default() });
    assert_eq!(page(&one.0, &one.1), page(&two.0, &two.1));
}

#[test]
fn events_are_limited_and_the_page_says_so() {
    let (analysis, case) = sample(&CaseOptions { max_rows: 10, ..CaseOptions::default() });
    let rows: usize = case.windows.iter().map(|window| window.rows.len()).sum();
    let left_out: u64 = case.windows.iter().map(|window| window.left_out).sum();
    assert!((1..=10).contains(&rows) && left_out > 0, "{rows} {left_out}");
    let page = page(&analysis, &case);
    assert!(page.contains("events of this minute before and after are left out"));
    assert_eq!(page.matches("data-l=").count(), rows);
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            std::fs::create_dir(&to).expect("a folder");
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// A copy of the sample case, and its page.
fn copied() -> (tempfile::TempDir, Vec<PathBuf>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&paths()[0], folder.path());
    let paths = vec![folder.path().to_owned()];
    let (analysis, case) = read(&paths, &Settings::default(), &CaseOptions::default());
    let page = page(&analysis, &case);
    (folder, paths, page)
}

fn verified(page: &str, paths: &[PathBuf]) -> super::verify::Verification {
    let settings = Settings::default();
    let mut collection =
        Collection::survey(paths, &settings, ScanPurpose::Report, 0, &()).expect("a library");
    verify(&ReportedPage::read(page), &mut collection, paths, 1).expect("temporary files")
}

#[test]
fn a_changed_line_file_or_page_is_noticed() {
    let (_folder, paths, page) = copied();
    let same = verified(&page, &paths);
    assert_eq!(same.differences, [] as [String; 0]);
    assert!(same.same_files > 0 && same.same_lines > 0 && same.same_events > 0, "{same:?}");
    // a page that was changed
    let quoted = page.split("class=\"line hit\"").nth(1).expect("a quote");
    let text = quoted.split("</code>").next().expect("a line").rsplit('>').next().expect("its text");
    let forged = page.replacen(&format!(">{text}</code>"), ">nothing happened</code>", 1);
    let found = verified(&forged, &paths);
    assert_eq!(found.differences.len(), 1, "{found:?}");
    assert!(found.differences[0].ends_with("the line differs"), "{found:?}");
    // a file that was changed, with the same length
    let log = find(&paths[0], "catalina").expect("a log");
    let mut bytes = std::fs::read(&log).expect("a log");
    let at = bytes.windows(4).position(|four| four == b"PKIX").expect("a failure");
    bytes[at] = b'Q';
    std::fs::write(&log, bytes).expect("a log");
    let found = verified(&page, &paths);
    assert!(found.differences.iter().any(|text| text.contains("its bytes are others")), "{found:?}");
    assert!(found.differences.iter().any(|text| text.contains("the line differs")), "{found:?}");
    // a file that is missing
    std::fs::remove_file(&log).expect("a log");
    let found = verified(&page, &paths);
    assert!(found.differences.iter().any(|text| text.contains("not among the files")), "{found:?}");
    assert!(found.differences.iter().any(|text| text.contains("no such log")), "{found:?}");
    assert_eq!(ReportedPage::read("<html><p>text</p></html>").generator, None);
}

/// The first file below a folder whose name contains a word.
fn find(folder: &Path, word: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries.into_iter().find_map(|path| {
        if path.is_dir() { find(&path, word) } else { path.to_string_lossy().contains(word).then_some(path) }
    })
}

#[test]
fn long_lists_of_files_are_cut_and_their_sum_covers_all() {
    let (analysis, mut case) = sample(&CaseOptions::default());
    let file = |at: usize| FileDigest { name: format!("{at}.log"), bytes: 1, sha256: Some("ab".repeat(32)) };
    case.inputs = (0..1500).map(file).collect();
    let page = page(&analysis, &case);
    assert_eq!(page.matches("class=\"input\"").count(), 1000);
    assert!(page.contains("and 500 more files"));
    assert!(page.contains("data-files=\"1500\""));
}
