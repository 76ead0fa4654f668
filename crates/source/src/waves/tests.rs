//! Bytes count once, and no wave reaches a limit.

use std::fs;
use std::io::{self, Read as _, Write as _};

use super::*;
use crate::limits::{Budget, Capped};
use crate::meter::{Expansion, Meter};
use crate::{Limits, Opening, Source};

const MEGABYTE: u64 = 1 << 20;

fn budget(unpacked: u64) -> Budget {
    Budget::new(Limits { unpacked, ratio: 10, ..Limits::default() })
}

/// Reads an entry of `size` bytes; returns the bytes that were given, and the error.
fn read(budget: &Budget, meter: &Meter, size: u64) -> (usize, Option<String>) {
    let (mut bytes, mut stream) = (Vec::new(), io::repeat(7).take(size));
    let read = Capped::new(&mut stream, "x", 1, meter, budget).read_to_end(&mut bytes);
    (bytes.len(), read.err().map(|error| error.to_string()))
}

#[test]
fn bytes_count_once_and_to_the_last_one() {
    let (budget, meters) = (budget(1000), [Meter::default(), Meter::default(), Meter::default()]);
    for _ in 0..3 {
        assert_eq!(read(&budget, &meters[0], 600), (600, None));
    }
    let (given, error) = read(&budget, &meters[1], 500);
    assert!(given == 400 && error.is_some_and(|error| error.contains("--max-unpacked")));
    // what was read once can be read again, and nothing else
    assert_eq!(read(&budget, &meters[0], 600), (600, None));
    assert_eq!(read(&budget, &meters[1], 500).0, 400);
    assert_eq!(read(&budget, &meters[2], 1).0, 0);
}

#[test]
fn an_entry_that_ends_at_the_limit_is_whole() {
    let (budget, meters) = (budget(1000), [Meter::default(), Meter::default()]);
    assert_eq!(read(&budget, &meters[0], 1000), (1000, None));
    assert_eq!(read(&budget, &meters[1], 0), (0, None));
}

#[test]
fn no_entry_exceeds_its_expansion() {
    let (budget, meter) = (budget(u64::MAX), Meter::default());
    let most = meter.expansion(budget.limits().most_of(1));
    assert_eq!((most.more, most.whole), (65 * MEGABYTE, 65 * MEGABYTE));
    let (given, error) = read(&budget, &meter, u64::MAX);
    assert!(error.is_some_and(|error| error.contains("--max-ratio")));
    let counted = meter.counted();
    assert!(given as u64 <= counted && counted <= most.whole, "{given} {counted}");
    assert_eq!(meter.expansion(budget.limits().most_of(1)), Expansion { more: 0, whole: counted });
}

#[test]
fn waves_cannot_reach_a_limit() {
    let budget = budget(100);
    let fitting = |needs: &[u64]| {
        wave(budget.left(), needs.iter().map(|unpacked| Need { unpacked: *unpacked, temporary: 0 }))
    };
    assert_eq!(fitting(&[50, 50, 1]), 2);
    assert_eq!(fitting(&[0, 200, 1]), 1);
    assert_eq!(fitting(&[200, 0]), 1);
    assert_eq!(budget.grant(60), 60);
    assert_eq!(fitting(&[20, 20, 20, 20]), 2);
    assert_eq!(budget.grant(60), 40);
    assert_eq!(fitting(&[20, 20, 20, 20]), 4);
    let temporary = |bytes: u64| Need { unpacked: 0, temporary: bytes };
    assert_eq!(wave(budget.left(), [40, 25, 1].map(|bytes| temporary(bytes << 30)).into_iter()), 1);
}

/// Reads all logs of a folder with a number of threads; returns the number of bytes of each, and its error.
fn read_all(folder: &std::path::Path, limits: Limits, threads: usize) -> Vec<(usize, Option<String>)> {
    let opening = Opening { limits, ..Opening::default() };
    let mut bundle = Bundle::open(&[folder.to_owned()], &opening);
    let read = |source: &Source| {
        let mut bytes = Vec::new();
        let read = source.read(0, |stream| stream.read_to_end(&mut bytes));
        (bytes.len(), read.err().map(|error| error.to_string()))
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| {
        let mut all = bundle.each(&bundle.sources, Source::unpacks, read);
        // once more from copies
        let problems = bundle.stage(&|_| true);
        all.extend(bundle.each(&bundle.sources, Source::unpacks, read));
        all.extend(problems.into_iter().map(|problem| (0, Some(problem.path + &problem.what))));
        all
    })
}

#[test]
fn the_same_bytes_with_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let sizes: Vec<usize> = (0..90).map(|number| 100_000 + number * 7919 % 50_000).collect();
    for (number, size) in sizes.iter().enumerate() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let line = format!("2026-11-21 10:00:00 log {number}\n").into_bytes();
        packed.write_all(&line.into_iter().cycle().take(*size).collect::<Vec<u8>>()).expect("memory");
        fs::write(folder.path().join(format!("{number:02}.log.gz")), packed.finish().expect("memory"))
            .expect("a file");
    }
    let heads = 90 * crate::archives::MAGIC_BYTES;
    let total = sizes.iter().sum::<usize>() as u64;
    // the limit of an entry decides how many are read at the same time
    for (unpacked, entry) in [(50_000, 1 << 30), (9 << 20, 200_000), (5 << 20, 1 << 30), (total - 1, 200_000)]
    {
        let limits = Limits { unpacked, entry, ..Limits::default() };
        let first = read_all(folder.path(), limits, 1);
        let given: usize = first.iter().take(90).map(|(bytes, _)| bytes).sum();
        assert!((unpacked..=unpacked + heads).contains(&(given as u64)), "{given} of {unpacked}");
        for threads in [2, 3, 8, 8] {
            assert_eq!(read_all(folder.path(), limits, threads), first, "{threads} {limits:?}");
        }
    }
    // what is read again does not count again
    let whole = read_all(folder.path(), Limits { unpacked: total, ..Limits::default() }, 2);
    assert!(whole.iter().zip(sizes.iter().cycle()).all(|(read, size)| *read == (*size, None)), "{whole:?}");
    // the same for copies, in memory and in temporary files
    for temporary in [1 << 20, 9 << 20, total] {
        let limits = Limits { temporary, entry: 200_000, ..Limits::default() };
        let first = read_all(folder.path(), limits, 1);
        assert_eq!(first.len() > 180, temporary < total, "{}", first.len());
        for threads in [2, 8] {
            assert_eq!(read_all(folder.path(), limits, threads), first, "{threads} {limits:?}");
        }
    }
}
