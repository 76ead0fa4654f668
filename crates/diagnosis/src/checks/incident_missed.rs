//! Processes without a file that covers the time of the incident.

use std::collections::BTreeMap;

use super::standby::only_standby;
use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, at, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

/// Processes that a sentence lists.
const NAMED: usize = 6;

/// Processes without a log of the incident.
pub(super) struct IncidentMissed;

impl Check for IncidentMissed {
    fn id(&self) -> CheckId {
        CheckId("incident-not-covered")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B06")
    }

    fn title(&self) -> &'static str {
        "No log covers the time of the incident"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The logs of a process do not reach the time of the incident: they were rotated away, \
                    collected too early, or are of another day.",
            looks_at: "The first and last timestamp of the files of each process, compared with the time of \
                       the incident.",
            needs: "--incident TIME, and logs whose zone is known",
            unclear: "Add --incident with the time of the incident and its zone, and --tz for logs in local \
                      time.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let Some(incident) = collection.incident else {
            return CheckOutput::without_incident();
        };
        // another check reports the logs that a standby does not write
        let standby = !only_standby(collection).is_empty();
        let is_silent = |source: &SourceFacts| {
            standby
                && source
                    .origin
                    .process
                    .as_deref()
                    .is_some_and(|process| collection.topology.is_service(process))
        };
        // a source in an unknown zone may or may not cover it: another check reports that
        let known = collection.sources.iter().filter(|source| {
            source.events > 0 && source.first.is_some_and(Timestamp::is_utc) && !is_silent(source)
        });
        let mut processes: BTreeMap<String, (bool, Option<Timestamp>, Option<Timestamp>)> = BTreeMap::new();
        for source in known {
            let process = source.origin.process.as_deref().unwrap_or_else(|| file_name(&source.log));
            let host = source.host.as_deref().map_or_else(String::new, |host| format!(" on {host}"));
            let (covered, first, last) = processes.entry(format!("{process}{host}")).or_default();
            *covered |= source.covers(incident);
            *first = [*first, source.first].into_iter().flatten().reduce(Timestamp::earlier);
            *last = [*last, source.last].into_iter().flatten().reduce(Timestamp::later);
        }
        let all = processes.len();
        processes.retain(|_, (covered, ..)| !*covered);
        let (Some((_, first, last)), false) = (processes.values().next(), processes.is_empty()) else {
            return CheckOutput::well();
        };
        let names: Vec<&str> = processes.keys().map(String::as_str).collect();
        let about = match names.as_slice() {
            all_of_them if all_of_them.len() == all => "every process".to_owned(),
            few if few.len() <= NAMED => few.join(", "),
            many => {
                let few = many.get(..NAMED).unwrap_or(many).join(", ");
                format!("{few} and {} more", many.len() - NAMED)
            }
        };
        let span = |moment: &Option<Timestamp>| moment.map_or_else(String::new, at);
        let example = if names.len() == all {
            collection.span().map_or_else(String::new, |(first, last)| {
                format!("; what was collected reaches from {} to {}", at(first), at(last))
            })
        } else {
            format!("; those of {} reach from {} to {}", names[0], span(first), span(last))
        };
        CheckOutput::gaps(vec![gap(
            self,
            format!("what {about} did at {}", at(incident)),
            format!("no file covers it, not even with a margin of 15 minutes{example}"),
            "collect the rotated files (.log.1 to .log.49) of that time, or let it happen again and collect then; if the time \
             is in another zone, write it with its offset",
        )])
    }
}
