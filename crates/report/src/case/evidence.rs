//! The evidence of a case as text files: small enough for a mail, and readable without this program.

use std::fmt::Write as _;

use spoglight_model::analysis::{Analysis, Evidence};
use spoglight_text::humanize::grouped;
use spoglight_text::sanitize::clean;

use super::CaseFile;
use crate::document::bounds::ITEMS;
use crate::document::words::{certainty, marked};

/// The evidence of each finding, and of unrecognized errors, as files with their names. Empty if there is none.
pub fn evidence_files(analysis: &Analysis, case: &CaseFile) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (number, finding) in (1..).zip(&analysis.findings).take(ITEMS) {
        let mut text = String::new();
        let _ = writeln!(text, "{}. {}: {}", number, finding.severity.word(), clean(&finding.title));
        let _ = writeln!(text, "Id: {}, confidence: {}", finding.id, certainty(finding.confidence));
        let _ = writeln!(text, "First: {}, last: {}", marked(finding.first), marked(finding.last));
        let _ = writeln!(text, "Messages: {}", grouped(finding.count));
        if !finding.cause.is_empty() {
            let _ = writeln!(text, "Cause: {}", clean(&finding.cause));
        }
        finding.evidence.iter().for_each(|evidence| quote(evidence, case, &mut text));
        files.push((format!("{number:02}-{}.txt", finding.id), text));
    }
    let errors = analysis.unrecognized.shown.iter().chain(&analysis.unrecognized.shown_warnings);
    let mut text = String::new();
    for error in errors {
        let _ = writeln!(text, "{} messages at {}, no signature matches", grouped(error.count), error.level);
        quote(&error.example, case, &mut text);
        text.push('\n');
    }
    if !text.is_empty() {
        files.push(("unrecognized.txt".to_owned(), text));
    }
    if !files.is_empty() {
        let mut text = format!("spoglight {}, {}\n", analysis.version, analysis.library);
        let _ = writeln!(text, "{}: {}\n", analysis.verdict.headline, clean(&analysis.verdict.text));
        text.push_str(
            "Lines around the evidence of each finding. Passwords and tokens are masked with ***.\n\n",
        );
        for (name, content) in &files {
            let _ = writeln!(text, "{name}: {}", content.lines().next().unwrap_or_default());
        }
        text.push_str("\nInput files and their SHA-256:\n");
        for input in &case.inputs {
            let sum = input.sha256.as_deref().unwrap_or("not readable");
            let _ = writeln!(text, "{sum}  {}", clean(&input.name));
        }
        files.insert(0, ("README.txt".to_owned(), text));
    }
    files
}

/// The place of an evidence and the lines around it.
fn quote(evidence: &Evidence, case: &CaseFile, text: &mut String) {
    let time = evidence.time.map_or_else(String::new, |time| time.to_string());
    let _ =
        writeln!(text, "\n{}:{} (byte {}) {time}", clean(&evidence.source), evidence.line, evidence.offset);
    match case.excerpt(evidence) {
        Some(excerpt) => {
            for line in &excerpt.lines {
                let mark = if line.is_hit { '>' } else { ' ' };
                let _ = writeln!(text, "{mark}{:>7}  {}", line.number, clean(&line.text));
            }
        }
        None => drop(writeln!(text, ">{:>7}  {}", evidence.line, clean(evidence.text.trim_end()))),
    }
}
