//! Keys: what each does in which pane. The help on the screen is made of the same tables.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Up,
    Down,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    First,
    Last,
    Left,
    Right,
    Open,
    NextError,
    PreviousError,
    NextFinding,
    PreviousFinding,
    NextBookmark,
    PreviousBookmark,
    NextOfSource,
    PreviousOfSource,
    NextOfThread,
    PreviousOfThread,
    NextOfSession,
    PreviousOfSession,
    Bookmark,
    Annotate,
    Filter,
    Only,
    Not,
    LevelUp,
    LevelDown,
    Pop,
    Clear,
    Search,
    SearchNext,
    SearchPrevious,
    Time,
    ZoomIn,
    ZoomOut,
    Zone,
    Copy,
    Export,
    Detail,
    Unfold,
    Raw,
    Tree,
    Focus,
    FocusBack,
    Timeline,
    Findings,
    Groups,
    Bookmarks,
    Toggle,
    ToggleOthers,
    Help,
    Back,
    Quit,
}

/// A key, without what only some terminals tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Ctrl(char),
    Code(KeyCode),
}

impl Key {
    fn of(event: &KeyEvent) -> Key {
        match event.code {
            KeyCode::Char(letter) if event.modifiers.contains(KeyModifiers::CONTROL) => {
                Key::Ctrl(letter.to_ascii_lowercase())
            }
            KeyCode::Char(letter) => Key::Char(letter),
            // some terminals tell it one way, some the other
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => Key::Code(KeyCode::BackTab),
            code => Key::Code(code),
        }
    }
}

/// Some keys that do the same, their names for people, and what they do.
pub(super) struct Binding {
    keys: &'static [Key],
    pub(super) names: &'static str,
    pub(super) what: &'static str,
    pub(super) action: Action,
}

const fn bind(keys: &'static [Key], names: &'static str, what: &'static str, action: Action) -> Binding {
    Binding { keys, names, what, action }
}

use Key::{Char, Code, Ctrl};

/// Moving, in every list.
pub(super) const MOVES: &[Binding] = &[
    bind(&[Char('j'), Code(KeyCode::Down), Ctrl('n')], "j down", "next", Action::Down),
    bind(&[Char('k'), Code(KeyCode::Up), Ctrl('p')], "k up", "previous", Action::Up),
    bind(&[Code(KeyCode::PageDown), Ctrl('f'), Char(' ')], "space pgdn", "a page on", Action::PageDown),
    bind(&[Code(KeyCode::PageUp), Ctrl('b'), Char('b')], "b pgup", "a page back", Action::PageUp),
    bind(&[Ctrl('d')], "ctrl-d", "half a page on", Action::HalfDown),
    bind(&[Ctrl('u')], "ctrl-u", "half a page back", Action::HalfUp),
    bind(&[Char('g'), Code(KeyCode::Home)], "g home", "first", Action::First),
    bind(&[Char('G'), Code(KeyCode::End)], "G end", "last; there it stays if files grow", Action::Last),
];

/// The timeline.
pub(super) const TIMELINE: &[Binding] = &[
    bind(&[Char('e')], "e", "next error", Action::NextError),
    bind(&[Char('E')], "E", "previous error", Action::PreviousError),
    bind(&[Char(']')], "]", "next line of a finding", Action::NextFinding),
    bind(&[Char('[')], "[", "previous line of a finding", Action::PreviousFinding),
    bind(&[Char('s')], "s", "next of this source", Action::NextOfSource),
    bind(&[Char('S')], "S", "previous of this source", Action::PreviousOfSource),
    bind(&[Char('o')], "o", "next of this thread", Action::NextOfThread),
    bind(&[Char('O')], "O", "previous of this thread", Action::PreviousOfThread),
    bind(&[Char('i')], "i", "next of this session", Action::NextOfSession),
    bind(&[Char('I')], "I", "previous of this session", Action::PreviousOfSession),
    bind(&[Char('t')], "t", "go to a time", Action::Time),
    bind(&[Char('/')], "/", "search", Action::Search),
    bind(&[Char('n')], "n", "next hit", Action::SearchNext),
    bind(&[Char('N')], "N", "previous hit", Action::SearchPrevious),
    bind(&[Char('f'), Char('&'), Char(':')], "f", "filter", Action::Filter),
    bind(&[Char('='), Char('+')], "=", "only what is like this", Action::Only),
    bind(&[Char('!'), Char('-')], "!", "not what is like this", Action::Not),
    bind(&[Char('l'), Code(KeyCode::Right)], "l", "graver levels only", Action::LevelUp),
    bind(&[Char('h'), Code(KeyCode::Left)], "h", "finer levels, too", Action::LevelDown),
    bind(&[Code(KeyCode::Backspace)], "backspace", "take the last filter away", Action::Pop),
    bind(&[Char('R')], "R", "take all filters away", Action::Clear),
    bind(&[Char('z')], "z", "zoom in", Action::ZoomIn),
    bind(&[Char('Z')], "Z", "zoom out", Action::ZoomOut),
    bind(&[Char('m')], "m", "bookmark", Action::Bookmark),
    bind(&[Char('a')], "a", "note on it", Action::Annotate),
    bind(&[Char('u')], "u", "next bookmark", Action::NextBookmark),
    bind(&[Char('U')], "U", "previous bookmark", Action::PreviousBookmark),
    bind(&[Char('y')], "y", "copy the line", Action::Copy),
    bind(&[Char('x')], "x", "export", Action::Export),
    bind(&[Code(KeyCode::Enter), Char('d')], "enter d", "detail", Action::Detail),
    bind(&[Char('v')], "v", "unfold the stack", Action::Unfold),
    bind(&[Char('w')], "w", "the line as it is in its file", Action::Raw),
];

/// The tree of servers and sources.
pub(super) const TREE: &[Binding] = &[
    bind(&[Code(KeyCode::Enter), Char('x')], "enter x", "on or off", Action::Toggle),
    bind(&[Char('o')], "o", "only this", Action::ToggleOthers),
];

/// The detail of an event.
pub(super) const DETAIL: &[Binding] = &[
    bind(&[Char('v'), Code(KeyCode::Enter)], "enter v", "unfold the stack", Action::Unfold),
    bind(&[Char('w')], "w", "the line as it is in its file", Action::Raw),
    bind(&[Char('y')], "y", "copy the line", Action::Copy),
    bind(&[Char('d')], "d", "close", Action::Detail),
];

/// Findings.
pub(super) const FINDINGS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter)], "enter", "go to its line", Action::Open),
    bind(&[Char(']'), Code(KeyCode::Right)], "]", "page: on", Action::Right),
    bind(&[Char('['), Code(KeyCode::Left)], "[", "page: back", Action::Left),
    bind(&[Char('y')], "y", "copy", Action::Copy),
];

/// Equal messages.
pub(super) const GROUPS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter), Char('=')], "enter", "show only these", Action::Open),
    bind(&[Char('!')], "!", "show all but these", Action::Not),
];

/// Bookmarks.
pub(super) const BOOKMARKS: &[Binding] = &[
    bind(&[Code(KeyCode::Enter)], "enter", "go to it", Action::Open),
    bind(&[Char('a')], "a", "note on it", Action::Annotate),
    bind(&[Char('m'), Code(KeyCode::Delete)], "m", "take it away", Action::Bookmark),
    bind(&[Char('x')], "x", "export", Action::Export),
];

/// Everywhere.
pub(super) const EVERYWHERE: &[Binding] = &[
    bind(&[Char('1')], "1", "timeline", Action::Timeline),
    bind(&[Char('2'), Char('F')], "2", "findings", Action::Findings),
    bind(&[Char('3')], "3", "equal messages", Action::Groups),
    bind(&[Char('4')], "4", "bookmarks", Action::Bookmarks),
    bind(&[Code(KeyCode::Tab)], "tab", "next pane", Action::Focus),
    bind(&[Code(KeyCode::BackTab)], "shift-tab", "previous pane", Action::FocusBack),
    bind(&[Char('T')], "T", "servers and sources", Action::Tree),
    bind(&[Char('c')], "c", "clock: UTC, source, mine", Action::Zone),
    bind(&[Char('?'), Code(KeyCode::F(1))], "?", "help", Action::Help),
    bind(&[Code(KeyCode::Esc)], "esc", "back, stop", Action::Back),
    bind(&[Char('q'), Ctrl('c')], "q", "quit", Action::Quit),
];

/// What a key asks for, in tables that are asked one after the other.
pub(super) fn action(event: &KeyEvent, tables: &[&[Binding]]) -> Option<Action> {
    let key = Key::of(event);
    let all = tables.iter().flat_map(|table| table.iter());
    all.into_iter().find(|binding| binding.keys.contains(&key)).map(|binding| binding.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_has_two_meanings_in_one_pane() {
        for pane in [TIMELINE, TREE, DETAIL, FINDINGS, GROUPS, BOOKMARKS] {
            let mut seen: Vec<Key> = Vec::new();
            for binding in [pane, MOVES, EVERYWHERE].into_iter().flatten() {
                for key in binding.keys {
                    // a pane may take a key of the others for itself, but not one of its own twice
                    let is_new = !seen.contains(key)
                        || pane.iter().any(|own| own.keys.contains(key) && !std::ptr::eq(own, binding));
                    assert!(is_new, "{key:?}");
                    seen.push(*key);
                }
            }
        }
    }
}
