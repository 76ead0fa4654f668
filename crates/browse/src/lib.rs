//! A collection that a person walks through: every event has a place in an index of some twenty bytes, and is read again
//! from its source when somebody looks at it.
//!
//! `survey.rs` reads a collection and hands on what it knows by then; `index.rs` keeps where every event lies and in which
//! order; `read.rs` fetches one; `view.rs` is what is left of all when a filter was asked; `sift.rs` asks it; `groups.rs` counts what is equal, `fold.rs` folds
//! stacks, `export.rs` writes events for others, and `session.rs` keeps what a person left behind. Nothing here
//! draws, waits for keys, or has a thread of its own.

pub mod collapse;
pub mod groups;
pub mod index;
mod memory;
mod read;
pub mod session;
pub mod sift;
pub mod survey;
pub mod view;

#[cfg(test)]
mod tests;
