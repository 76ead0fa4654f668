//! Passwords of archives: those that were given, and one that a person is asked for, once an archive.

use std::fmt;
use std::sync::Arc;

/// Asks for the password of the archive of this name; `None` if nobody answers.
pub type PasswordPrompt = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Passwords to try on archives that are encrypted.
#[derive(Clone, Default)]
pub struct Passwords {
    /// Those that are known, in the order in which they are tried.
    pub given: Vec<String>,
    /// Asked if none of them fits.
    pub ask: Option<PasswordPrompt>,
}

impl fmt::Debug for Passwords {
    // they stay out of messages
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("given", &self.given.len()).finish_non_exhaustive()
    }
}

/// Why something stays locked, and what to do.
pub(crate) fn why(passwords: &Passwords) -> (&'static str, &'static str) {
    if passwords.given.is_empty() {
        ("no password was given", "give it with --password, or unpack it and point spoglight at the folder")
    } else {
        (
            "no password that was given opens it",
            "give the right one with --password; it may be repeated, where archives have different ones",
        )
    }
}
