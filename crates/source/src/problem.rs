//! [`Problem`]: a file that was not read completely, with advice.

use std::io;

/// Advice for a damaged file.
pub(crate) const AGAIN: &str = "the readable part is in this report; request the file again for the rest";

/// Advice for a stream that ended with this error. Errors of limits name their option.
pub(crate) fn advice_for(error: &str) -> &'static str {
    if error.contains("--max-") { "the part before that is in this report" } else { AGAIN }
}

/// A file or entry that was not read completely.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, or the entry of an archive.
    pub path: String,
    /// The problem, as the rest of a sentence that begins with the path.
    pub what: String,
    /// Advice for the user.
    pub advice: String,
}

impl Problem {
    /// A problem with a file or an entry.
    pub(crate) fn new(
        path: impl Into<String>,
        what: impl Into<String>,
        advice: impl Into<String>,
    ) -> Problem {
        Problem { path: path.into(), what: what.into(), advice: advice.into() }
    }

    /// A file that cannot be opened.
    pub(crate) fn unreadable(name: String, error: &io::Error) -> Problem {
        let advice = if error.kind() == io::ErrorKind::PermissionDenied {
            "run spoglight as a user who may read it, or copy it to a folder that you may read"
        } else {
            "check the path, and that the disk is connected"
        };
        Problem::new(name, format!("cannot be opened: {error}"), advice)
    }
}
