//! Search in the shown events. It runs in the background from the selected event on; the selection moves to the next hit as
//! soon as everything before it was evaluated.

use std::ops::Range;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use spoglight_browse::index::EventIndex;
use spoglight_browse::sift::Bits;
use spoglight_browse::view::View;
use spoglight_query::{Field, Query};

use crate::message::Found;

/// Largest compiled regex for highlighting, in bytes.
const HIGHLIGHT: usize = 1 << 20;

/// What to search for.
#[derive(Debug, Clone)]
pub(crate) struct SearchRequest {
    /// Text for the user.
    pub(crate) label: String,
    pub(crate) query: Query,
    /// Highlighted wherever it matches.
    pub(crate) highlight: Option<Regex>,
}

impl SearchRequest {
    /// A search as the user typed it: text in any case, or `/a regex/`. Fails with the reason for the user.
    pub(crate) fn typed(text: &str) -> Result<SearchRequest, String> {
        let inner =
            text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
        let (query, pattern) = match inner {
            Some(inner) => (Query::contains_match(inner), inner.to_owned()),
            None => (Query::contains(text), regex::escape(text)),
        };
        let query = query.map_err(|error| error.to_string())?;
        let highlight = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(HIGHLIGHT).build();
        Ok(SearchRequest { label: text.to_owned(), query, highlight: highlight.ok() })
    }

    /// Events whose `field` equals `value`. Fails with the reason for the user.
    pub(crate) fn field(field: Field, value: &str) -> Result<SearchRequest, String> {
        let query = Query::field_is(field, value).map_err(|error| error.to_string())?;
        Ok(SearchRequest { label: format!("{} {value}", field.name()), query, highlight: None })
    }
}

/// Positions of all hits in a part of a view.
struct NumberedHits {
    /// The address of the view, and the part.
    part: (usize, Range<usize>),
    places: Vec<usize>,
}

/// A search and its hits so far.
pub(crate) struct Search {
    pub(crate) request: SearchRequest,
    /// Bytes evaluated, and bytes in total.
    pub(crate) done: (u64, u64),
    pub(crate) is_last: bool,
    id: u64,
    bits: Arc<Bits>,
    from: i64,
    frontier: i64,
    /// Positions of the hits in the shown part of the view, once all were found.
    places: Option<NumberedHits>,
    /// Position in the view from which the next hit is wanted, and whether backward.
    waiting: Option<(usize, bool)>,
}

/// Answer to the wish for the next hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextHit {
    /// At this position in the view.
    At(usize),
    /// There is none further on; this one is the first from the other end.
    Wrapped(usize, bool),
    /// There is no other than the one at the start.
    Only,
    /// There is none.
    None,
}

impl Search {
    /// A search that has begun. `waiting` is the position from which the first hit is wanted, and whether backward.
    pub(crate) fn new(request: SearchRequest, id: u64, from: i64, waiting: Option<(usize, bool)>) -> Search {
        let (bits, frontier, done, is_last) = (Arc::default(), i64::MIN, (0, 0), false);
        Search { request, done, is_last, id, bits, from, frontier, places: None, waiting }
    }

    /// Stores hits. Returns false if they belong to another search.
    pub(crate) fn update(&mut self, found: Found) -> bool {
        if found.id != self.id {
            return false;
        }
        (self.bits, self.frontier) = (found.bits, found.frontier);
        (self.done, self.is_last) = (found.done, found.is_last);
        self.places = None;
        true
    }

    /// Numbers the hits among the positions `range` of the view, once all were found.
    pub(crate) fn number(&mut self, view: &View, range: &Range<usize>) {
        let part = (view.numbers().as_ptr() as usize, range.clone());
        if !self.is_last || self.places.as_ref().is_some_and(|known| known.part == part) {
            return;
        }
        let is_hit = |at: &usize| view.get(*at).is_some_and(|number| self.bits.has(number));
        let places = range.clone().filter(is_hit).collect();
        self.places = Some(NumberedHits { part, places });
    }

    /// The number of the hit at a position of the view, from 1, and the number of all hits; once all were found.
    pub(crate) fn number_of(&self, at: usize) -> Option<(Option<usize>, usize)> {
        let NumberedHits { places, .. } = self.places.as_ref()?;
        Some((places.binary_search(&at).ok().map(|number| number + 1), places.len()))
    }

    /// Asks for the next hit after, or before, this position in the view.
    pub(crate) fn want_next(&mut self, at: usize, back: bool) {
        self.waiting = Some((at, back));
    }

    /// The wanted hit among the positions `range` of the view, once it is certain.
    pub(crate) fn next_hit(
        &mut self,
        view: &View,
        index: &EventIndex<'_>,
        range: &Range<usize>,
    ) -> Option<NextHit> {
        let (origin, back) = self.waiting?;
        let is_hit = |at: &usize| view.get(*at).is_some_and(|number| self.bits.has(number));
        let key = |at: usize| view.get(at).map_or(i64::MAX, |number| index.key(number).0);
        // everything between the selection and the hit was evaluated
        let is_certain =
            |at: usize| self.is_last || !back && key(origin) >= self.from && key(at) <= self.frontier;
        let found = if back {
            (range.start..origin.min(range.end)).rev().find(is_hit)
        } else {
            (origin.saturating_add(1).max(range.start)..range.end).find(is_hit)
        };
        let hit = match found {
            Some(at) if is_certain(at) => NextHit::At(at),
            None if self.is_last => {
                let wrapped =
                    if back { range.clone().rev().find(is_hit) } else { range.clone().find(is_hit) };
                match wrapped {
                    Some(at) if at == origin => NextHit::Only,
                    Some(at) => NextHit::Wrapped(at, back),
                    None => NextHit::None,
                }
            }
            _ => return None,
        };
        self.waiting = None;
        Some(hit)
    }
}
