//! [`Success`]: a marker whose line ends a failure, and the verification of [`ResolvedBy`].

use std::collections::BTreeMap;

use crate::library::Library;
use crate::resolved::{ResolvedBy, Vicinity};
use crate::signature::{Signature, SignatureKind};

/// Separates the names of captures of which the first that has a value counts.
const OR: char = '|';

/// At the end of names: neither line may have a value, too.
const MAY_LACK: char = '?';

/// A marker whose line ends a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Success<'l> {
    /// Index of the marker in the library.
    pub place: usize,
    /// Where its line must be.
    pub within: Vicinity,
    same: Vec<&'l str>,
}

impl Success<'_> {
    /// The values that the failure and its success have in common. `value` returns that of a capture, of one of the two lines.
    /// `None` if the line lacks one, so that it is not known what it is about.
    pub fn key<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Vec<String>> {
        let of = |names: &&str| {
            let bare = names.trim_end_matches(MAY_LACK);
            let found = bare.split(OR).filter_map(&value).find(|value| !value.is_empty());
            match found {
                Some(value) => Some(value.to_owned()),
                None => (bare.len() < names.len()).then(String::new),
            }
        };
        self.same.iter().map(of).collect()
    }
}

impl Library {
    /// The markers whose lines end a failure, by its index: those of `resolved`, and of a row of a table the codes that clear it.
    pub fn successes(&self, place: usize) -> Vec<Success<'_>> {
        if let Some((codes, is_same)) = self.code_row(place).and_then(|row| row.cleared_by()) {
            let same = if is_same { vec!["comp?", "subject?"] } else { vec!["comp?"] };
            let of = |place| Success { place, within: Vicinity::Server, same: same.clone() };
            return self.rows_beside(place, &codes).into_iter().map(of).collect();
        }
        let resolved = self.get(place).map_or(&[][..], |signature| &signature.resolved);
        resolved.iter().filter_map(|one| self.success(one)).collect()
    }

    fn success<'l>(&self, one: &'l ResolvedBy) -> Option<Success<'l>> {
        let same = one.same.iter().map(String::as_str).collect();
        Some(Success { place: self.position(&one.by)?, within: one.within, same })
    }
}

/// Defects of the lines after which a failure is over, each as a sentence without its subject.
pub(crate) fn defects(library: &Library, signature: &Signature) -> Vec<String> {
    let mut defects = Vec::new();
    for one in &signature.resolved {
        let id = &one.by;
        let Some(success) = library.success(one) else {
            defects.push(format!("is resolved by {id:?}, which is not the id of any signature"));
            continue;
        };
        if library.find(id).is_none_or(|marker| marker.kind != SignatureKind::Marker) {
            defects.push(format!("is resolved by {id}, which is no marker: give that the kind marker"));
            continue;
        }
        if one.other.is_none() && !one.same.is_empty() {
            defects.push(format!(
                "[[resolved]] by {id} names captures and has no `other`: give a line of {id} about something else"
            ));
        }
        let keys = signature.hits.iter().filter_map(|hit| key_of(library, signature, &success, &hit.text));
        let Some(failure) = keys.into_iter().next() else {
            defects.push(format!("no [[hit]] has the captures {:?} of [[resolved]] by {id}", one.same));
            continue;
        };
        let marker = library.find(id).unwrap_or(signature);
        match key_of(library, marker, &success, &one.line) {
            None => defects.push(format!(
                "the `line` of [[resolved]] by {id} is no hit of {id} with the captures {:?}",
                one.same
            )),
            Some(key) if key != failure => defects.push(format!(
                "the `line` of [[resolved]] by {id} is about {key:?}, and the first [[hit]] about {failure:?}"
            )),
            Some(_) => {}
        }
        let Some(other) = &one.other else { continue };
        match hit_of(library, marker, other) {
            None => defects.push(format!("the `other` of [[resolved]] by {id} is no hit of {id}")),
            Some(_) if key_of(library, marker, &success, other) == Some(failure) => defects
                .push(format!("the `other` of [[resolved]] by {id} is about the same as the first [[hit]]")),
            Some(_) => {}
        }
    }
    defects
}

/// The captures of a signature in a text; `None` if it does not match.
fn hit_of(library: &Library, signature: &Signature, text: &str) -> Option<BTreeMap<String, String>> {
    let hits = library.hits(text.as_bytes());
    let is_its = |place: usize| library.get(place).is_some_and(|one| one.id == signature.id);
    hits.into_iter().find(|hit| is_its(hit.signature)).map(|hit| hit.captures)
}

fn key_of(
    library: &Library,
    signature: &Signature,
    success: &Success<'_>,
    text: &str,
) -> Option<Vec<String>> {
    let captures = hit_of(library, signature, text)?;
    success.key(|name| captures.get(name).map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_knows_its_successes() {
        let library = Library::with_samples().expect("the library");
        let mut wrong = Vec::new();
        let mut known = 0;
        for signature in library.iter() {
            known += signature.resolved.len();
            wrong.extend(defects(&library, signature).iter().map(|what| format!("{} {what}", signature.id)));
        }
        assert_eq!(wrong, Vec::<String>::new());
        assert!(known >= 15, "{known} successes");
        // the embedded form has them, too
        let lean = Library::embedded().expect("the library");
        let place = lean.position("integ-app-gateway-down").expect("a signature");
        let successes = lean.successes(place);
        assert_eq!(successes.len(), 1);
        assert_eq!(lean.get(successes[0].place).map(|one| one.id.as_str()), Some("integ-app-gateway-up"));
    }

    #[test]
    fn a_success_is_of_the_same_thing() {
        let of = |same: Vec<&'static str>| Success { place: 0, within: Vicinity::Server, same };
        let (down, up) = ([("name", "a"), ("id", "5")], [("peripheral", "a")]);
        let get = |of: &'static [(&'static str, &'static str)]| {
            move |name: &str| of.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        };
        let (down, up): (&'static [_], &'static [_]) = (Box::leak(Box::new(down)), Box::leak(Box::new(up)));
        let success = of(vec!["name|peripheral"]);
        assert_eq!(success.key(get(down)), success.key(get(up)));
        assert_eq!(of(vec!["id"]).key(get(up)), None, "it lacks the id");
        assert_eq!(of(vec!["comp?"]).key(get(down)), Some(vec![String::new()]), "neither has one");
        assert_ne!(of(vec!["id?"]).key(get(down)), of(vec!["id?"]).key(get(up)));
    }

    #[test]
    fn a_row_ends_with_the_codes_that_clear_it() {
        let library = Library::embedded().expect("the library");
        let with = (0..library.places())
            .find(|place| library.code_row(*place).is_some_and(|row| row.cleared_by().is_some()));
        let successes = library.successes(with.expect("a row with an end"));
        assert!(!successes.is_empty());
        assert!(successes.iter().all(|one| library.code_row(one.place).is_some()));
    }

    #[test]
    fn what_is_wrong_is_shown() {
        let library = Library::with_samples().expect("the library");
        let right = library.find("integ-app-gateway-down").expect("a signature");
        let with = |change: fn(&mut ResolvedBy)| {
            let mut changed = right.clone();
            changed.resolved.iter_mut().for_each(change);
            defects(&library, &changed).concat()
        };
        assert!(with(|one| one.by = "integ-nothing".into()).contains("not the id of any signature"));
        assert!(with(|one| one.by = "integ-app-gateway-down".into()).contains("no marker"));
        assert!(with(|one| one.line.clear()).contains("no hit of integ-app-gateway-up"));
        assert!(with(|one| one.line = one.other.clone().unwrap_or_default()).contains("is about"));
        assert!(with(|one| one.other = Some(one.line.clone())).contains("about the same"));
        assert!(with(|one| one.other = None).contains("has no `other`"));
        assert!(with(|one| one.same = vec!["nothing".to_owned()]).contains("no [[hit]] has the captures"));
    }
}
