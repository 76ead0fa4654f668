//! [`ClockOffset`]: `--skew`, the offset of a server's clock.

use std::str::FromStr;

use spoglight_parsers::duration::duration;
use spoglight_text::selector::{PerSource, Selector};

/// Nanoseconds by which a clock is ahead; negative if it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockOffset(pub i64);

/// One `--skew`.
pub type ClockOffsetRule = Selector<ClockOffset>;

/// All `--skew` of a run.
pub type ClockOffsetRules = PerSource<ClockOffset>;

impl FromStr for ClockOffset {
    type Err = String;

    fn from_str(text: &str) -> Result<ClockOffset, String> {
        duration(text).map(ClockOffset).ok_or_else(|| {
            format!("{text:?} is not a duration; write HOST=+3.2s if the clock of HOST is 3.2 seconds ahead, HOST=-2m if it is two minutes behind")
        })
    }
}
