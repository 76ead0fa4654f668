//! Looks at every file that was found, more than once: logs are rotated meanwhile, and a file that has another name by the time
//! it is looked at must neither be missed nor be taken twice.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use spoglight_parsers::{Format, formats};
use spoglight_source::live::{self, FileId};
use spoglight_time::zone::ZoneRule;

use crate::judge::{Judged, judge};

/// A file that was found, and the root below which it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    pub(crate) root: Option<PathBuf>,
}

/// A file that was looked at.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) found: FoundFile,
    pub(crate) judged: io::Result<Judged>,
}

/// Rounds after which it is enough: a folder that changes faster is collected as far as it was seen.
const ROUNDS: usize = 20;

/// Looks at all files that `list` returns, until a list has no new one. `step` hears of each list and each file.
pub(crate) fn look(
    list: &mut dyn FnMut() -> Vec<FoundFile>,
    zone: Option<&ZoneRule>,
    step: &mut dyn FnMut(Option<usize>),
) -> Vec<Looked> {
    let formats: Vec<&'static dyn Format> =
        formats::ALL.iter().map(|format| *format as &dyn Format).collect();
    let mut looked: Vec<Looked> = Vec::new();
    let mut known: BTreeMap<FileId, usize> = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut new = Vec::new();
        for found in list() {
            // in the first round all are new, and their numbers are asked for when they are opened
            let id = if round == 0 { None } else { live::facts(&found.path).ok().map(|facts| facts.file) };
            if round > 0 && is_seen(&looked, &found, id) {
                continue;
            }
            match id.and_then(|id| known.get(&id)).and_then(|at| looked.get_mut(*at)) {
                Some(one) if one.found.path == found.path => {}
                // renamed, and perhaps longer than it was: it is looked at again
                _ => new.push(found),
            }
        }
        if new.is_empty() {
            break;
        }
        step(Some(new.len()));
        for found in new {
            let shown = found.path.to_string_lossy().replace('\\', "/");
            let judged = judge(&found.path, &shown, &formats, zone);
            step(None);
            if let Ok(judged) = &judged {
                match known.get(&judged.facts.file).and_then(|at| looked.get_mut(*at)) {
                    // its later name and length count
                    Some(one) if is_same(one, judged) => {
                        *one = Looked { found, judged: Ok(judged.clone()) };
                        continue;
                    }
                    _ => known.insert(judged.facts.file, looked.len()),
                };
            }
            looked.push(Looked { found, judged });
        }
    }
    looked
}

/// Returns whether a file that cannot be identified was looked at under its name.
fn is_seen(looked: &[Looked], found: &FoundFile, id: Option<FileId>) -> bool {
    id.is_none() && looked.iter().any(|one| one.found.path == found.path)
}

/// Returns whether two files with one number have the same beginning: the number of a deleted file is given to another one.
fn is_same(one: &Looked, judged: &Judged) -> bool {
    one.judged.as_ref().is_ok_and(|known| known.beginning == judged.beginning)
}
