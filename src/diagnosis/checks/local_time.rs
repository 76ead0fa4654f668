//! Logs in local time whose zone nobody told: their place among the others is unknown.

use std::collections::BTreeSet;

use super::{Check, Collection, files};
use crate::analysis::{CannotTell, SourceFacts};

/// See the [module](self).
pub(super) struct LocalTime;

impl Check for LocalTime {
    fn id(&self) -> &'static str {
        "zone-unknown"
    }

    fn run(&self, collection: &Collection<'_>) -> Vec<CannotTell> {
        let local =
            collection.sources.iter().filter(|source| source.first.is_some_and(|first| !first.is_utc()));
        let local: Vec<&SourceFacts> = local.collect();
        let paths: Vec<&str> = local.iter().map(|source| source.path.as_str()).collect();
        let Some(about) = files(&paths) else { return Vec::new() };
        let hosts: BTreeSet<&str> = local.iter().filter_map(|source| source.host.as_deref()).collect();
        let by_host: Vec<String> = hosts.iter().map(|host| format!("--tz {host}=ZONE")).collect();
        let or = if by_host.is_empty() {
            String::new()
        } else {
            format!(", or {} for each by itself", by_host.join(" "))
        };
        vec![CannotTell {
            id: self.id(),
            about: format!("when things happened in {about}"),
            why: "the stamps are local time of a server whose zone is not known, so they cannot be put beside those \
                  of other servers"
                .to_owned(),
            advice: format!("add --tz ZONE for all of them{or}; ZONE is an IANA name such as America/New_York"),
        }]
    }
}
