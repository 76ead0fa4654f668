//! The same file under two names.

use spoglight_model::CheckId;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, files};

/// Files with the same content.
pub(super) struct Duplicate;

impl Check for Duplicate {
    fn id(&self) -> CheckId {
        CheckId("duplicate-file")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B25")
    }

    fn title(&self) -> &'static str {
        "A file was collected twice"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The same file was collected under two names. Its messages are counted once.",
            looks_at: "The bytes of all files.",
            needs: "any log",
            unclear: "Nothing is needed.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let copies = collection.sources.iter().filter(|source| source.copy_of.is_some());
        let copies: Vec<&str> = copies.map(|source| &*source.path).collect();
        let original = collection.sources.iter().find_map(|source| source.copy_of.as_ref());
        match files(&copies).zip(original) {
            Some((copies, original)) => CheckOutput::note(format!(
                "the same bytes under another name: {copies} (first read as {original}); their messages are counted once"
            )),
            None => CheckOutput::well(),
        }
    }
}
