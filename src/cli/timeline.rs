//! `spoglight timeline`: the events of all servers in time order.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_engine::Progress;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::merge::{MergeRequest, MergeSink, Render, Summary};
use spoglight_model::analysis::SourceFacts;
use spoglight_report::events;
use spoglight_report::events::{DayLines, Layout};
use spoglight_report::groups;
use spoglight_report::groups::Groups;
use spoglight_report::histogram::Histogram;
use spoglight_report::{RenderOptions, json};
use spoglight_text::template::shape;
use spoglight_time::Timestamp;
use spoglight_time::wall::on_wall;

use super::events::{Which, ended, is_filter, warn_of_clocks, warn_of_events};
use super::input::CollectionInput;
use super::output::{self, Target, fail};
use super::progress::Bar;
use super::running::Running;
use super::{FILTER, OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight timeline case.7z
  spoglight timeline case.7z \"level>=warn and not source:access\"
  spoglight timeline case --around 2026-11-21T13:31Z --window 2m
  spoglight timeline case --incident 2026-11-21T13:31Z --since @incident-10m
  spoglight timeline case --since -2h --level error --full
  spoglight timeline case -q \"finding:tls-*\" --format json -o tls.ndjson
  spoglight timeline case --histogram
  spoglight timeline case --group --level error

Marks after a time:
  ?  unknown time zone
  ~  no timestamp of its own
  <  older than earlier lines of its file
  !  in an hour that a DST change skips
[+12] after a message: number of continuation lines; --full shows them

Exit codes:
  0  events were shown
  1  no event matched
  2  the run failed: wrong arguments, a path that does not exist, or nothing
     of a known format was read
  3  incomplete: a file was not read, or only in part";

/// Print the events of all servers in time order
///
/// Local times become UTC by the zone of their server, which is detected from the logs in most cases. Events without a
/// known time are listed last, with a warning.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, override_usage = "spoglight timeline [OPTIONS] <PATH>... [FILTER]")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Timeline {
    #[command(flatten)]
    input: CollectionInput,

    #[command(flatten)]
    which: Which,

    /// Hide duplicates (messages logged to two files)
    #[arg(long, help_heading = FILTER)]
    once: bool,

    /// Stop after N events
    #[arg(short = 'n', long, value_name = "N", help_heading = FILTER)]
    #[arg(conflicts_with_all = ["histogram", "group"])]
    limit: Option<u64>,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = OUTPUT, value_parser = events::names())]
    format: String,

    /// Count events over time, by level
    #[arg(long, conflicts_with_all = ["group", "full"], help_heading = OUTPUT)]
    histogram: bool,

    /// Maximum number of rows of --histogram
    #[arg(long, value_name = "N", default_value_t = 48, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    #[arg(requires = "histogram", hide_short_help = true, help_heading = OUTPUT)]
    rows: u16,

    /// Group similar messages and count them
    #[arg(long, conflicts_with = "full", help_heading = OUTPUT)]
    group: bool,

    /// Show all lines of each message
    #[arg(long, help_heading = OUTPUT)]
    full: bool,

    /// Wrap messages that are too long for the terminal, instead of cutting them
    #[arg(long, conflicts_with_all = ["histogram", "group"], help_heading = OUTPUT)]
    wrap: bool,

    /// Show passwords and tokens that logs contain
    #[arg(long, conflicts_with = "histogram", help_heading = OUTPUT)]
    show_secrets: bool,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl Timeline {
    pub(super) fn run(mut self) -> Result<Outcome> {
        if (self.histogram || self.group) && !["text", "json"].contains(&self.format.as_str()) {
            return fail(
                format!("--histogram and --group cannot be written as {}", self.format),
                "use --format text or --format json",
            );
        }
        let filter = self.input.take_filter(is_filter);
        self.which.add_filter(filter)?;
        // a wrong filter is reported before gigabytes are read
        let query = self.which.query()?;
        self.input.refuse_word()?;
        self.target.check(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let settings = self.input.settings(&self.running, self.which.given_zone())?;
        let mut collected = Bar::during(|bar| Collection::read(self.input.paths(), &settings, bar))?;
        let mut wanted = self.which.wanted(query, &collected, settings.incident)?;
        wanted.once = self.once;
        warn_of_clocks(&collected);
        let bar = self.target.is_elsewhere().then(Bar::new);
        collected.stage(&wanted);
        let mut job = Job { collected: &collected, wanted, threads: self.running.threads, bar: bar.as_ref() };
        let summary = match (self.histogram, self.group) {
            (true, _) => self.count(&mut job),
            (_, true) => self.fold(&mut job),
            _ => self.show(&mut job),
        };
        if let Some(bar) = bar {
            bar.clear();
        }
        let summary = summary?;
        warn_of_events(&collected, &summary);
        Ok(ended(&collected, &summary).with_missing(is_missing))
    }

    /// Writes every event.
    fn show(&self, job: &mut Job<'_, '_>) -> Result<Summary> {
        let Some(form) = events::by_name(&self.format) else { bail!("unknown format {:?}", self.format) };
        job.wanted.findings = self.format == "json";
        let sources = &job.collected.sources;
        let most = self.limit.unwrap_or(u64::MAX);
        // with one more it is known that there are more
        job.wanted.limit = self.limit.map(|limit| limit.saturating_add(1));
        self.target.stream(|look, out| {
            let mut layout = Layout::of(sources, look, self.which.zone());
            (layout.full, layout.secrets, layout.wrap) = (self.full, self.show_secrets, self.wrap);
            // a terminal shows a date once; what goes elsewhere has it in every line
            let mut days = (form.is_for_people() && layout.is_terminal).then(DayLines::default);
            let mut heading = Vec::new();
            form.heading(&layout, &mut heading);
            out.write_all(&heading)?;
            let mut shown = 0;
            let render = |entry: &PlacedEvent<'_>, out: &mut Vec<u8>| {
                output::with_masks(out, |out| form.write(entry, &layout, out));
            };
            let merged = job.run(&render, &mut |_, text| {
                if shown == most {
                    return Err(output::enough());
                }
                shown += 1;
                let text = output::without_masks(text);
                match &mut days {
                    Some(days) => days.write(text, out),
                    None => out.write_all(text),
                }
            });
            match merged {
                Err(error) if output::is_enough(&error) => {
                    Ok(Summary { events: shown, ..Summary::default() })
                }
                other => other,
            }
        })
    }

    /// Writes the number of events over time.
    fn count(&self, job: &mut Job<'_, '_>) -> Result<Summary> {
        let totals = &job.collected.totals;
        let Some((first, last)) = totals.first.zip(totals.last) else {
            return fail("no event has a known time", "give the time zone of the logs with --tz ZONE");
        };
        let from = job.wanted.from.map_or(first.nanos(), |from| from.max(first.nanos()));
        let to = job.wanted.to.map_or(last.nanos(), |to| (to - 1).min(last.nanos())).max(from);
        let zone = self.which.given_zone();
        let offset = zone.map_or(0, |zone| on_wall(from, Some(zone)) - from);
        job.wanted.any_order = true;
        let mut histogram = Histogram::new(from, to, usize::from(self.rows), offset);
        let summary = job.run(&|_, _| {}, &mut |row, _| {
            if let Some(Timestamp::Utc(utc)) = row.moment {
                histogram.add(utc, row.level);
            }
            Ok(())
        })?;
        self.target.write(|look, out| {
            if self.format == "json" {
                return json::write(&histogram.value(), out);
            }
            let label =
                |utc: i64| Timestamp::Utc(utc).on_the_wall(zone).get(..19).unwrap_or_default().to_owned();
            histogram.write(&label, look, out)
        })?;
        Ok(summary)
    }

    /// Writes groups of similar messages.
    fn fold(&self, job: &mut Job<'_, '_>) -> Result<Summary> {
        let sources = &job.collected.sources;
        let hosts = Hosts::of(sources);
        let mut groups = Groups::default();
        let mut layout = Layout::of(sources, &RenderOptions::default(), self.which.zone());
        layout.secrets = self.show_secrets;
        // template, a byte that no text contains, message
        let render = |entry: &PlacedEvent<'_>, out: &mut Vec<u8>| {
            let (text, _) = entry.summary(layout.secrets);
            shape(text.as_bytes(), out);
            out.push(0xff);
            out.extend_from_slice(text.as_bytes());
        };
        let summary = job.run(&render, &mut |row, text| {
            let cut = memchr::memchr(0xff, text).unwrap_or(text.len());
            let (shape, message) = text.split_at(cut);
            let example = || String::from_utf8_lossy(message.get(1..).unwrap_or_default()).into_owned();
            let when = row.moment.filter(|moment| moment.is_utc()).map(Timestamp::nanos);
            let host = hosts.of_source(row.source.index());
            groups.add(shape, &example, when, row.level, host, row.source.index() as u32);
            Ok(())
        })?;
        let other = groups.other();
        let groups = groups.finish();
        let zone = self.which.given_zone();
        let host = |host: u32| hosts.name(host).to_owned();
        let path =
            |at: u32| sources.get(at as usize).map_or_else(String::new, |source| source.path.to_string());
        self.target.write(|look, out| {
            if self.format == "json" {
                return json::write(&groups::value(&groups, other, &host, &path), out);
            }
            let when = |utc: i64| Timestamp::Utc(utc).on_the_wall(zone);
            groups::write(&groups, other, &host, &when, look, out)
        })?;
        Ok(summary)
    }
}

/// A merge and its progress bar.
struct Job<'j, 's> {
    collected: &'j Collection<'s>,
    wanted: MergeRequest,
    threads: usize,
    bar: Option<&'j Bar>,
}

impl Job<'_, '_> {
    fn run(&self, render: Render<'_>, sink: MergeSink<'_>) -> std::io::Result<Summary> {
        let progress: &dyn Progress = match self.bar {
            Some(bar) => bar,
            None => &(),
        };
        self.collected.merge(&self.wanted, self.threads, progress, render, sink)
    }
}

/// Servers by number.
struct Hosts {
    names: Vec<String>,
    of_source: Vec<u32>,
}

impl Hosts {
    fn of(sources: &[SourceFacts]) -> Hosts {
        let mut names: Vec<String> = Vec::new();
        let of_source = sources.iter().map(|source| {
            let name = source.host.as_deref().unwrap_or("-");
            let known = names.iter().position(|known| known == name);
            let at = known.unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            at as u32
        });
        let of_source = of_source.collect();
        Hosts { names, of_source }
    }

    fn of_source(&self, source: usize) -> u32 {
        self.of_source.get(source).copied().unwrap_or(0)
    }

    fn name(&self, host: u32) -> &str {
        self.names.get(host as usize).map_or("-", String::as_str)
    }
}
