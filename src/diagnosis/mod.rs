//! From hits to findings: what belongs to one cause, what it explains, what comes first, and what cannot be told.

mod background;
pub mod checks;
mod correlate;
pub mod coverage;
mod finding;
mod rank;
pub mod skew;
mod unnamed;

use spoglight_signatures::{Correlation, Kind, Library};

use crate::analysis::{CannotTell, Finding, Harmless, Judged, SourceFacts, UnnamedErrors, Verdict};
use crate::engine::Found;
use crate::exhibits::Exhibit;
use crate::timeline::Moment;

use background::Rates;
use correlate::Occurrences;
use coverage::Places;
use finding::Cause;
pub use rank::rank;
use skew::Skew;

/// What the hits of a run are.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What looks like it and is not.
    pub harmless: Vec<Harmless>,
    /// How every rule ended that looks at several hits.
    pub rules: Vec<Judged>,
    /// What these cannot tell.
    pub asks: Vec<CannotTell>,
    /// Errors that no signature names.
    pub unnamed: UnnamedErrors,
}

/// What a diagnosis is made of.
pub struct Evidenced<'a> {
    /// The signatures.
    pub library: &'a Library,
    /// The rules that look at several hits.
    pub rules: &'a [Correlation],
    /// Every file that was looked at.
    pub sources: &'a [SourceFacts],
    /// What was found in each.
    pub found: &'a [Found],
    /// What is no log and still says something, with its file.
    pub exhibits: &'a [(&'a SourceFacts, &'a Exhibit)],
    /// Servers whose clocks are apart.
    pub skews: &'a [Skew],
    /// When it happened, if the user said so.
    pub incident: Option<Moment>,
}

/// From hits to findings.
pub fn diagnose(evidenced: &Evidenced<'_>, places: &Places) -> Diagnosis {
    let Evidenced { library, rules, sources, found, exhibits, skews, incident } = *evidenced;
    let mut causes = finding::gather(library, sources, found);
    let kind = |cause: &Cause| library.get(cause.signature).map(|signature| signature.kind);
    let occurrences = Occurrences::of(library, sources, found, exhibits, skews);
    // by itself a mark says nothing
    causes.retain(|cause| kind(cause) != Some(Kind::Marker));
    let (harmless, causes): (Vec<_>, Vec<_>) =
        causes.into_iter().partition(|cause| kind(cause) == Some(Kind::Harmless));
    let mut correlated = correlate::run(library, rules, &occurrences, &causes, places);
    let causes = correlated.fold(library, causes);
    let (judged, asks) = (std::mem::take(&mut correlated.judged), std::mem::take(&mut correlated.asks));
    let of_incident = incident.and_then(|incident| Rates::around(incident, sources));
    let mut findings = finding::describe(library, causes);
    if let Some(rates) = &of_incident {
        for (signature, finding) in &mut findings {
            let under = correlated.under(*signature);
            let times = under.iter().chain([&*signature]).flat_map(|one| occurrences.times(*one));
            rates.judge(finding, times);
        }
    }
    let mut findings = correlated.say(findings);
    if let Some(rates) = &of_incident {
        // what rules raised has no hits of its own
        for finding in findings.iter_mut().filter(|finding| finding.number.is_some()) {
            let times: Vec<i64> = finding.evidence.iter().filter_map(|one| Some(one.time?.nanos())).collect();
            rates.judge(finding, times.into_iter());
        }
    }
    let mut rules = judged;
    rules.push(background::judged(of_incident.as_ref(), &findings));
    Diagnosis {
        findings,
        harmless: finding::describe_harmless(library, harmless),
        rules,
        asks,
        unnamed: unnamed::gather(sources, found),
    }
}

/// What was there of a step of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepSeen {
    /// Its name.
    pub name: String,
    /// Hits that it means, wherever they are.
    pub count: usize,
    /// The first of them.
    pub first: Option<Moment>,
    /// The last.
    pub last: Option<Moment>,
}

/// What was there of each step of a rule, before it is asked what came together.
pub fn steps(rule: &Correlation, evidenced: &Evidenced<'_>) -> Vec<StepSeen> {
    let Evidenced { library, sources, found, exhibits, skews, .. } = *evidenced;
    let occurrences = Occurrences::of(library, sources, found, exhibits, skews);
    correlate::steps(rule, library, &occurrences)
}

/// The answer in one sentence.
pub fn verdict(findings: &[Finding], gaps: &[CannotTell], sources: usize, bytes: u64) -> Verdict {
    let is_whole = gaps.iter().all(CannotTell::is_of_time);
    let end = match (is_whole, sources) {
        (true, _) => ".",
        (false, 1) => ", as far as it can tell.",
        (false, _) => ", as far as they can tell.",
    };
    match findings {
        [] => Verdict {
            severity: None,
            is_whole,
            text: match sources {
                _ if bytes == 0 => "Nothing was read.".to_owned(),
                1 => format!("No known failure in this file{end}"),
                more => format!("No known failure in these {more} files{end}"),
            },
        },
        [worst, rest @ ..] => {
            let on = if worst.hosts.is_empty() {
                String::new()
            } else {
                format!(" (on {})", worst.hosts.join(", "))
            };
            let more = match rest.len() {
                0 => String::new(),
                1 => " One more finding below.".to_owned(),
                count => format!(" {count} more findings below."),
            };
            Verdict {
                severity: Some(worst.severity),
                is_whole,
                text: format!("{}{on}.{more}", worst.title.trim_end_matches('.')),
            }
        }
    }
}
