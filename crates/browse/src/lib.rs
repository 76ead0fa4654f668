//! Browsing a collection: every event has an entry in an index of some twenty bytes, and is read again from its source when
//! it is shown.
//!
//! [`survey`] reads a collection and hands on results on the way; [`index`] keeps the positions and the order of events, and
//! reads them again; [`event_key`] finds an event again in a later index; [`view`] is the events that a filter leaves;
//! [`sift`] applies the filter; [`groups`] counts equal messages, [`collapse`] shortens stack traces, and [`session`] keeps
//! the state of the browser. Nothing here draws, waits for keys, or has a thread of its own.

pub mod collapse;
pub mod event_id;
pub mod event_key;
pub mod groups;
pub mod index;
mod read;
pub mod session;
pub mod sift;
pub mod survey;
pub mod view;

#[cfg(test)]
mod tests;
