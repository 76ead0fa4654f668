//! The browser in a real terminal: tmux holds one, presses keys and reads what is on it. Without tmux these tests are skipped;
//! everything but the terminal itself is tested in the library.

use std::process::{Command, Output};

use crate::support::{CASE, PROGRAM, folder, skip, spoglight, text, wait};

fn tmux(socket: &str, arguments: &[&str]) -> Option<Output> {
    Command::new("tmux").args(["-L", socket, "-f", "/dev/null", "-u"]).args(arguments).output().ok()
}

/// A terminal in which the browser runs.
struct Terminal {
    socket: String,
    /// Holds the file `ended` with its exit code when it has ended, and `pid` with the id of its process.
    folder: tempfile::TempDir,
}

impl Terminal {
    /// Starts it for a test; without tmux the test is skipped.
    fn start(test: &str, arguments: &str, size: (u16, u16)) -> Option<Terminal> {
        Terminal::with(PROGRAM, test, arguments, size)
    }

    /// The same with another program, or with a command that runs one.
    fn with(program: &str, test: &str, arguments: &str, size: (u16, u16)) -> Option<Terminal> {
        // the shell stays, so that the screen is there after the browser has left it, and shows how it was left
        Terminal::open(test, size, |folder| {
            format!(
                "export LANG=C.UTF-8 XDG_STATE_HOME={folder}/state; \
                 sh -c 'echo $$ > {folder}/pid; exec {program} browse {arguments}'; echo $? > {folder}/ended; \
                 stty -a | grep -q -- ' -echo ' && echo left raw || echo left well; exec sleep 600"
            )
        })
    }

    /// A terminal with a command of the shell, which may use a folder.
    fn open(test: &str, size: (u16, u16), command: impl FnOnce(&str) -> String) -> Option<Terminal> {
        if cfg!(windows) || !tmux(test, &["-V"]).is_some_and(|output| output.status.success()) {
            skip(&format!("browse::{test}"), "no tmux");
            return None;
        }
        let folder = folder();
        let socket = format!("spoglight-{}-{}", std::process::id(), &test[..12]);
        let command = command(&folder.path().display().to_string());
        let (width, height) = (size.0.to_string(), size.1.to_string());
        let started =
            tmux(&socket, &["new-session", "-d", "-x", &width, "-y", &height, "sh", "-c", &command])?;
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        Some(Terminal { socket, folder })
    }

    fn screen(&self) -> String {
        let shown = tmux(&self.socket, &["capture-pane", "-p"]).expect("tmux");
        String::from_utf8_lossy(&shown.stdout).into_owned()
    }

    /// Waits until the screen has something.
    fn wait(&self, what: &str) -> String {
        self.wait_any(&[what])
    }

    /// Waits until the screen does not have something any more.
    fn wait_without(&self, what: &str) {
        wait(
            || format!("{what:?} does not go:\n{}", self.screen()),
            || (!self.screen().contains(what)).then_some(()),
        );
    }

    /// Waits until the screen has any of some texts.
    fn wait_any(&self, what: &[&str]) -> String {
        let is_there = || {
            let screen = self.screen();
            let is_shown = what.iter().any(|what| screen.contains(what));
            let is_over = screen.lines().any(|line| line.starts_with("left "));
            assert!(is_shown || !is_over, "the browser ended without {what:?}:\n{screen}");
            is_shown.then_some(screen)
        };
        wait(|| format!("{what:?} does not come:\n{}", self.screen()), is_there)
    }

    fn keys(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys"];
        arguments.extend(keys);
        assert!(tmux(&self.socket, &arguments).is_some_and(|output| output.status.success()));
    }

    /// What the shell wrote into a file.
    fn file(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join(name)).expect("a file of the shell");
        text.trim().to_owned()
    }

    /// Waits until the browser has ended; returns its exit code and the screen that it left.
    fn end(&self) -> (String, String) {
        let screen = self.wait("left ");
        (self.file("ended"), screen)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = tmux(&self.socket, &["kill-server"]);
    }
}

#[test]
fn start_move_filter_and_quit() {
    let Some(terminal) = Terminal::start("start_move_filter_and_quit", CASE, (120, 34)) else { return };
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
    terminal.wait("Keys (type");
    terminal.keys(&["Escape"]);
    // the two keys at once would be Alt-q
    terminal.wait_without("Keys (type");
    terminal.keys(&["q"]);
    let (code, last) = terminal.end();
    assert_eq!(code, "0");
    // the screen before is there again, and the terminal echoes what is typed
    assert!(last.contains("left well") && !last.contains("spoglight  samples"), "{last}");
}

#[test]
fn the_shell_gets_the_terminal_and_gives_it_back() {
    let test = "the_shell_gets_the_terminal_and_gives_it_back";
    let shell = |folder: &str| {
        format!(
            "export LANG=C.UTF-8 XDG_STATE_HOME={folder}/state PS1='shell> '; exec bash --norc --noprofile -i"
        )
    };
    let Some(terminal) = Terminal::open(test, (100, 30), shell) else { return };
    terminal.wait("shell>");
    terminal.keys(&[&format!("{PROGRAM} browse --fresh {CASE}"), "Enter"]);
    terminal.wait("1 finding: press 2");
    terminal.keys(&["5", "0", "G"]);
    terminal.wait("50 of 1,878");
    terminal.keys(&["C-z"]);
    let stopped = terminal.wait("Stopped");
    assert!(!stopped.contains("50 of 1,878"), "{stopped}");
    terminal.keys(&["stty -a | grep -q -- ' -echo ' && echo is raw || echo is well", "Enter"]);
    terminal.wait("\nis well");
    terminal.keys(&["fg", "Enter"]);
    let back = terminal.wait("50 of 1,878");
    assert!(!back.contains("Stopped") && back.contains("q quit"), "{back}");
    terminal.keys(&["q"]);
    terminal.wait("shell>");
    terminal.keys(&["exit", "Enter"]);
}

#[test]
fn lines_scroll_and_the_command_line_quits() {
    let test = "lines_scroll_and_the_command_line_quits";
    let Some(terminal) = Terminal::start(test, &format!("--fresh --theme dark {CASE}"), (100, 30)) else {
        return;
    };
    let first = terminal.wait("1 finding: press 2");
    assert!(first.contains("q quit"), "{first}");
    terminal.keys(&["5", "0", "G"]);
    terminal.wait("50 of 1,878");
    terminal.keys(&["Right"]);
    terminal.keys(&["Left"]);
    terminal.wait("50 of 1,878");
    terminal.keys(&["C-l"]);
    terminal.keys(&[":120", "Enter"]);
    terminal.wait("120 of 1,878");
    terminal.keys(&["/pkix path", "Enter"]);
    terminal.wait("search: pkix path, hit ");
    terminal.keys(&[":theme li", "Tab", "Enter"]);
    terminal.keys(&[":q", "Enter"]);
    let (code, last) = terminal.end();
    assert_eq!(code, "0");
    assert!(last.contains("left well"), "{last}");
}

#[test]
fn a_window_that_is_pulled_and_a_kill_leave_the_terminal_well() {
    let test = "a_window_that_is_pulled_and_a_kill_leave_the_terminal_well";
    let Some(terminal) = Terminal::start(test, CASE, (100, 30)) else { return };
    terminal.wait("1 finding");
    for step in 0u16..40 {
        let (width, height) = ((20 + step * 37 % 200).to_string(), (3 + step * 13 % 60).to_string());
        tmux(&terminal.socket, &["resize-window", "-x", &width, "-y", &height]);
    }
    tmux(&terminal.socket, &["resize-window", "-x", "110", "-y", "28"]);
    terminal.wait("1 of 1,878");
    let kill = format!("kill -TERM {}", terminal.file("pid"));
    assert!(Command::new("sh").args(["-c", &kill]).status().is_ok_and(|status| status.success()), "{kill}");
    let (code, last) = terminal.end();
    assert_eq!(code, "0");
    assert!(last.contains("left well"), "{last}");
}

/// `SPOGLIGHT_WINDOWS` holds the command that runs the program for Windows under wine. The console there draws lines at wrong
/// places, so that only starting, keys and leaving are looked at.
#[test]
fn a_console_of_windows_is_taken_and_given_back() {
    let test = "a_console_of_windows_is_taken_and_given_back";
    let Ok(program) = std::env::var("SPOGLIGHT_WINDOWS") else {
        return skip(&format!("browse::{test}"), "SPOGLIGHT_WINDOWS names no program for Windows");
    };
    let Some(terminal) = Terminal::with(&program, test, &format!("--fresh {CASE}"), (100, 30)) else {
        return;
    };
    terminal.wait_any(&["of 1,878", "1 finding"]);
    terminal.keys(&["j"]);
    tmux(&terminal.socket, &["resize-window", "-x", "120", "-y", "36"]);
    terminal.keys(&["2"]);
    terminal.wait_any(&["CRITI", "Details", "Cause", "esc back"]);
    terminal.keys(&["q"]);
    let (code, last) = terminal.end();
    assert_eq!(code, "0", "{last}");
    assert!(last.contains("left well"), "{last}");
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let run = |arguments: &[&str]| {
        let output = spoglight(&[&["browse"], arguments].concat());
        (output.status.code(), text(&output.stderr))
    };
    let (code, error) = run(&[CASE]);
    assert_eq!(code, Some(2));
    assert!(error.contains("needs a terminal") && error.contains("spoglight timeline"), "{error}");
    let (code, error) = run(&[CASE, "-q", "levl>=warn"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("invalid filter"), "{error}");
    let (code, error) = run(&[CASE, "--theme", "pink"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("auto, light, dark, plain"), "{error}");
}
