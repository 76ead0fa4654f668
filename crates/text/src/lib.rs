//! Text of logs: charsets, blocks that end before a message, message templates, secrets, and text that is safe on a
//! terminal.
//!
//! The package knows nothing of events: the caller decides where a message begins.

pub mod charset;
pub mod humanize;
pub mod messages;
pub mod sanitize;
pub mod secrets;
pub mod selector;
pub mod source_path;
pub mod template;
pub mod utf8;
