//! Real logs: folders that a running Tomcat wrote while somebody provoked failures, and published excerpts of
//! incidents. The report names what was provoked, and nothing where nothing was.
//!
//! The corpus is not part of this repository. `SPOGLIGHT_CORPUS` names its folder; without it the tests are skipped.

use std::collections::BTreeSet;
use std::path::PathBuf;

use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::merge::MergeRequest;
use spoglight_signatures::Library;
use spoglight_time::Timestamp;

use crate::support::{analysis_of, skip};

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
         ldap-read-timeout ldap-conn-closed ldap-port-protocol-mismatch",
    ),
    ("tomcat/windows/network", "net-connect-refused net-connect-timeout net-unknown-host jvm-stackoverflow"),
    (
        "tomcat/windows/jdbc-mssql",
        "db-tcp-connect-failed db-login-failed db-tls-failed db-browser-failed db-connection-closed db-integrated-auth",
    ),
    ("tomcat/windows/jdbc-pool", "db-pool-exhausted"),
    ("tomcat/windows/bind", "wildfly-port-in-use"),
    ("tomcat/windows/ajp-secret", "tomcat-ajp-secret"),
    ("tomcat/windows/keystore-jks", "tls-keystore-password"),
    ("tomcat/windows/keystore-missing", "keystore-not-found"),
    ("tomcat/windows/badapp", "tomcat-context-failed jvm-class-not-found"),
    ("tomcat/windows/metaspace", "jvm-oom-metaspace"),
    ("tomcat/linux/tomcat9-jdk8-memory", "jvm-oom-heap jvm-oom-gc jvm-oom-array"),
    ("tomcat/linux/tomcat9-jdk8-nothread", "jvm-oom-threads"),
    ("tomcat/linux/tomcat9-jdk8-zh-GBK", "tls-pkix-path-building"),
    (
        "tomcat/windows/pcce-like/it_IT",
        "tls-pkix-path-building tls-san-dns-mismatch tls-expired net-connect-refused ldap-49-52e ldap-partial-result \
         db-tcp-connect-failed",
    ),
    ("tomcat/windows/access", ""),
    ("tomcat/windows/badrequest", "tomcat-bad-request"),
    (
        "tomcat/windows/procrun",
        "jvm-missing-class tomcat-service-jvm-missing tomcat-service-jvm-not-created \
         tomcat-service-start-class-missing",
    ),
    ("tomcat/linux/tomcat9-jdk17-threaddump-gc", ""),
    ("tomcat/dst", "tomcat-slow-securerandom"),
    ("ece-lines.txt", ""),
];

fn corpus(test: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("SPOGLIGHT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        skip(&format!("corpus::{test}"), "SPOGLIGHT_CORPUS names no corpus");
    }
    corpus
}

#[test]
fn every_folder_shows_what_was_provoked_in_it() {
    let Some(corpus) = corpus("every_folder_shows_what_was_provoked_in_it") else { return };
    for (folder, ids) in FOLDERS {
        let analysis = analysis_of(&corpus.join(folder));
        // of what was provoked in one thread within a second, the general is folded under the specific
        let folded = analysis.findings.iter().flat_map(|finding| &finding.related).map(|one| one.id.as_str());
        let folded = folded.filter(|id| ids.split_whitespace().any(|wanted| wanted == *id));
        let found = analysis.findings.iter().map(|finding| finding.id.as_str()).chain(folded);
        let found: BTreeSet<&str> = found.collect();
        assert_eq!(found, ids.split_whitespace().collect(), "{folder}");
        assert_eq!(analysis.warnings, [], "{folder}");
        assert!(analysis.totals.events > 0, "{folder}");
    }
}

/// What the README of the corpus says of a file, as far as its folder tells: charset and language. A log in ASCII may be in
/// any code page.
fn expected(path: &str) -> Option<(&'static str, &'static str)> {
    let folder = path.rsplit('/').nth(1)?;
    let (locale, rest) = folder.split_at_checked(5)?;
    let tag = match locale {
        "it_IT" => "it",
        "fr_FR" => "fr",
        "de_DE" => "de",
        "es_ES" => "es",
        "pt_BR" => "pt-BR",
        "zh_CN" => "zh-CN",
        "zh_TW" => "zh-TW",
        "ja_JP" => "ja",
        "ko_KR" => "ko",
        "ru_RU" => "ru",
        // Tomcat 8 and later writes English words for these
        "pl_PL" | "cs_CZ" | "nl_NL" | "tr_TR" | "pt_PT" if path.contains("/windows/") => "en",
        "pl_PL" => "pl",
        "cs_CZ" => "cs",
        "pt_PT" | "nl_NL" => "pt-PT or nl", // November is `nov` in both
        "en_US" => "en",
        _ => return None,
    };
    let page = match (locale, rest) {
        (_, "-utf8-jdk-11" | "") => "utf-8",
        ("zh_CN", _) => "gbk",
        ("zh_TW", _) => "big5",
        ("ja_JP", _) => "shift_jis",
        ("ko_KR", _) => "euc-kr",
        ("ru_RU", _) => "windows-1251",
        ("pl_PL", _) => "windows-1250",
        _ => "windows-1252",
    };
    Some((page, tag))
}

/// Lines with which a record begins, found by a pattern that is not the parser's.
fn records(format: &str) -> Option<&'static str> {
    Some(match format {
        "tomcat-juli" => {
            r"^(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3} |\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}\S* [A-Z]+ \[|\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M )"
        }
        "access-log" => r"^\S+ \S+ .+? \[\d\d/[A-Z][a-z]{2}/\d{4}:",
        "procrun" => r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \[",
        "mod-jk" => r"^\[[A-Z][a-z]{2} [A-Z][a-z]{2} ",
        "java-util-logging" => r"^\S+ \d\d, \d{4} \d\d?:\d\d:\d\d ",
        "tomcat-json" => r#"^\{"time""#,
        "access-json" => r#"^\{"host""#,
        "tomcat-jdk-logger" => r"^\d{13} [TDIWE ] ",
        "iis-w3c" | "access-custom" => r"^\d{4}",
        "log4j" => r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z]+ ",
        _ => return None,
    })
}

#[test]
fn every_log_is_what_its_folder_says_it_is() {
    let Some(corpus) = corpus("every_log_is_what_its_folder_says_it_is") else { return };
    let mut checked = 0;
    for folder in ["tomcat/windows", "tomcat/linux", "tomcat/dst", "tomcat/mod-jk", "tomcat/charset-derived"]
    {
        let analysis = analysis_of(&corpus.join(folder));
        for source in &analysis.sources {
            let (path, Some(format)) = (&source.path, source.format.as_deref()) else { continue };
            if let Some((charset, language)) = expected(path)
                && path.contains("/catalina.")
            {
                assert_eq!(source.language.as_deref(), Some(language), "{path}");
                let ascii = source.charset.evidence().is_some_and(|evidence| evidence.contains("ASCII"));
                // one folder's text was UTF-8 before Tomcat wrote it, byte for byte
                let twice = path.contains("it_IT-windows-1252/");
                assert!(
                    ascii || twice || source.charset.name() == Some(charset),
                    "{path}: {:?}",
                    source.charset
                );
            }
            let Some(pattern) = records(format) else {
                let plain = ["stamped-text", "text"].contains(&format);
                assert!(
                    plain
                        && (path.contains("stdout") || path.contains("stderr") || path.contains("verbatim")),
                    "{path}: {format}"
                );
                continue;
            };
            let bytes = std::fs::read(&**path).expect("a log");
            let bytes = match source.charset.name() {
                Some("utf-16le") => encoding_rs::UTF_16LE.decode(&bytes).0.into_owned().into_bytes(),
                Some("utf-16be") => encoding_rs::UTF_16BE.decode(&bytes).0.into_owned().into_bytes(),
                _ => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).to_vec(),
            };
            let pattern = regex::bytes::Regex::new(&format!("(?m-u){pattern}")).expect("a pattern");
            assert_eq!(source.formats.get(format), pattern.find_iter(&bytes).count() as u64, "{path}");
            checked += 1;
        }
    }
    assert!(checked > 200, "{checked} logs");
    // consoles of several writers
    for (folder, formats) in [
        ("tomcat9-jdk17-threaddump-gc", "jvm-gc 7, jvm-threads 1, tomcat-juli 42"),
        ("tomcat9-jdk8-threaddump-gc", "jvm-gc 16, jvm-threads 1, tomcat-juli 39"),
    ] {
        let path = corpus.join("tomcat/linux").join(folder).join("catalina.out");
        let analysis = analysis_of(&path);
        let counts = analysis.sources[0].formats.iter().map(|(name, count)| format!("{name} {count}"));
        assert_eq!(counts.collect::<Vec<_>>().join(", "), formats);
        assert_eq!(analysis.totals.unparsed, 0, "{folder}");
    }
}

/// Events of a log of the corpus on its timeline: moment and message with the lines below it, in the order of the file.
fn timeline(folder: &std::path::Path, file: &str) -> Vec<(i64, String)> {
    let settings = Settings::default();
    let paths = [folder.to_owned()];
    let collected = Collection::read(&paths, &settings, &()).expect("the library");
    let mut events = Vec::new();
    let wanted = MergeRequest::default();
    let render = |entry: &PlacedEvent<'_>, out: &mut Vec<u8>| {
        if entry.file() == file {
            let moment = entry.moment.filter(|moment| moment.is_utc()).map_or(0, Timestamp::nanos);
            out.extend_from_slice(format!("{:012}\0{moment}\0", entry.offset).as_bytes());
            out.extend_from_slice(entry.text);
        }
    };
    let summary = collected.merge(&wanted, 2, &(), &render, &mut |_, text| {
        events.extend((!text.is_empty()).then(|| String::from_utf8_lossy(text).into_owned()));
        Ok(())
    });
    assert!(summary.expect("memory").problems.is_empty());
    events.sort();
    let parts = |event: &String| {
        let mut parts = event.splitn(3, '\0');
        let moment = parts.nth(1).and_then(|moment| moment.parse().ok()).expect("a moment");
        (moment, parts.next().unwrap_or_default().to_owned())
    };
    events.iter().map(parts).collect()
}

/// Nights in which clocks are set: a counter in the messages is the truth, and the access log, which writes its offset.
#[test]
fn the_nights_are_put_in_order() {
    let Some(corpus) = corpus("the_nights_are_put_in_order") else { return };
    for (night, day) in [("ny-spring", "2026-03-08"), ("rome-fallback", "2026-10-25")] {
        let folder = corpus.join("tomcat/dst").join(night);
        let catalina = timeline(&folder, &format!("catalina.{day}.log"));
        let ticks: Vec<(i64, u32)> = catalina
            .iter()
            .filter_map(|(moment, text)| {
                let number = text.split("tick ").nth(1)?.split_whitespace().next()?;
                Some((*moment, number.parse().ok()?))
            })
            .collect();
        assert!(ticks.len() > 20, "{night}: {}", ticks.len());
        assert!(ticks.is_sorted(), "{night}: {ticks:?}");
        assert!(catalina.is_sorted_by_key(|(moment, _)| *moment / 1_000_000_000), "{night}");
        // the request of each tick ended within a minute of its message: the clock of that run was fast
        let access = timeline(&folder, &format!("localhost_access_log.{day}.txt"));
        let mut compared = 0;
        for (moment, text) in &access {
            let number = text
                .split("tick+")
                .nth(1)
                .and_then(|rest| rest.split_whitespace().next()?.parse::<u32>().ok());
            if let Some((tick, _)) = ticks.iter().find(|(_, tick)| Some(*tick) == number) {
                assert!((tick - moment).abs() < 60_000_000_000, "{night}: {text}");
                compared += 1;
            }
        }
        assert!(compared > 20, "{night}: {compared}");
    }
    // two errors, one in each pass through the hour: only the logs beside them tell
    let errors = timeline(&corpus.join("tomcat/dst/rome-fallback"), "localhost.2026-10-25.log");
    let moments: Vec<String> = errors.iter().map(|(moment, _)| Timestamp::Utc(*moment).to_string()).collect();
    assert_eq!(moments, ["2026-10-25T00:52:42.000Z", "2026-10-25T01:57:51.000Z"]);
}

#[test]
fn incidents_of_other_products_with_the_same_libraries_are_named() {
    let Some(corpus) = corpus("incidents_of_other_products_with_the_same_libraries_are_named") else {
        return;
    };
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
        for id in ids.split(", ").map(|id| id.trim_matches('`')) {
            assert!(found.contains(id), "{name}: {id} is not in {found:?}");
        }
        read += 1;
    }
    assert_eq!(read, 16);
}
