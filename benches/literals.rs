//! The literal search of the whole library over a block, and what it takes to make it ready.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_signatures::{Library, Signature};

fn opened(library: &Library, text: &[u8]) -> usize {
    library.literals().lines(text).count()
}

/// Number of signatures with which the search was designed.
const FIRST: usize = 261;

/// The search with the whole library beside one with as many signatures as at first: the cost of its growth.
fn grown(c: &mut Criterion) {
    let library = Library::embedded().expect("the library");
    let all = library.len().max(FIRST);
    // evenly, so that every area keeps some
    let kept = library.iter().enumerate().filter(|(at, _)| at * FIRST / all < (at + 1) * FIRST / all);
    let kept = kept.map(|(_, signature)| Signature { explains: Vec::new(), ..signature.clone() });
    let first = Library::new(kept.collect()).expect("a part of the library");
    let text = support::Logs::new(1).ece(32 << 20);
    let mut group = c.benchmark_group("library size");
    group.sample_size(20).throughput(Throughput::Bytes(text.len() as u64));
    for library in [&first, &library] {
        group.bench_function(format!("{} signatures", library.len()), |b| b.iter(|| opened(library, &text)));
    }
    group.finish();
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
    grown(c);
    c.bench_function("library/embedded", |b| b.iter(|| Library::embedded().expect("the library").len()));
}

criterion_group!(benches, literals);
criterion_main!(benches);
