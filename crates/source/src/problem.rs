//! [`Problem`]: a file that was not read completely, with advice.

use std::io;

use spoglight_text::secrets::mask;

/// Advice for a damaged file.
pub(crate) const AGAIN: &str = "the readable part is in this report; request the file again for the rest";

/// Advice for a stream that ended with this error. Errors of limits name their option.
pub(crate) fn advice_for(error: &str) -> &'static str {
    if is_ours(error) { "the part before that is in this report" } else { AGAIN }
}

/// What an error says that is due to a temporary file, and not to the input.
pub(crate) const TEMPORARY: &str = "cannot be copied to a temporary file";

/// Returns whether an error is due to a limit or to this machine, and not to the input.
pub(crate) fn is_ours(error: &str) -> bool {
    error.contains("--max-") || error.contains(TEMPORARY)
}

/// Returns whether an error is that of a decoder that was silent for too long.
pub(crate) fn is_silence(error: &str) -> bool {
    error.contains("--max-silence")
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
    /// Kind of the file, for the checks.
    pub kind: ProblemKind,
}

/// Kind of a file that was not read as a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Any other kind.
    #[default]
    Other,
    /// A document or a picture, which users send instead of a log.
    Document,
    /// A store of certificates and keys.
    Keystore,
    /// An archive or a folder with entries that were not read and whose names are not known: any file may be among them.
    Container,
}

impl Problem {
    /// A problem of kind [`ProblemKind::Other`].
    pub fn new(path: impl Into<String>, what: impl Into<String>, advice: impl Into<String>) -> Problem {
        // a name may hold a secret, and a message may quote one
        let (path, what) = (path.into(), what.into());
        let (path, what) = (mask(&path).into_owned(), mask(&what).into_owned());
        Problem { path, what, advice: advice.into(), kind: ProblemKind::Other }
    }

    /// The same problem with another kind.
    #[must_use]
    pub fn of_kind(self, kind: ProblemKind) -> Problem {
        Problem { kind, ..self }
    }

    /// A file that cannot be opened.
    pub(crate) fn unreadable(name: String, error: &io::Error) -> Problem {
        let advice = if error.kind() == io::ErrorKind::PermissionDenied {
            "run spoglight as a user who may read it, or copy it to a folder that you may read"
        } else if is_out_of_handles(error) {
            "raise the limit of open files (`ulimit -n` on Linux), or close other programs"
        } else {
            "check the path, and that the disk is connected"
        };
        Problem::new(name, format!("cannot be opened: {error}"), advice)
    }
}

/// Returns whether the process or the system has no handle left: EMFILE, ENFILE; `ERROR_TOO_MANY_OPEN_FILES`.
fn is_out_of_handles(error: &io::Error) -> bool {
    let numbers: &[i32] = if cfg!(windows) { &[4] } else { &[23, 24] };
    error.raw_os_error().is_some_and(|number| numbers.contains(&number))
}
