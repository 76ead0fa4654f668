//! `spoglight trace`: one session, thread, activity or task in all logs.

use std::io::Write;

use anyhow::{Result, anyhow};
use clap::Args;
use spoglight_engine::collection::Collection;
use spoglight_query::Query;
use spoglight_report::events;
use spoglight_report::events::Layout;
use spoglight_report::ladder;
use spoglight_report::ladder::{Lane, Step};
use spoglight_text::sanitize::clean;
use spoglight_time::Timestamp;

use super::events::{Which, ended, warn_of_clocks, warn_of_events};
use super::input::CollectionInput;
use super::output::{self, Label, Target, fail, message};
use super::progress::Bar;
use super::running::Running;
use super::{FILTER, OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight trace 7890899 case.7z
  spoglight trace 4B1E55C0 case --show-tz America/New_York
  spoglight trace 7890899 case --also \"dialogue 17\" --level info
  spoglight trace \"default task-14\" case --around 13:31 --window 30s --places

Exit codes:
  0  events were shown
  1  no event contains the value
  2  the run failed: wrong arguments, a path that does not exist, or nothing
     of a known format was read
  3  incomplete: a file was not read, or only in part";

/// Follow a session, thread, activity or id through all logs
///
/// Shows every event that contains the value as a word, in any case, from all servers in time order: a column for each
/// log, and the time between events.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Trace {
    /// Id of a session, activity, task or dialogue, name of a thread, or any words
    #[arg(value_name = "VALUE")]
    value: String,

    #[command(flatten)]
    input: CollectionInput,

    /// Follow this value, too. Repeatable
    #[arg(long, value_name = "VALUE", help_heading = FILTER)]
    also: Vec<String>,

    #[command(flatten)]
    which: Which,

    /// Output format: a ladder diagram, or one JSON object per event and line
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    #[arg(help_heading = OUTPUT)]
    format: String,

    /// Show the file and line of each event
    #[arg(long, help_heading = OUTPUT)]
    places: bool,

    /// Show passwords and tokens that logs contain
    #[arg(long, help_heading = OUTPUT)]
    show_secrets: bool,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

/// Maximum number of events in a ladder: more is not one request.
const STEPS: usize = 20_000;

/// Maximum bytes of their texts.
const TEXTS: usize = 64 << 20;

impl Trace {
    pub(super) fn run(self) -> Result<Outcome> {
        // a wrong filter is reported before gigabytes are read
        let query = self.which.query()?.and(self.query()?);
        self.input.refuse_word()?;
        self.target.check(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let settings = self.input.settings(&self.running, self.which.given_zone())?;
        let mut collected = Bar::during(|bar| Collection::read(self.input.paths(), &settings, bar))?;
        let mut wanted = self.which.wanted(query, &collected, settings.incident)?;
        wanted.findings = true;
        warn_of_clocks(&collected);
        let form = events::by_name("json").ok_or_else(|| anyhow!("unknown format json"))?;
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
                        output::with_masks(out, |out| {
                            if is_json {
                                return form.write(entry, &layout, out);
                            }
                            let (text, left) = entry.summary(layout.secrets);
                            let more = if left > 0 { format!("  [+{left}]") } else { String::new() };
                            out.extend_from_slice(format!("{text}{more}").as_bytes());
                            // a byte that no text contains
                            out.push(0xff);
                            out.extend_from_slice(format!("{}:{}", entry.file(), entry.line).as_bytes());
                        });
                    },
                    &mut |row, text| {
                        let text = output::without_masks(text);
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
            let text = format!("no event contains the word {:?}", self.value);
            let help = "to search for a part of a word, use: spoglight timeline PATH -q TEXT";
            message(Label::Note, &text, Some(help));
        }
        warn_of_events(&collected, &summary);
        Ok(ended(&collected, &summary).with_missing(is_missing))
    }

    /// A filter for the values as whole words.
    fn query(&self) -> Result<Query> {
        let mut any = Vec::new();
        for value in std::iter::once(&self.value).chain(&self.also) {
            if value.trim().is_empty() {
                return fail("VALUE is empty", "give an id, the name of a thread, or a word");
            }
            any.push(format!("/{}/i", word(value.trim())));
        }
        Query::parse(&any.join(" or ")).map_err(|error| anyhow!("invalid value: {error}"))
    }
}

/// A regular expression for a value that is not part of a longer word.
fn word(value: &str) -> String {
    let edge =
        |one: Option<char>, edge: &'static str| one.filter(|one| one.is_alphanumeric()).map_or("", |_| edge);
    let before = edge(value.chars().next(), r"(?:^|[^[:alnum:]])");
    let behind = edge(value.chars().last(), r"(?:$|[^[:alnum:]])");
    format!("(?m){before}{}{behind}", regex::escape(value).replace('/', r"\/"))
}

/// The events of a trace, in time order.
#[derive(Default)]
struct Ladder {
    steps: Vec<Step>,
    lanes: Vec<Lane>,
    /// Events without a known time: lane and text.
    unplaced: Vec<(String, String)>,
    /// Bytes of the texts of both.
    bytes: usize,
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
        self.bytes += text.len() + note.as_ref().map_or(0, String::len);
        if self.steps.len() + self.unplaced.len() >= STEPS || self.bytes > TEXTS {
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
            writeln!(out, "\nWithout a known time:")?;
            for (lane, text) in &self.unplaced {
                writeln!(out, "  {lane}  {}", clean(text))?;
            }
        }
        if self.left_out > 0 {
            writeln!(out, "\n{} more not shown; limit them with --since and --until", self.left_out)?;
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
