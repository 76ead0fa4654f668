//! What the program on the screen asks of others, and what they tell it: long work is done elsewhere, and never waited for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::Event;
use spoglight_signatures::Library;

use super::export::Export;
use spoglight_browse::groups::{Groups, group};
use spoglight_browse::index::Index;
use spoglight_browse::sift::{Bits, Sieve};
use spoglight_browse::survey::{Facts, News};
use spoglight_browse::view::View;

/// The first time between two answers of a filter that is still at work; it doubles.
const PAUSE: Duration = Duration::from_millis(40);
/// The longest.
const LONGEST: Duration = Duration::from_secs(2);

/// What is asked.
pub enum Ask<'s> {
    /// A filter.
    Sift(Job<'s>),
    /// Where something stands.
    Seek(Job<'s>),
    /// What is equal.
    Group {
        /// Answers carry it.
        id: u64,
        /// Where it is looked.
        over: Over<'s>,
        /// In these events.
        view: View,
    },
    /// Events to a file.
    Export(Box<Export<'s>>),
    /// Nobody wants to know any more.
    Cancel(Slot),
    /// To the clipboard of the terminal.
    Copy(String),
    /// To the end.
    Quit,
}

/// Works of which there is one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The filter.
    Sift,
    /// The search.
    Seek,
    /// Groups.
    Group,
}

/// What is looked at.
#[derive(Clone)]
pub struct Over<'s> {
    /// Where events lie.
    pub index: Arc<Index<'s>>,
    /// Their sources.
    pub facts: Facts,
    /// The signatures.
    pub library: Arc<Library>,
}

/// A question to every event.
pub struct Job<'s> {
    /// Answers carry it.
    pub id: u64,
    /// The question.
    pub sieve: Sieve,
    /// What is asked.
    pub over: Over<'s>,
    /// What lies from here on is asked first.
    pub from: i64,
}

/// What is told.
pub enum Told<'s> {
    /// A person did something.
    Input(Event),
    /// The survey knows more; with the events, if these are more.
    Survey(News<'s>, Option<View>),
    /// So many bytes of so many were read.
    Progress(u64, u64),
    /// What a filter lets through.
    Sifted(Sifted),
    /// Where something stands.
    Sought(Sought),
    /// What is equal.
    Grouped {
        /// Of the question.
        id: u64,
        /// The answer.
        groups: Groups,
    },
    /// Something happened that a person should know.
    Note(String),
    /// The system wants it to end.
    End,
}

/// What a filter lets through, by then.
pub struct Sifted {
    /// Of the question.
    pub id: u64,
    /// These events.
    pub view: View,
    /// Bytes that were looked at, of so many.
    pub done: (u64, u64),
    /// Nothing more comes.
    pub is_last: bool,
}

/// Where something stands, by then.
pub struct Sought {
    /// Of the question.
    pub id: u64,
    /// In these events.
    pub bits: Arc<Bits>,
    /// All from the beginning of the search to this moment were looked at.
    pub frontier: i64,
    /// Bytes that were looked at, of so many.
    pub done: (u64, u64),
    /// Nothing more comes.
    pub is_last: bool,
}

/// Asks a filter.
pub fn sift(job: &Job<'_>, is_cancelled: &(dyn Fn() -> bool + Sync), tell: &mut dyn FnMut(Sifted)) {
    let (mut last, mut pause) = (None::<Instant>, PAUSE / 2);
    let Over { index, facts, library } = &job.over;
    job.sieve.sift(index, facts, library, job.from, is_cancelled, &mut |answer| {
        // the first at once, then less and less often: each is made of all events that passed
        if !answer.is_last && last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        let numbers = index.order().iter().copied().filter(|number| answer.bits.has(*number)).collect();
        let view = View::of(index, numbers);
        tell(Sifted { id: job.id, view, done: answer.done, is_last: answer.is_last });
        (last, pause) = (Some(Instant::now()), (pause * 2).min(LONGEST));
    });
}

/// Searches.
pub fn seek(job: &Job<'_>, is_cancelled: &(dyn Fn() -> bool + Sync), tell: &mut dyn FnMut(Sought)) {
    let mut last = None::<Instant>;
    let Over { index, facts, library } = &job.over;
    job.sieve.sift(index, facts, library, job.from, is_cancelled, &mut |answer| {
        // how far it is matters, too: a hit is only the next one if all before it was looked at
        if !answer.is_last && last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        last = Some(Instant::now());
        let bits = Arc::new(answer.bits.clone());
        let (frontier, done, is_last) = (answer.frontier, answer.done, answer.is_last);
        tell(Sought { id: job.id, bits, frontier, done, is_last });
    });
}

/// Groups.
pub fn groups(over: &Over<'_>, view: &View, is_cancelled: &(dyn Fn() -> bool + Sync)) -> Option<Groups> {
    group(&over.index, &over.facts, view, is_cancelled)
}
