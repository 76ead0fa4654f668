//! Options for threads, and for archives: passwords and limits.

use clap::Args;
use spoglight_source::Opening;

use super::GENERAL;
use super::limits::ArchiveLimits;
use super::passwords::Unlocking;

/// Threads, passwords and limits of a run.
#[derive(Debug, Default, Args)]
pub(super) struct Running {
    #[command(flatten)]
    passwords: Unlocking,

    #[command(flatten)]
    limits: ArchiveLimits,

    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, hide_short_help = true)]
    #[arg(help_heading = GENERAL)]
    pub(super) threads: usize,
}

impl Running {
    /// How archives are opened.
    pub(super) fn opening(&self) -> Opening {
        Opening { limits: self.limits.limits(), passwords: self.passwords.passwords(), piped: None }
    }
}
