//! `spoglight trace`: one session, thread, activity or task through all logs.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use spoglight_engine::collection::Collection;
use spoglight_query::Query;
use spoglight_report::events;
use spoglight_report::events::Layout;
use spoglight_report::ladder;
use spoglight_report::ladder::{Lane, Step};
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

use super::Outcome;
use super::events::{Which, ended, tell_clocks, tell_summary};
use super::input::{Clocks, settings};
use super::output::{self, Target};
use super::progress::Bar;
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight trace 7890899 case.7z
  spoglight trace 4B1E55C0 case --show-tz America/New_York
  spoglight trace 7890899 case --also \"dialogue 17\" --level info
  spoglight trace \"default task-14\" case --around 13:31 --window 30s --places

Exit codes:
  0  events were shown
  1  there were none
  2  the run failed: wrong arguments, or nothing could be read";

/// Follows one session, thread, activity or task through all logs
///
/// Shows every event that holds the value, as a word of its own and in any case, of all servers in the order of time: a
/// column for each log, and the time that passed between two events.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Trace {
    /// What to follow: an id of a session, activity, task or dialogue, the name of a thread, any words
    #[arg(value_name = "VALUE")]
    value: String,

    /// Folder, log file or archive (zip, 7z, tar, gz, bz2, xz, zst, one in the other); several at once
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Follow this, too; may be repeated
    #[arg(long, value_name = "VALUE")]
    also: Vec<String>,

    /// Say behind each event in which file and line it is
    #[arg(long)]
    places: bool,

    #[command(flatten)]
    clocks: Clocks,

    #[command(flatten)]
    which: Which,

    /// Form: a ladder for people, or the events as JSON, one a line
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    /// Show passwords and tokens that logs hold
    #[arg(long)]
    show_secrets: bool,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

/// Events that a ladder has at most: more is not one request.
const STEPS: usize = 20_000;

impl Trace {
    pub(super) fn run(self) -> Result<Outcome> {
        // what is wrong with a filter is told before gigabytes are read
        let query = self.which.query()?.and(self.query()?);
        let settings = settings(&self.clocks, &self.running, self.which.given_zone())?;
        let mut collected = Bar::during(|bar| Collection::read(&self.paths, &settings, bar))?;
        let mut wanted = self.which.wanted(query, &collected, settings.incident)?;
        wanted.findings = true;
        tell_clocks(&collected, &mut output::notes())?;
        let form = events::by_name("json").ok_or_else(|| anyhow!("there is no form json"))?;
        collected.stage(&wanted);
        let sources = &collected.sources;
        let is_json = self.format == "json";
        let summary = self.target.stream(|look, out| {
            let mut layout = Layout::of(sources, look, self.which.zone());
            layout.secrets = self.show_secrets;
            let mut ladder = Ladder::default();
            let merged = |bar: &Bar| {
                collected.merge(
                    &wanted,
                    self.running.threads,
                    bar,
                    &|entry, out| {
                        if is_json {
                            return form.write(entry, &layout, out);
                        }
                        let (text, left) = entry.summary(layout.secrets);
                        let more = if left > 0 { format!("  [+{left}]") } else { String::new() };
                        out.extend_from_slice(format!("{text}{more}").as_bytes());
                        // a byte that no text has
                        out.push(0xff);
                        out.extend_from_slice(format!("{}:{}", entry.file(), entry.line).as_bytes());
                    },
                    &mut |row, text| {
                        if is_json {
                            return out.write_all(text);
                        }
                        let host = sources.get(row.source.index()).and_then(|source| source.host.as_deref());
                        let lane = format!(
                            "{} {}",
                            host.map_or("-".into(), clean),
                            layout.label(row.source.index())
                        );
                        let cut = memchr::memchr(0xff, text).unwrap_or(text.len());
                        let (text, place) = text.split_at(cut);
                        let owned = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
                        let note = self.places.then(|| owned(place.get(1..).unwrap_or_default()));
                        ladder.add(row.moment, lane, row.level, owned(text), note);
                        Ok(())
                    },
                )
            };
            let summary = Bar::during(merged)?;
            if !is_json {
                ladder.write(self.which.given_zone(), look, out)?;
            }
            Ok(summary)
        })?;
        if summary.events == 0 {
            let mut notes = output::notes();
            let text = format!(
                "no event holds {:?}; a part of a word is found by: spoglight timeline PATH -q WORD",
                self.value
            );
            writeln!(notes, "{}", clean(&text))?;
        }
        tell_summary(&collected, &summary, &mut output::notes())?;
        Ok(ended(&collected, summary.events))
    }

    /// The values, as words of their own.
    fn query(&self) -> Result<Query> {
        let mut any = Vec::new();
        for value in std::iter::once(&self.value).chain(&self.also) {
            if value.trim().is_empty() {
                bail!("there is nothing to follow: give an id, a thread or a word");
            }
            any.push(format!("/{}/i", word(value.trim())));
        }
        Query::parse(&any.join(" or ")).map_err(|error| anyhow!("that cannot be followed: {error}"))
    }
}

/// A regular expression for a value between other characters than letters and digits.
fn word(value: &str) -> String {
    let edge =
        |one: Option<char>, edge: &'static str| one.filter(|one| one.is_alphanumeric()).map_or("", |_| edge);
    let before = edge(value.chars().next(), r"(?:^|[^[:alnum:]])");
    let behind = edge(value.chars().last(), r"(?:$|[^[:alnum:]])");
    format!("(?m){before}{}{behind}", regex::escape(value).replace('/', r"\/"))
}

/// The events of a trace, as they come.
#[derive(Default)]
struct Ladder {
    steps: Vec<Step>,
    lanes: Vec<Lane>,
    /// Events without a place in time.
    unplaced: Vec<(String, String)>,
    left_out: u64,
}

impl Ladder {
    fn add(
        &mut self,
        moment: Option<Timestamp>,
        lane: String,
        level: spoglight_parsers::Level,
        text: String,
        note: Option<String>,
    ) {
        if self.steps.len() + self.unplaced.len() >= STEPS {
            self.left_out += 1;
            return;
        }
        let Some(Timestamp::Utc(when)) = moment else {
            self.unplaced.push((lane, text));
            return;
        };
        let at = self.lanes.iter().position(|known| known.name == lane).unwrap_or_else(|| {
            self.lanes.push(Lane { name: lane });
            self.lanes.len() - 1
        });
        self.steps.push(Step { when, lane: at, level, text, note });
    }

    fn write(
        &self,
        zone: Option<chrono_tz::Tz>,
        look: &spoglight_report::RenderOptions,
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        if !self.steps.is_empty() {
            let label = |utc: i64| Timestamp::Utc(utc).on_the_wall(zone);
            ladder::write(&self.steps, &self.lanes, &label, look, out)?;
        }
        if !self.unplaced.is_empty() {
            writeln!(out, "\nWhose place in time is not known:")?;
            for (lane, text) in &self.unplaced {
                writeln!(out, "  {lane}  {}", clean(text))?;
            }
        }
        if self.left_out > 0 {
            writeln!(out, "\nand {} more: narrow it with --since and --until", self.left_out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_value_is_a_word_of_its_own() {
        let fits =
            |value: &str, text: &str| regex::Regex::new(&word(value)).expect("a pattern").is_match(text);
        assert!(fits("7890899", "Activity 7890899 set") && fits("7890899", "Value: 7890899"));
        assert!(!fits("7890899", "x17890899") && !fits("789", "7890899"));
        assert!(fits("[32:Thread-6]", "<@> [32:Thread-6] <@>") && fits("a/b", "x a/b"));
    }
}
