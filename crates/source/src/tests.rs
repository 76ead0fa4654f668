//! Tests of readers that the tests of the whole program cannot see.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use std::sync::Arc;

use crate::handles;
use crate::limits::Budget;
use crate::shared::Shared;
use crate::spool::Spool;
use crate::{Bundle, Limits, Opening, Passwords};

/// A file of these bytes, opened and read to the end: names after its own and bytes, and the lines of its problems.
pub(crate) struct Opened {
    pub(crate) sources: Vec<(String, Vec<u8>)>,
    pub(crate) lines: Vec<String>,
}

impl Opened {
    /// Opens a file of this name.
    pub(crate) fn new(name: &str, bytes: &[u8]) -> Opened {
        Opened::with(&[(name, bytes)], Limits::default(), None)
    }

    /// Opens a folder of files.
    pub(crate) fn with(files: &[(&str, &[u8])], limits: Limits, password: Option<&str>) -> Opened {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).expect("written");
        }
        let given = password.map(ToOwned::to_owned).into_iter().collect();
        let opening = Opening { limits, passwords: Passwords { given, ask: None }, piped: None };
        let bundle = Bundle::open(&[folder.path().to_owned()], &opening);
        let prefix = format!("{}/", crate::folder::shown(folder.path()));
        let mut problems = bundle.problems.clone();
        let mut sources = Vec::new();
        for source in &bundle.sources {
            let mut bytes = Vec::new();
            if let Err(error) = source.read(0, |stream| stream.read_to_end(&mut bytes)) {
                problems.push(crate::Problem::new(&*source.path, format!("cannot be read: {error}"), ""));
            }
            sources.push((source.path.replace(&prefix, ""), bytes));
        }
        problems.extend(bundle.noticed());
        let line = |problem: &crate::Problem| {
            format!("{}: {}; {}", problem.path, problem.what, problem.advice).replace(&prefix, "")
        };
        Opened { lines: problems.iter().map(line).collect(), sources }
    }

    /// Names of the sources.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.sources.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Whether a line contains this text.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }
}

/// A reader of a temporary file with the same bytes.
fn temporary(file: &tempfile::NamedTempFile) -> Shared {
    let handle = file.reopen().expect("a handle");
    let length = handle.metadata().expect("facts").len();
    Shared::from_temporary(Arc::new(handle), 0, length)
}

/// Two readers of one archive, each at its own position, of a file and of a temporary one.
#[test]
fn readers_of_an_archive_do_not_move_each_other() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"0123456789").expect("written");
    for mut one in [Shared::open(file.path()).expect("opened"), temporary(&file)] {
        let mut other = one.clone();
        let mut two = [0; 2];
        one.seek(SeekFrom::Start(4)).expect("a place");
        other.read_exact(&mut two).expect("two bytes");
        assert_eq!(&two, b"01");
        one.read_exact(&mut two).expect("two bytes");
        assert_eq!(&two, b"45");
        assert_eq!(one.seek(SeekFrom::End(-1)).expect("a place"), 9);
        assert_eq!(one.seek(SeekFrom::Current(5)).expect("behind the end"), 14);
        assert_eq!(one.read(&mut two).expect("nothing"), 0);
        assert!(one.seek(SeekFrom::Current(-99)).is_err(), "not before the start");
    }
}

/// Reads through a handle, small and large, return the bytes of the file.
#[test]
fn pieces_through_a_handle_are_those_of_the_file() {
    let bytes: Vec<u8> = (0..200_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&bytes).expect("written");
    let mut part = temporary(&file).part(1000, 150_000);
    let expected = &bytes[1000..151_000];
    for (place, length) in
        [(0, 3), (3, 40_000), (2, 5), (149_990, 10), (149_999, 9), (20_000, 15_000), (16_380, 10)]
    {
        let mut piece = vec![0; length];
        part.seek(SeekFrom::Start(place as u64)).expect("a place");
        let mut read = 0;
        while read < length {
            match part.read(&mut piece[read..]).expect("read") {
                0 => break,
                count => read += count,
            }
        }
        let end = (place + length).min(expected.len());
        assert_eq!(&piece[..read], &expected[place..end], "{place} {length}");
    }
}

/// Bytes that do not compress.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b'a' + (state >> 33) as u8 % 26
    };
    (0..count).map(|at| if at % 80 == 79 { b'\n' } else { next() }).collect()
}

fn zip_of(entries: &[(&str, &[u8])], method: ::zip::CompressionMethod) -> Vec<u8> {
    let mut zip = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = ::zip::write::SimpleFileOptions::default().compression_method(method);
        zip.start_file(*name, options).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// An archive that cannot be copied because of a limit, or because there is no room, is not called damaged.
#[test]
fn an_archive_that_cannot_be_copied_is_not_called_damaged() {
    use ::zip::CompressionMethod::{Deflated, Stored};
    let log = noise(4 << 20);
    let files = [("a.log", b"2026-11-21 10:00:00 one\n".as_slice()), ("b.log", &log), ("c.log", &log)];
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, bytes).expect("an entry");
    }
    let tar = tar.into_inner().expect("an archive");
    let (stored, packed) = (zip_of(&files, Stored), zip_of(&files, Deflated));
    let start = u64::to_le_bytes(8 << 20);
    // only the header counts: its list of files is never reached
    let sevenz =
        [b"7z\xbc\xaf\x27\x1c\0\x04\0\0\0\0".as_slice(), &start, &start, &[0; 4], &log, &log].concat();
    let limits = Limits { temporary: 256 << 10, ..Limits::default() };
    for (name, inner) in [("in.tar", tar), ("in.zip", stored), ("on.zip", packed), ("in.7z", sevenz)] {
        let outer = zip_of(&[(name, &inner)], Deflated);
        let opened = Opened::with(&[("out.zip", &outer)], limits, None);
        assert!(opened.says("--max-temporary"), "{name}: {:?}", opened.lines);
        for word in ["request", "damaged", "manipulated", "declares"] {
            assert!(!opened.says(word), "{name}, {word}: {:?}", opened.lines);
        }
        assert_eq!(name == "in.7z", opened.sources.is_empty(), "{name}: {:?}", opened.lines);
    }
}

/// The sources for which there is no room for random access are counted, and keep their bytes.
#[test]
fn sources_without_room_are_all_reported() {
    let log = noise(3 << 20);
    let logs: Vec<(String, &[u8])> = (0..4).map(|at| (format!("{at}.log"), log.as_slice())).collect();
    let logs: Vec<(&str, &[u8])> = logs.iter().map(|(name, log)| (name.as_str(), *log)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("case.zip");
    std::fs::write(&path, zip_of(&logs, ::zip::CompressionMethod::Deflated)).expect("written");
    let limits = Limits { temporary: 4 << 20, ..Limits::default() };
    let mut bundle = Bundle::open(&[path], &Opening { limits, ..Opening::default() });
    let problems = bundle.stage(&|_| true);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    let read = |source: &crate::Source| {
        let mut bytes = Vec::new();
        source.read(0, |stream| stream.read_to_end(&mut bytes)).expect("its bytes");
        bytes
    };
    assert!(bundle.sources.iter().all(|source| log.starts_with(&read(source))));
    let whole = bundle.sources.iter().filter(|source| read(source) == log).count();
    let said = format!("and {} more sources break off: ", 3 - whole);
    assert!(whole > 0 && problem.what.starts_with(&said), "{whole} whole, {problem:?}");
}

/// A hundred archives are open, and few of their handles.
#[test]
fn archives_share_a_few_handles() {
    let folder = tempfile::tempdir().expect("a folder");
    let archives: Vec<Shared> = (0..200)
        .map(|number| {
            let path = folder.path().join(format!("{number}.zip"));
            std::fs::write(&path, format!("{number:04}")).expect("written");
            Shared::open(&path).expect("opened")
        })
        .collect();
    let read = |at: usize| {
        let mut text = String::new();
        archives[at].clone().read_to_string(&mut text).expect("read");
        text
    };
    for at in (0..200).chain((0..200).rev()).chain((0..200).map(|at| at * 77 % 200)) {
        assert_eq!(read(at), format!("{at:04}"));
    }
    assert!(handles::open_count() <= 64, "{}", handles::open_count());
}

/// An archive that is opened again must be the file that it was.
#[test]
fn a_replaced_archive_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.zip");
    std::fs::write(&path, "0123").expect("written");
    let archive = Shared::open(&path).expect("opened");
    // other archives take its handle; on Windows a file with one cannot be replaced
    let others = (0..100).map(|number| {
        let other = folder.path().join(format!("{number}"));
        std::fs::write(&other, "x").expect("written");
        Shared::open(&other).expect("opened")
    });
    let others: Vec<Shared> = others.collect();
    std::fs::write(folder.path().join("y"), "4567").expect("written");
    std::fs::rename(folder.path().join("y"), &path).expect("replaced");
    let mut bytes = [0; 4];
    let error = archive.clone().read(&mut bytes).expect_err("another file");
    assert!(error.to_string().contains("replaced"), "{error}");
    drop(others);
}

/// Copies of small archives are in memory only as long as all of them together are small; then they share a file.
#[test]
fn copies_in_memory_are_counted_together() {
    let budget = Arc::new(Budget::new(Limits::default()));
    let archive = vec![7; 1 << 20];
    let copies: Vec<Shared> = (0..40)
        .map(|_| {
            let mut spool = Spool::of_archive(Arc::clone(&budget));
            let (start, end, error) = spool.add(&mut archive.as_slice());
            assert!(error.is_none(), "{error:?}");
            assert_eq!((start, end), (0, 1 << 20));
            spool.finish()
        })
        .collect();
    assert!(budget.held() <= 16 << 20, "{}", budget.held());
    assert!(budget.held() > 8 << 20, "{}", budget.held());
    for copy in &copies {
        let mut bytes = Vec::new();
        copy.clone().read_to_end(&mut bytes).expect("read");
        assert_eq!(bytes, archive);
    }
    assert_eq!(budget.spill.files(), 1);
    drop(copies);
    assert_eq!(budget.held(), 0);
}

/// The place of a copy that was given up is used again.
#[test]
fn an_abandoned_copy_leaves_no_gap() {
    let budget = Arc::new(Budget::new(Limits::default()));
    let large = vec![1; 5 << 20];
    for _ in 0..3 {
        let mut spool = Spool::of_archive(Arc::clone(&budget));
        spool.add(&mut large.as_slice());
        drop(spool);
    }
    let file = budget.spill.lend().expect("a file");
    assert_eq!(file.end(), 0);
}

/// Bytes changed anywhere in archives of all forms: whatever comes of it, nothing panics, and all of it ends.
#[test]
fn archives_with_bytes_changed_anywhere_end() {
    let text = b"2026-11-21 10:00:00 one\n".repeat(9);
    let entries = [("a.log", text.as_slice()), ("b/", b""), ("c.log", &text)];
    let whole = zip_of(&entries, ::zip::CompressionMethod::Deflated);
    let two = [whole.as_slice(), &zip_of(&entries, ::zip::CompressionMethod::Stored)].concat();
    let mut tar = ::tar::Builder::new(Vec::new());
    for kind in [::tar::EntryType::Regular, ::tar::EntryType::GNUSparse] {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(512);
        header.set_entry_type(kind);
        if let Some(gnu) = header.as_gnu_mut() {
            gnu.sparse[0].set_offset(512);
            gnu.sparse[0].set_length(512);
            gnu.set_real_size(1024);
        }
        tar.append_data(&mut header, "x.log", &[b'x'; 512][..]).expect("an entry");
    }
    let tar = tar.into_inner().expect("an archive");
    let mut state = 11u64;
    let mut below = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % most
    };
    let limits = Limits { unpacked: 8 << 20, ..Limits::default() };
    let mut archives = vec![("b.zip", whole), ("c.zip", two), ("d.tar", tar)];
    // on Windows the library writes no archive to a pipe
    if cfg!(not(windows)) {
        let mut streamed = ::zip::ZipWriter::new_stream(Vec::new());
        for (name, bytes) in entries {
            streamed.start_file(name, ::zip::write::SimpleFileOptions::default()).expect("an entry");
            streamed.write_all(bytes).expect("its bytes");
        }
        archives.push(("a.zip", streamed.finish().expect("an archive").into_inner()));
    }
    for (name, bytes) in archives {
        for _ in 0..250 {
            let mut changed = bytes[..bytes.len() - below(bytes.len() / 3)].to_vec();
            for _ in 0..=below(4) {
                let at = below(changed.len());
                changed[at] = [0, 1, 0x7f, 0xff, below(256) as u8][below(5)];
            }
            let _ = Opened::with(&[(name, &changed)], limits, None);
        }
    }
}

#[test]
fn a_file_counts_with_its_name_against_the_limit_of_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a.log", "a longer name.log", "c.log"] {
        std::fs::write(folder.path().join(name), "x\n").expect("written");
    }
    let bundle = Bundle::open(&[folder.path().to_owned()], &Opening::default());
    let counted: u64 =
        bundle.sources.iter().map(|source| crate::SOURCE_BYTES + 2 * source.path.len() as u64).sum();
    assert_eq!((bundle.sources.len(), bundle.memory_left()), (3, Limits::default().memory - counted));
}
