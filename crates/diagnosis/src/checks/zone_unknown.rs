//! Logs in local time of an unknown zone: their messages cannot be ordered with those of other logs.

use std::collections::BTreeSet;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, files, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;

/// Local times without a zone.
pub(super) struct ZoneUnknown;

impl Check for ZoneUnknown {
    fn id(&self) -> CheckId {
        CheckId("zone-unknown")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B07")
    }

    fn title(&self) -> &'static str {
        "The zone of local times is not known"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Tomcat writes the local time of its server without a zone. If nothing in the collection \
                    shows that zone, these messages cannot be ordered with those of other servers.",
            looks_at: "Evidence for the zone of each server: offsets in other logs, identifiers that both \
                       sides write, lines that name a zone.",
            needs: "any log in local time",
            unclear: "Give the zone: --tz ZONE, or --tz SERVER=ZONE.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let local =
            collection.sources.iter().filter(|source| source.first.is_some_and(|first| !first.is_utc()));
        let local: Vec<&SourceFacts> = local.collect();
        let paths: Vec<&str> = local.iter().map(|source| &*source.path).collect();
        let Some(about) = files(&paths) else { return CheckOutput::well() };
        let hosts: BTreeSet<&str> = local.iter().filter_map(|source| source.host.as_deref()).collect();
        let by_host: Vec<String> = hosts.iter().map(|host| format!("--tz {host}=ZONE")).collect();
        let or = if by_host.is_empty() {
            String::new()
        } else {
            format!(", or {} for each server", by_host.join(" "))
        };
        let unknown = gap(
            self,
            format!("when the messages of {about} were written"),
            "the timestamps are local time of a server whose zone is not known, so they cannot be compared with those \
             of other servers",
            format!("add --tz ZONE for all of them{or}; ZONE is an IANA name such as America/New_York"),
        );
        CheckOutput::gaps(vec![unknown.temporal()])
    }
}
