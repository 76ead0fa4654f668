//! Logs that were not collected as they are: pictures and documents of them, and text in which their layout is lost.

use super::{Check, CheckInput, CheckOutput, file_name, files, gap};
use spoglight_model::CheckId;
use spoglight_source::is_document;

/// See the [module](self).
pub(super) struct Document;

impl Check for Document {
    fn id(&self) -> CheckId {
        CheckId("not-original")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B20")
    }

    fn title(&self) -> &'static str {
        "Logs were not collected as they are"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut gaps = Vec::new();
        let pictures = collection.warnings.iter().filter(|warning| is_document(&warning.what));
        let pictures: Vec<&str> = pictures.map(|warning| warning.path.as_str()).collect();
        gaps.extend(files(&pictures).map(|about| {
            gap(
                self,
                format!("what {about} shows"),
                "a picture or document cannot be read as a log",
                "ask for the log file itself, packed as zip",
            )
        }));
        // ECE names its logs so, and writes nothing else into them
        let strange = collection.sources.iter().filter(|source| {
            file_name(&source.path).starts_with("eg_log_")
                && source.unparsed > 0
                && source.parsed == 0
                && source.events > 0
        });
        let strange: Vec<&str> = strange.map(|source| &*source.path).collect();
        gaps.extend(files(&strange).map(|about| {
            gap(
                self,
                format!("what {about} said"),
                "its name is that of an ECE log, and no line of it has the layout of one: a mail program, an editor or a \
                 translation changed it",
                "ask for the log file itself, packed as zip",
            )
        }));
        CheckOutput::gaps(gaps)
    }
}
