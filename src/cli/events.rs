//! Options of the commands that show events: which, on which clock, and how; and what there is to say about them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Result, anyhow, bail};
use chrono_tz::Tz;
use clap::Args;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::{MergeRequest, Summary};
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::Level;
use spoglight_query as query;
use spoglight_query::Query;
use spoglight_report::events::ShownZone;
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};
use spoglight_time::{Timestamp, ZoneConfidence, duration, zone};

use super::Outcome;

/// A filter.
#[derive(Debug, Args)]
pub(super) struct Filtering {
    /// Filter, as `level>=warn and not source:access`; see below. May also stand behind the paths
    #[arg(short, long, value_name = "FILTER")]
    query: Option<String>,

    /// Events of this level and graver
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
}

/// Which events are shown.
#[derive(Debug, Args)]
pub(super) struct Which {
    #[command(flatten)]
    filter: Filtering,

    /// Not before this time: 2026-11-21T13:31Z, 13:31, -2h (before the last event), @incident-5m, @start+1h
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<TimeExpr>,

    /// Not after this time; +30m counts from --since
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<TimeExpr>,

    /// Around this time, as far as --window reaches
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, conflicts_with_all = ["since", "until"])]
    around: Option<TimeExpr>,

    /// How far --around reaches, before and behind
    #[arg(long, value_name = "SPAN", default_value = "5m", value_parser = span)]
    window: i64,

    /// Clock of times that are shown and given: utc, local (of this machine), source (as each server wrote), or a ZONE
    #[arg(long = "show-tz", value_name = "ZONE", default_value = "utc", value_parser = shown_zone)]
    zone: ShownZone,
}

impl Filtering {
    /// Takes a filter that stands behind the paths.
    pub(super) fn add(&mut self, filter: Option<String>) -> Result<()> {
        match (&self.query, filter) {
            (Some(_), Some(filter)) => bail!("{filter:?} is no path, and there is a --query already"),
            (None, Some(filter)) => self.query = Some(filter),
            (_, None) => {}
        }
        Ok(())
    }

    /// It as it was given, the level included.
    pub(super) fn text(&self) -> Option<String> {
        let level = self.level.as_ref().map(|level| format!("level>={level}"));
        match (&self.query, level) {
            (Some(query), Some(level)) => Some(format!("({query}) {level}")),
            (query, level) => query.clone().or(level),
        }
    }

    /// The filter; to be asked for before anything is read.
    pub(super) fn query(&self) -> Result<Query> {
        let mut query = match &self.query {
            Some(text) => Query::parse(text).map_err(|error| anyhow!("the filter is wrong: {error}"))?,
            None => Query::all(),
        };
        if let Some(word) = &self.level {
            let level = Level::from_word(word.as_bytes());
            if matches!(level, Level::Unknown | Level::None) {
                bail!(
                    "there is no level {word:?}; levels are fatal, error, warn, info, perf, dbquery, debug, trace"
                );
            }
            query = query.and(Query::level_at_least(level));
        }
        Ok(query)
    }
}

pub(super) fn span(text: &str) -> Result<i64, String> {
    let nanos = duration::duration(text).filter(|nanos| *nanos > 0);
    nanos.ok_or_else(|| format!("{text:?} is not a duration; write 5m, 30s or 1h30m"))
}

pub(super) fn shown_zone(text: &str) -> Result<ShownZone, String> {
    match text.to_ascii_lowercase().as_str() {
        "utc" | "gmt" | "z" => Ok(ShownZone::Of(Tz::UTC)),
        "source" => Ok(ShownZone::Source),
        "local" => super::input::machine_zone().map(ShownZone::Of),
        _ => text.parse::<zone::Named>().map(|named| ShownZone::Of(named.0)),
    }
}

/// Whether a word behind the paths is a filter and no path that was mistyped.
pub(super) fn is_filter(text: &str) -> bool {
    let has_operator = query::names().any(|field| {
        text.match_indices(field).any(|(at, _)| {
            text.get(at + field.len()..).is_some_and(|rest| rest.starts_with([':', '=', '<', '>', '!']))
        })
    });
    has_operator || text.contains(' ') && !text.contains(['/', '\\'])
}

impl Which {
    /// The clock of times.
    pub(super) fn zone(&self) -> ShownZone {
        self.zone
    }

    /// See [`Filtering::add`].
    pub(super) fn add_filter(&mut self, filter: Option<String>) -> Result<()> {
        self.filter.add(filter)
    }

    /// The zone of times that are given without one.
    pub(super) fn given_zone(&self) -> Option<Tz> {
        match self.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => None,
        }
    }

    /// See [`Filtering::query`].
    pub(super) fn query(&self) -> Result<Query> {
        self.filter.query()
    }

    /// The window, now that the logs are known.
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
            // +30m counts from the beginning, -30m from the end
            Some(TimeExpr::From(_, 0..)) => from.or(known.span.map(|span| span.0)),
            _ => known.usual,
        };
        let to = resolve("--until", &self.until, &known)?;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            bail!("--until is before --since");
        }
        // not after: what is at that very moment is in
        Ok((from, to.map(|to| to.saturating_add(1))))
    }

    /// What is to be shown, with the filter that was read.
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

/// Sources that are named in one note.
const NAMED: usize = 3;

/// Says on standard error what there is to know of the clocks of the sources.
pub(super) fn tell_clocks(collected: &Collection<'_>, out: &mut dyn Write) -> io::Result<()> {
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
            "! zone unknown: {}{more}: local time, so these stand at the end, each in its own order; give {option}",
            names.join(", ")
        );
        writeln!(out, "{}", clean(&text))?;
    }
    for ((name, confidence, evidence), count) in doubtful {
        let files = counted(count, "file", "files");
        writeln!(out, "{}", clean(&format!("! zone of {files}: {name}, {confidence}: {evidence}")))?;
    }
    for skew in &collected.skews {
        let way = if skew.ahead < 0 { "behind" } else { "ahead of" };
        let seconds = skew.ahead.abs() as f64 / 1e9;
        let bounds = skew.bounds.map_or_else(String::new, |(least, most)| {
            format!(", between {:+.3} s and {:+.3} s", least as f64 / 1e9, most as f64 / 1e9)
        });
        let what = if skew.applied { "set right" } else { "--apply-skew sets it right" };
        let text = format!(
            "! the clock of {} is {seconds:.1} s {way} {}{bounds}, say {} identifiers: {what}",
            skew.host,
            skew.against.join(", "),
            skew.shared
        );
        writeln!(out, "{}", clean(&text))?;
    }
    Ok(())
}

/// Says on standard error what there is to know of what was shown.
pub(super) fn tell_summary(
    collected: &Collection<'_>,
    summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut notes = Vec::new();
    if summary.left_out > 0 {
        notes.push(format!(
            "{} events were left out: nobody knows where in time they are, and a window was asked for",
            summary.left_out
        ));
    }
    if summary.repeated > 0 {
        notes.push(format!("{} events that stand in two files are shown once", summary.repeated));
    }
    if summary.late > 0 {
        notes.push(format!(
            "{} events stand behind later ones in their files, by more than a second (<)",
            summary.late
        ));
    }
    if summary.skipped > 0 {
        notes.push(format!(
            "{} events have times that the clocks of their zone left out that night (!): is the zone right?",
            summary.skipped
        ));
    }
    for (source, error) in &summary.problems {
        let path = collected.sources.get(source.index()).map_or("", |source| &*source.path);
        notes.push(format!("{path} could not be read to its end: {error}"));
    }
    for warning in collected.warnings() {
        notes.push(format!("{} {}; {}", warning.path, warning.what, warning.advice));
    }
    notes.iter().try_for_each(|note| writeln!(out, "! {}", clean(note)))
}

/// How a run ended that showed so many events.
pub(super) fn ended(collected: &Collection<'_>, shown: u64) -> Outcome {
    let is_void = collected.totals.bytes == 0 && !collected.warnings().is_empty();
    match (is_void, shown) {
        (true, _) => Outcome::Failed,
        (_, 0) => Outcome::Found,
        _ => Outcome::Well,
    }
}
