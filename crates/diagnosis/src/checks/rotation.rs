//! Missing files of a rotated log, files of one log that cover the same time, and rotations that deleted the files of
//! the incident.

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, at, between, gap};
use crate::rotation_set::{Hole, LogSet, sets};
use spoglight_model::CheckId;
use spoglight_model::analysis::CoverageGap;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

/// The highest number of a file that ECE keeps.
const LAST: u32 = 49;

/// Missing and mixed files of a rotated log.
pub(super) struct Rotation;

impl Check for Rotation {
    fn id(&self) -> CheckId {
        CheckId("rotation-gap")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B05")
    }

    fn title(&self) -> &'static str {
        "A rotated log has a gap"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Files of a rotation are missing, or rotation deleted those of the incident: 50 files of \
                    5 MB are kept, and a high trace level fills them in an hour.",
            looks_at: "The numbers of rotated files, and the times that the files of one log cover.",
            needs: "rotated logs with their original names",
            unclear: "Collect all files of each log (NAME.log and NAME.log.N) under their original names. \
                      Add --incident TIME to see whether rotation deleted the incident.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut gaps = Vec::new();
        for set in sets(collection.sources) {
            gaps.extend(set.holes(collection.collections).iter().map(|hole| self.hole(&set, hole)));
            gaps.extend(set.overlaps().iter().map(|overlap| {
                gap(
                    self,
                    format!("which of {} and {} is the right file", overlap.one, file_name(&overlap.other)),
                    format!(
                        "both are files of one log and cover {} to {}: files of two servers or of two collections were \
                         mixed",
                        at(overlap.first),
                        at(overlap.last)
                    ),
                    "keep the files of each server and of each collection in a separate folder",
                )
            }));
            gaps.extend(self.overrun(&set, collection));
        }
        CheckOutput::gaps(gaps)
    }
}

impl Rotation {
    fn hole(&self, set: &LogSet<'_>, hole: &Hole) -> CoverageGap {
        let name = |number: u32| {
            let file = file_name(set.name);
            if number == 0 { file.to_owned() } else { format!("{file}.{number}") }
        };
        let (from, to) = (hole.from_number, hole.to_number);
        let which = if from == to {
            format!("{} is missing", name(from))
        } else {
            format!("{} to {} are missing", name(from), name(to))
        };
        let span = match (hole.after, hole.before) {
            (Some(after), Some(before)) => format!("between {} and {}", at(after), at(before)),
            (Some(after), None) => format!("after {}", at(after)),
            _ => "in the missing part".to_owned(),
        };
        let host = set.host.map_or_else(String::new, |host| format!(" on {host}"));
        gap(
            self,
            format!("what {} recorded {span}{host}", set.name),
            format!("{which}, although the files before and after were collected"),
            "collect all files of this log again in one step: a rotation renames files while they are copied one by one",
        )
    }

    /// A log with all kept files collected that still begins later than the other logs.
    fn overrun(&self, set: &LogSet<'_>, collection: &CheckInput<'_>) -> Option<CoverageGap> {
        set.numbers().contains_key(&LAST).then_some(())?;
        let first = set.files.iter().filter_map(|file| file.first).reduce(Timestamp::earlier)?;
        let wanted = collection.incident.or(collection.span().map(|(first, _)| first))?;
        (between(wanted, first)? > 15 * MINUTE).then(|| {
            gap(
                self,
                format!("what {} recorded before {}", set.name, at(first)),
                "ECE keeps 50 files and deleted all older ones",
                "set the trace level back to 2-Error where it is higher, so that the files reach further back; collect within \
                 the hours that they cover",
            )
        })
    }
}
