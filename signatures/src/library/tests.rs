//! Tests of every signature with the whole search: its hit samples match, its near misses do not.

use super::*;
use crate::signature::SignatureKind;

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::with_samples().unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn every_pattern_compiles() {
    for (path, text) in FILES {
        if let Err(error) = Signature::read(path, text) {
            panic!("{error}");
        }
    }
}

#[test]
fn every_hit_line_hits_and_captures() {
    let library = library();
    assert!(library.len() >= 30, "the library has {} signatures", library.len());
    for (place, signature) in library.iter().enumerate() {
        for sample in &signature.hits {
            let hits = library.hits(sample.text.as_bytes());
            let Some(hit) = hits.iter().find(|hit| hit.signature == place) else {
                panic!("{}: no hit in {:?}", signature.id, sample.text);
            };
            for (name, value) in &sample.captures {
                assert_eq!(hit.captures.get(name), Some(value), "{}: capture {name}", signature.id);
            }
            assert!(!sample.from.is_empty(), "{}: a hit says where it is from", signature.id);
        }
    }
}

#[test]
fn no_near_miss_hits() {
    let library = library();
    for (place, signature) in library.iter().enumerate() {
        for sample in &signature.misses {
            let hit = library.hits(sample.text.as_bytes()).into_iter().find(|hit| hit.signature == place);
            assert_eq!(hit, None, "{}: {:?}", signature.id, sample.text);
            assert!(!sample.why.is_empty(), "{}: a miss says why", signature.id);
        }
    }
}

#[test]
fn every_signature_names_where_it_would_show() {
    // harmless lines are never ruled out
    for signature in library().iter().filter(|signature| signature.kind != SignatureKind::Harmless) {
        assert!(!signature.shows_in.is_empty(), "{}: shows_in is missing", signature.id);
    }
}

#[test]
fn a_called_name_is_a_capture() {
    let library = library();
    let mut names = 0;
    for (place, signature) in library.iter().enumerate() {
        for name in &signature.called {
            names += 1;
            assert!(
                library.capture_names(place).contains(name),
                "{}: no capture is called {name:?}",
                signature.id
            );
        }
    }
    assert!(names > 0, "no signature has a called name");
}

#[test]
fn what_is_explained_does_not_explain_back() {
    let library = library();
    for root in 0..library.len() {
        for other in 0..library.len() {
            assert!(
                !(library.explains(root, other) && library.explains(other, root)),
                "{} and {} explain each other",
                library.get(root).map_or("", |one| &one.id),
                library.get(other).map_or("", |one| &one.id)
            );
        }
    }
}

#[test]
fn a_hit_line_of_one_failure_is_not_two_roots() {
    let library = library();
    let mut doubles = Vec::new();
    for (place, signature) in library.iter().enumerate() {
        for sample in &signature.hits {
            let hits = library.hits(sample.text.as_bytes());
            for other in hits.iter().map(|hit| hit.signature).filter(|other| *other != place) {
                let ordered = |a: usize, b: usize| library.explains(a, b);
                let by_a_third = hits
                    .iter()
                    .any(|third| ordered(third.signature, other) || ordered(third.signature, place));
                if !ordered(place, other) && !ordered(other, place) && !by_a_third {
                    doubles.push(format!(
                        "{} and {}",
                        signature.id,
                        library.get(other).map_or("", |one| &one.id)
                    ));
                }
            }
        }
    }
    doubles.sort();
    doubles.dedup();
    assert_eq!(doubles, Vec::<String>::new(), "`explains` must say which is the root");
}

#[test]
fn a_healthy_log_opens_next_to_no_line() {
    let library = library();
    let healthy = include_bytes!("../required_literals/healthy.log");
    let opened = library.literals().lines(healthy).count();
    let lines = memchr::memchr_iter(b'\n', healthy).count();
    let shown: Vec<String> = library
        .literals()
        .lines(healthy)
        .map(|line| String::from_utf8_lossy(&healthy[line.0..line.1]).into_owned())
        .collect();
    assert!(
        opened * 20 < lines,
        "{opened} of {lines} lines are opened by {:?}: {shown:#?}",
        library.literals().gateway()
    );
    let is_mark = |hit: &SignatureMatch| {
        library.get(hit.signature).is_some_and(|one| one.kind == SignatureKind::Marker)
    };
    let hits: Vec<SignatureMatch> = library.hits(healthy).into_iter().filter(|hit| !is_mark(hit)).collect();
    assert_eq!(hits, vec![]);
}

#[test]
fn the_gateway_is_small_enough_for_simd() {
    assert!(library().literals().gateway().len() <= crate::required_literals::MOST);
}
