//! Passwords of archives: given as an option, or typed on a terminal. They are never printed.

use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use spoglight_source::{PasswordPrompt, Passwords, read_small_text};
use spoglight_text::sanitize::clean;

use super::INPUT;

/// Passwords of encrypted archives and certificate stores.
#[derive(Default, Args)]
pub(super) struct Unlocking {
    /// Password of encrypted archives and certificate stores. Repeatable
    ///
    /// On a terminal a prompt asks for the password of an archive that none opens.
    #[arg(long = "password", value_name = "TEXT", help_heading = INPUT)]
    passwords: Vec<String>,

    /// Read passwords from FILE, one a line. Repeatable
    ///
    /// A password in an option is visible in the list of processes. The variable SPOGLIGHT_PASSWORD has one, too.
    #[arg(long = "password-file", value_name = "FILE", value_parser = read_file, help_heading = INPUT)]
    password_files: Vec<PasswordList>,
}

/// The passwords of a file.
#[derive(Clone)]
struct PasswordList(Vec<String>);

/// Reads the lines of a file.
fn read_file(path: &str) -> Result<PasswordList, String> {
    let text = read_small_text(Path::new(path)).map_err(|error| error.to_string())?;
    let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty());
    Ok(PasswordList(lines.map(ToOwned::to_owned).collect()))
}

/// Variable of the environment with a password.
const VARIABLE: &str = "SPOGLIGHT_PASSWORD";

impl std::fmt::Debug for Unlocking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unlocking").finish_non_exhaustive()
    }
}

impl Unlocking {
    /// The passwords that were given, or a prompt for them.
    pub(super) fn passwords(&self) -> Passwords {
        let mut given = self.passwords.clone();
        given.extend(self.password_files.iter().flat_map(|file| file.0.iter().cloned()));
        given.extend(std::env::var(VARIABLE).ok().filter(|password| !password.is_empty()));
        Passwords { given, ask: prompt() }
    }
}

/// A prompt, if a person is there: the answer comes from the terminal, not from a pipe, and is not shown.
fn prompt() -> Option<PasswordPrompt> {
    let person = io::stdin().is_terminal() && io::stderr().is_terminal();
    person.then(|| -> PasswordPrompt {
        Arc::new(|archive, is_wrong| {
            let terminal = console::Term::stderr();
            let wrong = if is_wrong { "The password is wrong. " } else { "" };
            let question = format!("{wrong}Password for {} (Enter to skip): ", clean(archive));
            terminal.write_str(&question).ok()?;
            terminal.read_secure_line().ok().filter(|answer| !answer.is_empty())
        })
    })
}
