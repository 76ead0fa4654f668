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
        if signature.table.is_some() {
            // a more specific signature may name its lines
            let defects = crate::verify::verify(signature);
            let wrong = defects.iter().find(|defect| !defect.is_redundant);
            assert_eq!(wrong, None, "{}", signature.id);
            continue;
        }
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
            let hits = library.hits(sample.text.as_bytes());
            let hit = hits.into_iter().find(|hit| library.searched(hit.signature) == place);
            assert_eq!(hit, None, "{}: {:?}", signature.id, sample.text);
            assert!(!sample.why.is_empty(), "{}: a miss says why", signature.id);
        }
    }
}

#[test]
fn every_signature_names_where_it_would_show() {
    // harmless lines are never ruled out
    let is_listed = |one: &&Signature| one.kind != SignatureKind::Harmless;
    for signature in library().iter().filter(is_listed) {
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
    // a marker is no finding
    let is_finding = |one: &Signature| one.table.is_none() && one.kind != SignatureKind::Marker;
    for (place, signature) in library.iter().enumerate().filter(|(_, one)| is_finding(one)) {
        for sample in &signature.hits {
            let hits = library.hits(sample.text.as_bytes());
            // a code that is no failure is no root
            let is_failure = |other: usize| {
                let row = library.code_row(other);
                other != place && row.is_none_or(|row| row.severity.is_some())
            };
            for other in hits.iter().map(|hit| hit.signature).filter(|other| is_failure(*other)) {
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
    // a line that a marker, or a code that is no failure, is in is opened with reason
    let is_hit = |line: &(usize, usize)| !library.hits(&healthy[line.0..line.1]).is_empty();
    let opened = library.literals().lines(healthy).filter(|line| !is_hit(line)).count();
    let lines = memchr::memchr_iter(b'\n', healthy).count();
    let shown: Vec<String> = library
        .literals()
        .lines(healthy)
        .map(|line| String::from_utf8_lossy(&healthy[line.0..line.1]).into_owned())
        .collect();
    assert!(
        opened * 40 < lines,
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

#[test]
fn lines_of_a_list_are_no_hits_when_they_are_joined() {
    let library = library();
    let list = b" num     #instances         #bytes  class name (module)\n-------------------------------------------------------\n   \
        1:          2            80  java.lang.StackOverflowError (java.base@17.0.15)\n   2:          2            80  \
        javax.naming.PartialResultException (java.naming@17.0.15)\n";
    assert_eq!(library.second_look(list), vec![]);
    assert_eq!(library.hits(list), vec![]);
    let wrapped = library.second_look(b"javax.naming.\nPartialResultException: Unprocessed");
    assert_eq!(wrapped.len(), 1);
}

#[test]
fn stack_frames_decide() {
    let library = library();
    let ids = |frame: &str| -> Vec<String> {
        let text = format!("SEVERE: x\njava.lang.NoClassDefFoundError: a/B\n\tat {frame}(X.java:1)\n");
        let hits = library.hits(text.as_bytes());
        hits.iter().filter_map(|hit| library.get(hit.signature)).map(|one| one.id.to_string()).collect()
    };
    assert_eq!(ids("com.example.A.run"), ["jvm-missing-class"]);
    assert_eq!(ids("com.example.A.contextDestroyed"), ["jvm-class-lost-at-stop"]);
    assert_eq!(ids("org.apache.catalina.core.StandardContext.listenerStop"), ["jvm-class-lost-at-stop"]);
}

#[test]
fn every_row_is_decoded_by_its_spellings() {
    let library = library();
    let mut rows = 0;
    for place in library.len()..library.places() {
        let row = library.code_row(place).expect("a row");
        let signature = library.get(place).expect("a row is a signature");
        rows += 1;
        assert_eq!(library.position(&signature.id), Some(place), "{}", signature.id);
        for code in row.codes() {
            assert!(library.rows_of(code).contains(&place), "{}: {code}", signature.id);
        }
        assert!(signature.title.contains(row.code()), "{}", signature.title);
        assert!(!row.title.ends_with('.') && row.title.len() < 120, "{}", row.title);
        assert_eq!(
            row.action.is_empty(),
            row.severity.is_none(),
            "{}: an action for a failure",
            signature.id
        );
        assert!(row.action.is_empty() || row.action.ends_with('.'), "{}: {}", signature.id, row.action);
        assert!(!row.action.contains('{'), "{}: {}", signature.id, row.action);
        if let Some(entry) = row.entry() {
            assert!(library.position(entry).is_some(), "{}: no entry is called {entry}", signature.id);
        }
        let certain = signature.confidence == crate::signature::Confidence::Certain;
        assert_eq!(signature.proves.is_some(), certain, "{}", signature.id);
    }
    assert!(rows >= 200, "{rows} rows");
}

/// The message of the notification in the layouts of the syslog.
fn notifications(code: &str) -> [String; 3] {
    let head = "<131>412: ICMA: Nov 21 2026 09:12:44.120 -0500: %ICM_Router_CallRouter";
    let tags = "[comp=Router-A][pname=rtr][iid=lab]";
    [
        format!("{head}-3-{code}: {tags}[mid={code}][sev=error]: text"),
        format!("{head}-3-{code}: text"),
        format!("{head}: {tags}[mid={code}][sev=error]: text"),
    ]
}

#[test]
fn every_notification_is_named() {
    let library = library();
    let family = library.position("cce-notification").expect("the table");
    let rows: Vec<usize> =
        (library.len()..library.places()).filter(|place| library.searched(*place) == family).collect();
    let raises =
        rows.iter().filter(|place| library.code_row(**place).is_some_and(|row| row.severity.is_some()));
    assert_eq!((raises.count(), rows.len()), (151, 213));
    for place in rows {
        let row = library.code_row(place).expect("a row");
        for line in notifications(row.code()) {
            let hits = library.hits(line.as_bytes());
            let is_it = |hit: &SignatureMatch| hit.signature == place || library.names_message(hit.signature);
            assert!(hits.iter().any(is_it), "{line}");
        }
    }
    for line in notifications("10501AA") {
        assert_eq!(library.hits(line.as_bytes()), vec![]);
    }
}
