//! An archive kind that a test adds.

use std::sync::Arc;

use super::archive::ArchiveKind;
use crate::content::Content;
use crate::sink::Sink;

/// The kind.
pub(super) struct TestAddition;

impl ArchiveKind for TestAddition {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(self.magic())
    }

    fn magic(&self) -> &'static [u8] {
        b"TESTADDITIONARCHIVE"
    }

    fn open(&self, _: Arc<dyn Content>, name: &str, _: usize, bundle: &mut dyn Sink) {
        bundle.problem(name, "is an archive of the new kind", "do nothing");
    }
}
