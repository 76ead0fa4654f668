//! Archives with passwords: given, asked for, missing, wrong.

use std::io::{Cursor, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sevenz_rust2::encoder_options::AesEncoderOptions;
use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, Password};
use spoglight_source::{Opening, Passwords};
use zip::ZipWriter;
use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;

use super::pack::{Files, opened};

fn logs(count: usize) -> Files {
    (0..count).map(|n| (format!("{n}.log"), format!("line of {n}\n").repeat(500).into_bytes())).collect()
}

enum Way {
    Aes,
    ZipCrypto,
}

fn locked_zip(files: &Files, password: &str, way: &Way) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default();
        let options = match way {
            Way::Aes => options.with_aes_encryption(zip::AesMode::Aes256, password),
            Way::ZipCrypto => options.with_deprecated_encryption(password.as_bytes()).expect("options"),
        };
        zip.start_file(name, options).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

fn locked_7z(files: &Files, password: &str, names_too: bool) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new())).expect("an archive");
    let aes = AesEncoderOptions { num_cycles_power: 6, ..AesEncoderOptions::new(Password::from(password)) };
    archive.set_content_methods(vec![aes.into(), EncoderConfiguration::new(EncoderMethod::LZMA2)]);
    archive.set_encrypt_header(names_too);
    for (name, bytes) in files {
        archive.push_archive_entry(ArchiveEntry::new_file(name), Some(bytes.as_slice())).expect("an entry");
    }
    archive.finish().expect("an archive").into_inner()
}

fn with(given: &[&str]) -> Opening {
    let given = given.iter().map(|&password| password.to_owned()).collect();
    Opening { passwords: Passwords { given, ask: None }, ..Opening::default() }
}

#[test]
fn the_right_password_opens_each_kind() {
    let files = logs(3);
    for (name, bytes) in [
        ("aes.zip", locked_zip(&files, "s3cret", &Way::Aes)),
        ("old.zip", locked_zip(&files, "s3cret", &Way::ZipCrypto)),
        ("content.7z", locked_7z(&files, "s3cret", false)),
        ("names.7z", locked_7z(&files, "s3cret", true)),
    ] {
        let opened = opened(name, &bytes, &with(&["wrong", "s3cret"]));
        assert_eq!(opened.lines(), "", "{name}");
        let expected: Files =
            files.iter().map(|(file, bytes)| (format!("{name}!{file}"), bytes.clone())).collect();
        assert!(opened.sources == expected, "{name}");
    }
}

#[test]
fn what_stays_locked_is_one_message() {
    let files = logs(30);
    let none = "give it with --password or --password-file, or unpack it and point spoglight at the folder";
    let other = "give the right one with --password; repeat the option for several passwords";
    let entries = "has 30 entries, such as 0.log, that are encrypted, and";
    let list = "is a 7z archive whose list of files is encrypted, and";
    for (name, bytes, what) in [
        ("aes.zip", locked_zip(&files, "s3cret", &Way::Aes), entries),
        ("old.zip", locked_zip(&files, "s3cret", &Way::ZipCrypto), entries),
        ("content.7z", locked_7z(&files, "s3cret", false), entries),
        ("names.7z", locked_7z(&files, "s3cret", true), list),
    ] {
        let missing = opened(name, &bytes, &Opening::default());
        assert_eq!(missing.lines(), format!("{name}: {what} no password was given; {none}\n"));
        assert_eq!(missing.sources, []);
        let wrong = opened(name, &bytes, &with(&["wr0ng"]));
        assert_eq!(wrong.lines(), format!("{name}: {what} none of the given passwords opens it; {other}\n"));
    }
    let one = opened("one.zip", &locked_zip(&logs(1), "s3cret", &Way::Aes), &Opening::default());
    assert_eq!(one.lines(), format!("one.zip!0.log: is encrypted, and no password was given; {none}\n"));
}

#[test]
fn a_person_is_asked_until_a_password_opens_an_archive() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let asking = |given: Option<&str>, answers: &'static [&'static str]| {
        let counter = Arc::clone(&counter);
        let is_given = given.is_some();
        let ask: spoglight_source::PasswordPrompt = Arc::new(move |name: &str, is_wrong: bool| {
            assert!(name.ends_with("/case.zip"), "{name}");
            let number = counter.fetch_add(1, Ordering::Relaxed);
            assert_eq!(is_wrong, is_given || number > 0);
            answers.get(number).map(|answer| (*answer).to_owned())
        });
        let given = given.map(str::to_owned).into_iter().collect();
        Opening { passwords: Passwords { given, ask: Some(ask) }, ..Opening::default() }
    };
    let bytes = locked_zip(&logs(5), "s3cret", &Way::Aes);
    for (given, answers, times, read) in [
        (None, &["s3cret"][..], 1, 5),
        (None, &["wr0ng", "s3cret"], 2, 5),
        (None, &["wr0ng", "wr1ng", "wr2ng", "s3cret"], 3, 0),
        (None, &[], 1, 0),
        (Some("wr0ng"), &["s3cret"], 1, 5),
        (Some("s3cret"), &["never asked"], 0, 5),
    ] {
        asked.store(0, Ordering::Relaxed);
        let opening = asking(given, answers);
        assert_eq!(opened("case.zip", &bytes, &opening).sources.len(), read, "{answers:?}");
        assert_eq!(asked.load(Ordering::Relaxed), times, "{answers:?}");
        assert!(!format!("{opening:?}").contains("s3cret"), "it is never printed");
    }
}

#[test]
fn a_password_may_come_from_a_file_or_a_variable() {
    let folder = crate::support::folder();
    let archive = crate::support::put(folder.path(), "case.zip", locked_zip(&logs(5), "s3cret", &Way::Aes));
    let file = crate::support::put(folder.path(), "passwords.txt", "wr0ng\r\n\ns3cret\r\n");
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut program = std::process::Command::new(crate::support::PROGRAM);
        program.args(["timeline", crate::support::argument(&archive), "--format", "raw"]).args(arguments);
        if let Some(password) = variable {
            program.env("SPOGLIGHT_PASSWORD", password);
        }
        let output = program.stdin(std::process::Stdio::null()).output().expect("a run");
        (output.stdout.len(), crate::support::text(&output.stderr))
    };
    assert_eq!(run(&[], None).0, 0);
    let (shown, said) = run(&["--password-file", crate::support::argument(&file)], None);
    assert!(shown > 0, "{said}");
    assert_eq!(run(&[], Some("s3cret")).0, shown);
    let (none, said) = run(&["--password-file", "no-such-file"], None);
    assert!(none == 0 && said.contains("no-such-file"), "{said}");
}
