//! The terminal: taken for the browser, and restored on every way out, including a panic and a signal.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};
use std::path::PathBuf;
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
use spoglight_engine::Settings;
use spoglight_model::analysis::Warning;
use spoglight_source::Problem;

use crate::app::App;
use crate::options::BrowserOptions;
use crate::run::{self, Host};

/// Bytes of a frame that are written at once.
const FRAME: usize = 64 << 10;

/// How the browser ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// Why it could not go on: the terminal failed, or a definition file is wrong.
    pub failure: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Why filters, bookmarks and position could not be saved.
    pub unsaved: Option<Problem>,
    /// What was wrong with the paths, if nothing in them was read.
    pub unread: Vec<Warning>,
}

/// Takes the terminal, reads the logs at `paths`, and runs the browser until the user quits or `stop` is set.
///
/// Fails if the terminal cannot be taken; a later failure is in [`Ended`].
pub fn run(
    options: BrowserOptions,
    paths: &[PathBuf],
    settings: &Settings,
    stop: &Arc<AtomicBool>,
) -> io::Result<Ended> {
    let screen = Screen::take(options.mouse, Arc::clone(stop))?;
    let mut app = App::new(options);
    let outcome = screen
        .terminal()
        .and_then(|mut terminal| run::run(&mut terminal, &mut app, paths, settings, &screen));
    drop(screen);
    let failure = match outcome {
        Ok(failure) => failure.map(Into::into),
        Err(error) => Some(error.into()),
    };
    Ok(Ended { failure, unsaved: app.save_session(), unread: app.unread().to_vec() })
}

/// The terminal while the browser has it.
struct Screen {
    /// The program is to end.
    stop: Arc<AtomicBool>,
    /// The terminal was restored. Only once, because that moves the cursor to where it was before.
    is_restored: Arc<AtomicBool>,
    /// The mouse is used.
    mouse: bool,
}

impl Screen {
    /// Takes the terminal, with the mouse or without.
    fn take(mouse: bool, stop: Arc<AtomicBool>) -> io::Result<Screen> {
        let is_restored = Arc::<AtomicBool>::default();
        let flag = Arc::clone(&is_restored);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // on any thread: the message of the panic must be visible
            restore(&flag);
            before(panic);
        }));
        let screen = Screen { stop, is_restored, mouse };
        enter(mouse)?;
        Ok(screen)
    }

    /// The terminal to draw on.
    fn terminal(&self) -> io::Result<Terminal<CrosstermBackend<impl Write + use<>>>> {
        let canvas = Canvas { is_restored: Arc::clone(&self.is_restored) };
        Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME, canvas)))
    }
}

/// Writes to the terminal until it is restored: a frame that was being drawn when a thread panicked must not hide the message.
struct Canvas {
    is_restored: Arc<AtomicBool>,
}

impl Write for Canvas {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_restored.load(Ordering::Relaxed) {
            return Ok(bytes.len());
        }
        standard().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        standard().flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore(&self.is_restored);
    }
}

impl Host for Screen {
    fn events(&self) -> Receiver<Event> {
        let (sender, receiver) = channel();
        // never joined: on a terminal that is gone it reads for ever
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
        [&self.stop, &self.is_restored].iter().any(|flag| flag.load(Ordering::Relaxed)) || !is_terminal()
    }

    fn copy(&self, text: &str) -> io::Result<()> {
        execute!(standard(), CopyToClipboard::to_clipboard_from(text))
    }

    fn suspend(&self) -> io::Result<()> {
        stop(leave, || enter(self.mouse))
    }
}

/// Stops the program between two changes of the terminal, as the shell expects it of Ctrl-Z.
#[cfg(unix)]
fn stop(before: impl FnOnce(), after: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_process};
    before();
    let stopped = kill_process(getpid(), Signal::TSTP);
    after()?;
    Ok(stopped?)
}

#[cfg(not(unix))]
fn stop(_before: impl FnOnce(), _after: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no job control"))
}

/// Takes the terminal, with the mouse or without.
fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(standard(), EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse {
        execute!(standard(), EnableMouseCapture)?;
    }
    Ok(())
}

fn restore(is_restored: &AtomicBool) {
    if !is_restored.swap(true, Ordering::Relaxed) {
        leave();
    }
}

/// Gives the terminal back.
fn leave() {
    // each by itself, because a terminal may refuse one of them
    let _ = execute!(standard(), DisableMouseCapture);
    let _ = execute!(standard(), DisableBracketedPaste);
    let _ = execute!(standard(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Returns true if standard output is a terminal.
pub fn is_terminal() -> bool {
    standard().is_terminal()
}

/// Returns true if the terminal shows more than ASCII, as far as the locale says.
pub fn speaks_unicode() -> bool {
    locale_is_unicode().unwrap_or(false)
}

/// Returns whether the locale is one of Unicode; `None` if none is set.
pub fn locale_is_unicode() -> Option<bool> {
    if cfg!(windows) {
        return Some(true);
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.map(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[expect(clippy::disallowed_methods, reason = "the browser draws on standard output")]
fn standard() -> Stdout {
    io::stdout()
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Output};
    use std::sync::mpsc::channel;
    use std::time::{Duration, Instant};

    use super::*;

    /// Run in a terminal by the test below.
    #[test]
    #[ignore = "it panics"]
    fn thread_panics_while_the_screen_is_drawn() {
        let screen = Screen::take(true, Arc::default()).expect("a terminal");
        let mut terminal = screen.terminal().expect("a terminal");
        terminal.draw(|frame| frame.render_widget("a picture", frame.area())).expect("it draws");
        let (sender, receiver) = channel::<()>();
        let thread = std::thread::spawn(move || {
            let _held = sender;
            panic!("its last words");
        });
        assert!(receiver.recv().is_err());
        let _ = thread.join();
        assert!(screen.is_gone());
        terminal
            .draw(|frame| frame.render_widget("a picture after it", frame.area()))
            .expect("it is dropped");
    }

    #[test]
    fn a_panic_gives_the_terminal_back() {
        let socket = format!("spoglight-panic-{}", std::process::id());
        let tmux = |arguments: &[&str]| -> Option<Output> {
            Command::new("tmux").args(["-L", &socket, "-f", "/dev/null", "-u"]).args(arguments).output().ok()
        };
        if cfg!(windows) || !tmux(&["-V"]).is_some_and(|output| output.status.success()) {
            let _ = io::stderr().write_all(b"skipped: no tmux\n");
            return;
        }
        let program = std::env::current_exe().expect("a test");
        let command = format!(
            "{} --exact terminal::tests::thread_panics_while_the_screen_is_drawn --ignored --nocapture; \
             stty -a | grep -q -- ' -echo ' && echo left raw || echo left well; exec sleep 60",
            program.display()
        );
        tmux(&["new-session", "-d", "-x", "100", "-y", "40", "sh", "-c", &command]).expect("tmux");
        let start = Instant::now();
        let shown = loop {
            let shown = tmux(&["capture-pane", "-p"]).expect("tmux").stdout;
            let shown = String::from_utf8_lossy(&shown).into_owned();
            if shown.contains("left ") || start.elapsed() > Duration::from_mins(1) {
                break shown;
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let modes = tmux(&["display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"]);
        let modes = String::from_utf8_lossy(&modes.expect("tmux").stdout).into_owned();
        let _ = tmux(&["kill-server"]);
        assert!(shown.contains("left well") && shown.contains("its last words"), "{shown}");
        assert!(shown.contains("1 passed") && !shown.contains("a picture"), "{shown}");
        assert_eq!(modes.trim(), "0 0 1");
    }
}
