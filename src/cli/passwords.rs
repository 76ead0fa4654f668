//! Passwords of archives: given as an option, or typed by a person who sits before a terminal. They are never printed.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use clap::Args;
use spoglight_source::{Ask, Passwords};
use spoglight_text::sanitize::clean;

/// See the [module](self).
#[derive(Args)]
pub(super) struct Unlocking {
    /// Password of encrypted archives; may be repeated. On a terminal it is asked for if none is given
    #[arg(long = "password", value_name = "TEXT")]
    passwords: Vec<String>,
}

impl std::fmt::Debug for Unlocking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unlocking").finish_non_exhaustive()
    }
}

impl Unlocking {
    /// The passwords that were given, or a way to ask for them.
    pub(super) fn passwords(&self) -> Passwords {
        let ask = self.passwords.is_empty().then(asker).flatten();
        Passwords { given: self.passwords.clone(), ask }
    }
}

/// A way to ask, if a person is there: what is typed comes from the terminal, not from a pipe, and is not shown.
fn asker() -> Option<Ask> {
    let person = io::stdin().is_terminal() && io::stderr().is_terminal();
    person.then(|| -> Ask {
        Arc::new(|archive| {
            let terminal = console::Term::stderr();
            let question = format!("Password of {} (Enter to go on without): ", clean(archive));
            terminal.write_str(&question).ok()?;
            terminal.read_secure_line().ok().filter(|answer| !answer.is_empty())
        })
    })
}
