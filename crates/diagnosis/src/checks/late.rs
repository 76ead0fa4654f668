//! Tomcat logs of an administration server that begin only after the incident. They are neither rotated nor archived,
//! and a restart may begin new files.

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, Server, at, gap, process_of};
use spoglight_model::CheckId;
use spoglight_model::analysis::CoverageGap;
use spoglight_time::Timestamp;
use spoglight_topology::{Process, Product, Topology};

/// Tomcat logs that begin after the incident.
pub(super) struct Late;

impl Check for Late {
    fn id(&self) -> CheckId {
        CheckId("collected-late")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B22")
    }

    fn title(&self) -> &'static str {
        "Tomcat's logs begin after the incident"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Tomcat's logs on an ADS are neither rotated nor archived, and a restart may begin new \
                    files. If they begin after the incident, its cause is not in them.",
            looks_at: "The first timestamp of Tomcat's logs on each server, compared with the time of the \
                       incident.",
            needs: "--incident TIME, and Tomcat logs whose zone is known",
            unclear: "Add --incident TIME. If older files are still in C:\\icm\\tomcat\\logs, collect all \
                      that were created or changed since the incident.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let Some(incident) = collection.incident else {
            return CheckOutput::without_incident();
        };
        // another check reports an incident that no log covers
        if !collection.sources.iter().any(|source| source.covers(incident)) {
            return CheckOutput::well();
        }
        let topology = collection.topology;
        let mut gaps = Vec::new();
        for server in collection.servers() {
            for process in topology.processes().iter().filter(|process| process.starts_over) {
                gaps.extend(self.gap(&server, process, incident, topology));
            }
        }
        CheckOutput::gaps(gaps)
    }
}

impl Late {
    fn gap(
        &self,
        server: &Server<'_>,
        process: &Process,
        incident: Timestamp,
        topology: &Topology,
    ) -> Option<CoverageGap> {
        let is_its = |known: &Process| known.name == process.name;
        let logs = server.sources.iter().filter(|source| process_of(source, topology).is_some_and(is_its));
        let first = logs.filter_map(|source| source.first).filter(|first| first.is_utc());
        let first = first.reduce(Timestamp::earlier).filter(|first| first.nanos() > incident.nanos())?;
        let folder = topology.product(&process.product).map_or("its folder", Product::folder);
        Some(gap(
            self,
            format!("what the {} of {} wrote at {}", process.name, server.host, at(incident)),
            format!(
                "its logs begin at {}: it was restarted since, or only newer files were collected",
                at(first)
            ),
            format!(
                "collect all files of {folder} that were created or changed after the problem, and copy them before you \
                 restart an Administration & Data Server"
            ),
        ))
    }
}
