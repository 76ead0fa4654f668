//! Clocks of servers that differ: their logs cannot be compared by time, and protocols that check times fail (SAML,
//! Kerberos, tokens).

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, finding, sentences};
use crate::outputs::{Output, outputs};
use spoglight_artifacts::{ClockReading, CommandContent};
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

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Clocks of servers differ. Their logs cannot be compared by time, and from a difference \
                    of 5 minutes on Kerberos and SAML fail.",
            looks_at: "Identifiers of requests that two servers wrote, and the difference of their times; saved outputs of \
                       w32tm /stripchart and w32tm /query /status.",
            needs: "logs of two servers that serve the same requests, or the output of `w32tm /stripchart \
                    /computer:<domain controller> /samples:3` of each server, in the folder of the server",
            unclear: "Compare the clocks on the servers, and save the outputs: `w32tm /query /status` and `w32tm /stripchart \
                      /computer:<domain controller> /samples:3`.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let measured: Vec<(Output<'_>, &ClockReading)> = measured(collection);
        let mut findings: Vec<Finding> = collection
            .skews
            .iter()
            .filter(|skew| skew.shared > 0 && skew.ahead.abs() >= LEAST)
            .map(|skew| self.finding(skew, &measured))
            .collect();
        // an output that is evidence of a difference by ids is in that finding
        let is_told = |output: &Output<'_>| {
            collection
                .skews
                .iter()
                .filter_map(|skew| skew.measured.as_ref().filter(|_| skew.shared > 0))
                .any(|known| *output.source.path == *known.file && known.line == output.shown.line as u64)
        };
        let others = measured.iter().filter(|(output, _)| !is_told(output));
        findings.extend(others.filter_map(|(output, reading)| self.measured(output, reading, collection)));
        let mut result = CheckOutput::findings(findings);
        let compared: Vec<String> =
            measured.iter().filter_map(|(output, reading)| compared(output, reading)).collect();
        result.seen = (!compared.is_empty()).then(|| compared.join("; "));
        if collection.skews.is_empty() && collection.servers().len() < 2 && compared.is_empty() {
            let advice = "add the logs of the other servers, each in a folder with the name of its server, or the output of \
                          `w32tm /stripchart /computer:<domain controller> /samples:3` of each server";
            result.blind =
                CheckOutput::blind("logs of one server alone do not show whether its clock is right", advice)
                    .blind;
        }
        result
    }
}

/// The clocks that outputs of `w32tm` show.
fn measured<'a>(collection: &CheckInput<'a>) -> Vec<(Output<'a>, &'a ClockReading)> {
    let all = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
        CommandContent::Clock(reading) => Some((output, reading)),
        _ => None,
    });
    all.collect()
}

/// A sentence on a clock that was compared and is right.
fn compared(output: &Output<'_>, reading: &ClockReading) -> Option<String> {
    let (ahead, host) = (reading.ahead?, output.host?);
    let against = reading.against.as_deref().unwrap_or("another server");
    Some(format!(
        "the clock of {host} differed from that of {against} by {} ({})",
        signed(ahead),
        output.taken()
    ))
}

impl ClockSkewCheck {
    /// The finding of a clock that a command compared with another, or that nothing keeps right.
    fn measured(
        &self,
        output: &Output<'_>,
        reading: &ClockReading,
        collection: &CheckInput<'_>,
    ) -> Option<Finding> {
        let host = output.host.unwrap_or("an unknown server");
        let ahead = reading.ahead.filter(|ahead| ahead.abs() >= LEAST);
        let is_free = reading.is_free_running == Some(true);
        let mut found = match (ahead, is_free) {
            (Some(ahead), _) => {
                let severity = if ahead.abs() >= TOO_MUCH { Severity::Critical } else { Severity::Medium };
                let mut found = finding(self, severity, Confidence::Likely);
                let way = if ahead < 0 { "behind" } else { "ahead of" };
                let against = reading.against.as_deref().unwrap_or("the server that it was compared with");
                found.title =
                    format!("The clock of {host} is {} seconds {way} {against}", ahead.abs() / SECOND);
                found.captures.insert("seconds".to_owned(), vec![(ahead / SECOND).to_string()]);
                found.cause = format!(
                    "{} samples of `w32tm /stripchart` show the difference ({}). Kerberos and SAML fail from a difference of 5 \
                     minutes on, and times of logs cannot be compared.",
                    reading.samples,
                    output.taken()
                );
                found
            }
            (None, true) => {
                let mut found = finding(self, Severity::Low, Confidence::Possible);
                found.title = format!("The clock of {host} is not synchronized with another one");
                found.cause = format!(
                    "`w32tm /query /status` shows {} as its source ({}): nothing keeps the clock right.",
                    reading.from.as_deref().unwrap_or("no server"),
                    output.taken()
                );
                found
            }
            (None, false) => return None,
        };
        found.count = reading.samples.max(1) as u64;
        found.hosts.extend(output.host.map(str::to_owned));
        found
            .evidence
            .push(output.evidence(output.shown.line, format!("output of {}", output.shown.command)));
        found.confirm = sentences(&[
            "On the server: `w32tm /query /status` and `w32tm /stripchart /computer:<domain controller> /samples:3`.",
        ]);
        found.fix = sentences(&[
            "Let the server take its time from the domain: `w32tm /config /syncfromflags:domhier /update`, then `net stop \
             w32time`, `net start w32time`, `w32tm /resync`.",
            "Turn off the time synchronisation with the virtual machine's host, or correct the time of the host.",
        ]);
        let skew = collection.skews.iter().find(|skew| {
            skew.shared == 0
                && skew.measured.as_ref().is_some_and(|known| {
                    *output.source.path == *known.file && known.line == output.shown.line as u64
                })
        });
        found.fix.extend(skew.filter(|_| ahead.is_some()).map(in_report));
        found.false_positives = sentences(&[
            "The clock was corrected after the output was taken, or before it: the logs are of another time.",
            "The clock of the other server is wrong, not this one.",
            "The host of a virtual machine sets its clock.",
        ]);
        Some(found)
    }

    fn finding(&self, skew: &ClockSkew, outputs: &[(Output<'_>, &ClockReading)]) -> Finding {
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
            match &skew.measured {
                Some(measured) => format!(
                    " `{}` shows {} from {} and so which of them is wrong.",
                    measured.command,
                    signed(measured.ahead),
                    measured.against.as_deref().unwrap_or("another server"),
                ),
                None if skew.is_sure => String::new(),
                None =>
                    " Only two servers could be compared, so it is unknown which of them is wrong.".to_owned(),
            }
        );
        if let Some(measured) = &skew.measured {
            let output = outputs.iter().map(|(output, _)| output).find(|output| {
                *output.source.path == *measured.file && measured.line == output.shown.line as u64
            });
            found.evidence.extend(output.map(|output| {
                let text = format!(
                    "output of {}: {} ({})",
                    measured.command,
                    signed(measured.ahead),
                    output.taken()
                );
                output.evidence(output.shown.line, text)
            }));
        }
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
            in_report(skew),
        ];
        found.false_positives = vec![
            "All requests between the two servers wait for the same time, such as a time-out.".to_owned(),
        ];
        found
    }
}

/// The step about the times in the report.
fn in_report(skew: &ClockSkew) -> String {
    if skew.applied {
        return "No other step is needed for this report: the times of this server are already corrected by this difference."
            .to_owned();
    }
    format!(
        "Until then, the times of this server in this report are wrong by this difference; --apply-skew, or --skew {}={}, \
         corrects them.",
        skew.host,
        signed(skew.ahead)
    )
}

/// A skew as `--skew` takes it.
fn signed(nanos: i64) -> String {
    let millis = nanos / MILLI;
    format!("{}{}.{:03}s", if millis < 0 { '-' } else { '+' }, millis.abs() / 1000, millis.abs() % 1000)
}
