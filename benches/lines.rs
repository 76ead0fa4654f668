//! Cutting a stream into blocks of whole messages: the floor under everything else.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_parsers::formats;
use spoglight_text::messages::Blocks;
use std::hint::black_box;

fn lines(c: &mut Criterion) {
    let text = support::Logs::new(1).ece(32 << 20);
    let format = formats::by_name("ece").expect("the format");
    let mut group = c.benchmark_group("lines");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function("memchr", |b| b.iter(|| memchr::memchr_iter(b'\n', black_box(&text)).count()));
    group.bench_function("blocks", |b| {
        b.iter(|| {
            let begins = |line: &[u8]| format.begin(line).is_some();
            let mut blocks = Blocks::whole(&text[..], &begins, Vec::new());
            let mut bytes = 0;
            while let Some(block) = blocks.next().expect("memory") {
                bytes += block.bytes.len();
            }
            assert_eq!(bytes, text.len());
        });
    });
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
