//! `spoglight analyze`: the main job.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_report as report;

use super::Outcome;
use super::input::Input;
use super::output::Target;
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight analyze case.7z
  spoglight analyze D:\\case --tz America/New_York
  spoglight analyze case --tz PCCEADSA=Europe/Rome --tz \"*/icm/*=Europe/Paris\"
  spoglight analyze D:\\case --charset \"*stderr*=936\"
  spoglight analyze eg_log_ECEAPP01_ApplicationServer.log* --format json -o report.json

Exit codes:
  0  nothing of severity high or critical was found
  1  something of severity high or critical was found
  2  the run failed: wrong arguments, or nothing could be read";

/// Says what is wrong in collected logs: cause, evidence and fix
///
/// Reads folders, log files and archives, tells each file's format by its content, and matches known failures.
/// What could not be read is said, never skipped in silence.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Analyze {
    #[command(flatten)]
    input: Input,

    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = report::names())]
    format: String,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl Analyze {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(report) = report::by_name(&self.format) else {
            bail!("there is no report format {:?}", self.format)
        };
        let analysis = self.input.analyze(&self.running)?;
        self.target.write(|look, out| report.write(&analysis, look, out))?;
        Ok(if analysis.is_void() {
            Outcome::Failed
        } else if analysis.is_bad() {
            Outcome::Found
        } else {
            Outcome::Well
        })
    }
}
