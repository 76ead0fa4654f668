//! Standard input as a log or an archive.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use crate::support::{PROGRAM, argument, folder, put, spoglight, text};

const LOG: &str = "samples/cases/untrusted-certificate/PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log";

/// Runs the program with these bytes on its standard input.
fn piped(arguments: &[&str], input: &[u8]) -> Output {
    let mut run = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a run");
    // a run that refuses its arguments does not read its input
    let _ = run.stdin.take().expect("a pipe").write_all(input);
    run.wait_with_output().expect("its output")
}

#[test]
fn a_log_from_standard_input_has_the_events_and_findings_of_the_file() {
    let log = fs::read(LOG).expect("the log");
    let folder = folder();
    let file = folder.path().join("stdin");
    fs::write(&file, &log).expect("a file");
    let name = argument(&file);
    for arguments in [
        vec!["analyze"],
        vec!["analyze", "--format", "json"],
        vec!["timeline", "--full"],
        vec!["timeline", "-q", "PKIX"],
        vec!["inventory"],
        vec!["why-not", "tls-pkix-path-building"],
        vec!["why-not", "ldap-49-52e"],
    ] {
        let of = |path| [arguments.as_slice(), &[path, "--tz", "America/New_York"]].concat();
        let expected = spoglight(&of(name));
        let shown = piped(&of("-"), &log);
        assert_eq!(shown.status.code(), expected.status.code(), "{arguments:?}");
        let is_json = arguments.contains(&"json");
        // a wrapped line ends elsewhere if the path is shorter
        let words = |output: &Output, name: &str| {
            // as it was given, in JSON, and with `/` as in reports
            let names = [name.replace('\\', "\\\\"), name.to_owned(), name.replace('\\', "/")];
            let text = names.iter().fold(text(&output.stdout), |text, name| text.replace(name, "stdin"));
            let text = if is_json { text.replace("\"-\"", "\"stdin\"") } else { text };
            text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let is_timed = |word: &String| word.contains("written") || word.contains("elapsed");
        let (shown, expected) = (words(&shown, "stdin"), words(&expected, name));
        let shown: Vec<&String> = shown.iter().filter(|word| !is_timed(word)).collect();
        let expected: Vec<&String> = expected.iter().filter(|word| !is_timed(word)).collect();
        assert_eq!(shown, expected, "{arguments:?}");
    }
}

#[test]
fn an_archive_from_standard_input_is_opened() {
    let folder = folder();
    let mut archive = zip::ZipWriter::new(fs::File::create(folder.path().join("x.zip")).expect("a file"));
    archive
        .start_file("PCCEADSA/logs/catalina.2026-11-21.log", zip::write::SimpleFileOptions::default())
        .expect("an entry");
    archive.write_all(&fs::read(LOG).expect("the log")).expect("its bytes");
    archive.finish().expect("an archive");
    let bytes = fs::read(folder.path().join("x.zip")).expect("the archive");
    let output = piped(&["analyze", "-", "--brief"], &bytes);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let output = piped(&["inventory", "-"], &bytes);
    let shown = text(&output.stdout);
    assert!(shown.contains("PCCEADSA") && shown.contains("stdin!PCCEADSA/logs/catalina"), "{shown}");
}

#[test]
fn standard_input_is_read_once_and_only_where_it_can_be() {
    let folder = folder();
    let other = put(folder.path(), "a.log", "2026-11-21 12:00:00,000 INFO [x] (y) a\n");
    for (arguments, expected) in [
        (vec!["analyze", "-", "-"], "given twice"),
        (vec!["timeline", "-", argument(&other), "-"], "given twice"),
        (vec!["browse", "-"], "save it to a file"),
        (vec!["tail", "-"], "a tail follows files"),
        (vec!["analyze", "-", "--max-temporary", "0"], "--max-temporary"),
    ] {
        let output = piped(&arguments, b"2026-11-21 12:00:00,000 INFO [x] (y) b\n");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let shown = text(&output.stderr);
        assert!(shown.starts_with("error: ") && shown.contains(expected), "{arguments:?}: {shown}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let output = piped(&["timeline", argument(&other), "-"], b"2026-11-21 12:00:01,000 INFO [x] (y) b\n");
    assert_eq!((output.status.code(), text(&output.stdout).lines().count()), (Some(0), 2));
    let output = piped(&["analyze", "-"], b"");
    assert_eq!(output.status.code(), Some(2), "nothing was read");
}
