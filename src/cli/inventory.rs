//! `spoglight inventory`: what a collection holds.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use spoglight::globs::Rules;
use spoglight::inventory::Inventory as Contents;
use spoglight::report::{inventory, json};
use spoglight::timeline::zone::ZoneRule;
use spoglight::{Settings, analyze};

use super::Outcome;
use super::limits::ArchiveLimits;
use super::output::{self, Colour};
use super::progress::Bar;
use super::reading::Reading;

const EXAMPLES: &str = "\
Examples:
  spoglight inventory case.7z
  spoglight inventory D:\\case --tz America/New_York
  spoglight inventory case --format json -o inventory.json";

/// Says what a collection holds: servers, their logs, formats, times, and what is missing
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Inventory {
    /// Folder, log file or archive; several at once
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Zone of logs in local time, for all or for those a GLOB fits (server name or path); may be repeated
    #[arg(long = "tz", value_name = "[GLOB=]ZONE")]
    zones: Vec<ZoneRule>,

    #[command(flatten)]
    reading: Reading,

    /// Form of the inventory
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    /// Write the inventory to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// When to colour
    #[arg(long, value_enum, default_value = "auto")]
    color: Colour,

    #[command(flatten)]
    limits: ArchiveLimits,
}

impl Inventory {
    pub(super) fn run(self) -> Result<Outcome> {
        let settings = Settings {
            zones: Rules(self.zones),
            charsets: self.reading.charsets(),
            hosts: self.reading.hosts(),
            formats: self.reading.formats()?,
            limits: self.limits.limits(),
            ..Settings::default()
        };
        let bar = Bar::new();
        let analysis = analyze(&self.paths, &settings, &bar);
        bar.clear();
        let analysis = analysis?;
        let contents = Contents::of(&analysis);
        output::write(self.output.as_deref(), self.color, |look, out| match self.format.as_str() {
            "json" => json::write(&contents, out),
            _ => inventory::write(&contents, look, out),
        })?;
        Ok(if analysis.is_void() { Outcome::Failed } else { Outcome::Well })
    }
}
