//! [`Rounds`]: the limit for the work of trying passwords.

/// Rounds of hashing for one file. Java needs 10,000 for one password, OpenSSL 2,048; this limit takes about half a
/// second.
const OF_FILE: u32 = 4_000_000;

/// Rounds of hashing for all files of a run: about five seconds. Some hundred stores whose passwords are not known need
/// them.
const OF_RUN: u32 = 40_000_000;

/// Rounds of hashing that are left for passwords. Their number is in the file and may be hostile, and there may be many
/// files.
#[derive(Debug)]
pub struct Rounds {
    file: u32,
    run: u32,
    denied: Option<RoundsLimit>,
}

/// A limit for rounds of hashing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundsLimit {
    /// One file asks for too many.
    File,
    /// All files of a run together do.
    Run,
}

impl RoundsLimit {
    /// The limit.
    pub fn rounds(self) -> u32 {
        match self {
            RoundsLimit::File => OF_FILE,
            RoundsLimit::Run => OF_RUN,
        }
    }
}

impl Rounds {
    /// The rounds of a run.
    pub fn of_run() -> Rounds {
        Rounds { file: OF_FILE, run: OF_RUN, denied: None }
    }

    /// No rounds: a store that needs them is denied.
    pub fn none() -> Rounds {
        Rounds { file: OF_FILE, run: 0, denied: None }
    }

    /// Begins the next file of the run.
    pub fn next_file(&mut self) {
        (self.file, self.denied) = (OF_FILE, None);
    }

    /// The limit because of which a password of the file was not tried; `None` if all were.
    pub fn denied(&self) -> Option<RoundsLimit> {
        self.denied
    }

    /// Takes some rounds. Returns false if they are not left; then nothing is taken.
    pub(crate) fn spend(&mut self, rounds: u32) -> bool {
        let (Some(file), Some(run)) = (self.file.checked_sub(rounds), self.run.checked_sub(rounds)) else {
            let limit = if rounds > self.file { RoundsLimit::File } else { RoundsLimit::Run };
            self.denied = self.denied.or(Some(limit));
            return false;
        };
        (self.file, self.run) = (file, run);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spent_is_gone() {
        let mut rounds = Rounds { file: 10, run: 15, denied: None };
        assert!(rounds.spend(6) && rounds.denied().is_none());
        assert!(!rounds.spend(5));
        assert_eq!(rounds.denied(), Some(RoundsLimit::File));
        assert!(rounds.spend(4), "nothing was taken");
        rounds.next_file();
        assert!(rounds.denied().is_none() && rounds.spend(5));
        assert!(!rounds.spend(1));
        assert_eq!(rounds.denied(), Some(RoundsLimit::Run));
    }

    #[test]
    fn many_files_together_are_limited() {
        let mut rounds = Rounds::of_run();
        let files = (0..1000).filter(|_| {
            rounds.next_file();
            rounds.spend(OF_FILE)
        });
        assert_eq!(files.count(), (OF_RUN / OF_FILE) as usize);
    }
}
