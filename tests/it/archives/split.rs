//! Archives in parts: joined where they are plain cuts, named where not, and missing parts by name.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use spoglight_source::Opening;

use super::pack::{Files, files, opened_folder, sevenz, zip};
use crate::support::{CASE, folder, put};

/// Cuts into `count` parts; answers their names.
fn cut(folder: &Path, name: &str, bytes: &[u8], count: usize) -> Vec<String> {
    let parts = bytes.chunks(bytes.len().div_ceil(count));
    let mut names = Vec::new();
    for (number, part) in parts.enumerate() {
        names.push(format!("{name}.{:03}", number + 1));
        put(folder, &names[number], part);
    }
    names
}

fn case() -> Files {
    files(Path::new(CASE), "")
}

#[test]
fn parts_side_by_side_are_one_archive() {
    for (name, bytes) in [("case.7z", sevenz(&case())), ("case.zip", zip(&case()))] {
        let folder = folder();
        let names = cut(folder.path(), name, &bytes, 5);
        // the folder, all of them, or any one: it is the same, and it is read once
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        for named in [&["."][..], &all, &all[3..4]] {
            let opened = opened_folder(folder.path(), named, &Opening::default());
            assert_eq!(opened.lines(), "", "{name} {named:?}");
            let read = |(path, bytes): (String, Vec<u8>)| {
                (path.rsplit('!').next().expect("a name").to_owned(), bytes)
            };
            assert!(opened.sources[0].0.contains(&format!("{name}!")), "{}", opened.sources[0].0);
            let mut sources: Files = opened.sources.into_iter().map(read).collect();
            let mut expected = case();
            sources.sort();
            expected.sort();
            assert!(sources == expected, "{name} {named:?}");
        }
    }
}

#[test]
fn missing_parts_are_named() {
    let mut lines = String::new();
    for (name, bytes) in [("case.7z", sevenz(&case())), ("case.zip", zip(&case()))] {
        for missing in [1, 3, 5] {
            let folder = folder();
            cut(folder.path(), name, &bytes, 5);
            fs::remove_file(folder.path().join(format!("{name}.{missing:03}"))).expect("removed");
            let opened = opened_folder(folder.path(), &["."], &Opening::default());
            assert!(
                opened.sources.iter().all(|(path, _)| path.contains(&format!("{name}!"))),
                "no part is a log"
            );
            let first = opened.lines().replace("./", "");
            writeln!(lines, "{missing}: {}", first.lines().next().unwrap_or_default()).expect("written");
            assert_eq!(opened.sources.is_empty(), name == "case.7z" || missing == 1);
        }
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn parts_that_are_no_plain_cuts_are_named() {
    let folder = folder();
    for name in ["a.z01", "a.z03", "a.zip", "b.part1.rar", "b.part2.rar", "c.log.001", "d.z01"] {
        put(folder.path(), name, b"2026-11-21 10:00:00 part of something\n");
    }
    let opened = opened_folder(folder.path(), &["."], &Opening::default());
    assert_eq!(opened.sources.len(), 1, "an older log is no part");
    insta::assert_snapshot!(opened.lines().replace("./", ""));
}
