//! All events of a collection in one order, to nowhere.
#![allow(missing_docs)]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::MergeRequest;
use spoglight_query::Query;
use spoglight_report::RenderOptions;
use spoglight_report::events;
use spoglight_report::events::{Layout, ShownZone};
use spoglight_time::units::MINUTE;

/// Bytes of each of the six logs.
const LOG: usize = 16 << 20;

fn timeline(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    support::bundle(folder.path(), LOG, support::Mix::Failures);
    let paths = [folder.path().to_owned()];
    let mut settings = Settings::default();
    settings.zones.0.push("America/New_York".parse().expect("a zone"));
    let run = |wanted: &MergeRequest, form: &str| {
        let mut collected = Collection::read(&paths, &settings, &()).expect("the library");
        collected.stage(wanted);
        let form = events::by_name(form).expect("a form");
        let layout = Layout::of(&collected.sources, &RenderOptions::default(), ShownZone::Source);
        let mut bytes = 0;
        let render = |entry: &spoglight_engine::event::PlacedEvent<'_>, out: &mut Vec<u8>| {
            form.write(entry, &layout, out);
        };
        let summary = collected.merge(wanted, 0, &(), &render, &mut |_, text| {
            bytes += text.len();
            Ok(())
        });
        (summary.expect("memory").events, bytes)
    };
    let mut group = c.benchmark_group("timeline");
    group.throughput(Throughput::Bytes(6 * LOG as u64)).sample_size(10);
    let all = MergeRequest::default();
    for form in ["text", "json", "csv", "raw"] {
        group.bench_function(form, |b| b.iter(|| run(&all, form)));
    }
    let filtered = MergeRequest {
        query: Query::parse("level>=error Exception").expect("a filter"),
        ..MergeRequest::default()
    };
    group.bench_function("filtered", |b| b.iter(|| run(&filtered, "text")));
    let first = Collection::read(&paths, &settings, &()).expect("the library").totals.first;
    let from = first.map_or(0, spoglight_time::Timestamp::nanos) + 5 * MINUTE;
    let window = MergeRequest { from: Some(from), to: Some(from + MINUTE), ..MergeRequest::default() };
    group.bench_function("a minute", |b| b.iter(|| run(&window, "text")));
    group.finish();
}

criterion_group!(benches, timeline);
criterion_main!(benches);
