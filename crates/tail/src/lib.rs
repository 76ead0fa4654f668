//! [`Tail`]: growing logs as events in the order of time and as findings, while they are written.
//!
//! [`spoglight_follow`] brings bytes; here they become messages. A message is complete when the next begins, or when no byte
//! came for a moment; a line without its end is shown when no byte came for longer. What comes of a message after that is shown
//! as a late part of it. The silence must have been observed: the passage of time proves nothing about a log that could not be
//! read meanwhile. Events wait a little for those of other logs,
//! so that they come out in order; an event that comes later than that is shown when it comes. Hits are diagnosed with the same
//! rules as in a collection, on the time of the logs.
//!
//! It prints nothing and does not sleep: the caller gives the time.

mod alerts;
mod arrivals;
mod clock;
mod endings;
mod flood;
mod followed;
mod intervals;
mod jumps;
mod notices;
mod output;
mod queue;
mod rhythm;
mod seek;
mod sink;
mod tail;

pub use output::{Again, Memory, Remembered, Resolved, Shown, Sums, Write};
pub use seek::seek;
pub use tail::Tail;

#[cfg(test)]
mod tests;
