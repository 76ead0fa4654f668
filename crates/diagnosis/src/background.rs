//! Background errors (rule C40): an error that is about as frequent before and after the incident is shown but not
//! taken for its cause.

use spoglight_model::analysis::{
    CheckResult, Finding, INCIDENT_MARGIN, InconclusiveReason, Note, Outcome, SourceFacts,
};
use spoglight_signatures::RuleId;
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
            why: "no incident time was given, or no log has a time in UTC".to_owned(),
            advice: "add --incident TIME, such as 2026-11-21T13:31Z".to_owned(),
        }]
    };
    CheckResult {
        id: RuleId::from(ID).into(),
        number: Some(NUMBER.to_owned()),
        title: "An error is as frequent before and after the incident, so it is not its cause".to_owned(),
        outcome: Outcome::of(findings.iter().any(|finding| finding.is_background), &reasons),
        note: None,
        reasons,
    }
}

const ID: &str = "background";
const NUMBER: &str = "C40";

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

    /// Marks a finding as near the incident or as background, by the times of its hits.
    pub(super) fn judge(&self, finding: &mut Finding, times: impl Iterator<Item = i64>) {
        let (mut before, mut near, mut after) = (0u64, 0u64, 0u64);
        for time in times {
            match time.saturating_sub(self.incident) {
                far if !(-FAR..=FAR).contains(&far) => {}
                far if far < -INCIDENT_MARGIN => before += 1,
                far if far > INCIDENT_MARGIN => after += 1,
                _ => near += 1,
            }
        }
        finding.is_near = near > 0;
        if before < LEAST || after < LEAST || self.before == 0 || self.after == 0 {
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
            finding.notes.push(Note {
                rule: RuleId::from(ID),
                number: Some(NUMBER.to_owned()),
                text: format!(
                    "It occurred about as often before the incident ({before} times) as after it ({after} times), so it \
                     is probably not the cause."
                ),
            });
        }
    }
}
