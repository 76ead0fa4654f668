//! [`verdict`]: the answer of a run in one sentence. `docs/verdicts.md` documents its words.

use std::collections::BTreeSet;

use spoglight_model::analysis::{
    CheckResult, CoverageGap, Finding, GapKind, SourceFacts, Totals, UnrecognizedErrors, Verdict, VerdictKind,
};
use spoglight_signatures::Severity;
use spoglight_text::humanize::counted;
use spoglight_topology::Topology;

/// Servers that the sentence names.
const SHOWN_HOSTS: usize = 10;

/// Everything that decides a verdict.
pub struct VerdictInput<'a> {
    /// The findings, most severe first.
    pub findings: &'a [Finding],
    /// Questions that the input cannot answer.
    pub gaps: &'a [CoverageGap],
    /// Every source of the collection.
    pub sources: &'a [SourceFacts],
    /// Sums over all sources.
    pub totals: &'a Totals,
    /// Errors that match no signature.
    pub unrecognized: &'a UnrecognizedErrors,
    /// Result of every signature.
    pub signatures: &'a [CheckResult],
    /// Product knowledge.
    pub topology: &'a Topology,
}

/// Returns the answer of a run in one sentence.
pub fn verdict(input: &VerdictInput<'_>) -> Verdict {
    let first_gap = input.gaps.iter().find(|gap| gap.kind == GapKind::Incomplete);
    // silence of files that were not understood means nothing
    let is_complete = input.totals.is_understood() && first_gap.is_none();
    let not_visible = not_visible(input);
    let (kind, headline, text) = match input.findings {
        [worst, rest @ ..] if is_a_headline(worst, is_complete, input.unrecognized) => {
            (VerdictKind::Failure, worst.severity.word().to_owned(), found(worst, rest.len()))
        }
        [] if input.totals.bytes == 0 => {
            (VerdictKind::NothingRead, "NOTHING READ".to_owned(), "Nothing was read.".to_owned())
        }
        [] if !input.totals.is_understood() => (
            VerdictKind::NothingKnown,
            "NO KNOWN LOG".to_owned(),
            "No file is a log or a setting of a known format.".to_owned(),
        ),
        minor => match first_gap {
            Some(gap) => (VerdictKind::CannotTell, "CANNOT TELL".to_owned(), incomplete(minor, gap)),
            None if is_complete => {
                let headline = qualified("NO FAILURE FOUND", &not_visible, input);
                (VerdictKind::NoFailure, headline, complete(minor, input.totals.sources))
            }
            None => (VerdictKind::CannotTell, "CANNOT TELL".to_owned(), not_understood(minor)),
        },
    };
    let severity = input.findings.first().map(|worst| worst.severity);
    Verdict { kind, severity, is_complete, not_visible, headline, text }
}

/// Returns whether a finding is the headline. A finding of severity low or info is no failure: it is the headline only if
/// nothing else is left to say.
fn is_a_headline(worst: &Finding, is_complete: bool, unrecognized: &UnrecognizedErrors) -> bool {
    worst.severity <= Severity::Medium || is_complete && unrecognized.errors == 0
}

/// Subjects that the trace levels of the collected logs do not show, each once.
fn not_visible(input: &VerdictInput<'_>) -> Vec<String> {
    let reasons = input.signatures.iter().flat_map(|result| &result.reasons);
    let low: BTreeSet<&str> = reasons.filter_map(|reason| reason.low_level.as_deref()).collect();
    let processes = input.topology.processes().iter().filter(|process| low.contains(&*process.name));
    let mut subjects: Vec<String> = processes.filter_map(|process| process.debug_for.clone()).collect();
    subjects.dedup();
    subjects
}

fn found(worst: &Finding, rest: usize) -> String {
    let on = match worst.hosts.get(..SHOWN_HOSTS) {
        None if worst.hosts.is_empty() => String::new(),
        Some(some) if some.len() < worst.hosts.len() => {
            format!(" (on {} and {} more)", some.join(", "), worst.hosts.len() - some.len())
        }
        _ => format!(" (on {})", worst.hosts.join(", ")),
    };
    let more = match rest {
        0 => String::new(),
        1 => " One more finding below.".to_owned(),
        count => format!(" {count} more findings below."),
    };
    format!("{}{on}.{more}", worst.title.trim_end_matches('.'))
}

/// A headline with what limits it.
fn qualified(headline: &str, not_visible: &[String], input: &VerdictInput<'_>) -> String {
    let mut headline = headline.to_owned();
    if !not_visible.is_empty() {
        headline += "; not visible at this trace level: ";
        headline += &not_visible.join(", ");
    }
    let is_unknown = |source: &&SourceFacts| source.bytes > 0 && source.parsed == 0 && !source.is_second();
    let counts = [
        (input.unrecognized.errors, "unrecognized error", "unrecognized errors"),
        (
            input.sources.iter().filter(is_unknown).count() as u64,
            "file of an unknown format",
            "files of unknown formats",
        ),
    ];
    for (count, one, more) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        headline += "; ";
        headline += &counted(count as usize, one, more);
    }
    headline
}

fn complete(minor: &[Finding], sources: usize) -> String {
    let files = if sources == 1 { "this file".to_owned() } else { format!("these {sources} files") };
    match also(minor) {
        Some(also) => format!("No known failure in {files}.{also}"),
        None => format!("No known failure in {files}."),
    }
}

fn incomplete(minor: &[Finding], gap: &CoverageGap) -> String {
    // an advice may list several things; the first is enough for one line
    let advice = gap.advice.split("; ").next().unwrap_or_default();
    // its explanation is in the list of gaps
    let advice =
        advice.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).map_or(advice, |(text, _)| text);
    let also = also(minor).unwrap_or_default();
    format!("No failure found in what was read, which is incomplete. First: {advice}.{also}")
}

fn not_understood(minor: &[Finding]) -> String {
    let also = also(minor).unwrap_or_default();
    format!("No file is a log or a setting of a known format; collect first: the logs of ECE and PCCE.{also}")
}

/// Findings of severity low or info, for the end of a sentence.
fn also(minor: &[Finding]) -> Option<String> {
    let worst = minor.first()?;
    let severity = worst.severity.word().to_lowercase();
    let title = worst.title.trim_end_matches('.');
    let count = counted(minor.len(), "finding", "findings");
    Some(format!(" {count} of severity {severity} or less: {title}."))
}
