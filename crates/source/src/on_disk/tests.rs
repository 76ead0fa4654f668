//! A file is changed after it was found, or while it is read: it stays open, or it is opened again.
#![expect(clippy::disallowed_methods, reason = "a test changes its own small file")]

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::{FileChange, OnDisk};

/// Bytes of the log of the tests: its start and its end are other bytes.
fn log() -> Vec<u8> {
    (0..20_000u32).flat_map(|at| format!("{at:06} line\n").into_bytes()).collect()
}

struct Case {
    folder: tempfile::TempDir,
    path: PathBuf,
    file: OnDisk,
    log: Vec<u8>,
}

/// Runs a test with a file that stays open, if files do, and with one that is opened again.
fn both(test: impl Fn(&Case, bool)) {
    let modes: &[usize] = if cfg!(windows) { &[0] } else { &[usize::MAX, 0] };
    for &most in modes {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.log");
        fs::write(&path, log()).expect("a file");
        let (file, _) = OnDisk::open_within(&path, most).expect("it exists");
        test(&Case { folder, path, file, log: log() }, most > 0);
    }
}

/// Reads the file; changes it when so many bytes were read.
fn read(file: &OnDisk, after: usize, change: impl FnOnce()) -> (Vec<u8>, io::Result<()>) {
    let (mut bytes, mut change) = (Vec::new(), Some(change));
    let outcome = file.read(0, &mut |stream| {
        stream.take(after as u64).read_to_end(&mut bytes)?;
        if let Some(change) = change.take() {
            change();
        }
        stream.read_to_end(&mut bytes).map(|_| ())
    });
    (bytes, outcome)
}

fn all(file: &OnDisk) -> (Vec<u8>, io::Result<()>) {
    read(file, 0, || ())
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().append(true).open(path).expect("a file");
    file.write_all(bytes).expect("written");
}

fn truncate(path: &Path, size: u64) {
    fs::OpenOptions::new().write(true).open(path).expect("a file").set_len(size).expect("a size");
}

#[test]
fn what_is_added_is_not_read() {
    both(|case, _| {
        let (bytes, outcome) = read(&case.file, 1000, || append(&case.path, b"more\n"));
        outcome.expect("read");
        assert!(bytes == case.log && case.file.change().is_none());
        assert_eq!(case.file.grown(), 5);
    });
}

#[test]
fn a_file_is_read_under_its_new_name() {
    both(|case, _| {
        for number in 1..4 {
            let from = if number == 1 { "x.log".to_owned() } else { format!("x.log.{}", number - 1) };
            let to = case.folder.path().join(format!("x.log.{number}"));
            fs::rename(case.folder.path().join(from), to).expect("a name");
            fs::write(&case.path, format!("new {number}\n")).expect("a file");
            let (bytes, outcome) = all(&case.file);
            outcome.expect("read");
            assert!(bytes == case.log && case.file.change().is_none(), "{number}");
        }
    });
}

#[test]
fn a_file_that_was_replaced_or_deleted_is_read_if_it_is_open() {
    both(|case, is_held| {
        let new = case.folder.path().join("new");
        fs::write(&new, "new\n").expect("a file");
        fs::rename(&new, &case.path).expect("a name");
        for change in [FileChange::Replaced, FileChange::Gone] {
            let (bytes, outcome) = all(&case.file);
            if is_held {
                outcome.expect("read");
                assert!(bytes == case.log && case.file.change().is_none());
            } else {
                assert_eq!(outcome.expect_err("gone").to_string(), change.to_string());
                assert_eq!((bytes.len(), case.file.change()), (0, Some(change)));
            }
            if change == FileChange::Replaced {
                fs::remove_file(&case.path).expect("it was there");
                // a change that is known is not looked for again
                case.file.later().iter_mut().for_each(|later| later.change = None);
            }
        }
    });
}

#[test]
fn what_was_read_before_a_truncation_is_kept() {
    both(|case, _| {
        let (bytes, outcome) = read(&case.file, 5000, || truncate(&case.path, 0));
        outcome.expect("read as far as it is there");
        assert!(bytes == case.log[..5000], "{}", bytes.len());
        assert_eq!(case.file.change(), Some(FileChange::Truncated));
        // as `copytruncate` leaves it: a new log grows in the same file
        append(&case.path, &b"new line\n".repeat(1000));
        let (_, outcome) = all(&case.file);
        assert_eq!(outcome.expect_err("another log").to_string(), FileChange::Overwritten.to_string());
        let (bytes, _) = all(&case.file);
        assert!(bytes.is_empty(), "no bytes of another log");
    });
}

#[test]
fn a_file_that_was_written_again_is_not_read_as_the_old_one() {
    both(|case, _| {
        truncate(&case.path, 0);
        append(&case.path, &b"new line\n".repeat(100_000));
        let (_, outcome) = all(&case.file);
        assert_eq!(outcome.expect_err("another log").to_string(), FileChange::Overwritten.to_string());
        assert_eq!(case.file.change(), Some(FileChange::Overwritten));
    });
}

#[test]
fn a_copy_of_the_same_bytes_is_the_same() {
    // where the numbers of files change, and when a file is copied back
    both(|case, _| {
        let copy = case.folder.path().join("copy");
        fs::copy(&case.path, &copy).expect("a copy");
        fs::remove_file(&case.path).expect("it was there");
        fs::rename(&copy, &case.path).expect("a name");
        let (bytes, outcome) = all(&case.file);
        outcome.expect("read");
        assert!(bytes == case.log && case.file.change().is_none());
    });
}
