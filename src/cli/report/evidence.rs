//! `spoglight report evidence`: the lines around each hit as a small archive.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_report::{CaseOptions, evidence_files};
use spoglight_source::{Durability, write_atomically, zip_of};
use spoglight_text::humanize::counted;

use crate::cli::input::CollectionInput;
use crate::cli::output::{self, fail};
use crate::cli::running::Running;
use crate::cli::{OUTPUT, Outcome};

const EXIT_CODES: &str = "\
Exit codes:
  0  the evidence was written
  1  there is no finding and no unrecognized error, so nothing was written
  2  the run failed: wrong arguments, a path that does not exist, or nothing
     of a known format was read";

/// Write the lines around the evidence of each finding to a small zip
///
/// Each finding is a text file with its cause and the lines around its evidence, each with file, line and byte.
/// Passwords and tokens are masked.
#[derive(Debug, Args)]
#[command(after_long_help = EXIT_CODES)]
pub(super) struct PackEvidence {
    #[command(flatten)]
    input: CollectionInput,

    /// Write the evidence to FILE, whose name ends in .zip
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    output: PathBuf,

    /// Replace the file of --output if it exists
    #[arg(long, help_heading = OUTPUT)]
    force: bool,

    #[command(flatten)]
    running: Running,
}

impl PackEvidence {
    pub(super) fn run(self) -> Result<Outcome> {
        let name = self.output.display();
        if !self.output.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
            return fail(format!("{name} is no name of an archive"), "give -o a name that ends in .zip");
        }
        output::check_file(&self.output, self.force, self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let options = CaseOptions { max_rows: 0, threads: self.running.threads, ..CaseOptions::default() };
        let (analysis, case) = self.input.case(&self.running, &options)?;
        let files = evidence_files(&analysis, &case);
        if files.is_empty() {
            output::note("there is no finding and no unrecognized error: nothing was written");
            return Ok(Outcome::of(&analysis.verdict, true).with_missing(is_missing));
        }
        let entries: Vec<(&str, &[u8])> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        let zip = zip_of(&entries)?;
        write_atomically(&self.output, Durability::Synced, |file| file.write_all(&zip))
            .map_err(|failed| failed.error)
            .with_context(|| format!("cannot write {name}"))?;
        let mut out = output::standard();
        writeln!(out, "{name}: {}, {} bytes", counted(files.len(), "file", "files"), zip.len())?;
        out.flush()?;
        Ok(Outcome::Success.with_missing(is_missing))
    }
}
