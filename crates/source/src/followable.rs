//! Which files are logs that can be followed, by their first bytes.

use crate::archives::kind_of;
use crate::kind::not_text;

/// Bytes at the start of a file that [`not_a_log`] needs.
pub const JUDGED: usize = 1024;

/// Description and advice for a file that begins with `head` and is not a log that can be followed.
pub fn not_a_log(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if kind_of(head).is_some() {
        return Some((
            "an archive, which does not grow",
            "`spoglight analyze` and `spoglight timeline` read archives",
        ));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || every_other_is_zero(head) {
        return None;
    }
    not_text(head).map(|found| (found.what, found.advice))
}

/// UTF-16 without a mark, in a language with few letters.
fn every_other_is_zero(head: &[u8]) -> bool {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len() / 2;
    half > 0 && ((even == 0 && odd * 10 > half * 4) || (odd == 0 && even * 10 > half * 4))
}
