//! The collection as far as it is read: index, source facts, analysis, and a cache of rows of the event list, whose text is
//! read from the logs when it is shown.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use spoglight_parsers::Level;
use spoglight_signatures::Library;

use spoglight_browse::event_id::EventId;
use spoglight_browse::index::EventIndex;
use spoglight_browse::survey::SharedFacts;
use spoglight_engine::PackedEvent;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::{PlacedEvent, PlacementFlags};
use spoglight_model::SourceName;
use spoglight_model::analysis::{Analysis, Evidence, SourceFacts};
use spoglight_report::RenderOptions;
use spoglight_report::events::{Layout, ShownZone, timestamp};
use spoglight_source::SourceId;
use spoglight_text::sanitize::clean;
use spoglight_time::{Clock, Timestamp};

/// Rows in the cache.
const KEPT: usize = 4096;

/// Events of one finding that are flagged, at most.
const FLAGGED: usize = 20_000;

/// The collection as far as it is read.
#[derive(Default)]
pub(crate) struct Data<'s> {
    pub(crate) index: Arc<EventIndex<'s>>,
    pub(crate) facts: SharedFacts,
    pub(crate) library: Option<Arc<Library>>,
    /// Present once everything is read and all clocks are known.
    pub(crate) collected: Option<Arc<Collection<'s>>>,
    pub(crate) analysis: Option<Box<Analysis>>,
    pub(crate) flags: Flags,
    layout: Option<Layout>,
    lines: RefCell<HashMap<EventId, Rc<ListRow>>>,
}

/// Events that belong to a finding.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    /// For each event, the number of the first finding it belongs to.
    of: BTreeMap<EventId, usize>,
    /// The same events in order of time.
    pub(crate) order: Vec<EventId>,
}

impl Flags {
    pub(crate) fn of(&self, number: EventId) -> Option<usize> {
        self.of.get(&number).copied()
    }
}

/// A row of the event list.
#[derive(Debug)]
pub(crate) struct ListRow {
    pub(crate) level: Level,
    pub(crate) source: usize,
    pub(crate) text: String,
    /// Further lines of the message.
    pub(crate) below: usize,
}

impl<'s> Data<'s> {
    /// Replaces the index and the source facts.
    pub(crate) fn set(&mut self, index: Arc<EventIndex<'s>>, facts: SharedFacts) {
        (self.index, self.facts) = (index, facts);
        self.layout =
            Some(Layout::of(&self.facts, &RenderOptions::default(), ShownZone::Of(chrono_tz::Tz::UTC)));
        self.lines.borrow_mut().clear();
    }

    /// The source that an analysis names. The analysis may be of an earlier reading, in which it had another position.
    pub(crate) fn position(&self, source: &SourceName) -> Option<SourceId> {
        let is_it = |facts: &&SourceFacts| facts.path == source.path;
        let at = source.id.index();
        if self.facts.get(at).as_ref().is_some_and(is_it) {
            return Some(source.id);
        }
        self.facts.iter().position(|facts| is_it(&facts)).map(SourceId::new)
    }

    /// The event of a line that proves a finding.
    pub(crate) fn event_of(&self, line: &Evidence) -> Option<EventId> {
        let source = self.position(&line.source)?;
        let facts = self.facts.get(source.index())?;
        self.index.event_at(source, facts.offset_of(line.line, line.offset))
    }

    /// Stores the analysis and flags the events of its findings.
    pub(crate) fn judge(&mut self, analysis: Box<Analysis>) {
        let mut flags = Flags::default();
        if let Some(collected) = &self.collected {
            for (number, finding) in analysis.findings.iter().enumerate() {
                let evidence = finding.evidence.iter();
                let evidence = evidence.filter_map(|line| self.event_of(line));
                let hits = collected
                    .hits(&finding.id)
                    .filter_map(|(source, offset)| self.index.event_at(source, offset));
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

    /// The labels of the sources.
    pub(crate) fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// The row of an event. If its log can no longer be read, the row says so.
    pub(crate) fn line(&self, number: EventId) -> Rc<ListRow> {
        if let Some(line) = self.lines.borrow().get(&number) {
            return Rc::clone(line);
        }
        let read = |entry: &PlacedEvent<'_>| match self.layout() {
            Some(layout) => entry.summary(layout.secrets),
            None => (String::new(), 0),
        };
        let (text, below) = match self.index.read(&self.facts, number, read) {
            Ok((text, below)) => (clean(&text).into_owned(), below),
            Err(error) => (format!("(no longer readable: {error})"), 0),
        };
        let level = self.index.row(number).map_or(Level::None, PackedEvent::level);
        let line = Rc::new(ListRow { level, source: self.index.source(number).index(), text, below });
        let mut lines = self.lines.borrow_mut();
        if lines.len() >= KEPT {
            lines.clear();
        }
        lines.insert(number, Rc::clone(&line));
        line
    }

    pub(crate) fn moment(&self, number: EventId) -> Option<Timestamp> {
        self.index.row(number)?.moment()
    }

    /// One character for anything unusual about the time of an event.
    pub(crate) fn mark(&self, number: EventId) -> char {
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

    /// Date and time of an event on the clock `zone`.
    pub(crate) fn time(&self, number: EventId, zone: ShownZone) -> String {
        self.written(self.moment(number), self.index.source(number).index(), zone)
    }

    pub(crate) fn written(&self, moment: Option<Timestamp>, source: usize, zone: ShownZone) -> String {
        self.facts.get(source).map_or_else(|| "-".to_owned(), |facts| written(moment, &facts.clock, zone))
    }

    /// Number of events of each source so far.
    pub(crate) fn counts(&self) -> Vec<u64> {
        self.index.counts(self.facts.len())
    }

    /// Numbers of the sources by their paths.
    pub(crate) fn by_name(&self) -> HashMap<&str, usize> {
        self.facts.iter().enumerate().map(|(at, facts)| (&*facts.path, at)).collect()
    }

    /// Server of a source; `-` if it is unknown.
    pub(crate) fn host(&self, source: usize) -> &str {
        self.facts.get(source).and_then(|facts| facts.host.as_deref()).unwrap_or("-")
    }
}

/// Date and time of `moment` on the clock `zone`; `-` if it has none.
pub(crate) fn written(moment: Option<Timestamp>, clock: &Clock, zone: ShownZone) -> String {
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
