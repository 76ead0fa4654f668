//! `spoglight report verify`: a report compared with the files that it is about.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_report::html::verify::{ReportedPage, verify};
use spoglight_source::read_small;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;

use crate::cli::input::CollectionInput;
use crate::cli::output::{self, fail};
use crate::cli::progress::Bar;
use crate::cli::running::Running;
use crate::cli::{INPUT, Outcome};

const EXIT_CODES: &str = "\
Exit codes:
  0  every sum, line and event is as the report shows it
  1  something differs
  2  the run failed: wrong arguments, a path that does not exist, or the file
     is no HTML report of spoglight";

/// Compare an HTML report with the files that it is about
///
/// Compares the SHA-256 of every input file, every quoted line and every event of the report with the files at PATH.
/// Options that change times, such as --tz, must be those with which the report was made; the report lists them.
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub(super) struct Verify {
    /// HTML report
    #[arg(value_name = "REPORT", help_heading = INPUT)]
    report: PathBuf,

    #[command(flatten)]
    input: CollectionInput,

    #[command(flatten)]
    running: Running,
}

impl Verify {
    pub(super) fn run(self) -> Result<Outcome> {
        let name = self.report.display();
        let html = read_small(&self.report).with_context(|| format!("cannot read {name}"))?;
        let page = ReportedPage::read(&String::from_utf8_lossy(&html));
        let Some(generator) = &page.generator else {
            return fail(
                format!("{name} is no report of spoglight"),
                "give the file that `analyze --format html -o FILE` wrote",
            );
        };
        let is_missing = self.input.report_missing()?;
        let settings = self.input.settings(&self.running, None)?;
        let result = Bar::during(|bar| -> Result<_> {
            let mut collection =
                Collection::survey(self.input.paths(), &settings, ScanPurpose::Report, 0, bar)?;
            Ok(verify(&page, &mut collection, self.input.paths(), self.running.threads)?)
        })?;
        let mut out = output::standard();
        writeln!(out, "Written by {}", clean(generator))?;
        writeln!(
            out,
            "Same: {}, {}, {}",
            counted(result.same_files, "file", "files"),
            counted(result.same_lines, "quoted line", "quoted lines"),
            counted(result.same_events, "event", "events")
        )?;
        let (listed, more) = result.listed();
        if result.differences.is_empty() {
            writeln!(out, "The report shows what the files contain.")?;
        } else {
            writeln!(out, "{}:", counted(result.differences.len(), "difference", "differences"))?;
            for difference in listed {
                writeln!(out, "  {}", clean(difference))?;
            }
            if more > 0 {
                writeln!(out, "  and {} more", grouped(more as u64))?;
            }
        }
        out.flush()?;
        let outcome = if result.differences.is_empty() { Outcome::Success } else { Outcome::Found };
        Ok(outcome.with_missing(is_missing))
    }
}
