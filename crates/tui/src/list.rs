//! Position and scroll offset in a list that is longer than the screen.

use std::ops::Range;

use crate::keys::Action;

/// The selected row of a list, and the rows that are on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The selected row.
    pub(crate) at: usize,
    /// The first row on the screen.
    pub(crate) top: usize,
    /// Rows on the screen when it was last drawn.
    pub(crate) height: usize,
}

impl Cursor {
    /// Moves the selection into `range` and scrolls to it. Called whenever the list is drawn.
    pub(crate) fn fit(&mut self, range: &Range<usize>, height: usize) {
        self.height = height.max(1);
        self.at = self.at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        let lowest = self.at.saturating_sub(self.height - 1);
        let last = range.end.saturating_sub(self.height).max(range.start);
        self.top = self.top.clamp(lowest, self.at).min(last).max(range.start);
    }

    /// Selects row `at`; if it was not on the screen, rows before it are shown too.
    pub(crate) fn go(&mut self, at: usize, range: &Range<usize>) {
        let seen = self.top..self.top + self.height;
        self.at = at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        if !seen.contains(&self.at) {
            self.top = self.at.saturating_sub(self.height / 3).max(range.start);
        }
    }

    /// Moves the selection by `by` rows.
    pub(crate) fn step(&mut self, by: isize, range: &Range<usize>) {
        self.at = self
            .at
            .saturating_add_signed(by)
            .clamp(range.start, range.end.saturating_sub(1).max(range.start));
    }

    /// Moves the selection and scrolls by `by` rows.
    pub(crate) fn page(&mut self, by: isize, range: &Range<usize>) {
        self.top = self.top.saturating_add_signed(by);
        self.step(by, range);
    }

    /// Selects the row that is `row` rows below the first one on the screen.
    pub(crate) fn click(&mut self, row: u16, range: &Range<usize>) {
        self.go(self.top + usize::from(row), range);
    }

    /// Handles an action of [`MOVES`](crate::keys::MOVES). Returns false for any other.
    pub(crate) fn handle(&mut self, action: Action, range: &Range<usize>) -> bool {
        let page = self.height.max(1) as isize;
        let half = (self.height / 2).max(1) as isize;
        match action {
            Action::Up => self.step(-1, range),
            Action::Down => self.step(1, range),
            Action::PageUp => self.page(-page, range),
            Action::PageDown => self.page(page, range),
            Action::HalfUp => self.page(-half, range),
            Action::HalfDown => self.page(half, range),
            Action::LineDown => {
                self.top = self.top.saturating_add(1);
                self.step(self.top.saturating_sub(self.at) as isize, range);
            }
            Action::LineUp => {
                self.top = self.top.saturating_sub(1).max(range.start);
                let last = (self.top + self.height).saturating_sub(1);
                self.step(-(self.at.saturating_sub(last) as isize), range);
            }
            Action::First => self.go(range.start, range),
            Action::Last => self.go(range.end, range),
            _ => return false,
        }
        true
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
