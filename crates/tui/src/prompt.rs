//! The input line: a filter, a search, a time, a note, or the name of a file.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use spoglight_browse::event_id::EventId;
use spoglight_query::Query;
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

/// Longest input in bytes: pasted text may be a megabyte.
const LONGEST: usize = 4096;

/// What the input is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromptKind {
    Filter,
    Search,
    Time,
    /// Note for the event with this number.
    Note(EventId),
    Export(ExportScope),
    /// Whether to delete the bookmark of this event with its note.
    Remove(EventId),
    /// A command with its arguments.
    Command,
}

/// Events to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportScope {
    Shown,
    Bookmarks,
}

/// The input line while it is open.
#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) kind: PromptKind,
    pub(crate) input: Input,
    /// Completions at the cursor.
    pub(crate) completions: Vec<String>,
    /// Bytes of the input that a completion replaces.
    pub(crate) replaced: (usize, usize),
    pub(crate) error: Option<String>,
    /// The last valid filter that was typed.
    pub(crate) query: Option<Query>,
    /// The text is a proposal, which the first letter replaces.
    pub(crate) is_proposed: bool,
    /// Accepting the same text again writes more events than usual.
    pub(crate) is_confirmed: bool,
    /// How many inputs back in the history it is.
    back: usize,
}

/// Earlier inputs, oldest first.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<(PromptKind, String)>);

impl History {
    /// Adds an input as the newest.
    pub(crate) fn add(&mut self, kind: PromptKind, text: String) {
        self.0.retain(|(known, before)| *known != kind || *before != text);
        self.0.push((kind, text));
    }

    /// Inputs of the same kind, oldest first.
    fn of_kind(&self, kind: PromptKind) -> Vec<&str> {
        let kind = std::mem::discriminant(&kind);
        let same = self.0.iter().filter(|(known, _)| std::mem::discriminant(known) == kind);
        same.map(|(_, text)| text.as_str()).collect()
    }
}

impl Prompt {
    pub(crate) fn new(kind: PromptKind, text: &str) -> Prompt {
        Prompt {
            kind,
            input: Input::new(text.to_owned()),
            completions: Vec::new(),
            replaced: (0, 0),
            error: None,
            query: None,
            is_confirmed: false,
            is_proposed: matches!(kind, PromptKind::Export(_)),
            back: 0,
        }
    }

    /// The filter that is being typed, if the input is for one.
    pub(crate) fn query(&self) -> Option<&Query> {
        self.query.as_ref().filter(|_| self.kind == PromptKind::Filter)
    }

    /// The event whose note is being written or deleted.
    pub(crate) fn noted(&self) -> Option<EventId> {
        match self.kind {
            PromptKind::Note(number) | PromptKind::Remove(number) => Some(number),
            _ => None,
        }
    }

    /// The same for another event.
    pub(crate) fn for_event(self, number: EventId) -> Prompt {
        let is_removed = matches!(self.kind, PromptKind::Remove(_));
        let kind = if is_removed { PromptKind::Remove(number) } else { PromptKind::Note(number) };
        Prompt { kind, ..self }
    }

    /// Text before the input.
    pub(crate) fn label(&self) -> &'static str {
        match self.kind {
            PromptKind::Filter => "filter: ",
            PromptKind::Search => "search: ",
            PromptKind::Time => "go to time: ",
            PromptKind::Note(_) => "note: ",
            PromptKind::Export(_) => "export to: ",
            PromptKind::Remove(_) => "delete the bookmark and its note? y or n: ",
            PromptKind::Command => ":",
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.input.value()
    }

    /// Byte of the input at which the cursor is.
    pub(crate) fn cursor(&self) -> usize {
        self.text().char_indices().nth(self.input.cursor()).map_or(self.text().len(), |(at, _)| at)
    }

    /// Edits the input. Returns true if its text has changed.
    pub(crate) fn edit(&mut self, key: &KeyEvent) -> bool {
        if std::mem::take(&mut self.is_proposed)
            && matches!(key.code, KeyCode::Char(_))
            && !key.modifiers.contains(KeyModifiers::CONTROL)
        {
            self.input.reset();
        }
        let is_full = self.text().len() >= LONGEST && matches!(key.code, KeyCode::Char(_));
        !is_full && self.input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value)
    }

    /// Inserts the first line of pasted text, as much of it as fits.
    pub(crate) fn paste(&mut self, text: &str) {
        if std::mem::take(&mut self.is_proposed) {
            self.input.reset();
        }
        let line = text.lines().next().unwrap_or_default();
        let room = LONGEST.saturating_sub(self.text().len());
        let end = line.floor_char_boundary(line.len().min(room));
        for letter in line.get(..end).unwrap_or_default().chars().filter(|letter| !letter.is_control()) {
            self.input.handle(tui_input::InputRequest::InsertChar(letter));
        }
    }

    /// Replaces the input by an earlier one, or by a later one.
    pub(crate) fn recall(&mut self, history: &History, back: bool) {
        let before = history.of_kind(self.kind);
        self.back = if back { (self.back + 1).min(before.len()) } else { self.back.saturating_sub(1) };
        let at = before.len().checked_sub(self.back).filter(|_| self.back > 0);
        let text = at.and_then(|at| before.get(at)).copied().unwrap_or_default();
        self.input = Input::new(text.to_owned());
    }

    /// Inserts the first completion. Returns false if there is none.
    pub(crate) fn complete(&mut self) -> bool {
        let Some(completion) = self.completions.first() else { return false };
        let (from, to) = self.replaced;
        let (Some(before), Some(after)) = (self.text().get(..from), self.text().get(to..)) else {
            return true;
        };
        let cursor = before.chars().count() + completion.chars().count();
        self.input = Input::new(format!("{before}{completion}{after}")).with_cursor(cursor);
        true
    }
}
