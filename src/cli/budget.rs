//! [`Budget`]: the share of a core that a long-running command may use. It works and then rests in proportion.

use std::time::Duration;

/// Percent of one core.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget(u8);

impl Budget {
    /// Reads a percentage, with or without `%`.
    pub(super) fn parse(text: &str) -> Result<Budget, String> {
        match text.trim_end_matches('%').parse() {
            Ok(percent @ 1..=100) => Ok(Budget(percent)),
            _ => Err("expected a number from 1 to 100, in percent of one core".to_owned()),
        }
    }

    /// Time to rest after a round that worked and waited this long. A wait longer than necessary is not saved up for a
    /// later burst.
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
        Budget::parse(percent).expect("percent").rest(ms(worked), ms(waited))
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
            assert!(Budget::parse(text).is_err(), "{text}");
        }
    }
}
