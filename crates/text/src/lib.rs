//! Text of logs: charsets, blocks that end before a message, text templates, secrets, and text that is safe on a terminal.
//!
//! It knows nothing of events: the caller says where a message begins.

pub mod charset;
pub mod humanize;
pub mod messages;
pub mod sanitize;
pub mod secrets;
pub mod selector;
pub mod source_path;
pub mod template;
