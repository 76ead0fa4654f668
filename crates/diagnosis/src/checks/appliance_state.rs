//! State of the appliances of the contact center (voice operating system), as far as outputs of their commands were
//! collected: core dumps and services that do not run.

use spoglight_artifacts::{Appliance, CommandContent};
use spoglight_model::CheckId;
use spoglight_model::analysis::Finding;
use spoglight_parsers::layout;
use spoglight_signatures::{Confidence, Severity};
use spoglight_time::Timestamp;

use crate::bounds::MOST_HOSTS;
use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, SHOWN_FAULTS, finding, sentences};
use crate::outputs::{Output, outputs};

/// How to collect what the check reads.
const COLLECT: &str =
    "save the output of `utils core active list`, `utils service list` and `show status` of every appliance";

/// State of a service that runs.
const STARTED: &str = "STARTED";

/// Core dumps, and services that do not run.
pub(super) struct ApplianceState;

impl Check for ApplianceState {
    fn id(&self) -> CheckId {
        CheckId("appliance-state")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "A program of an appliance crashed, or a service of it does not run"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The servers of Finesse, CUIC and the identity service are appliances. A core dump shows that a program \
                    crashed; a service that is not started does not answer.",
            looks_at: "Saved outputs of utils core active list and analyze, utils service list and show status.",
            needs: "these outputs, of every appliance",
            unclear: COLLECT,
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let all = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
            CommandContent::Appliance(appliance) => Some((output, appliance)),
            _ => None,
        });
        let all: Vec<(Output<'_>, &Appliance)> = all.collect();
        if all.is_empty() {
            return CheckOutput::blind("no output of a command of an appliance was collected", COLLECT);
        }
        let (mut cores, mut services, mut stacks) = (Vec::new(), Vec::new(), Vec::new());
        let (mut times, mut reason) = (Vec::new(), None);
        for (output, appliance) in &all {
            reason = reason.or(appliance.reason.as_deref());
            for core in appliance.cores.iter().flatten() {
                let stamp = core.time.as_ref().and_then(|time| layout::iso(time.as_bytes()));
                times.extend(stamp.map(|(stamp, _)| Timestamp::Local(stamp.wall)));
                let time = core
                    .time
                    .as_ref()
                    .map_or_else(String::new, |time| format!(", of {time} by its own clock"));
                cores.push((*output, core.line, format!("{}{time}", core.file)));
            }
            if !appliance.stack.is_empty() {
                stacks.push((
                    *output,
                    output.shown.line,
                    format!("stack at the crash: {}", appliance.stack.join(" < ")),
                ));
            }
            let down = appliance
                .services
                .iter()
                .flatten()
                .filter(|service| service.state != STARTED && !service.is_inactive);
            services.extend(down.map(|service| {
                (*output, service.line, format!("{}: {} ({})", service.name, service.state, output.taken()))
            }));
        }
        let mut result = CheckOutput::default();
        let crashes = if cores.is_empty() { &stacks } else { &cores };
        let mut crashed = self.finding(
            crashes,
            "A program of an appliance crashed: it left core dumps",
            "A core dump is written when a program crashes. Its name has the program, its time is that of the crash.",
            "`utils core active analyze <file>` shows the program and the stack at the crash. Open a case with it.",
        );
        if let Some((found, reason)) = crashed.as_mut().zip(reason) {
            found.severity = Severity::High;
            found.title = format!("A program of an appliance ended itself: {}", reason.trim_end_matches('.'));
            found.cause.push_str(
                " The stack shows that a monitor in the program ended it on purpose, because it did not answer: it had no \
                 processor time or waited for a disk. The node manager starts it again.",
            );
            found.fix.insert(
                0,
                "Give the virtual machine its reserved processors and a fast datastore, and remove snapshots.".to_owned(),
            );
        }
        if let Some(found) = crashed.as_mut().filter(|_| !cores.is_empty()) {
            found.first = times.iter().copied().reduce(Timestamp::earlier);
            found.last = times.iter().copied().reduce(Timestamp::later);
            let stacks = stacks.iter().take(SHOWN_FAULTS);
            found.evidence.extend(stacks.map(|(output, line, text)| output.evidence(*line, text.clone())));
        }
        result.findings.extend(crashed);
        result.findings.extend(self.finding(
            &services,
            "A service of an appliance was not started when the output was taken",
            "The appliance lists the service as activated, and it does not run: what it serves does not answer.",
            "Start it: `utils service start <service>`, and look in its log why it stopped.",
        ));
        let has = |part: fn(&Appliance) -> bool| all.iter().any(|(_, appliance)| part(appliance));
        if !has(|appliance| appliance.cores.is_some()) || !has(|appliance| appliance.services.is_some()) {
            result.blind = CheckOutput::blind("only a part of these outputs was collected", COLLECT).blind;
        }
        let versions = all.iter().filter_map(|(output, appliance)| {
            let host = output.host.unwrap_or("an unknown appliance");
            Some(format!("{host} has version {}", appliance.version.as_ref()?))
        });
        let versions: Vec<String> = versions.take(SHOWN_FAULTS).collect();
        result.seen = (!versions.is_empty()).then(|| versions.join("; "));
        result
    }
}

impl ApplianceState {
    /// The finding of some lines; `None` if there are none.
    fn finding(
        &self,
        lines: &[(Output<'_>, usize, String)],
        title: &str,
        cause: &str,
        fix: &str,
    ) -> Option<Finding> {
        if lines.is_empty() {
            return None;
        }
        let mut found = finding(self, Severity::Medium, Confidence::Likely);
        title.clone_into(&mut found.title);
        cause.clone_into(&mut found.cause);
        found.count = lines.len() as u64;
        for (output, line, text) in lines {
            let host = output.host.map(str::to_owned).filter(|host| !found.hosts.contains(host));
            found.hosts.extend(host.filter(|_| found.hosts.len() < MOST_HOSTS));
            if found.evidence.len() < SHOWN_FAULTS {
                found.evidence.push(output.evidence(*line, text.clone()));
            }
        }
        found.confirm = sentences(&[
            "Compare its time with that of the incident.",
            "Run the command again: the state may have changed since.",
        ]);
        found.fix = vec![fix.to_owned()];
        found.false_positives = sentences(&[
            "An old core dump, of a crash long before the incident.",
            "The service was stopped on purpose, or is not used on this appliance.",
        ]);
        Some(found)
    }
}
