//! A pager for output that is longer than the terminal, as git uses it: that of `PAGER`, or `less`.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// Options of `less` if the user has set none: end if all fits, show colors, keep the screen.
const LESS: &str = "FRX";

/// Shows text in a pager. `None` if there is none, or it cannot be started: then the caller prints the text.
pub(super) fn show(text: &[u8]) -> Option<io::Result<()>> {
    let mut command = command()?;
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", LESS);
    }
    let mut pager = command.stdin(Stdio::piped()).spawn().ok()?;
    // the pager may end before it has read all
    let written = pager.stdin.take().map_or(Ok(()), |mut input| input.write_all(text));
    let ended = pager.wait();
    Some(match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => ended.map(drop),
    })
}

/// The command of the pager; `None` if the user wants none.
fn command() -> Option<Command> {
    let given = std::env::var("PAGER").ok().map(|pager| pager.trim().to_owned());
    match given.as_deref() {
        Some("" | "cat") => None,
        Some(pager) if cfg!(windows) => {
            let mut shell = Command::new("cmd");
            shell.args(["/C", pager]);
            Some(shell)
        }
        Some(pager) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", pager]);
            Some(shell)
        }
        // `more` of Windows shows escape sequences as text
        None if cfg!(windows) => None,
        None => Some(Command::new("less")),
    }
}
