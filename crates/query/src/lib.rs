//! The filter language: selects messages with one line of text.
//!
//! It resembles the search box of a mail program, because most users know one: words, a few fields, `and`, `or`,
//! `not`. [`HELP`] describes all of it. A log is full of colons, slashes and minus signs, so text that is not clearly
//! a field stays a word (`C:\icm`, `12:30:01`, `http://x`), and a likely mistake is an error with its place, never a
//! filter that silently finds nothing. A word may be quoted to be safe: `"and"`, `"-Xmx512m"`.
//!
//! `-word` is `not word`, but `-17` and `->` are words. A field that a message does not have equals nothing, so
//! `session!=x` matches it, as `not session=x` does. Spaces, parentheses and quotes end a word.
//!
//! `lexer.rs` cuts the text into tokens, `parser.rs` builds a tree, `terms.rs` makes a test of each term, and
//! `eval.rs` evaluates the tree for a message. All regexes are compiled before the first message.
//!
//! The language does not know time, does not rank, and does not return the place of a match.

mod complete;
mod error;
mod eval;
mod lexer;
mod names;
mod parser;
mod query;
mod subject;
mod terms;
#[cfg(test)]
mod tests;

pub use complete::{Completion, complete};
pub use error::QueryError;
pub use query::{HELP, Query, names};
pub use subject::{Field, Needs, Subject};
