//! Clocks of servers that differ: their logs cannot be compared by time, and protocols that check times fail (SAML,
//! Kerberos, tokens).

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{Check, CheckInput, CheckOutput, finding};
use spoglight_model::ClockSkew;
use spoglight_model::analysis::Finding;
use spoglight_time::units::{MILLI, MINUTE, SECOND};

/// Smallest skew that is reported, in nanoseconds.
pub(super) const LEAST: i64 = MINUTE;

/// Skew from which on Kerberos and SAML fail, in nanoseconds.
const TOO_MUCH: i64 = 5 * MINUTE;

/// Clocks that differ.
pub(super) struct ClockSkewCheck;

impl Check for ClockSkewCheck {
    fn id(&self) -> CheckId {
        CheckId("clock-skew")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B07")
    }

    fn title(&self) -> &'static str {
        "The clocks of two servers differ"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        if collection.skews.is_empty() && collection.servers().len() < 2 {
            let advice = "add the logs of the other servers, each in a folder with the name of its server";
            return CheckOutput::blind("logs of one server alone do not show whether its clock is right", advice);
        }
        CheckOutput::findings(
            collection
                .skews
                .iter()
                .filter(|skew| skew.ahead.abs() >= LEAST)
                .map(|skew| self.finding(skew))
                .collect(),
        )
    }
}

impl ClockSkewCheck {
    fn finding(&self, skew: &ClockSkew) -> Finding {
        let severity = if skew.ahead.abs() >= TOO_MUCH { Severity::Critical } else { Severity::Medium };
        let confidence = if skew.is_sure { Confidence::Likely } else { Confidence::Possible };
        let mut found = finding(self, severity, confidence);
        let seconds = skew.ahead.abs() / SECOND;
        let way = if skew.ahead < 0 { "behind" } else { "ahead of" };
        let against = skew.against.join(", ");
        found.title = format!("The clock of {} is {seconds} seconds {way} {against}", skew.host);
        found.count = skew.shared as u64;
        found.hosts = vec![skew.host.clone()];
        found.captures.insert("seconds".to_owned(), vec![(skew.ahead / SECOND).to_string()]);
        found.cause = format!(
            "{} request ids appear in the logs of both sides with nearly the same time difference. A server that does \
             not get its time from the domain drifts; Kerberos and SAML fail from a difference of 5 minutes on.{}{}",
            skew.shared,
            skew.bounds.map_or_else(String::new, |(least, most)| format!(
                " Requests with a response show that the difference is between {} and {}.",
                signed(least),
                signed(most)
            )),
            if skew.is_sure {
                ""
            } else {
                " Only two servers could be compared, so it is unknown which of them is wrong."
            }
        );
        found.confirm = vec![
            "On both servers at the same moment: `w32tm /query /status` and `w32tm /stripchart /computer:<domain controller> \
             /samples:3`."
                .to_owned(),
        ];
        found.fix = vec![
            "Let the server take its time from the domain: `w32tm /config /syncfromflags:domhier /update`, then `net stop \
             w32time`, `net start w32time`, `w32tm /resync`."
                .to_owned(),
            "Turn off the time synchronisation with the virtual machine's host, or correct the time of the host.".to_owned(),
            if skew.applied {
                "No other step is needed for this report: the times of this server are already corrected by this \
                 difference.".to_owned()
            } else {
                format!(
                    "Until then, the times of this server in this report are wrong by this difference; --apply-skew, or \
                     --skew {}={}, corrects them.",
                    skew.host,
                    signed(skew.ahead)
                )
            },
        ];
        found.false_positives = vec![
            "All requests between the two servers wait for the same time, such as a time-out.".to_owned(),
        ];
        found
    }
}

/// A skew as `--skew` takes it.
fn signed(nanos: i64) -> String {
    let millis = nanos / MILLI;
    format!("{}{}.{:03}s", if millis < 0 { '-' } else { '+' }, millis.abs() / 1000, millis.abs() % 1000)
}
