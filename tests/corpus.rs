//! Real logs: folders that a running Tomcat wrote while somebody provoked failures, and published excerpts of
//! incidents. The report names what was provoked, and nothing where nothing was.
//!
//! The corpus is not part of this repository. `SPOGLIGHT_CORPUS` names its folder; without it the tests say so and pass.
#![allow(clippy::disallowed_methods, reason = "the doors are for the program; a test looks from outside")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use spoglight::{Settings, analyze};
use spoglight_signatures::Library;

/// A folder, and every failure that was provoked there and has a signature.
const FOLDERS: &[(&str, &str)] = &[
    (
        "tomcat/windows/tls",
        "tls-pkix-path-building tls-san-dns-mismatch tls-cn-mismatch tls-no-san-present tls-expired tls-not-yet-valid \
         tls-alert-fatal tls-no-appropriate-protocol tls-remote-terminated tls-not-ssl",
    ),
    (
        "tomcat/windows/ldap",
        "ldap-49-525 ldap-49-52e ldap-49-530 ldap-49-531 ldap-49-532 ldap-49-533 ldap-49-568 ldap-49-701 ldap-49-773 \
         ldap-49-775 ldap-strong-auth-required ldap-partial-result tls-pkix-path-building ldap-connect-refused \
         ldap-read-timeout tls-remote-terminated",
    ),
    ("tomcat/windows/network", "net-connect-refused net-connect-timeout net-unknown-host"),
    ("tomcat/windows/jdbc-mssql", "db-tcp-connect-failed db-login-failed db-tls-failed db-browser-failed"),
    ("tomcat/windows/jdbc-pool", "db-pool-exhausted"),
    ("tomcat/windows/bind", "wildfly-port-in-use"),
    ("tomcat/windows/ajp-secret", "tomcat-ajp-secret"),
    ("tomcat/windows/keystore-jks", "tls-keystore-password"),
    ("tomcat/windows/keystore-missing", "keystore-not-found"),
    ("tomcat/windows/badapp", "tomcat-context-failed"),
    ("tomcat/windows/metaspace", "jvm-oom-metaspace"),
    ("tomcat/linux/tomcat9-jdk8-memory", "jvm-oom-heap jvm-oom-gc"),
    ("tomcat/linux/tomcat9-jdk8-nothread", "jvm-oom-threads"),
    ("tomcat/linux/tomcat9-jdk8-zh-GBK", "tls-pkix-path-building"),
    (
        "tomcat/windows/pcce-like/it_IT",
        "tls-pkix-path-building tls-san-dns-mismatch tls-expired net-connect-refused ldap-49-52e ldap-partial-result \
         db-tcp-connect-failed",
    ),
    ("tomcat/windows/access", ""),
    ("tomcat/windows/badrequest", ""),
    ("tomcat/windows/procrun", ""),
    ("tomcat/linux/tomcat9-jdk17-threaddump-gc", ""),
    ("tomcat/dst", ""),
    ("ece-lines.txt", ""),
];

/// An incident whose signature is not in the library yet.
const NOT_YET: &[&str] = &["mail-connection-dropped"];

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("SPOGLIGHT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        let _ =
            std::io::Write::write_all(&mut std::io::stderr(), b"skipped: SPOGLIGHT_CORPUS names no corpus\n");
    }
    corpus
}

#[test]
fn every_folder_shows_what_was_provoked_in_it() {
    let Some(corpus) = corpus() else { return };
    for (folder, ids) in FOLDERS {
        let analysis = analyze(&[corpus.join(folder)], &Settings::default(), &()).expect("an analysis");
        let found: BTreeSet<&str> = analysis.findings.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(found, ids.split_whitespace().collect(), "{folder}");
        assert_eq!(analysis.warnings, [], "{folder}");
        assert!(analysis.totals.events > 0, "{folder}");
    }
}

#[test]
fn incidents_of_other_products_with_the_same_libraries_are_named() {
    let Some(corpus) = corpus() else { return };
    let text = std::fs::read_to_string(corpus.join("field-excerpts.md")).expect("the excerpts");
    let library = Library::embedded().expect("the library");
    let mut read = 0;
    for part in text.split("\n## ").skip(1) {
        let mut fences = part.split("```");
        let (Some(head), Some(excerpt), Some(expected)) = (fences.next(), fences.next(), fences.next())
        else {
            continue;
        };
        let name = head.lines().next().unwrap_or_default();
        let excerpt = excerpt.split_once('\n').map_or(excerpt, |(_, below)| below);
        let hits = library.hits(excerpt.as_bytes());
        let found: BTreeSet<&str> =
            hits.iter().filter_map(|hit| library.get(hit.signature)).map(|one| one.id.as_str()).collect();
        let ids = expected.lines().find_map(|line| line.strip_prefix("- **expected ids**: ")).expect("ids");
        for id in ids.split(", ").map(|id| id.trim_matches('`')).filter(|id| !NOT_YET.contains(id)) {
            assert!(found.contains(id), "{name}: {id} is not in {found:?}");
        }
        read += 1;
    }
    assert_eq!(read, 16);
}
