//! A check that a test adds.

use spoglight_model::CheckId;

use crate::check::{Check, CheckInput, CheckOutput};

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

    fn run(&self, _: &CheckInput<'_>) -> CheckOutput {
        CheckOutput::well()
    }
}
