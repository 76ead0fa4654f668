//! What to look at and how: options of the commands that analyse.

use std::path::PathBuf;

use anyhow::{Result, bail};
use chrono_tz::Tz;
use clap::Args;
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_model::analysis::Analysis;
use spoglight_text::selector::PerSource;
use spoglight_time::zone;
use spoglight_time::zone::ZoneRule;
use spoglight_time::{ClockOffsetRule, Incident};

use super::progress::Bar;
use super::reading::Reading;
use super::running::Running;

/// See the [module](self).
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Folder, log file or archive (zip, 7z, tar, gz, bz2, xz, zst, one in the other); several at once
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    clocks: Clocks,
}

/// How the logs are to be read, and their clocks.
#[derive(Debug, Args)]
pub(super) struct Clocks {
    /// Zone of logs in local time, for all or for those a GLOB fits (server name or path), as an IANA name, one of Windows,
    /// or `local` for that of this machine; may be repeated. Without it the logs themselves are asked
    #[arg(long = "tz", value_name = "[GLOB=]ZONE", value_parser = zone_rule)]
    zones: Vec<ZoneRule>,

    /// How far the clock of a server is ahead (+3.2s) or behind (-2m): its times are set right by that; may be repeated
    #[arg(long = "skew", value_name = "HOST=SPAN", allow_hyphen_values = true)]
    skews: Vec<ClockOffsetRule>,

    /// Set times right by what the logs themselves say of clocks that are apart
    #[arg(long)]
    apply_skew: bool,

    /// When it happened: which logs cover that time is checked. Without an offset it is a time in the zone of --tz
    #[arg(long, value_name = "TIME")]
    incident: Option<Incident>,

    #[command(flatten)]
    reading: Reading,
}

/// Reads a `--tz`; on the server itself its zone need not be typed.
fn zone_rule(text: &str) -> Result<ZoneRule, String> {
    let (glob, zone) = text.rsplit_once('=').map_or((None, text), |(glob, zone)| (Some(glob), zone));
    if !zone.trim().eq_ignore_ascii_case("local") {
        return text.parse();
    }
    let mine = machine_zone()?;
    glob.map_or_else(|| mine.name().to_owned(), |glob| format!("{glob}={}", mine.name())).parse()
}

/// The zone of this machine.
pub(super) fn machine_zone() -> Result<Tz, String> {
    let name = iana_time_zone::get_timezone()
        .map_err(|error| format!("the zone of this machine cannot be found out ({error}): name it"))?;
    zone::by_name(&name)
        .ok_or_else(|| format!("the zone of this machine, {name:?}, is not known: name another"))
}

/// The settings that options make. Times of an incident without an offset are in `zone`, if there is no --tz for all.
pub(super) fn settings(clocks: &Clocks, running: &Running, zone: Option<Tz>) -> Result<Settings> {
    let zones = PerSource(clocks.zones.clone());
    let incident = match clocks.incident {
        Some(incident) => {
            let zone = zones.find("", None).map(|rule| rule.value.0).or(zone);
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
    Ok(Settings {
        zones,
        skews: PerSource(clocks.skews.clone()),
        apply_skews: clocks.apply_skew,
        charsets: clocks.reading.charsets(),
        hosts: clocks.reading.hosts(),
        formats: clocks.reading.formats()?,
        signatures: clocks.reading.signatures(),
        incident,
        opening: running.opening(),
        threads: running.threads,
    })
}

impl Input {
    /// What to look at.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Takes the last path away if it is none but a filter.
    pub(super) fn take_filter(&mut self, is_filter: impl Fn(&str) -> bool) -> Option<String> {
        let last = self.paths.last().filter(|_| self.paths.len() > 1)?;
        let text = last.to_str().filter(|text| !last.exists() && is_filter(text))?.to_owned();
        self.paths.pop();
        Some(text)
    }

    /// How to look at it; see [`settings`].
    pub(super) fn settings(&self, running: &Running, zone: Option<Tz>) -> Result<Settings> {
        settings(&self.clocks, running, zone)
    }

    /// Whether a zone was given.
    pub(super) fn has_zone(&self) -> bool {
        !self.clocks.zones.is_empty()
    }

    /// Analyses it, with a progress bar.
    pub(super) fn analyze(self, running: &Running) -> Result<Analysis> {
        let settings = self.settings(running, None)?;
        Ok(Bar::during(|bar| analyze(&self.paths, &settings, bar))?)
    }
}
