//! Servers and processes of which nothing was collected. A gadget that does not open shows its cause in the Tomcat logs of
//! the administration server or in those of the ECE application server, and nothing in one of them says that the other is
//! well.

use super::{Check, CheckInput, CheckOutput, SERVICES, Server, gap};
use crate::coverage::TOMCAT;
use spoglight_model::CheckId;
use spoglight_model::analysis::{CoverageGap, SourceFacts};

/// What a whole collection has: what it is, how to know it, and where to get it.
type Part = (&'static str, fn(&SourceFacts) -> bool, &'static str);

/// See above, in the order of what matters most.
const PARTS: &[Part] = &[
    (
        "the Tomcat of the Administration & Data Server",
        |source| {
            is(source, "PCCE", "Tomcat")
                || source.format.as_deref().is_some_and(|format| TOMCAT.contains(&format))
        },
        "C:\\icm\\tomcat\\logs of the side A Administration & Data Server (a certificate that is not trusted, or does not hold \
          the name that is called, shows there)",
    ),
    (
        "the ECE application server",
        |source| is(source, "ECE", "ApplicationServer"),
        "{ECE_HOME}\\eService\\logs (eService_RT\\logs with 400 agents) of the application server (failures of LDAP and of \
          logins show there)",
    ),
    (
        "the ECE services",
        |source| SERVICES.iter().any(|process| is(source, "ECE", process)),
        r"{ECE_HOME}\eService\logs of the services server that owns the DSM (mail, chat and routing show there)",
    ),
    (
        "the ECE web server",
        |source| source.origin.product == Some("IIS"),
        r"C:\inetpub\logs\LogFiles and C:\Windows\System32\LogFiles\HTTPERR of every web server",
    ),
];

/// See the [module](self).
pub(super) struct Missing;

impl Check for Missing {
    fn id(&self) -> CheckId {
        CheckId("logs-missing")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B08")
    }

    fn title(&self) -> &'static str {
        "Logs that one expects were not collected"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let with_events = || collection.sources.iter().filter(|source| source.events > 0);
        let missing: Vec<&Part> = PARTS.iter().filter(|(_, is_of, _)| !with_events().any(is_of)).collect();
        if missing.len() == PARTS.len()
            && collection.sources.iter().all(|source| source.origin.product.is_none())
        {
            return CheckOutput::blind(
                "nothing in the collection is known to be of ECE or PCCE",
                r"point spoglight at {ECE_HOME}\eService\logs and C:\icm\tomcat\logs, or at an archive of them",
            );
        }
        let mut gaps = Vec::new();
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|(name, ..)| *name).collect();
            let advice: Vec<&str> = missing.iter().map(|(.., advice)| *advice).collect();
            gaps.push(gap(
                self,
                format!("what happened on {}", names.join(", on ")),
                "no log of it was collected, so nothing that only it shows can be found or ruled out",
                format!("add {}", advice.join("; ")),
            ));
        }
        gaps.extend(collection.servers().iter().filter_map(|server| self.processes(server)));
        CheckOutput::gaps(gaps)
    }
}

impl Missing {
    /// Services components that a server with others of them has no log of.
    fn processes(&self, server: &Server<'_>) -> Option<CoverageGap> {
        let (here, gone): (Vec<&str>, Vec<&str>) =
            SERVICES.iter().copied().partition(|process| server.has(process));
        // one or two of them are a choice; most of them are a server of which some are missing
        (here.len() > gone.len() && !gone.is_empty()).then(|| {
            gap(
                self,
                format!("{} on {}", gone.join(", "), server.host),
                "the other services components of this server are in the collection, these are not",
                format!(
                    r"add eg_log_{}_PROCESS.log and its rotated files from {{ECE_HOME}}\eService\logs",
                    server.host
                ),
            )
        })
    }
}

fn is(source: &SourceFacts, product: &str, process: &str) -> bool {
    source.origin.product == Some(product) && source.origin.process.as_deref() == Some(process)
}
