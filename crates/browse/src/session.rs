//! [`Session`]: filters, bookmarks and position at the time when the browser was left, kept by the content of the collection,
//! so that the same logs are recognized in another folder. A small JSON file for each collection.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use spoglight_source::Problem;

/// Version of the file format.
const VERSION: u32 = 1;

/// Sessions that are kept.
const KEPT: usize = 200;

/// Bytes of the largest file that is read as a session.
const LARGEST: u64 = 4 << 20;

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SavedFilter {
    /// A query in the filter language.
    Query(String),
    /// This level and more severe.
    Level(String),
    /// From a moment up to and with another, in nanoseconds since 1970.
    Window {
        /// The first moment.
        from: i64,
        /// The last.
        to: i64,
    },
    /// Messages with a template, or all others.
    #[serde(alias = "shape")]
    Template {
        /// As [`PlacedEvent::template`](spoglight_engine::event::PlacedEvent::template) writes it.
        shape: String,
        /// All others.
        is_out: bool,
    },
}

/// Position of an event, independent of the folder of the collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPosition {
    /// Its source, without the prefix that all sources have.
    pub source: String,
    /// Its position in that, in bytes.
    pub offset: u64,
}

/// A bookmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// Its event.
    pub place: SavedPosition,
    /// The note.
    pub note: String,
}

/// State of the browser.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Version of the file format.
    pub version: u32,
    /// Name of the clock that was shown.
    pub zone: String,
    /// Filters.
    pub narrowings: Vec<SavedFilter>,
    /// Sources that were hidden, without the prefix that all have.
    pub hidden: Vec<String>,
    /// Events that were marked.
    pub bookmarks: Vec<Bookmark>,
    /// The event at the cursor.
    pub position: Option<SavedPosition>,
}

impl Session {
    /// Returns true if it holds nothing worth a file.
    pub fn is_empty(&self) -> bool {
        self.narrowings.is_empty()
            && self.hidden.is_empty()
            && self.bookmarks.is_empty()
            && self.position.is_none()
    }
}

/// The common prefix of all source names, up to a `/`: the folder of the collection.
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

/// Name of a collection: made of the names of its sources below that folder, and of their sizes.
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

/// The folder of sessions.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Sessions in this folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Store {
        Store { folder }
    }

    /// Sessions in the folder that this system has for the state of programs; `None` if it has none.
    pub fn usual() -> Option<Store> {
        let base = etcetera::choose_base_strategy().ok()?;
        let folder = base.state_dir().unwrap_or_else(|| base.data_dir());
        Some(Store::new(folder.join("spoglight").join("sessions")))
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    /// Loads the session of a collection; an empty one if there is none. A file that cannot be read is renamed.
    pub fn load(&self, key: &str) -> (Session, Option<Problem>) {
        let path = self.path(key);
        match read(&path) {
            Ok(session) => (session, None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Session::default(), None),
            Err(error) => {
                let aside = path.with_extension("broken");
                let advice = match std::fs::rename(&path, &aside) {
                    Ok(()) => format!("it lies in {} now", aside.display()),
                    Err(_) => "it is overwritten when the browser is left".to_owned(),
                };
                let what = format!("holds no session: {error}");
                (Session::default(), Some(Problem::new(path.display().to_string(), what, advice)))
            }
        }
    }

    /// Saves a session. An empty one deletes the file.
    pub fn save(&self, key: &str, session: &Session) -> Option<Problem> {
        let path = self.path(key);
        let problem = |error: io::Error| {
            Problem::new(
                path.display().to_string(),
                format!("could not be written: {error}"),
                "filters and bookmarks are not kept; check that there is room, and that the folder may be written to",
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
        // aside first: two browsers may be left at once
        let aside = path.with_extension(format!("{}.part", std::process::id()));
        std::fs::write(&aside, json).and_then(|()| std::fs::rename(&aside, path)).inspect_err(|_| {
            let _ = std::fs::remove_file(&aside);
        })?;
        self.forget_old();
        Ok(())
    }

    /// Deletes the oldest files, beyond those that are kept.
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
        return Err(io::Error::other("it is too large"));
    }
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let place = SavedPosition { source: "ECEAPP01/x.log".to_owned(), offset: 17 };
        Session {
            version: VERSION,
            zone: "Europe/Rome".to_owned(),
            narrowings: vec![
                SavedFilter::Query("a b".to_owned()),
                SavedFilter::Level("warn".to_owned()),
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
            session.is_empty() && problem.is_some_and(|problem| problem.what.contains("holds no session"))
        );
        assert!(folder.path().join("k.broken").exists());
        std::fs::write(store.path("n"), r#"{"version":9,"zone":"UTC","moods":["good"]}"#).expect("a file");
        assert_eq!(store.load("n").0.zone, "UTC");
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
