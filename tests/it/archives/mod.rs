//! Archives, one in the other: a packed case gives the report of the folder that it was made of, and a hostile archive harms
//! nobody.

mod budget;
mod damage;
mod hostile;
mod limits;
mod locked;
pub mod pack;
mod split;

use std::fs;
use std::path::Path;

use pack::{Files, bz2, files, gz, opened, sevenz, tar, xz, zip, zst};
use serde_json::Value;
use spoglight_diagnosis::analyze;
use spoglight_report::{RenderOptions, by_name};
use spoglight_source::{Limits, Opening};

use crate::support::{CASE, Random, analysis_of, folder, new_york, put};

/// The report on a path, with every name below `root` as if it lay in `case/`.
fn report(path: &Path, root: &str) -> Value {
    let analysis = analyze(&[path.to_owned()], &new_york(), &()).expect("an analysis");
    let mut json = Vec::new();
    by_name("json")
        .expect("a format")
        .write(&analysis, &RenderOptions::default(), &mut json)
        .expect("written");
    let text = String::from_utf8(json).expect("UTF-8").replace(root, "case/");
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    report["inputs"] = Value::Null;
    report
}

#[test]
fn a_packed_case_gives_the_report_of_its_folder() {
    let folder = folder();
    let case = files(Path::new(CASE), "");
    let whole = report(Path::new(CASE), &format!("{CASE}/"));
    assert_eq!(whole["findings"][0]["id"], "tls-pkix-path-building");
    let inner = |name: &str, bytes: Vec<u8>| -> Files { vec![(name.to_owned(), bytes)] };
    for (name, bytes, below) in [
        ("case.zip", zip(&case), "!"),
        ("case.7z", sevenz(&case), "!"),
        ("case.tar", tar(&case), "!"),
        ("case.tar.gz", gz(&tar(&case)), "!"),
        ("case.tar.bz2", bz2(&tar(&case)), "!"),
        ("case.tar.xz", xz(&tar(&case)), "!"),
        ("case.tar.zst", zst(&tar(&case)), "!"),
        // its name says nothing
        ("case.log", zip(&case), "!"),
        ("a.tar.gz", gz(&tar(&inner("b.7z", sevenz(&inner("c.zip", zip(&case)))))), "!b.7z!c.zip!"),
        ("d.7z", sevenz(&inner("e.tar.xz", xz(&tar(&case)))), "!e.tar.xz!"),
    ] {
        let path = put(folder.path(), name, bytes);
        let shown = path.display().to_string().replace('\\', "/");
        let packed = report(&path, &format!("{shown}{below}"));
        assert!(packed == whole, "{name}: {packed:#}");
    }
}

#[test]
fn single_files_that_are_packed_are_read() {
    let folder = folder();
    let log =
        fs::read(Path::new(CASE).join("PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log")).expect("a log");
    for (name, bytes) in
        [("a.log.gz", gz(&log)), ("b.log.bz2", bz2(&log)), ("c.xz", xz(&log)), ("d.zst", zst(&log))]
    {
        put(folder.path(), name, bytes);
    }
    // gzip of several members, as `cat a.gz b.gz` makes it
    put(folder.path(), "e.gz", [gz(&log), gz(&log)].concat());
    let analysis = analysis_of(folder.path());
    assert_eq!(analysis.warnings, []);
    let bytes: Vec<u64> = analysis.sources.iter().map(|source| source.bytes).collect();
    let size = log.len() as u64;
    assert_eq!(bytes, [size, size, size, size, 2 * size]);
}

/// What is said of a file with these bytes when all that is in it was read.
fn said(name: &str, bytes: &[u8], limits: Limits) -> Vec<String> {
    opened(name, bytes, &Opening { limits, ..Opening::default() })
        .problems
        .into_iter()
        .map(|problem| problem.what)
        .collect()
}

#[test]
fn archives_that_are_cut_anywhere_give_what_came() {
    let case = files(Path::new(CASE), "");
    for (name, bytes) in [
        ("a.zip", zip(&case)),
        ("b.7z", sevenz(&case)),
        ("c.tar.gz", gz(&tar(&case))),
        ("d.tar.xz", xz(&tar(&case))),
        ("e.tar.bz2", bz2(&tar(&case))),
    ] {
        for tenth in [3, 7] {
            let cut = &bytes[..bytes.len() * tenth / 10];
            let said = said(name, cut, Limits::default());
            assert!(!said.is_empty(), "{name} cut at {tenth}0 %");
        }
    }
    // most of it came, and is analysed
    let bytes = gz(&tar(&case));
    let folder = folder();
    let path = put(folder.path(), "case.tar.gz", &bytes[..bytes.len() * 9 / 10]);
    let analysis = analysis_of(&path);
    assert!(analysis.sources.len() > 20 && analysis.totals.events > 500, "{}", analysis.totals.events);
}

#[test]
fn random_bytes_behind_every_magic_number_are_named() {
    let mut random = Random(7);
    let magics: [&[u8]; 7] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
    ];
    for magic in magics {
        for _ in 0..3 {
            let bytes = [magic, &random.bytes(4000)].concat();
            assert!(!said("x.log", &bytes, Limits::default()).is_empty(), "{magic:?}");
        }
    }
    let mut tar = random.bytes(4000);
    tar[257..262].copy_from_slice(b"ustar");
    assert!(!said("x.log", &tar, Limits::default()).is_empty());
}

#[test]
fn every_limit_says_its_name() {
    let mut bytes = zip(&vec![("x.log".to_owned(), b"2026-11-21 10:00:00 x\n".repeat(100))]);
    for _ in 0..9 {
        bytes = zip(&vec![("inner.zip".to_owned(), bytes)]);
    }
    let deep = said("x.zip", &bytes, Limits::default());
    assert!(deep.iter().any(|what| what.contains("the limit is 6")), "{deep:?}");
    let many: Files = (0..50).map(|n| (format!("{n}.log"), b"x\n".to_vec())).collect();
    let entries = said("x.zip", &zip(&many), Limits { entries: 20, ..Limits::default() });
    assert!(entries.len() == 1 && entries[0].contains("beyond the limit of 20 entries"), "{entries:?}");
    let large = vec![("x.log".to_owned(), vec![b'x'; 9 << 20])];
    let entry = said("x.7z", &sevenz(&large), Limits { entry: 1 << 20, ..Limits::default() });
    assert!(entry.iter().any(|what| what.contains("--max-entry")), "{entry:?}");
    let temporary = said("x.tar.gz", &gz(&tar(&large)), Limits { temporary: 1 << 20, ..Limits::default() });
    assert!(temporary.iter().any(|what| what.contains("--max-temporary")), "{temporary:?}");
    let bomb = gz(&vec![b'x'; 80 << 20]);
    let ratio = said("x.gz", &bomb, Limits { ratio: 100, ..Limits::default() });
    assert!(ratio.iter().any(|what| what.contains("--max-ratio")), "{ratio:?}");
}
