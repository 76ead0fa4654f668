//! The filter language: which messages a user wants to see, in one line of text.
//!
//! It looks like the search box of a mail program, because that is what most people have typed into before: words, a
//! few fields, `and`, `or`, `not`. [`HELP`] has all of it. A log is full of colons, slashes and minus signs, so what
//! is not surely a field stays a word (`C:\icm`, `12:30:01`, `http://x`), and what looks like a mistake is an error
//! with its place, never a filter that quietly finds nothing. A word may be quoted to be safe: `"and"`, `"-Xmx512m"`.
//!
//! `-word` is `not word`, but `-17` and `->` are words. A field that a message does not have equals nothing, so
//! `session!=x` passes it, as `not session=x` does. Blanks, parentheses and quotes end a word.
//!
//! `lexer.rs` cuts the text into tokens, `parser.rs` gives them their order, `terms.rs` makes a test of each term, and
//! `eval.rs` asks a message. All regexes are compiled before the first message is seen.
//!
//! It does not know time, does not rank, and says nothing about where in a message a term was found.

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
