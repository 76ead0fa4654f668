//! `spoglight analyze`: from logs to causes, evidence and fixes.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_report::case::MAX_ROWS;
use spoglight_report::{self as report, AnalysisReport, CaseOptions};

use super::input::CollectionInput;
use super::output::Target;
use super::running::Running;
use super::view::ViewOptions;
use super::{OUTPUT, Outcome, arguments};

const EXAMPLES: &str = "\
Examples:
  spoglight analyze case.7z
  spoglight analyze D:\\case --tz America/New_York
  spoglight analyze case --tz PCCEADSA=Europe/Rome --tz \"*/icm/*=Europe/Paris\"
  spoglight analyze case --incident 2026-11-21T13:31Z
  spoglight analyze D:\\case --charset \"*stderr*=936\"
  spoglight analyze case --only 2 --only \"ldap-*\"
  spoglight analyze case --brief --min-severity high
  ssh ADS type catalina.log | spoglight analyze -
  spoglight analyze case --format markdown -o ticket.md
  spoglight analyze case --format html -o case.html
  spoglight analyze eg_log_ECEAPP01_*.log* --format json -o report.json

Exit codes:
  0  no failure of severity high or critical, and everything needed was seen
  1  a failure of severity high or critical
  2  the run failed: wrong arguments, a path that does not exist, or nothing
     of a known format was read
  3  incomplete: a log is missing, was not read or is silent";

/// Analyze collected logs: causes, evidence, fixes
///
/// Reads folders, log files and archives, detects the format of each file by its content, and matches known failures.
/// Input that cannot be read is reported, never skipped silently.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Analyze {
    #[command(flatten)]
    input: CollectionInput,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = report::names())]
    #[arg(help_heading = OUTPUT)]
    format: String,

    /// Maximum number of events around failures in an HTML report
    #[arg(long, value_name = "N", default_value_t = MAX_ROWS, hide_short_help = true, help_heading = OUTPUT)]
    max_rows: usize,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    view: ViewOptions,

    #[command(flatten)]
    running: Running,
}

impl Analyze {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(report) = report::by_name(&self.format) else {
            bail!("unknown report format {:?}", self.format)
        };
        self.target.check(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let options = CaseOptions {
            max_rows: self.max_rows,
            threads: self.running.threads,
            arguments: arguments::shown(),
        };
        let (analysis, case) = if report.has_case {
            let (analysis, case) = self.input.case(&self.running, &options)?;
            (analysis, Some(case))
        } else {
            (self.input.analyze(&self.running)?, None)
        };
        // another program or a file gets everything; a terminal the first screen
        let is_whole = report.name != report::ALL[0].name || self.target.is_file();
        let view = self.view.of(&analysis, is_whole)?;
        let subject = AnalysisReport { analysis: &analysis, view, case: case.as_ref() };
        let is_paged = report.name == report::ALL[0].name && !self.view.no_pager;
        self.target.write_paged(is_paged, |look, out| report.write(&subject, look, out))?;
        Ok(Outcome::of(&analysis.verdict, analysis.is_bad()).with_missing(is_missing))
    }
}
