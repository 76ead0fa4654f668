//! With any sources, blocks, slices and threads, every event comes out once, in one order.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use spoglight_query::Query;
use spoglight_signatures::Library;
use spoglight_source::Limits;

use super::*;
use crate::Settings;
use crate::collection::{Collection, ScanPurpose};
use crate::event::PlacedEvent;

/// An event of a generated log: milliseconds to the one before it (back, if late), and lines below it.
type Step = (i64, u8);

fn ece(millis: i64, number: usize, below: u8) -> String {
    let (second, milli) = (millis.div_euclid(1000), millis.rem_euclid(1000));
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let mut text = format!(
        "2026-11-21 {hour:02}:{minute:02}:{:02}.{milli:03} GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> n{number} <@> \n",
        second % 60
    );
    (0..below).for_each(|_| text.push_str("\tat a.b.C.d(C.java:1)\n"));
    text
}

/// Logs of a few servers, and the events of each: nearly in order, in no order, or many of one moment.
fn logs() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let near = prop_oneof![9 => 0i64..5_000, 1 => -3_000i64..0].boxed();
    let any = (-4_000_000i64..4_000_000).boxed();
    let few = prop_oneof![4 => Just(0i64), 1 => Just(60_000i64), 1 => Just(-60_000i64)].boxed();
    prop_oneof![Just(near), Just(any), Just(few)]
        .prop_flat_map(|step| prop::collection::vec(prop::collection::vec((step, 0u8..4), 0..60), 1..6))
}

/// Writes the logs, and returns all events in their order: moment, source, number and text.
fn write(folder: &Path, logs: &[Vec<Step>]) -> Vec<(i64, usize, usize, String)> {
    let mut expected = Vec::new();
    for (index, steps) in logs.iter().enumerate() {
        let (mut text, mut now) = (String::new(), 40_000_000 + index as i64 % 2);
        for (number, (step, below)) in steps.iter().enumerate() {
            now = (now + step).rem_euclid(86_400_000);
            let event = ece(now, number, *below);
            expected.push((now, index, number, event.clone()));
            text.push_str(&event);
        }
        fs::write(folder.join(format!("eg_log_S{index}_p.log")), text).expect("a file");
    }
    expected.sort();
    expected
}

/// The text of an event of [`ece`], without its time.
fn told(text: &str) -> Option<String> {
    text.split("GMT+0000").nth(1).map(str::to_owned)
}

/// Output of a merge: time, source and line of each event; and the summary.
fn run(folder: &Path, segment: u64, slice: u64, threads: usize, once: bool) -> (Vec<String>, Summary) {
    let settings = Settings::default();
    let wanted = MergeRequest { once, slice, ..MergeRequest::default() };
    merge(&survey(folder, segment, &settings), threads, &wanted).expect("memory")
}

fn survey<'s>(folder: &Path, segment: u64, settings: &'s Settings) -> Collection<'s> {
    // the library of signatures takes longer to read than the logs
    let library = Library::new(Vec::new()).expect("a library");
    let paths = [folder.to_owned()];
    Collection::search((library, Vec::new()), &paths, settings, ScanPurpose::Timeline, segment, &())
}

fn merge(
    collected: &Collection<'_>,
    threads: usize,
    wanted: &MergeRequest,
) -> io::Result<(Vec<String>, Summary)> {
    let mut all = Vec::new();
    let render = |entry: &PlacedEvent<'_>, out: &mut Vec<u8>| {
        let time = entry.moment.map(|moment| moment.to_string());
        let text = format!("{time:?} {} {} {}", entry.id, entry.line, String::from_utf8_lossy(entry.text));
        out.extend_from_slice(text.as_bytes());
    };
    let summary = collected.merge(wanted, threads, &(), &render, &mut |_, text| {
        all.push(String::from_utf8_lossy(text).into_owned());
        Ok(())
    })?;
    Ok((all, summary))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_event_once_in_one_order(
        logs in logs(),
        segment in 50u64..3_000,
        slice in 1u64..4_000,
        threads in 1usize..5,
        limit in 0u64..80,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let expected = write(folder.path(), &logs);
        let settings = Settings::default();
        let collected = survey(folder.path(), segment, &settings);
        let merged = |wanted: &MergeRequest| merge(&collected, threads, wanted).expect("memory");
        let wanted = MergeRequest { slice, ..MergeRequest::default() };
        let (all, summary) = merged(&wanted);
        let texts: Vec<_> = all.iter().map(|text| told(text)).collect();
        let expected: Vec<_> = expected.iter().map(|(.., text)| told(text)).collect();
        prop_assert_eq!(texts, expected);
        prop_assert_eq!(summary.events, all.len() as u64);
        // how it was cut does not matter
        prop_assert_eq!(&all, &run(folder.path(), 0, 0, 1, false).0);
        // the first are the first of all, also of those that match a filter
        let some = MergeRequest { limit: Some(limit), ..wanted.clone() };
        let most = all.len().min(limit as usize);
        let (first, summary) = merged(&some);
        prop_assert_eq!((first.as_slice(), summary.events as usize), (&all[..most], most));
        let query = Query::parse("/ n[0-9]*3 /").expect("a filter");
        let is_three = |text: &&String| text.contains("3 <@> \n");
        let threes: Vec<String> = all.iter().filter(is_three).take(most).cloned().collect();
        prop_assert_eq!(merged(&MergeRequest { query, ..some }).0, threes);
        // in any order they are the same
        let mut counted = merged(&MergeRequest { any_order: true, ..wanted }).0;
        counted.sort();
        let mut all = all;
        all.sort();
        prop_assert_eq!(counted, all);
    }

    #[test]
    fn duplicates_are_hidden_as_a_sort_in_memory_would(
        logs in logs(),
        segment in 50u64..3_000,
        slice in 1u64..4_000,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut first = write(folder.path(), &logs);
        // a second file of the first server, with some of its events
        first.retain(|(_, source, ..)| *source == 0);
        first.sort_by_key(|(_, _, number, _)| *number);
        let text: String = first.iter().skip(first.len() / 3).map(|(.., text)| text.as_str()).collect();
        fs::write(folder.path().join("eg_log_S0_p.log.1"), text).expect("a file");
        let (all, _) = run(folder.path(), segment, slice, 2, false);
        let mut seen: HashMap<(String, String), HashMap<String, u32>> = HashMap::new();
        let is_new = |text: &&String| {
            let source = text.split(' ').nth(1).expect("a source").to_owned();
            // the two files of the first server are the first two sources
            let host = if source == "1" { "0".to_owned() } else { source.clone() };
            let moment = text.split(' ').next().expect("a moment");
            let message = text.splitn(4, ' ').nth(3).expect("a text").trim_end();
            let counts = seen.entry((host, format!("{moment}{message}"))).or_default();
            let mine = counts.get(&source).copied().unwrap_or(0) + 1;
            let other = counts.iter().filter(|(other, _)| **other != source).map(|(_, count)| *count).max();
            counts.insert(source, mine);
            other.is_none_or(|other| other < mine)
        };
        let expected: Vec<String> = all.iter().filter(is_new).cloned().collect();
        let (once, summary) = run(folder.path(), segment, slice, 3, true);
        prop_assert_eq!(summary.repeated as usize, all.len() - expected.len());
        prop_assert_eq!(once, expected);
    }
}

#[test]
fn events_that_wait_count_as_temporary_files() {
    let folder = tempfile::tempdir().expect("a folder");
    // to and fro between two moments, which all blocks have
    let logs = [(0..4_000).map(|number| (if number % 2 == 0 { 60_000 } else { -60_000 }, 0)).collect()];
    let expected = write(folder.path(), &logs);
    let wanted = MergeRequest { slice: 10_000, ..MergeRequest::default() };
    let within = |temporary: u64, wanted: &MergeRequest| {
        let settings = Settings::builder().limits(Limits { temporary, ..Limits::default() }).build();
        merge(&survey(folder.path(), 20_000, &settings), 2, wanted)
    };
    let (all, _) = within(1 << 20, &wanted).expect("temporary files");
    assert!(all.iter().map(|text| told(text)).eq(expected.iter().map(|(.., text)| told(text))));
    let error = within(1 << 10, &wanted).expect_err("too few").to_string();
    assert!(error.contains("--max-temporary"), "{error}");
    // those that are not needed do not wait
    let first = MergeRequest { limit: Some(5), ..wanted.clone() };
    assert_eq!(within(0, &first).expect("memory").0, all[..5]);
    let counted = MergeRequest { any_order: true, ..wanted };
    assert_eq!(within(0, &counted).expect("memory").0.len(), all.len());
}

#[test]
fn a_message_without_a_stamp_stays_behind_the_one_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let console = " @INFO - before all\n2026-11-21 10:00:01.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> one <@> \n @ERROR - behind one\n2026-11-21 10:00:03.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> two <@> \n";
    fs::write(folder.path().join("eg_log_A_console.log"), console).expect("a file");
    fs::write(folder.path().join("eg_log_B_p.log"), ece(36_002_000, 0, 0)).expect("a file");
    for (segment, slice) in [(0, 0), (30, 1), (120, 50)] {
        let (all, _) = run(folder.path(), segment, slice, 2, false);
        let order: Vec<&str> = all.iter().filter_map(|text| text.split(' ').nth(2)).collect();
        assert_eq!(order, ["1", "2", "3", "1", "4"], "{segment} {slice}: {all:#?}");
        assert!(all[2].starts_with("Some(\"2026-11-21T10:00:01"), "{all:#?}");
    }
}

#[test]
fn what_stands_in_two_files_goes_out_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let text: String = (0..50).map(|number| ece(36_000_000 + number * 10, number as usize, 1)).collect();
    // a copy has the name of the same server
    fs::write(folder.path().join("eg_log_A_p.log"), &text).expect("a file");
    fs::write(folder.path().join("eg_log_A_p.log.1"), &text).expect("a file");
    let (all, summary) = run(folder.path(), 700, 900, 3, true);
    assert_eq!((all.len(), summary.repeated), (50, 50));
    assert_eq!(run(folder.path(), 700, 900, 3, false).0.len(), 100);
}
