//! [`Budget`]: how much of a core a command that runs all day may take. It works and then rests in proportion.

use std::time::Duration;

/// Percent of one core.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(u8);

impl Budget {
    /// Reads a number of percent.
    pub(super) fn of(text: &str) -> Result<Budget, String> {
        match text.trim_end_matches('%').parse() {
            Ok(percent @ 1..=100) => Ok(Budget(percent)),
            _ => Err("a number from 1 to 100 is wanted, in percent of one core".to_owned()),
        }
    }

    /// How long to rest after a round in which it has worked and waited for so long. What it waited longer than it had to
    /// is not saved up: nobody is served by a burst.
    pub(super) fn rest(self, worked: Duration, waited: Duration) -> Duration {
        let percent = u32::from(self.0);
        (worked.saturating_mul(100 - percent) / percent).saturating_sub(waited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn rest(percent: &str, worked: u64, waited: u64) -> Duration {
        Budget::of(percent).expect("percent").rest(ms(worked), ms(waited))
    }

    #[test]
    fn it_rests_so_that_its_work_is_its_share_of_the_whole() {
        assert_eq!(rest("25", 10, 0), ms(30));
        assert_eq!(rest("50%", 10, 0), ms(10));
        assert_eq!(rest("1", 10, 0), ms(990));
        assert_eq!(rest("100", 10, 0), ms(0));
        assert_eq!(rest("25", 0, 0), ms(0));
    }

    #[test]
    fn what_it_waited_is_rest_and_not_saved_up() {
        assert_eq!(rest("25", 10, 20), ms(10));
        assert_eq!(rest("25", 10, 30), ms(0));
        assert_eq!(rest("25", 10, 500), ms(0));
    }

    #[test]
    fn no_share_and_more_than_a_core_are_refused() {
        for text in ["0", "101", "-5", "half", ""] {
            assert!(Budget::of(text).is_err(), "{text}");
        }
    }
}
