//! `spoglight test-addition`: a command that a test adds.

use anyhow::Result;
use clap::Args;

use super::{Outcome, output};

/// Write a note
#[derive(Debug, Args)]
pub(super) struct TestAddition {}

impl TestAddition {
    pub(super) fn run(self) -> Result<Outcome> {
        output::note("the new command");
        Ok(Outcome::Success)
    }
}
