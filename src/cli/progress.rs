//! A progress bar on standard error: bytes, rate and time left. Hidden if standard error is not a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use spoglight_engine::Progress;

/// A progress bar.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Bar {
        // indicatif hides itself where standard error is no terminal
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
        let style =
            ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Bar(bar)
    }

    /// Shows a bar while `work` runs.
    pub(super) fn during<T>(work: impl FnOnce(&Bar) -> T) -> T {
        let bar = Bar::new();
        let done = work(&bar);
        bar.clear();
        done
    }

    /// Shows the number of bytes, without a total, while `work` runs.
    pub(super) fn counting<T>(work: impl FnOnce(&Bar) -> T) -> T {
        let bar = Bar(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10)));
        let style = ProgressStyle::with_template("standard input: {bytes}, {bytes_per_sec}");
        if let Ok(style) = style {
            bar.0.set_style(style);
        }
        bar.0.enable_steady_tick(Duration::from_millis(200));
        let done = work(&bar);
        bar.clear();
        done
    }

    /// Shows a number of steps while `work` runs.
    pub(super) fn steps<T>(what: &'static str, work: impl FnOnce(&Bar) -> T) -> T {
        let bar = Bar(ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10)));
        let style = ProgressStyle::with_template("{msg}: {pos} of {len} {wide_bar}");
        if let Ok(style) = style {
            bar.0.set_style(style.progress_chars("=> "));
        }
        bar.0.set_message(what);
        let done = work(&bar);
        bar.clear();
        done
    }

    /// Removes the bar from the screen.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, bytes: u64) {
        self.0.set_position(0);
        self.0.set_length(bytes);
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
