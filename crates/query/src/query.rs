//! [`Query`]: a parsed filter.

use spoglight_parsers::Level;

use super::error::QueryError;
use super::eval::{Node, Sight};
use super::names::Name;
use super::subject::{Needs, Subject};
use super::{parser, terms};

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

/// Names that an operator can follow in a filter, in lower case.
pub fn names() -> impl Iterator<Item = &'static str> {
    Name::all().map(Name::text)
}

/// A parsed filter. Threads can share it; a clone for each thread is faster.
#[derive(Debug, Clone, Default)]
pub struct Query {
    root: Node,
}

impl Query {
    /// Parses a filter. One without any term is [`Query::all`].
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        match parser::parse(text) {
            Ok(root) => Ok(Query { root }),
            Err(fault) => Err(QueryError { query: text.to_owned(), at: fault.at, what: fault.what }),
        }
    }

    /// The filter that every message matches.
    pub fn all() -> Query {
        Query::default()
    }

    /// The filter for messages that match both.
    #[must_use]
    pub fn and(self, other: Query) -> Query {
        Query { root: Node::all(vec![self.root, other.root]) }
    }

    /// The filter for messages at `level` or more severe. A message without a level, or with an unknown one, never
    /// matches.
    pub fn level_at_least(level: Level) -> Query {
        Query { root: terms::at_least(level) }
    }

    /// Returns whether the message matches.
    pub fn matches(&self, event: &dyn Subject) -> bool {
        self.root.fits(&Sight::of(event))
    }

    /// Returns whether every message matches, because there is no term.
    pub fn is_all(&self) -> bool {
        self.root.is_all()
    }

    /// A regex for a word or a phrase that the text of every matching message contains, if there is one: a whole
    /// block can be searched for it before its messages are tested.
    pub fn needle(&self) -> Option<&regex::bytes::Regex> {
        self.root.needle()
    }

    /// The parts of a message that this filter needs.
    pub fn needs(&self) -> Needs {
        let mut needs = Needs::default();
        self.root.add_needs(&mut needs);
        needs
    }
}
