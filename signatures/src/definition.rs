//! [`Definition`]: a file of a custom folder or pack, which is a signature or a rule.

use crate::rule::Rule;
use crate::signature::{DefinitionError, Signature};

/// A signature or a rule.
#[derive(Debug, Clone)]
pub enum Definition {
    /// A signature.
    Signature(Box<Signature>),
    /// A rule.
    Rule(Box<Rule>),
}

impl Definition {
    /// Parses a file; `path` is its path below the folder of its library. A file with a `[[step]]` is a rule.
    pub fn read(path: &str, text: &str) -> Result<Definition, DefinitionError> {
        let is_rule = text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("step"));
        if is_rule {
            Rule::read(path, text).map(|rule| Definition::Rule(Box::new(rule)))
        } else {
            Signature::read(path, text).map(|signature| Definition::Signature(Box::new(signature)))
        }
    }
}
