//! Each format: stamp and level of every message, as the plain path reads them, and the full parse of first lines. The text
//! is that of its samples, over and over, but for those of which there is a generator.
#![allow(missing_docs, clippy::disallowed_methods)]

mod support;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_parsers::Format;
use spoglight_parsers::formats::{self, FormatSet};

const SIZE: usize = 32 << 20;

/// What the plain path does with every line of a file.
fn heads(mix: &FormatSet<'_>, text: &[u8]) -> usize {
    let (mut start, mut count) = (0, 0);
    for end in memchr::memchr_iter(b'\n', text) {
        count += usize::from(black_box(mix.begin(&text[start..end])).is_some());
        start = end + 1;
    }
    count
}

fn samples(format: &dyn Format) -> Vec<u8> {
    let mut files: Vec<_> = std::fs::read_dir(Path::new("samples").join(format.name()))
        .expect("samples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let mut text: Vec<u8> = files.iter().flat_map(|path| std::fs::read(path).expect("a sample")).collect();
    text.push(b'\n');
    text.repeat(SIZE / text.len() + 1)
}

fn all(c: &mut Criterion) {
    for format in formats::ALL.iter().copied().chain([formats::TEXT]) {
        let text = match format.name() {
            "ece" => support::Logs::new(1).ece(SIZE),
            "tomcat-juli" => support::Logs::new(1).tomcat(SIZE),
            "stamped-text" => support::Logs::new(1).stamped(SIZE),
            _ => samples(format),
        };
        let mix = FormatSet::new(formats::ALL, &text[..64 << 10]);
        let mut group = c.benchmark_group(format.name());
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(10);
        group.bench_function("stamp and level", |b| b.iter(|| heads(&mix, &text)));
        let lines = text[..text.len().min(4 << 20)].split(|byte| *byte == b'\n');
        let lines: Vec<&[u8]> = lines.filter(|line| format.begin(line).is_some()).collect();
        group.throughput(Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum()));
        group.bench_function("full parse", |b| {
            b.iter(|| lines.iter().map(|line| black_box(format.parse(line)).message.len()).sum::<usize>());
        });
        group.finish();
    }
}

criterion_group!(benches, all);
criterion_main!(benches);
