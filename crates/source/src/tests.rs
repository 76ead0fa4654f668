//! Tests of readers that the tests of the whole program cannot see.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use crate::mmap::Shared;

/// Two readers of one archive, each at its own position, mapped or not.
#[test]
fn readers_of_an_archive_do_not_move_each_other() {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"0123456789").expect("written");
    let mapped = Shared::open(file.path()).expect("mapped");
    let handle = Shared::without_map(file.reopen().expect("a handle")).expect("a handle");
    for mut one in [mapped, handle] {
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
    let handle = Shared::without_map(file.reopen().expect("a handle")).expect("a handle");
    let mut part = handle.part(1000, 150_000);
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
