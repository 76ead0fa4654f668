//! The terminal as a whole screen: taken, and given back on every way out, a panic and the end of the system included.

use std::io::{self, BufWriter, IsTerminal as _, Stdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::clipboard::CopyToClipboard;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use spoglight::tui::Outside;

/// Bytes of a picture that are written at once.
const PICTURE: usize = 64 << 10;

/// See the [module](self).
pub(super) struct Screen {
    /// A panic, or the system, has ended it.
    is_ended: Arc<AtomicBool>,
}

impl Screen {
    /// Takes the terminal, with the mouse or without.
    pub(super) fn take(mouse: bool) -> io::Result<Screen> {
        let is_ended = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&is_ended);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // on whichever thread: its words must be seen
            flag.store(true, Ordering::Relaxed);
            give_back();
            before(panic);
        }));
        let flag = Arc::clone(&is_ended);
        // without it a kill leaves the terminal as it is
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        let screen = Screen { is_ended };
        enable_raw_mode()?;
        execute!(standard(), EnterAlternateScreen, EnableBracketedPaste)?;
        if mouse {
            execute!(standard(), EnableMouseCapture)?;
        }
        Ok(screen)
    }

    /// What is drawn on.
    #[expect(clippy::unused_self, reason = "there is none before it is taken")]
    pub(super) fn terminal(&self) -> io::Result<Terminal<CrosstermBackend<BufWriter<Stdout>>>> {
        Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(PICTURE, standard())))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

impl Outside for Screen {
    fn events(&self) -> Receiver<Event> {
        let (sender, receiver) = channel();
        // it is not waited for: from a terminal that is gone it reads without end
        std::thread::spawn(move || {
            while let Ok(event) = event::read() {
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        receiver
    }

    fn is_gone(&self) -> bool {
        self.is_ended.load(Ordering::Relaxed) || !is_there()
    }

    fn copy(&self, text: &str) -> io::Result<()> {
        execute!(standard(), CopyToClipboard::to_clipboard_from(text))
    }
}

fn give_back() {
    // each by itself: what one terminal refuses must not keep the rest
    let _ = execute!(standard(), DisableMouseCapture);
    let _ = execute!(standard(), DisableBracketedPaste);
    let _ = execute!(standard(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Whether there is a terminal.
pub(super) fn is_there() -> bool {
    standard().is_terminal()
}

/// Whether it shows more than ASCII, as far as the system tells.
pub(super) fn speaks_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
fn standard() -> Stdout {
    io::stdout()
}
