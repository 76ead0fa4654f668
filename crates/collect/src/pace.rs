//! How much of the machine a collection takes.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Lowers the priority of the program, as far as the system allows: others go first.
pub fn lower_priority() {
    #[cfg(unix)]
    {
        // without the right to it, it stays as it is
        let _ = rustix::process::setpriority_process(None, 10);
    }
}

/// Keeps the program below a part of one processor.
pub(crate) struct Pace {
    /// Percent of one processor; 100 is no limit.
    percent: u32,
    since: Instant,
}

/// Shortest work after which it rests.
const WORK: Duration = Duration::from_millis(20);

impl Pace {
    pub(crate) fn new(percent: u32) -> Pace {
        Pace { percent: percent.clamp(1, 100), since: Instant::now() }
    }

    /// Rests after some work, so that work and rest together keep to the limit.
    pub(crate) fn step(&mut self) {
        if self.percent == 100 {
            return;
        }
        let worked = self.since.elapsed();
        if worked >= WORK {
            sleep(rest(worked, self.percent));
            self.since = Instant::now();
        }
    }
}

/// How long to rest after so much work.
fn rest(worked: Duration, percent: u32) -> Duration {
    worked * (100 - percent) / percent.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rest_and_work_keep_to_the_limit() {
        let worked = Duration::from_millis(20);
        assert_eq!(rest(worked, 100), Duration::ZERO);
        assert_eq!(rest(worked, 50), worked);
        assert_eq!(rest(worked, 20), 4 * worked);
    }
}
