//! Lists, names and copies that would fill memory: each limit is reached before the memory is taken, and names its option.

use std::fs;
use std::io::{Cursor, Write as _};

use sevenz_rust2::ArchiveEntry;
use spoglight_source::{Limits, Opening};

use super::pack::{Files, bz2, gz, opened, opened_folder, sevenz, tar, xz, zip, zst};
use crate::support::folder;

/// Limits of that many bytes for lists.
fn memory(bytes: u64) -> Opening {
    Opening { limits: Limits { memory: bytes, ..Limits::default() }, ..Opening::default() }
}

/// This many small logs with names of that many letters.
fn logs(count: usize, letters: usize) -> Files {
    let name = |number: usize| format!("{number:06}{}.log", "a".repeat(letters));
    (0..count).map(|number| (name(number), b"2026-11-21 10:00:00 x\n".to_vec())).collect()
}

#[test]
fn a_list_of_entries_is_limited() {
    let many = logs(2000, 20);
    for (name, bytes) in [("x.zip", zip(&many)), ("x.7z", sevenz(&many)), ("x.tar", tar(&many))] {
        let few = opened(name, &bytes, &memory(300_000));
        assert!(few.sources.len() < 400, "{name}: {}", few.sources.len());
        let lines = few.lines();
        assert!(lines.contains("--max-memory") && lines.lines().count() < 4, "{name}: {lines}");
        let all = opened(name, &bytes, &memory(8 << 20));
        assert_eq!((all.sources.len(), all.lines()), (2000, String::new()), "{name}");
    }
}

#[test]
fn names_of_entries_are_limited() {
    let long = logs(100, 60_000);
    let few = opened("x.zip", &zip(&long), &memory(2 << 20));
    let lines = few.lines();
    assert!(few.sources.is_empty() && lines.contains("its list of entries") && lines.len() < 1000, "{lines}");
    for (name, bytes) in [("x.7z", sevenz(&long)), ("x.tar", tar(&long)), ("x.zip.gz", gz(&zip(&long)))] {
        let all = opened(name, &bytes, &memory(64 << 20));
        assert_eq!(all.sources.len(), 100, "{name}: {}", all.lines());
        assert!(all.sources.iter().all(|(name, _)| name.len() < 2000));
    }
}

/// A 7z of a few hundred bytes may list a hundred thousand files without bytes.
#[test]
fn empty_files_of_a_7z_are_counted_before_they_are_listed() {
    let mut archive = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).expect("an archive");
    for _ in 0..20_000 {
        archive.push_archive_entry::<&[u8]>(ArchiveEntry::new_file("x"), None).expect("an entry");
    }
    let packed = archive.finish().expect("an archive").into_inner();
    let opened = opened("x.7z", &packed, &memory(1 << 20));
    let lines = opened.lines();
    assert!(
        opened.sources.is_empty() && lines.contains("its list of 20000 files"),
        "{} {lines}",
        packed.len()
    );
    assert!(lines.contains("--max-memory"), "{lines}");
}

#[test]
fn files_of_a_folder_are_limited_and_problems_too() {
    let folder = folder();
    let names: Vec<String> = (0..300).map(|number| format!("{number:03}.log")).collect();
    for name in &names {
        fs::write(folder.path().join(name), "2026-11-21 10:00:00 x\n").expect("written");
    }
    let few = opened_folder(folder.path(), &["."], &memory(100_000));
    assert!((50..140).contains(&few.sources.len()), "{}", few.sources.len());
    assert!(few.lines().contains("--max-memory") && few.problems.len() == 1, "{}", few.lines());
    for name in &names {
        fs::write(folder.path().join(name), b"7z\xbc\xaf\x27\x1c").expect("written");
    }
    let few = opened_folder(folder.path(), &["."], &memory(30_000));
    assert!((20..200).contains(&few.problems.len()), "{}", few.problems.len());
    assert!(few.lines().contains("the reason is not listed") && few.lines().contains("--max-memory"));
}

/// Archives in archives: what is copied of them is in proportion to the file that they are in.
#[test]
fn nested_archives_are_limited_by_the_size_of_the_outermost() {
    let large: Files = (0..8).map(|number| (format!("{number}.dll"), vec![0; 1 << 20])).collect();
    let opening = Opening { limits: Limits { ratio: 20, ..Limits::default() }, ..Opening::default() };
    for (name, inner) in [("i.tar", tar(&large)), ("i.zip", stored(&large))] {
        let copies: Files = (0..12).map(|number| (format!("{number}{name}"), inner.clone())).collect();
        for (outer, bytes) in [("o.zip", zip(&copies)), ("o.tar.gz", gz(&tar(&copies)))] {
            let lines = opened(outer, &bytes, &opening).lines();
            assert!(lines.contains("--max-ratio"), "{name} in {outer}: {lines}");
            assert!(lines.lines().count() < 15, "{name} in {outer}: {lines}");
        }
    }
}

/// A zip without compression.
fn stored(files: &Files) -> Vec<u8> {
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, options).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// Many small compressed files and archives of each kind are all read.
#[test]
fn many_small_archives_are_read() {
    let folder = folder();
    let line = b"2026-11-21 10:00:00 x\n".to_vec();
    let one: Files = vec![("x.log".to_owned(), line.clone())];
    let kinds: [(&str, Vec<u8>); 8] = [
        ("log.gz", gz(&line)),
        ("log.bz2", bz2(&line)),
        ("log.xz", xz(&line)),
        ("log.zst", zst(&line)),
        ("zip", zip(&one)),
        ("7z", sevenz(&one)),
        ("tar", tar(&one)),
        ("tar.gz", gz(&tar(&one))),
    ];
    for (end, bytes) in &kinds {
        for number in 0..100 {
            fs::write(folder.path().join(format!("{number}.{end}")), bytes).expect("written");
        }
    }
    let all = opened_folder(folder.path(), &["."], &Opening::default());
    assert_eq!((all.sources.len(), all.lines()), (800, String::new()));
    assert!(all.sources.iter().all(|(_, bytes)| *bytes == line));
}
