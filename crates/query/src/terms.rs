//! Makes a test of each term of a filter.
//!
//! Words, phrases and wildcards become regexes: the regex engine folds case by Unicode, also in text that is not all
//! UTF-8, and finds a plain word by SIMD.

use std::ops::Range;

use regex::bytes::{Regex, RegexBuilder};

use super::eval::{LevelSet, Node, Pattern, Test, TextMatch};
use super::lexer::{Fault, Operator, Term, Value};
use super::names::Name;
use super::subject::Field;
use spoglight_parsers::Level;

/// Maximum size of a compiled regex in bytes; a larger one is an error. `\w{64}` fits.
const REGEX: usize = 4 << 20;

/// The test of a term. `start` is the start of the term.
pub(super) fn test(term: Term<'_>, start: usize) -> Result<Node, Fault> {
    let (value, at) = (term.value, term.at);
    let Some((name, operator)) = term.subject else {
        let kind = if value.literal().is_some() { TextMatch::Plain } else { TextMatch::Written };
        return Ok(Node::Is(Test::Text(value.text(at)?, kind)));
    };
    if name == Name::Level {
        return level(operator, &value, at);
    }
    let (is_whole, is_negated) = match operator {
        // a number must not match inside a longer number
        Operator::Has => (name == Name::Of(Field::Pid) && value.is_number(), false),
        Operator::Is => (true, false),
        Operator::IsNot => (true, true),
        Operator::AtLeast | Operator::Above | Operator::AtMost | Operator::Below => {
            let what =
                format!("only `level` has this operator; use `:`, `=` or `!=` after `{}`", name.text());
            return Err(Fault::new(start..at.start, what));
        }
    };
    let pattern = value.pattern(is_whole, at)?;
    let node = Node::Is(match name {
        Name::Of(field) => Test::Field(field, pattern),
        Name::Finding | Name::Level => Test::Finding(pattern),
    });
    Ok(if is_negated { node.negated() } else { node })
}

/// The test for messages at `level` or more severe.
pub(super) fn at_least(level: Level) -> Node {
    levels(|one| is_graded(one) && one <= level)
}

fn level(operator: Operator, value: &Value<'_>, at: Range<usize>) -> Result<Node, Fault> {
    let Some(word) = value.literal() else {
        return Err(Fault::new(at, format!("a level is a word: {}", level_names())));
    };
    match operator {
        Operator::Has | Operator::Is if word == "*" => return Ok(levels(|one| one != Level::None)),
        Operator::IsNot if word == "*" => return Ok(levels(|one| one == Level::None)),
        _ => {}
    }
    let named = Level::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(word));
    let level = named.unwrap_or_else(|| Level::from_word(word.as_bytes()));
    if named.is_none() && level == Level::Unknown {
        return Err(Fault::new(at, format!("no level is called `{word}`; levels: {}", level_names())));
    }
    let fits: fn(Level, Level) -> bool = match operator {
        Operator::Has | Operator::Is => return Ok(levels(|one| one == level)),
        Operator::IsNot => return Ok(levels(|one| one != level)),
        Operator::AtLeast => |one, level| one <= level,
        Operator::Above => |one, level| one < level,
        Operator::AtMost => |one, level| one >= level,
        Operator::Below => |one, level| one > level,
    };
    if !is_graded(level) {
        let what = format!("`{word}` has no rank; use `:`, `=` or `!=` after `level`");
        return Err(Fault::new(at, what));
    }
    Ok(levels(|one| is_graded(one) && fits(one, level)))
}

fn levels(fits: impl Fn(Level) -> bool) -> Node {
    Node::Is(Test::Level(LevelSet::those(fits)))
}

/// Returns whether the level has a rank.
fn is_graded(level: Level) -> bool {
    !matches!(level, Level::Unknown | Level::None)
}

fn level_names() -> String {
    Level::ALL.map(Level::name).join(", ")
}

impl Value<'_> {
    /// The text of a word or phrase.
    fn literal(&self) -> Option<&str> {
        match self {
            Value::Word(word) => Some(word),
            Value::Phrase(phrase) => Some(phrase),
            Value::Regex { .. } => None,
        }
    }

    fn is_number(&self) -> bool {
        self.literal().is_some_and(|text| text.bytes().all(|one| one.is_ascii_digit()))
    }

    /// The regex for a text.
    fn text(self, at: Range<usize>) -> Result<Regex, Fault> {
        match self {
            Value::Word(word) => compile(&regex::escape(word), true, at),
            Value::Phrase(phrase) => compile(&regex::escape(&phrase), true, at),
            Value::Regex { pattern, any_case } => compile(pattern, any_case, at),
        }
    }

    /// The condition for a field: it contains this value, or it is this value as a whole.
    fn pattern(self, is_whole: bool, at: Range<usize>) -> Result<Pattern, Fault> {
        let (pattern, any_case, is_whole) = match self {
            Value::Word(word) if word.bytes().all(|one| one == b'*') => return Ok(Pattern::Present),
            Value::Word(word) if word.contains(['*', '?']) => (wildcards(word), true, true),
            Value::Word(word) => (regex::escape(word), true, is_whole),
            Value::Phrase(phrase) => (regex::escape(&phrase), true, is_whole),
            Value::Regex { pattern, any_case } => (pattern.to_owned(), any_case, is_whole),
        };
        // compiled alone first: inside a group an invalid regex could become valid, or fail for another reason
        let part = compile(&pattern, any_case, at.clone())?;
        if !is_whole {
            return Ok(Pattern::Fits(part));
        }
        // a regex that ends in a comment swallows the end of the group; a line end ends the comment
        compile(&format!(r"\A(?:{pattern})\z"), any_case, at.clone())
            .or_else(|_| compile(&format!("\\A(?:{pattern}\n)\\z"), any_case, at))
            .map(Pattern::Fits)
    }
}

/// The regex of a word with wildcards. `*` may match bytes that are not UTF-8, `?` matches one character.
fn wildcards(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 16);
    for part in word.split_inclusive(['*', '?']) {
        let literal = part.trim_end_matches(['*', '?']);
        pattern.push_str(&regex::escape(literal));
        pattern.push_str(match part.as_bytes().last() {
            Some(b'*') => "(?s-u:.*)",
            Some(b'?') => "(?s:.)",
            _ => "",
        });
    }
    pattern
}

fn compile(pattern: &str, any_case: bool, at: Range<usize>) -> Result<Regex, Fault> {
    RegexBuilder::new(pattern).case_insensitive(any_case).size_limit(REGEX).build().map_err(|error| {
        let what = match error {
            regex::Error::CompiledTooBig(_) => "this regex is too large".to_owned(),
            other => format!("this regex is invalid: {}", reason(&other.to_string())),
        };
        Fault::new(at, what)
    })
}

/// The reason at the end of an error of the regex crate, which draws its own carets before it.
fn reason(error: &str) -> &str {
    let last = error.lines().next_back().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last)
}
