//! The state of the application, apart from what is on the screen.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spoglight_browse::event_id::EventId;
use spoglight_browse::event_key::EventKey;
use spoglight_browse::groups::TemplateGroups;
use spoglight_browse::view::View;
use spoglight_engine::event::PlacedEvent;
use spoglight_model::analysis::Warning;
use spoglight_query::{Field, Subject as _};
use spoglight_report::events::ShownZone;
use spoglight_time::Timestamp;

use crate::data::Data;
use crate::filters::FilterStack;
use crate::options::BrowserOptions;
use crate::search::Search;
use crate::snapshot::Snapshot;

/// How far the collection is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Opening,
    Reading,
    Diagnosing,
    Done,
}

/// Shown events counted by message template.
#[derive(Debug, Default)]
pub(crate) enum Groups {
    /// The shown events have changed since, or were never counted.
    #[default]
    Stale,
    /// The command with this number counts them.
    Counting(u64),
    /// The user stopped it.
    Stopped,
    Counted(TemplateGroups),
}

/// Work on a filter that is not finished.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filtering {
    /// Number of the command.
    pub(crate) id: u64,
    /// Bytes evaluated, and bytes in total.
    pub(crate) done: (u64, u64),
}

/// A file that events are being written to.
#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) path: PathBuf,
    /// Events written, and events in total.
    pub(crate) done: usize,
    pub(crate) total: usize,
    /// Set to stop it.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Writing {
    /// Asks it to stop; what was written is removed.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Returns true if it was asked to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// The state of the application.
pub(crate) struct Model<'s> {
    pub(crate) options: BrowserOptions,
    pub(crate) data: Data<'s>,
    pub(crate) stage: Stage,
    /// Bytes read, and bytes in total.
    pub(crate) progress: (u64, u64),
    pub(crate) filters: FilterStack,
    /// All events.
    pub(crate) all: View,
    /// Events that pass the filters.
    pub(crate) view: View,
    pub(crate) filtering: Option<Filtering>,
    pub(crate) search: Option<Search>,
    pub(crate) groups: Groups,
    /// The file that is being written.
    pub(crate) writing: Option<Writing>,
    /// Notes of bookmarked events, by number of the event.
    pub(crate) bookmarks: BTreeMap<EventId, String>,
    /// Keys of bookmarked events, and of the selected one if files are read again. `None` if none could be made.
    pub(crate) keys: BTreeMap<EventId, Option<EventKey>>,
    /// Bookmarks whose events are not in this index, with their notes.
    pub(crate) lost: Vec<(EventKey, String)>,
    /// Clock of the shown times.
    pub(crate) zone: ShownZone,
    /// Counts changes of anything that an event is described with.
    pub(crate) revision: u64,
}

impl<'s> Model<'s> {
    /// Nothing is read yet.
    pub(crate) fn new(options: BrowserOptions) -> Model<'s> {
        Model {
            zone: options.zone,
            options,
            data: Data::default(),
            stage: Stage::Opening,
            progress: (0, 0),
            filters: FilterStack::default(),
            all: View::default(),
            view: View::default(),
            filtering: None,
            search: None,
            groups: Groups::Stale,
            writing: None,
            bookmarks: BTreeMap::new(),
            keys: BTreeMap::new(),
            lost: Vec::new(),
            revision: 0,
        }
    }

    /// Index, facts and signatures for background work, once there are any.
    pub(crate) fn snapshot(&self) -> Option<Snapshot<'s>> {
        let library = Arc::clone(self.data.library.as_ref()?);
        Some(Snapshot { index: Arc::clone(&self.data.index), facts: Arc::clone(&self.data.facts), library })
    }

    /// Notes that events are described in another way now.
    pub(crate) fn touch(&mut self) {
        self.revision += 1;
    }

    /// Positions of the view that are in the time range of the filters.
    pub(crate) fn range(&self) -> Range<usize> {
        let index = &self.data.index;
        match self.filters.window() {
            None => 0..self.view.len(),
            Some((from, to)) => {
                let start = self.view.place_at(index, from);
                start..self.view.place_at(index, to.saturating_add(1)).max(start)
            }
        }
    }

    /// The event at a position of the view, if it is shown.
    pub(crate) fn event_at(&self, at: usize) -> Option<EventId> {
        self.view.get(at).filter(|_| self.range().contains(&at))
    }

    /// The time range of the histogram: that of the filters, or of all shown events.
    pub(crate) fn chart_span(&self) -> Option<(i64, i64)> {
        self.filters.window().or_else(|| self.view.span(&self.data.index))
    }

    /// Bookmarked events in order of time.
    pub(crate) fn bookmarks_in_order(&self) -> Vec<EventId> {
        let mut order: Vec<EventId> = self.bookmarks.keys().copied().collect();
        order.sort_by_key(|number| self.data.index.key(*number));
        order
    }

    /// Date and time on the shown clock; on the clock of each source, that of `event` counts.
    pub(crate) fn when(&self, utc: i64, event: Option<EventId>) -> String {
        let source = event.map_or(0, |number| self.data.index.source(number).index());
        self.data.written(Some(Timestamp::Utc(utc)), source, self.zone)
    }

    /// Name of the shown clock.
    pub(crate) fn clock(&self) -> String {
        match self.zone {
            ShownZone::Of(zone) => zone.name().to_owned(),
            ShownZone::Source => "clock of each source".to_owned(),
        }
    }

    /// A field of an event, if the event has it.
    pub(crate) fn field(&self, event: EventId, field: Field) -> Option<String> {
        let read = self.data.index.read(&self.data.facts, event, |entry| {
            entry.field(field).map(|value| String::from_utf8_lossy(&value).into_owned())
        });
        read.ok().flatten().filter(|value| !value.is_empty())
    }

    /// The message template of an event.
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method alone is not general enough over lifetimes"
    )]
    pub(crate) fn template(&self, event: EventId) -> Option<String> {
        let template = self.data.index.read(&self.data.facts, event, |entry| entry.template());
        String::from_utf8(template.ok()?).ok()
    }

    /// The whole text of an event, with secrets masked.
    pub(crate) fn text(&self, event: EventId) -> Option<String> {
        let read = |entry: &PlacedEvent<'_>| {
            let text = String::from_utf8_lossy(entry.text).trim_end().replace('\r', "");
            spoglight_text::secrets::mask(&text).into_owned()
        };
        self.data.index.read(&self.data.facts, event, read).ok()
    }

    /// What was wrong with the paths, if nothing in them was read.
    pub(crate) fn unread(&self) -> &[Warning] {
        let analysis = self.data.analysis.as_ref().filter(|_| self.data.index.is_empty());
        analysis.map_or(&[], |analysis| &analysis.warnings)
    }
}
