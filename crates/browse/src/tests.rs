//! The browser's index against the merge, which finds the same events in another way.

mod identity;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::event_id::EventId;
use super::index::EventIndex;
use super::sift::EventFilter;
use super::survey::{SharedFacts, SurveyUpdate, survey};
use super::view::View;
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_engine::merge::MergeRequest;
use spoglight_query::Query;
use spoglight_time::Timestamp;

/// What lies there, as the browser has it in the end.
fn indexed<'s>(
    paths: &[PathBuf],
    settings: &'s Settings,
) -> (Arc<EventIndex<'s>>, SharedFacts, Arc<Collection<'s>>) {
    let last = Mutex::new(None);
    survey(paths, settings, &(), None, &|news| {
        if let SurveyUpdate::All(index, facts, collected) = news {
            *last.lock().expect("nobody panicked") = Some((index, facts, collected));
        }
        true
    });
    last.into_inner().expect("nobody panicked").expect("an index")
}

type Event = (Option<Timestamp>, usize, u64, String);

/// All events that pass, as the merge has them.
fn merged(paths: &[PathBuf], settings: &Settings, query: &Query) -> Vec<Event> {
    let mut collected = Collection::read(paths, settings, &()).expect("a library");
    let wanted = MergeRequest { query: query.clone(), ..MergeRequest::default() };
    collected.stage(&wanted);
    let mut events = Vec::new();
    let render = |entry: &spoglight_engine::event::PlacedEvent<'_>, out: &mut Vec<u8>| {
        out.extend_from_slice(&entry.offset.to_le_bytes());
        out.extend_from_slice(entry.text);
    };
    collected
        .merge(&wanted, 2, &(), &render, &mut |row, text| {
            let (offset, text) = text.split_at(8);
            let offset = u64::from_le_bytes(offset.try_into().expect("eight"));
            events.push((row.moment, row.source.index(), offset, String::from_utf8_lossy(text).into_owned()));
            Ok(())
        })
        .expect("memory takes everything");
    events
}

fn browsed(index: &EventIndex<'_>, facts: &SharedFacts, view: &View) -> Vec<Event> {
    let read = |number: &EventId| {
        let text = index.read(facts, *number, |entry| {
            (entry.moment, entry.id.index(), String::from_utf8_lossy(entry.text).into_owned())
        });
        let (moment, source, text) = text.expect("it is there");
        (moment, source, index.offset(*number), text)
    };
    view.numbers().iter().map(read).collect()
}

/// Runs the tests of this package at the root of the workspace, where samples are.
fn at_root() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| std::env::set_current_dir("../..").expect("the root of the workspace"));
}

fn samples() -> Vec<PathBuf> {
    at_root();
    let mut found: Vec<PathBuf> = std::fs::read_dir("samples/cases")
        .expect("samples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.extend(["samples".into()]);
    found.sort();
    found
}

#[test]
fn the_order_is_that_of_the_merge_and_every_event_can_be_read_again() {
    let settings = Settings::default();
    for path in samples() {
        let paths = [path];
        let (index, facts, _) = indexed(&paths, &settings);
        let view = View::all(&index);
        let (mine, others) = (browsed(&index, &facts, &view), merged(&paths, &settings, &Query::all()));
        // what is recoded has its place only about
        let short = |(moment, source, _, text): &Event| (*moment, *source, text.clone());
        assert_eq!(mine.len(), others.len(), "{paths:?}");
        for (mine, other) in mine.iter().zip(&others) {
            assert_eq!(short(mine), short(other), "{paths:?}");
        }
        for number in view.numbers() {
            assert_eq!(index.event_at(index.source(*number), index.offset(*number)), Some(*number));
            assert_eq!(view.get(view.place_of(&index, *number)), Some(*number));
        }
    }
}

#[test]
fn a_filter_lets_through_what_it_does_in_the_merge() {
    at_root();
    let settings = Settings::default();
    let paths = [PathBuf::from("samples")];
    let (index, facts, collected) = indexed(&paths, &settings);
    for text in [
        "level>=warn",
        "host:pcce or level:none",
        "exception",
        "finding:*",
        "class:*.SSL* and not refused",
        "thread:main",
        "format:iis_w3c",
        "source:catalina",
    ] {
        let query = Query::parse(text).expect(text);
        let sieve = EventFilter { query: query.clone(), ..EventFilter::default() };
        let mut view = View::default();
        sieve.sift(&index, &facts, &collected.library, 0, &|| false, &mut |answer| {
            if answer.is_last {
                let order = index.order().iter().copied();
                view = View::of(&index, order.filter(|number| answer.bits.has(*number)).collect());
            }
        });
        let (mine, others) = (browsed(&index, &facts, &view), merged(&paths, &settings, &query));
        assert_eq!(mine.len(), others.len(), "{text}");
        for (mine, other) in mine.iter().zip(&others) {
            assert_eq!((mine.0, mine.1, &mine.3), (other.0, other.1, &other.3), "{text}");
        }
        let columns: u32 =
            view.span(&index).map_or(0, |span| view.histogram(&index, span, 7).iter().flatten().sum());
        assert_eq!(columns as usize, view.placed(), "{text}: every event is in one column");
    }
}

#[test]
fn files_that_grow_come_and_go_are_read_again() {
    const HEAD: &str = "GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> com.egain.X <@> run() <@>";
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01/eService/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    let path = |name: &str| logs.join(format!("eg_log_ECEAPP01_{name}-process.log"));
    let lines = |from: u32, to: u32| -> String {
        (from..to)
            .map(|at| format!("2026-11-21 12:00:{at:02}.000 {HEAD} line {at} <@> \n"))
            .collect::<Vec<_>>()
            .concat()
    };
    std::fs::write(path("a"), lines(0, 3)).expect("a file");
    std::fs::write(path("b"), lines(10, 12)).expect("a file");
    let paths = [folder.path().to_owned()];
    let settings = Settings { threads: 2, ..Settings::default() };
    let (round, seen) = (Mutex::new(0), Mutex::new(Vec::new()));
    let wait = |_: std::time::Duration| {
        let mut round = round.lock().expect("one thread");
        *round += 1;
        match *round {
            1 => {} // nothing has changed
            2 => std::fs::write(path("a"), lines(0, 5)).expect("a file"),
            3 => std::fs::write(path("0"), lines(20, 22)).expect("a file"),
            4 => {
                std::fs::rename(path("a"), path("a").with_extension("log.1")).expect("a name");
                std::fs::write(path("a"), lines(30, 31)).expect("a file");
            }
            5 => std::fs::remove_file(path("b")).expect("it was there"),
            _ => return false,
        }
        true
    };
    survey(&paths, &settings, &(), Some(&wait), &|news| {
        if let SurveyUpdate::All(index, facts, _) = news {
            let mine = browsed(&index, &facts, &View::all(&index));
            let others = merged(&paths, &settings, &Query::all());
            assert_eq!(mine, others);
            seen.lock().expect("one thread").push(mine.len());
        }
        true
    });
    assert_eq!(*seen.lock().expect("one thread"), [5, 7, 9, 10, 8]);
}
