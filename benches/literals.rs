//! The literal search of the whole library over a block, and what it takes to make it ready.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_signatures::Library;

fn opened(library: &Library, text: &[u8]) -> usize {
    library.literals().lines(text).count()
}

fn literals(c: &mut Criterion) {
    let library = Library::embedded().expect("the library");
    let mut group = c.benchmark_group("literals");
    group.sample_size(20);
    for (name, text) in [
        ("without traces", support::Logs::new(1).stamped(32 << 20)),
        ("with traces", support::Logs::new(1).ece(32 << 20)),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| opened(&library, &text)));
    }
    group.finish();
    c.bench_function("library/embedded", |b| b.iter(|| Library::embedded().expect("the library").len()));
}

criterion_group!(benches, literals);
criterion_main!(benches);
