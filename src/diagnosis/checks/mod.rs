//! Checks of the collection: what the input cannot answer, said before anybody relies on its silence. One file each.

mod local_time;
mod no_date;
mod one_side;
mod unread;

use crate::analysis::{CannotTell, SourceFacts, Warning};

/// What a check looks at.
pub struct Collection<'a> {
    /// Every file that was looked at.
    pub sources: &'a [SourceFacts],
    /// What was not read.
    pub warnings: &'a [Warning],
}

/// A check of the collection.
pub trait Check: Sync {
    /// Its id in reports.
    fn id(&self) -> &'static str;

    /// What cannot be told.
    fn run(&self, collection: &Collection<'_>) -> Vec<CannotTell>;
}

/// All checks, in the order in which they report. A new check is one line here.
const ALL: &[&dyn Check] = &[&local_time::LocalTime, &no_date::NoDate, &one_side::OneSide, &unread::Unread];

/// Names files in a sentence: the one, or the first and how many they are; `None` if there are none.
fn files(paths: &[&str]) -> Option<String> {
    match paths {
        [] => None,
        [one] => Some((*one).to_owned()),
        [one, ..] => Some(format!("{} files such as {one}", paths.len())),
    }
}

/// Runs all checks.
pub fn run(collection: &Collection<'_>) -> Vec<CannotTell> {
    ALL.iter().flat_map(|check| check.run(collection)).collect()
}
