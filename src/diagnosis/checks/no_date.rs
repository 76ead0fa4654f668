//! Logs whose stamps are times of day, and nothing says of which day.

use super::{Check, Collection};
use crate::analysis::CannotTell;

/// See the [module](self).
pub(super) struct NoDate;

impl Check for NoDate {
    fn id(&self) -> &'static str {
        "date-unknown"
    }

    fn run(&self, collection: &Collection<'_>) -> Vec<CannotTell> {
        let undated = collection.sources.iter().filter(|source| source.undated > 0);
        undated
            .map(|source| CannotTell {
                id: self.id(),
                about: format!("on which day {} messages of {} were written", source.undated, source.path),
                why: "their stamps are times of day, and neither a line above them nor the name of the file says a date"
                    .to_owned(),
                advice: "dump the log again with the dates (dumplog puts `Events from ...` above them), or put the day of \
                         the first message into the file's name, such as _261121 for 21 November 2026"
                    .to_owned(),
            })
            .collect()
    }
}
