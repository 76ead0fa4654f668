//! Archives that are damaged, or say of themselves what is not so: what comes is used, and what is wrong is said.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sevenz_rust2::{ArchiveEntry, ArchiveWriter, EncoderMethod};
use spoglight_source::{Limits, Opening};

use super::pack::{Files, bz2, gz, opened, sevenz, xz, zst};

/// An entry as it stands in a zip archive.
#[derive(Clone)]
pub struct Raw {
    pub name: String,
    pub method: u16,
    pub packed: Vec<u8>,
    pub size: u32,
    pub crc: u32,
}

impl Raw {
    pub fn stored(name: &str, bytes: &[u8]) -> Raw {
        Raw {
            name: name.to_owned(),
            method: 0,
            packed: bytes.to_vec(),
            size: bytes.len() as u32,
            crc: crc32fast::hash(bytes),
        }
    }

    pub fn deflated(name: &str, bytes: &[u8]) -> Raw {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("written");
        Raw { method: 8, packed: encoder.finish().expect("packed"), ..Raw::stored(name, bytes) }
    }

    fn fields(&self) -> Vec<u8> {
        let mut fields = vec![20, 0, 0, 8]; // names in UTF-8
        fields.extend(self.method.to_le_bytes());
        fields.extend([0; 4]);
        fields.extend(self.crc.to_le_bytes());
        fields.extend((self.packed.len() as u32).to_le_bytes());
        fields.extend(self.size.to_le_bytes());
        fields.extend((self.name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        fields
    }

    pub fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04", self.fields().as_slice(), self.name.as_bytes(), &self.packed].concat()
    }

    /// Its record in the directory, for a local header at `at`.
    pub fn record(&self, at: usize) -> Vec<u8> {
        let mut record = b"PK\x01\x02\x14\0".to_vec();
        record.extend(self.fields());
        record.extend([0; 10]);
        record.extend((at as u32).to_le_bytes());
        record.extend(self.name.as_bytes());
        record
    }
}

/// A zip archive of local parts, and a directory.
pub fn assemble(local: Vec<u8>, records: &[Vec<u8>]) -> Vec<u8> {
    let (at, directory) = (local.len() as u32, records.concat());
    let count = (records.len() as u16).to_le_bytes();
    let mut zip = local;
    zip.extend(&directory);
    zip.extend(b"PK\x05\x06\0\0\0\0");
    zip.extend([count, count].concat());
    zip.extend((directory.len() as u32).to_le_bytes());
    zip.extend(at.to_le_bytes());
    zip.extend([0, 0]);
    zip
}

pub fn raw_zip(entries: &[Raw]) -> Vec<u8> {
    let (mut local, mut records) = (Vec::new(), Vec::new());
    for entry in entries {
        records.push(entry.record(local.len()));
        local.extend(entry.local());
    }
    assemble(local, &records)
}

fn text(lines: usize) -> Vec<u8> {
    let mut text = String::new();
    for line in 0..lines {
        writeln!(text, "2026-11-21 10:00:00 line {line} {}", line * 7919 % 1000).expect("written");
    }
    text.into_bytes()
}

#[test]
fn every_method_that_can_be_unpacked_is() {
    let log = text(2000);
    let mut lzma =
        lzma_rust2::LzmaWriter::new_no_header(Vec::new(), &lzma_rust2::LzmaOptions::with_preset(1), true)
            .expect("an encoder");
    lzma.write_all(&log).expect("written");
    let props = lzma.props();
    let packed = lzma.finish().expect("packed");
    let dictionary = lzma_rust2::LzmaOptions::with_preset(1).dict_size.to_le_bytes();
    let lzma = [&[9, 20, 5, 0, props], dictionary.as_slice(), packed.as_slice()].concat();
    for (method, packed) in [(12, bz2(&log)), (14, lzma), (93, zst(&log)), (95, xz(&log))] {
        let mut bytes = raw_zip(&[Raw { method, packed, ..Raw::stored("x.log", &log) }]);
        if method == 14 {
            // it ends at a mark
            let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a directory");
            bytes[6] |= 2;
            bytes[directory + 8] |= 2;
        }
        let opened = opened("case.zip", &bytes, &Opening::default());
        assert_eq!(opened.lines(), "", "method {method}");
        assert!(opened.sources[0].1 == log, "method {method}");
    }
}

#[test]
fn a_method_that_cannot_be_unpacked_has_a_name() {
    let entry = |name: &str, method| Raw { method, ..Raw::stored(name, b"something") };
    let bytes =
        raw_zip(&[entry("a.log", 6), entry("b.log", 6), entry("c.log", 98), Raw::stored("d.log", b"x\n")]);
    let opened = opened("case.zip", &bytes, &Opening::default());
    assert_eq!(opened.sources.len(), 1);
    insta::assert_snapshot!(opened.lines());
}

#[test]
fn bytes_with_a_wrong_checksum_are_used() {
    let log = text(300);
    let wrong = raw_zip(&[Raw { crc: 7, ..Raw::deflated("x.log", &log) }]);
    let flip = |mut bytes: Vec<u8>, from_end: usize| {
        let at = bytes.len() - from_end;
        bytes[at] ^= 0x55;
        bytes
    };
    let bz = {
        let mut bytes = bz2(&log);
        bytes[10] ^= 0x55; // the checksum of the block stands behind its mark
        bytes
    };
    let mut lines = String::new();
    for (name, bytes) in [
        ("a.zip", wrong),
        ("b.log.gz", flip(gz(&log), 8)),
        ("c.log.bz2", bz),
        ("d.log.zst", flip(zst(&log), 1)),
        ("e.xz", flip(xz(&log), 26)),
    ] {
        let opened = opened(name, &bytes, &Opening::default());
        assert!(opened.sources[0].1 == log, "{name}");
        lines += &opened.lines();
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn a_wrong_checksum_in_a_7z_loses_nothing() {
    let log = text(300);
    let mut archive = ArchiveWriter::new(Cursor::new(Vec::new())).expect("an archive");
    archive.set_content_methods(vec![EncoderMethod::COPY.into()]);
    for name in ["bad.log", "good.log"] {
        archive.push_archive_entry(ArchiveEntry::new_file(name), Some(log.as_slice())).expect("an entry");
    }
    let mut bytes = archive.finish().expect("an archive").into_inner();
    bytes[32] ^= 1;
    let opened = opened("case.7z", &bytes, &Opening::default());
    let [(_, bad), (_, good)] = opened.sources.as_slice() else { panic!("two") };
    assert!(bad[1..] == log[1..] && *good == log);
    insta::assert_snapshot!(opened.lines());
}

#[test]
fn sizes_that_are_not_so() {
    let log = text(300);
    let length = log.len() as u32;
    let more = Raw { size: length + 100, ..Raw::deflated("more.log", &log) };
    let less = Raw { size: 100, ..Raw::deflated("less.log", &log) };
    let opened = opened("case.zip", &raw_zip(&[more, less]), &Opening::default());
    assert!(opened.sources.iter().all(|(_, bytes)| *bytes == log));
    insta::assert_snapshot!(opened.lines());
}

#[test]
fn several_members_streams_and_frames_are_one_file() {
    let (one, two) = (text(50), text(90));
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    for (name, bytes) in [
        ("a.gz", [gz(&one), gz(&two)].concat()),
        ("a.bz2", [bz2(&one), bz2(&two)].concat()),
        ("a.xz", [xz(&one), xz(&two)].concat()),
        ("a.zst", [zst(&one), skipped.to_vec(), zst(&two)].concat()),
        // as `pzstd` writes it, with an index at the end
        ("b.zst", [&skipped, zst(&one).as_slice(), &skipped, &zst(&two), &skipped].concat()),
        ("c.log", [&[0x5f], &skipped[1..], zst(&one).as_slice(), &zst(&two)].concat()),
        ("b.bz2", [bz2(b""), bz2(&one), bz2(b""), bz2(b""), bz2(&two)].concat()),
    ] {
        let opened = opened(name, &bytes, &Opening::default());
        assert_eq!(opened.lines(), "", "{name}");
        assert!(opened.sources[0].1 == [one.as_slice(), &two].concat(), "{name}");
    }
}

#[test]
fn a_zstd_that_is_cut_gives_its_whole_blocks() {
    let log = text(9000);
    let packed = zst(&log);
    let frame = [0x50, 0x2a, 0x4d, 0x18, 40, 0, 0, 0, 1, 2, 3];
    let cut = opened("a.zst", &packed[..packed.len() - 30], &Opening::default());
    let given = &cut.sources[0].1;
    assert!(given.len() > 100_000 && log.starts_with(given), "{}", given.len());
    let in_frame = opened("b.zst", &[packed.as_slice(), &frame].concat(), &Opening::default());
    assert!(in_frame.sources[0].1 == log);
    let in_magic = opened("c.zst", &[packed.as_slice(), &frame[..3]].concat(), &Opening::default());
    assert!(in_magic.sources[0].1 == log);
    let mut lines = cut.lines().replace(&given.len().to_string(), "SOME");
    lines += &in_frame.lines();
    lines += &in_magic.lines();
    insta::assert_snapshot!(lines);
}

#[test]
fn a_large_dictionary_is_refused() {
    let large = vec![b'x'; 3 << 20];
    let files: Files = vec![("x.log".to_owned(), large.clone())];
    let opening =
        Opening { limits: Limits { dictionary: 1 << 20, ..Limits::default() }, ..Opening::default() };
    let mut lines = String::new();
    for (name, bytes) in [
        ("a.7z", sevenz(&files)),
        (
            "b.zip",
            raw_zip(&[Raw { method: 95, packed: xz_of(&large, 8 << 20), ..Raw::stored("x.log", &large) }]),
        ),
        ("c.xz", xz_of(&large, 8 << 20)),
        // a frame whose window has 8 MB
        ("d.zst", vec![0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3, 1, 0, 0]),
    ] {
        lines += &opened(name, &bytes, &opening).lines();
    }
    insta::assert_snapshot!(lines);
}

fn xz_of(bytes: &[u8], dictionary: u32) -> Vec<u8> {
    let mut options = lzma_rust2::XzOptions::with_preset(1);
    options.lzma_options.dict_size = dictionary;
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("an encoder");
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("packed")
}

#[test]
fn a_list_of_files_that_is_a_bomb_is_refused() {
    // the description of a list of files that unpacks to 1 GB
    let description = [
        &[0x17, 6, 0, 1, 9, 4, 0, 7, 11, 1, 0, 1, 0x23, 3, 1, 1, 5, 0x5d, 0, 0, 0x80, 0][..],
        &[12, 0xf0, 0, 0, 0, 0x40, 0, 0],
    ]
    .concat();
    let mut first = 4u64.to_le_bytes().to_vec();
    first.extend((description.len() as u64).to_le_bytes());
    first.extend(crc32fast::hash(&description).to_le_bytes());
    let mut bytes = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    bytes.extend(crc32fast::hash(&first).to_le_bytes());
    bytes.extend(first);
    bytes.extend([0; 4]);
    bytes.extend(description);
    insta::assert_snapshot!(opened("x.7z", &bytes, &Opening::default()).lines());
}
