//! [`CatalogEntry`]: a known failure under its id or number, of whatever kind it is.

use spoglight_signatures::{Library, Rule, Signature};

use crate::check::CheckDescription;
use crate::checks;

/// A signature, a rule or a check.
#[derive(Debug, Clone, Copy)]
pub enum CatalogEntry<'a> {
    /// One known failure.
    Signature(&'a Signature),
    /// Several hits that mean something together.
    Rule(&'a Rule),
    /// A check of the collection.
    Check(CheckDescription),
}

/// Returns the entries of an id, of a number such as `C09` or `B11`, or of a code such as `AADSTS700016`, both in any case.
/// Several rules or checks may share a number, and several tables a code; an id has one entry at most.
pub fn entries<'a>(id: &str, library: &'a Library, rules: &'a [Rule]) -> Vec<CatalogEntry<'a>> {
    let id = id.trim();
    if let Some(signature) = library.find(id) {
        return vec![CatalogEntry::Signature(signature)];
    }
    let is_number = |number: Option<&str>| number.is_some_and(|number| number.eq_ignore_ascii_case(id));
    let rules = rules.iter().filter(|rule| rule.id == id || is_number(rule.number.as_deref()));
    let checks = checks::descriptions().filter(|check| check.id.0 == id || is_number(check.number));
    let numbered: Vec<CatalogEntry<'_>> =
        rules.map(CatalogEntry::Rule).chain(checks.map(CatalogEntry::Check)).collect();
    if !numbered.is_empty() {
        return numbered;
    }
    let rows = library.rows_of(id).into_iter();
    rows.filter_map(|place| library.get(place)).map(CatalogEntry::Signature).collect()
}

/// Returns every id, for suggestions.
pub fn ids<'a>(library: &'a Library, rules: &'a [Rule]) -> impl Iterator<Item = &'a str> {
    let signatures = library.iter().map(|signature| signature.id.as_str());
    let checks = checks::descriptions().map(|check| check.id.0);
    signatures.chain(rules.iter().map(|rule| rule.id.as_str())).chain(checks)
}
