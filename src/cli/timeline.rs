//! `spoglight timeline`: all events of all servers in one order.

use anyhow::{Result, bail};
use clap::Args;
use spoglight::collected::Collected;
use spoglight::merge::Summary;
use spoglight::query;
use spoglight::report::events::{self, Layout};

use super::Outcome;
use super::events::{Which, is_filter, tell_clocks, tell_summary};
use super::input::Input;
use super::limits::ArchiveLimits;
use super::output::{self, Target};
use super::passwords::Unlocking;
use super::progress::Bar;

const EXAMPLES: &str = "\
Examples:
  spoglight timeline case.7z
  spoglight timeline case.7z \"level>=warn and not source:access\"
  spoglight timeline case --around 2026-11-21T13:31Z --window 2m --show-tz America/New_York
  spoglight timeline case --incident 2026-11-21T13:31Z --since @incident-10m --until @incident+5m
  spoglight timeline case --since -2h --level error --full
  spoglight timeline case -q \"finding:tls-*\" --format json -o tls.ndjson

Marks behind a time: ? its zone is not known, ~ no stamp of its own, < behind later events in its file,
! in an hour that the clocks of its zone left out. [+12]: lines below it; --full shows them.";

/// Puts every event of every server on one timeline
///
/// Stamps in local time become UTC by the zone of their server, which the logs themselves tell in most cases: offsets in
/// other logs of the server, start lines, identifiers that two servers wrote, times of files. Events whose place in time
/// nobody knows stand at the end, and that is said.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Timeline {
    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    which: Which,

    /// Form of the events
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "csv", "raw"])]
    format: String,

    /// Show the lines below the first of a message, too
    #[arg(long)]
    full: bool,

    /// Show what stands in two files of a server once
    #[arg(long)]
    once: bool,

    /// Stop after so many events
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<u64>,

    /// Show passwords and tokens that logs hold
    #[arg(long)]
    show_secrets: bool,

    #[command(flatten)]
    target: Target,

    /// Threads; one for each core if not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,

    #[command(flatten)]
    passwords: Unlocking,

    #[command(flatten)]
    limits: ArchiveLimits,
}

fn after_help() -> String {
    format!("{EXAMPLES}\n\n{}\n\n{EXIT}", query::HELP)
}

const EXIT: &str = "\
Exit codes:
  0  events were shown
  1  there were none
  2  the run failed: wrong arguments, or nothing could be read";

impl Timeline {
    pub(super) fn run(mut self) -> Result<Outcome> {
        let Some(form) = events::by_name(&self.format) else { bail!("there is no form {:?}", self.format) };
        let filter = self.input.take_filter(is_filter);
        self.which.add_filter(filter)?;
        // a wrong filter is told before gigabytes are read
        self.which.query()?;
        let settings =
            self.input.settings(&self.limits, self.passwords, self.threads, self.which.given_zone())?;
        let bar = Bar::new();
        let collected = Collected::read(self.input.paths(), &settings, &bar);
        bar.clear();
        let mut collected = collected?;
        let mut wanted = self.which.wanted(&collected, settings.incident)?;
        wanted.once = self.once;
        wanted.findings = self.format == "json";
        tell_clocks(&collected, &mut output::notes())?;
        let sources = collected.sources.clone();
        let bar = self.target.is_watched().then(Bar::new);
        let summary = self.target.stream(|look, out| {
            let mut layout = Layout::of(&sources, look, self.which.zone());
            (layout.full, layout.secrets) = (self.full, self.show_secrets);
            let mut heading = Vec::new();
            form.heading(&layout, &mut heading);
            out.write_all(&heading)?;
            let most = self.limit.unwrap_or(u64::MAX);
            let mut shown = 0;
            let progress: &dyn spoglight::engine::Progress = match &bar {
                Some(bar) => bar,
                None => &(),
            };
            let merged = collected.merge(
                &wanted,
                self.threads,
                progress,
                &|entry, out| form.write(entry, &layout, out),
                &mut |_, text| {
                    if shown == most {
                        return Err(output::enough());
                    }
                    shown += 1;
                    out.write_all(text)
                },
            );
            match merged {
                Err(error) if output::is_enough(&error) => {
                    Ok(Summary { events: shown, ..Summary::default() })
                }
                other => other,
            }
        });
        if let Some(bar) = bar {
            bar.clear();
        }
        let summary = summary?;
        tell_summary(&collected, &summary, &mut output::notes())?;
        let is_void = collected.totals.bytes == 0 && !collected.warnings().is_empty();
        Ok(match (is_void, summary.events) {
            (true, _) => Outcome::Failed,
            (_, 0) => Outcome::Found,
            _ => Outcome::Well,
        })
    }
}
