//! `spoglight inventory`: what a collection holds.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_diagnosis::inventory::Inventory as Contents;
use spoglight_report as report;

use super::Outcome;
use super::input::Input;
use super::output::Target;
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight inventory case.7z
  spoglight inventory D:\\case --tz America/New_York
  spoglight inventory case --format json -o inventory.json";

/// Says what a collection holds: servers, their logs, formats, times, and what is missing
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inventory {
    #[command(flatten)]
    input: Input,

    /// Form of the inventory
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = report::names())]
    format: String,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl Inventory {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(report) = report::by_name(&self.format) else {
            bail!("there is no report format {:?}", self.format)
        };
        let analysis = self.input.analyze(&self.running)?;
        let contents = Contents::of(&analysis);
        self.target.write(|look, out| report.write(&contents, look, out))?;
        Ok(if analysis.is_void() { Outcome::Failed } else { Outcome::Well })
    }
}
