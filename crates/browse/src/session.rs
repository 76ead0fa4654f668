//! Saved sessions of the browser: filters, bookmarks, notes and position, one small JSON file for each collection.
//!
//! A [`Session`] is found by the names and sizes of the logs, so it follows a collection to another folder.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::event_key::{EventKey, Fingerprint, LineHash};
use spoglight_source::{Durability, Problem, write_atomically};

/// Version of the file format.
const VERSION: u32 = 1;

/// Number of sessions kept; the oldest are removed.
const KEPT: usize = 200;

/// Largest session file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// One filter of the stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavedFilter {
    /// Text in the filter language.
    Query(String),
    /// A field, or the level, that equals a value.
    Field {
        /// Name of the field in the filter language, or `level`.
        field: String,
        /// Its value.
        value: String,
        /// Whether these events are excluded instead of kept.
        is_out: bool,
    },
    /// This level and more severe ones.
    Level(String),
    /// A time range, both ends included, in nanoseconds since 1970.
    Window {
        /// The first moment.
        from: i64,
        /// The last moment.
        to: i64,
    },
    /// Messages of one template.
    #[serde(alias = "shape")]
    Template {
        /// The template as [`PlacedEvent::template`](spoglight_engine::event::PlacedEvent::template) writes it.
        shape: String,
        /// Whether these events are excluded instead of kept.
        is_out: bool,
    },
}

/// Position of an event, independent of the folder of the collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPosition {
    /// Path of its source below the folder that all sources share.
    pub source: String,
    /// Offset in the source, in bytes.
    pub offset: u64,
    /// Beginning of the source; `None` in sessions of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// First line of the event; `None` in sessions of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineHash>,
}

impl SavedPosition {
    /// The position of the event of a key; `root` is the folder that all sources share.
    pub fn from_key(key: &EventKey, root: &str) -> SavedPosition {
        let source = key.path.strip_prefix(root).unwrap_or(&key.path).to_owned();
        SavedPosition { source, offset: key.offset, fingerprint: key.fingerprint, line: key.line }
    }

    /// The key of its event, if all sources are in the folder `root` now.
    pub fn key(&self, root: &str) -> EventKey {
        let path = format!("{root}{}", self.source);
        EventKey { path, offset: self.offset, fingerprint: self.fingerprint, line: self.line }
    }
}

/// An event that the user marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Position of the event.
    pub place: SavedPosition,
    /// Note of the user; may be empty.
    pub note: String,
}

/// Everything restored when the same collection is opened again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Version of the file format.
    pub version: u32,
    /// Time zone of the shown times: an IANA name, or `source`.
    pub zone: String,
    /// The filters, oldest first.
    pub narrowings: Vec<SavedFilter>,
    /// Hidden sources, as paths below the folder that all sources share.
    pub hidden: Vec<String>,
    /// Marked events.
    pub bookmarks: Vec<Bookmark>,
    /// The selected event.
    pub position: Option<SavedPosition>,
}

impl Session {
    /// Returns true if there is nothing to save.
    pub fn is_empty(&self) -> bool {
        self.narrowings.is_empty()
            && self.hidden.is_empty()
            && self.bookmarks.is_empty()
            && self.position.is_none()
    }
}

/// Returns the folder that all names share, with its final `/`; empty if there is none.
pub fn common<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let folder = |name: &'n str| name.get(..name.rfind('/').map_or(0, |at| at + 1)).unwrap_or_default();
    let shared = names.map(folder).reduce(|one, other| {
        let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
        // a common beginning of two names is no folder
        let end = one.get(..same).and_then(|same| same.rfind('/')).map_or(0, |at| at + 1);
        one.get(..end).unwrap_or_default()
    });
    shared.unwrap_or_default().to_owned()
}

/// Returns the id of a collection: 32 hexadecimal digits made of the relative names and the sizes of its sources.
pub fn key<'n>(sources: impl Iterator<Item = (&'n str, u64)> + Clone) -> String {
    let root = common(sources.clone().map(|(name, _)| name));
    let mut all: Vec<(&str, u64)> =
        sources.map(|(name, size)| (name.strip_prefix(root.as_str()).unwrap_or(name), size)).collect();
    all.sort_unstable();
    let mut hash = Sha256::new();
    for (name, size) in all {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(size.to_le_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// The folder of saved sessions.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Uses this folder; it is created when the first session is saved.
    pub fn new(folder: PathBuf) -> Store {
        Store { folder }
    }

    /// Uses the folder for state of programs of this system; `None` if the user has no home folder.
    pub fn usual() -> Option<Store> {
        let base = etcetera::choose_base_strategy().ok()?;
        let folder = base.state_dir().unwrap_or_else(|| base.data_dir());
        Some(Store::new(folder.join("spoglight").join("sessions")))
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    /// Reads the session of a collection; an empty one if there is none. A damaged file is renamed and reported.
    pub fn load(&self, key: &str) -> (Session, Option<Problem>) {
        let path = self.path(key);
        match read(&path) {
            Ok(session) => (session, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Session::default(), None),
            Err(error) => {
                let aside = path.with_extension("broken");
                let advice = match std::fs::rename(&path, &aside) {
                    Ok(()) => format!("it was renamed to {}", aside.display()),
                    Err(_) => "it is overwritten when the browser closes".to_owned(),
                };
                let what = format!("is not a saved session: {error}");
                (Session::default(), Some(Problem::new(path.display().to_string(), what, advice)))
            }
        }
    }

    /// Saves a session, or removes the saved one if `session` is empty. Returns why that failed.
    pub fn save(&self, key: &str, session: &Session) -> Option<Problem> {
        let path = self.path(key);
        let problem = |error: io::Error| {
            Problem::new(
                path.display().to_string(),
                format!("cannot be written: {error}"),
                "filters and bookmarks are not saved; check the free space and the permissions of the folder",
            )
        };
        if session.is_empty() {
            return match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Some(problem(error)),
                _ => None,
            };
        }
        self.write(&path, session).err().map(problem)
    }

    fn write(&self, path: &Path, session: &Session) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let session = Session { version: VERSION, ..session.clone() };
        let json = serde_json::to_vec_pretty(&session).map_err(io::Error::other)?;
        // two browsers may write the same session at once
        write_atomically(path, Durability::Buffered, |out| out.write_all(&json))
            .map_err(|failed| failed.error)?;
        self.forget_old();
        Ok(())
    }

    /// Removes the oldest sessions beyond the number kept.
    fn forget_old(&self) {
        let Ok(listed) = std::fs::read_dir(&self.folder) else { return };
        let mut files: Vec<_> = listed
            .flatten()
            .filter(|entry| Path::new(&entry.file_name()).extension() == Some(OsStr::new("json")))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        let count = files.len().saturating_sub(KEPT);
        for (_, path) in files.into_iter().take(count) {
            // another browser may have done it
            let _ = std::fs::remove_file(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "it is no log, and its size was looked at")]
fn read(path: &Path) -> io::Result<Session> {
    if std::fs::metadata(path)?.len() > LARGEST {
        return Err(io::Error::other("too large"));
    }
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let place = SavedPosition {
            source: "ECEAPP01/x.log".to_owned(),
            offset: 17,
            fingerprint: Fingerprint::try_from("1024-0123456789abcdef".to_owned()).ok(),
            line: LineHash::try_from("fedcba9876543210".to_owned()).ok(),
        };
        Session {
            version: VERSION,
            zone: "Europe/Rome".to_owned(),
            narrowings: vec![
                SavedFilter::Query("a b".to_owned()),
                SavedFilter::Level("warn".to_owned()),
                SavedFilter::Field { field: "host".to_owned(), value: "a \"b\"".to_owned(), is_out: false },
                SavedFilter::Window { from: -1, to: 5 },
                SavedFilter::Template { shape: "x #".to_owned(), is_out: true },
            ],
            hidden: vec!["y.log".to_owned()],
            bookmarks: vec![Bookmark { place: place.clone(), note: "here".to_owned() }],
            position: Some(place),
        }
    }

    #[test]
    fn what_is_kept_is_found_again_and_nothing_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("new/folder"));
        assert_eq!(store.load("k"), (Session::default(), None));
        assert_eq!(store.save("k", &Session::default()), None);
        assert_eq!(store.save("k", &session()), None);
        assert_eq!(store.load("k"), (session(), None));
        assert_eq!(store.load("other"), (Session::default(), None));
        assert_eq!(store.save("k", &Session::default()), None);
        assert_eq!(store.load("k"), (Session::default(), None));
    }

    #[test]
    fn a_damaged_one_is_put_aside_and_a_newer_one_is_read_as_far_as_it_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().to_owned());
        std::fs::write(store.path("k"), "{ no json").expect("a file");
        let (session, problem) = store.load("k");
        assert!(
            session.is_empty()
                && problem.is_some_and(|problem| problem.what.contains("is not a saved session"))
        );
        assert!(folder.path().join("k.broken").exists());
        std::fs::write(store.path("n"), r#"{"version":9,"zone":"UTC","moods":["good"]}"#).expect("a file");
        assert_eq!(store.load("n").0.zone, "UTC");
    }

    #[test]
    fn a_session_of_an_earlier_version_has_positions_without_hashes() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().to_owned());
        let json = r#"{"version":1,"zone":"UTC","bookmarks":[{"place":{"source":"x.log","offset":17},"note":"n"}],
            "position":{"source":"y.log","offset":0}}"#;
        std::fs::write(store.path("k"), json).expect("a file");
        let (session, problem) = store.load("k");
        assert_eq!(problem, None);
        let place = |source: &str, offset| SavedPosition {
            source: source.to_owned(),
            offset,
            fingerprint: None,
            line: None,
        };
        assert_eq!(session.bookmarks, [Bookmark { place: place("x.log", 17), note: "n".to_owned() }]);
        assert_eq!(session.position, Some(place("y.log", 0)));
    }

    #[test]
    fn the_oldest_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().to_owned());
        for number in 0..KEPT + 3 {
            assert_eq!(store.save(&format!("k{number}"), &session()), None);
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), KEPT);
    }

    #[test]
    fn a_collection_is_known_again_elsewhere_and_another_is_not() {
        let name = |sources: &[(&str, u64)]| key(sources.iter().copied());
        let here = name(&[("/home/a/case/S1/x.log", 5), ("/home/a/case/S2/y.log", 6)]);
        assert_eq!(here, name(&[("D:/case2/S2/y.log", 6), ("D:/case2/S1/x.log", 5)]));
        assert_ne!(here, name(&[("D:/case2/S1/x.log", 5), ("D:/case2/S2/y.log", 7)]));
        assert_ne!(here, name(&[("D:/case2/S1/x.log", 5)]));
        assert_eq!(common(["a/b1/c", "a/b2/c"].into_iter()), "a/");
        assert_eq!(common(["x.log", "a/y.log"].into_iter()), "");
        assert_eq!(common(std::iter::empty()), "");
    }
}
