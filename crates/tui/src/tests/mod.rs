//! The browser without a terminal: screens, sessions of keys, and any keys at all.

mod keys;
mod screens;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use spoglight_signatures::Library;

use super::app::{App, Options};
use super::theme::Theme;
use super::work::{self, Ask, Told};
use spoglight_browse::index::Index;
use spoglight_browse::session::Store;
use spoglight_browse::survey::{Facts, News, survey};
use spoglight_browse::view::View;
use spoglight_engine::Settings;
use spoglight_engine::collection::Collection;
use spoglight_model::analysis::Analysis;
use spoglight_report::events::ShownZone;

/// What was read of a case: many tests look at the same one.
struct Read {
    library: Arc<Library>,
    index: Arc<Index<'static>>,
    facts: Facts,
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
    at_root();
    static SETTINGS: OnceLock<Settings> = OnceLock::new();
    let settings = SETTINGS.get_or_init(|| Settings { threads: 2, ..Settings::default() });
    let (library, all, analysis) = (Mutex::new(None), Mutex::new(None), Mutex::new(None));
    survey(&[PathBuf::from(path)], settings, &(), None, &|news| {
        match news {
            News::Began(one) => *library.lock().expect("one thread") = Some(one),
            News::All(index, facts, collected) => {
                *all.lock().expect("one thread") = Some((index, facts, collected));
            }
            News::Diagnosed(one) => *analysis.lock().expect("one thread") = Some(*one),
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
        let options = Options {
            theme,
            title: path.to_owned(),
            zone: ShownZone::Of(chrono_tz::Tz::UTC),
            mine: Some(chrono_tz::Asia::Kolkata),
            filter: filter.map(ToOwned::to_owned),
            incident: None,
            store,
            follow: false,
        };
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("memory");
        let mut play = Play { app: App::new(options), terminal, copied: Vec::new(), writes: false };
        let read = read(path);
        let bundle = &read.collected.bundle;
        let opened = News::Opened { sources: bundle.sources.len(), bytes: bundle.size() };
        let index = || Arc::clone(&read.index);
        for news in [
            News::Began(Arc::clone(&read.library)),
            opened,
            News::All(index(), Arc::clone(&read.facts), Arc::clone(&read.collected)),
            News::Diagnosed(Box::new(read.analysis.clone())),
        ] {
            let view = matches!(news, News::All(..)).then(|| View::all(&read.index));
            play.take(Told::Survey(news, view));
        }
        play
    }

    /// What lies there was read again.
    pub(super) fn read_again(&mut self, path: &str) {
        let read = read_now(path);
        let view = View::all(&read.index);
        self.take(Told::Survey(News::All(read.index, read.facts, read.collected), Some(view)));
        self.take(Told::Survey(News::Diagnosed(Box::new(read.analysis)), None));
    }

    pub(super) fn take(&mut self, told: Told<'static>) {
        self.app.take(told);
        self.settle();
    }

    /// Does what is asked for, and draws.
    fn settle(&mut self) {
        loop {
            let asks = self.app.asks();
            if asks.is_empty() {
                break;
            }
            let mut answers = Vec::new();
            for ask in asks {
                match ask {
                    Ask::Sift(job) => {
                        work::sift(&job, &|| false, &mut |sifted| answers.push(Told::Sifted(sifted)));
                    }
                    Ask::Seek(job) => {
                        work::seek(&job, &|| false, &mut |sought| answers.push(Told::Sought(sought)));
                    }
                    Ask::Group { id, over, view } => answers.extend(
                        work::groups(&over, &view, &|| false).map(|groups| Told::Grouped { id, groups }),
                    ),
                    Ask::Export(export) if self.writes => answers.push(Told::Note(export.write())),
                    Ask::Copy(text) => self.copied.push(text),
                    Ask::Export(_) | Ask::Cancel(_) | Ask::Quit => {}
                }
            }
            for answer in answers {
                self.app.take(answer);
            }
        }
        self.draw();
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("memory");
    }

    pub(super) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.take(Told::Input(Event::Resize(width, height)));
    }

    pub(super) fn press(&mut self, code: KeyCode) {
        self.take(Told::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
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

pub(super) const FINE: Theme = Theme { colour: true, ascii: false };
pub(super) const PLAIN: Theme = Theme { colour: false, ascii: true };
