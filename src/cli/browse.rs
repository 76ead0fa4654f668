//! `spoglight browse`: the interactive browser.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_browse::session::Store;
use spoglight_engine::Settings;
use spoglight_model::analysis::Warning;
use spoglight_report::events::ShownZone;
use spoglight_source::Problem;
use spoglight_time::Timestamp;
use spoglight_tui::{BrowserOptions, Palette, Theme};

use super::events::{Filtering, Shown, is_filter};
use super::input::{IncidentTime, Input, machine_zone};
use super::output::{self, Painting, fail};
use super::running::Running;
use super::{INPUT, OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight browse case.7z
  spoglight browse ece-logs pcce-logs \"level>=warn and not source:access\"
  spoglight browse C:\\ece\\eService\\logs --follow
  spoglight browse case --show-tz America/New_York --no-mouse

Press ? for all keys. Events can be used while the rest is still loading.

Exit codes:
  0  normal exit
  2  the run failed: wrong arguments, no terminal, a path that does not
     exist, or nothing could be read";

/// Browse all events interactively
///
/// Shows a histogram, the timeline of all servers, and the details of an event with its finding and fix. Has filters,
/// search, groups of similar messages, bookmarks with notes, and export. Archives are unpacked to memory or to
/// temporary files (see --max-temporary).
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, override_usage = "spoglight browse [OPTIONS] <PATH>... [FILTER]")]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Browse {
    #[command(flatten)]
    input: Input,

    /// Follow growing files and new files; at the end (G) the newest event stays in view
    #[arg(long, help_heading = INPUT)]
    follow: bool,

    #[command(flatten)]
    incident: IncidentTime,

    #[command(flatten)]
    shown: Shown,

    #[command(flatten)]
    filter: Filtering,

    /// Ignore the saved session and do not save one
    ///
    /// A session holds filters, bookmarks, notes and the position. It is found by the contents of the logs.
    #[arg(long, help_heading = OUTPUT)]
    fresh: bool,

    /// Disable the mouse, so the terminal can select text
    #[arg(long, help_heading = OUTPUT)]
    no_mouse: bool,

    /// Draw with ASCII characters only
    #[arg(long, help_heading = OUTPUT)]
    ascii: bool,

    /// Colors: auto, light, dark or plain
    ///
    /// Use light or dark if the background of the terminal is. With auto, text is readable on any background.
    #[arg(long, value_name = "NAME", default_value = "auto", value_parser = palette, help_heading = OUTPUT)]
    theme: Palette,

    #[command(flatten)]
    painting: Painting,

    #[command(flatten)]
    running: Running,
}

impl Browse {
    /// The browser of `tail --tui`.
    pub(super) fn following(input: Input, filter: Filtering, shown: Shown, painting: Painting) -> Browse {
        Browse {
            input,
            follow: true,
            incident: IncidentTime::default(),
            shown,
            filter,
            fresh: true,
            no_mouse: false,
            ascii: false,
            theme: Palette::Auto,
            painting,
            running: Running::default(),
        }
    }

    pub(super) fn run(mut self) -> Result<Outcome> {
        let filter = self.input.take_filter(is_filter);
        self.filter.add(filter)?;
        // a wrong filter is reported before the screen is cleared
        self.filter.query()?;
        let zone = match self.shown.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => None,
        };
        self.input.refuse_piped(
            "save it to a file, which the browser reads again and again; `spoglight timeline -` shows its events",
        )?;
        let settings = self.input.settings_with(&self.incident, &self.running, zone)?.build();
        let paths = self.input.paths().to_vec();
        if !spoglight_tui::is_terminal() {
            return fail(
                "the browser needs a terminal",
                "`spoglight timeline` writes the same events to a pipe or a file",
            );
        }
        let is_missing = !self.follow && self.input.report_missing()?;
        let ended = spoglight_tui::run(self.options(&paths, &settings), &paths, &settings, &stop_flag())
            .context("cannot set up the terminal")?;
        if let Some(problem) = ended.unsaved {
            output::warn_of(&[problem]);
        }
        if let Some(error) = ended.failure {
            return Err(anyhow::Error::from_boxed(error));
        }
        let unread = ended.unread.into_iter();
        let unread: Vec<Problem> =
            unread.map(|Warning { path, what, advice, .. }| Problem::new(path, what, advice)).collect();
        output::warn_of(&unread);
        let outcome = if unread.is_empty() { Outcome::Success } else { Outcome::Failed };
        Ok(outcome.with_missing(is_missing))
    }

    fn options(&self, paths: &[PathBuf], settings: &Settings) -> BrowserOptions {
        let theme = Theme {
            colour: self.painting.is_coloured(),
            ascii: self.ascii || !spoglight_tui::speaks_unicode(),
            palette: match self.theme {
                Palette::Auto => Palette::of_background(&std::env::var("COLORFGBG").unwrap_or_default()),
                chosen => chosen,
            },
        };
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let mut options = BrowserOptions::new(names.join(" "), theme);
        options.zone = self.shown.zone;
        options.machine_zone = machine_zone().ok();
        options.filter = self.filter.text();
        options.incident = settings.incident.map(Timestamp::nanos);
        options.follow = self.follow;
        options.store = if self.fresh { None } else { Store::usual() };
        options.mouse = !self.no_mouse;
        options
    }
}

/// Reads the name of a theme.
fn palette(name: &str) -> std::result::Result<Palette, String> {
    Palette::by_name(name).ok_or_else(|| {
        let names = Palette::ALL.map(Palette::name);
        format!("no such theme; themes: {}", names.join(", "))
    })
}

/// A flag that a signal sets. Without it a kill leaves the terminal as it is.
fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&stop);
    // only one handler can be set, and there is none before
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    stop
}
