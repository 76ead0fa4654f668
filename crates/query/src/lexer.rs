//! Cuts a filter into tokens.
//!
//! Spaces, parentheses and quotes end a word. A slash is special only at the start of a regex, and a backslash is an
//! ordinary character, because paths and addresses are words. The text before an operator is a field only if it is
//! letters alone and the name of a field.

use std::ops::Range;

use super::names::Name;

/// An error and its place.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: Range<usize>,
    pub(super) what: String,
}

impl Fault {
    pub(super) fn new(at: Range<usize>, what: impl Into<String>) -> Fault {
        Fault { at, what: what.into() }
    }
}

/// A token and its place.
#[derive(Debug)]
pub(super) struct Token<'q> {
    pub(super) kind: TokenKind<'q>,
    pub(super) at: Range<usize>,
}

#[derive(Debug)]
pub(super) enum TokenKind<'q> {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(Term<'q>),
}

/// A word, phrase or regex, alone or after a field.
#[derive(Debug)]
pub(super) struct Term<'q> {
    /// Field and operator of the value; `None` for the text.
    pub(super) subject: Option<(Name, Operator)>,
    pub(super) value: Value<'q>,
    /// Place of the value.
    pub(super) at: Range<usize>,
}

#[derive(Debug)]
pub(super) enum Value<'q> {
    Word(&'q str),
    Phrase(String),
    Regex { pattern: &'q str, any_case: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Has,
    Is,
    IsNot,
    AtLeast,
    Above,
    AtMost,
    Below,
}

/// Operators; one that begins with another comes first. `==` is a habit of programmers.
const OPERATORS: [(&str, Operator); 8] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("!=", Operator::IsNot),
    ("==", Operator::Is),
    (">", Operator::Above),
    ("<", Operator::Below),
    (":", Operator::Has),
    ("=", Operator::Is),
];

/// The tokens of `text`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'q> {
    text: &'q str,
    at: usize,
}

impl<'q> Lexer<'q> {
    fn rest(&self) -> &'q str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn token(&mut self) -> Result<Option<Token<'q>>, Fault> {
        self.at = self.text.len() - self.rest().trim_start().len();
        let start = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(None) };
        let sign = match first {
            '(' => Some(TokenKind::Open),
            ')' => Some(TokenKind::Close),
            '-' | '!' if negates(self.rest()) => Some(TokenKind::Not),
            _ => None,
        };
        let kind = if let Some(kind) = sign {
            self.at += 1;
            kind
        } else {
            let subject = self.field()?;
            self.term(subject, start)?
        };
        Ok(Some(Token { kind, at: start..self.at }))
    }

    /// A field and its operator, if they are next.
    fn field(&mut self) -> Result<Option<(Name, Operator)>, Fault> {
        let rest = self.rest();
        let letters = rest.find(|one: char| !one.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(letters);
        let at = self.at..self.at + letters;
        if word.is_empty() {
            return Ok(None);
        }
        let Some((written, operator)) = operator(behind) else {
            // `level >= warn` would be three words, which is never meant
            return match (Name::find(word), operator(behind.trim_start())) {
                (Some(_), Some((written, _))) => {
                    let end = self.text.len() - behind.trim_start().len() + written.len();
                    let what =
                        format!("remove the spaces around `{written}`; if `{word}` is a word, quote it");
                    Err(Fault::new(at.start..end, what))
                }
                _ => Ok(None),
            };
        };
        if let Some(name) = Name::find(word) {
            self.at += letters + written.len();
            return Ok(Some((name, operator)));
        }
        let Some(near) = Name::near(word) else { return Ok(None) };
        let names: Vec<&str> = Name::all().map(Name::text).collect();
        let (near, names) = (near.text(), names.join(", "));
        let what =
            format!("no field is called `{word}`; did you mean `{near}`? Fields: {names}; quote a word");
        Err(Fault::new(at, what))
    }

    /// A value, or a keyword. `start` is the start of the field.
    fn term(&mut self, subject: Option<(Name, Operator)>, start: usize) -> Result<TokenKind<'q>, Fault> {
        let from = self.at;
        let value = match self.rest().chars().next() {
            Some('"') => Value::Phrase(self.phrase()?),
            Some('/') => self.regex()?,
            _ => Value::Word(self.word()),
        };
        match (&value, subject) {
            (Value::Word(""), _) => {
                let before = self.text.get(start..from).unwrap_or_default();
                Err(Fault::new(start..from, format!("a value is missing after `{before}`")))
            }
            (Value::Word(word), None) if word.eq_ignore_ascii_case("and") => Ok(TokenKind::And),
            (Value::Word(word), None) if word.eq_ignore_ascii_case("or") => Ok(TokenKind::Or),
            (Value::Word(word), None) if word.eq_ignore_ascii_case("not") => Ok(TokenKind::Not),
            _ => Ok(TokenKind::Term(Term { subject, value, at: from..self.at })),
        }
    }

    fn word(&mut self) -> &'q str {
        let rest = self.rest();
        let ends = |one: char| one.is_whitespace() || matches!(one, '(' | ')' | '"');
        let (word, _) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        self.at += word.len();
        word
    }

    fn phrase(&mut self) -> Result<String, Fault> {
        let start = self.at;
        let mut phrase = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((place, one)) = chars.next() {
            match one {
                '"' if phrase.is_empty() => {
                    return Err(Fault::new(start..start + place + 1, "these quotes are empty"));
                }
                '"' => {
                    self.at = start + place + 1;
                    return Ok(phrase);
                }
                // any other backslash is itself, so that a path need not be changed
                '\\' => phrase.push(
                    chars.next_if(|(_, next)| matches!(next, '"' | '\\')).map_or('\\', |(_, next)| next),
                ),
                _ => phrase.push(one),
            }
        }
        let what = if self.text.trim_end().ends_with("\\\"") {
            "this quote is not closed: inside, `\\\"` is a quote; write a backslash before the closing quote as `\\\\`"
        } else {
            "this quote is not closed"
        };
        Err(Fault::new(start..start + 1, what))
    }

    fn regex(&mut self) -> Result<Value<'q>, Fault> {
        let start = self.at;
        let inner = self.rest().strip_prefix('/').unwrap_or_default();
        let mut is_escaped = false;
        let end = inner.find(|one| {
            let ends = one == '/' && !is_escaped;
            is_escaped = one == '\\' && !is_escaped;
            ends
        });
        let Some(end) = end else {
            return Err(Fault::new(start..start + 1, "this regex is not closed; quote a path"));
        };
        self.at = start + 1 + end + 1;
        if end == 0 {
            return Err(Fault::new(start..self.at, "this regex is empty; quote a path"));
        }
        let flags = self.at;
        let any_case = match self.word() {
            "" => false,
            "i" => true,
            _ => {
                let what = "only `i` may follow a regex; quote a path";
                return Err(Fault::new(flags..self.at, what));
            }
        };
        Ok(Value::Regex { pattern: inner.split_at(end).0, any_case })
    }
}

/// The operator at the start of `text`.
fn operator(text: &str) -> Option<(&'static str, Operator)> {
    OPERATORS.into_iter().find(|(written, _)| text.starts_with(written))
}

/// Returns whether the sign at the start of `text` means `not`: a minus before a digit is a number, and one before
/// any other character a dash.
fn negates(text: &str) -> bool {
    let mut chars = text.chars();
    let sign = chars.next();
    chars.next().is_some_and(|next| {
        next.is_alphabetic() || matches!(next, '"' | '/' | '(') || sign == Some('!') && next.is_ascii_digit()
    })
}
