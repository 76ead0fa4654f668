//! Tests of readers that the tests of the whole program cannot see.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use std::sync::Arc;

use crate::handles;
use crate::limits::{Budget, Limits};
use crate::shared::Shared;
use crate::spool::Spool;

/// A reader of a temporary file with the same bytes.
fn temporary(file: &tempfile::NamedTempFile) -> Shared {
    let handle = file.reopen().expect("a handle");
    let length = handle.metadata().expect("facts").len();
    Shared::from_temporary(Arc::new(handle), length)
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
    std::fs::write(folder.path().join("y"), "4567").expect("written");
    std::fs::rename(folder.path().join("y"), &path).expect("replaced");
    // other archives take its handle
    let others = (0..100).map(|number| {
        let other = folder.path().join(format!("{number}"));
        std::fs::write(&other, "x").expect("written");
        Shared::open(&other).expect("opened")
    });
    let others: Vec<Shared> = others.collect();
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
