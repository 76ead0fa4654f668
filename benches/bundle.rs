//! A whole bundle of 96 MB through `analyze`, on one core and on all.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight::{Settings, analyze};

fn bundle(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    support::bundle(folder.path(), 16 << 20);
    let paths = [folder.path().to_owned()];
    let bytes = analyze(&paths, &Settings::default(), &()).expect("an analysis").totals.bytes;
    let mut group = c.benchmark_group("bundle");
    group.throughput(Throughput::Bytes(bytes)).sample_size(10);
    for (name, threads) in [("one core", 1), ("all cores", 0)] {
        let settings = Settings { threads, ..Settings::default() };
        group.bench_function(name, |b| {
            b.iter(|| analyze(&paths, &settings, &()).expect("an analysis").findings.len());
        });
    }
    group.finish();
}

criterion_group!(benches, bundle);
criterion_main!(benches);
