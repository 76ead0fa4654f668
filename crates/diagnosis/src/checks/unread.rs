//! Files that could not be read.

use spoglight_model::CheckId;

use crate::check::{Check, CheckInput, CheckOutput, files, gap};

/// Files that could not be read.
pub(super) struct Unread;

impl Check for Unread {
    fn id(&self) -> CheckId {
        CheckId("not-read")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "Something could not be read"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let paths: Vec<&str> = collection.warnings.iter().map(|warning| warning.path.as_str()).collect();
        let Some((about, first)) = files(&paths).zip(collection.warnings.first()) else {
            return CheckOutput::well();
        };
        let advice = match collection.warnings.len() {
            1 => first.advice.clone(),
            _ => format!("{}: {}; the other warnings have advice, too", first.path, first.advice),
        };
        CheckOutput::gaps(vec![gap(
            self,
            about,
            "they were not read or only in part; the warnings give the reason",
            advice,
        )])
    }
}
