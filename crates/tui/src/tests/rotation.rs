//! Bookmarks, notes and the selection while files are rotated, and in sessions of earlier versions.

use std::path::{Path, PathBuf};

use super::{FINE, Play};
use spoglight_browse::session::Store;

/// A folder with one log of ten lines.
struct Logs {
    folder: tempfile::TempDir,
}

impl Logs {
    fn new() -> Logs {
        let logs = Logs { folder: tempfile::tempdir().expect("a folder") };
        std::fs::create_dir_all(logs.path("")).expect("a folder");
        logs.write("old", 10);
        logs
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("ECEAPP01/eService/logs").join(name)
    }

    fn log(&self) -> PathBuf {
        self.path("eg_log_ECEAPP01_m-process.log")
    }

    /// Replaces the log. All its lines have the same length, so that events of another log have the same offsets.
    fn write(&self, word: &str, count: u32) {
        let line = |at| {
            format!(
                "2026-11-21 12:00:{at:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  \
                 <@> com.egain.X <@> run() <@> {word} {at:02} <@> \n"
            )
        };
        std::fs::write(self.log(), (0..count).map(line).collect::<String>()).expect("a file");
    }

    fn rotate(&self) {
        std::fs::rename(self.log(), self.log().with_extension("log.1")).expect("a name");
        self.write("new", 12);
    }

    fn play(&self) -> Play {
        let mut play = Play::of(&self.root(), (160, 40), FINE);
        play.app.model.options.follow = true;
        play
    }

    fn root(&self) -> String {
        self.folder.path().display().to_string()
    }
}

/// The bookmarked events, each with its note.
fn marked(play: &Play) -> Vec<String> {
    let model = &play.app.model;
    let text = |event| format!("{}: {}", model.bookmarks[&event], model.data.line(event).text);
    model.bookmarks_in_order().into_iter().map(text).collect()
}

fn here(play: &Play) -> String {
    let model = &play.app.model;
    let event = model.event_at(play.app.ui.selection.cursor.at).expect("an event is selected");
    model.data.line(event).text.clone()
}

fn note(play: &Play) -> &str {
    play.app.ui.note.as_deref().unwrap_or_default()
}

#[test]
fn a_rotation_takes_bookmarks_notes_and_the_selection_along() {
    let logs = Logs::new();
    let mut play = logs.play();
    play.keys("jjafirst\njjmj");
    assert_eq!(
        (marked(&play), here(&play)),
        (vec!["first: old 02".into(), ": old 04".into()], "old 05".into())
    );
    play.keys("ahal");
    logs.rotate();
    play.read_again(&logs.root());
    assert_eq!(note(&play), "");
    play.keys("f\n");
    assert_eq!(marked(&play), ["first: old 02", ": old 04", "half: old 05"]);
    assert_eq!(here(&play), "old 05");
}

#[test]
fn an_event_that_is_gone_is_reported_and_no_other_takes_its_bookmark() {
    let logs = Logs::new();
    let mut play = logs.play();
    play.keys("jjafirst\njjmjahalf");
    logs.rotate();
    let rotated = logs.log().with_extension("log.1");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let aside = elsewhere.path().join("aside");
    std::fs::rename(&rotated, &aside).expect("a name");
    play.read_again(&logs.root());
    assert_eq!(
        note(&play),
        "2 bookmarks not found: their events are gone; note not saved: its event is gone; the selected event is gone"
    );
    assert!(marked(&play).is_empty() && play.app.ui.prompt.is_none(), "{:?}", marked(&play));
    // it is said once, and a file that comes back brings its bookmarks back
    play.keys("j");
    play.read_again(&logs.root());
    assert_eq!(note(&play), "");
    std::fs::copy(&aside, &rotated).expect("a copy");
    play.read_again(&logs.root());
    assert_eq!(marked(&play), ["first: old 02", ": old 04"]);
}

/// Replaces text in the only saved session.
fn edit(folder: &Path, edit: impl FnOnce(&mut serde_json::Value)) {
    let saved = std::fs::read_dir(folder).expect("a listing").next().expect("a session").expect("a session");
    let mut session = super::keys::json(&saved.path());
    edit(&mut session);
    std::fs::write(saved.path(), session.to_string()).expect("it can be written");
}

#[test]
fn a_session_without_hashes_is_restored_and_one_with_another_line_is_reported() {
    let (logs, folder) = (Logs::new(), tempfile::tempdir().expect("a folder"));
    let open = || Play::with(&logs.root(), (160, 40), FINE, Some(Store::new(folder.path().to_owned())));
    let mut play = open();
    play.keys("jjafirst\njj");
    assert!(play.app.save_session().is_none());
    edit(folder.path(), |session| {
        for place in ["/position", "/bookmarks/0/place"] {
            let place =
                session.pointer_mut(place).and_then(serde_json::Value::as_object_mut).expect("a place");
            assert!(place.remove("fingerprint").is_some() && place.remove("line").is_some());
        }
    });
    let old = open();
    assert_eq!((marked(&old), here(&old)), (vec!["first: old 02".into()], "old 04".into()));
    assert_eq!(note(&old), "Session restored: 1 bookmark");
    // opened and closed, it has them
    assert!(old.app.save_session().is_none());
    edit(folder.path(), |session| {
        assert!(session["bookmarks"][0]["place"]["fingerprint"].is_string());
        session["bookmarks"][0]["place"]["line"] = "0123456789abcdef".into();
    });
    let other = open();
    assert_eq!(note(&other), "1 bookmark not found: its event is gone; Session restored");
    assert_eq!((marked(&other), here(&other)), (vec![], "old 04".into()));
}
