//! Keys, actions and bindings. Key hints and help pages are made from the bindings of the panes.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use spoglight_query::Field;

/// Name of a pane, unique in the list of panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PaneId(pub(crate) &'static str);

impl PaneId {
    /// The pane with everything about the selected event, which the list of events refers to.
    pub(crate) const DETAIL: PaneId = PaneId("detail");
}

/// Something the user asks for with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    First,
    Last,
    ScrollUp,
    ScrollDown,
    /// The list moves by one line; the selection moves only to stay on the screen.
    LineUp,
    LineDown,
    ScrollLeft,
    ScrollRight,
    Wrap,
    Open,
    Close,
    NextError,
    PreviousError,
    NextWarning,
    PreviousWarning,
    NextFinding,
    PreviousFinding,
    NextBookmark,
    PreviousBookmark,
    NextOf(Field),
    PreviousOf(Field),
    Bookmark,
    Annotate,
    Filter,
    Keep,
    Exclude,
    Match(Attribute),
    RaiseLevel,
    LowerLevel,
    RemoveFilter,
    ClearFilters,
    Search,
    SearchNext,
    SearchPrevious,
    Time,
    /// Moves by this many nanoseconds.
    Jump(i64),
    ZoomIn,
    ZoomOut,
    Copy,
    Export,
    Mark,
    Detail,
    Unfold,
    Raw,
    Toggle,
    ToggleOthers,
    Accept,
    Complete,
    Earlier,
    Later,
    Show(PaneId),
    Zone,
    Command,
    Redraw,
    Suspend,
    Undo,
    Redo,
    NextPane,
    PreviousPane,
    Help,
    Back,
    Quit,
}

impl Action {
    /// Returns true for a move that a number before its key repeats.
    pub(crate) fn repeats(self) -> bool {
        use Action::{
            Down, HalfDown, HalfUp, Jump, LineDown, LineUp, NextError, NextFinding, NextWarning, PageDown,
            PageUp, PreviousError, PreviousFinding, PreviousWarning, Up,
        };
        matches!(
            self,
            Up | Down
                | LineUp
                | LineDown
                | PageUp
                | PageDown
                | HalfUp
                | HalfDown
                | Jump(_)
                | NextError
                | PreviousError
                | NextWarning
                | PreviousWarning
                | NextFinding
                | PreviousFinding
        )
    }
}

/// Property of an event that other events may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Field(Field),
    Level,
    Template,
}

impl Attribute {
    /// Its name in messages to the user.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Attribute::Field(field) => field.name(),
            Attribute::Level => "level",
            Attribute::Template => "message",
        }
    }
}

/// A key, reduced to what every terminal reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Ctrl(char),
    Code(KeyCode),
}

impl Key {
    fn from_event(event: &KeyEvent) -> Key {
        match event.code {
            KeyCode::Char(letter) if event.modifiers.contains(KeyModifiers::CONTROL) => {
                Key::Ctrl(letter.to_ascii_lowercase())
            }
            KeyCode::Char(letter) => Key::Char(letter),
            // terminals report shift-tab in two ways
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::Code(KeyCode::BackTab),
            code => Key::Code(code),
        }
    }

    /// Its name in hints and help.
    fn name(self) -> String {
        match self {
            Key::Char(' ') => "space".to_owned(),
            Key::Char(letter) => letter.to_string(),
            Key::Ctrl(letter) => format!("ctrl-{letter}"),
            Key::Code(KeyCode::PageUp) => "pgup".to_owned(),
            Key::Code(KeyCode::PageDown) => "pgdn".to_owned(),
            Key::Code(KeyCode::BackTab) => "shift-tab".to_owned(),
            Key::Code(KeyCode::Delete) => "del".to_owned(),
            Key::Code(KeyCode::F(number)) => format!("f{number}"),
            Key::Code(code) => format!("{code:?}").to_ascii_lowercase(),
        }
    }
}

/// Columns of the names of keys in help.
pub(crate) const NAMES: usize = 10;

/// Keys of one action, with the description for help and the shorter one for hints.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binding {
    pub(crate) keys: &'static [Key],
    pub(crate) description: &'static str,
    /// Shown in the last line of the screen, if the key is among the important ones.
    pub(crate) hint: Option<&'static str>,
    pub(crate) action: Action,
}

impl Binding {
    /// The same binding with a hint in the last line of the screen.
    pub(crate) const fn hint(self, hint: &'static str) -> Binding {
        Binding { hint: Some(hint), ..self }
    }

    /// Names of its keys, as many as fit in the columns of help.
    pub(crate) fn names(&self) -> String {
        let mut names = String::new();
        for key in self.keys {
            let name = key.name();
            if !names.is_empty() {
                if names.len() + 1 + name.len() > NAMES {
                    break;
                }
                names.push(' ');
            }
            names.push_str(&name);
        }
        names
    }

    /// Names of all its keys.
    #[cfg(test)]
    pub(crate) fn all_names(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(|key| key.name())
    }

    /// Name of its first key, for hints.
    pub(crate) fn first_name(&self) -> String {
        self.keys.first().map_or_else(String::new, |key| key.name())
    }
}

/// Binds keys to an action.
pub(crate) const fn bind(keys: &'static [Key], description: &'static str, action: Action) -> Binding {
    Binding { keys, description, hint: None, action }
}

use Key::{Char, Code, Ctrl};

/// Keys for moving in every list.
pub(crate) const MOVES: &[Binding] = &[
    bind(&[Char('j'), Code(KeyCode::Down), Ctrl('n')], "next", Action::Down),
    bind(&[Char('k'), Code(KeyCode::Up), Ctrl('p')], "previous", Action::Up),
    bind(&[Char(' '), Code(KeyCode::PageDown), Ctrl('f')], "page down", Action::PageDown),
    bind(&[Char('b'), Code(KeyCode::PageUp), Ctrl('b')], "page up", Action::PageUp),
    bind(&[Ctrl('d')], "half a page down", Action::HalfDown),
    bind(&[Ctrl('u')], "half a page up", Action::HalfUp),
    bind(&[Ctrl('e')], "scroll a line down", Action::LineDown),
    bind(&[Ctrl('y')], "scroll a line up", Action::LineUp),
    bind(&[Char('g'), Code(KeyCode::Home)], "first", Action::First),
    bind(&[Char('G'), Code(KeyCode::End)], "last; stays there as files grow", Action::Last),
];

/// Keys that work in every pane, after the ones that open panes.
pub(crate) const EVERYWHERE: &[Binding] = &[
    bind(&[Code(KeyCode::Tab)], "next pane", Action::NextPane),
    bind(&[Code(KeyCode::BackTab)], "previous pane", Action::PreviousPane),
    bind(&[Char('c')], "clock: UTC, source, local", Action::Zone),
    bind(&[Char(':')], "command line", Action::Command).hint("command"),
    bind(&[Char('u')], "undo: filters, bookmarks, notes", Action::Undo).hint("undo"),
    bind(&[Char('U')], "redo", Action::Redo),
    bind(&[Ctrl('l')], "draw the screen again", Action::Redraw),
    bind(&[Ctrl('z')], "to the shell; fg comes back", Action::Suspend),
    bind(&[Char('?'), Code(KeyCode::F(1))], "help", Action::Help).hint("help"),
    bind(&[Code(KeyCode::Esc)], "back, stop", Action::Back).hint("back"),
    bind(&[Char('q'), Ctrl('c')], "quit", Action::Quit).hint("quit"),
];

/// The action that `bindings` give a key.
pub(crate) fn action(event: &KeyEvent, bindings: &[Binding]) -> Option<Action> {
    let key = Key::from_event(event);
    bindings.iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
}
