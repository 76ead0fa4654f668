//! [`Lock`]: finds the password of an encrypted archive.

use std::sync::Arc;

use super::archive::Refused;
use crate::passwords::{Passwords, why};
use crate::sink::Sink;

/// Answers of the user that are tried on one archive.
const ATTEMPTS: usize = 3;

/// An encrypted archive, or a part of it.
pub(super) struct Lock<'a> {
    archive: &'a str,
    /// The password that opened a part of it.
    proven: Option<Arc<str>>,
    asked: bool,
    /// The first entry that stays locked, and their number.
    refused: Option<(String, u64)>,
}

impl<'a> Lock<'a> {
    pub(super) fn new(archive: &'a str) -> Lock<'a> {
        Lock { archive, proven: None, asked: false, refused: None }
    }

    /// Tries passwords with `opens(password, is_proven)`, and returns the first that works. `is_proven` means that
    /// the password opened another part of the archive.
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
            let ask = passwords.ask.clone();
            let mut is_wrong = !passwords.given.is_empty();
            for _ in 0..ATTEMPTS {
                let Some(answer) = ask.as_ref().and_then(|ask| ask(self.archive, is_wrong)) else { break };
                found = Some(answer.clone()).filter(|answer| opens(answer, false));
                is_wrong = true;
                // the next archive may have the same
                passwords.given.push(answer);
                if found.is_some() {
                    break;
                }
            }
        }
        let found: Arc<str> = found?.into();
        self.proven = Some(Arc::clone(&found));
        Some(found)
    }

    /// Records an entry that stays locked.
    pub(super) fn refuse(&mut self, entry: String) {
        self.refused.get_or_insert((entry, 0)).1 += 1;
    }

    /// Reports the entries that stay locked.
    pub(super) fn report(self, bundle: &mut dyn Sink) {
        let (why, advice) = why(bundle.passwords());
        let mut refused = Refused::default();
        if let Some((first, count)) = self.refused {
            refused.add_many(
                (first, count),
                &format!("is encrypted, and {why}"),
                &format!("are encrypted, and {why}"),
                advice,
            );
        }
        refused.report(self.archive, bundle);
    }
}
