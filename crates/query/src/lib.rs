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

mod build;
pub mod complete;
mod error;
mod eval;
mod lexer;
mod names;
mod parser;
mod terms;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use spoglight_parsers::Level;

pub use error::QueryError;
use eval::{Node, Sight};

/// The language, for `--help`.
pub const HELP: &str = r#"Filters:
  timeout PKIX           both words, anywhere in a message and the lines below it, in any case
  "connection reset"     a phrase; inside it \" is a quote and \\ a backslash
  /port \d+/i            a regex, \/ is a slash in it; with i in any case
  level>=warn            warn or graver; also > < <= : = !=
  level:none             no level is written; level:unknown: one that is not known
  host:pcce              the field contains it; host=pcceadsa and host!=pcceadsa: all of the field
  class:*.SSL*           * and ? in a word stand for any characters, and the word for all of the field
  source:/ads\d/         the field has a part that the regex fits; with = all of it
  session:*              the field is there
  finding:tls-*          a signature whose name fits was found in the message
  a b or not (c or d)    not goes before and, and before or; and may be left out; -a and !a are not a

Fields: host source process format thread class method session pid level finding
Levels: fatal error warn info perf dbquery debug trace
What stands in quotes is text: "and" "-Xmx512m" "level:" "/var/log" "close()""#;

/// A filter, ready to be asked. It can be shared by threads; a clone for each is faster.
#[derive(Debug, Clone, Default)]
pub struct Query {
    root: Node,
}

/// What of a message a filter looks at, besides its level and where it comes from: others need not be worked out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Needs {
    /// A field that only a parsed line has: thread, class, method, session or pid.
    pub parsed: bool,
    /// The text of the message.
    pub text: bool,
    /// The signatures that hit in it.
    pub findings: bool,
}

/// A field of a message, other than its level and its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The server.
    Host,
    /// Name of the log file.
    Source,
    /// The program that wrote it.
    Process,
    /// Name of the format of the log.
    Format,
    /// Thread, by name or number.
    Thread,
    /// Class, logger or component.
    Class,
    /// Method or function.
    Method,
    /// Session, call or request.
    Session,
    /// Number of the process.
    Pid,
}

/// What can stand before an operator in a filter, lower case.
pub fn names() -> impl Iterator<Item = &'static str> {
    names::Name::all().map(names::Name::text)
}

impl Field {
    /// All fields, in the order in which they are told to a user.
    pub const ALL: [Field; 9] = [
        Field::Host,
        Field::Source,
        Field::Process,
        Field::Format,
        Field::Thread,
        Field::Class,
        Field::Method,
        Field::Session,
        Field::Pid,
    ];

    /// Name in a filter, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Field::Host => "host",
            Field::Source => "source",
            Field::Process => "process",
            Field::Format => "format",
            Field::Thread => "thread",
            Field::Class => "class",
            Field::Method => "method",
            Field::Session => "session",
            Field::Pid => "pid",
        }
    }

    /// Whether the line must be parsed for it. The others are the same for the whole source.
    pub fn is_parsed(self) -> bool {
        match self {
            Field::Host | Field::Source | Field::Process | Field::Format => false,
            Field::Thread | Field::Class | Field::Method | Field::Session | Field::Pid => true,
        }
    }
}

/// What a filter is asked about: a message.
pub trait Subject {
    /// How grave it is.
    fn level(&self) -> Level;

    /// The whole message with the lines below it, as UTF-8 as far as it could be decoded. Asked at most once for each
    /// [`Query::matches`], and only if [`Needs::text`].
    fn text(&self) -> Cow<'_, [u8]>;

    /// A field, if the message has it.
    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>>;

    /// Ids of the signatures that hit in it.
    fn findings(&self) -> &[&str];
}

impl Query {
    /// Reads a filter. One without any term is [`Query::all`].
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        match parser::parse(text) {
            Ok(root) => Ok(Query { root }),
            Err(fault) => Err(QueryError { query: text.to_owned(), at: fault.at, what: fault.what }),
        }
    }

    /// The filter that every message passes.
    pub fn all() -> Query {
        Query::default()
    }

    /// Whether the message passes.
    pub fn matches(&self, event: &dyn Subject) -> bool {
        self.root.fits(&Sight::of(event))
    }

    /// Whether every message passes, because there is no term.
    pub fn is_all(&self) -> bool {
        self.root.is_all()
    }

    /// A word or a phrase that stands in the text of every message that passes, if there is one: a whole block can be
    /// searched for it before its messages are asked one by one.
    pub fn needle(&self) -> Option<&regex::bytes::Regex> {
        self.root.needle()
    }

    /// What must be known of a message to ask this filter about it.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        self.root.add_needs(&mut needs);
        needs
    }
}
