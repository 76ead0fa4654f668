//! A collection that has only side B of a pair of administration servers: some logs are on side A only.

use std::collections::BTreeSet;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, and, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;

/// Side B without side A.
pub(super) struct SideB;

impl Check for SideB {
    fn id(&self) -> CheckId {
        CheckId("side-b-only")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "Only side B of the Administration & Data Servers was collected"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The integration logs of PCCE are on the Administration & Data Server (ADS) of side \
                    A. With side B alone they are missing.",
            looks_at: "The servers with logs of an ADS, and whether their names show side A or B.",
            needs: "logs of an ADS whose name shows its side",
            unclear: "Collect C:\\icm\\tomcat\\logs of the ADS of side A.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let Some(part) = topology.part_of_pair() else { return CheckOutput::well() };
        let pair = topology.pair();
        let logs = collection
            .sources
            .iter()
            .filter(|source| source.events > 0 && topology.is_of_part(part, &source.as_log()));
        let mut known: BTreeSet<String> = BTreeSet::new();
        let hosts = collection.sources.iter().filter_map(|source| source.host.as_deref());
        let named = collection.found.iter().flat_map(|finding| {
            finding.hosts.iter().chain(finding.captures.values().flatten()).map(String::as_str)
        });
        known.extend(hosts.chain(named).map(|name| first_label(name).to_lowercase()));
        let mut second: BTreeSet<&str> = BTreeSet::new();
        for log in logs {
            let is_second = |name: &&str| {
                pair.partner(name)
                    .is_some_and(|partner| partner.is_sure || known.contains(&partner.name.to_lowercase()))
            };
            match names(log).into_iter().find(is_second) {
                Some(name) => _ = second.insert(name),
                None => return CheckOutput::well(),
            }
        }
        if second.is_empty() {
            return CheckOutput::well();
        }
        let partners: BTreeSet<String> =
            second.iter().filter_map(|name| Some(pair.partner(name)?.name)).collect();
        CheckOutput::gaps(vec![gap(
            self,
            format!("what side A ({}) recorded", and(partners.iter().map(String::as_str))),
            format!("only side B ({}) was collected; {} are on side A", and(second), pair.about),
            format!("add {}", part.collect),
        )])
    }
}

/// The name of the server of a log, or the folders and archives that may be named after it.
fn names(log: &SourceFacts) -> Vec<&str> {
    match log.host.as_deref() {
        Some(host) => vec![host],
        None => log.path.split(['/', '!']).rev().skip(1).map(first_label).collect(),
    }
}

fn first_label(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
