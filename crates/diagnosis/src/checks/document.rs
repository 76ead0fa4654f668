//! Logs that were not collected in their original form: screenshots, documents, and text that lost the layout of its
//! log.

use std::collections::BTreeSet;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, and, files, gap};
use spoglight_model::CheckId;
use spoglight_source::ProblemKind;

/// Logs in a form that cannot be read.
pub(super) struct Document;

impl Check for Document {
    fn id(&self) -> CheckId {
        CheckId("not-original")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B20")
    }

    fn title(&self) -> &'static str {
        "Logs were not collected in their original form"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "A screenshot, a document or copied text cannot be read as a log: pictures have no text, \
                    and a mail program or an editor changes the layout of lines.",
            looks_at: "Files that are pictures or documents, and files with the name of an ECE log in which \
                       no line has its layout.",
            needs: "any file",
            unclear: "Ask for the log file itself, packed as zip.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut gaps = Vec::new();
        let pictures = collection.warnings.iter().filter(|warning| warning.kind == ProblemKind::Document);
        let pictures: Vec<&str> = pictures.map(|warning| warning.path.as_str()).collect();
        gaps.extend(files(&pictures).map(|about| {
            gap(
                self,
                format!("what {about} shows"),
                "a picture or document cannot be read as a log",
                "ask for the log file itself, packed as zip",
            )
        }));
        // a file with this name holds nothing but log lines of its product
        let strange = collection.sources.iter().filter(|source| {
            collection.topology.scheme_of(&source.path).is_some()
                && source.unparsed > 0
                && source.parsed == 0
                && source.events > 0
        });
        let strange: Vec<&str> = strange.map(|source| &*source.path).collect();
        let schemes = strange.iter().filter_map(|path| collection.topology.scheme_of(path));
        let products: BTreeSet<&str> = schemes.map(|scheme| &**scheme.product()).collect();
        gaps.extend(files(&strange).map(|about| {
            gap(
                self,
                format!("what {about} recorded"),
                format!(
                    "its name is that of an {} log, but none of its lines has the layout of one: a mail program, an \
                     editor or a translation changed it",
                    and(products)
                ),
                "ask for the log file itself, packed as zip",
            )
        }));
        CheckOutput::gaps(gaps)
    }
}
