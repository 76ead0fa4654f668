//! An artifact that a test adds.

use super::{Artifact, Reader};
use crate::rounds::Rounds;

/// Reads it: its length.
pub(super) struct TestAdditions;

impl Reader for TestAdditions {
    fn recognises(&self, name: &str, _: &[u8]) -> bool {
        name.ends_with(".test-addition")
    }

    fn read(&self, bytes: &[u8], _: &[String], _: &mut Rounds) -> Result<Artifact, String> {
        Ok(Artifact::TestAddition(bytes.len() as u64))
    }
}
