//! Passwords of archives: those that were given, and one that a person is asked for, once an archive.

use std::fmt;
use std::sync::Arc;

use super::Bundle;
use super::archive::Refused;

/// Asks for the password of the archive of this name; `None` if nobody answers.
pub type Ask = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Passwords to try on archives that are encrypted.
#[derive(Clone, Default)]
pub struct Passwords {
    /// Those that are known, in the order in which they are tried.
    pub given: Vec<String>,
    /// Asked if none of them fits.
    pub ask: Option<Ask>,
}

impl fmt::Debug for Passwords {
    // they stay out of messages
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passwords").field("given", &self.given.len()).finish_non_exhaustive()
    }
}

/// An archive, or a part of it, that is encrypted.
pub(super) struct Lock<'a> {
    archive: &'a str,
    /// The password that opened something of it.
    proven: Option<Arc<str>>,
    asked: bool,
    refused: Vec<String>,
}

impl<'a> Lock<'a> {
    pub(super) fn of(archive: &'a str) -> Lock<'a> {
        Lock { archive, proven: None, asked: false, refused: Vec::new() }
    }

    /// Finds a password for which `opens` says yes; it is told whether the password opened something of the archive before.
    pub(super) fn open(
        &mut self,
        passwords: &mut Passwords,
        opens: &mut dyn FnMut(&str, bool) -> bool,
    ) -> Option<Arc<str>> {
        if let Some(proven) = self.proven.clone().filter(|proven| opens(proven, true)) {
            return Some(proven);
        }
        let mut found = passwords.given.iter().find(|password| opens(password, false)).cloned();
        if found.is_none() && !self.asked {
            self.asked = true;
            if let Some(answer) = passwords.ask.as_ref().and_then(|ask| ask(self.archive)) {
                found = Some(answer.clone()).filter(|answer| opens(answer, false));
                // the next archive may have the same
                passwords.given.push(answer);
            }
        }
        let found: Arc<str> = found?.into();
        self.proven = Some(Arc::clone(&found));
        Some(found)
    }

    /// Notes an entry that stays locked.
    pub(super) fn refuse(&mut self, entry: String) {
        self.refused.push(entry);
    }

    /// Says which entries stay locked.
    pub(super) fn report(self, bundle: &mut Bundle) {
        let (why, advice) = why(&bundle.passwords);
        let mut refused = Refused::default();
        for entry in self.refused {
            refused.add(
                entry,
                &format!("is encrypted, and {why}"),
                &format!("are encrypted, and {why}"),
                advice,
            );
        }
        refused.report(self.archive, bundle);
    }
}

/// Why something stays locked, and what to do.
pub(super) fn why(passwords: &Passwords) -> (&'static str, &'static str) {
    if passwords.given.is_empty() {
        ("no password was given", "give it with --password, or unpack it and point spoglight at the folder")
    } else {
        (
            "no password that was given opens it",
            "give the right one with --password; it may be repeated, where archives have different ones",
        )
    }
}
