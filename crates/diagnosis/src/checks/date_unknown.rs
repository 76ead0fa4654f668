//! Logs whose timestamps have a time of day but no date.

use spoglight_model::CheckId;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, gap};

/// Messages without a date.
pub(super) struct DateUnknown;

impl Check for DateUnknown {
    fn id(&self) -> CheckId {
        CheckId("date-unknown")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B07")
    }

    fn title(&self) -> &'static str {
        "The date of messages is not known"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Timestamps with a time of day and no date do not show on which day a message was \
                    written.",
            looks_at: "Messages without a date for which neither an earlier line nor the name of the file \
                       gives one.",
            needs: "any log",
            unclear: "Dump the log again with dates, or add the date to the name of the file.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let undated = collection.sources.iter().filter(|source| source.undated > 0);
        let gaps = undated.map(|source| {
            gap(
                self,
                format!("on which day {} messages of {} were written", source.undated, source.path),
                "their timestamps have no date, and neither an earlier line nor the name of the file gives one",
                "dump the log again with the dates (dumplog puts `Events from ...` above them), or add the day of the \
                 first message to the file's name, such as _261121 for 21 November 2026",
            )
            .temporal()
        });
        CheckOutput::gaps(gaps.collect())
    }
}
