//! Passwords of archives: given as an option, or typed on a terminal. They are never printed.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use clap::Args;
use spoglight_source::{PasswordPrompt, Passwords};
use spoglight_text::sanitize::clean;

use super::INPUT;

/// Passwords of encrypted archives and certificate stores.
#[derive(Default, Args)]
pub(super) struct Unlocking {
    /// Password of encrypted archives and certificate stores. Repeatable
    ///
    /// Without it a terminal prompt asks for the password of an archive when one is needed.
    #[arg(long = "password", value_name = "TEXT", help_heading = INPUT)]
    passwords: Vec<String>,
}

impl std::fmt::Debug for Unlocking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unlocking").finish_non_exhaustive()
    }
}

impl Unlocking {
    /// The passwords that were given, or a prompt for them.
    pub(super) fn passwords(&self) -> Passwords {
        let ask = self.passwords.is_empty().then(prompt).flatten();
        Passwords { given: self.passwords.clone(), ask }
    }
}

/// A prompt, if a person is there: the answer comes from the terminal, not from a pipe, and is not shown.
fn prompt() -> Option<PasswordPrompt> {
    let person = io::stdin().is_terminal() && io::stderr().is_terminal();
    person.then(|| -> PasswordPrompt {
        Arc::new(|archive| {
            let terminal = console::Term::stderr();
            let question = format!("Password for {} (Enter to skip): ", clean(archive));
            terminal.write_str(&question).ok()?;
            terminal.read_secure_line().ok().filter(|answer| !answer.is_empty())
        })
    })
}
