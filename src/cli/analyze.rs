//! `spoglight analyze`: the main job.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use spoglight::globs::Rules;
use spoglight::report;
use spoglight::timeline::zone::ZoneRule;
use spoglight::{Settings, analyze};

use super::Outcome;
use super::limits::ArchiveLimits;
use super::output::{self, Colour};
use super::progress::Bar;
use super::reading::Reading;

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
    /// Folder, log file or archive (zip, 7z, tar, gz, bz2, xz, zst, one in the other); several at once
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Zone of logs in local time, for all or for those a GLOB fits (server name or path); may be repeated
    #[arg(long = "tz", value_name = "[GLOB=]ZONE")]
    zones: Vec<ZoneRule>,

    #[command(flatten)]
    reading: Reading,

    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    /// Write the report to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// When to colour
    #[arg(long, value_enum, default_value = "auto")]
    color: Colour,

    /// Threads; one for each core if not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,

    #[command(flatten)]
    limits: ArchiveLimits,
}

impl Analyze {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(report) = report::by_name(&self.format) else {
            bail!("there is no report format {:?}", self.format)
        };
        let settings = Settings {
            zones: Rules(self.zones),
            charsets: self.reading.charsets(),
            hosts: self.reading.hosts(),
            formats: self.reading.formats()?,
            limits: self.limits.limits(),
            threads: self.threads,
        };
        let bar = Bar::new();
        let analysis = analyze(&self.paths, &settings, &bar);
        bar.clear();
        let analysis = analysis?;
        output::write(self.output.as_deref(), self.color, |look, out| report.write(&analysis, look, out))?;
        Ok(if analysis.is_void() {
            Outcome::Failed
        } else if analysis.is_bad() {
            Outcome::Found
        } else {
            Outcome::Well
        })
    }
}
