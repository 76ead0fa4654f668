//! Not found means looked: a signature is ruled out only by the logs in which it would show.
//!
//! What a sample is follows here from its folder, and not from the topology.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use spoglight_model::analysis::Outcome;
use spoglight_signatures::{Library, Presence, Rule, Signature};

use crate::support::{analysis_of, argument, folder, put, spoglight, text};

/// Folders of samples, and the places that files of them can be at most.
const PLACES: &[(&str, &[&str])] = &[
    ("access-log", &[]),
    ("ant", &["installers"]),
    ("artifacts", &["applicationHost.config", "spog_config.js"]),
    ("cisco-log", &["CCBU", "ICM events", "CUIC", "CVP call server", "CVP reporting server"]),
    ("cisco-mivr", &["MIVR"]),
    ("cti-os", &["CTI OS"]),
    ("cucm-sdl", &["CUCM trace"]),
    ("cvp-vxml", &["CVP VXML server"]),
    ("diagnostic-portico", &["Diagnostic Framework"]),
    ("egain-console", &[]),
    ("icm-trace", &["PIM", "CTI server", "JTAPI gateway", "PG agent", "router", "logger"]),
    ("identity-service", &["Identity Service"]),
    ("iis-w3c", &["W3SVC", "HTTP.sys"]),
    ("java-util-logging", &["Tomcat"]),
    ("jvm-gc", &[]),
    ("jvm-threads", &["thread dump"]),
    ("log4j", &[]),
    ("log4j-xml", &[]),
    ("mod-jk", &[]),
    ("procrun", &["procrun"]),
    ("sql-server", &["SQL Server"]),
    ("stamped-text", &[]),
    ("text", &[]),
    ("tomcat-jdk-logger", &["Tomcat"]),
    ("tomcat-json", &["Tomcat"]),
    ("tomcat-juli", &["Tomcat"]),
    ("wildfly", &["WildFly"]),
    ("windows-events", &["Windows System events", "Windows Application events", "AD FS"]),
    ("windows-events-text", &["Windows System events", "Windows Application events", "AD FS"]),
    ("windows-events-list", &["Windows System events", "Windows Application events", "AD FS"]),
    ("windows-events-xml", &["Windows System events", "Windows Application events", "AD FS"]),
];

/// Processes of ECE whose main log a sample may be.
const PROCESSES: &[&str] = &["ApplicationServer", "EAAS-process", "rx-process", "DSMController"];

/// The place that any file in a known format is.
const ANY: &str = "any known program";

/// A file of a collection: its content, its name, and the places that it can be.
#[derive(Debug, Clone)]
struct Piece {
    sample: PathBuf,
    name: String,
    places: Vec<&'static str>,
}

fn files_of(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new("samples").join(name)).expect(name);
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{name}");
    files
}

fn pieces() -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (name, places) in PLACES {
        for sample in files_of(name) {
            let file = sample.file_name().and_then(|file| file.to_str()).expect("a name").to_owned();
            pieces.push(Piece { sample, name: format!("{name}/{file}"), places: places.to_vec() });
        }
    }
    for sample in files_of("ece") {
        for process in PROCESSES {
            let name = format!("S/eService/logs/eg_log_S_{process}.log");
            pieces.push(Piece { sample: sample.clone(), name, places: vec![process] });
        }
    }
    pieces
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_ruled_out_by_a_log_in_which_it_cannot_show(
        mix in prop::collection::vec(prop::sample::select(pieces()), 0..6),
    ) {
        let case = folder();
        for piece in &mix {
            put(case.path(), &piece.name, fs::read(&piece.sample).expect("a sample"));
        }
        let mut readable: BTreeSet<&str> = mix.iter().flat_map(|piece| piece.places.iter().copied()).collect();
        readable.insert(ANY);
        let analysis = analysis_of(case.path());
        let library = Library::embedded().expect("the library");
        for result in analysis.signatures.iter().filter(|result| result.outcome == Outcome::NotFound) {
            let signature = library.iter().find(|one| result.id == *one.id.as_str()).expect("a signature");
            let unread = signature.shows_in.iter().find(|shows| !readable.contains(shows.log.as_str()));
            prop_assert!(
                unread.is_none() && !signature.shows_in.is_empty(),
                "{} is not-found, but {unread:?} was not read: {mix:?}", signature.id
            );
        }
        let is_seen = |signature: &Signature| {
            !signature.shows_in.is_empty()
                && signature.shows_in.iter().all(|shows| readable.contains(shows.log.as_str()))
        };
        for rule in Rule::embedded().expect("the rules") {
            let result = analysis.rules.iter().find(|result| result.id == *rule.id.as_str()).expect("a result");
            let needed: Vec<_> =
                rule.steps.iter().filter(|step| step.presence == Presence::Required).collect();
            // the step of a fact is never ruled out
            let mut seen = needed.iter().map(|step| {
                step.fact.is_none() && library.iter().filter(|one| step.is_of(&one.id)).all(is_seen)
            });
            prop_assert!(
                result.outcome != Outcome::NotFound || seen.any(|seen| seen),
                "{} is not-found, but no step of it could be seen: {mix:?}", rule.id
            );
        }
    }
}

#[test]
fn a_log_rules_out_what_only_it_shows() {
    let library = Library::embedded().expect("the library");
    let mut tested = 0;
    for (name, place) in [
        ("ant", "installers"),
        ("cisco-log", "ICM events"),
        ("diagnostic-portico", "Diagnostic Framework"),
        ("identity-service", "Identity Service"),
        ("iis-w3c", "W3SVC"),
        ("jvm-threads", "thread dump"),
        ("tomcat-juli", "Tomcat"),
        ("wildfly", "WildFly"),
        ("windows-events", "Windows System events"),
    ] {
        let case = folder();
        for sample in files_of(name) {
            put(case.path(), sample.to_str().expect("a name"), fs::read(&sample).expect("a sample"));
        }
        let analysis = analysis_of(case.path());
        let is_only = |id: &str| {
            let signature = library.iter().find(|one| *one.id.as_str() == *id);
            signature.is_some_and(|one| matches!(&one.shows_in[..], [only] if only.log.as_str() == place))
        };
        for result in analysis.signatures.iter().filter(|result| is_only(result.id.as_str())) {
            assert_ne!(result.outcome, Outcome::CannotTell, "{} in {name}: {:?}", result.id, result.reasons);
            tested += 1;
        }
    }
    assert!(tested > 40, "{tested}");
}

#[test]
fn no_failure_is_ruled_out_by_files_of_unknown_formats() {
    let case = folder();
    put(case.path(), "notes.txt", "The customer called at noon.\nThe page does not open.\n");
    put(case.path(), "passwd", "root:x:0:0:root:/root:/bin/bash\n");
    let analysis = analysis_of(case.path());
    assert!(analysis.signatures.len() > 200);
    let of_processes =
        ["standby-node", "wrong-folder", "trace-level-low", "trace-level-high", "process-restart"];
    let checks = analysis.checks.iter().filter(|check| of_processes.contains(&check.id.as_str()));
    assert_eq!(checks.clone().count(), of_processes.len());
    for result in analysis.signatures.iter().chain(&analysis.rules).chain(checks) {
        assert_eq!(result.outcome, Outcome::CannotTell, "{}", result.id);
        assert!(!result.reasons.is_empty(), "{}", result.id);
    }
}

#[test]
fn why_not_asks_for_the_settings_of_iis() {
    let case = folder();
    let log = fs::read("samples/iis-w3c/constructed.log").expect("a sample");
    put(case.path(), "ECEWEB01/inetpub/logs/u_ex261121.log", log);
    let why = |case: &Path| {
        let output = spoglight(&["why-not", "iis-sni-binding", argument(case)]);
        (text(&output.stdout), output.status.code())
    };
    let (page, code) = why(case.path());
    assert_eq!(code, Some(3), "{page}");
    assert!(
        page.contains("Cannot tell") && page.contains("applicationHost.config was not collected"),
        "{page}"
    );

    let settings = |flags: &str| {
        let binding =
            format!(r#"<binding protocol="https" bindingInformation="*:443:" sslFlags="{flags}" />"#);
        let site = format!(r#"<site name="Default Web Site" id="1"><bindings>{binding}</bindings></site>"#);
        let sites = format!("<sites>\n{site}\n</sites>");
        format!(
            "<configuration><system.applicationHost>\n{sites}\n</system.applicationHost></configuration>\n"
        )
    };
    put(case.path(), "ECEWEB01/inetpub/applicationHost.config", settings("0"));
    let (page, code) = why(case.path());
    assert_eq!(code, Some(0), "{page}");
    assert!(page.contains("Not found"), "{page}");

    put(case.path(), "ECEWEB01/inetpub/applicationHost.config", settings("1"));
    let (page, code) = why(case.path());
    assert_eq!(code, Some(3), "{page}");
    assert!(page.contains("iis-binding"), "{page}");
}
