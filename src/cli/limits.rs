//! Options that say how much archives may unpack to, shared by the commands that open some.

use clap::Args;
use spoglight_source::Limits;

/// Bytes of a megabyte.
const MEGABYTE: u64 = 1 << 20;

/// Bytes of a gigabyte.
const GIGABYTE: u64 = 1 << 30;

/// See the [module](self).
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "they are the names of the options")]
pub(super) struct ArchiveLimits {
    /// Gigabytes that all archives together may unpack to
    #[arg(long, value_name = "GB", default_value_t = Limits::default().unpacked / GIGABYTE)]
    max_unpacked: u64,

    /// Gigabytes that one entry may unpack to
    #[arg(long, value_name = "GB", default_value_t = Limits::default().entry / GIGABYTE, hide_short_help = true)]
    max_entry: u64,

    /// Times its packed size that an entry may unpack to
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, hide_short_help = true)]
    max_ratio: u64,

    /// Archives that may lie one in the other
    #[arg(long, value_name = "N", default_value_t = Limits::default().depth, hide_short_help = true)]
    max_depth: usize,

    /// Entries that all archives together may have
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries, hide_short_help = true)]
    max_entries: u64,

    /// Gigabytes of temporary files, for archives inside archives
    #[arg(long, value_name = "GB", default_value_t = Limits::default().temporary / GIGABYTE, hide_short_help = true)]
    max_temporary: u64,

    /// Seconds that unpacking may take without giving a byte
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().silence, hide_short_help = true)]
    max_silence: u64,

    /// Megabytes of memory that unpacking one entry may take for its dictionary
    #[arg(long, value_name = "MB", default_value_t = Limits::default().dictionary / MEGABYTE, hide_short_help = true)]
    max_dictionary: u64,
}

impl ArchiveLimits {
    /// The limits.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            unpacked: self.max_unpacked.saturating_mul(GIGABYTE),
            entry: self.max_entry.saturating_mul(GIGABYTE),
            ratio: self.max_ratio.max(1),
            depth: self.max_depth,
            entries: self.max_entries,
            temporary: self.max_temporary.saturating_mul(GIGABYTE),
            silence: self.max_silence,
            dictionary: self.max_dictionary.saturating_mul(MEGABYTE),
        }
    }
}
