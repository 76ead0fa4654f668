//! From bytes to text: charset, lines, and blocks that are cut where a message begins.
//!
//! Knows nothing of events; where a message begins is asked of whoever does.

pub mod charset;
pub mod messages;
pub mod secrets;
