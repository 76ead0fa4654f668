//! `spoglight browse`: a person walks through a collection on the screen.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use spoglight_browse::session::Store;
use spoglight_engine::Settings;
use spoglight_model::analysis::Warning;
use spoglight_report::events::ShownZone;
use spoglight_source::Problem;
use spoglight_time::Timestamp;
use spoglight_tui::{BrowserOptions, Theme};

use super::Outcome;
use super::events::{Filtering, is_filter, shown_zone};
use super::input::{Input, machine_zone};
use super::output::{self, Painting};
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight browse case.7z
  spoglight browse ece-logs pcce-logs \"level>=warn and not source:access\"
  spoglight browse C:\\ece\\eService\\logs --follow
  spoglight browse case --show-tz America/New_York --no-mouse

On the screen ? shows all keys. The bundle may be of any size: what was read can be used while the rest is.

Exit codes:
  0  it was left
  2  the run failed: wrong arguments, no terminal, or nothing could be read";

/// Walks through all events of all servers on the screen
///
/// A histogram of the whole time, the timeline of all hosts, the detail of the event with the finding that it belongs to and
/// what mends it; filters, search, equal messages, bookmarks with notes, export. Entries of archives are unpacked to memory or
/// to nameless temporary files, so that any event can be read again (see --max-temporary).
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", spoglight_query::HELP))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Browse {
    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    filter: Filtering,

    /// Clock of times at first: utc, local (of this machine), source (as each server wrote), or a ZONE
    #[arg(long = "show-tz", value_name = "ZONE", default_value = "utc", value_parser = shown_zone)]
    zone: ShownZone,

    /// Leave the mouse to the terminal, so that it can select text
    #[arg(long)]
    no_mouse: bool,

    /// Read files again when they grow, and new ones when they come, at a tenth of a core; at the end (G) the screen stays
    /// with what is newest
    #[arg(long)]
    follow: bool,

    /// Begin anew, and keep nothing for the next time: else filters, bookmarks, notes and place are kept by what the
    /// collection holds
    #[arg(long)]
    fresh: bool,

    /// Draw with the characters of ASCII alone
    #[arg(long)]
    ascii: bool,

    #[command(flatten)]
    painting: Painting,

    #[command(flatten)]
    running: Running,
}

impl Browse {
    /// What `tail --tui` is.
    pub(super) fn following(
        input: Input,
        filter: Filtering,
        zone: ShownZone,
        painting: Painting,
        running: Running,
    ) -> Browse {
        let (no_mouse, ascii) = (false, false);
        Browse { input, filter, zone, no_mouse, follow: true, fresh: true, ascii, painting, running }
    }

    pub(super) fn run(mut self) -> Result<Outcome> {
        let filter = self.input.take_filter(is_filter);
        self.filter.add(filter)?;
        // a wrong filter is told before the screen is taken
        self.filter.query()?;
        let zone = match self.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => None,
        };
        let settings = self.input.settings(&self.running, zone)?;
        let paths = self.input.paths().to_vec();
        if !spoglight_tui::is_terminal() {
            bail!(
                "the browser needs a terminal; `spoglight timeline` writes the same events to a pipe or a file"
            );
        }
        let ended = spoglight_tui::run(self.options(&paths, &settings), &paths, &settings, &stop_flag())
            .context("the terminal could not be taken")?;
        if let Some(problem) = ended.unsaved {
            output::tell_problems(&[problem])?;
        }
        if let Some(error) = ended.failure {
            return Err(anyhow::Error::from_boxed(error));
        }
        let unread = ended.unread.into_iter();
        let unread: Vec<Problem> =
            unread.map(|Warning { path, what, advice, .. }| Problem::new(path, what, advice)).collect();
        output::tell_problems(&unread)?;
        Ok(if unread.is_empty() { Outcome::Well } else { Outcome::Failed })
    }

    fn options(&self, paths: &[PathBuf], settings: &Settings) -> BrowserOptions {
        let theme = Theme {
            colour: self.painting.is_coloured(),
            ascii: self.ascii || !spoglight_tui::speaks_unicode(),
        };
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        let mut options = BrowserOptions::new(names.join(" "), theme);
        options.zone = self.zone;
        options.machine_zone = machine_zone().ok();
        options.filter = self.filter.text();
        options.incident = settings.incident.map(Timestamp::nanos);
        options.follow = self.follow;
        options.store = if self.fresh { None } else { Store::usual() };
        options.mouse = !self.no_mouse;
        options
    }
}

/// A flag that a signal sets. Without it a kill leaves the terminal as it is.
fn stop_flag() -> Arc<AtomicBool> {
    let stop = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&stop);
    // only one handler can be set, and there is none before
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    stop
}
