//! Options for the input and its times: paths, time zones, clock corrections, the incident.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono_tz::Tz;
use clap::Args;
use spoglight_diagnosis::{analyze, diagnose_collection};
use spoglight_engine::collection::{Collection, ScanPurpose};
use spoglight_engine::{Progress as _, Settings, SettingsBuilder};
use spoglight_model::analysis::{Analysis, SourceFacts};
use spoglight_report::{CaseFile, CaseOptions};
use spoglight_source::{Opening, PIPED, Piped};
use spoglight_text::selector::PerSource;
use spoglight_time::zone;
use spoglight_time::zone::ZoneRule;
use spoglight_time::{ClockOffsetRule, Incident};

use super::TIME;
use super::output::{self, Label, fail};
use super::progress::Bar;
use super::reading::Reading;
use super::running::Running;

/// Paths, how they are read, and their time zones.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Folder, log file or archive (zip, 7z, tar, gz, bz2, xz, zst, also nested)
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    reading: Reading,

    /// Time zone of logs that use local time: an IANA or Windows name, or `local`
    ///
    /// GLOB limits it to matching servers or paths. Detected from the logs if omitted. Repeatable. See 'spoglight help
    /// time'.
    #[arg(long = "tz", value_name = "[GLOB=]ZONE", value_parser = zone_rule, help_heading = TIME)]
    zones: Vec<ZoneRule>,

    /// Correct the clock of a server that is ahead (+3.2s) or behind (-2m). Repeatable
    #[arg(long = "skew", value_name = "HOST=DURATION", allow_hyphen_values = true, help_heading = TIME)]
    skews: Vec<ClockOffsetRule>,
}

/// The time of the incident.
#[derive(Debug, Default, Args)]
pub(super) struct IncidentTime {
    /// Time of the incident; shows which logs cover it
    ///
    /// Without an offset it is in the zone of --tz. Findings near it come first.
    #[arg(long, value_name = "TIME", help_heading = TIME)]
    incident: Option<Incident>,
}

/// A collection that is read from beginning to end.
#[derive(Debug, Args)]
pub(super) struct CollectionInput {
    #[command(flatten)]
    input: Input,

    /// Correct the clock differences detected between servers
    #[arg(long, help_heading = TIME)]
    apply_skew: bool,

    #[command(flatten)]
    incident: IncidentTime,
}

/// Reads a `--tz`; `local` is the zone of this machine.
fn zone_rule(text: &str) -> Result<ZoneRule, String> {
    let (glob, zone) = text.rsplit_once('=').map_or((None, text), |(glob, zone)| (Some(glob), zone));
    if !zone.trim().eq_ignore_ascii_case("local") {
        return text.parse();
    }
    let mine = machine_zone()?;
    glob.map_or_else(|| mine.name().to_owned(), |glob| format!("{glob}={}", mine.name())).parse()
}

/// Notes that files grew while they were read.
pub(super) fn note_grown(sources: &[SourceFacts]) {
    let grown: Vec<&SourceFacts> = sources.iter().filter(|source| source.grown > 0).collect();
    let text = match grown.as_slice() {
        [] => return,
        [source] => format!(
            "{} grew while it was read: its last {} bytes are not included",
            source.path, source.grown
        ),
        [first, ..] => format!(
            "{} files grew while they were read, such as {}: what was added is not included",
            grown.len(),
            first.path
        ),
    };
    output::note(&text);
}

/// The zone of this machine.
pub(super) fn machine_zone() -> Result<Tz, String> {
    let name = iana_time_zone::get_timezone()
        .map_err(|error| format!("cannot detect the time zone of this machine ({error}): give its name"))?;
    zone::by_name(&name)
        .ok_or_else(|| format!("unknown time zone of this machine, {name:?}: give another name"))
}

impl Input {
    /// Reports paths that do not exist, before anything is read. Returns whether there is one; fails if there is no other.
    pub(super) fn report_missing(&self) -> Result<bool> {
        let missing: Vec<&PathBuf> = self.paths.iter().filter(|path| is_missing(path)).collect();
        let name = |path: &PathBuf| format!("{}: no such file or folder", path.display());
        let (last, others) = match missing.as_slice() {
            [others @ .., last] if missing.len() == self.paths.len() => (Some(last), others),
            all => (None, all),
        };
        for path in others {
            output::message(Label::Error, &name(path), None);
        }
        if let Some(last) = last {
            return fail(name(last), "check the spelling; put quotes around a path that contains spaces");
        }
        Ok(!missing.is_empty())
    }

    /// Reads standard input to its end, if one of the paths is `-`.
    fn piped(&self, running: &Running) -> Result<Option<Piped>> {
        match self.paths.iter().filter(|path| is_piped(path)).count() {
            0 => return Ok(None),
            1 => {}
            _ => return fail("- is given twice", "standard input can be read only once"),
        }
        let limits = running.opening().limits;
        let read = Bar::counting(|bar| {
            Piped::read(&mut std::io::stdin().lock(), &limits, &mut |count| bar.advance(count))
        });
        Ok(Some(read.context("cannot read standard input")?))
    }

    /// Fails if a path is `-`: the files of this command are opened more than once.
    pub(super) fn refuse_piped(&self, help: &str) -> Result<()> {
        if self.paths.iter().any(|path| is_piped(path)) {
            fail("- cannot be read here", help)
        } else {
            Ok(())
        }
    }

    /// The paths.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Removes the last path and returns it if it is a filter.
    pub(super) fn take_filter(&mut self, is_filter: impl Fn(&str) -> bool) -> Option<String> {
        let last = self.paths.last().filter(|_| self.paths.len() > 1)?;
        // on Windows a filter is an invalid name, of which it is not known whether it exists
        let is_path = is_piped(last) || last.exists();
        let text = last.to_str().filter(|text| !is_path && is_filter(text))?.to_owned();
        self.paths.pop();
        Some(text)
    }

    /// Returns true if --tz was given.
    pub(super) fn has_zone(&self) -> bool {
        !self.zones.is_empty()
    }

    /// Zone of times without an offset: that of --tz for all logs.
    fn common_zone(&self) -> Option<Tz> {
        PerSource(self.zones.clone()).find("", None).map(|rule| rule.value.0)
    }

    /// Settings that these options make.
    pub(super) fn settings(&self) -> Result<SettingsBuilder> {
        let builder = Settings::builder()
            .zone_rules(PerSource(self.zones.clone()))
            .skew_rules(PerSource(self.skews.clone()))
            .charset_rules(self.reading.charsets())
            .host_rules(self.reading.hosts())
            .formats(self.reading.formats()?)
            .signatures(self.reading.signatures());
        Ok(builder)
    }

    /// The same for a collection that may hold archives, with the incident. A time of it without an offset is in
    /// `zone`, if there is no --tz for all.
    pub(super) fn settings_with(
        &self,
        incident: &IncidentTime,
        running: &Running,
        zone: Option<Tz>,
    ) -> Result<SettingsBuilder> {
        let opening = Opening { piped: self.piped(running)?, ..running.opening() };
        let builder = self.settings()?.opening(opening).threads(running.threads);
        let Some(incident) = incident.incident else { return Ok(builder) };
        match incident.moment(self.common_zone().or(zone)) {
            Some(moment) => Ok(builder.incident_at(moment)),
            None => fail(
                "--incident has no time zone",
                "add Z for UTC or an offset such as -05:00 to the time, or give --tz",
            ),
        }
    }
}

/// Returns whether a path means standard input.
fn is_piped(path: &Path) -> bool {
    path.as_os_str() == PIPED
}

/// Returns whether a path does not exist. One that may not be looked at is read, and reported then.
fn is_missing(path: &Path) -> bool {
    !is_piped(path) && matches!(path.try_exists(), Ok(false))
}

impl CollectionInput {
    /// Fails if the last path is a word that is no path: a filter without its option.
    pub(super) fn refuse_word(&self) -> Result<()> {
        let [_, .., last] = self.paths() else { return Ok(()) };
        let Some(word) =
            last.to_str().filter(|text| is_missing(last) && !text.contains(['.', '/', '\\', ':']))
        else {
            return Ok(());
        };
        fail(
            format!("no file or folder is called {word:?}"),
            format!("to show only events that contain it, write -q {word} after the paths"),
        )
    }

    /// See [`Input::report_missing`].
    pub(super) fn report_missing(&self) -> Result<bool> {
        self.input.report_missing()
    }

    /// See [`Input::paths`].
    pub(super) fn paths(&self) -> &[PathBuf] {
        self.input.paths()
    }

    /// See [`Input::take_filter`].
    pub(super) fn take_filter(&mut self, is_filter: impl Fn(&str) -> bool) -> Option<String> {
        self.input.take_filter(is_filter)
    }

    /// Settings that these options make; see [`Input::settings_with`].
    pub(super) fn settings(&self, running: &Running, zone: Option<Tz>) -> Result<Settings> {
        let builder = self.input.settings_with(&self.incident, running, zone)?;
        Ok(builder.apply_skews(self.apply_skew).build())
    }

    /// Analyzes the paths and reads what a page shows beside the analysis, with a progress bar.
    pub(super) fn case(&self, running: &Running, options: &CaseOptions) -> Result<(Analysis, CaseFile)> {
        let settings = self.settings(running, None)?;
        let (analysis, case) = Bar::during(|bar| -> Result<_> {
            let mut collection = Collection::survey(self.paths(), &settings, ScanPurpose::Report, 0, bar)?;
            let analysis = diagnose_collection(&collection, self.paths(), &settings)?;
            let analysis = Analysis { sources: collection.sources.clone(), ..analysis };
            let case = CaseFile::gather(&mut collection, &analysis, self.paths(), options, bar)?;
            Ok((Analysis { skews: collection.skews, ..analysis }, case))
        })?;
        note_grown(&analysis.sources);
        Ok((analysis, case))
    }

    /// Analyzes the paths, with a progress bar.
    pub(super) fn analyze(&self, running: &Running) -> Result<Analysis> {
        let settings = self.settings(running, None)?;
        let analysis = Bar::during(|bar| analyze(self.paths(), &settings, bar))?;
        note_grown(&analysis.sources);
        Ok(analysis)
    }
}
