//! Tomcat's logs of an administration server begin only after the incident. They are neither rolled nor archived, and a
//! restart may begin new ones.

use super::{Check, CheckInput, CheckOutput, at, gap};
use spoglight_model::CheckId;
use spoglight_time::Timestamp;

/// See the [module](self).
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

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let Some(incident) = collection.incident else {
            return CheckOutput::without_incident();
        };
        // if nothing covers it, another check says so
        if !collection.sources.iter().any(|source| source.covers(incident)) {
            return CheckOutput::well();
        }
        let mut gaps = Vec::new();
        for server in collection.servers() {
            let tomcat =
                server.sources.iter().filter(|source| source.origin.process.as_deref() == Some("Tomcat"));
            let first = tomcat.filter_map(|source| source.first).filter(|first| first.is_utc());
            if let Some(first) = first.reduce(Timestamp::earlier)
                && first.nanos() > incident.nanos()
            {
                gaps.push(gap(
                    self,
                    format!("what the Tomcat of {} wrote at {}", server.host, at(incident)),
                    format!("its logs begin at {}: it was restarted since, or only newer files were collected", at(first)),
                    "collect all files of C:\\icm\\tomcat\\logs that were created or changed after the problem, and copy them \
                      before you restart an Administration & Data Server",
                ));
            }
        }
        CheckOutput::gaps(gaps)
    }
}
