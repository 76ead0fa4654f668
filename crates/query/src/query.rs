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
  level>=warn            warn or more severe; also > < <= : = !=
  level:none             no level; level:unknown: an unknown one
  host:pcce              the field contains it; host=pcceadsa and host!=pcceadsa: the whole field
  class:*.SSL*           wildcards: * is any characters, ? is one; the word is the whole field
  source:/ads\d/         the regex matches in the field; with = the whole field
  session:*              the field is present
  finding:tls-*          a signature with such a name was found in the message
  a b or not (c or d)    not binds before and, and before or; and may be omitted; -a and !a mean not a

Fields: host source process format thread class method session pid level finding
Levels: fatal error warn info perf dbquery debug trace
Quoted text is literal: "and" "-Xmx512m" "level:" "/var/log" "close()""#;

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
        self.root.fits(&Sight::new(event))
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
