//! The checks of the fuzz targets without a fuzzer: on every input on which a target once failed (`fuzz/regressions/`), and on
//! samples that are cut, joined and changed. `seeds_for_the_fuzzer` writes the same samples to `fuzz/corpus/`.

#[path = "../../fuzz/src/lib.rs"]
#[allow(missing_docs, clippy::expect_used, clippy::missing_panics_doc)]
pub(crate) mod checks;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use checks::ALL;
use spoglight_parsers::tables::TABLES;
use spoglight_parsers::wrappers::WRAPPERS;

use crate::archives::pack::{bz2, gz, sevenz, tar, xz, zip, zst};
use crate::support::Random;

/// Longest beginning of a sample that is used, in bytes.
const LONGEST: usize = 2 << 10;

/// A custom format, and lines of it.
const CUSTOM: &str = concat!(
    "name = \"own\"\nline = '^(?<stamp>\\S+ \\S+) \\[(?<level>\\w+)\\] (?<message>.*)$'\n",
    "stamp = \"DD/MM/YYYY HH:mm:ss\"\nlevels = { FATAL = \"fatal\" }\n",
    "[[sample]]\nline = \"21/11/2026 10:00:00 [WARN] slow\"\nlevel = \"warn\"\nmessage = \"slow\"\n",
    "\u{0}21/11/2026 10:00:00 [WARN] slow\n\tat x\n",
);

/// A state of a tail that read the first two lines of a log of the check.
const STATE: &str = r#"{"version":1,"paths":["logs"],"next":2,"logs":[{"log":1,"path":"logs/a.log","volume":1,"index":2,
    "offset":48,"mark":{"at":48,"head":{"length":48,"sum":17378303370771608970},"last":{"length":48,
    "sum":17378303370771608970}},"is_followed":true,"is_wanted":true,"day":20787}]}"#;

/// A session of the browser.
const SESSION: &str = r#"{"version":1,"zone":"UTC","narrowings":[{"query":"level>=error"},{"field":{"field":"host","value":"a",
    "is_out":false}},{"level":"warn"},{"window":{"from":1,"to":2}},{"template":{"shape":"x","is_out":true}}],"hidden":["b.log"],
    "bookmarks":[{"place":{"source":"a.log","offset":7},"note":"here"}],"position":{"source":"a.log","offset":0}}"#;

/// The beginnings of all files below a folder.
fn beginnings(folder: &str) -> Vec<Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let read = |path: &Path| fs::read(path).expect("a file");
    files.map(|entry| read(entry.path())).map(|bytes| bytes[..bytes.len().min(LONGEST)].to_vec()).collect()
}

/// Small archives of each kind.
fn archives() -> Vec<Vec<u8>> {
    let log = b"2026-11-21 10:00:00.000 one\n2026-11-21 10:00:01.000 two\n".to_vec();
    let files = vec![("logs/a.log".to_owned(), log.clone()), ("b.log".to_owned(), log.clone())];
    let events =
        b"<Events><Event xmlns='x'><System/></Event><Event xmlns='x'><System/></Event></Events>".to_vec();
    let chunks = [b"ElfFile\0".to_vec(), vec![0; 4088], b"ElfChnk\0".to_vec(), vec![1; 700]].concat();
    let flat = vec![
        zip(&files),
        sevenz(&files),
        tar(&files),
        gz(&log),
        bz2(&log),
        xz(&log),
        zst(&log),
        chunks,
        events,
    ];
    let nested = flat.iter().map(|bytes| zip(&vec![("inner".to_owned(), bytes.clone())])).collect();
    let packed = vec![gz(&tar(&files)), xz(&tar(&files)), [gz(&log), gz(&log)].concat()];
    [flat, nested, packed].concat()
}

/// Tables of events, and lines below every prefix.
fn extracts() -> Vec<Vec<u8>> {
    let line = "21-Nov-2026 10:00:00.123 SEVERE [main] org.apache.X.y text";
    let wrapped = WRAPPERS.iter().map(|wrapper| {
        let prefix = wrapper.example();
        let end = if wrapper.has_headings() { "\n" } else { "" };
        format!("{prefix}{end}{line}\n{prefix}\tat a.B.c(B.java:1)\n{prefix}{line}\n").into_bytes()
    });
    let tables = TABLES.iter().map(|table| [table.example(), table.example()].concat().into_bytes());
    wrapped.chain(tables).collect()
}

/// Samples for a target.
fn samples(target: &str) -> Vec<Vec<u8>> {
    let texts = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    match target {
        "archives" => archives(),
        "artifacts" => files("samples/artifacts"),
        "custom_formats" => texts(&[CUSTOM, "YYYY-MM-DD HH:mm:ss.SSS\u{0}2026-11-21 10:00:00.123 x"]),
        "extracts" => extracts(),
        "filters" => texts(&[
            "level>=error host:a (thread=\"x y\" or not /a+b/) finding:tls-*\u{0}x",
            "class:a.b source!=\"x\" pid:12 and \"two words\"\u{0}two words",
        ]),
        "formats" | "timelines" => beginnings("samples"),
        "reports" => {
            let kinds = files("samples/artifacts").into_iter().chain(archives()).chain(beginnings("samples"));
            kinds.enumerate().map(|(at, bytes)| [&[at as u8], bytes.as_slice()].concat()).collect()
        }
        "secrets" => texts(&[include_str!("../../crates/text/src/secrets/spellings.txt")])
            .into_iter()
            .flat_map(|all: Vec<u8>| all.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())
            .collect(),
        "sessions" => texts(&[SESSION]),
        "signatures" => beginnings("signatures/library")
            .into_iter()
            .step_by(7)
            .chain(beginnings("signatures/correlations").into_iter().step_by(5))
            .map(|text| [text.as_slice(), b"\0PKIX path building failed: x"].concat())
            .collect(),
        "states" => texts(&[STATE]),
        "text" => {
            let wide: Vec<u8> =
                "1 \u{4e25}\u{91cd}\n2 x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let wide = [[vec![0xff, 0xfe], wide].concat(), b"1 \xd1\xcf\xd6\xd8 [\r\n".to_vec()];
            beginnings("samples/text").into_iter().chain(wide).collect()
        }
        "windows_events" => {
            vec![vec![], (0..=u8::MAX).collect(), b"\x00\x10\x01x\x00\x11\x03\xff\xff\x30\x00\0".to_vec()]
        }
        _ => panic!("no samples for the target {target}: add them here"),
    }
}

/// All files of a folder, whole.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| fs::read(entry.path()).expect("a file")).collect()
}

/// A sample that is changed at some places, cut, or joined with another.
fn changed(samples: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = samples[random.below(samples.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => {
                let other = &samples[random.below(samples.len())];
                let from = random.below(other.len() + 1);
                bytes.splice(at..at, other[from..].iter().copied().take(200));
            }
            2 => drop(bytes.splice(at..at, random.bytes(3))),
            3 => drop(bytes.drain(at..(at + 1 + random.below(8)).min(bytes.len()).max(at))),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [0, 0xff, byte.wrapping_add(1), *byte ^ 0x80, b'\n', b'"'][random.below(6)];
                }
            }
        }
    }
    bytes
}

#[test]
fn every_check_has_a_target() {
    let names: BTreeSet<String> = ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    let targets: BTreeSet<String> = fs::read_dir("fuzz/fuzz_targets")
        .expect("targets")
        .map(|entry| {
            entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned()
        })
        .collect();
    assert_eq!(names, targets);
    for name in names {
        let target = fs::read_to_string(format!("fuzz/fuzz_targets/{name}.rs")).expect("a target");
        assert!(target.contains(&format!("spoglight_fuzz::{name}::check")), "{target}");
        let manifest = fs::read_to_string("fuzz/Cargo.toml").expect("a manifest");
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
            "{name} is not in the manifest"
        );
    }
}

#[test]
fn changed_samples_hold() {
    for (name, check) in ALL {
        let samples = samples(name);
        assert!(!samples.is_empty(), "{name}");
        // those that read files are slower
        let count = match *name {
            "reports" => 8,
            "timelines" => 16,
            "archives" | "artifacts" | "extracts" | "sessions" | "signatures" | "windows_events" => 300,
            _ => 600,
        };
        let mut random = Random(7);
        for sample in samples.iter().take(count) {
            check(sample);
        }
        for _ in 0..count {
            check(&changed(&samples, &mut random));
        }
    }
}

#[test]
fn every_kind_of_archive_is_among_the_samples() {
    let samples = samples("archives");
    for magic in spoglight_source::archive_magics() {
        // a tar begins with a name, and the fourth byte of a bzip2 is the size of its blocks
        let is_free =
            |at: usize| magic.ends_with(b"ustar") && at < 257 || magic.starts_with(b"BZh") && at == 3;
        let begins = |sample: &Vec<u8>| {
            let mut pairs = sample.iter().zip(magic).enumerate();
            sample.len() >= magic.len() && pairs.all(|(at, (one, other))| one == other || is_free(at))
        };
        assert!(samples.iter().any(begins), "no sample begins with {magic:?}: add one to `archives`");
    }
}

#[test]
fn what_failed_once_does_not_fail_again() {
    let mut count = 0;
    for folder in fs::read_dir("fuzz/regressions").expect("a folder") {
        let folder = folder.expect("an entry").path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let (_, check) =
            ALL.iter().find(|(target, _)| *target == name).expect("a folder has the name of a target");
        for entry in fs::read_dir(folder).expect("a folder") {
            check(&fs::read(entry.expect("an entry").path()).expect("an input"));
            count += 1;
        }
    }
    assert!(count > 0, "there are inputs");
}

#[test]
#[ignore = "writes the samples of all targets to fuzz/corpus"]
fn seeds_for_the_fuzzer() {
    for (name, _) in ALL {
        let folder = Path::new("fuzz/corpus").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        for (at, sample) in samples(name).iter().enumerate() {
            fs::write(folder.join(format!("sample-{at:04}")), sample).expect("a file");
        }
    }
}
