//! The browser in a real terminal: tmux holds one, presses keys and says what is on it. Where there is no tmux this is skipped
//! with a line; everything but the terminal itself is tested in the library.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

const CASE: &str = "samples/cases/untrusted-certificate";

/// The longest wait for anything: machines of tests are busy.
const LONGEST: Duration = Duration::from_mins(1);

fn tmux(socket: &str, arguments: &[&str]) -> Option<Output> {
    Command::new("tmux").args(["-L", socket, "-f", "/dev/null", "-u"]).args(arguments).output().ok()
}

/// A terminal in which the browser runs.
struct Terminal {
    socket: String,
    /// Holds its exit code when it has ended.
    ended: PathBuf,
    _folder: tempfile::TempDir,
}

impl Terminal {
    fn start(name: &str, arguments: &str, size: (u16, u16)) -> Option<Terminal> {
        Terminal::with(env!("CARGO_BIN_EXE_spoglight"), name, arguments, size)
    }

    /// The same with another program, or with what runs one before it.
    fn with(program: &str, name: &str, arguments: &str, size: (u16, u16)) -> Option<Terminal> {
        if cfg!(windows) || !tmux(name, &["-V"]).is_some_and(|output| output.status.success()) {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: no tmux\n");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let ended = folder.path().join("ended");
        let socket = format!("spoglight-{name}-{}", std::process::id());
        // the shell stays, so that the screen is there after the browser has left it, and says how it was left
        let command = format!(
            "LANG=C.UTF-8 XDG_STATE_HOME={} {program} browse {arguments}; echo $? > {}; \
             stty -a | grep -q -- ' -echo ' && echo left raw || echo left well; exec sleep 60",
            folder.path().join("state").display(),
            ended.display()
        );
        let (width, height) = (size.0.to_string(), size.1.to_string());
        let started =
            tmux(&socket, &["new-session", "-d", "-x", &width, "-y", &height, "sh", "-c", &command])?;
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        Some(Terminal { socket, ended, _folder: folder })
    }

    fn screen(&self) -> String {
        let shown = tmux(&self.socket, &["capture-pane", "-p"]).expect("tmux");
        String::from_utf8_lossy(&shown.stdout).into_owned()
    }

    /// Waits until the screen has something.
    fn wait(&self, what: &str) -> String {
        self.wait_any(&[what])
    }

    /// The same for any of some.
    fn wait_any(&self, what: &[&str]) -> String {
        let start = Instant::now();
        loop {
            let screen = self.screen();
            if what.iter().any(|what| screen.contains(what)) {
                return screen;
            }
            let is_over = start.elapsed() > LONGEST || screen.lines().any(|line| line.starts_with("left "));
            assert!(!is_over, "{what:?} does not come:\n{screen}");
            sleep(Duration::from_millis(50));
        }
    }

    fn keys(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys"];
        arguments.extend(keys);
        assert!(tmux(&self.socket, &arguments).is_some_and(|output| output.status.success()));
    }

    /// Waits until the browser has ended; answers its exit code and the screen that it left.
    #[expect(clippy::disallowed_methods, reason = "it is no log")]
    fn end(&self) -> (String, String) {
        let screen = self.wait("left ");
        let code = std::fs::read(&self.ended).expect("a code");
        (String::from_utf8_lossy(&code).trim().to_owned(), screen)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = tmux(&self.socket, &["kill-server"]);
    }
}

#[test]
fn start_move_filter_and_quit() {
    let Some(terminal) = Terminal::start("quit", CASE, (120, 34)) else { return };
    let first = terminal.wait("1 finding");
    assert!(first.starts_with("spoglight  samples/cases/untrusted-certificate"), "{first}");
    assert!(first.contains("1 of 1,878"), "{first}");
    terminal.keys(&["j", "j", "Down"]);
    terminal.wait("4 of 1,878");
    terminal.keys(&["2", "Enter"]);
    terminal.wait("335 of 1,878");
    terminal.keys(&["f", "level>=error"]);
    terminal.wait("filter: level>=error");
    terminal.keys(&["Enter"]);
    let filtered = terminal.wait(" in all)");
    assert!(filtered.contains("level>=error"), "{filtered}");
    terminal.keys(&["?"]);
    terminal.wait("keys here");
    terminal.keys(&["Escape"]);
    terminal.keys(&["q"]);
    let (code, last) = terminal.end();
    assert_eq!(code, "0");
    // the screen before is there again, and the terminal echoes what is typed
    assert!(last.contains("left well") && !last.contains("spoglight  samples"), "{last}");
}

#[test]
fn a_window_that_is_pulled_and_a_kill_leave_the_terminal_well() {
    // named in another way, so that the kill finds this one alone
    let case = format!("./{CASE}");
    let Some(terminal) = Terminal::start("kill", &case, (100, 30)) else { return };
    terminal.wait("1 finding");
    for step in 0u16..40 {
        let (width, height) = ((20 + step * 37 % 200).to_string(), (3 + step * 13 % 60).to_string());
        tmux(&terminal.socket, &["resize-window", "-x", &width, "-y", &height]);
    }
    tmux(&terminal.socket, &["resize-window", "-x", "110", "-y", "28"]);
    terminal.wait("1 of 1,878");
    let pattern = format!("^{} browse {case}$", env!("CARGO_BIN_EXE_spoglight"));
    let killed = Command::new("pkill").args(["-TERM", "-f", &pattern]).status();
    if killed.is_ok_and(|status| status.success()) {
        let (code, last) = terminal.end();
        assert_eq!(code, "0");
        assert!(last.contains("left well"), "{last}");
    }
}

/// Where wine runs programs for Windows, `SPOGLIGHT_WINDOWS` says how. Its console draws lines at wrong places, so that only
/// starting, keys and leaving are looked at.
#[test]
fn a_console_of_windows_is_taken_and_given_back() {
    let Ok(program) = std::env::var("SPOGLIGHT_WINDOWS") else {
        let _ = std::io::Write::write_all(
            &mut std::io::stderr(),
            b"skipped: SPOGLIGHT_WINDOWS names no program for Windows\n",
        );
        return;
    };
    let Some(terminal) = Terminal::with(&program, "windows", &format!("--fresh {CASE}"), (100, 30)) else {
        return;
    };
    terminal.wait_any(&["of 1,878", "1 finding"]);
    terminal.keys(&["j"]);
    tmux(&terminal.socket, &["resize-window", "-x", "120", "-y", "36"]);
    terminal.keys(&["2"]);
    terminal.wait_any(&["CRITI", "its page", "Cause", "esc back"]);
    terminal.keys(&["q"]);
    let (code, last) = terminal.end();
    assert_eq!(code, "0", "{last}");
    assert!(last.contains("left well"), "{last}");
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_spoglight")).arg("browse").args(arguments).output();
        let output = output.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, error) = run(&[CASE]);
    assert_eq!(code, Some(2));
    assert!(error.contains("needs a terminal") && error.contains("spoglight timeline"), "{error}");
    let (code, error) = run(&[CASE, "-q", "levl>=warn"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("invalid filter"), "{error}");
}
