//! With any sources, blocks, slices and threads, every event comes out once, in one order.

use std::fs;

use proptest::prelude::*;

use super::*;
use crate::Settings;
use crate::collection::{Collection, ScanPurpose};

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

/// Logs of a few servers, one of which has no zone, and the events of each.
fn logs() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = (prop_oneof![9 => 0i64..5_000, 1 => -3_000i64..0], 0u8..4);
    prop::collection::vec(prop::collection::vec(step, 0..60), 1..6)
}

/// Output of a merge: time, source and line of each event; and the summary.
fn run(
    folder: &std::path::Path,
    segment: u64,
    slice: u64,
    threads: usize,
    once: bool,
) -> (Vec<String>, Summary) {
    let settings = Settings { threads, ..Settings::default() };
    let paths = [folder.to_owned()];
    let mut collected =
        Collection::survey(&paths, &settings, ScanPurpose::Timeline, segment, &()).expect("the library");
    let wanted = MergeRequest { once, slice, ..MergeRequest::default() };
    collected.stage(&wanted);
    let mut all = Vec::new();
    let summary = collected
        .merge(
            &wanted,
            threads,
            &(),
            &|entry, out| {
                let time = entry.moment.map(|moment| moment.to_string());
                let text =
                    format!("{time:?} {} {} {}", entry.id, entry.line, String::from_utf8_lossy(entry.text));
                out.extend_from_slice(text.as_bytes());
            },
            &mut |_, text| {
                all.push(String::from_utf8_lossy(text).into_owned());
                Ok(())
            },
        )
        .expect("memory");
    (all, summary)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_event_once_in_one_order(
        logs in logs(),
        segment in 50u64..3_000,
        slice in 1u64..4_000,
        threads in 1usize..5,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut expected = Vec::new();
        for (index, steps) in logs.iter().enumerate() {
            let (mut text, mut now) = (String::new(), 10_000_000 + index as i64);
            for (number, (step, below)) in steps.iter().enumerate() {
                now += step;
                let event = ece(now, number, *below);
                expected.push((now, index, number, event.clone()));
                text.push_str(&event);
            }
            fs::write(folder.path().join(format!("eg_log_S{index}_p.log")), text).expect("a file");
        }
        expected.sort_by_key(|(now, source, number, _)| (*now, *source, *number));
        let (all, summary) = run(folder.path(), segment, slice, threads, false);
        let told = |text: &String| text.split("GMT+0000").nth(1).map(str::to_owned);
        let texts: Vec<_> = all.iter().map(told).collect();
        let wanted: Vec<_> = expected.iter().map(|(.., text)| told(text)).collect();
        prop_assert_eq!(texts, wanted);
        prop_assert_eq!(summary.events, expected.len() as u64);
        // how it was cut does not matter
        prop_assert_eq!(&all, &run(folder.path(), 0, 0, 1, false).0);
    }
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
