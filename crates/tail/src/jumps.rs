//! [`Jump`]: the clock of a log that goes back or ahead while it is written.
//!
//! Threads write late what they saw before, so a few messages that are older show nothing: the clock went back if several in a
//! row are older than the latest, all by about the same. It jumped ahead if the messages of a log are further apart than the
//! time between their arrivals. What was there before following began is left out: it arrived late.

use spoglight_parsers::duration::spoken;
use spoglight_time::units::{HOUR, MINUTE, SECOND};

/// Nanoseconds of the smallest jump.
const LEAST: i64 = 2 * MINUTE;

/// Messages in a row that show it.
const ROW: u32 = 3;

/// Nanoseconds by which a message may be older than when it arrived.
const LATE: i64 = 10 * SECOND;

/// The clock of a log.
#[derive(Debug, Default)]
pub(crate) struct Jump {
    /// Time of the latest message, and when it arrived.
    latest: Option<(i64, u64)>,
    /// Messages in a row that are away from it, and the time and the arrival of the last of these.
    away: u32,
    last: (i64, u64),
}

/// A jump of the clock, in nanoseconds; negative if it went back.
pub(crate) type Leap = i64;

impl Jump {
    /// A message with this time arrived. Returns a jump once.
    pub(crate) fn message(&mut self, when: i64, arrived: u64) -> Option<Leap> {
        let Some((latest, at)) = self.latest else {
            self.latest = Some((when, arrived));
            return None;
        };
        let passed = i64::try_from(arrived.saturating_sub(at)).unwrap_or(i64::MAX);
        let expected = latest.saturating_add(passed);
        let is_back = when < latest.saturating_sub(LEAST);
        let is_ahead = when > expected.saturating_add(LEAST);
        if !is_back && !is_ahead {
            self.away = 0;
            if when >= latest {
                self.latest = Some((when, arrived));
            }
            return None;
        }
        let of_last = when.abs_diff(self.last.0);
        let since_last = arrived.saturating_sub(self.last.1);
        let goes_on = self.away == 0 || of_last <= since_last.saturating_add(LATE.unsigned_abs());
        self.away = if goes_on { self.away + 1 } else { 1 };
        self.last = (when, arrived);
        if self.away < ROW {
            return None;
        }
        (self.away, self.latest) = (0, Some((when, arrived)));
        let leap = when.saturating_sub(expected);
        // an hour that is there twice, or was skipped, on a clock that is read in another zone
        let is_hour = leap.abs().abs_diff(HOUR) < LEAST.unsigned_abs();
        (!is_hour && leap.abs() >= LEAST).then_some(leap)
    }
}

/// The note about a jump.
pub(crate) fn note(log: &str, host: Option<&str>, leap: Leap, time: &str) -> String {
    let length = spoken((leap.abs() / SECOND).max(1) * SECOND);
    let way = if leap < 0 { "back" } else { "ahead" };
    let whose = host.map_or_else(|| "the clock".to_owned(), |host| format!("the clock of {host}"));
    format!(
        "{whose} jumped {way} by {length}, to {time} in {log}: times before and after it cannot be compared"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times of messages and of their arrivals, in seconds.
    fn leaps(messages: &[(i64, u64)]) -> Vec<Leap> {
        let mut jump = Jump::default();
        let second = SECOND.unsigned_abs();
        let leap = |(when, arrived): &(i64, u64)| jump.message(when * SECOND, arrived * second);
        messages.iter().filter_map(leap).map(|leap| leap / SECOND).collect()
    }

    #[test]
    fn a_clock_that_is_set_back_or_ahead_jumps_once() {
        assert_eq!(leaps(&[(1000, 0), (1001, 1), (400, 2), (401, 3), (402, 4), (403, 5)]), [-602]);
        assert_eq!(leaps(&[(1000, 0), (1001, 1), (2002, 2), (2003, 3), (2004, 4), (2005, 5)]), [1000]);
    }

    #[test]
    fn late_messages_and_pauses_are_no_jump() {
        assert_eq!(
            leaps(&[(1000, 0), (500, 1), (1002, 2), (500, 3), (501, 4), (1005, 5)]),
            Vec::<Leap>::new()
        );
        assert_eq!(
            leaps(&[(1000, 0), (300, 1), (500, 2), (700, 3), (100, 4), (1005, 5)]),
            Vec::<Leap>::new()
        );
        assert_eq!(
            leaps(&[(1000, 0), (9000, 8000), (9001, 8001), (9002, 8002)]),
            Vec::<Leap>::new(),
            "a pause"
        );
        let hour = [(4000, 0), (4001, 1), (402, 2), (403, 3), (404, 4), (405, 5)];
        assert_eq!(leaps(&hour), Vec::<Leap>::new(), "clocks are set back in autumn");
    }
}
