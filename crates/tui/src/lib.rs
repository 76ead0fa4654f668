//! The browser on the screen of a terminal: state, keys and panes. It works on what `browse` keeps, and is told what it needs
//! from outside: it opens no terminal and no file, and never waits.
//!
//! `app.rs` is what is on the screen, `input.rs` and `mouse.rs` what keys and the mouse change of it, `draw.rs` where the panes lie; ONE FILE
//! PER PANE: `chart.rs` `timeline.rs` `tree.rs` `detail.rs` `findings.rs` `screens.rs`. `run.rs` does what the app asks for on threads and
//! tells it the answers.

mod app;
mod chart;
mod data;
mod detail;
mod document;
mod draw;
mod export;
mod findings;
mod input;
mod keys;
mod list;
mod mouse;
mod narrow;
mod prompt;
mod run;
mod screens;
mod seek;
pub mod terminal;
#[cfg(test)]
mod tests;
mod theme;
mod timeline;
mod tree;
pub mod work;

pub use app::{App, Options};
pub use run::{Outside, run};
pub use theme::Theme;
