//! Clocks of servers that are apart: their logs cannot be put beside each other, and what checks times fails (SAML, Kerberos,
//! tokens).

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{Check, CheckInput, CheckOutput, finding};
use spoglight_model::ClockSkew;
use spoglight_model::analysis::Finding;
use spoglight_time::units::{MILLI, MINUTE, SECOND};

/// Nanoseconds from which on a skew is reported.
pub(super) const LEAST: i64 = MINUTE;

/// Nanoseconds that Kerberos and SAML do not bear any more.
const TOO_MUCH: i64 = 5 * MINUTE;

/// See the [module](self).
pub(super) struct ClockSkewCheck;

impl Check for ClockSkewCheck {
    fn id(&self) -> CheckId {
        CheckId("clock-skew")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B07")
    }

    fn title(&self) -> &'static str {
        "The clocks of two servers are apart"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
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
            "{} identifiers stand in the logs of both sides, and between their times lies nearly always the same. A server \
             that does not get its time from the domain drifts; from 5 minutes on Kerberos and SAML refuse it.{}{}",
            skew.shared,
            skew.bounds.map_or_else(String::new, |(least, most)| format!(
                " Requests that went there and back say that it is between {} and {}.",
                signed(least),
                signed(most)
            )),
            if skew.is_sure {
                ""
            } else {
                " Only two servers could be compared: which of them is wrong nobody can say."
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
            "Switch the time synchronisation of the virtual machine's host off, or give the host a right time.".to_owned(),
            if skew.applied {
                "Nothing else: the times of this server in this report were set right by that much.".to_owned()
            } else {
                format!(
                    "Until then, mind that the times of this server in this report are wrong by that much; --apply-skew, or \
                     --skew {}={}, sets them right.",
                    skew.host,
                    signed(skew.ahead)
                )
            },
        ];
        found.false_positives = vec![
            "Requests that all wait for the same time, such as a time-out, between the two servers."
                .to_owned(),
        ];
        found
    }
}

/// A skew as `--skew` takes it.
fn signed(nanos: i64) -> String {
    let millis = nanos / MILLI;
    format!("{}{}.{:03}s", if millis < 0 { '-' } else { '+' }, millis.abs() / 1000, millis.abs() % 1000)
}
