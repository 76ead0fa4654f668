//! Rotated logs: the files of one log in the order of time, and the missing files between them.

use std::collections::BTreeMap;

use serde::Serialize;

use spoglight_engine::number_of;
use spoglight_model::CollectedServer;
use spoglight_model::analysis::SourceFacts;
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

/// Nanoseconds by which one file may overlap the next: threads write slightly out of order.
const SLACK: i64 = MINUTE;

/// A log of one file, or of several rotated files.
#[derive(Debug, Clone)]
pub struct LogSet<'a> {
    /// The server it is from.
    pub host: Option<&'a str>,
    /// The name that its files share.
    pub name: &'a str,
    /// Its files, in the order of time; those without a timestamp last.
    pub files: Vec<&'a SourceFacts>,
}

/// Missing files between others of a log, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hole {
    /// The lowest number that is missing; 0 is the file without one.
    pub from_number: u32,
    /// The highest.
    pub to_number: u32,
    /// Latest message before it.
    pub after: Option<Timestamp>,
    /// Earliest message after it.
    pub before: Option<Timestamp>,
}

/// Two files of a log that cover the same time, as if two programs had written it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// [`SourceFacts::path`] of the one that begins first.
    pub one: String,
    /// Of the other.
    pub other: String,
    /// Earliest message of the other.
    pub first: Timestamp,
    /// End of the overlap: the end of the file that ends first.
    pub last: Timestamp,
}

/// The logs of all sources: by server and name, those of an unknown server last.
pub fn sets(sources: &[SourceFacts]) -> Vec<LogSet<'_>> {
    sets_of(sources)
}

/// The logs of some sources, in the same order.
pub(crate) fn sets_of<'a>(sources: impl IntoIterator<Item = &'a SourceFacts>) -> Vec<LogSet<'a>> {
    fn log(source: &SourceFacts) -> (bool, Option<&str>, &str) {
        let host = source.host.as_deref();
        (host.is_none(), host, &source.log)
    }
    // sorted and not in a map, which takes more memory than the sources if each is a log of its own
    let mut files: Vec<&SourceFacts> = sources.into_iter().collect();
    files.sort_by(|one, other| log(one).cmp(&log(other)));
    let sets = files.chunk_by(|one, other| log(one) == log(other));
    let set = |files: &[&'a SourceFacts]| {
        let first = files.first()?;
        Some(LogSet { host: first.host.as_deref(), name: &first.log, files: in_order(files.to_vec()) })
    };
    sets.filter_map(set).collect()
}

fn in_order(mut files: Vec<&SourceFacts>) -> Vec<&SourceFacts> {
    files
        .sort_by_key(|file| (file.first.is_none(), file.first.map(|first| (!first.is_utc(), first.nanos()))));
    files
}

impl LogSet<'_> {
    /// Its files by number: 0 is the one without. Copies are left out, and dates are no numbers.
    pub fn numbers(&self) -> BTreeMap<u32, &SourceFacts> {
        let own = self.files.iter().filter(|file| file.copy_of.is_none());
        own.filter_map(|file| Some((number_of(&file.path)?, *file))).collect()
    }

    /// The missing numbers up to the highest, including the current file, without files that one of the collections left out on
    /// purpose.
    pub fn holes(&self, collections: &[CollectedServer]) -> Vec<Hole> {
        let is_known = |number: u32| {
            let name = file_name(self.name);
            let name = if number == 0 { name.to_owned() } else { format!("{name}.{number}") };
            CollectedServer::has_left_out(collections, self.host, &name)
        };
        let files = self.numbers();
        if files.len() < 2 {
            return Vec::new();
        }
        let mut holes = Vec::new();
        let mut expected = 0;
        let mut below: Option<&SourceFacts> = None;
        for (number, file) in files {
            // ends that were left out are no part of the hole
            if let Some(from) = (expected..number).find(|number| !is_known(*number)) {
                let to = (from..number).rev().find(|number| !is_known(*number)).unwrap_or(from);
                let mut around: Vec<&SourceFacts> = below.into_iter().chain([file]).collect();
                around.sort_by_key(|file| file.first.map(Timestamp::nanos));
                let (after, before) = match around.as_slice() {
                    [older, newer] => (older.last, newer.first),
                    // the current file is the newest
                    _ => (file.last, None),
                };
                holes.push(Hole { from_number: from, to_number: to, after, before });
            }
            (expected, below) = (number + 1, Some(file));
        }
        holes
    }

    /// The files that cover the same time.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let own: Vec<_> = self.files.iter().filter(|file| !file.is_second()).collect();
        let overlap = |pair: &[&&SourceFacts]| {
            let &[one, other] = pair else { return None };
            let (end, first, last) = (one.last?, other.first?, other.last?);
            let same_clock = end.is_utc() == first.is_utc();
            (same_clock && first.nanos().saturating_add(SLACK) < end.nanos()).then(|| Overlap {
                one: one.path.to_string(),
                other: other.path.to_string(),
                first,
                last: if end.nanos() < last.nanos() { end } else { last },
            })
        };
        own.windows(2).filter_map(overlap).collect()
    }
}
