//! The terminal in full-screen mode. It is restored on every way out, a panic and a kill included.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::Outside;

/// Bytes of a frame that are written at once.
const PICTURE: usize = 64 << 10;

/// The terminal in full-screen mode.
pub struct Screen {
    /// A signal asked the program to end.
    is_ended: Arc<AtomicBool>,
    /// The terminal was restored. Only once, because restoring moves the cursor back.
    is_back: Arc<AtomicBool>,
}

impl Screen {
    /// Switches the terminal to full-screen mode, with the mouse or without. `is_ended` asks the browser to end, for
    /// example because of a signal.
    pub fn take(mouse: bool, is_ended: Arc<AtomicBool>) -> io::Result<Screen> {
        let is_back: Arc<AtomicBool> = Arc::default();
        let flag = Arc::clone(&is_back);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // on any thread: the panic message must be visible
            give_back(&flag);
            before(panic);
        }));
        let screen = Screen { is_ended, is_back };
        enable_raw_mode()?;
        execute!(standard(), EnterAlternateScreen, EnableBracketedPaste)?;
        if mouse {
            execute!(standard(), EnableMouseCapture)?;
        }
        Ok(screen)
    }

    /// The terminal to draw on.
    pub fn terminal(&self) -> io::Result<Terminal<CrosstermBackend<impl Write + use<>>>> {
        let canvas = Canvas { is_back: Arc::clone(&self.is_back) };
        Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(PICTURE, canvas)))
    }
}

/// Standard output until the terminal is restored: a frame drawn while a thread panics must not hide its message.
struct Canvas {
    is_back: Arc<AtomicBool>,
}

impl Write for Canvas {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_back.load(Ordering::Relaxed) {
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
        give_back(&self.is_back);
    }
}

impl Outside for Screen {
    fn events(&self) -> Receiver<Event> {
        let (sender, receiver) = channel();
        // never joined: reading from a closed terminal does not end
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
        [&self.is_ended, &self.is_back].iter().any(|flag| flag.load(Ordering::Relaxed)) || !is_there()
    }

    fn copy(&self, text: &str) -> io::Result<()> {
        execute!(standard(), CopyToClipboard::to_clipboard_from(text))
    }
}

fn give_back(is_back: &AtomicBool) {
    if is_back.swap(true, Ordering::Relaxed) {
        return;
    }
    // each by itself: a terminal that refuses one must still get the others
    let _ = execute!(standard(), DisableMouseCapture);
    let _ = execute!(standard(), DisableBracketedPaste);
    let _ = execute!(standard(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Whether standard output is a terminal.
pub fn is_there() -> bool {
    standard().is_terminal()
}

#[expect(clippy::disallowed_methods, reason = "the browser draws here")]
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
