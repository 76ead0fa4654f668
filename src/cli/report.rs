//! `spoglight report`: verify a report, and take out the evidence of a case.

mod evidence;
mod verify;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::Outcome;

const EXAMPLES: &str = "\
Examples:
  spoglight analyze case.zip --format html -o case.html
  spoglight report verify case.html case.zip
  spoglight report evidence case.zip -o evidence.zip";

/// Verify an HTML report, or pack the evidence of a case
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Report {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Compare an HTML report with the files that it is about
    Verify(verify::Verify),
    /// Write the lines around the evidence of each finding to a small zip
    Evidence(evidence::PackEvidence),
}

impl Report {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::Verify(command) => command.run(),
            What::Evidence(command) => command.run(),
        }
    }
}
