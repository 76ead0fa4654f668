//! Verification of a signature: it must match and miss its own samples, its patterns must be fast, and its samples
//! must fail if one of its conditions is dropped.
//!
//! A condition that no sample needs is superfluous or undocumented. So each is dropped once: without the pattern a
//! near miss must match or a capture be lost, without `not` an excluded line must match, without one of several
//! literals a match must be lost.

use crate::cost;
use crate::library::Library;
use crate::signature::{Sample, Scope, Signature, compile};
use crate::success;

/// A defect of a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// A sentence about the signature without its subject, such as `does not hit "..."`.
    pub what: String,
    /// Whether the signature works, but has a condition that none of its samples needs.
    pub is_redundant: bool,
}

impl Defect {
    fn wrong(what: String) -> Defect {
        Defect { what, is_redundant: false }
    }

    fn redundant(what: String) -> Defect {
        Defect { what, is_redundant: true }
    }
}

/// Verifies a signature. Redundant conditions are reported only if there is no other defect.
pub fn verify(signature: &Signature) -> Vec<Defect> {
    let mut defects = Vec::new();
    let Some(library) = alone(signature) else {
        return vec![Defect::wrong("its literals cannot be searched".to_owned())];
    };
    for hit in &signature.hits {
        let hits = library.hits(hit.text.as_bytes());
        let Some(found) = hits.first() else {
            defects.push(Defect::wrong(format!("does not hit {:?}", shortened(&hit.text))));
            continue;
        };
        for (name, value) in &hit.captures {
            let captured = found.captures.get(name);
            if captured != Some(value) {
                defects.push(Defect::wrong(format!(
                    "captures {name} = {captured:?} instead of {value:?} in {:?}",
                    shortened(&hit.text)
                )));
            }
        }
        if hit.from.is_empty() {
            defects.push(Defect::wrong(format!("does not give the source of {:?}", shortened(&hit.text))));
        }
    }
    for miss in signature.misses.iter().filter(|miss| !library.hits(miss.text.as_bytes()).is_empty()) {
        defects.push(Defect::wrong(format!("hits {:?}, though {}", shortened(&miss.text), miss.why)));
    }
    check_search(signature, &mut defects);
    if defects.iter().all(|defect| defect.is_redundant) {
        mutate(signature, &mut defects);
    }
    defects
}

/// Verifies the lines after which a failure is over, with the markers of `library`. [`verify`] knows no other signature.
pub fn verify_resolved(library: &Library, signature: &Signature) -> Vec<Defect> {
    success::defects(library, signature).into_iter().map(Defect::wrong).collect()
}

/// Checks that the literals can be found, and that the patterns exclude something and are fast.
fn check_search(signature: &Signature, defects: &mut Vec<Defect>) {
    let matching = &signature.matching;
    let matches_nothing = |pattern: &String| compile(pattern).is_ok_and(|pattern| pattern.is_match(b""));
    if matching.pattern.as_ref().is_some_and(matches_nothing) {
        defects.push(Defect::wrong("its pattern matches an empty text, so it confirms nothing".to_owned()));
    }
    if matching.not.as_ref().is_some_and(matches_nothing) {
        defects.push(Defect::wrong("its `not` matches an empty text, so it excludes every line".to_owned()));
    }
    defects.extend(costly(signature).map(Defect::wrong));
    for literal in &matching.any {
        if literal.contains(['\r', '\n']) {
            defects
                .push(Defect::wrong(format!("the literal {literal:?} has a line end: no line contains it")));
        }
        if let Some(part) = matching.any.iter().find(|part| *part != literal && literal.contains(*part)) {
            defects.push(Defect::redundant(format!(
                "the literal {literal:?} contains {part:?}, which is searched for, too"
            )));
        }
    }
}

/// Patterns of a signature that could take minutes for a file, each as a sentence without its subject.
pub fn costly(signature: &Signature) -> impl Iterator<Item = String> {
    let texts = texts(signature);
    signature.matching.patterns().filter_map(move |(name, pattern)| {
        let costly = cost::check(pattern, true, texts.iter().map(String::as_bytes)).err()?;
        Some(format!("its {name} {costly}"))
    })
}

/// The samples of a signature as its patterns see them: with line ends only if they are run on a message.
fn texts(signature: &Signature) -> Vec<String> {
    let is_by_line = signature.matching.scope == Scope::Line;
    let text = |sample: &Sample| {
        if is_by_line { sample.text.replace(['\r', '\n'], " ") } else { sample.text.clone() }
    };
    signature.hits.iter().chain(&signature.misses).map(text).collect()
}

/// Drops one condition after the other.
fn mutate(signature: &Signature, defects: &mut Vec<Defect>) {
    let mut try_without = |what: String, change: &dyn Fn(&mut Signature)| {
        let mut changed = signature.clone();
        change(&mut changed);
        let is_noticed = alone(&changed).is_none_or(|library| !passes(signature, &library));
        if !is_noticed {
            defects.push(Defect::redundant(format!("no line needs {what}: add one that does, or drop it")));
        }
    };
    if signature.matching.pattern.is_some() {
        try_without("its pattern".to_owned(), &|changed| changed.matching.pattern = None);
    }
    if signature.matching.not.is_some() {
        try_without("its exclusion (`not`)".to_owned(), &|changed| changed.matching.not = None);
    }
    if signature.matching.also.is_some() {
        try_without("its pattern for the message (`also`)".to_owned(), &|changed| {
            changed.matching.also = None;
        });
    }
    if !signature.matching.below.is_empty() {
        try_without("its stack frames (`below`)".to_owned(), &|changed| changed.matching.below.clear());
    }
    if !signature.matching.not_below.is_empty() {
        try_without("the exclusion of stack frames (`not_below`)".to_owned(), &|changed| {
            changed.matching.not_below.clear();
        });
    }
    let events = &signature.matching.event;
    if events.len() > 1 || !(events.is_empty() || signature.matching.any.is_empty()) {
        for (at, event) in events.iter().enumerate() {
            try_without(format!("the event of {}", event.provider), &|changed| {
                changed.matching.event.remove(at);
            });
        }
    }
    for (at, event) in events.iter().enumerate().filter(|(_, event)| event.pattern.is_some()) {
        try_without(format!("the pattern of the event of {}", event.provider), &|changed| {
            if let Some(event) = changed.matching.event.get_mut(at) {
                event.pattern = None;
            }
        });
    }
    if signature.matching.any.len() > 1 || !(events.is_empty() || signature.matching.any.is_empty()) {
        // the literals of a table may be its codes, of which the samples show some
        let is_code = |literal: &str| signature.table.as_ref().is_some_and(|one| one.find(literal).is_some());
        let literals = signature.matching.any.iter().enumerate();
        for (at, literal) in literals.filter(|(_, literal)| !is_code(literal)) {
            try_without(format!("the literal {literal:?}"), &|changed| {
                changed.matching.any.remove(at);
            });
        }
    }
}

/// Returns whether a library matches and misses the samples of a signature as it should.
fn passes(signature: &Signature, library: &Library) -> bool {
    let hits = signature.hits.iter().all(|hit| {
        let found = library.hits(hit.text.as_bytes());
        found.first().is_some_and(|found| {
            hit.captures.iter().all(|(name, value)| found.captures.get(name) == Some(value))
        })
    });
    hits && signature.misses.iter().all(|miss| library.hits(miss.text.as_bytes()).is_empty())
}

/// A library of this signature only.
fn alone(signature: &Signature) -> Option<Library> {
    let mut signature = signature.clone();
    signature.explains.clear();
    Library::new(vec![signature]).ok()
}

fn shortened(text: &str) -> String {
    const SHOWN: usize = 100;
    let mut start: String = text.trim().chars().take(SHOWN).collect();
    if start.len() < text.trim().len() {
        start.push_str("...");
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
id = "x"
title = "X"
severity = "high"
confidence = "likely"
shows_in = ["Tomcat"]
cause = "c"
confirm = ["c"]
fix = ["f"]
false_positives = ["p"]
references = ["r"]
[match]
any = ["UnknownHostException", "Unbekannter"]
pattern = '''(?:UnknownHostException|Unbekannter Host): (?P<host>\S+)'''
not = '''ignored'''
[[hit]]
text = "java.net.UnknownHostException: dc01"
from = "a test"
captures = { host = "dc01" }
[[miss]]
text = "UnknownHostException: dc01 ignored"
why = "it was ignored"
"#;

    fn defects(text: &str) -> Vec<String> {
        let signature = Signature::read("net/x.toml", text).expect("a signature");
        verify(&signature).into_iter().map(|defect| defect.what).collect()
    }

    #[test]
    fn what_no_line_needs_is_said() {
        assert_eq!(
            defects(FILE),
            ["no line needs the literal \"Unbekannter\": add one that does, or drop it"]
        );
        let with = format!("{FILE}[[hit]]\ntext = \"Unbekannter Host: dc02\"\nfrom = \"a test\"\n");
        assert_eq!(defects(&with), Vec::<String>::new());
        let redundant = with.replace("captures = { host = \"dc01\" }", "");
        assert_eq!(defects(&redundant), ["no line needs its pattern: add one that does, or drop it"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = FILE.replace("host = \"dc01\" }", "host = \"dc02\" }");
        assert!(defects(&wrong)[0].starts_with("captures host = Some(\"dc01\")"));
        let wrong = FILE.replace("not = '''ignored'''", "");
        assert!(defects(&wrong)[0].contains("though it was ignored"));
        let wrong = FILE.replace("java.net.UnknownHostException: dc01\"\nfrom", "nothing\"\nfrom");
        assert!(defects(&wrong)[0].starts_with("does not hit"));
    }

    #[test]
    fn a_slow_pattern_is_said() {
        // repetitions in repetitions, and repetitions that begin everywhere
        for start in [
            r"(?:[a-zA-Z]{0,40}[^a-zA-Z]{0,40}){0,60}\d",
            r"(?-u:[^\n]{0,200}x){0,50}",
            r"[^\r\n]{0,500}\bHost",
        ] {
            let slow = FILE.replace("(?:UnknownHostException|Unbekannter Host): ", start);
            assert_ne!(slow, FILE);
            let found = defects(&slow);
            assert!(found.iter().any(|defect| defect.starts_with("its pattern is slow, with ")), "{found:?}");
        }
        let slow = FILE.replace("'''ignored'''", r"'''(?:[a-zA-Z]{0,40}[^a-zA-Z]{0,40}){0,60}ignored'''");
        let found = defects(&slow);
        assert!(found.iter().any(|defect| defect.starts_with("its not is slow, with ")), "{found:?}");
    }

    #[test]
    fn no_pattern_of_the_library_is_slow() {
        let library = Library::with_samples().expect("the library");
        let mut slow = Vec::new();
        for signature in library.iter() {
            slow.extend(costly(signature).map(|what| format!("{}: {what}", signature.id)));
        }
        assert_eq!(slow, Vec::<String>::new());
        assert!(library.len() >= 277, "{} signatures", library.len());
    }

    #[test]
    fn a_search_that_finds_nothing_or_everything_is_said() {
        let with = |old: &str, new: &str| {
            let changed = FILE.replace(old, new);
            assert_ne!(changed, FILE);
            defects(&changed)
        };
        let confirms_nothing = "its pattern matches an empty text, so it confirms nothing".to_owned();
        assert!(with("<host>\\S+)", "<host>\\S+)|").contains(&confirms_nothing));
        let excludes_all = "its `not` matches an empty text, so it excludes every line".to_owned();
        assert!(with("'''ignored'''", "'''ignored|$'''").contains(&excludes_all));
        assert!(with("\"Unbekannter\"", "\"Unbekannter\\nHost\"")[0].ends_with("no line contains it"));
        let double = with("\"Unbekannter\"", "\"HostException\"");
        assert!(double[0].ends_with("contains \"HostException\", which is searched for, too"), "{double:?}");
    }
}
