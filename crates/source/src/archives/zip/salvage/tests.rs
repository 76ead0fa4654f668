use std::io::Write as _;

use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

use crate::Limits;
use crate::tests::Opened;

/// Lines that do not compress to nothing.
fn log(seed: usize, lines: usize) -> Vec<u8> {
    let line = |line: usize| format!("2026-11-21 10:00:00 {seed} {line} {}\n", (line + seed) * 7919 % 99_991);
    (0..lines).flat_map(|at| line(at).into_bytes()).collect()
}

/// A zip as a program writes it to a pipe.
fn streamed(entries: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in entries {
        zip.start_file(*name, options).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// A record after the data.
#[derive(Clone, Copy)]
struct Record {
    has_signature: bool,
    width: usize,
}

const USUAL: Record = Record { has_signature: true, width: 4 };

/// An entry whose sizes are after its data.
fn entry(name: &str, method: u16, bytes: &[u8], record: Record) -> Vec<u8> {
    let packed = match method {
        0 => bytes.to_vec(),
        8 => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("written");
            encoder.finish().expect("packed")
        }
        _ => {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(bytes).expect("written");
            encoder.finish().expect("packed")
        }
    };
    let mut entry = b"PK\x03\x04\x14\0\x08\x08".to_vec();
    entry.extend(method.to_le_bytes());
    entry.extend([0; 16]);
    entry.extend((name.len() as u16).to_le_bytes());
    entry.extend([0, 0]);
    entry.extend(name.as_bytes());
    entry.extend(&packed);
    if record.has_signature {
        entry.extend(b"PK\x07\x08");
    }
    entry.extend(crc32fast::hash(bytes).to_le_bytes());
    for size in [packed.len(), bytes.len()] {
        entry.extend(&size.to_le_bytes()[..record.width]);
    }
    entry
}

#[test]
#[cfg_attr(windows, ignore = "on Windows the library writes no archive to a pipe")]
fn a_streamed_zip_that_is_cut_gives_what_came() {
    let logs: Vec<Vec<u8>> = (0..4).map(|seed| log(seed, 5000)).collect();
    let entries: Vec<(String, &[u8])> =
        logs.iter().enumerate().map(|(at, log)| (format!("{at}.log"), log.as_slice())).collect();
    let entries: Vec<(&str, &[u8])> = entries.iter().map(|(name, log)| (name.as_str(), *log)).collect();
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored, CompressionMethod::Bzip2] {
        let whole = streamed(&entries, SimpleFileOptions::default().compression_method(method));
        let opened = Opened::new("case.zip", &whole[..whole.len() * 7 / 8]);
        // bzip2 gives whole blocks, larger than this log
        let given = if method == CompressionMethod::Bzip2 { 3 } else { 4 };
        assert_eq!(opened.sources.len(), given, "{method}: {:?}", opened.lines);
        for (at, (_, bytes)) in opened.sources.iter().enumerate() {
            assert!(if at < 3 { *bytes == logs[at] } else { logs[at].starts_with(bytes) }, "{method} {at}");
        }
        assert!(opened.says("cut off or damaged") && opened.says("case.zip!3.log: "), "{:?}", opened.lines);
        assert!(!opened.says("!2.log"), "{:?}", opened.lines);
    }
}

/// Cut after every byte, an archive gives only what was in it, and says that something is missing.
#[test]
#[cfg_attr(windows, ignore = "on Windows the library writes no archive to a pipe")]
fn a_cut_anywhere_is_reported() {
    let logs: Vec<Vec<u8>> = (0..3).map(|seed| log(seed, 4)).collect();
    for method in [CompressionMethod::Deflated, CompressionMethod::Stored] {
        let entries = [("0", logs[0].as_slice()), ("1", &logs[1]), ("2", &logs[2])];
        let whole = streamed(&entries, SimpleFileOptions::default().compression_method(method));
        for end in 4..whole.len() {
            let opened = Opened::new("case.zip", &whole[..end]);
            assert!(!opened.lines.is_empty(), "{method} cut after {end} bytes");
            for (at, (_, bytes)) in opened.sources.iter().enumerate() {
                // the record after data without compression may be cut, too, and then belongs to it
                let is_right = logs[at].starts_with(bytes) || bytes.starts_with(&logs[at]);
                assert!(is_right && bytes.len() < logs[at].len() + 24, "{method} cut after {end} bytes");
            }
        }
    }
}

#[test]
fn every_form_of_the_record_after_the_data_is_understood() {
    let (one, two) = (log(1, 300), log(2, 300));
    for (has_signature, width) in [(true, 4), (true, 8), (false, 4), (false, 8)] {
        let record = Record { has_signature, width };
        let bytes =
            [entry("1.log", 8, &one, record), entry("x/", 8, b"", record), entry("2.log", 8, &two, record)];
        let opened = Opened::new("case.zip", &bytes.concat());
        assert_eq!(opened.names(), ["case.zip!1.log", "case.zip!2.log"]);
        assert!(opened.sources[0].1 == one && opened.sources[1].1 == two);
        assert!(opened.lines.len() == 1 && opened.says("2 entries could be read"), "{:?}", opened.lines);
        assert!(!opened.says("belong to no entry"), "{:?}", opened.lines);
    }
}

#[test]
fn data_without_an_end_of_its_own() {
    let (one, two) = (log(1, 300), log(2, 300));
    let bare = Record { has_signature: false, width: 4 };
    let signed = [entry("1.log", 0, &one, USUAL), entry("2.log", 0, &two, USUAL)].concat();
    let opened = Opened::new("signed.zip", &signed);
    assert!(opened.sources[0].1 == one && opened.sources[1].1 == two, "{:?}", opened.lines);
    let first = [entry("1.log", 0, &one, bare), entry("2.log", 8, &two, bare)].concat();
    let opened = Opened::new("bare.zip", &first);
    assert_eq!(opened.names(), ["bare.zip!2.log"]);
    assert!(opened.says("bare.zip!1.log: was not read: its size is neither before nor after"));
    let packed = [entry("1.log", 12, &one, bare), entry("2.log", 8, &two, bare)].concat();
    let opened = Opened::new("packed.zip", &packed);
    assert!(opened.sources[0].1 == one && opened.sources[1].1 == two, "{:?}", opened.lines);
}

#[test]
#[cfg_attr(windows, ignore = "on Windows the library writes no archive to a pipe")]
fn encrypted_entries_of_a_stream() {
    let (one, two) = (log(1, 300), log(2, 300));
    let entries = [("1.log", one.as_slice()), ("2.log", &two)];
    let plain = SimpleFileOptions::default();
    for options in [
        plain.with_aes_encryption(AesMode::Aes256, "geheim"),
        plain.with_deprecated_encryption(b"geheim").expect("options"),
    ] {
        let whole = streamed(&entries, options);
        // without the directory
        let cut = memchr::memmem::find(&whole, b"PK\x01\x02").expect("a directory");
        let opened = Opened::with(&[("case.zip", &whole[..cut])], Limits::default(), Some("geheim"));
        assert_eq!(opened.sources.len(), 2, "{:?}", opened.lines);
        assert!(opened.sources[0].1 == one && opened.sources[1].1 == two, "{:?}", opened.lines);
        let opened = Opened::new("case.zip", &whole[..cut]);
        assert!(opened.sources.is_empty() && opened.says("are encrypted, and no password was given"));
    }
}

#[test]
fn entries_after_a_damaged_one_are_found() {
    let logs: Vec<Vec<u8>> = (0..3).map(|seed| log(seed, 2000)).collect();
    let mut parts: Vec<Vec<u8>> =
        logs.iter().enumerate().map(|(at, log)| entry(&format!("{at}.log"), 8, log, USUAL)).collect();
    let middle = parts[1].len() / 2;
    parts[1][middle..middle + 40].fill(0xff);
    parts.insert(2, b"something else".to_vec());
    let opened = Opened::new("case.zip", &parts.concat());
    assert_eq!(opened.sources.len(), 3, "{:?}", opened.lines);
    assert!(opened.sources[0].1 == logs[0] && opened.sources[2].1 == logs[2]);
    assert!(opened.says("case.zip!1.log: "), "{:?}", opened.lines);
    let apart = [parts[0].as_slice(), b"something else", &parts[3]].concat();
    let opened = Opened::new("case.zip", &apart);
    assert!(opened.says("14 bytes, the first at byte") && opened.sources.len() == 2, "{:?}", opened.lines);
}

/// Finding the ends of entries is limited, too, and does not search the same bytes again and again.
#[test]
fn a_walk_ends() {
    let zeros = vec![0; 80 << 20];
    let bomb = [entry("1.log", 8, &zeros, USUAL), entry("2.log", 8, b"x\n", USUAL)].concat();
    let limits = Limits { ratio: 100, ..Limits::default() };
    let opened = Opened::with(&[("case.zip", &bomb)], limits, None);
    assert!(opened.says("--max-ratio") && opened.says("were not looked for"), "{:?}", opened.lines);
    let bare = Record { has_signature: false, width: 4 };
    let many = entry("1.log", 0, b"PK\x07\x08 is no record\n", bare).repeat(20_000);
    let opened = Opened::new("case.zip", &many);
    assert!(
        opened.says("case.zip: has 19999 entries, such as 1.log, that were not read"),
        "{:?}",
        opened.lines
    );
    let headers = [entry("1.log", 0, b"x\n", USUAL), b"PK\x03\x04".repeat(500_000)].concat();
    let opened = Opened::new("case.zip", &headers);
    assert!(opened.says("the header of an entry at byte 53 is cut off or damaged"), "{:?}", opened.lines);
}

/// As Info-ZIP writes data that it does not compress to a pipe.
#[test]
fn sizes_before_the_data_and_the_checksum_after_it() {
    let (one, two) = (log(1, 300), log(2, 300));
    let mut entries = [entry("1.log", 0, &one, USUAL), entry("2.log", 0, &two, USUAL)];
    for (entry, log) in entries.iter_mut().zip([&one, &two]) {
        let size = (log.len() as u32).to_le_bytes();
        entry[18..22].copy_from_slice(&size);
        entry[22..26].copy_from_slice(&size);
    }
    let mut bytes = entries.concat();
    let opened = Opened::new("case.zip", &bytes);
    assert!(opened.sources[0].1 == one && opened.sources[1].1 == two && opened.lines.len() == 1);
    bytes[50] ^= 1;
    assert!(Opened::new("case.zip", &bytes).says("1.log: does not match its checksum"));
    let cut = Opened::new("case.zip", &bytes[..bytes.len() - 2000]);
    assert!(
        two.starts_with(&cut.sources[1].1) && cut.says("2.log: is cut off, like its archive"),
        "{:?}",
        cut.lines
    );
}
