//! Messages to the browser and its commands: long work runs on other threads and is never waited for.

use std::sync::Arc;

use ratatui::crossterm::event::Event;
use spoglight_browse::groups::TemplateGroups;
use spoglight_browse::sift::{Bits, EventFilter};
use spoglight_browse::survey::SurveyUpdate;
use spoglight_browse::view::View;

use crate::export::Export;
use crate::snapshot::Snapshot;

/// Something the browser wants done.
pub(crate) enum Command<'s> {
    /// Evaluate a filter.
    Filter(FilterJob<'s>),
    /// Search for events.
    Search(FilterJob<'s>),
    /// Count the events of `view` by message template.
    Group { id: u64, snapshot: Snapshot<'s>, view: View },
    /// Write events to a file.
    Export(Box<Export<'s>>),
    /// Stop this work.
    Cancel(Slot),
    /// Copy text to the clipboard of the terminal.
    Copy(String),
    /// Draw every cell of the screen again.
    Redraw,
    /// Give the terminal to the shell until the user comes back.
    Suspend,
    /// End the browser.
    Quit,
}

/// Kinds of work of which only the newest runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Filter,
    Search,
    Group,
}

/// A filter to evaluate for every event.
pub(crate) struct FilterJob<'s> {
    /// Number that the answers carry.
    pub(crate) id: u64,
    pub(crate) filter: EventFilter,
    pub(crate) snapshot: Snapshot<'s>,
    /// Events from this time on are evaluated first, in nanoseconds since 1970.
    pub(crate) from: i64,
}

/// Something that happened.
pub(crate) enum Message<'s> {
    /// A key, the mouse, or a new size.
    Input(Event),
    /// News of reading the collection, with all events if there are more of them.
    Survey(SurveyUpdate<'s>, Option<View>),
    /// Bytes read, and bytes in total.
    Progress(u64, u64),
    /// Events that pass a filter.
    Filtered(Filtered),
    /// Hits of a search.
    Found(Found),
    /// Events counted by message template, for the command with this number.
    Grouped { id: u64, groups: TemplateGroups },
    /// So many events were written to the file.
    Writing(usize),
    /// The file was written, or could not be: text for the status line.
    Written(String),
    /// Text for the status line.
    Note(String),
    /// The system asks the browser to end.
    End,
}

/// Events that pass a filter so far.
pub(crate) struct Filtered {
    /// Number of the command.
    pub(crate) id: u64,
    pub(crate) view: View,
    /// Bytes evaluated, and bytes in total.
    pub(crate) done: (u64, u64),
    pub(crate) is_last: bool,
}

/// Hits of a search so far.
pub(crate) struct Found {
    /// Number of the command.
    pub(crate) id: u64,
    /// The hits, by number of the event.
    pub(crate) bits: Arc<Bits>,
    /// Every event from the start of the search up to this time was evaluated, in nanoseconds since 1970.
    pub(crate) frontier: i64,
    /// Bytes evaluated, and bytes in total.
    pub(crate) done: (u64, u64),
    pub(crate) is_last: bool,
}

/// Commands to be run, and numbers for them.
#[derive(Default)]
pub(crate) struct Commands<'s> {
    queue: Vec<Command<'s>>,
    last_id: u64,
}

impl<'s> Commands<'s> {
    pub(crate) fn push(&mut self, command: Command<'s>) {
        self.queue.push(command);
    }

    /// A number that no other command has.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Removes and returns the commands.
    pub(crate) fn take(&mut self) -> Vec<Command<'s>> {
        std::mem::take(&mut self.queue)
    }
}
