//! [`CandidateLine`]: a line that has a literal, while its signatures are confirmed.

use std::cell::OnceCell;

use crate::mention;

/// A line that has a literal of a signature. Its mentions are searched at most once, whatever the number of
/// its candidates.
#[derive(Debug)]
pub struct CandidateLine<'l> {
    text: &'l [u8],
    masked: OnceCell<Option<Vec<u8>>>,
}

impl<'l> CandidateLine<'l> {
    /// A line without its line end.
    pub fn new(text: &'l [u8]) -> CandidateLine<'l> {
        CandidateLine { text, masked: OnceCell::new() }
    }

    /// The line.
    pub(crate) fn text(&self) -> &'l [u8] {
        self.text
    }

    /// The line with spaces in place of its mentions; `None` if it has none.
    pub(crate) fn masked(&self) -> Option<&[u8]> {
        self.masked.get_or_init(|| mention::masked(self.text)).as_deref()
    }
}
