//! Gives the tokens of a filter their order: `not` before `and` before `or`, and what stands side by side is `and`.
//!
//! The parser calls itself for each parenthesis, and every term is compiled, so there are limits to both.

use std::ops::Range;

use super::eval::Node;
use super::lexer::{self, Fault, Kind, Term, Token, Value};
use super::terms;

/// Parentheses inside each other.
const DEPTH: usize = 64;

/// Terms of a filter.
const TERMS: usize = 256;

/// Regexes that the user wrote. Each can be some megabytes; those of words are as small as the words.
const REGEXES: usize = 32;

/// Bytes of a filter; a regex of them can be large before anybody counts it.
const LENGTH: usize = 16 << 10;

/// The tree of a filter.
pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > LENGTH {
        let at = text.floor_char_boundary(LENGTH)..text.len();
        return Err(Fault::new(at, format!("a filter has at most {LENGTH} bytes")));
    }
    let tokens = lexer::tokens(text)?.into_iter().peekable();
    let mut parser = Parser { text, tokens, last: None, depth: 0, terms: 0, regexes: 0 };
    if parser.tokens.peek().is_none() {
        return Ok(Node::default());
    }
    let root = parser.any()?;
    match parser.tokens.next() {
        // everything else is part of a term or joins two
        Some(token) => Err(unexpected_close(token.at)),
        None => Ok(root),
    }
}

struct Parser<'q> {
    text: &'q str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'q>>>,
    /// Place of the token before the next one, if that asks for a term.
    last: Option<Range<usize>>,
    /// Parentheses that are open.
    depth: usize,
    terms: usize,
    regexes: usize,
}

impl Parser<'_> {
    /// Terms with `or` between them.
    fn any(&mut self) -> Result<Node, Fault> {
        let mut nodes = vec![self.all()?];
        while self.took(|kind| matches!(kind, Kind::Or)) {
            nodes.push(self.all()?);
        }
        Ok(Node::any(nodes))
    }

    /// Terms with `and` or nothing between them.
    fn all(&mut self) -> Result<Node, Fault> {
        let mut nodes = vec![self.one()?];
        let goes_on = |kind: &Kind<'_>| matches!(kind, Kind::Not | Kind::Open | Kind::Term(_));
        while self.took(|kind| matches!(kind, Kind::And))
            || self.tokens.peek().is_some_and(|token| goes_on(&token.kind))
        {
            nodes.push(self.one()?);
        }
        Ok(Node::all(nodes))
    }

    /// A term or a group, with any number of `not` before it.
    fn one(&mut self) -> Result<Node, Fault> {
        let mut is_negated = false;
        while self.took(|kind| matches!(kind, Kind::Not)) {
            is_negated = !is_negated;
        }
        let starts = |token: &Token<'_>| matches!(token.kind, Kind::Open | Kind::Term(_));
        let node = match self.tokens.next_if(starts) {
            Some(Token { kind: Kind::Term(term), at }) => {
                self.count(&term, &at)?;
                terms::test(term, at.start)?
            }
            Some(Token { at, .. }) => self.group(at)?,
            None => return Err(self.missing()),
        };
        Ok(if is_negated { node.negated() } else { node })
    }

    /// Counts a term, if it is not one too many.
    fn count(&mut self, term: &Term<'_>, at: &Range<usize>) -> Result<(), Fault> {
        self.terms += 1;
        self.regexes += usize::from(matches!(term.value, Value::Regex { .. }));
        for (count, most, what) in [(self.terms, TERMS, "terms"), (self.regexes, REGEXES, "regexes")] {
            if count > most {
                return Err(Fault::new(at.clone(), format!("a filter has at most {most} {what}")));
            }
        }
        Ok(())
    }

    /// What stands between parentheses, of which the first is at `open`.
    fn group(&mut self, open: Range<usize>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Fault::new(open, format!("parentheses go at most {DEPTH} deep")));
        }
        self.last = None;
        match self.tokens.peek() {
            None => return Err(unclosed(open)),
            Some(Token { kind: Kind::Close, at }) => {
                let what = "there is nothing between these parentheses; as text they go into quotes";
                return Err(Fault::new(open.start..at.end, what));
            }
            Some(_) => {}
        }
        let node = self.any()?;
        self.depth -= 1;
        // nothing but a closing one ends the loop of `any` inside a filter
        self.tokens.next().map(|_| node).ok_or_else(|| unclosed(open))
    }

    /// Takes the next token if it is such a one. It is remembered, because a term must follow.
    fn took(&mut self, is: impl Fn(&Kind<'_>) -> bool) -> bool {
        let token = self.tokens.next_if(|token| is(&token.kind));
        let took = token.is_some();
        if let Some(token) = token {
            self.last = Some(token.at);
        }
        took
    }

    /// Why there is no term here.
    fn missing(&mut self) -> Fault {
        let next = self.tokens.next();
        let (place, at) = match (self.last.take(), next) {
            (Some(at), _) => ("after", at),
            (None, Some(Token { kind: Kind::Close, at })) => return unexpected_close(at),
            (None, Some(token)) => ("before", token.at),
            (None, None) => ("in", 0..self.text.len()),
        };
        let written = self.text.get(at.clone()).unwrap_or_default();
        Fault::new(at, format!("{place} `{written}` a term is missing; as text it goes into quotes"))
    }
}

fn unclosed(open: Range<usize>) -> Fault {
    Fault::new(open, "this parenthesis is not closed; as text it goes into quotes")
}

fn unexpected_close(at: Range<usize>) -> Fault {
    Fault::new(at, "no parenthesis is open here; as text it goes into quotes")
}
