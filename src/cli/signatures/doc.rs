//! `spoglight signatures doc`: the library as a book.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_report::book;
use spoglight_signatures::{Library, Rule};
use spoglight_source::{Durability, write_atomically};
use spoglight_text::humanize::counted;

use crate::cli::output::{self, check_file};
use crate::cli::{OUTPUT, Outcome};

#[derive(Debug, Args)]
pub(super) struct Doc {
    /// Write the pages to the folder DIR, which must exist
    #[arg(short, long, value_name = "DIR", help_heading = OUTPUT)]
    output: PathBuf,

    /// Replace pages that exist
    #[arg(long, help_heading = OUTPUT)]
    force: bool,
}

impl Doc {
    pub(super) fn run(self) -> Result<Outcome> {
        let pages = book::pages(&Library::with_samples()?, &Rule::embedded()?)?;
        // no page is written if one may not be
        for page in &pages {
            check_file(&self.output.join(&page.file), self.force, &[])?;
        }
        for page in &pages {
            let path = self.output.join(&page.file);
            write_atomically(&path, Durability::Buffered, |out| out.write_all(page.text.as_bytes()))
                .map_err(|failed| failed.error)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        output::note(&format!(
            "wrote {} to {}",
            counted(pages.len(), "page", "pages"),
            self.output.display()
        ));
        Ok(Outcome::Success)
    }
}
