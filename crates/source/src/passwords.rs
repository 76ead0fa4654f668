//! Passwords of archives: the ones given, and one from a prompt, once for each archive.

use std::fmt;
use std::sync::Arc;

/// Asks the user for the password of the archive of this name; `None` if there is no answer. `true` means that the answer
/// before, or a given password, does not open it.
pub type PasswordPrompt = Arc<dyn Fn(&str, bool) -> Option<String> + Send + Sync>;

/// Passwords to try on encrypted archives.
#[derive(Clone, Default)]
pub struct Passwords {
    /// Known passwords, in the order in which they are tried.
    pub given: Vec<String>,
    /// Prompt that is used if none of them fits.
    pub ask: Option<PasswordPrompt>,
}

impl fmt::Debug for Passwords {
    // the passwords must not appear in messages
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("given", &self.given.len()).finish_non_exhaustive()
    }
}

/// The reason why an entry stays locked, and advice.
pub(crate) fn why(passwords: &Passwords) -> (&'static str, &'static str) {
    if passwords.given.is_empty() {
        (
            "no password was given",
            "give it with --password or --password-file, or unpack it and point spoglight at the folder",
        )
    } else {
        (
            "none of the given passwords opens it",
            "give the right one with --password; repeat the option for several passwords",
        )
    }
}
