//! Builds the tree of a filter from its tokens: `not` before `and` before `or`; terms without an operator between
//! them are joined by `and`.
//!
//! The parser is recursive for parentheses, and every term is compiled, so both are limited.

use std::ops::Range;

use super::eval::Node;
use super::lexer::{self, Fault, Term, Token, TokenKind, Value};
use super::terms;

/// Maximum depth of parentheses.
const DEPTH: usize = 64;

/// Maximum number of terms.
const TERMS: usize = 256;

/// Maximum number of regexes of the user. Each can take some megabytes; those of words are small.
const REGEXES: usize = 32;

/// Maximum length in bytes; a long regex takes much memory before it is checked.
const LENGTH: usize = 16 << 10;

/// Parses a filter.
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
        // every other token is part of a term or joins two
        Some(token) => Err(unexpected_close(token.at)),
        None => Ok(root),
    }
}

struct Parser<'q> {
    text: &'q str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token<'q>>>,
    /// Place of the token before the next one, if a term must follow it.
    last: Option<Range<usize>>,
    /// Number of open parentheses.
    depth: usize,
    terms: usize,
    regexes: usize,
}

impl Parser<'_> {
    /// Terms joined by `or`.
    fn any(&mut self) -> Result<Node, Fault> {
        let mut nodes = vec![self.all()?];
        while self.took(|kind| matches!(kind, TokenKind::Or)) {
            nodes.push(self.all()?);
        }
        Ok(Node::any(nodes))
    }

    /// Terms joined by `and` or by nothing.
    fn all(&mut self) -> Result<Node, Fault> {
        let mut nodes = vec![self.one()?];
        let goes_on =
            |kind: &TokenKind<'_>| matches!(kind, TokenKind::Not | TokenKind::Open | TokenKind::Term(_));
        while self.took(|kind| matches!(kind, TokenKind::And))
            || self.tokens.peek().is_some_and(|token| goes_on(&token.kind))
        {
            nodes.push(self.one()?);
        }
        Ok(Node::all(nodes))
    }

    /// A term or a group, after any number of `not`.
    fn one(&mut self) -> Result<Node, Fault> {
        let mut is_negated = false;
        while self.took(|kind| matches!(kind, TokenKind::Not)) {
            is_negated = !is_negated;
        }
        let starts = |token: &Token<'_>| matches!(token.kind, TokenKind::Open | TokenKind::Term(_));
        let node = match self.tokens.next_if(starts) {
            Some(Token { kind: TokenKind::Term(term), at }) => {
                self.count(&term, &at)?;
                terms::test(term, at.start)?
            }
            Some(Token { at, .. }) => self.group(at)?,
            None => return Err(self.missing()),
        };
        Ok(if is_negated { node.negated() } else { node })
    }

    /// Counts a term; an error if the limit is exceeded.
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

    /// The content of parentheses, of which the first is at `open`.
    fn group(&mut self, open: Range<usize>) -> Result<Node, Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Fault::new(open, format!("parentheses may be nested {DEPTH} deep at most")));
        }
        self.last = None;
        match self.tokens.peek() {
            None => return Err(unclosed(open)),
            Some(Token { kind: TokenKind::Close, at }) => {
                let what = "these parentheses are empty; quote them to search for the text";
                return Err(Fault::new(open.start..at.end, what));
            }
            Some(_) => {}
        }
        let node = self.any()?;
        self.depth -= 1;
        // only a closing parenthesis ends the loop of `any` inside a filter
        self.tokens.next().map(|_| node).ok_or_else(|| unclosed(open))
    }

    /// Takes the next token if it matches, and remembers it, because a term must follow.
    fn took(&mut self, is: impl Fn(&TokenKind<'_>) -> bool) -> bool {
        let token = self.tokens.next_if(|token| is(&token.kind));
        let took = token.is_some();
        if let Some(token) = token {
            self.last = Some(token.at);
        }
        took
    }

    /// Why a term is missing here.
    fn missing(&mut self) -> Fault {
        let next = self.tokens.next();
        let (place, at) = match (self.last.take(), next) {
            (Some(at), _) => ("after", at),
            (None, Some(Token { kind: TokenKind::Close, at })) => return unexpected_close(at),
            (None, Some(token)) => ("before", token.at),
            (None, None) => ("in", 0..self.text.len()),
        };
        let written = self.text.get(at.clone()).unwrap_or_default();
        Fault::new(at, format!("a term is missing {place} `{written}`; quote it to search for the text"))
    }
}

fn unclosed(open: Range<usize>) -> Fault {
    Fault::new(open, "this parenthesis is not closed; quote it to search for the text")
}

fn unexpected_close(at: Range<usize>) -> Fault {
    Fault::new(at, "no parenthesis is open here; quote it to search for the text")
}
