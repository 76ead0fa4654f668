//! Each format: stamp and level of every message, as the plain path reads them, and the full parse.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_parsers::{Format, formats};
use std::hint::black_box;

fn heads(format: &dyn Format, text: &[u8]) -> usize {
    let (mut start, mut count) = (0, 0);
    for end in memchr::memchr_iter(b'\n', text) {
        count += usize::from(black_box(format.begin(&text[start..end])).is_some());
        start = end + 1;
    }
    count
}

fn all(c: &mut Criterion) {
    let texts = [
        ("ece", support::Logs::new(1).ece(32 << 20)),
        ("tomcat-juli", support::Logs::new(1).tomcat(32 << 20)),
        ("stamped-text", support::Logs::new(1).stamped(32 << 20)),
    ];
    for (name, text) in texts {
        let format = formats::by_name(name).expect("the format");
        assert!(heads(format, &text) > 10_000);
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
        group.bench_function("stamp and level", |b| b.iter(|| heads(format, &text)));
        let lines: Vec<&[u8]> =
            text.split(|byte| *byte == b'\n').filter(|line| format.begin(line).is_some()).collect();
        group.throughput(Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
        group.bench_function("full parse", |b| {
            b.iter(|| lines.iter().map(|line| black_box(format.parse(line)).message.len()).sum::<usize>());
        });
        group.finish();
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
