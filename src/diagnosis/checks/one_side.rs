//! Only one side of the integration was collected. A SPOG gadget that does not open shows its cause in the Tomcat
//! logs of the administration server or in those of the ECE application server, and nothing in one of them says that
//! the other is well.

use super::{Check, Collection};
use crate::analysis::CannotTell;

/// Formats in which a Tomcat logs.
const TOMCAT: &[&str] = &["tomcat-juli", "tomcat-json", "tomcat-jdk-logger", "java-util-logging"];

/// See the [module](self).
pub(super) struct OneSide;

impl Check for OneSide {
    fn id(&self) -> &'static str {
        "one-side-missing"
    }

    fn run(&self, collection: &Collection<'_>) -> Vec<CannotTell> {
        let has = |formats: &[&str]| {
            collection.sources.iter().any(|source| {
                source.format.as_deref().is_some_and(|format| formats.contains(&format)) && source.events > 0
            })
        };
        let (about, why, advice) = match (has(&["ece"]), has(TOMCAT)) {
            (true, false) => (
                "the PCCE side",
                "there is no Tomcat log of an Administration & Data Server; it is there that a certificate which is \
                 not trusted, or does not hold the name that is called, shows",
                r"add C:\icm\tomcat\logs of the side A Administration & Data Server",
            ),
            (false, true) => (
                "the ECE side",
                "there is no ECE log; it is in that of the application server that LDAP and login failures show",
                "add {ECE_HOME}\\eService\\logs (eService_RT\\logs with 400 agents) of the application server, with its \
                 trace level at 7-Debug for LDAP",
            ),
            _ => return Vec::new(),
        };
        vec![CannotTell {
            id: self.id(),
            about: about.to_owned(),
            why: why.to_owned(),
            advice: advice.to_owned(),
        }]
    }
}
