//! Bad input: a clear message, the rest analysed, memory bounded; never a panic, a silence or the end of the run.

use std::fs;
use std::path::{Path, PathBuf};

use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_model::analysis::Analysis;
use spoglight_source::{Limits, Opening};

use crate::archives::pack::zip;
use crate::support::{self, put, skip};

const GOOD: &str = "2026-11-21 10:00:00.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@> text <@> \n\
    java.net.UnknownHostException: dc01.example.com\n\tat a.B.c(B.java:1)\n";

fn run(paths: &[&Path]) -> Analysis {
    let paths: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
    analyze(&paths, &Settings::default(), &()).expect("an analysis")
}

/// The good log beside a bad thing is analysed, and the bad thing is named with these words.
fn good_is_read_and_bad_is_named(analysis: &Analysis, bad: &str, says: &str) {
    assert!(analysis.findings.iter().any(|finding| finding.id == "net-unknown-host"), "the rest is analysed");
    let warnings = &analysis.warnings;
    let warning = warnings.iter().find(|warning| warning.path.ends_with(bad));
    let warning = warning.unwrap_or_else(|| panic!("{bad} is named in {warnings:?}"));
    assert!(warning.what.contains(says), "{warning:?}");
    assert!(!warning.advice.is_empty());
    assert!(analysis.coverage_gaps.iter().any(|one| one.id == "not-read"));
}

fn folder() -> tempfile::TempDir {
    let folder = support::folder();
    put(folder.path(), "good.log", GOOD);
    folder
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip(&entries.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect())
}

#[test]
fn a_path_that_does_not_exist() {
    let folder = folder();
    let missing = folder.path().join("missing.zip");
    good_is_read_and_bad_is_named(&run(&[&missing, folder.path()]), "missing.zip", "cannot be found");
    let nothing = run(&[&missing]);
    assert!(nothing.is_void() && nothing.verdict.text == "Nothing was read.");
}

#[test]
fn files_that_are_no_text() {
    for (name, bytes, says) in [
        ("program.log", &b"MZ\x90\x00\x03\x00\x00\x00"[..], "Windows program"),
        ("noise.log", &[7, 3, 200, 1, 0, 2, 255, 9][..], "binary"),
        ("zeros.log", &[0; 5000][..], "zero"),
        ("case.7z", &b"7z\xbc\xaf\x27\x1c\x00\x04rest"[..], "7z archive"),
        ("logs.tar.gz", &b"\x1f\x8b\x08\x00rest"[..], "cannot be unpacked"),
        ("events.evtx", &b"ElfFile\x00rest"[..], "event log"),
    ] {
        let folder = folder();
        put(folder.path(), name, bytes);
        good_is_read_and_bad_is_named(&run(&[folder.path()]), name, says);
    }
}

#[test]
fn an_empty_file_is_a_fact_and_no_failure() {
    let folder = folder();
    put(folder.path(), "manager.log", "");
    let analysis = run(&[folder.path()]);
    assert_eq!(analysis.warnings, []);
    let empty =
        analysis.sources.iter().find(|source| source.path.ends_with("manager.log")).expect("it is listed");
    assert_eq!((empty.bytes, empty.format.as_deref()), (0, None));
}

#[test]
fn invalid_utf8_and_nul_bytes_are_text() {
    let folder = folder();
    let mut log = b"21-Nov-2026 10:00:00.123 SEVERE [main] a.B.c \xff\xfe damaged \xc3\n".to_vec();
    log.extend(b"\tjavax.naming.AuthenticationException: [LDAP: error code 49 - 80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v2580\0]\n");
    put(folder.path(), "damaged.log", &log);
    let analysis = run(&[folder.path()]);
    assert_eq!(analysis.warnings, []);
    let finding = analysis.findings.iter().find(|finding| finding.id == "ldap-49-52e").expect("it is found");
    assert!(finding.evidence[0].text.contains("v2580\0]"));
    let source =
        analysis.sources.iter().find(|source| source.path.ends_with("damaged.log")).expect("it is listed");
    assert_eq!((source.format.as_deref(), source.events, source.unparsed), (Some("tomcat-juli"), 1, 0));
}

#[test]
fn a_line_without_end() {
    let folder = folder();
    let mut log = GOOD.as_bytes().to_vec();
    log.resize(13 << 20, b'x');
    log.extend(b" SunCertPathBuilderException: unable to find valid certification path to requested target");
    put(folder.path(), "long.log", &log);
    let analysis = run(&[folder.path()]);
    let source =
        analysis.sources.iter().find(|source| source.path.ends_with("long.log")).expect("it is listed");
    assert_eq!((source.bytes, source.events), (log.len() as u64, 1));
    let finding =
        analysis.findings.iter().find(|finding| finding.id == "tls-pkix-path-building").expect("it is found");
    assert!(finding.evidence[0].text.len() < 3000 && finding.evidence[0].text.contains("SunCertPath"));
}

#[test]
fn archives_that_are_broken() {
    let whole = zipped(&[("logs/a.log", GOOD.as_bytes())]);
    for (name, bytes, says) in [
        ("empty.zip", zipped(&[]), "without entries"),
        ("cut.zip", whole[..whole.len() / 2].to_vec(), "cut off or damaged"),
        ("tail.zip", whole[..whole.len() - 7].to_vec(), "1 entries could be read"),
    ] {
        let folder = folder();
        put(folder.path(), name, bytes);
        good_is_read_and_bad_is_named(&run(&[folder.path()]), name, says);
    }
}

#[test]
fn a_damaged_entry_is_named_and_the_others_are_read() {
    let noise: Vec<u8> = (0..200_000u32)
        .flat_map(|n| format!("line {} {}\n", n, n.wrapping_mul(2_654_435_761)).into_bytes())
        .collect();
    let mut bytes = zipped(&[("bad.log", &noise), ("good.log", GOOD.as_bytes())]);
    let middle = bytes.len() / 3;
    bytes[middle..middle + 64].fill(0x55);
    let folder = folder();
    put(folder.path(), "case.zip", bytes);
    let analysis = run(&[folder.path()]);
    good_is_read_and_bad_is_named(&analysis, "case.zip!bad.log", "its archive declares");
    let read = |name: &str| {
        analysis.sources.iter().find(|source| source.path.ends_with(name)).map(|source| source.bytes)
    };
    assert_eq!(read("case.zip!good.log"), Some(GOOD.len() as u64));
    assert!(read("case.zip!bad.log").expect("it is listed") > 0, "what came is used");
}

#[test]
fn names_that_lead_out_are_read_and_reported() {
    for name in ["../../evil.log", "/etc/evil.log", "C:\\Windows\\evil.log", "a/../../evil.log"] {
        let folder = folder();
        let path = put(folder.path(), "case.zip", zipped(&[(name, GOOD.as_bytes())]));
        let analysis = run(&[&path]);
        good_is_read_and_bad_is_named(&analysis, "evil.log", "lead out");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "nothing was written");
    }
}

#[test]
fn an_encrypted_entry_is_reported() {
    let mut bytes = zipped(&[("secret.log", b"x"), ("good.log", GOOD.as_bytes())]);
    // bit 0 of the flags, in the first local header and the first record of the directory
    bytes[6] |= 1;
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a directory");
    bytes[directory + 8] |= 1;
    let folder = folder();
    put(folder.path(), "case.zip", bytes);
    good_is_read_and_bad_is_named(&run(&[folder.path()]), "case.zip!secret.log", "encrypted");
}

#[test]
fn an_archive_that_unpacks_to_more_than_it_may() {
    let folder = folder();
    let bomb = vec![b'x'; 70 << 20];
    let path = put(folder.path(), "bomb.zip", zipped(&[("bomb.log", &bomb)]));
    let analysis = run(&[folder.path()]);
    good_is_read_and_bad_is_named(&analysis, "bomb.zip!bomb.log", "archive bombs");
    let settings = Settings {
        opening: Opening { limits: Limits { unpacked: 1 << 20, ..Limits::default() }, ..Opening::default() },
        ..Settings::default()
    };
    let analysis = analyze(&[path], &settings, &()).expect("an analysis");
    assert!(analysis.warnings[0].what.contains("--max-unpacked"), "{:?}", analysis.warnings);
}

#[cfg(unix)]
#[test]
fn links_devices_and_loops() {
    let folder = folder();
    std::os::unix::fs::symlink("..", folder.path().join("loop")).expect("a link");
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("out.log")).expect("a link");
    let analysis = run(&[folder.path()]);
    good_is_read_and_bad_is_named(&analysis, "loop", "is a link");
    good_is_read_and_bad_is_named(&analysis, "out.log", "is a link");
    assert_eq!(analysis.sources.len(), 1);
    // what the user names himself is followed
    std::os::unix::fs::symlink("good.log", folder.path().join("named.log")).expect("a link");
    assert_eq!(run(&[&folder.path().join("named.log")]).findings.len(), 1);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let path = put(folder.path(), "forbidden.log", GOOD);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).expect("no permission");
    if fs::File::open(&path).is_ok() {
        return skip("bad_input::a_file_that_may_not_be_read", "root may read everything");
    }
    good_is_read_and_bad_is_named(&run(&[folder.path()]), "forbidden.log", "cannot be opened");
}
