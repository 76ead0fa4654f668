//! Once a limit over all archives is reached, the same entries are read, to the same byte, with any number of threads.

use std::path::{Path, PathBuf};

use spoglight_diagnosis::analyze;
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::MergeRequest;
use spoglight_report::{RenderOptions, by_name};
use spoglight_source::{Limits, Opening};

use super::pack::{Files, zip};
use crate::support::{folder, put};

/// Bytes of a log of the tests.
const SIZE: usize = 40_000;

/// Logs of as many servers; no two begin or end at the same time.
fn logs(count: usize) -> Files {
    let log = |server: usize| -> Vec<u8> {
        let lines = (0..).map(|number| {
            let (second, milli) = (number / 10 % 60, (number * 37 + server) % 1000);
            format!(
                "2026-11-21 10:{:02}:{second:02}.{milli:03} GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@> text {server} <@> \n",
                number / 600 + server % 20
            )
        });
        let mut text = lines.scan(0, |size, line| {
            *size += line.len();
            (*size <= SIZE).then_some(line)
        });
        text.by_ref().collect::<String>().into_bytes()
    };
    (0..count).map(|server| (format!("S{server:02}/eg_log_S{server:02}_x.log"), log(server))).collect()
}

/// The report and the timeline of a path, with every message.
fn results(path: &Path, limits: Limits, threads: usize) -> String {
    let opening = Opening { limits, ..Opening::default() };
    let settings = Settings { threads, opening, ..Settings::default() };
    let paths: [PathBuf; 1] = [path.to_owned()];
    let analysis = analyze(&paths, &settings, &()).expect("an analysis");
    let mut text = Vec::new();
    by_name("json")
        .expect("a format")
        .write(&analysis, &RenderOptions::default(), &mut text)
        .expect("written");
    let mut read = Collection::read(&paths, &settings, &()).expect("a library");
    let request = MergeRequest::default();
    read.stage(&request);
    let summary = read.merge(
        &request,
        threads,
        &(),
        &|event, out| out.extend_from_slice(event.raw),
        &mut |_, event| {
            text.extend_from_slice(event);
            Ok(())
        },
    );
    let text = String::from_utf8(text).expect("UTF-8");
    format!("{text}{:?}\n{:?}\n", summary.expect("memory"), read.warnings())
}

#[test]
fn the_same_entries_with_any_number_of_threads() {
    let folder = folder();
    put(folder.path(), "x.zip", zip(&logs(10)));
    let path = folder.path().join("x.zip");
    let limits = Limits { unpacked: 210_000, ..Limits::default() };
    let first = results(&path, limits, 1);
    assert!(first.contains("raise --max-unpacked"));
    // of every entry the first bytes are read, which show whether it is an archive
    let lines = |server: usize| first.matches(&format!("<@> text {server} <@>")).count();
    assert!(lines(2) > 200 && (1..200).contains(&lines(5)) && (1..20).contains(&lines(6)), "{}", lines(6));
    for threads in [2, 8] {
        assert!(results(&path, limits, threads) == first, "{threads} threads");
    }
}
