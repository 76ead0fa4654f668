//! Passwords, tokens and keys in the collection. A signature finds them, because the whole text must be searched; this
//! check reports their number.

use spoglight_model::CheckId;
use spoglight_signatures::ProvenFact;

use crate::check::{Check, CheckInput, CheckOutput};

/// Secrets in the collection.
pub(super) struct Secret;

impl Check for Secret {
    fn id(&self) -> CheckId {
        CheckId("secrets")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B24")
    }

    fn title(&self) -> &'static str {
        "The collection contains passwords, tokens or keys"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        match collection.found.iter().find(|finding| finding.facts.contains(&ProvenFact::SecretWritten)) {
            Some(found) => CheckOutput::note(format!("{} lines; see {}", found.count, found.id)),
            None => CheckOutput::well(),
        }
    }
}
