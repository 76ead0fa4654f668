//! [`Notices`]: what is noted about the logs themselves while they are followed: which come and go, which are silent, whose clock
//! jumps, and that a filter would help.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::Level;
use spoglight_time::Timestamp;

use crate::arrivals::Arrivals;
use crate::flood::Flood;
use crate::intervals::JUMPS;
use crate::jumps::{self, Leap};
use crate::rhythm::Rhythms;

/// Notes about logs.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    pub(crate) arrivals: Arrivals,
    pub(crate) flood: Flood,
    rhythms: Rhythms,
    /// Time of the last note about the clock of each server or log: all logs of a server jump at once.
    jumped: BTreeMap<String, u64>,
    notes: Vec<String>,
}

impl Notices {
    /// A piece of a log came.
    pub(crate) fn piece(&mut self, log: &Arc<str>, path: &Arc<Path>, now: u64) {
        self.notes.extend(self.rhythms.piece(log, path, now));
    }

    /// A file is not followed any more.
    pub(crate) fn went(&mut self, name: &Arc<str>, path: &Path, now: u64) {
        if self.arrivals.went(name, path, now) {
            self.rhythms.forget(name);
        }
    }

    /// An event was shown.
    pub(crate) fn event(&mut self, level: Level, now: u64) {
        self.flood.event(level, now);
    }

    /// The clock of a log jumped to a moment.
    pub(crate) fn jump(&mut self, source: &SourceFacts, leap: Leap, moment: Timestamp, now: u64) {
        let whose = source.host.as_deref().unwrap_or(&source.log).to_owned();
        let last = self.jumped.insert(whose, now);
        if last.is_some_and(|last| now.saturating_sub(last) < JUMPS) {
            return;
        }
        let text = moment.on_the_wall(None);
        let kind = if moment.is_utc() { "UTC" } else { "local time" };
        let time = format!("{} {kind}", text.get(..19).unwrap_or(&text));
        self.notes.push(jumps::note(&source.path, source.host.as_deref(), leap, &time));
    }

    /// Takes the notes that are due.
    pub(crate) fn take(&mut self, now: u64) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        notes.extend(self.arrivals.notes(now));
        notes.extend(self.rhythms.notes(now));
        notes.extend(self.flood.hint());
        notes
    }

    /// Time at which a note is due; `None` if none is.
    pub(crate) fn deadline(&self) -> Option<u64> {
        self.arrivals.deadline().into_iter().chain(self.rhythms.deadline()).min()
    }
}
