//! One thing at a time, in the world in memory.

use std::io;
use std::path::{Path, PathBuf};

use super::super::follower::{FollowSettings, Follower, Hint, Start};
use super::super::interval::{Pace, SECOND};
use super::super::last_lines;
use super::super::news::{Beginning, Change, Ending};
use super::super::ports::OpenedFile;
use super::super::state::State;
use super::ports::World;

/// A follower of `/l`, and everything that it told.
struct Play {
    follower: Follower<World>,
    now: u64,
    told: Vec<Change>,
}

fn path(text: &str) -> PathBuf {
    text.into()
}

impl Play {
    fn new(world: &World, settings: FollowSettings) -> Play {
        Play { follower: Follower::new(world.clone(), settings), now: SECOND, told: Vec::new() }
    }

    fn of(world: &World, paths: &[&str], pace: Pace) -> Play {
        let paths = paths.iter().map(PathBuf::from).collect();
        Play::new(world, FollowSettings { paths, pace, ..FollowSettings::default() })
    }

    /// Polls whenever the follower wants to, for so many seconds.
    fn run(&mut self, seconds: u64) -> &mut Play {
        let end = self.now + seconds * SECOND;
        while self.now < end {
            let polled = self.follower.poll(self.now);
            self.told.extend(polled.news);
            self.now = polled.next.max(self.now + 1).min(end);
        }
        self
    }

    /// What was told since the last time, in words; pieces that follow each other are one.
    fn words(&mut self) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut open: Option<(u64, u64, Vec<u8>)> = None;
        for news in std::mem::take(&mut self.told) {
            if let Change::Bytes(piece) = &news {
                match &mut open {
                    Some((log, offset, bytes))
                        if *log == piece.log.0 && *offset + bytes.len() as u64 == piece.offset =>
                    {
                        bytes.extend(&piece.bytes);
                        continue;
                    }
                    _ => {}
                }
            }
            words.extend(
                open.take().map(|(log, offset, bytes)| {
                    format!("{log}@{offset} {}", String::from_utf8_lossy(&bytes))
                }),
            );
            let name = |path: &Path| path.display().to_string().replace('\\', "/");
            match news {
                Change::Bytes(piece) => open = Some((piece.log.0, piece.offset, piece.bytes)),
                Change::Began { log, path, offset, why } => {
                    let why = match why {
                        Beginning::Found => "found",
                        Beginning::New => "new",
                        Beginning::Resumed => "resumed",
                    };
                    words.push(format!("{log} {why} {} at {offset}", name(&path)));
                }
                Change::Renamed { log, from, to } => {
                    words.push(format!("{log} {} -> {}", name(&from), name(&to)));
                }
                Change::Truncated { log, .. } => words.push(format!("{log} truncated")),
                Change::Ended { log, why, .. } => {
                    let why = if why == Ending::Deleted { "deleted" } else { "rotated away" };
                    words.push(format!("{log} {why}"));
                }
                Change::Problem(problem) => {
                    words.push(format!("{} {}", problem.path.replace('\\', "/"), problem.what));
                }
                Change::Well { path } => words.push(format!("{} is well", path.replace('\\', "/"))),
            }
        }
        words.extend(
            open.map(|(log, offset, bytes)| format!("{log}@{offset} {}", String::from_utf8_lossy(&bytes))),
        );
        words.join("; ")
    }
}

fn both(test: impl Fn(Pace)) {
    test(Pace { handles: 128, ..Pace::default() });
    test(Pace::without_handles());
}

#[test]
fn pieces_follow_each_other_and_may_cut_characters() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"one\ntw");
        let mut play = Play::of(&world, &["/l"], pace);
        assert_eq!(play.run(1).words(), "1 found /l/x.log at 0; 1@0 one\ntw");
        let umlaut = "ä\n".as_bytes();
        world.append(&path("/l/x.log"), &umlaut[..1]);
        play.run(2);
        world.append(&path("/l/x.log"), &umlaut[1..]);
        assert_eq!(play.run(2).words(), "1@6 ä\n");
        assert_eq!(world.0.handles.get(), pace.handles.min(1));
    });
}

#[test]
fn rotation_by_renaming_shifts_numbers() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"first 1\n");
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(1).words();
        for round in 2..=5 {
            let name = |number| path(&format!("/l/x.log.{number}"));
            world.append(&path("/l/x.log"), b"rest\n");
            for number in (1..50).rev() {
                world.rename(&name(number), &name(number + 1));
            }
            world.rename(&path("/l/x.log"), &name(1));
            world.create(&path("/l/x.log"), format!("first {round}\n").as_bytes());
            let words = play.run(3).words();
            let old = round - 1;
            assert!(words.contains(&format!("{old} /l/x.log -> /l/x.log.1")), "{words}");
            assert!(words.contains(&format!("{old}@8 rest\n")), "{words}");
            let (end, start) =
                (words.find(&format!("{old}@8")), words.find(&format!("{round}@0 first {round}\n")));
            assert!(end.is_some() && end < start, "the old one first: {words}");
            assert!(!words.contains("deleted"), "{words}");
        }
    });
}

#[test]
fn a_single_file_is_read_to_its_end_after_it_was_rotated() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"first 1\n");
        let mut play = Play::of(&world, &["/l/x.log"], pace);
        play.run(1).words();
        world.append(&path("/l/x.log"), b"rest\n");
        world.rename(&path("/l/x.log"), &path("/l/x.log.1"));
        let words = play.run(2).words();
        assert!(words.contains("1@8 rest\n") && words.contains("1 /l/x.log -> /l/x.log.1"), "{words}");
        world.create(&path("/l/x.log"), b"second\n");
        assert_eq!(play.run(2).words(), "2 new /l/x.log at 0; 2@0 second\n");
        world.append(&path("/l/x.log.1"), b"late\n");
        assert_eq!(play.run(30).words(), "1@13 late\n");
        assert_eq!(play.run(100).words(), "1 rotated away");
    });
}

#[test]
fn copy_and_truncate_looks_like_renaming() {
    both(|pace| {
        for paths in [&["/l"][..], &["/l/x.log"], &["/l/*.log"]] {
            let world = World::default();
            world.create(&path("/l/x.log"), b"first line\n");
            let mut play = Play::of(&world, paths, pace);
            play.run(1).words();
            // a copy that is followed while it is made
            world.create(&path("/l/x.log.1"), b"first ");
            assert_eq!(play.run(2).words(), "");
            world.append(&path("/l/x.log"), b"rest\n");
            world.append(&path("/l/x.log.1"), b"line\nrest\n");
            world.truncate(&path("/l/x.log"));
            world.append(&path("/l/x.log"), b"a longer first line than before\n");
            let words = play.run(3).words();
            assert!(words.contains("1@11 rest\n"), "{words}");
            assert!(words.contains("@0 a longer first line than before\n"), "{words}");
            assert!(!words.contains("truncated") && !words.contains("deleted"), "{words}");
        }
    });
}

#[test]
fn what_is_truncated_begins_again() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"first line\n");
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(1).words();
        world.truncate(&path("/l/x.log"));
        world.append(&path("/l/x.log"), b"2nd\n");
        assert_eq!(play.run(3).words(), "1 truncated; 1@0 2nd\n");
        // of the same size, in the same file
        world.truncate(&path("/l/x.log"));
        world.append(&path("/l/x.log"), b"3rd\n");
        assert_eq!(play.run(3).words(), "1 truncated; 1@0 3rd\n");
        // of the same size, in another
        world.create(&path("/l/aside"), b"4th\n");
        world.rename(&path("/l/aside"), &path("/l/x.log"));
        let words = play.run(200).words();
        assert!(words.contains("2@0 4th\n") && words.contains("1 deleted"), "{words}");
    });
}

#[test]
fn the_number_of_a_deleted_file_is_used_again() {
    let world = World::default();
    let old = world.create(&path("/l/x.log"), b"first line\n").number;
    let mut play = Play::of(&world, &["/l"], Pace::without_handles());
    play.run(1).words();
    world.delete(&path("/l/x.log"));
    assert_eq!(world.create(&path("/l/y.log"), b"something else\n").number, old);
    let words = play.run(5).words();
    assert_eq!(words, "1 deleted; 2 new /l/y.log at 0; 2@0 something else\n");
}

#[test]
fn a_deleted_file_is_read_to_its_end_where_its_handle_is_kept() {
    let world = World::default();
    world.create(&path("/l/x.log"), b"first line\n");
    let mut play = Play::of(&world, &["/l"], Pace { handles: 1, ..Pace::default() });
    play.run(1).words();
    world.append(&path("/l/x.log"), b"last line\n");
    let writer = world.node(&path("/l/x.log")).expect("a file");
    world.delete(&path("/l/x.log"));
    assert_eq!(play.run(5).words(), "1@11 last line\n");
    writer.bytes.borrow_mut().extend(b"its writer goes on\n");
    writer.written.set(99);
    assert_eq!(play.run(5).words(), "1@21 its writer goes on\n");
    assert_eq!(play.run(100).words(), "1 deleted");
    assert_eq!(world.0.handles.get(), 0);
}

#[test]
fn handles_are_bounded() {
    let world = World::default();
    for number in 0..40 {
        world.create(&path(&format!("/l/x{number}.log")), format!("log {number}\n").as_bytes());
    }
    let mut play = Play::of(&world, &["/l"], Pace { handles: 5, ..Pace::default() });
    play.run(2);
    assert_eq!(world.0.handles.get(), 5);
    assert!(world.0.most_handles.get() <= 8, "{}", world.0.most_handles.get());
}

#[test]
fn where_to_begin_is_asked_for_old_files_only() {
    let world = World::default();
    world.create(&path("/l/x.log"), b"one\ntwo\nthree\n");
    let mut play = Play::new(
        &world,
        FollowSettings { paths: vec![path("/l")], start: Start::End, ..FollowSettings::default() },
    );
    assert_eq!(play.run(1).words(), "1 found /l/x.log at 14");
    world.create(&path("/l/y.log"), b"new\n");
    world.append(&path("/l/x.log"), b"four\n");
    let words = play.run(2).words();
    assert!(words.contains("1@14 four\n") && words.contains("2 new /l/y.log at 0; 2@0 new\n"), "{words}");
    let start = Start::Chosen(Box::new(|_, file: &dyn OpenedFile, size| last_lines(file, size, 2)));
    let mut play = Play::new(
        &world,
        FollowSettings { paths: vec![path("/l/x.log")], start, ..FollowSettings::default() },
    );
    assert_eq!(play.run(1).words(), "1 found /l/x.log at 8; 1@8 three\nfour\n");
}

#[test]
fn a_log_that_is_empty_at_first_is_read_from_its_start() {
    for start in [Start::End, Start::Beginning] {
        let world = World::default();
        world.create(&path("/l/x.log"), b"");
        let mut play = Play::new(
            &world,
            FollowSettings { paths: vec![path("/l/x.log")], start, ..FollowSettings::default() },
        );
        assert_eq!(play.run(2).words(), "");
        world.append(&path("/l/x.log"), b"one\n");
        let words = play.run(2).words();
        assert!(words.contains("1@0 one\n"), "{words}");
        world.append(&path("/l/x.log"), b"two\n");
        let words = play.run(2).words();
        assert!(words.contains("1@4 two\n"), "{words}");
    }
}

#[test]
fn a_path_that_comes_later_is_told_once_and_read_from_its_start() {
    let world = World::default();
    let mut play = Play::new(
        &world,
        FollowSettings {
            paths: vec![path("/l/x.log"), path("/m")],
            start: Start::End,
            ..FollowSettings::default()
        },
    );
    assert_eq!(play.run(30).words(), "/l/x.log does not exist; /m does not exist");
    world.create(&path("/l/x.log"), b"one\n");
    world.create(&path("/m/y.log"), b"two\n");
    let words = play.run(2).words();
    assert!(words.contains("/l/x.log is well") && words.contains("/m is well"), "{words}");
    assert!(words.contains("1@0 one\n") && words.contains("2@0 two\n"), "{words}");
}

#[test]
fn what_cannot_be_read_is_told_once_and_goes_on_where_it_stopped() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"one\n");
        world.create(&path("/m/y.log"), b"two\n");
        let mut play = Play::of(&world, &["/l", "/m"], pace);
        play.run(1).words();
        world.0.broken.borrow_mut().insert(path("/l/x.log"), io::ErrorKind::PermissionDenied);
        world.0.broken.borrow_mut().insert(path("/m"), io::ErrorKind::TimedOut);
        world.append(&path("/l/x.log"), b"more\n");
        world.append(&path("/m/y.log"), b"more\n");
        let words = play.run(300).words();
        assert_eq!(words.matches("cannot be read").count(), 3, "the folder, and each log once: {words}");
        assert!(!words.contains("deleted"), "{words}");
        world.0.broken.borrow_mut().clear();
        let words = play.run(70).words();
        assert_eq!(words.matches("is well").count(), 3, "{words}");
        assert!(words.contains("1@4 more\n") && words.contains("2@4 more\n"), "{words}");
    });
}

#[test]
fn a_copy_of_what_cannot_be_read_for_long_is_not_shown_again() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"one\n");
        let settings =
            |state| FollowSettings { paths: vec![path("/l")], pace, state, ..FollowSettings::default() };
        let mut play = Play::new(&world, settings(State::default()));
        play.run(1);
        let state = play.follower.state(7);
        drop(play);
        world.0.broken.borrow_mut().insert(path("/l/x.log"), io::ErrorKind::PermissionDenied);
        let mut play = Play::new(&world, settings(state));
        play.run(10).words();
        // it can be read again, but was just tried, and is copied and emptied
        world.0.broken.borrow_mut().clear();
        world.create(&path("/l/x.log.1"), b"on");
        play.run(1);
        world.append(&path("/l/x.log.1"), b"e\n");
        play.run(1);
        world.truncate(&path("/l/x.log"));
        world.append(&path("/l/x.log"), b"two\n");
        let words = play.run(70).words();
        assert!(!words.contains("@0 on"), "{words}");
        assert_eq!(words.matches("two").count(), 1, "{words}");
    });
}

#[test]
fn a_copy_of_what_could_never_be_read_waits_for_it() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"one\n");
        world.0.broken.borrow_mut().insert(path("/l/x.log"), io::ErrorKind::PermissionDenied);
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(10).words();
        world.0.broken.borrow_mut().clear();
        // half of it is copied yet
        world.create(&path("/l/x.log.1"), b"on");
        play.run(2);
        world.append(&path("/l/x.log.1"), b"e\n");
        let words = play.run(70).words();
        assert_eq!(words.matches('@').count(), 1, "{words}");
        assert!(words.contains("@0 one\n"), "{words}");
    });
}

#[test]
fn a_copy_of_what_was_not_read_yet_is_read_if_the_log_is_emptied_first() {
    both(|pace| {
        let world = World::default();
        let log = path("/l/x.log");
        world.create(&log, b"one\n");
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(1);
        world.truncate(&log);
        play.run(2).words();
        world.0.broken.borrow_mut().insert(log.clone(), io::ErrorKind::PermissionDenied);
        let two = [&b"two"[..], &b"x".repeat(2000)].concat();
        world.append(&log, &two);
        play.run(5).words();
        // it is not tried again yet
        world.0.broken.borrow_mut().clear();
        world.create(&path("/l/x.log.1"), &two);
        play.run(1);
        world.truncate(&log);
        let words = play.run(70).words();
        assert_eq!(words.matches("@0 two").count(), 1, "{words}");
    });
}

#[test]
fn the_number_of_a_log_that_is_hidden_is_given_to_a_copy() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/m/y.log"), b"other\n");
        world.create(&path("/l/x.log"), b"one\n");
        let settings = |state| FollowSettings {
            paths: vec![path("/m"), path("/l")],
            pace,
            state,
            ..FollowSettings::default()
        };
        let mut play = Play::new(&world, settings(State::default()));
        play.run(1);
        let state = play.follower.state(7);
        drop(play);
        world.0.broken.borrow_mut().insert(path("/m"), io::ErrorKind::PermissionDenied);
        world.delete(&path("/m/y.log"));
        let mut play = Play::new(&world, settings(state));
        play.run(3).words();
        // it has the number of what nobody knows is deleted
        world.create(&path("/l/x.log.1"), b"one\n");
        world.truncate(&path("/l/x.log"));
        let words = play.run(70).words();
        assert!(words.contains("/l/x.log -> /l/x.log.1"), "{words}");
        assert!(!words.contains('@'), "{words}");
    });
}

#[test]
fn a_share_that_comes_back_under_another_number_goes_on() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/x.log"), b"one\n");
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(1).words();
        world.delete(&path("/l/x.log"));
        play.run(100).words();
        world.create(&path("/l/filler"), b"");
        world.create(&path("/l/x.log"), b"one\ntwo\n");
        let words = play.run(3).words();
        assert_eq!(words, "1 resumed /l/x.log at 4; 1@4 two\n");
    });
}

#[test]
fn an_archive_that_was_named_is_not_readable_again() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/case.7z"), b"7z\xbc\xaf\x27\x1c\x00\x04and so on");
        let mut play = Play::of(&world, &["/l/case.7z"], pace);
        let words = play.run(600).words();
        assert!(words.contains("is an archive") && !words.contains("is well"), "{words}");
    });
}

#[test]
fn archives_and_binary_files_are_left_out_and_told_once() {
    let world = World::default();
    world.create(&path("/l/x.gz"), b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03");
    world.create(&path("/l/x.bin"), b"some\0\0\x01\x02words\0\0\x05");
    let utf16: Vec<u8> = "\u{feff}one\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.create(&path("/l/x.log"), &utf16);
    // what Active Directory writes ends with one
    world.create(&path("/l/ad.log"), b"2026-11-22 10:00:00 ERROR LDAP: error code 49 - 80090308, v3839\0]\n");
    let mut play = Play::of(&world, &["/l"], Pace::default());
    let words = play.run(60).words();
    assert_eq!(words.matches("not followed").count(), 2, "{words}");
    assert_eq!(words.matches(" found ").count(), 2, "{words}");
    assert!(words.contains("is an archive") && words.contains("binary data"), "{words}");
    // another file has the name
    world.create(&path("/l/x.bin"), b"text\n");
    let words = play.run(20).words();
    assert!(words.contains("/l/x.bin is well") && words.contains("@0 text\n"), "{words}");
}

#[test]
fn globs_fit_what_comes() {
    let world = World::default();
    world.create(&path("/l/a/x.log"), b"one\n");
    world.create(&path("/l/a/x.txt"), b"no\n");
    let mut play = Play::of(&world, &["/l/*/*.log", "/l/**/y?.log"], Pace::default());
    assert_eq!(play.run(1).words(), "1 found /l/a/x.log at 0; 1@0 one\n");
    world.create(&path("/l/b/x.log"), b"two\n");
    world.create(&path("/l/b/c/y1.log"), b"three\n");
    world.create(&path("/l/x.log"), b"no\n");
    let words = play.run(2).words();
    assert!(words.contains("/l/b/x.log at 0") && words.contains("/l/b/c/y1.log at 0"), "{words}");
    assert_eq!(words.matches(" new ").count(), 2, "{words}");
}

#[test]
fn a_giant_line_and_a_busy_log_leave_room_for_the_others() {
    let world = World::default();
    world.create(&path("/l/big.log"), &vec![b'x'; 30 << 20]);
    world.create(&path("/l/other.log"), b"one\n");
    let mut play = Play::of(&world, &["/l"], Pace::without_handles());
    let polled = play.follower.poll(play.now);
    let bytes: usize = polled
        .news
        .iter()
        .map(|news| if let Change::Bytes(piece) = news { piece.bytes.len() } else { 0 })
        .sum();
    assert!(bytes <= play.follower.pace.poll + play.follower.pace.turn, "{bytes}");
    assert!(
        polled.news.iter().any(|news| matches!(news, Change::Bytes(piece) if piece.bytes == b"one\n")),
        "the small one had its turn"
    );
    assert_eq!(polled.next, play.now, "there is more");
    play.told.extend(polled.news);
    play.run(1);
    let all: usize = play
        .told
        .iter()
        .map(|news| if let Change::Bytes(piece) = news { piece.bytes.len() } else { 0 })
        .sum();
    assert_eq!(all, (30 << 20) + 4);
}

#[test]
fn idle_logs_are_looked_at_once_in_a_second_and_a_hint_is_sooner() {
    let world = World::default();
    for number in 0..500 {
        world.create(&path(&format!("/l/x{number}.log")), format!("log {number}\n").as_bytes());
    }
    let mut play = Play::of(&world, &["/l"], Pace::default());
    play.run(10);
    let before = world.0.questions.get();
    play.run(10);
    let a_second = (world.0.questions.get() - before) / 10;
    assert!(a_second < 600, "{a_second} questions in a second");
    world.append(&path("/l/x7.log"), b"more\n");
    play.follower.hint(&Hint::File(path("/l/x7.log")));
    let now = play.now;
    assert!(play.follower.due() <= now);
    let polled = play.follower.poll(now);
    assert!(matches!(&polled.news[..], [Change::Bytes(_)]), "{:?}", polled.news);
    assert_eq!(polled.next, now + play.follower.pace.busy);
    world.create(&path("/l/y.log"), b"new\n");
    play.follower.hint(&Hint::Names);
    assert!(play.follower.due() <= now + play.follower.pace.listing_at_least);
}

#[test]
fn a_restart_goes_on_after_rotations_and_reads_what_came_meanwhile() {
    both(|pace| {
        for paths in [&["/l"][..], &["/l/x.log"]] {
            let world = World::default();
            world.create(&path("/l/x.log"), b"first\n");
            let settings = |state: State| FollowSettings {
                paths: paths.iter().map(PathBuf::from).collect(),
                start: Start::End,
                pace,
                state,
                ..FollowSettings::default()
            };
            let mut play = Play::new(&world, settings(State::default()));
            play.run(1);
            world.append(&path("/l/x.log"), b"second\n");
            assert_eq!(play.run(2).words(), "1 found /l/x.log at 6; 1@6 second\n");
            let state = State::from_json(&play.follower.state(7).to_json()).expect("a state");
            assert_eq!(state, play.follower.state(7));
            drop(play);
            world.append(&path("/l/x.log"), b"third\n");
            world.rename(&path("/l/x.log"), &path("/l/x.log.1"));
            world.create(&path("/l/x.log"), b"fourth\n");
            let mut play = Play::new(&world, settings(state));
            let words = play.run(3).words();
            assert!(
                words.contains("1 resumed /l/x.log.1 at 13; ") && words.contains("1@13 third\n"),
                "{words}"
            );
            assert!(words.contains("2 new /l/x.log at 0") && words.contains("2@0 fourth\n"), "{words}");
        }
    });
}

#[test]
fn a_restart_goes_back_to_what_was_handled() {
    let world = World::default();
    world.create(&path("/l/x.log"), b"whole\nhalf");
    let settings = |state| FollowSettings {
        paths: vec![path("/l")],
        acknowledged: true,
        state,
        ..FollowSettings::default()
    };
    let mut play = Play::new(&world, settings(State::default()));
    play.run(1).words();
    play.follower.handled(super::super::LogId(1), 6);
    let mut play = Play::new(&world, settings(play.follower.state(1)));
    world.append(&path("/l/x.log"), b" of it\n");
    assert_eq!(play.run(2).words(), "1 resumed /l/x.log at 6; 1@6 half of it\n");
    // never handled: from the start
    let mut other = Play::new(&world, settings(State::default()));
    other.run(1);
    let mut other = Play::new(&world, settings(other.follower.state(1)));
    assert_eq!(other.run(1).words(), "1 resumed /l/x.log at 0; 1@0 whole\nhalf of it\n");
}

#[test]
fn time_that_jumps_does_not_stop_anything() {
    let world = World::default();
    world.create(&path("/l/x.log"), b"one\n");
    let mut play = Play::of(&world, &["/l"], Pace::default());
    play.now = 1_000_000 * SECOND;
    play.run(1).words();
    play.now = 5;
    world.append(&path("/l/x.log"), b"two\n");
    assert_eq!(play.run(2).words(), "1@4 two\n");
    play.now = u64::MAX / 2;
    world.append(&path("/l/x.log"), b"three\n");
    assert_eq!(play.run(2).words(), "1@8 three\n");
}

#[test]
fn a_folder_that_is_renamed_keeps_its_logs() {
    both(|pace| {
        let world = World::default();
        world.create(&path("/l/a/x.log"), b"one\n");
        let mut play = Play::of(&world, &["/l"], pace);
        play.run(1).words();
        world.append(&path("/l/a/x.log"), b"two\n");
        world.rename(&path("/l/a"), &path("/l/b"));
        let words = play.run(3).words();
        assert!(words.contains("1 /l/a/x.log -> /l/b/x.log") && words.contains("1@4 two\n"), "{words}");
    });
}
