//! `spoglight inventory`: the contents of a collection.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_diagnosis::inventory::Inventory as Contents;
use spoglight_report as report;

use super::input::CollectionInput;
use super::output::Target;
use super::running::Running;
use super::{OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight inventory case.7z
  spoglight inventory D:\\case --tz America/New_York
  spoglight inventory case --format json -o inventory.json

Exit codes:
  0  the collection is complete
  2  the run failed: wrong arguments, a path that does not exist, or nothing
     of a known format was read
  3  incomplete: a log is missing, was not read or is silent";

/// List servers, logs, time ranges and gaps of a collection
///
/// Shows each server with its role and its logs: files of a rotation in time order, process, format, character set,
/// events, time range. Ends with the questions that the collection cannot answer and what to collect for them.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Inventory {
    #[command(flatten)]
    input: CollectionInput,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = report::names())]
    #[arg(help_heading = OUTPUT)]
    format: String,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl Inventory {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(report) = report::by_name(&self.format) else {
            bail!("unknown report format {:?}", self.format)
        };
        self.target.check(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let analysis = self.input.analyze(&self.running)?;
        let contents = Contents::of(&analysis);
        self.target.write(|look, out| report.write(&contents, look, out))?;
        Ok(Outcome::of(&analysis.verdict, false).with_missing(is_missing))
    }
}
