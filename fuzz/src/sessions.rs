//! Saved sessions of the browser: any file is read, or set aside with a reason.

use spoglight_browse::session::{SavedPosition, Store};

/// Checks bytes as the file of a session.
pub fn check(data: &[u8]) {
    let folder = super::folder();
    std::fs::write(folder.path().join("key.json"), data).expect("a file");
    let store = Store::new(folder.path().to_owned());
    let (session, problem) = store.load("key");
    if let Some(problem) = problem {
        assert!(session.is_empty() && !problem.what.is_empty() && !problem.advice.is_empty());
        return;
    }
    for place in session.bookmarks.iter().map(|mark| &mark.place).chain(&session.position) {
        assert_eq!(SavedPosition::from_key(&place.key("a/b/"), "a/b/"), *place);
    }
    assert!(store.save("key", &session).is_none());
    let (again, problem) = store.load("key");
    assert!(problem.is_none() && (again.bookmarks == session.bookmarks), "{problem:?}");
}
