//! The browser without a terminal: the caller passes news and keys, and each frame is drawn in memory.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use spoglight_browse::survey::SurveyUpdate;
use spoglight_browse::view::View;

use crate::app::App;
use crate::message::{Command, Message};
use crate::options::BrowserOptions;
use crate::{screen, work};

/// A browser that draws in memory, to measure how fast it responds. Commands other than filters are not carried out.
pub struct Headless<'s> {
    app: App<'s>,
    terminal: Terminal<TestBackend>,
}

impl<'s> Headless<'s> {
    /// A browser on a screen of this many columns and rows.
    pub fn new(options: BrowserOptions, columns: u16, rows: u16) -> Headless<'s> {
        let Ok(terminal) = Terminal::new(TestBackend::new(columns, rows));
        Headless { app: App::new(options), terminal }
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let app = &mut self.app;
        let Ok(_) = self.terminal.draw(|frame| screen::draw(app, frame));
    }

    /// Takes news of reading the collection, with all events if there are more of them, and draws.
    pub fn survey(&mut self, news: SurveyUpdate<'s>, view: Option<View>) {
        self.app.update(Message::Survey(news, view));
        self.draw();
    }

    /// Presses a key and draws. `\x1b` is Esc and `\n` is Enter.
    pub fn press(&mut self, key: char) {
        let code = match key {
            '\x1b' => KeyCode::Esc,
            '\n' => KeyCode::Enter,
            letter => KeyCode::Char(letter),
        };
        self.app.update(Message::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
        self.draw();
    }

    /// Pastes text, without drawing.
    pub fn paste(&mut self, text: &str) {
        self.app.update(Message::Input(Event::Paste(text.to_owned())));
    }

    /// Evaluates the filters that the browser has asked for since the last call. `report` gets, for each answer, the number of
    /// events that pass so far, and the bytes to evaluate in total.
    pub fn run_filters(&mut self, report: &mut dyn FnMut(usize, u64)) {
        for command in self.app.take_commands() {
            if let Command::Filter(job) = command {
                work::filter(&job, &|| false, &mut |filtered| report(filtered.view.len(), filtered.done.1));
            }
        }
    }
}
