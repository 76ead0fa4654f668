//! A filter as a tree of tests, and its evaluation.
//!
//! No test has a side effect, so the parts of an `and` or an `or` are evaluated in the order of their cost, not in
//! the order in which they were written: a level is a bit, the text of a message may have to be decoded and searched.

use std::borrow::Cow;
use std::cell::OnceCell;

use regex::bytes::Regex;

use super::subject::{Field, Needs, Subject};
use spoglight_parsers::Level;

/// A part of a filter.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// All of these; an empty list matches every message.
    All(Vec<Node>),
    /// At least one of these.
    Any(Vec<Node>),
    /// The opposite of this.
    Not(Box<Node>),
    /// One test.
    Is(Test),
}

/// One test of a message.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// The level is one of these.
    Level(LevelSet),
    /// A field matches.
    Field(Field, Pattern),
    /// The id of a finding matches.
    Finding(Pattern),
    /// The text matches.
    Text(Regex, TextMatch),
}

/// Origin of a regex for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextMatch {
    /// A word or a phrase: it does not depend on the text around it.
    Plain,
    /// A regex of the user.
    Written,
}

/// Condition for the value of a field.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// The field is present and not empty.
    Present,
    /// The regex matches in the value.
    Fits(Regex),
}

/// A set of levels, a bit for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct LevelSet(u16);

/// A message during the evaluation: its text is fetched at most once.
pub(super) struct Sight<'a> {
    subject: &'a dyn Subject,
    text: OnceCell<Cow<'a, [u8]>>,
}

impl Default for Node {
    fn default() -> Node {
        Node::All(Vec::new())
    }
}

impl Node {
    /// All of these nodes, cheap ones first.
    pub(super) fn all(nodes: Vec<Node>) -> Node {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Node::joined(flat, Node::All)
    }

    /// At least one of these nodes, cheap ones first.
    pub(super) fn any(nodes: Vec<Node>) -> Node {
        let mut flat = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Node::joined(flat, Node::Any)
    }

    fn joined(mut nodes: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Node {
        nodes.sort_by_key(Node::cost);
        match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                join(nodes)
            }
        }
    }

    /// The opposite of this node.
    pub(super) fn negated(self) -> Node {
        match self {
            Node::Not(inner) => *inner,
            Node::Is(Test::Level(levels)) => Node::Is(Test::Level(levels.others())),
            other => Node::Not(Box::new(other)),
        }
    }

    /// Rank of the cost of this node: that of its most expensive test.
    fn cost(&self) -> u8 {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().map(Node::cost).max().unwrap_or(0),
            Node::Not(inner) => inner.cost(),
            Node::Is(Test::Level(_)) => 0,
            Node::Is(Test::Field(field, _)) if !field.is_parsed() => 1,
            Node::Is(Test::Finding(_)) => 2,
            Node::Is(Test::Field(..)) => 3,
            Node::Is(Test::Text(..)) => 4,
        }
    }

    pub(super) fn is_all(&self) -> bool {
        matches!(self, Node::All(nodes) if nodes.is_empty())
    }

    pub(super) fn add_needs(&self, needs: &mut Needs) {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| node.add_needs(needs)),
            Node::Not(inner) => inner.add_needs(needs),
            Node::Is(Test::Level(_)) => {}
            Node::Is(Test::Field(field, _)) => needs.parsed |= field.is_parsed(),
            Node::Is(Test::Finding(_)) => needs.findings = true,
            Node::Is(Test::Text(..)) => needs.text = true,
        }
    }

    /// A word or a phrase that every matching text contains.
    pub(super) fn needle(&self) -> Option<&Regex> {
        match self {
            Node::All(nodes) => nodes.iter().find_map(Node::needle),
            Node::Is(Test::Text(regex, TextMatch::Plain)) => Some(regex),
            _ => None,
        }
    }

    pub(super) fn fits(&self, sight: &Sight<'_>) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.fits(sight)),
            Node::Any(nodes) => nodes.iter().any(|node| node.fits(sight)),
            Node::Not(inner) => !inner.fits(sight),
            Node::Is(test) => test.fits(sight),
        }
    }
}

impl Test {
    fn fits(&self, sight: &Sight<'_>) -> bool {
        match self {
            Test::Level(levels) => levels.contain(sight.subject.level()),
            Test::Field(field, pattern) => {
                sight.subject.field(*field).is_some_and(|value| pattern.fits(&value))
            }
            Test::Finding(pattern) => sight.subject.findings().iter().any(|id| pattern.fits(id.as_bytes())),
            Test::Text(regex, _) => regex.is_match(sight.text()),
        }
    }
}

impl Pattern {
    fn fits(&self, value: &[u8]) -> bool {
        match self {
            Pattern::Present => !value.is_empty(),
            Pattern::Fits(regex) => regex.is_match(value),
        }
    }
}

impl LevelSet {
    /// The levels for which `fits` holds.
    pub(super) fn those(fits: impl Fn(Level) -> bool) -> LevelSet {
        LevelSet(Level::ALL.into_iter().filter(|level| fits(*level)).fold(0, |bits, level| bits | bit(level)))
    }

    fn others(self) -> LevelSet {
        LevelSet(!self.0)
    }

    fn contain(self, level: Level) -> bool {
        self.0 & bit(level) != 0
    }
}

fn bit(level: Level) -> u16 {
    1 << level.index()
}

impl<'a> Sight<'a> {
    pub(super) fn new(subject: &'a dyn Subject) -> Sight<'a> {
        Sight { subject, text: OnceCell::new() }
    }

    fn text(&self) -> &[u8] {
        self.text.get_or_init(|| self.subject.text())
    }
}
