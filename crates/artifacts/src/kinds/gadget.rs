//! Settings of ECE's gadgets: `spog_config.js` and `ece_config.js`, which administrators edit by hand.
//!
//! The files are scripts. No script is run here: lines of the form `var name = "value";` are read, and every other
//! line of code is kept unchanged, because a browser that fails on one line leaves all settings of the file unset.
//! Comments are skipped.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Artifact, Reader};
use crate::bytes::{file_name, text};
use crate::rounds::Rounds;

/// The settings of one gadget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GadgetConfig {
    /// Name that the product gives the file.
    pub file: &'static str,
    /// Settings in the order of the file.
    pub values: Vec<Setting>,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    /// Line numbers with typographic quotes, as word processors write them, outside comments.
    pub curly_quotes: Vec<usize>,
    /// Line numbers with other characters that are not ASCII, outside comments.
    pub non_ascii: Vec<usize>,
    /// Code that sets nothing, or is broken: a quote or a value is missing, or it is another statement.
    pub unparsed: Vec<ConfigLine>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Name of the variable as written.
    pub name: String,
    /// Value without the quotes.
    pub value: String,
    /// Line number, counted from 1.
    pub line: usize,
    /// The quotes around the value; `None` around a number or a word such as `true`.
    pub quotes: Option<char>,
}

/// A line, or the part of it that is code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigLine {
    /// Line number, counted from 1.
    pub line: usize,
    /// The code.
    pub text: String,
}

/// The reader of the file of that name.
pub(super) struct Gadgets(pub(super) &'static str);

impl Reader for Gadgets {
    /// Also matches a name with a prefix, such as the server it was collected from, and one with `.txt` at its end, as
    /// mail filters demand it and as editors of Windows add it.
    fn recognises(&self, name: &str, _head: &[u8]) -> bool {
        let name = file_name(name);
        name.strip_suffix(".txt").unwrap_or(&name).ends_with(self.0)
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, bom) = text(bytes);
        if text.contains('\0') {
            return Err("it is binary data, not a script: collect it again".to_owned());
        }
        let mut config = GadgetConfig {
            file: self.0,
            values: Vec::new(),
            bom,
            curly_quotes: Vec::new(),
            non_ascii: Vec::new(),
            unparsed: Vec::new(),
        };
        let mut in_comment = false;
        let text = text.replace("\r\n", "\n");
        for (index, line) in text.split(['\n', '\r']).enumerate() {
            let statements = statements(line, &mut in_comment);
            config.add(index + 1, &statements);
        }
        Ok(Artifact::Gadget(config))
    }
}

impl GadgetConfig {
    fn add(&mut self, line: usize, statements: &[String]) {
        let mut letters = statements.iter().flat_map(|statement| statement.chars());
        let is_curly = |letter| {
            matches!(letter, '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}' | '\u{ab}' | '\u{bb}')
        };
        if letters.clone().any(is_curly) {
            self.curly_quotes.push(line);
        }
        if letters.any(|letter| !letter.is_ascii() && !is_curly(letter)) {
            self.non_ascii.push(line);
        }
        for statement in statements.iter().map(|statement| statement.trim()) {
            if statement.is_empty() {
                continue;
            }
            match setting(statement) {
                Some((name, value, quotes)) => {
                    self.values.push(Setting { name: name.to_owned(), value, line, quotes });
                }
                None => self.unparsed.push(ConfigLine { line, text: statement.to_owned() }),
            }
        }
    }
}

/// The code of a line, cut at its semicolons, without comments. `in_comment` is kept from line to line.
fn statements(line: &str, in_comment: &mut bool) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut quote = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        if *in_comment {
            if (letter, next) == ('*', Some('/')) {
                letters.next();
                *in_comment = false;
            }
            continue;
        }
        match (quote, letter, next) {
            (None, '/', Some('/')) => break,
            (None, '/', Some('*')) => {
                letters.next();
                *in_comment = true;
                continue;
            }
            (None, ';', _) => {
                statements.push(String::new());
                continue;
            }
            (None, '"' | '\'', _) => quote = Some(letter),
            (Some(open), _, _) if letter == open => quote = None,
            _ => {}
        }
        if let Some(statement) = statements.last_mut() {
            statement.push(letter);
            // an escaped character ends nothing
            if quote.is_some() && letter == '\\' {
                statement.extend(letters.next());
            }
        }
    }
    statements
}

/// Name, value and quotes of an assignment.
fn setting(statement: &str) -> Option<(&str, String, Option<char>)> {
    let (name, value) = statement.split_once('=')?;
    let name = ["var", "let", "const"]
        .iter()
        .find_map(|word| name.strip_prefix(word)?.strip_prefix(char::is_whitespace))
        .unwrap_or(name)
        .trim();
    let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.');
    if name.is_empty()
        || name.starts_with(|letter: char| letter.is_ascii_digit())
        || !name.chars().all(is_name)
    {
        return None;
    }
    let value = value.trim();
    let Some(quote) = value.chars().next().filter(|letter| matches!(letter, '"' | '\'')) else {
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-');
        let is_value = !value.is_empty() && value.chars().all(is_word);
        return is_value.then(|| (name, value.to_owned(), None));
    };
    let mut inside = String::with_capacity(value.len());
    let mut letters = value.chars().skip(1);
    while let Some(letter) = letters.next() {
        if letter == quote {
            // further code would change the value
            return letters.next().is_none().then_some((name, inside, Some(quote)));
        }
        if letter == '\\' {
            match letters.next()? {
                escaped @ ('"' | '\'' | '\\' | '/') => inside.push(escaped),
                other => inside.extend(['\\', other]),
            }
        } else {
            inside.push(letter);
        }
    }
    None
}
