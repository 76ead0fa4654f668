//! [`Cursor`]: a place in a list that is longer than the screen.

use std::ops::Range;

/// See the [module](self).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The place that keys are about.
    pub(super) at: usize,
    /// The first place that is on the screen.
    pub(super) top: usize,
    /// Rows of the screen, as of the last time it was drawn.
    pub(super) height: usize,
}

impl Cursor {
    /// Brings it into a range, and the screen to it. Called whenever a list is drawn.
    pub(super) fn fit(&mut self, range: &Range<usize>, height: usize) {
        self.height = height.max(1);
        self.at = self.at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        let lowest = self.at.saturating_sub(self.height - 1);
        let last = range.end.saturating_sub(self.height).max(range.start);
        self.top = self.top.clamp(lowest, self.at).min(last).max(range.start);
    }

    /// Goes to a place, with what is around it if it was not on the screen.
    pub(super) fn go(&mut self, at: usize, range: &Range<usize>) {
        let seen = self.top..self.top + self.height;
        self.at = at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        if !seen.contains(&self.at) {
            self.top = self.at.saturating_sub(self.height / 3).max(range.start);
        }
    }

    /// Goes so many places on, or back.
    pub(super) fn step(&mut self, by: isize, range: &Range<usize>) {
        self.at = self
            .at
            .saturating_add_signed(by)
            .clamp(range.start, range.end.saturating_sub(1).max(range.start));
    }

    /// Moves the screen, too.
    pub(super) fn page(&mut self, by: isize, range: &Range<usize>) {
        self.top = self.top.saturating_add_signed(by);
        self.step(by, range);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_cursor_is_in_the_list_and_on_the_screen(
            start in 0usize..50,
            length in 0usize..200,
            steps in prop::collection::vec((0u8..4, -300isize..300, 1usize..60), 1..30),
        ) {
            let range = start..start + length;
            let mut cursor = Cursor::default();
            for (what, by, height) in steps {
                match what {
                    0 => cursor.step(by, &range),
                    1 => cursor.page(by, &range),
                    2 => cursor.go(by.unsigned_abs(), &range),
                    _ => cursor.fit(&range, height),
                }
                cursor.fit(&range, height);
                prop_assert!(range.contains(&cursor.at) || range.is_empty() && cursor.at == start);
                prop_assert!(cursor.top <= cursor.at && cursor.at < cursor.top + height);
            }
        }
    }
}
