//! A check that a test adds.

use spoglight_model::CheckId;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput};

/// The check.
pub(super) struct TestAddition;

impl Check for TestAddition {
    fn id(&self) -> CheckId {
        CheckId("test-addition-check")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "A test added a check"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "A test added it.",
            looks_at: "Nothing.",
            needs: "no file",
            unclear: "It always can.",
        }
    }

    fn run(&self, _: &CheckInput<'_>) -> CheckOutput {
        CheckOutput::well()
    }
}
