//! Constructors of filters for programs: no text is quoted and parsed, so a value may hold anything.

use regex::bytes::{Regex, RegexBuilder};

use super::error::QueryError;
use super::eval::{Node, Pattern, Test, TextMatch};
use super::query::Query;
use super::subject::Field;
use super::terms::{self, REGEX};
use spoglight_parsers::Level;

impl Query {
    /// Passes messages whose `field` equals `value` in any case. Fails if `value` is too long for a regex.
    pub fn field_is(field: Field, value: &str) -> Result<Query, QueryError> {
        let pattern = format!(r"\A(?:{})\z", regex::escape(value));
        let regex = compile(&pattern, value)?;
        Ok(Query { root: Node::Is(Test::Field(field, Pattern::Fits(regex))) })
    }

    /// Passes messages of exactly this level.
    pub fn level_is(level: Level) -> Query {
        Query { root: terms::exactly(level) }
    }

    /// Passes messages of `level` or a more severe one; never those without a level or with an unknown one.
    pub fn level_at_least(level: Level) -> Query {
        Query { root: terms::at_least(level) }
    }

    /// Passes messages that contain `text` in any case. Fails if `text` is too long for a regex.
    pub fn contains(text: &str) -> Result<Query, QueryError> {
        let regex = compile(&regex::escape(text), text)?;
        Ok(Query { root: Node::Is(Test::Text(regex, TextMatch::Plain)) })
    }

    /// Passes messages in which the regex `pattern` matches in any case. Fails if it is not a valid regex or too large.
    pub fn contains_match(pattern: &str) -> Result<Query, QueryError> {
        let regex = compile(pattern, pattern)?;
        Ok(Query { root: Node::Is(Test::Text(regex, TextMatch::Written)) })
    }

    /// Passes messages that pass both filters.
    #[must_use]
    pub fn and(self, other: Query) -> Query {
        Query { root: Node::all(vec![self.root, other.root]) }
    }
}

/// The filter that passes exactly the messages which this one does not.
impl std::ops::Not for Query {
    type Output = Query;

    fn not(self) -> Query {
        Query { root: self.root.negated() }
    }
}

/// Compiles a regex that ignores case; an error points at all of `written`.
fn compile(pattern: &str, written: &str) -> Result<Regex, QueryError> {
    let built = RegexBuilder::new(pattern).case_insensitive(true).size_limit(REGEX).build();
    built.map_err(|error| QueryError {
        query: written.to_owned(),
        at: 0..written.len(),
        what: terms::fault_of(&error),
    })
}
