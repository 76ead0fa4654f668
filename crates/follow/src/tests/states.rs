//! States that are damaged, from the future, or have no room.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::{Path, PathBuf};

use super::super::follower::{FollowSettings, Follower};
use super::super::state::{OnDisk, State, StateFile, StateStore};
use super::ports::World;

#[derive(Default)]
struct Memory {
    bytes: RefCell<Option<Vec<u8>>>,
    is_full: Cell<bool>,
    writes: Cell<u32>,
}

impl StateStore for &Memory {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.bytes.borrow().clone())
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        if self.is_full.get() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.writes.set(self.writes.get() + 1);
        self.bytes.replace(Some(bytes.to_vec()));
        Ok(())
    }

    fn path(&self) -> &Path {
        Path::new("tail.state")
    }
}

fn a_state(text: &[u8], day: u64) -> State {
    let world = World::default();
    world.create(Path::new("/l/x.log"), text);
    let settings = FollowSettings { paths: vec!["/l".into()], ..FollowSettings::default() };
    let mut follower = Follower::new(world, settings);
    follower.poll(1);
    follower.state(day)
}

#[test]
fn it_comes_back_as_it_was_and_is_written_only_if_it_is_new() {
    let memory = Memory::default();
    let mut file = StateFile::new(&memory, 30);
    assert!(matches!(file.load(), (_, None)), "none yet");
    let state = a_state(b"one\n", 100);
    assert_eq!(file.save(state.clone(), 100), None);
    assert_eq!(file.save(state.clone(), 100), None);
    assert_eq!(memory.writes.get(), 1);
    assert_eq!(StateFile::new(&memory, 30).load(), (state, None));
}

#[test]
fn a_damaged_one_is_told_and_written_anew() {
    let whole = a_state(b"one\n", 100).to_json();
    let memory = Memory::default();
    for damage in [&whole[..whole.len() / 2], b"", b"\0\0\0\0", br#"{"version":1,"logs":3}"#] {
        memory.bytes.replace(Some(damage.to_vec()));
        let mut file = StateFile::new(&memory, 30);
        let (state, problem) = file.load();
        assert_eq!(state, State::default());
        let problem = problem.expect("a problem");
        assert!(problem.what.starts_with("is damaged: ") && !problem.advice.is_empty(), "{problem:?}");
        assert_eq!(file.save(a_state(b"two\n", 100), 100), None);
        assert_eq!(*memory.bytes.borrow(), Some(a_state(b"two\n", 100).to_json()));
    }
}

#[test]
fn a_file_that_is_no_state_is_told_and_kept() {
    let memory = Memory::default();
    for other in [&b"[]"[..], b"\xff\xfe{", b"2026-11-21 12:00:00 a log\n", b"{\"versions\":1}", b"x"] {
        memory.bytes.replace(Some(other.to_vec()));
        let mut file = StateFile::new(&memory, 30);
        let (_, problem) = file.load();
        assert_eq!(problem.expect("a problem").what, "is no state of a tail");
        assert!(file.is_no_state());
        assert_eq!(file.save(a_state(b"two\n", 100), 100), None);
        assert_eq!(*memory.bytes.borrow(), Some(other.to_vec()));
    }
}

#[test]
fn any_cut_or_changed_byte_is_a_state_or_an_error() {
    let whole = a_state(b"one\n", 100).to_json();
    for at in 0..whole.len() {
        let _ = State::from_json(&whole[..at]);
        let mut changed = whole.clone();
        changed[at] ^= 0x15;
        if let Ok(state) = State::from_json(&changed) {
            // whatever it says now, nothing breaks by it
            let world = World::default();
            world.create(Path::new("/l/x.log"), b"one\n");
            let settings = FollowSettings { paths: vec!["/l".into()], state, ..FollowSettings::default() };
            let mut follower = Follower::new(world, settings);
            for now in 0..50 {
                follower.poll(now * 200_000_000);
            }
        }
    }
}

#[test]
fn a_newer_one_is_told_and_kept() {
    let memory = Memory::default();
    let newer = br#"{"version":2,"what":"nobody knows"}"#;
    memory.bytes.replace(Some(newer.to_vec()));
    let mut file = StateFile::new(&memory, 30);
    let (state, problem) = file.load();
    assert_eq!(state, State::default());
    assert_eq!(problem.expect("a problem").what, "has version 2, and this spoglight reads up to 1");
    assert_eq!(file.save(a_state(b"one\n", 100), 100), None);
    assert_eq!(memory.bytes.borrow().as_deref(), Some(&newer[..]));
}

#[test]
fn a_full_disk_is_told_once_and_again_after_it_had_room() {
    let memory = Memory::default();
    let mut file = StateFile::new(&memory, 30);
    memory.is_full.set(true);
    let problem = file.save(a_state(b"one\n", 100), 100).expect("a problem");
    assert!(
        problem.what.starts_with("cannot be written: ") && problem.advice.contains("make room"),
        "{problem:?}"
    );
    assert_eq!(file.save(a_state(b"two\n", 100), 100), None);
    memory.is_full.set(false);
    assert_eq!(file.save(a_state(b"two\n", 100), 100), None);
    assert_eq!(memory.writes.get(), 1);
    memory.is_full.set(true);
    assert!(file.save(a_state(b"three\n", 100), 100).is_some());
}

#[test]
fn what_was_not_seen_for_long_is_forgotten() {
    let world = World::default();
    world.create(Path::new("/l/x.log"), b"one\n");
    world.create(Path::new("/l/y.log"), b"two\n");
    let settings = |state| FollowSettings {
        paths: vec!["/l".into()],
        pace: super::super::Pace::without_handles(),
        state,
        ..FollowSettings::default()
    };
    let mut follower = Follower::new(world.clone(), settings(State::default()));
    follower.poll(1);
    world.delete(Path::new("/l/x.log"));
    for now in 0..100 {
        follower.poll(now * 100_000_000);
    }
    let memory = Memory::default();
    let mut file = StateFile::new(&memory, 30);
    file.save(follower.state(100), 100);
    let later = |day| {
        let (state, _) = StateFile::new(&memory, 30).load();
        let mut follower = Follower::new(world.clone(), settings(state));
        follower.poll(1);
        file_after(follower.state(day), day)
    };
    assert_eq!(later(130), 2);
    assert_eq!(later(131), 1, "it was not followed for 31 days");
}

fn file_after(state: State, day: u64) -> usize {
    let memory = Memory::default();
    StateFile::new(&memory, 30).save(state, day);
    StateFile::new(&memory, 30).load().0.logs.len()
}

#[test]
fn a_place_that_cannot_be_written_is_a_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = StateFile::new(OnDisk(folder.path().join("none/tail.state")), 30);
    assert!(file.save(a_state(b"one\n", 100), 100).is_some());
    // what cannot be read is one, too
    let mut file = StateFile::new(OnDisk(folder.path().to_path_buf()), 30);
    assert!(file.load().1.expect("a problem").what.starts_with("cannot be read: "));
    let path: PathBuf = folder.path().join("tail.state");
    let mut file = StateFile::new(OnDisk(path.clone()), 30);
    for text in [&b"one\n"[..], b"two\n"] {
        assert_eq!(file.save(a_state(text, 100), 100), None);
        assert_eq!(StateFile::new(OnDisk(path.clone()), 30).load(), (a_state(text, 100), None));
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a listing").count(), 1, "nothing was left aside");
}
