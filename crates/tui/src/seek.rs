//! [`Seek`]: where something stands in what is shown. The search runs elsewhere, from the cursor on; as soon as all up to the
//! next hit was looked at, the cursor goes there.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::app::App;
use super::narrow::{exactly, quoted};
use super::work::{Ask, Job, Slot, Sought};
use spoglight_browse::sift::{Bits, Sieve};
use spoglight_query::Query;

/// What is sought.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// For people.
    pub(super) label: String,
    query: Query,
    /// What is painted where it stands.
    pub(super) paint: Option<Regex>,
}

/// See the [module](self).
pub(super) struct Seek {
    id: u64,
    pub(super) what: Wanted,
    bits: Arc<Bits>,
    from: i64,
    frontier: i64,
    pub(super) done: (u64, u64),
    pub(super) is_last: bool,
    /// The next hit behind, or before, a place is wanted.
    waiting: Option<(usize, bool)>,
}

impl Wanted {
    /// What a person typed: text in any case, or `/a regex/`.
    pub(super) fn typed(text: &str) -> Result<Wanted, String> {
        let inner =
            text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
        let (term, pattern) = if let Some(inner) = inner {
            (format!("/{}/i", inner.replace("\\/", "/").replace('/', "\\/")), inner.to_owned())
        } else {
            (quoted(text), regex::escape(text))
        };
        let query = Query::parse(&term).map_err(|error| error.to_string())?;
        let paint = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(1 << 20).build();
        Ok(Wanted { label: text.to_owned(), query, paint: paint.ok() })
    }

    /// Events of which a field is exactly so.
    pub(super) fn of(field: &str, value: &str) -> Option<Wanted> {
        let term = exactly(field, value, false);
        let query = Query::parse(&term).ok()?;
        Some(Wanted { label: format!("{field} {value}"), query, paint: None })
    }
}

impl App<'_> {
    /// Begins a search. Behind the cursor is where it goes, unless it only should be known.
    pub(super) fn search(&mut self, what: Wanted, back: Option<bool>) {
        let Some(over) = self.over() else { return };
        let from = self.current().map_or(i64::MIN, |number| self.data.index.key(number).0);
        let id = self.id();
        let sieve = Sieve { query: what.query.clone(), ..Sieve::default() };
        self.seek = Some(Seek {
            id,
            what,
            bits: Arc::default(),
            from,
            frontier: i64::MIN,
            done: (0, 0),
            is_last: false,
            waiting: back.map(|back| (self.cursor.at, back)),
        });
        self.ask(Ask::Seek(Job { id, sieve, over, from }));
    }

    /// Nobody wants to know any more.
    pub(super) fn stop_search(&mut self) {
        self.seek = None;
        self.ask(Ask::Cancel(Slot::Seek));
    }

    pub(super) fn sought(&mut self, sought: Sought) {
        let Some(seek) = self.seek.as_mut().filter(|seek| seek.id == sought.id) else { return };
        (seek.bits, seek.frontier) = (sought.bits, sought.frontier);
        (seek.done, seek.is_last) = (sought.done, sought.is_last);
        self.go_on_seeking();
    }

    /// The next hit, or the one before.
    pub(super) fn next_hit(&mut self, back: bool) {
        let at = self.cursor.at;
        match &mut self.seek {
            Some(seek) => {
                seek.waiting = Some((at, back));
                self.go_on_seeking();
            }
            None => self.note = Some("nothing is searched for: / begins a search".to_owned()),
        }
    }

    /// The next of what is like the event, or the one before.
    pub(super) fn next_like(&mut self, field: &str, value: Option<String>, back: bool) {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            self.note = Some(format!("this event names no {field}"));
            return;
        };
        let Some(what) = Wanted::of(field, &value) else { return };
        if self.seek.as_ref().is_some_and(|seek| seek.what.label == what.label) {
            self.next_hit(back);
        } else {
            self.search(what, Some(back));
        }
    }

    fn go_on_seeking(&mut self) {
        let range = self.range();
        let Some(seek) = &mut self.seek else { return };
        let Some((origin, back)) = seek.waiting else { return };
        let is_hit = |at: &usize| self.view.get(*at).is_some_and(|number| seek.bits.has(number));
        let key = |at: usize| self.view.get(at).map_or(i64::MAX, |number| self.data.index.key(number).0);
        // all between the cursor and the hit was looked at
        let is_sure =
            |at: usize| seek.is_last || !back && key(origin) >= seek.from && key(at) <= seek.frontier;
        let found = if back {
            (range.start..origin.min(range.end)).rev().find(is_hit)
        } else {
            (origin.saturating_add(1).max(range.start)..range.end).find(is_hit)
        };
        match found {
            Some(at) if is_sure(at) => {
                seek.waiting = None;
                self.go(at);
            }
            None if seek.is_last => {
                seek.waiting = None;
                // from the other end, as in other programs
                let again = if back { range.clone().rev().find(is_hit) } else { range.clone().find(is_hit) };
                let label = seek.what.label.clone();
                match again {
                    Some(at) if at == origin => self.note = Some(format!("there is no other {label:?}")),
                    Some(at) => {
                        let end = if back { "last" } else { "first" };
                        self.note = Some(format!("there is no more {label:?}: this is the {end}"));
                        self.go(at);
                    }
                    None => self.note = Some(format!("{label:?} is not in what is shown")),
                }
            }
            _ => {}
        }
    }
}
