//! What the door does that the whole-program tests cannot see.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use super::map::Shared;

/// Two readers of one archive, each at its own place, mapped or not.
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
