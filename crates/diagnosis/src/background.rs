//! The incident (rule C40): which findings are near it, and which are about as frequent before it as after it. Both
//! are reasons for the order of findings, so each finding that is moved down shows its reason.

use spoglight_model::FindingId;
use spoglight_model::analysis::{
    CheckResult, Finding, INCIDENT_MARGIN, InconclusiveReason, Note, Outcome, SourceFacts,
};
use spoglight_parsers::duration::spoken;
use spoglight_signatures::{RuleId, Severity};
use spoglight_text::humanize::counted;
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, HOUR};

/// Nanoseconds before and after the incident that are compared.
const FAR: i64 = DAY;

/// Smallest number of hits on each side for a rate.
const LEAST: u64 = 3;

/// Largest factor between two similar rates.
const ALIKE: u64 = 2;

/// Result of the rule.
pub(super) fn result(rates: Option<&Rates>, findings: &[Finding]) -> CheckResult {
    let reasons = if rates.is_some() {
        Vec::new()
    } else {
        vec![InconclusiveReason {
            missing: None,
            low_level: None,
            why: "no incident time was given, or no log has a time in UTC".into(),
            advice: "add --incident TIME, such as 2026-11-21T13:31Z".into(),
        }]
    };
    CheckResult {
        id: RuleId::from(ID).into(),
        number: Some(NUMBER.to_owned()),
        title: "An error is as frequent before as after the incident, so it did not begin with it".to_owned(),
        outcome: Outcome::of(findings.iter().any(|finding| finding.is_background), &reasons),
        note: None,
        reasons,
    }
}

const ID: &str = "background";
const NUMBER: &str = "C40";

/// Completes the findings of all signatures, rules and checks by their place relative to the incident.
pub(super) fn place(
    mut findings: Vec<Finding>,
    incident: Option<Timestamp>,
    sources: &[SourceFacts],
) -> Vec<Finding> {
    if let Some(rates) = incident.and_then(|incident| Rates::around(incident, sources)) {
        for finding in &mut findings {
            if matches!(finding.id, FindingId::Check(_)) {
                rates.judge(finding, &evidence_times(finding), &[]);
            }
        }
        if findings.iter().any(|finding| finding.is_near) {
            for finding in &mut findings {
                rates.explain(finding);
            }
        }
    }
    findings
}

/// Times of the evidence of a finding, as far as they are known in UTC.
pub(super) fn evidence_times(finding: &Finding) -> Vec<i64> {
    let times = finding.evidence.iter().filter_map(|evidence| evidence.time);
    times.filter(|time| time.is_utc()).map(Timestamp::nanos).collect()
}

/// The time around an incident that the logs cover.
pub(super) struct Rates {
    incident: i64,
    /// Nanoseconds of logs before and after it.
    before: i64,
    after: i64,
}

impl Rates {
    /// `None` if the time of the incident is not known in UTC, or no log has one.
    pub(super) fn around(incident: Timestamp, sources: &[SourceFacts]) -> Option<Rates> {
        let Timestamp::Utc(incident) = incident else { return None };
        let utc = |moment: Option<Timestamp>| moment.filter(|moment| moment.is_utc()).map(Timestamp::nanos);
        let first = sources.iter().filter_map(|source| utc(source.first)).min()?;
        let last = sources.iter().filter_map(|source| utc(source.last)).max()?;
        let length = |span: i64| span.saturating_sub(INCIDENT_MARGIN).clamp(0, FAR - INCIDENT_MARGIN);
        Some(Rates {
            incident,
            before: length(incident.saturating_sub(first)),
            after: length(last.saturating_sub(incident)),
        })
    }

    /// Marks a finding as near the incident or as background, by the times of its own messages. The messages that it
    /// subsumes can be near the incident, too; they do not count for its rate, because they can have other causes.
    pub(super) fn judge(&self, finding: &mut Finding, own: &[i64], under: &[i64]) {
        let (before, near, after) = self.count(own);
        let (_, near_under, _) = self.count(under);
        finding.is_near = near + near_under > 0;
        // a rate needs the times of all messages
        if own.len() as u64 != finding.count
            || before < LEAST
            || after < LEAST
            || self.before == 0
            || self.after == 0
        {
            return;
        }
        // per hour of logs, without the rounding of a float
        let rate =
            |count: u64, span: i64| (u128::from(count) * HOUR as u128 * 1000 / span.max(1) as u128) as u64;
        let (early, late, now) =
            (rate(before, self.before), rate(after, self.after), rate(near, 2 * INCIDENT_MARGIN));
        let usual = early.max(late);
        if usual <= early.min(late).saturating_mul(ALIKE) && now <= usual.saturating_mul(ALIKE) {
            finding.is_background = true;
            let text = format!(
                "It occurred about as often before the incident ({} within a day) as after it ({after}): it did not \
                 begin with the incident, so it is listed after findings of the same severity.",
                counted(before as usize, "message", "messages")
            );
            finding.notes.push(note(text));
        }
    }

    /// Shows in a finding that is not near the incident why it is listed after those that are.
    pub(super) fn explain(&self, finding: &mut Finding) {
        let (Some(first), Some(last)) = (finding.first, finding.last) else { return };
        if finding.is_near || finding.severity == Severity::Info || !first.is_utc() || !last.is_utc() {
            return;
        }
        let text = if last.nanos() < self.incident {
            let before = spoken(self.incident.saturating_sub(last.nanos()));
            format!("Its last message is {before} before the incident")
        } else if first.nanos() > self.incident {
            let after = spoken(first.nanos().saturating_sub(self.incident));
            format!("Its first message is {after} after the incident")
        } else {
            "None of its messages is within a quarter of an hour of the incident".to_owned()
        };
        // one reason is enough
        finding.notes.retain(|note| note.rule != *ID);
        finding.notes.push(note(format!("{text}: findings near the incident are listed before it.")));
    }

    /// Number of times within a day before the incident, near it, and within a day after it.
    fn count(&self, times: &[i64]) -> (u64, u64, u64) {
        let (mut before, mut near, mut after) = (0u64, 0u64, 0u64);
        for time in times {
            match time.saturating_sub(self.incident) {
                far if !(-FAR..=FAR).contains(&far) => {}
                far if far < -INCIDENT_MARGIN => before += 1,
                far if far > INCIDENT_MARGIN => after += 1,
                _ => near += 1,
            }
        }
        (before, near, after)
    }
}

fn note(text: String) -> Note {
    Note { rule: RuleId::from(ID), number: Some(NUMBER.to_owned()), text }
}
