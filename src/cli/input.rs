//! What to look at and how: options of the commands that analyse.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use spoglight::analysis::Analysis;
use spoglight::bundle::Opening;
use spoglight::globs::Rules;
use spoglight::timeline::zone::ZoneRule;
use spoglight::timeline::{AheadRule, Incident};
use spoglight::{Settings, analyze};

use super::limits::ArchiveLimits;
use super::passwords::Unlocking;
use super::progress::Bar;
use super::reading::Reading;

/// See the [module](self).
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Folder, log file or archive (zip, 7z, tar, gz, bz2, xz, zst, one in the other); several at once
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Zone of logs in local time, for all or for those a GLOB fits (server name or path); may be repeated
    #[arg(long = "tz", value_name = "[GLOB=]ZONE")]
    zones: Vec<ZoneRule>,

    /// How far the clock of a server is ahead (+3.2s) or behind (-2m): its times are set right by that; may be repeated
    #[arg(long = "skew", value_name = "HOST=SPAN", allow_hyphen_values = true)]
    skews: Vec<AheadRule>,

    /// Set times right by what the logs themselves say of clocks that are apart
    #[arg(long)]
    apply_skew: bool,

    /// When it happened: which logs cover that time is checked. Without an offset it is a time in the zone of --tz
    #[arg(long, value_name = "TIME")]
    incident: Option<Incident>,

    #[command(flatten)]
    reading: Reading,
}

impl Input {
    /// Analyses it, with a progress bar.
    pub(super) fn analyze(
        self,
        limits: &ArchiveLimits,
        passwords: Unlocking,
        threads: usize,
    ) -> Result<Analysis> {
        let zones = Rules(self.zones);
        let incident = match self.incident {
            Some(incident) => {
                let zone = zones.find("", None).map(|rule| rule.value.0);
                let moment = incident.moment(zone);
                if moment.is_none() {
                    bail!(
                        "--incident says no zone: add Z for UTC or an offset such as -05:00 to the time, or give --tz"
                    );
                }
                moment
            }
            None => None,
        };
        let settings = Settings {
            zones,
            skews: Rules(self.skews),
            apply_skews: self.apply_skew,
            charsets: self.reading.charsets(),
            hosts: self.reading.hosts(),
            formats: self.reading.formats()?,
            incident,
            opening: Opening { limits: limits.limits(), passwords: passwords.passwords() },
            threads,
        };
        let bar = Bar::new();
        let analysis = analyze(&self.paths, &settings, &bar);
        bar.clear();
        Ok(analysis?)
    }
}
