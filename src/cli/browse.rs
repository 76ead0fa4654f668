//! `spoglight browse`: the interactive browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use clap::Args;
use spoglight_browse::session::Store;
use spoglight_model::analysis::Warning;
use spoglight_report::events::ShownZone;
use spoglight_source::Problem;
use spoglight_time::Timestamp;
use spoglight_tui::terminal::{self, Screen};
use spoglight_tui::{App, Options, Theme};

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
  2  the run failed: wrong arguments, no terminal, or nothing could be read";

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
        let settings = self.input.settings_with(&self.incident, &self.running, zone)?.build();
        let paths = self.input.paths().to_vec();
        if !terminal::is_there() {
            return fail(
                "the browser needs a terminal",
                "`spoglight timeline` writes the same events to a pipe or a file",
            );
        }
        let theme = Theme { colour: self.painting.is_coloured(), ascii: self.ascii || !shows_unicode() };
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let mut app = App::new(Options {
            theme,
            title: names.join(" "),
            zone: self.shown.zone,
            mine: machine_zone().ok(),
            filter: self.filter.text(),
            incident: settings.incident.map(Timestamp::nanos),
            follow: self.follow,
            store: if self.fresh { None } else { Store::usual() },
        });
        let is_ended: Arc<AtomicBool> = Arc::default();
        let flag = Arc::clone(&is_ended);
        // without it a kill leaves the terminal in full-screen mode
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        let screen = Screen::take(!self.no_mouse, is_ended).context("cannot set up the terminal")?;
        let failed = spoglight_tui::run(&mut screen.terminal()?, &mut app, &paths, &settings, &screen);
        drop(screen);
        if let Some(problem) = app.leave() {
            output::warn_of(&[problem]);
        }
        if let Some(error) = failed? {
            return Err(error.into());
        }
        let unread = app.unread().iter().cloned();
        let unread: Vec<Problem> =
            unread.map(|Warning { path, what, advice, .. }| Problem::new(path, what, advice)).collect();
        output::warn_of(&unread);
        Ok(if unread.is_empty() { Outcome::Success } else { Outcome::Failed })
    }
}

/// Whether the terminal shows Unicode, by the locale.
fn shows_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
