//! Logs whose stamps are times of day, and nothing says of which day.

use spoglight_model::CheckId;

use crate::check::{Check, CheckInput, CheckOutput, gap};

/// See the [module](self).
pub(super) struct DateUnknown;

impl Check for DateUnknown {
    fn id(&self) -> CheckId {
        CheckId("date-unknown")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B07")
    }

    fn title(&self) -> &'static str {
        "The day of messages is not known"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let undated = collection.sources.iter().filter(|source| source.undated > 0);
        let gaps = undated.map(|source| {
            gap(
                self,
                format!("on which day {} messages of {} were written", source.undated, source.path),
                "their stamps are times of day, and neither a line above them nor the name of the file says a date",
                "dump the log again with the dates (dumplog puts `Events from ...` above them), or put the day of the first \
                 message into the file's name, such as _261121 for 21 November 2026",
            )
            .temporal()
        });
        CheckOutput::gaps(gaps.collect())
    }
}
