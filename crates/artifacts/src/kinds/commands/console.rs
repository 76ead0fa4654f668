//! Lines of a console: prompts, typed commands, and the marks of a mail.

use crate::bytes::time_of_day;

/// A line of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Line number, counted from 1.
    pub(super) number: usize,
    /// The line without its end, and without the marks of a quoted mail.
    pub(super) text: &'a str,
}

/// Lines that are read of one file. No console keeps that many.
const MOST_LINES: usize = 400_000;

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let lines = text.split('\n').take(MOST_LINES).enumerate();
    lines.map(|(index, text)| Line { number: index + 1, text: unquoted(text.trim_end()) }).collect()
}

/// A line without `> ` at its beginning.
fn unquoted(line: &str) -> &str {
    let mut rest = line;
    while let Some(quoted) = rest.strip_prefix('>') {
        rest = quoted.strip_prefix(' ').unwrap_or(quoted);
    }
    rest
}

/// A command that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Echo<'a> {
    /// The command as it was typed; empty if the file does not show it.
    pub(super) command: &'a str,
    /// The server that the prompt names.
    pub(super) prompt_host: Option<&'a str>,
}

/// Beginnings of commands that are also recognised without a prompt.
const KNOWN: &[&str] = &[
    "sc query",
    "sc.exe query",
    "sc queryex",
    "get-service",
    "net start",
    "tasklist",
    "netsh http show",
    "appcmd list",
    "get-webbinding",
    "get-iissite",
    "keytool -",
    "certutil -",
    "w32tm /",
    "tzutil /g",
    "ipconfig /all",
    "get-hotfix",
    "wmic qfe",
    "test-netconnection ",
    "nslookup ",
    "systeminfo",
    "netstat -",
    "utils core",
    "utils service",
    "show status",
    "openssl ",
];

impl<'a> Echo<'a> {
    /// No command is shown.
    pub(super) fn none() -> Echo<'static> {
        Echo { command: "", prompt_host: None }
    }

    /// Returns whether the command begins with these words, in any case and with any spaces.
    pub(super) fn is(&self, words: &str) -> bool {
        let mut typed = self.command.split_whitespace();
        words.split(' ').all(|word| {
            typed.next().is_some_and(|typed| {
                // with or without its folder and ending
                let typed = typed.trim_matches('"');
                let name = typed.rsplit(['\\', '/']).next().filter(|_| typed.contains('\\')).unwrap_or(typed);
                let name = name.strip_suffix(".exe").unwrap_or(name);
                name.eq_ignore_ascii_case(word)
            })
        })
    }

    /// The other server that the command asks.
    pub(super) fn remote_host(&self) -> Option<&'a str> {
        if self.command.contains("/stripchart") {
            // the server that the own clock is compared with
            return None;
        }
        let words: Vec<&str> = self.command.split_whitespace().collect();
        let by_option = words.windows(2).find_map(|pair| {
            let [option, value] = pair else { return None };
            let option = option.to_ascii_lowercase();
            ["/s", "-s", "-computername", "-cn", "/node"].contains(&option.as_str()).then_some(*value)
        });
        let inline = words.iter().find_map(|word| {
            let (option, value) = word.split_once(':')?;
            ["/computer", "/node"].contains(&option.to_ascii_lowercase().as_str()).then_some(value)
        });
        let unc = words.iter().find_map(|word| word.strip_prefix(r"\\"));
        let host = by_option.filter(|_| !self.is("openssl")).or(inline).or(unc)?;
        let host = host.trim_matches(['"', '\'', '\\']);
        is_host(host).then_some(host)
    }

    /// The name of the server, if the command asks for it: the next line with text.
    pub(super) fn answered<'l>(&self, lines: &[Line<'l>]) -> Option<&'l str> {
        let asks = self.is("hostname") || self.command.trim().eq_ignore_ascii_case("$env:computername");
        let answer = lines.iter().skip(1).take(3).map(|line| line.text.trim()).find(|text| !text.is_empty());
        answer.filter(|host| asks && is_host(host))
    }
}

/// Returns whether a word may be the name of a server.
pub(super) fn is_host(word: &str) -> bool {
    !word.is_empty()
        && word.len() < 64
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The command in a line: after a prompt, or alone if it is a known one.
pub(super) fn echo(line: &str) -> Option<Echo<'_>> {
    let line = line.trim_start_matches('\u{feff}').trim();
    let none = Echo { command: line, prompt_host: None };
    let is_start =
        |text: &str, word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if KNOWN.iter().any(|known| is_start(line, known)) {
        return Some(none);
    }
    // [SERVER]: PS C:\>
    let (host, rest) = match line.strip_prefix('[').and_then(|rest| rest.split_once("]: PS ")) {
        Some((host, _)) => {
            (Some(host).filter(|host| is_host(host)), line.split_once("]: ").map_or("", |(_, rest)| rest))
        }
        None => (None, line),
    };
    let rest = rest.strip_prefix("PS ").unwrap_or(rest);
    let bytes = rest.as_bytes();
    let is_path = matches!(bytes, [drive, b':', b'\\', ..] if drive.is_ascii_alphabetic());
    if is_path && let Some((path, command)) = rest.split_once('>') {
        return (!path.contains(['<', '"', '|']))
            .then_some(Echo { command: command.trim(), prompt_host: host });
    }
    if let Some(command) = line.strip_prefix("admin:") {
        return Some(Echo { command: command.trim(), prompt_host: None });
    }
    // user@server:~$ command
    let (prompt, command) = line.split_once("$ ").or_else(|| line.split_once("# "))?;
    let is_shell = prompt.len() < 80 && prompt.contains('@') && !prompt.contains(' ');
    is_shell.then_some(Echo { command: command.trim(), prompt_host: None })
}

/// Returns whether a line looks like that of a log: a time of day near its beginning.
pub(super) fn is_like_log(line: &str) -> bool {
    time_of_day(line.as_bytes()).is_some()
}
