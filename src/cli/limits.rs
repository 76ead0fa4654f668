//! Options that limit how much archives may unpack to, shared by the commands that open archives.

use clap::Args;
use spoglight_source::Limits;

use super::ARCHIVES;

/// Bytes of a megabyte.
const MEGABYTE: u64 = 1 << 20;

/// Bytes of a gigabyte.
const GIGABYTE: u64 = 1 << 30;

/// Limits on archives.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "they are the names of the options")]
pub(super) struct ArchiveLimits {
    /// Maximum size of all unpacked archives together, in GB
    #[arg(long, value_name = "GB", default_value_t = Limits::default().unpacked / GIGABYTE)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_unpacked: u64,

    /// Maximum unpacked size of one entry, in GB
    #[arg(long, value_name = "GB", default_value_t = Limits::default().entry / GIGABYTE)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_entry: u64,

    /// Maximum compression ratio of one entry
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_ratio: u64,

    /// Maximum depth of nested archives
    #[arg(long, value_name = "N", default_value_t = Limits::default().depth)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_depth: usize,

    /// Maximum number of entries in all archives together
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_entries: u64,

    /// Maximum size of temporary files, in GB
    #[arg(long, value_name = "GB", default_value_t = Limits::default().temporary / GIGABYTE)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_temporary: u64,

    /// Maximum memory for the lists of files and entries, in MB
    #[arg(long, value_name = "MB", default_value_t = Limits::default().memory / MEGABYTE)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_memory: u64,

    /// Maximum time without output while unpacking, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().silence)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_silence: u64,

    /// Maximum dictionary memory for one entry, in MB
    #[arg(long, value_name = "MB", default_value_t = Limits::default().dictionary / MEGABYTE)]
    #[arg(help_heading = ARCHIVES, hide_short_help = true)]
    max_dictionary: u64,
}

impl Default for ArchiveLimits {
    fn default() -> ArchiveLimits {
        let limits = Limits::default();
        ArchiveLimits {
            max_unpacked: limits.unpacked / GIGABYTE,
            max_entry: limits.entry / GIGABYTE,
            max_ratio: limits.ratio,
            max_depth: limits.depth,
            max_entries: limits.entries,
            max_temporary: limits.temporary / GIGABYTE,
            max_memory: limits.memory / MEGABYTE,
            max_silence: limits.silence,
            max_dictionary: limits.dictionary / MEGABYTE,
        }
    }
}

impl ArchiveLimits {
    /// The limits, in bytes and seconds.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            unpacked: self.max_unpacked.saturating_mul(GIGABYTE),
            entry: self.max_entry.saturating_mul(GIGABYTE),
            ratio: self.max_ratio.max(1),
            depth: self.max_depth,
            entries: self.max_entries,
            temporary: self.max_temporary.saturating_mul(GIGABYTE),
            memory: self.max_memory.saturating_mul(MEGABYTE),
            silence: self.max_silence,
            dictionary: self.max_dictionary.saturating_mul(MEGABYTE),
        }
    }
}
