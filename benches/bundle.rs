//! A whole bundle of 96 MB through `analyze`, on one core and on all; a Tomcat log of 32 MB in other charsets, on one.
#![allow(missing_docs, clippy::disallowed_methods)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;

fn bundle(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    support::bundle(folder.path(), 16 << 20, support::Mix::Failures);
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

/// The same Chinese log in three charsets.
fn charsets(c: &mut Criterion) {
    let text = String::from_utf8(support::Logs::new(1).tomcat(32 << 20)).expect("UTF-8");
    let text =
        text.replace(" SEVERE [", " 严重 [").replace(" WARNING [", " 警告 [").replace(" INFO [", " 信息 [");
    let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gbk = encoding_rs::GBK.encode(&text).0.into_owned();
    let mut group = c.benchmark_group("charset, one core");
    group.sample_size(10);
    for (name, bytes) in [("utf-8", text.into_bytes()), ("gbk", gbk), ("utf-16le", utf16)] {
        let bytes: Vec<u8> = bytes;
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("catalina.log"), &bytes).expect("a file");
        let paths = [folder.path().to_owned()];
        let settings = Settings { threads: 1, ..Settings::default() };
        let analysis = analyze(&paths, &settings, &()).expect("an analysis");
        assert_eq!(analysis.sources[0].charset.name(), Some(name));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| analyze(&paths, &settings, &()).expect("an analysis").findings.len());
        });
    }
    group.finish();
}

criterion_group!(benches, bundle, charsets);
criterion_main!(benches);
