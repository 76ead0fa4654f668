//! Options that say what a run may take: threads, what archives may unpack to, and the passwords that open them.

use clap::Args;
use spoglight_source::Opening;

use super::limits::ArchiveLimits;
use super::passwords::Unlocking;

/// See the [module](self).
#[derive(Debug, Args)]
pub(super) struct Running {
    /// Threads; one for each core if not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) threads: usize,

    #[command(flatten)]
    passwords: Unlocking,

    #[command(flatten)]
    limits: ArchiveLimits,
}

impl Running {
    /// How archives are opened.
    pub(super) fn opening(&self) -> Opening {
        Opening { limits: self.limits.limits(), passwords: self.passwords.passwords() }
    }
}
