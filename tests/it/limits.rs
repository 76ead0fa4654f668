//! Limits above the scan: reports of many files, patterns of the user that could hang, keystores that ask for many rounds.

use serde_json::Value;

use crate::support::{argument, folder, put, report, spoglight, text};

/// Files of a large collection: a few more than reports list.
const FILES: usize = 1100;

/// A folder of many small logs. Each is of a server of its own, has a failure with a value of its own, an error of its own,
/// and one file in ten cannot be read.
fn many_files() -> tempfile::TempDir {
    let folder = folder();
    for number in 0..FILES {
        let word: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        let head = "2026-11-21 10:00:00.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@>";
        let log = format!(
            "{head} text <@> \njava.net.UnknownHostException: dc{number}.example.com\n\tat a.B.c(B.java:1)\n\
             {head} no {word} was made <@> \n"
        );
        put(folder.path(), &format!("S{number:04}/eg_log_S{number:04}_ApplicationServer.log"), log);
        if number % 10 == 0 {
            put(folder.path(), &format!("S{number:04}/core.bin"), [0, 1, 2, 0xff]);
        }
    }
    folder
}

#[test]
fn lists_of_reports_are_limited_and_counts_are_not() {
    let folder = many_files();
    let path = argument(folder.path());
    for (arguments, most) in [
        (vec!["analyze", path, "--full"], 400_000),
        (vec!["analyze", path, "--format", "markdown"], 500_000),
        (vec!["analyze", path, "--format", "html"], 2_000_000),
        (vec!["inventory", path], 600_000),
        (vec!["inventory", path, "--format", "html"], 1_200_000),
    ] {
        let out = text(&spoglight(&arguments).stdout);
        assert!(out.len() < most, "{arguments:?}: {} bytes", out.len());
        // the rows of servers are their logs: one, and one of ten has another file
        let rest = match (arguments[0], arguments.last()) {
            ("inventory", _) => "and 191 more servers; ",
            (_, Some(&"html")) => "and 210 more files. ",
            _ => "and 210 more logs; ",
        };
        assert!(out.contains(rest), "{arguments:?} counts the rest");
        assert!(out.contains("and 10 more files; "), "{arguments:?} counts unread files");
    }
    let json = report(&[path]);
    assert_eq!(json["sources"].as_array().map(Vec::len), Some(FILES + FILES / 10));
    assert_eq!(json["warnings"].as_array().map(Vec::len), Some(FILES / 10));
    let finding = json["findings"].as_array().into_iter().flatten().find(|one| one["count"] == FILES);
    let finding = finding.expect("the failure in every file");
    let count = |list: &Value| list.as_array().map(Vec::len);
    assert_eq!(count(&finding["evidence"]), Some(5));
    assert_eq!(count(&finding["hosts"]), Some(10));
    assert!(finding["captures"].as_object().expect("captures").values().all(|all| count(all) <= Some(10)));
    assert_eq!(json["unrecognized"]["errors"], FILES, "an error in every file");
}

/// A signature with a pattern, whose sample has `matched`.
fn signature(pattern: &str, matched: &str) -> String {
    format!(
        "id = \"own\"\ntitle = \"T\"\nseverity = \"high\"\nconfidence = \"likely\"\nshows_in = [\"Tomcat\"]\ncause = \"c\"\n\
         confirm = [\"c\"]\nfix = [\"f\"]\nfalse_positives = [\"p\"]\nreferences = [\"r\"]\n[match]\nany = [\"rare word\"]\n\
         pattern = '''{pattern}'''\n[[hit]]\ntext = \"rare word {matched}\"\nfrom = \"a test\"\n[[miss]]\ntext = \"rare word\"\n\
         why = \"nothing follows\"\n"
    )
}

fn format_of(pattern: &str, matched: &str) -> String {
    format!(
        "name = \"own\"\nline = '''^(?<message>rare word {pattern})'''\n[[sample]]\nline = \"rare word {matched}\"\n"
    )
}

#[test]
fn patterns_that_could_hang_are_refused_before_a_log_is_read() {
    let folder = folder();
    let log = format!("rare word {}b\n", "a".repeat(3000)).repeat(200);
    let log = put(folder.path(), "x.log", log);
    for (pattern, reason) in [
        ("(?:a{1,300}){1,300}$", "is slow, with "),
        ("(?:a{1,100}){1,100}$", "is slow, with "),
        ("(?:a{1,60}[ab]{1,60}){1,40}$", "is slow, with "),
    ] {
        let own = put(folder.path(), "signatures/own.toml", signature(pattern, "aaa"));
        let said = |out: std::process::Output| text(&[out.stdout, out.stderr].concat());
        let tested = said(spoglight(&["signatures", "test", argument(&own)]));
        assert!(tested.contains(&format!("its pattern {reason}")), "{pattern}: {tested}");
        for command in ["analyze", "why-not", "explain"] {
            let mut arguments = vec![command];
            arguments.extend(match command {
                "analyze" => vec![argument(&log)],
                "why-not" => vec!["ldap-partial-result", argument(&log)],
                _ => vec!["ldap-partial-result"],
            });
            arguments.extend(["--signatures", argument(&own)]);
            let out = said(spoglight(&arguments));
            // a report wraps its lines
            let out: String = out.split_whitespace().fold(String::new(), |all, word| all + word + " ");
            assert!(out.contains(reason), "{arguments:?}: {out}");
        }
        let own = put(folder.path(), "formats/own.toml", format_of(pattern, "aaa"));
        for arguments in [
            ["analyze", argument(&log), "--formats", argument(&own)],
            ["timeline", argument(&log), "--formats", argument(&own)],
            ["inventory", argument(&log), "--formats", argument(&own)],
        ] {
            let out = spoglight(&arguments);
            assert_eq!(out.status.code(), Some(2), "{arguments:?}");
            assert!(text(&out.stderr).contains(&format!("`line` {reason}")), "{}", text(&out.stderr));
        }
        let out = spoglight(&["formats", "test", argument(&log), "--formats", argument(&own)]);
        assert!(text(&out.stderr).contains(&format!("`line` {reason}")), "{}", text(&out.stderr));
    }
    // an ordinary pattern is used
    let own = put(folder.path(), "signatures/own.toml", signature("rare word (?P<what>[a-z]{1,40})", "aaa"));
    let found = report(&[argument(&log), "--signatures", argument(&own)]);
    assert!(found["findings"].as_array().into_iter().flatten().any(|one| one["id"] == "own"));
}

/// An integer of DER.
fn number(value: u32) -> Vec<u8> {
    [&[2, 5, 0][..], &value.to_be_bytes()].concat()
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u16::try_from(body.len()).expect("a short element");
    [&[tag, 0x82][..], &length.to_be_bytes(), &body].concat()
}

/// A PKCS#12 store without entries, whose checksum takes so many rounds for one password and is of none.
fn store(rounds: u32) -> Vec<u8> {
    let data = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let content = element(0x30, &[data, &element(0xa0, &[&element(4, &[&element(0x30, &[])])])]);
    let digest =
        element(0x30, &[&element(0x30, &[b"\x06\x05\x2b\x0e\x03\x02\x1a"]), &element(4, &[&[7; 20]])]);
    let checksum = element(0x30, &[&digest, &element(4, &[&[1; 8]]), &number(rounds)]);
    element(0x30, &[&[2, 1, 3], &content, &checksum])
}

#[test]
fn a_keystore_that_asks_for_too_many_rounds_is_reported() {
    let folder = folder();
    put(folder.path(), "S00/trust.p12", store(u32::MAX / 2));
    put(folder.path(), "S01/trust.p12", store(1000));
    let json = report(&[argument(folder.path())]);
    let warnings = json["warnings"].as_array().expect("warnings");
    let warning = warnings.iter().find(|one| one["path"].as_str().is_some_and(|path| path.contains("S00")));
    let what = warning.and_then(|one| one["what"].as_str()).unwrap_or_default();
    assert!(what == "takes more than 4,000,000 rounds of hashing, so not all passwords were tried", "{what}");
    assert!(warnings.iter().all(|one| one["path"].as_str().is_some_and(|path| !path.contains("S01"))));
}
