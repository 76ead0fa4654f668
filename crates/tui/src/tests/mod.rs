//! The browser without a terminal: screens, sessions of keys, and any keys at all.

mod bindings;
mod hands;
mod keys;
mod rotation;
mod screens;
mod themes;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use spoglight_signatures::Library;

use crate::app::App;
use crate::message::{Command, Message};
use crate::options::BrowserOptions;
use crate::theme::{Palette, Theme};
use crate::{screen, work};
use spoglight_browse::index::EventIndex;
use spoglight_browse::session::Store;
use spoglight_browse::survey::{SharedFacts, SurveyUpdate, survey};
use spoglight_browse::view::View;
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_model::analysis::Analysis;

/// What was read of a case: many tests look at the same one.
struct Read {
    library: Arc<Library>,
    index: Arc<EventIndex<'static>>,
    facts: SharedFacts,
    collected: Arc<Collection<'static>>,
    analysis: Analysis,
}

fn read(path: &str) -> Arc<Read> {
    static READ: Mutex<BTreeMap<String, Arc<Read>>> = Mutex::new(BTreeMap::new());
    let mut known = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(read) = known.get(path) {
        return Arc::clone(read);
    }
    let read = Arc::new(read_now(path));
    known.insert(path.to_owned(), Arc::clone(&read));
    read
}

fn read_now(path: &str) -> Read {
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    at_root();
    let settings = SETTINGS.get_or_init(|| Settings { threads: 2, ..Settings::default() });
    let (library, all, analysis) = (Mutex::new(None), Mutex::new(None), Mutex::new(None));
    survey(&[PathBuf::from(path)], settings, &(), None, &|news| {
        match news {
            SurveyUpdate::Began(one) => *library.lock().expect("one thread") = Some(one),
            SurveyUpdate::All(index, facts, collected) => {
                *all.lock().expect("one thread") = Some((index, facts, collected));
            }
            SurveyUpdate::Diagnosed(one) => *analysis.lock().expect("one thread") = Some(*one),
            _ => {}
        }
        true
    });
    let (index, facts, collected) = all.into_inner().expect("one thread").expect("it was read");
    Read {
        library: library.into_inner().expect("one thread").expect("it began"),
        index,
        facts,
        collected,
        analysis: analysis.into_inner().expect("one thread").expect("it was judged"),
    }
}

/// Runs the tests of this package at the root of the workspace, where samples are.
pub(crate) fn at_root() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| std::env::set_current_dir("../..").expect("the root of the workspace"));
}

/// A browser whose work is done at once.
pub(super) struct Play {
    pub(super) app: App<'static>,
    terminal: Terminal<TestBackend>,
    pub(super) copied: Vec<String>,
    /// Whether it may write files: not where any keys are pressed.
    pub(super) writes: bool,
}

impl Play {
    /// All of a case is read.
    pub(super) fn of(path: &str, size: (u16, u16), theme: Theme) -> Play {
        Play::with(path, size, theme, None)
    }

    /// The same; what the person leaves behind is kept there.
    pub(super) fn with(path: &str, size: (u16, u16), theme: Theme, store: Option<Store>) -> Play {
        Play::given(path, size, theme, store, None)
    }

    /// The same with a filter on the command line.
    pub(super) fn given(
        path: &str,
        size: (u16, u16),
        theme: Theme,
        store: Option<Store>,
        filter: Option<&str>,
    ) -> Play {
        let mut options = BrowserOptions::new(path, theme);
        options.machine_zone = Some(chrono_tz::Asia::Kolkata);
        options.filter = filter.map(ToOwned::to_owned);
        options.store = store;
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("memory");
        let mut play = Play { app: App::new(options), terminal, copied: Vec::new(), writes: false };
        let read = read(path);
        let bundle = &read.collected.bundle;
        let opened = SurveyUpdate::Opened { sources: bundle.sources.len(), bytes: bundle.size() };
        let index = || Arc::clone(&read.index);
        for news in [
            SurveyUpdate::Began(Arc::clone(&read.library)),
            opened,
            SurveyUpdate::All(index(), Arc::clone(&read.facts), Arc::clone(&read.collected)),
            SurveyUpdate::Diagnosed(Box::new(read.analysis.clone())),
        ] {
            let view = matches!(news, SurveyUpdate::All(..)).then(|| View::all(&read.index));
            play.take(Message::Survey(news, view));
        }
        play
    }

    /// What lies there was read again.
    pub(super) fn read_again(&mut self, path: &str) {
        let read = read_now(path);
        let view = View::all(&read.index);
        self.take(Message::Survey(SurveyUpdate::All(read.index, read.facts, read.collected), Some(view)));
        self.take(Message::Survey(SurveyUpdate::Diagnosed(Box::new(read.analysis)), None));
    }

    pub(super) fn take(&mut self, message: Message<'static>) {
        self.app.update(message);
        self.settle();
    }

    /// Does what is asked for, and draws.
    fn settle(&mut self) {
        loop {
            let commands = self.app.take_commands();
            if commands.is_empty() {
                break;
            }
            let mut answers = Vec::new();
            for command in commands {
                match command {
                    Command::Filter(job) => {
                        work::filter(&job, &|| false, &mut |filtered| {
                            answers.push(Message::Filtered(filtered));
                        });
                    }
                    Command::Search(job) => {
                        work::search(&job, &|| false, &mut |found| answers.push(Message::Found(found)));
                    }
                    Command::Group { id, snapshot, view } => answers.extend(
                        work::groups(&snapshot, &view, &|| false)
                            .map(|groups| Message::Grouped { id, groups }),
                    ),
                    Command::Export(export) if self.writes => {
                        answers.push(Message::Written(export.write(&mut |_| {})));
                    }
                    Command::Copy(text) => self.copied.push(text),
                    Command::Export(_)
                    | Command::Cancel(_)
                    | Command::Redraw
                    | Command::Suspend
                    | Command::Quit => {}
                }
            }
            for answer in answers {
                self.app.update(answer);
            }
        }
        self.draw();
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| screen::draw(&mut self.app, frame)).expect("memory");
    }

    pub(super) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.take(Message::Input(Event::Resize(width, height)));
    }

    pub(super) fn press(&mut self, code: KeyCode) {
        self.take(Message::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
    }

    /// Presses letters one after the other; `\n` is Enter, `\x1b` Esc, `\t` Tab.
    pub(super) fn keys(&mut self, keys: &str) {
        for key in keys.chars() {
            self.press(match key {
                '\n' => KeyCode::Enter,
                '\x1b' => KeyCode::Esc,
                '\t' => KeyCode::Tab,
                '\x08' => KeyCode::Backspace,
                letter => KeyCode::Char(letter),
            });
        }
    }

    /// The screen as text.
    pub(super) fn screen(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                line.push_str(symbol);
                x += (unicode_width::UnicodeWidthStr::width(symbol).max(1)) as u16;
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

pub(super) const FINE: Theme = Theme { colour: true, ascii: false, palette: Palette::Auto };
pub(super) const PLAIN: Theme = Theme { colour: false, ascii: true, palette: Palette::Auto };
