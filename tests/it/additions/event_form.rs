//! A form of events that a test adds.

use super::{EventForm, Layout};
use spoglight_engine::event::PlacedEvent;

/// The form.
pub(super) struct TestAddition;

impl EventForm for TestAddition {
    fn name(&self) -> &'static str {
        "test-addition"
    }

    fn write_event(&self, _: &PlacedEvent<'_>, _: Option<&str>, _: &Layout, out: &mut Vec<u8>) {
        out.extend_from_slice(b"the new form of events\n");
    }
}
