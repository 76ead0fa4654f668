//! The same file under two names.

use super::{Check, CheckInput, Outcome, files};

/// See the [module](self).
pub(super) struct Duplicate;

impl Check for Duplicate {
    fn id(&self) -> &'static str {
        "duplicate-file"
    }

    fn number(&self) -> Option<&'static str> {
        Some("B25")
    }

    fn title(&self) -> &'static str {
        "A file was collected twice"
    }

    fn run(&self, collection: &CheckInput<'_>) -> Outcome {
        let copies = collection.sources.iter().filter(|source| source.copy_of.is_some());
        let copies: Vec<&str> = copies.map(|source| source.path.as_str()).collect();
        let original = collection.sources.iter().find_map(|source| source.copy_of.as_deref());
        match files(&copies).zip(original) {
            Some((copies, original)) => Outcome::note(format!(
                "the same bytes under another name: {copies} (first met as {original}); what they say is counted once"
            )),
            None => Outcome::well(),
        }
    }
}
