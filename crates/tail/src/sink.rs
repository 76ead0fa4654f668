//! [`EventSink`]: takes the messages of a log as they are read, and queues those that the filter shows.

use std::collections::BTreeMap;

use spoglight_engine::event::{FindingSign, Part, PlacedEvent};
use spoglight_engine::live::{Message, News};
use spoglight_follow::LogId;
use spoglight_model::analysis::SourceFacts;
use spoglight_query::Query;
use spoglight_signatures::{Library, SignatureKind};
use spoglight_time::Timestamp;

use crate::endings::{SeenHit, WAITING};
use crate::jumps::Jump;
use crate::notices::Notices;
use crate::output::{Sums, Write};
use crate::queue::EventQueue;

/// Bytes of a line of success that are kept.
const EVIDENCE: usize = 1200;

/// Takes the messages of one log.
pub(crate) struct EventSink<'t> {
    pub(crate) log: LogId,
    pub(crate) source: &'t SourceFacts,
    pub(crate) sources: &'t [SourceFacts],
    pub(crate) library: &'t Library,
    pub(crate) query: &'t Query,
    /// Earlier events are not shown, in nanoseconds since 1970 in UTC.
    pub(crate) since: Option<i64>,
    pub(crate) now: u64,
    pub(crate) write: Write<'t>,
    pub(crate) queue: &'t mut EventQueue,
    pub(crate) sums: &'t mut Sums,
    /// The last message was shown, so that a late part of it is shown, too.
    pub(crate) is_last_shown: &'t mut bool,
    /// Numbers of findings by the signatures that they are about.
    pub(crate) numbers: &'t BTreeMap<usize, usize>,
    pub(crate) notices: &'t mut Notices,
    /// The clock of the log, if what comes is written now.
    pub(crate) jump: Option<&'t mut Jump>,
    /// Takes the hits of its messages.
    pub(crate) hits: &'t mut Vec<SeenHit>,
}

impl EventSink<'_> {
    /// Takes a message, or a late part of the last one.
    pub(crate) fn take(&mut self, message: &Message<'_>) {
        let moment = message.at.map(|at| self.source.clock.moment(&at));
        let is_old = matches!((self.since, moment), (Some(since), Some(Timestamp::Utc(utc))) if utc < since);
        let mut entry = PlacedEvent::new(self.source, moment, message.head, &message.text, message.format);
        (entry.line, entry.offset, entry.raw) = (message.line + 1, message.offset, message.raw);
        entry.lead = &message.lead;
        if self.query.needs().findings {
            entry.find(self.library);
        } else if !message.hits.is_empty() {
            entry.set_found(self.library, message.hits.iter().map(|hit| hit.signature));
        }
        if !message.hits.is_empty() {
            entry.sign = self.sign(message);
            self.note(message, &entry);
        }
        // a message that came in parts is matched as a whole
        let is_match = !is_old && (self.query.is_all() || self.query.matches(&entry));
        match message.news {
            News::Nothing => *self.is_last_shown = is_match,
            News::Message => {
                self.sums.events += 1;
                if let (Some(jump), Some(moment)) = (&mut self.jump, moment)
                    && let Some(leap) = jump.message(moment.nanos(), self.now)
                {
                    self.notices.jump(self.source, leap, moment, self.now);
                }
                *self.is_last_shown = is_match;
                if is_match {
                    self.show(&entry, message.offset);
                }
            }
            News::Part(part) => {
                self.sums.parts += 1;
                match (*self.is_last_shown, is_match) {
                    (true, _) => self.show_part(entry, part),
                    // the part makes it match: all of it is new to the reader
                    (false, true) => self.show(&entry, part.offset),
                    (false, false) => {}
                }
                *self.is_last_shown |= is_match;
            }
            News::Lead(part) => {
                self.sums.parts += 1;
                if is_match {
                    self.show_part(entry, part);
                }
            }
        }
    }

    /// The sign of a message that shows a failure.
    fn sign(&self, message: &Message<'_>) -> Option<FindingSign> {
        let places = || message.hits.iter().map(|hit| hit.signature);
        let number = places().filter_map(|place| self.numbers.get(&place)).min();
        let is_failure = |place: usize| {
            let kind = self.library.get(place).map(|signature| signature.kind);
            !matches!(kind, None | Some(SignatureKind::Marker | SignatureKind::Harmless))
        };
        (number.is_some() || places().any(is_failure)).then(|| FindingSign(number.copied()))
    }

    /// Keeps the hits of a message for the next diagnosis.
    fn note(&mut self, message: &Message<'_>, entry: &PlacedEvent<'_>) {
        let is_marker = |place: usize| {
            self.library.get(place).is_some_and(|signature| signature.kind == SignatureKind::Marker)
        };
        for hit in &message.hits {
            let mut text = if is_marker(hit.signature) { entry.summary(false).0 } else { String::new() };
            text.truncate(text.floor_char_boundary(EVIDENCE));
            self.hits.push(SeenHit {
                signature: hit.signature,
                values: hit.values.clone(),
                source: self.source.id.index(),
                when: entry.moment,
                line: entry.line,
                offset: entry.offset,
                text,
            });
        }
        if self.hits.len() > WAITING {
            self.hits.drain(..WAITING / 2);
        }
    }

    fn show_part(&mut self, mut entry: PlacedEvent<'_>, part: Part) {
        entry.part = Some(part);
        self.show(&entry, part.offset);
    }

    /// Shows an event. `offset` is the position of what is new of it.
    fn show(&mut self, entry: &PlacedEvent<'_>, offset: u64) {
        let mut out = Vec::new();
        (self.write)(entry, self.sources, &mut out);
        if out.is_empty() {
            // only findings are shown
            return;
        }
        self.sums.shown += u64::from(entry.part.is_none());
        self.notices.event(entry.level, self.now);
        let when = entry.moment.map_or(i64::MAX, Timestamp::nanos);
        self.queue.push(self.log, offset, when, self.now, out);
    }
}
