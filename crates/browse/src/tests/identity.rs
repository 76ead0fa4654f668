//! Keys of events, against files that are rotated, copied, cut and appended to.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use spoglight_engine::Settings;

use crate::event_id::EventId;
use crate::event_key::EventKey;
use crate::index::EventIndex;
use crate::survey::{SharedFacts, SurveyUpdate, survey};

/// A change of the files of one log: `x.log`, `x.log.1` and `x.log.2`.
#[derive(Debug, Clone)]
enum Change {
    Append(Vec<u8>),
    /// Every file gets the next name; a new one has these lines.
    Rotate(Vec<u8>),
    /// The same by a copy, after which the file is emptied and gets these lines.
    CopyAndEmpty(Vec<u8>),
    /// Cut to this part of its size, in percent.
    Cut(u64),
    Remove,
}

/// A few seconds and texts only, so that different files have equal lines at equal offsets. Some are longer than what
/// identifies a file.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0u8..8, 1..12)
}

fn changes() -> impl Strategy<Value = Vec<(bool, Change)>> {
    let change = prop_oneof![
        3 => lines().prop_map(Change::Append),
        3 => lines().prop_map(Change::Rotate),
        2 => lines().prop_map(Change::CopyAndEmpty),
        2 => (0u64..100).prop_map(Change::Cut),
        1 => Just(Change::Remove),
    ];
    prop::collection::vec((any::<bool>(), change), 0..5)
}

fn text(lines: &[u8]) -> String {
    let line = |text: &u8| {
        let (second, stack) = (text % 3, if text % 4 == 3 { "\tat a.b.C.d(E.java:1)\n" } else { "" });
        format!(
            "2026-11-21 12:00:{second:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  \
             <@> com.egain.X <@> run() <@> text {text} <@> \n{stack}"
        )
    };
    lines.iter().map(line).collect()
}

fn name(folder: &Path, is_second: bool, age: u32) -> PathBuf {
    let name = format!("eg_log_ECEAPP01_{}-process.log", if is_second { "b" } else { "a" });
    folder.join(if age == 0 { name } else { format!("{name}.{age}") })
}

fn bytes(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut file) = open(path) {
        std::io::Read::read_to_end(&mut file, &mut bytes).expect("it is there");
    }
    bytes
}

#[expect(clippy::disallowed_methods, reason = "it is what the program must find")]
fn open(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::File::open(path)
}

fn apply(folder: &Path, is_second: bool, change: &Change) {
    let path = |age| name(folder, is_second, age);
    // a file that is not there is not moved
    let age = |from: u32| drop(std::fs::rename(path(from), path(from + 1)));
    match change {
        Change::Append(lines) => {
            let mut now = bytes(&path(0));
            now.extend_from_slice(text(lines).as_bytes());
            std::fs::write(path(0), now).expect("a file");
        }
        Change::Rotate(lines) => {
            age(1);
            age(0);
            std::fs::write(path(0), text(lines)).expect("a file");
        }
        Change::CopyAndEmpty(lines) => {
            age(1);
            std::fs::write(path(1), bytes(&path(0))).expect("a file");
            std::fs::write(path(0), text(lines)).expect("a file");
        }
        Change::Cut(percent) => {
            let now = bytes(&path(0));
            let end = now.len() * *percent as usize / 100;
            std::fs::write(path(0), now.get(..end).unwrap_or_default()).expect("a file");
        }
        Change::Remove => drop(std::fs::remove_file(path(0))),
    }
}

/// The index of a folder, without a diagnosis.
fn index<'s>(folder: &Path, settings: &'s Settings) -> (Arc<EventIndex<'s>>, SharedFacts) {
    let last = Mutex::new(None);
    survey(&[folder.to_owned()], settings, &(), None, &|news| match news {
        SurveyUpdate::All(index, facts, _) => {
            *last.lock().expect("one thread") = Some((index, facts));
            false
        }
        _ => true,
    });
    last.into_inner().expect("one thread").expect("an index")
}

fn first_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).lines().next().unwrap_or_default().to_owned()
}

/// A bookmark, and what it is about.
struct Marked {
    key: EventKey,
    /// The beginning of its file.
    head: Vec<u8>,
    line: String,
}

impl Marked {
    fn new(index: &EventIndex<'_>, facts: &SharedFacts, event: EventId) -> Marked {
        let key = index.key_of(event, facts).expect("it was just read");
        let mut head = bytes(Path::new(&key.path));
        head.truncate(1024);
        let line = index.read(facts, event, |event| first_line(event.text)).expect("it was just read");
        Marked { key, head, line }
    }

    /// Returns true if a file has the same beginning, and the line where it was.
    fn is_in(&self, path: &Path) -> bool {
        let bytes = bytes(path);
        let rest = bytes.get(self.key.offset as usize..).unwrap_or_default();
        bytes.starts_with(&self.head)
            && rest.starts_with(self.line.as_bytes())
            && first_line(rest) == self.line
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_key_finds_its_event_in_whatever_file_it_is_or_nothing(
        first in lines(), second in lines(), rounds in prop::collection::vec(changes(), 1..4)
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let logs = folder.path().join("ECEAPP01/eService/logs");
        std::fs::create_dir_all(&logs).expect("a folder");
        std::fs::write(name(&logs, false, 0), text(&first)).expect("a file");
        std::fs::write(name(&logs, true, 0), text(&second)).expect("a file");
        let settings = Settings { threads: 2, ..Settings::default() };
        let mut marked: Vec<Marked> = Vec::new();
        for changes in std::iter::once(&Vec::new()).chain(&rounds) {
            for (is_second, change) in changes {
                apply(&logs, *is_second, change);
            }
            let (index, facts) = index(folder.path(), &settings);
            for marked in &marked {
                let files = [0, 1, 2].into_iter().flat_map(|age| [name(&logs, false, age), name(&logs, true, age)]);
                let is_there = files.into_iter().any(|path| marked.is_in(&path));
                let found = index.find(&marked.key, &facts);
                prop_assert_eq!(found.is_some(), is_there, "{:?}", marked.key);
                if let Some(event) = found {
                    let line = index.read(&facts, event, |event| first_line(event.text)).expect("it was found");
                    prop_assert_eq!(&line, &marked.line);
                    prop_assert_eq!(index.offset(event), marked.key.offset);
                }
            }
            // an event has the key of itself
            for event in index.order().iter() {
                let new = Marked::new(&index, &facts, *event);
                prop_assert_eq!(index.find(&new.key, &facts), Some(*event));
                marked.push(new);
            }
        }
    }
}

#[test]
fn a_file_that_was_replaced_gives_no_key_and_an_old_position_finds_by_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = name(folder.path(), false, 0);
    std::fs::write(&path, text(&[0, 1, 2])).expect("a file");
    let settings = Settings { threads: 2, ..Settings::default() };
    let (read, facts) = index(folder.path(), &settings);
    let event = |number| *read.order().get(number).expect("three events");
    let key = read.key_of(event(1), &facts).expect("it was just read");
    // as a session of an earlier version has it
    let old = EventKey { fingerprint: None, line: None, ..key.clone() };
    assert_eq!(read.find(&old, &facts), Some(event(1)));
    let other = read.key_of(event(2), &facts).expect("it was just read");
    let wrong = EventKey { line: other.line, ..old.clone() };
    assert_eq!(read.find(&wrong, &facts), None, "its line is another");
    let moved = EventKey { path: "elsewhere.log".to_owned(), ..old };
    assert_eq!(read.find(&moved, &facts), None, "without a fingerprint the path decides");
    std::fs::rename(&path, name(folder.path(), false, 1)).expect("a name");
    std::fs::write(&path, text(&[2, 1, 2])).expect("a file");
    assert_eq!(read.key_of(event(1), &facts).ok().as_ref(), Some(&key), "it is read under its new name");
    let (again, facts) = index(folder.path(), &settings);
    let found = again.find(&key, &facts).expect("it is in the renamed file");
    assert_eq!(
        *facts[again.source(found).index()].path,
        // with `/` on every system
        *name(folder.path(), false, 1).display().to_string().replace('\\', "/")
    );
    std::fs::remove_file(name(folder.path(), false, 1)).expect("the renamed file");
    // a file that is still open is read although it is deleted; the other file is never taken for it
    let deleted = read.key_of(event(1), &facts);
    assert!(
        deleted.is_err() || cfg!(unix) && deleted.is_ok_and(|now| now == key),
        "only another file has its name"
    );
}
