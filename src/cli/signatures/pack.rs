//! `spoglight signatures pack`: a tested folder of signatures and rules as one file.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_engine::user_signatures::{PackFile, UserSignatures, pack_files};
use spoglight_source::{Durability, Problem, write_atomically, zip_of};
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;

use super::test;
use crate::cli::output::{self, check_file, fail};
use crate::cli::{INPUT, OUTPUT, Outcome};

#[derive(Debug, Args)]
pub(super) struct Pack {
    /// Folder with pack.toml (name, version, date, requires), signatures and rules
    #[arg(value_name = "DIR", help_heading = INPUT)]
    folder: PathBuf,

    /// Write the pack to FILE, whose name ends in .zip
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    output: PathBuf,

    /// Replace FILE if it exists
    #[arg(long, help_heading = OUTPUT)]
    force: bool,
}

impl Pack {
    /// Tests the folder, prints the result and writes the pack; exit code 1 and no pack if something is wrong.
    pub(super) fn run(self) -> Result<Outcome> {
        if !self.output.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip")) {
            return fail(
                format!("{} is no name of a pack", self.output.display()),
                "give -o a name that ends in .zip",
            );
        }
        check_file(&self.output, self.force, std::slice::from_ref(&self.folder))?;
        let (manifest, files) = match pack_files(&self.folder) {
            Ok(found) => found,
            Err(Problem { path, what, advice, .. }) => return fail(format!("{path} {what}"), advice),
        };
        let mut own = UserSignatures::default();
        own.add(&self.folder);
        let mut out = output::standard();
        let wrong = test::custom(&own, &mut out)?;
        out.flush()?;
        if wrong > 0 {
            output::note("nothing was written, because something is wrong");
            return Ok(Outcome::Found);
        }
        let entries: Vec<(&str, &[u8])> =
            files.iter().map(|PackFile { place, content }| (place.as_str(), content.as_slice())).collect();
        let zip = zip_of(&entries)?;
        write_atomically(&self.output, Durability::Synced, |file| file.write_all(&zip))
            .map_err(|failed| failed.error)
            .with_context(|| format!("cannot write {}", self.output.display()))?;
        writeln!(out, "pack {}: {}", clean(&manifest.to_string()), counted(files.len(), "file", "files"))?;
        out.flush()?;
        Ok(Outcome::Success)
    }
}
