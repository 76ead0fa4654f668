use std::io::Cursor;

use super::*;
use crate::tests::Opened;

/// A tar with one entry whose long name has this many bytes, and another entry before it.
fn with_name(length: usize) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(2);
    header.set_entry_type(EntryType::Regular);
    builder.append_data(&mut header.clone(), "first.log", &b"1\n"[..]).expect("an entry");
    builder.append_data(&mut header, "x".repeat(length), &b"2\n"[..]).expect("an entry");
    builder.into_inner().expect("a tar")
}

#[test]
fn a_name_without_end_is_found_before_it_is_read() {
    assert_eq!(oversized(&mut Cursor::new(with_name(5000))), None);
    assert_eq!(oversized(&mut Cursor::new(with_name(2 << 20))), Some(2 * BLOCK));
    let cut = with_name(2 << 20);
    assert_eq!(oversized(&mut Cursor::new(&cut[..700])), None);
}

/// Bytes padded to a block.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().next_multiple_of(BLOCK as usize), 0);
    bytes
}

/// A header and data, padded.
fn entry(mut header: Header, name: &str, kind: u8, data: &[u8]) -> Vec<u8> {
    header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(data.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(1_790_000_000);
    header.set_entry_type(EntryType::new(kind));
    header.set_cksum();
    [header.as_bytes().as_slice(), &padded(data)].concat()
}

/// Attributes for the next entry.
fn attributes(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut data = String::new();
    for (key, value) in pairs {
        let rest = format!(" {key}={value}\n");
        let length = (rest.len()..rest.len() + 9)
            .find(|all| all.to_string().len() + rest.len() == *all)
            .expect("a length");
        data.push_str(&length.to_string());
        data.push_str(&rest);
    }
    entry(Header::new_ustar(), "PaxHeaders/x", b'x', data.as_bytes())
}

fn ended(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), vec![0; 1024]].concat()
}

const TEXT: &[u8] = b"2026-11-21 10:00:00 one\n2026-11-21 10:00:01 two\n";

#[test]
fn the_old_form_has_no_magic_number() {
    let bytes = ended(&[
        entry(Header::new_old(), "logs/", 0, b""),
        entry(Header::new_old(), "logs/a.log", 0, TEXT),
        entry(Header::new_old(), "logs/b.log", b'0', TEXT),
    ]);
    let opened = Opened::new("old.dump", &bytes);
    assert_eq!(opened.names(), ["old.dump!logs/a.log", "old.dump!logs/b.log"]);
    assert!(
        opened.sources.iter().all(|(_, bytes)| bytes == TEXT) && opened.lines.is_empty(),
        "{:?}",
        opened.lines
    );
    // a checksum that is wrong by one is text, or something else
    let mut wrong = bytes;
    wrong[0] += 1;
    assert_eq!(Opened::new("old.dump", &wrong).names(), ["old.dump"]);
}

/// Twenty-four parts of a block: more than fit into the header.
fn gnu_sparse(name: &str) -> Vec<u8> {
    let data = padded(TEXT).repeat(24);
    let mut header = Header::new_gnu();
    let gnu = header.as_gnu_mut().expect("GNU");
    let mut more = GnuExtSparseHeader::new();
    for part in 0..24 {
        let place = if part < 4 { &mut gnu.sparse[part] } else { &mut more.sparse_mut()[part - 4] };
        place.set_offset(part as u64 * 5000);
        place.set_length(BLOCK);
    }
    gnu.set_is_extended(true);
    gnu.set_real_size(23 * 5000 + BLOCK);
    let all = entry(header, name, b'S', &data);
    [&all[..BLOCK as usize], more.as_bytes(), &all[BLOCK as usize..]].concat()
}

#[test]
fn sparse_files_are_read_without_their_holes() {
    let data = padded(TEXT);
    let map = padded(b"2\n4096\n512\n1073741824\n512\n");
    let sparse = |name: &str, data: &[u8], more: &[(&str, &str)]| {
        let attributes = attributes(more);
        [attributes, entry(Header::new_ustar(), name, b'0', data)].concat()
    };
    let size = "1073742336";
    let bytes = ended(&[
        gnu_sparse("gnu.log"),
        sparse(
            "GNUSparseFile.7/one.log",
            &[map, data.clone(), data.clone()].concat(),
            &[
                ("GNU.sparse.major", "1"),
                ("GNU.sparse.minor", "0"),
                ("GNU.sparse.name", "one.log"),
                ("GNU.sparse.realsize", size),
            ],
        ),
        sparse(
            "GNUSparseFile.7/zero.log",
            &[data.clone(), data.clone()].concat(),
            &[
                ("GNU.sparse.size", size),
                ("GNU.sparse.name", "zero.log"),
                ("GNU.sparse.map", "4096,512,1073741824,512"),
            ],
        ),
        entry(Header::new_ustar(), "whole.log", b'0', TEXT),
    ]);
    let opened = Opened::new("x.tar", &bytes);
    assert_eq!(opened.names(), ["x.tar!gnu.log", "x.tar!one.log", "x.tar!whole.log", "x.tar!zero.log"]);
    assert_eq!(opened.lines, [""; 0]);
    for ((name, bytes), parts) in opened.sources.iter().zip([24, 2, 0, 2]) {
        let expected = if parts == 0 { TEXT.to_vec() } else { data.repeat(parts) };
        assert!(*bytes == expected, "{name}: {}", bytes.len());
    }
    let damaged = ended(&[
        sparse("a.log", &padded(b"2\nx\n"), &[("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")]),
        entry(Header::new_ustar(), "whole.log", b'0', TEXT),
    ]);
    let opened = Opened::new("x.tar", &damaged);
    assert!(opened.names() == ["x.tar!whole.log"] && opened.says("x.tar!a.log: is a sparse file whose map"));
}

/// A map of millions of parts is not read to memory.
#[test]
fn a_map_without_end_is_found_before_it_is_read() {
    let mut more = GnuExtSparseHeader::new();
    more.set_is_extended(true);
    let all = gnu_sparse("gnu.log");
    let endless = [&all[..BLOCK as usize], &more.as_bytes().repeat(4000)].concat();
    let bytes = [entry(Header::new_gnu(), "a.log", b'0', TEXT), endless].concat();
    let opened = Opened::new("x.tar", &bytes);
    assert!(
        opened.names() == ["x.tar!a.log"] && opened.says("a name, attribute or map"),
        "{:?}",
        opened.lines
    );
}

#[test]
fn bytes_after_the_end_are_not_lost() {
    let one = ended(&[entry(Header::new_gnu(), "a.log", b'0', TEXT)]);
    let two = ended(&[entry(Header::new_old(), "b.log", 0, TEXT)]);
    let zeros = vec![0; 9216];
    let opened = Opened::new("x.tar", &[one.as_slice(), &zeros, &two, &zeros].concat());
    assert_eq!(opened.names(), ["x.tar!a.log", "x.tar!b.log"]);
    assert_eq!(opened.lines, [""; 0]);
    let opened = Opened::new("x.tar", &[one.as_slice(), &zeros, b"something"].concat());
    assert!(
        opened.says("has 9 bytes after its end, from byte 11264, that were not read"),
        "{:?}",
        opened.lines
    );
    let opened = Opened::new("x.tar", &[one.as_slice(), &two[..700]].concat());
    assert_eq!(opened.names(), ["x.tar!a.log", "x.tar!b.log"]);
    assert!(opened.says("its end is missing") && opened.lines.len() == 1, "{:?}", opened.lines);
}

#[test]
fn other_kinds_of_entries() {
    let bytes = ended(&[
        entry(Header::new_gnu(), "label", b'V', b""),
        entry(Header::new_gnu(), "logs/", b'D', b"Ya.log\0\0"),
        entry(Header::new_gnu(), "rest.log", b'M', TEXT),
        entry(Header::new_ustar(), "new.log", b'Q', TEXT),
        entry(Header::new_ustar(), "folder/", b'5', TEXT),
        entry(Header::new_ustar(), "pipe", b'6', b""),
    ]);
    let opened = Opened::new("x.tar", &bytes);
    assert_eq!(opened.names(), ["x.tar!folder/", "x.tar!new.log", "x.tar!rest.log"]);
    assert!(opened.sources.iter().all(|(_, bytes)| bytes == TEXT));
    assert!(opened.lines.len() == 2 && opened.says("x.tar!pipe: is a device"), "{:?}", opened.lines);
    assert!(opened.says("x.tar!rest.log: is the rest of a file that begins in another volume"));
}
