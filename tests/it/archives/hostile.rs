//! Archives that want to do harm. Each ends soon, with a message that says what was wrong with it.

use spoglight_source::{Limits, Opening};

use super::damage::{Raw, assemble, raw_zip};
use super::pack::{Files, bz2, files, gz, opened, sevenz, tar, xz, zip, zst};
use crate::support::{CASE, PROGRAM, Random, argument, folder, put};

fn lines(name: &str, bytes: &[u8], limits: Limits) -> String {
    opened(name, bytes, &Opening { limits, ..Opening::default() }).lines()
}

#[test]
fn bombs_flat_and_nested() {
    let zeros = vec![0; 3 << 20];
    let small = Limits { unpacked: 2 << 20, ..Limits::default() };
    let mut said = lines("flat.zip", &raw_zip(&[Raw::deflated("x.log", &zeros)]), small);
    // ten of ten of ten
    let mut bomb = raw_zip(&[Raw::deflated("x.log", &zeros[..100_000])]);
    for _ in 0..3 {
        let copies: Vec<Raw> = (0..10).map(|n| Raw::deflated(&format!("{n}.zip"), &bomb)).collect();
        bomb = raw_zip(&copies);
    }
    let opened = opened("nested.zip", &bomb, &Opening { limits: small, ..Opening::default() });
    let read: usize = opened.sources.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(read < 3 << 20, "{read}");
    said += opened.lines().lines().next().expect("a line");
    let entries = Limits { entries: 50, ..Limits::default() };
    said += "\n";
    said += &lines("many.zip", &bomb, entries);
    insta::assert_snapshot!(said);
}

/// Stands for a zip that contains itself: a chain of archives that looks the same at each depth. A true quine ends at the
/// same limit, because nothing but the depth is looked at.
#[test]
fn an_archive_that_goes_on_for_ever() {
    let mut bytes = gz(b"2026-11-21 10:00:00 x\n");
    for _ in 0..20 {
        bytes = zip(&vec![("r.zip".to_owned(), bytes)]);
    }
    insta::assert_snapshot!(lines("r.zip", &bytes, Limits::default()));
}

/// David Fifield's: all records of the directory share one body, here by naming the same place, and by quoting the next
/// local header inside a stored block.
#[test]
fn entries_that_share_their_bytes() {
    let body = Raw::deflated("0.log", &vec![b'x'; 1 << 20]);
    let records: Vec<Vec<u8>> =
        (0..200).map(|n| Raw { name: format!("{n}.log"), ..body.clone() }.record(0)).collect();
    let mut said = lines("same.zip", &assemble(body.local(), &records), Limits::default());
    let inner = body.local();
    let outer = Raw::stored("outer.log", &inner);
    let at = outer.local().len() - inner.len();
    let records = [outer.record(0), body.record(at)];
    said += &lines("quoted.zip", &assemble(outer.local(), &records), Limits::default());
    // bytes between entries do no harm
    let apart = [b"something".as_slice(), &body.local()].concat();
    said += &lines("apart.zip", &assemble(apart, &[body.record(9)]), Limits::default());
    insta::assert_snapshot!(said);
}

#[test]
fn bytes_after_the_end_of_a_7z() {
    let files = |name: &str| -> Files { vec![(name.to_owned(), b"2026-11-21 10:00:00 x\n".to_vec())] };
    let (one, two) = (sevenz(&files("a.log")), sevenz(&files("b.log")));
    let both = opened("x.7z", &[one.as_slice(), &two].concat(), &Opening::default());
    assert_eq!((both.sources.len(), both.lines().as_str()), (2, ""));
    let padded = opened("x.7z", &[one.as_slice(), &[0; 900]].concat(), &Opening::default());
    assert_eq!((padded.sources.len(), padded.lines().as_str()), (1, ""));
    let more = lines("x.7z", &[one.as_slice(), b"something"].concat(), Limits::default());
    assert!(more.starts_with("x.7z: has 9 bytes after its end, from byte "), "{more}");
}

/// Without a folder for temporary files, the message is about that folder, and not about the archive.
#[cfg(unix)]
#[test]
fn no_room_for_temporary_files_is_said() {
    let folder = folder();
    let log = b"2026-11-21 10:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n";
    let stored = raw_zip(&[Raw::stored("x.log", &log.repeat(100_000))]);
    for (name, bytes) in [
        ("a.zip", zip(&vec![("in.zip".to_owned(), stored)])),
        ("b.tar.gz", gz(&tar(&vec![("x.log".to_owned(), log.repeat(100_000))]))),
        (
            "c.7z",
            sevenz(&vec![("x.log".to_owned(), log.repeat(100_000)), ("y.log".to_owned(), log.to_vec())]),
        ),
    ] {
        let path = put(folder.path(), name, bytes);
        let run = std::process::Command::new(PROGRAM)
            .args(["analyze", argument(&path)])
            .env("TMPDIR", "/nonexistent")
            .output()
            .expect("a run");
        let report = String::from_utf8_lossy(&run.stdout).replace("\n    ", " ");
        let unread = report.split("Not read, or not completely").nth(1).expect("a list");
        assert!(unread.contains("cannot be copied to a temporary file in /nonexistent"), "{name}: {unread}");
        assert!(!unread.contains("damaged") && !unread.contains("request"), "{name}: {unread}");
        assert_eq!(run.status.code(), Some(3), "{name}");
    }
}

#[test]
fn names_that_lead_out_or_to_devices() {
    let names = ["../../x.log", "/etc/x.log", "C:\\x.log", "\\\\server\\x", "logs/CON", "x.log:hidden"];
    let entries: Vec<Raw> = names.iter().map(|name| Raw::stored(name, b"x\n")).collect();
    let opened = opened("x.zip", &raw_zip(&entries), &Opening::default());
    assert_eq!(opened.sources.len(), names.len());
    insta::assert_snapshot!(opened.lines());
}

#[test]
fn links_in_a_tar_are_not_followed() {
    let mut links = tar::Builder::new(Vec::new());
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link, tar::EntryType::Fifo] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        links.append_link(&mut header, "logs", "/etc").expect("a link");
    }
    insta::assert_snapshot!(lines("x.tar", &links.into_inner().expect("an archive"), Limits::default()));
}

#[test]
fn a_file_of_no_bytes_is_an_empty_log_under_any_name() {
    for name in ["a.zip", "a.7z", "a.tar", "a.gz", "a.bz2", "a.xz", "a.zst", "a.log", "a.tar.gz"] {
        let opened = opened(name, b"", &Opening::default());
        assert_eq!((opened.lines().as_str(), opened.sources.len()), ("", 1), "{name}");
    }
}

#[test]
fn cut_at_every_tenth_each_kind_says_so_and_gives_what_came() {
    let case = files(std::path::Path::new(CASE), "");
    let log = &case.iter().max_by_key(|(_, bytes)| bytes.len()).expect("a log").1;
    for (name, bytes) in [
        ("a.zip", zip(&case)),
        ("b.7z", sevenz(&case)),
        ("c.tar", tar(&case)),
        ("d.log.gz", gz(log)),
        ("e.log.bz2", bz2(log)),
        ("f.log.xz", xz(log)),
        ("g.log.zst", zst(log)),
    ] {
        for tenth in 1..10 {
            let opened = opened(name, &bytes[..bytes.len() * tenth / 10], &Opening::default());
            assert!(!opened.problems.is_empty(), "{name} cut at {tenth}0 %");
            // these give whole blocks, larger than this log, and a 7z has its list at its end
            let given: usize = opened.sources.iter().map(|(_, bytes)| bytes.len()).sum();
            assert!(
                given > 0 || matches!(name, "b.7z" | "e.log.bz2" | "f.log.xz" | "g.log.zst") || tenth == 1,
                "{name} cut at {tenth}0 %"
            );
        }
    }
}

#[test]
fn thousands_of_entries_long_names_and_one_name_twice() {
    let many: Vec<Raw> = (0..5000).map(|n| Raw::stored(&format!("{n}.log"), b"")).collect();
    let opened = opened("many.zip", &raw_zip(&many), &Opening::default());
    assert_eq!((opened.sources.len(), opened.lines().as_str()), (5000, ""));
    let long = format!("{}.log", "long/".repeat(10_000));
    let said = lines("long.zip", &raw_zip(&[Raw::stored(&long, b"x\n")]), Limits::default());
    assert_eq!(said, "");
    let twice = [Raw::stored("x.log", b"1\n"), Raw::stored("x.log", b"2\n")];
    insta::assert_snapshot!(lines("twice.zip", &raw_zip(&twice), Limits::default()));
    let files: Files = vec![("x.log".to_owned(), b"1\n".to_vec()), ("x.log".to_owned(), b"2\n".to_vec())];
    assert_eq!(lines("twice.7z", &sevenz(&files), Limits::default()), "");
}

/// Bytes changed here and there: whatever comes of it, nothing panics, and nothing takes for ever.
#[test]
fn archives_with_bytes_changed_anywhere_end() {
    let files: Files = (0..3).map(|n| (format!("{n}.log"), b"2026-11-21 10:00:00 x\n".repeat(40))).collect();
    let mut random = Random(11);
    for (name, bytes) in [
        ("a.zip", zip(&files)),
        ("b.7z", sevenz(&files)),
        ("c.tar", tar(&files)),
        ("d.gz", gz(&files[0].1)),
        ("e.bz2", bz2(&files[0].1)),
        ("f.xz", xz(&files[0].1)),
        ("g.zst", zst(&files[0].1)),
    ] {
        for _ in 0..60 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(3) {
                let at = random.below(changed.len());
                changed[at] = random.below(256) as u8;
            }
            let small = Limits { unpacked: 8 << 20, ..Limits::default() };
            let _ = opened(name, &changed, &Opening { limits: small, ..Opening::default() });
        }
    }
}
