//! Passwords, tokens and keys in the collection. A signature finds them, because the whole text must be searched; this
//! check reports their number.

use spoglight_model::CheckId;
use spoglight_signatures::ProvenFact;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput};

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

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "A password, a token or a key in a log must not leave the company with the collection.",
            looks_at: "Lines that a signature recognizes as a written secret. Values are never shown.",
            needs: "any log",
            unclear: "Nothing is needed.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        match collection.found.iter().find(|finding| finding.facts.contains(&ProvenFact::SecretWritten)) {
            Some(found) => CheckOutput::note(format!("{} lines; see {}", found.count, found.id)),
            None => CheckOutput::well(),
        }
    }
}
