//! [`Data`]: what is known of a collection by now, and lines of events as they are shown, which are read again when somebody
//! looks at them and kept for a while.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use spoglight_parsers::Level;
use spoglight_signatures::Library;

use spoglight_browse::index::EventIndex;
use spoglight_browse::survey::SharedFacts;
use spoglight_engine::PackedEvent;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::{PlacedEvent, PlacementFlags};
use spoglight_model::SourceName;
use spoglight_model::analysis::{Analysis, SourceFacts};
use spoglight_report::RenderOptions;
use spoglight_report::events::{Layout, ShownZone, timestamp};
use spoglight_text::sanitize::clean;
use spoglight_time::{Clock, Timestamp};

/// Lines that are kept.
const KEPT: usize = 4096;

/// Hits of one finding that are flagged.
const FLAGGED: usize = 20_000;

/// See the [module](self).
#[derive(Default)]
pub(super) struct Data<'s> {
    pub(super) index: Arc<EventIndex<'s>>,
    pub(super) facts: SharedFacts,
    pub(super) library: Option<Arc<Library>>,
    /// All was read, and every event is on its clock.
    pub(super) collected: Option<Arc<Collection<'s>>>,
    pub(super) analysis: Option<Box<Analysis>>,
    pub(super) flags: Flags,
    layout: Option<Layout>,
    lines: RefCell<HashMap<u32, Rc<Line>>>,
}

/// Events that a finding is about.
#[derive(Debug, Default)]
pub(super) struct Flags {
    /// The first finding that each is about, by its place.
    of: BTreeMap<u32, usize>,
    /// The same events in their order.
    pub(super) order: Vec<u32>,
}

impl Flags {
    pub(super) fn of(&self, number: u32) -> Option<usize> {
        self.of.get(&number).copied()
    }
}

/// An event as it is shown in a list.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) level: Level,
    pub(super) source: usize,
    pub(super) text: String,
    /// Lines below it.
    pub(super) below: usize,
}

impl<'s> Data<'s> {
    /// There are more events, or they are on other clocks.
    pub(super) fn set(&mut self, index: Arc<EventIndex<'s>>, facts: SharedFacts) {
        (self.index, self.facts) = (index, facts);
        self.layout =
            Some(Layout::of(&self.facts, &RenderOptions::default(), ShownZone::Of(chrono_tz::Tz::UTC)));
        self.lines.borrow_mut().clear();
    }

    /// Position of a source that an analysis names. The analysis may be of an earlier reading, in which it had another one.
    pub(super) fn position(&self, source: &SourceName) -> Option<usize> {
        let is_it = |facts: &&SourceFacts| facts.path == source.path;
        let at = source.id.index();
        if self.facts.get(at).as_ref().is_some_and(is_it) {
            return Some(at);
        }
        self.facts.iter().position(|facts| is_it(&facts))
    }

    /// What is wrong is known.
    pub(super) fn judge(&mut self, analysis: Box<Analysis>) {
        let mut flags = Flags::default();
        if let Some(collected) = &self.collected {
            for (number, finding) in analysis.findings.iter().enumerate() {
                let evidence = finding.evidence.iter();
                let evidence = evidence
                    .filter_map(|line| self.index.event_at(self.position(&line.source)?, line.offset));
                let hits = collected
                    .hits(&finding.id)
                    .filter_map(|(source, offset)| self.index.event_at(source.index(), offset));
                for event in evidence.chain(hits).take(FLAGGED) {
                    flags.of.entry(event).or_insert(number);
                }
            }
        }
        flags.order = flags.of.keys().copied().collect();
        flags.order.sort_unstable_by_key(|number| self.index.key(*number));
        self.flags = flags;
        self.analysis = Some(analysis);
    }

    /// How sources are named.
    pub(super) fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// An event as it is shown in a list. What cannot be read any more says so.
    pub(super) fn line(&self, number: u32) -> Rc<Line> {
        if let Some(line) = self.lines.borrow().get(&number) {
            return Rc::clone(line);
        }
        let read = |entry: &PlacedEvent<'_>| match self.layout() {
            Some(layout) => entry.summary(layout.secrets),
            None => (String::new(), 0),
        };
        let (text, below) = match self.index.read(&self.facts, number, read) {
            Ok((text, below)) => (clean(&text).into_owned(), below),
            Err(error) => (format!("(cannot be read any more: {error})"), 0),
        };
        let level = self.index.row(number).map_or(Level::None, PackedEvent::level);
        let line = Rc::new(Line { level, source: self.index.source(number), text, below });
        let mut lines = self.lines.borrow_mut();
        if lines.len() >= KEPT {
            lines.clear();
        }
        lines.insert(number, Rc::clone(&line));
        line
    }

    pub(super) fn moment(&self, number: u32) -> Option<Timestamp> {
        self.index.row(number)?.moment()
    }

    /// What is peculiar to the place of an event in time, in one character.
    pub(super) fn mark(&self, number: u32) -> char {
        let row = self.index.row(number);
        let marks = row.map_or(PlacementFlags::default(), PackedEvent::marks);
        match row.and_then(PackedEvent::moment) {
            None | Some(Timestamp::Local(_)) => '?',
            _ if marks.skipped => '!',
            _ if marks.late => '<',
            _ if marks.inherited => '~',
            _ => ' ',
        }
    }

    /// When an event was, with the date, on the clock that is wanted.
    pub(super) fn time(&self, number: u32, zone: ShownZone) -> String {
        self.written(self.moment(number), self.index.source(number), zone)
    }

    pub(super) fn written(&self, moment: Option<Timestamp>, source: usize, zone: ShownZone) -> String {
        self.facts.get(source).map_or_else(|| "-".to_owned(), |facts| written(moment, &facts.clock, zone))
    }

    /// Events of each source by now.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.index.counts(self.facts.len())
    }

    /// Places of sources by their names.
    pub(super) fn by_name(&self) -> HashMap<&str, usize> {
        self.facts.iter().enumerate().map(|(at, facts)| (&*facts.path, at)).collect()
    }

    /// The server of a source.
    pub(super) fn host(&self, source: usize) -> &str {
        self.facts.get(source).and_then(|facts| facts.host.as_deref()).unwrap_or("-")
    }
}

/// A moment on the clock that is wanted, with the date.
pub(super) fn written(moment: Option<Timestamp>, clock: &Clock, zone: ShownZone) -> String {
    let nanos = match (moment, zone, clock.zone.rules) {
        (None, ..) => return "-".to_owned(),
        (Some(Timestamp::Local(wall)), ..) => wall,
        (Some(Timestamp::Utc(utc)), ShownZone::Of(zone), _)
        | (Some(Timestamp::Utc(utc)), ShownZone::Source, Some(zone)) => timestamp::shown(utc, zone),
        (Some(Timestamp::Utc(utc)), ShownZone::Source, None) => utc,
    };
    let mut out = Vec::with_capacity(24);
    timestamp::wall(nanos, b' ', 3, &mut out);
    String::from_utf8(out).unwrap_or_default()
}
