//! The form of the directory for administrators, as text: its labels and values, as somebody copies or types them.
//!
//! A label and its value are in one line, with a colon, an equals sign, a bar, a tabulator or several spaces between them,
//! or in two lines. Passwords are not kept.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::{Artifact, Reader};
use crate::bytes::{is_log, text};
use crate::rounds::Rounds;

/// The fields of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DirectoryForm {
    /// The fields that the text has, in its order.
    pub fields: Vec<FormEntry>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormEntry {
    /// Which field.
    pub field: FormField,
    /// Its value; empty if there is none, or if it is a password.
    pub value: String,
    /// Whether it has a value.
    pub is_set: bool,
    /// Line number, counted from 1.
    pub line: usize,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FormField {
    /// LDAP URL.
    Url,
    /// DN attribute.
    Attribute,
    /// Base.
    Base,
    /// DN for LDAP search.
    SearchDn,
    /// Password of that DN.
    Password,
    /// SSL enabled on LDAP.
    Ssl,
    /// Keystore location.
    Keystore,
    /// Keystore password.
    KeystorePassword,
}

impl DirectoryForm {
    /// A field; `None` if the text does not have it.
    pub fn get(&self, field: FormField) -> Option<&FormEntry> {
        self.fields.iter().find(|entry| entry.field == field)
    }
}

/// The labels of the form in small letters, the longer ones first.
const LABELS: &[(&str, FormField)] = &[
    ("dn for ldap search password", FormField::Password),
    ("ldap search password", FormField::Password),
    ("dn for ldap search", FormField::SearchDn),
    ("ssl enabled on ldap", FormField::Ssl),
    ("keystore password", FormField::KeystorePassword),
    ("keystore location", FormField::Keystore),
    ("ldap dn attribute", FormField::Attribute),
    ("dn attribute", FormField::Attribute),
    ("ldap url", FormField::Url),
    ("ldap base", FormField::Base),
    ("base dn", FormField::Base),
    ("ssl enabled", FormField::Ssl),
    ("password", FormField::Password),
    ("base", FormField::Base),
];

/// Fields that a text has at least if it is the form.
const LEAST: usize = 3;

/// Lines with text that such a file has at most.
const MOST_LINES: usize = 200;

/// The reader of such texts.
pub(super) struct Forms;

impl Reader for Forms {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        if is_log(head) {
            return false;
        }
        let (text, _) = text(head);
        if text.starts_with('<')
            || text.lines().filter(|line| !line.trim().is_empty()).take(MOST_LINES).count() == MOST_LINES
        {
            return false;
        }
        let form = read(&text);
        let is_url = form.get(FormField::Url).is_some_and(|url| url.value.to_lowercase().starts_with("ldap"));
        let other =
            text.lines().filter(|line| !line.trim().is_empty()).count().saturating_sub(2 * form.fields.len());
        // other programs have an LDAP URL, a base and a password, too
        let own = [FormField::Attribute, FormField::SearchDn, FormField::Keystore];
        form.fields.len() >= LEAST
            && (is_url || form.get(FormField::Attribute).is_some())
            && own.iter().any(|field| form.get(*field).is_some())
            && other <= 20 + form.fields.len()
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        let form = read(&text);
        if form.fields.len() < LEAST {
            return Err(
                "the fields of the LDAP form are not in it: copy all of them, each with its label".to_owned()
            );
        }
        Ok(Artifact::DirectoryForm(form))
    }
}

fn read(text: &str) -> DirectoryForm {
    let mut form = DirectoryForm::default();
    let lines: Vec<&str> = text.lines().take(MOST_LINES * 2).collect();
    for (index, line) in lines.iter().enumerate() {
        let Some((field, rest, is_separated)) = label(line) else { continue };
        if form.get(field).is_some() {
            continue;
        }
        let mut value = rest.trim_matches([' ', '\t', '|', '"', '\'', ',']).trim();
        if value.is_empty() && !is_separated {
            // the value is in the next line, if that has no label itself
            let next = lines.get(index + 1).map(|line| line.trim()).filter(|next| label(next).is_none());
            value = next.unwrap_or_default();
        }
        let is_set = !value.is_empty() && !matches!(value, "-" | "(empty)" | "<empty>" | "empty" | "none");
        let is_secret = matches!(field, FormField::Password | FormField::KeystorePassword);
        let value = if is_secret || !is_set { String::new() } else { value.chars().take(1000).collect() };
        form.fields.push(FormEntry { field, value, is_set, line: index + 1 });
    }
    form
}

fn has_separator(rest: &str) -> bool {
    rest.trim_start().starts_with([':', '=', '|', ',', '\t']) || rest.starts_with('\t')
}

/// The field of a line, what follows its label, and whether a separator is between them. A label is at the beginning of the line, and a separator or two spaces
/// follow it, so that a sentence is none.
fn label(line: &str) -> Option<(FormField, &str, bool)> {
    let line = line.trim_start_matches([' ', '\t', '*', '-', '|', '"', '>', '\u{feff}', '\u{2022}']);
    let (label, field) = LABELS
        .iter()
        .find(|(label, _)| line.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)))?;
    let rest = line.get(label.len()..)?;
    let rest = rest.strip_prefix('*').unwrap_or(rest).trim_start_matches('"');
    let is_separated = has_separator(rest);
    let is_end = rest.trim().is_empty() || is_separated || rest.starts_with("  ");
    let value = rest.trim_start().trim_start_matches([':', '=', '|', ',']);
    is_end.then_some((*field, value, is_separated))
}
