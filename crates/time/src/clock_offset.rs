//! `--skew`: by how much the clock of a server is ahead.

use std::str::FromStr;

use super::duration::duration;
use spoglight_text::selector::{Rule, Rules};

/// Nanoseconds by which a clock is ahead; negative if it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ahead(pub i64);

/// One `--skew`.
pub type AheadRule = Rule<Ahead>;

/// All `--skew` of a run.
pub type AheadRules = Rules<Ahead>;

impl FromStr for Ahead {
    type Err = String;

    fn from_str(text: &str) -> Result<Ahead, String> {
        duration(text).map(Ahead).ok_or_else(|| {
            format!("{text:?} is no span of time; write HOST=+3.2s if the clock of HOST is 3.2 seconds ahead, HOST=-2m if it is two minutes behind")
        })
    }
}
