//! The exam of a signature: its own lines, and whether they would notice if one of its conditions were not there.
//!
//! A condition that no line needs is either too much, or nobody knows what it is for. So each is dropped once: without its
//! pattern a near miss must hit or a capture be missed, without what excludes lines one of these must hit, without one of
//! several literals a hit must be lost.

use crate::library::Library;
use crate::signature::{Signature, compile};

/// What is wrong with a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub what: String,
    /// Whether it is only a condition that no line needs: the signature works.
    pub is_loose: bool,
}

impl Fault {
    fn wrong(what: String) -> Fault {
        Fault { what, is_loose: false }
    }

    fn loose(what: String) -> Fault {
        Fault { what, is_loose: true }
    }
}

/// Examines a signature by its own lines.
pub fn examine(signature: &Signature) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(library) = alone(signature) else {
        return vec![Fault::wrong("no search can be made of its literals".to_owned())];
    };
    for hit in &signature.hits {
        let hits = library.hits(hit.text.as_bytes());
        let Some(found) = hits.first() else {
            faults.push(Fault::wrong(format!("does not hit {:?}", shortened(&hit.text))));
            continue;
        };
        for (name, value) in &hit.captures {
            let captured = found.captures.get(name);
            if captured != Some(value) {
                faults.push(Fault::wrong(format!(
                    "captures {name} = {captured:?} instead of {value:?} in {:?}",
                    shortened(&hit.text)
                )));
            }
        }
        if hit.from.is_empty() {
            faults.push(Fault::wrong(format!("does not say where {:?} is from", shortened(&hit.text))));
        }
    }
    for miss in signature.misses.iter().filter(|miss| !library.hits(miss.text.as_bytes()).is_empty()) {
        faults.push(Fault::wrong(format!("hits {:?}, though {}", shortened(&miss.text), miss.why)));
    }
    search(signature, &mut faults);
    if faults.iter().all(|fault| fault.is_loose) {
        mutate(signature, &mut faults);
    }
    faults
}

/// Whether its literals can be found, and its pattern says something.
fn search(signature: &Signature, faults: &mut Vec<Fault>) {
    let matching = &signature.matching;
    let matches_nothing = |pattern: &String| compile(pattern).is_ok_and(|pattern| pattern.is_match(b""));
    if matching.pattern.as_ref().is_some_and(matches_nothing) {
        faults.push(Fault::wrong("its pattern matches an empty text, so it confirms nothing".to_owned()));
    }
    if matching.not.as_ref().is_some_and(matches_nothing) {
        faults.push(Fault::wrong("its `not` matches an empty text, so it excludes every line".to_owned()));
    }
    for (what, pattern) in [("pattern", &matching.pattern), ("not", &matching.not)] {
        if pattern.as_ref().is_some_and(|pattern| is_slow(pattern, signature)) {
            faults.push(Fault::wrong(format!(
                "its {what} is slow: give its repetitions shorter bounds, or begin it with what is rare"
            )));
        }
    }
    for literal in &matching.any {
        if literal.contains(['\r', '\n']) {
            faults.push(Fault::wrong(format!("the literal {literal:?} has a line end: no line holds it")));
        }
        if let Some(part) = matching.any.iter().find(|part| *part != literal && literal.contains(*part)) {
            faults.push(Fault::loose(format!(
                "the literal {literal:?} holds {part:?}, which is searched for, too"
            )));
        }
    }
}

/// Bytes of the line on which patterns are timed.
const LONG_LINE: usize = 64 << 10;

/// Nanoseconds a byte above which a pattern is slow: the library's own take a hundredth of it.
const SLOW: u128 = 1000;

/// Whether a pattern takes long on a long line that almost fits it: its own hit lines, cut short, again and again. The best
/// of several runs counts, so that a busy machine makes none slow.
fn is_slow(pattern: &str, signature: &Signature) -> bool {
    let Ok(pattern) = compile(pattern) else { return false };
    let almost = |sample: &crate::signature::Sample| {
        let text = sample.text.replace(['\r', '\n'], " ");
        let end = text.char_indices().nth_back(text.chars().count() / 4).map_or(text.len(), |(at, _)| at);
        text.get(..end).unwrap_or_default().to_owned()
    };
    let line: String = signature.hits.iter().map(almost).collect();
    if line.is_empty() {
        return false;
    }
    let line = line.repeat(LONG_LINE / line.len() + 1);
    let run = || {
        let start = std::time::Instant::now();
        let found = pattern.find_iter(line.as_bytes()).count();
        (found, start.elapsed().as_nanos()).1
    };
    (0..3).map(|_| run()).min().is_some_and(|least| least / line.len() as u128 > SLOW)
}

/// Drops one condition after the other.
fn mutate(signature: &Signature, faults: &mut Vec<Fault>) {
    let mut try_without = |what: String, change: &dyn Fn(&mut Signature)| {
        let mut changed = signature.clone();
        change(&mut changed);
        let is_noticed = alone(&changed).is_none_or(|library| !passes(signature, &library));
        if !is_noticed {
            faults.push(Fault::loose(format!("no line needs {what}: add one that does, or drop it")));
        }
    };
    if signature.matching.pattern.is_some() {
        try_without("its pattern".to_owned(), &|changed| changed.matching.pattern = None);
    }
    if signature.matching.not.is_some() {
        try_without("what it excludes (`not`)".to_owned(), &|changed| changed.matching.not = None);
    }
    if signature.matching.any.len() > 1 {
        for (at, literal) in signature.matching.any.iter().enumerate() {
            try_without(format!("the literal {literal:?}"), &|changed| {
                changed.matching.any.remove(at);
            });
        }
    }
}

/// Whether a library does with all lines of a signature what it should.
fn passes(signature: &Signature, library: &Library) -> bool {
    let hits = signature.hits.iter().all(|hit| {
        let found = library.hits(hit.text.as_bytes());
        found.first().is_some_and(|found| {
            hit.captures.iter().all(|(name, value)| found.captures.get(name) == Some(value))
        })
    });
    hits && signature.misses.iter().all(|miss| library.hits(miss.text.as_bytes()).is_empty())
}

/// A library of nothing else.
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
confidence = "certain"
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

    fn faults(text: &str) -> Vec<String> {
        let signature = Signature::read("net/x.toml", text).expect("a signature");
        examine(&signature).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn what_no_line_needs_is_said() {
        assert_eq!(
            faults(FILE),
            ["no line needs the literal \"Unbekannter\": add one that does, or drop it"]
        );
        let with = format!("{FILE}[[hit]]\ntext = \"Unbekannter Host: dc02\"\nfrom = \"a test\"\n");
        assert_eq!(faults(&with), Vec::<String>::new());
        let loose = with.replace("captures = { host = \"dc01\" }", "");
        assert_eq!(faults(&loose), ["no line needs its pattern: add one that does, or drop it"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = FILE.replace("host = \"dc01\" }", "host = \"dc02\" }");
        assert!(faults(&wrong)[0].starts_with("captures host = Some(\"dc01\")"));
        let wrong = FILE.replace("not = '''ignored'''", "");
        assert!(faults(&wrong)[0].contains("though it was ignored"));
        let wrong = FILE.replace("java.net.UnknownHostException: dc01\"\nfrom", "nothing\"\nfrom");
        assert!(faults(&wrong)[0].starts_with("does not hit"));
    }

    #[test]
    fn a_slow_pattern_is_said() {
        // repetitions in repetitions, and nothing in them that could be looked for first
        let slow = FILE.replace(
            "(?:UnknownHostException|Unbekannter Host): ",
            r"(?:[a-zA-Z]{0,40}[^a-zA-Z]{0,40}){0,60}\d",
        );
        assert_ne!(slow, FILE);
        assert!(faults(&slow).iter().any(|fault| fault.contains("is slow")), "{:?}", faults(&slow));
    }

    #[test]
    fn a_search_that_finds_nothing_or_everything_is_said() {
        let with = |old: &str, new: &str| {
            let changed = FILE.replace(old, new);
            assert_ne!(changed, FILE);
            faults(&changed)
        };
        let confirms_nothing = "its pattern matches an empty text, so it confirms nothing".to_owned();
        assert!(with("<host>\\S+)", "<host>\\S+)|").contains(&confirms_nothing));
        let excludes_all = "its `not` matches an empty text, so it excludes every line".to_owned();
        assert!(with("'''ignored'''", "'''ignored|$'''").contains(&excludes_all));
        assert!(with("\"Unbekannter\"", "\"Unbekannter\\nHost\"")[0].ends_with("no line holds it"));
        let double = with("\"Unbekannter\"", "\"HostException\"");
        assert!(double[0].ends_with("holds \"HostException\", which is searched for, too"), "{double:?}");
    }
}
