//! Options of the commands that show events (which events, in which zone), and their warnings.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow, bail};
use chrono_tz::Tz;
use clap::Args;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::{MergeRequest, Summary};
use spoglight_engine::{Missing, READ_AGAIN};
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::Level;
use spoglight_query as query;
use spoglight_query::Query;
use spoglight_report::events::ShownZone;
use spoglight_text::humanize::counted;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};
use spoglight_time::{Timestamp, ZoneConfidence, duration, zone};

use super::input::note_grown;
use super::output::{self, Label, fail};
use super::{FILTER, Outcome, TIME};

/// A filter.
#[derive(Debug, Args)]
pub(super) struct Filtering {
    /// Show events that match, such as `level>=warn and not source:access`
    ///
    /// See 'spoglight help filters'. A filter may also follow the paths.
    #[arg(short, long, value_name = "FILTER", help_heading = FILTER)]
    query: Option<String>,

    /// Show events of this level or more severe
    ///
    /// Levels: fatal, error, warn, info, perf, dbquery, debug, trace.
    #[arg(long, value_name = "LEVEL", help_heading = FILTER)]
    level: Option<String>,
}

/// The zone in which times are shown.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// Time zone to show: utc, local, source or a zone name
    ///
    /// `local` is the zone of this machine, `source` the local time of each server. Times in options that have no
    /// offset are in this zone, too.
    #[arg(long = "show-tz", value_name = "ZONE", default_value = "utc", value_parser = shown_zone)]
    #[arg(help_heading = TIME)]
    pub(super) zone: ShownZone,
}

/// The events to show.
#[derive(Debug, Args)]
pub(super) struct Which {
    #[command(flatten)]
    filter: Filtering,

    /// Show events from TIME on: 2026-11-21T13:31Z, 13:31, -2h, @incident-5m
    ///
    /// See 'spoglight help time'.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = TIME)]
    since: Option<TimeExpr>,

    /// Show events up to TIME; +30m counts from --since
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, help_heading = TIME)]
    until: Option<TimeExpr>,

    /// Show events around TIME
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with_all = ["since", "until"])]
    #[arg(help_heading = TIME)]
    around: Option<TimeExpr>,

    /// Duration before and after --around
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = span, requires = "around")]
    #[arg(help_heading = TIME)]
    window: i64,

    #[command(flatten)]
    shown: Shown,
}

impl Filtering {
    /// Adds a filter that follows the paths.
    pub(super) fn add(&mut self, filter: Option<String>) -> Result<()> {
        match (&self.query, filter) {
            (Some(_), Some(filter)) => bail!("no such file: {filter:?} (and --query is already given)"),
            (None, Some(filter)) => self.query = Some(filter),
            (_, None) => {}
        }
        Ok(())
    }

    /// The filter as text, with the level.
    pub(super) fn text(&self) -> Option<String> {
        let level = self.level.as_ref().map(|level| format!("level>={level}"));
        match (&self.query, level) {
            (Some(query), Some(level)) => Some(format!("({query}) {level}")),
            (query, level) => query.clone().or(level),
        }
    }

    /// The parsed filter. Call it before reading, so a mistake is reported at once.
    pub(super) fn query(&self) -> Result<Query> {
        let mut query = match &self.query {
            Some(text) => Query::parse(text).map_err(|error| anyhow!("invalid filter: {error}"))?,
            None => Query::all(),
        };
        if let Some(word) = &self.level {
            let level = Level::from_word(word.as_bytes());
            if matches!(level, Level::Unknown | Level::None) {
                return fail(
                    format!("unknown level {word:?}"),
                    "levels are fatal, error, warn, info, perf, dbquery, debug, trace",
                );
            }
            query = query.and(Query::level_at_least(level));
        }
        Ok(query)
    }
}

/// Reads a duration, in nanoseconds.
pub(super) fn span(text: &str) -> Result<i64, String> {
    let nanos = duration::duration(text).filter(|nanos| *nanos > 0);
    nanos.ok_or_else(|| format!("invalid duration {text:?}; write 5m, 30s or 1h30m"))
}

/// Reads a `--show-tz`.
fn shown_zone(text: &str) -> Result<ShownZone, String> {
    match text.to_ascii_lowercase().as_str() {
        "utc" | "gmt" | "z" => Ok(ShownZone::Of(Tz::UTC)),
        "source" => Ok(ShownZone::Source),
        "local" => super::input::machine_zone().map(ShownZone::Of),
        _ => text.parse::<zone::ZoneName>().map(|named| ShownZone::Of(named.0)),
    }
}

/// Returns true if the last argument is a filter, and not a mistyped path.
pub(super) fn is_filter(text: &str) -> bool {
    let has_operator = query::names().any(|field| {
        text.match_indices(field).any(|(at, _)| {
            text.get(at + field.len()..).is_some_and(|rest| rest.starts_with([':', '=', '<', '>', '!']))
        })
    });
    // no path has these; the field may be mistyped
    let compares = [">=", "<=", "!="].iter().any(|operator| text.contains(operator));
    has_operator || compares || text.contains(' ') && !text.contains(['/', '\\'])
}

impl Which {
    /// The zone in which times are shown.
    pub(super) fn zone(&self) -> ShownZone {
        self.shown.zone
    }

    /// See [`Filtering::add`].
    pub(super) fn add_filter(&mut self, filter: Option<String>) -> Result<()> {
        self.filter.add(filter)
    }

    /// The zone of times in options that have no offset.
    pub(super) fn given_zone(&self) -> Option<Tz> {
        match self.shown.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => None,
        }
    }

    /// See [`Filtering::query`].
    pub(super) fn query(&self) -> Result<Query> {
        self.filter.query()
    }

    /// The window, in nanoseconds since 1970: from (included) and to (excluded).
    pub(super) fn window(
        &self,
        collected: &Collection<'_>,
        incident: Option<Timestamp>,
    ) -> Result<(Option<i64>, Option<i64>)> {
        let totals = &collected.totals;
        let mut known = ResolveContext {
            span: totals.first.zip(totals.last).map(|(first, last)| (first.nanos(), last.nanos())),
            incident: incident.map(Timestamp::nanos),
            usual: totals.last.map(Timestamp::nanos),
            zone: self.given_zone(),
        };
        let resolve = |option: &str, point: &Option<TimeExpr>, known: &ResolveContext| {
            let resolved = point.map(|point| point.resolve(known)).transpose();
            resolved.map_err(|missing| anyhow!("{option}: {missing}"))
        };
        if let Some(middle) = resolve("--around", &self.around, &known)? {
            return Ok((
                Some(middle.saturating_sub(self.window)),
                Some(middle.saturating_add(self.window + 1)),
            ));
        }
        let from = resolve("--since", &self.since, &known)?;
        known.usual = match self.until {
            // +30m counts from the start, -30m from the end
            Some(TimeExpr::From(_, 0..)) => from.or(known.span.map(|span| span.0)),
            _ => known.usual,
        };
        let to = resolve("--until", &self.until, &known)?;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            bail!("--until is before --since");
        }
        // an event at that very moment is included
        Ok((from, to.map(|to| to.saturating_add(1))))
    }

    /// The request for the merge, with the parsed filter.
    pub(super) fn wanted(
        &self,
        query: Query,
        collected: &Collection<'_>,
        incident: Option<Timestamp>,
    ) -> Result<MergeRequest> {
        let (from, to) = self.window(collected, incident)?;
        Ok(MergeRequest { from, to, query, ..MergeRequest::default() })
    }
}

/// Maximum number of sources that one warning names.
const NAMED: usize = 3;

/// Warns of time zones that are unknown or doubtful, and of clocks that differ.
pub(super) fn warn_of_clocks(collected: &Collection<'_>) {
    let mut unknown: BTreeMap<Option<&str>, Vec<&SourceFacts>> = BTreeMap::new();
    let mut doubtful: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for source in collected.sources.iter().filter(|source| source.events > 0) {
        let zone = &source.zone;
        if source.first.is_some_and(|first| !first.is_utc()) {
            unknown.entry(source.host.as_deref()).or_default().push(source);
        } else if let (Some(name), ZoneConfidence::Doubtful | ZoneConfidence::Possible) =
            (&zone.name, zone.confidence)
        {
            *doubtful.entry((name, zone.confidence.name(), &zone.evidence)).or_default() += 1;
        }
    }
    for (host, sources) in unknown {
        let names: Vec<&str> = sources.iter().take(NAMED).map(|source| &*source.path).collect();
        let more = sources.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let option = host.map_or_else(|| "--tz ZONE".to_owned(), |host| format!("--tz {host}=ZONE"));
        let text = format!(
            "unknown time zone: {}{more}; their events are listed last, in file order",
            names.join(", ")
        );
        output::message(Label::Warning, &text, Some(&format!("use {option}")));
    }
    for ((name, confidence, evidence), count) in doubtful {
        let files = counted(count, "file", "files");
        output::warn(&format!("time zone of {files}: {name}, {confidence}: {evidence}"));
    }
    for skew in &collected.skews {
        let way = if skew.ahead < 0 { "behind" } else { "ahead of" };
        let seconds = skew.ahead.abs() as f64 / 1e9;
        let bounds = skew.bounds.map_or_else(String::new, |(least, most)| {
            format!(", between {:+.3} s and {:+.3} s", least as f64 / 1e9, most as f64 / 1e9)
        });
        let applied = if skew.applied { " (corrected)" } else { "" };
        let mut by = Vec::new();
        if skew.shared > 0 {
            by.push(format!("{} shared ids", skew.shared));
        }
        if let Some(measured) = &skew.measured {
            let taken = measured.taken.as_ref().map_or_else(String::new, |taken| format!(" of {taken}"));
            by.push(format!("{}{taken} in {} line {}", measured.command, measured.file, measured.line));
        }
        let against =
            if skew.against.is_empty() { "another server".to_owned() } else { skew.against.join(", ") };
        let text = format!(
            "the clock of {} is {seconds:.1} s {way} {against}{bounds}, by {}{applied}",
            skew.host,
            by.join(" and ")
        );
        output::message(Label::Warning, &text, (!skew.applied).then_some("--apply-skew corrects it"));
    }
}

/// Warns of events that were left out or are out of order, and of input that could not be read.
pub(super) fn warn_of_events(collected: &Collection<'_>, summary: &Summary) {
    let events = |count: u64| counted(count as usize, "event", "events");
    if summary.left_out > 0 {
        let text = format!("{} without a known time left out of the time window", events(summary.left_out));
        output::warn(&text);
    }
    if summary.repeated > 0 {
        output::note(&format!("{} logged to a second file hidden", events(summary.repeated)));
    }
    if summary.late > 0 {
        let text = format!(
            "{} more than a second older than earlier lines of the same file (marked <)",
            events(summary.late)
        );
        output::warn(&text);
    }
    if summary.skipped > 0 {
        let text = format!(
            "{} in an hour that the DST change of the zone skips (marked !)",
            events(summary.skipped)
        );
        output::message(Label::Warning, &text, Some("check the time zone"));
    }
    for (source, (bytes, why)) in Missing::by_source(&summary.problems) {
        let path = collected.sources.get(source.index()).map_or("", |source| &*source.path);
        let text = format!("{path} could not be read completely: {bytes} of its bytes are missing: {why}");
        output::message(Label::Warning, &text, Some(READ_AGAIN));
    }
    note_grown(&collected.sources);
    for warning in collected.warnings() {
        output::message(Label::Warning, &format!("{} {}", warning.path, warning.what), Some(&warning.advice));
    }
}

/// The result of a run that showed events.
pub(super) fn ended(collected: &Collection<'_>, summary: &Summary) -> Outcome {
    if !collected.totals.is_understood() {
        let what =
            if collected.totals.bytes == 0 { "nothing was read" } else { "no file is of a known format" };
        let help = "`spoglight formats test FILE` shows why a file is not recognized";
        output::message(Label::Error, what, Some(help));
        return Outcome::Failed;
    }
    let is_changed = collected.bundle.sources.iter().any(|source| source.change().is_some());
    match summary.events {
        // events that match may have been in what is missing
        0 if summary.problems.is_empty() && !is_changed => Outcome::Found,
        _ if !summary.problems.is_empty() || !collected.warnings().is_empty() => Outcome::Incomplete,
        _ => Outcome::Success,
    }
}
