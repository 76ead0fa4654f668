//! The interactive browser: a histogram, the timeline of all hosts, event details, findings, similar messages and bookmarks.
//!
//! [`run`] takes the terminal, reads the logs and lets the user browse them until they quit. The browser itself
//! (`app.rs`) has no thread and never waits: it takes messages and returns commands, which `run.rs` carries out on other
//! threads. The state of the application (`model.rs`) is apart from what is on the screen (`ui.rs`). Each pane is a file in
//! `panes/`, and key hints and help are made from its bindings.

mod anchors;
mod app;
mod bars;
mod commands;
mod context;
mod data;
mod document;
mod export;
mod filters;
mod headless;
mod keys;
mod list;
mod message;
mod model;
mod options;
mod pane;
mod panes;
mod prompt;
mod resume;
mod run;
mod screen;
mod search;
mod snapshot;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod ui;
mod undo;
mod update;
mod widgets;
mod work;

pub use headless::Headless;
pub use options::BrowserOptions;
pub use terminal::{Ended, is_terminal, locale_is_unicode, run, speaks_unicode};
pub use theme::{Palette, Theme};
