//! Logs whose timestamps have a time of day but no date.

use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::{Format, formats};

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
                    written, and those with month and day do not show the year.",
            looks_at: "Messages without a date for which neither an earlier line nor the name of the file \
                       gives one.",
            needs: "any log",
            unclear: "Dump the log again with dates, or add the date to the name of the file.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let undated = collection.sources.iter().filter(|source| source.undated > 0);
        let gaps = undated.map(|source| {
            if is_of_a_day(source) {
                return gap(
                    self,
                    format!("in which year {} messages of {} were written", source.undated, source.path),
                    "their timestamps have no year, and neither a dated line nor the name of the file gives one",
                    "add the day of the first message to the file's name, such as _261121 for 21 November 2026",
                )
                .temporal();
            }
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

/// Whether the timestamps of a source have month and day, so that only the year is missing.
fn is_of_a_day(source: &SourceFacts) -> bool {
    let format = source.format.as_deref().and_then(formats::by_name);
    format.is_some_and(Format::has_day)
}
