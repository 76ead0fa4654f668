//! [`ScanOptions`]: how to scan.

use spoglight_parsers::Format;
use spoglight_text::charset::CharsetRules;

/// Bytes of a file that one core scans at a time, unless another number is given.
pub const SEGMENT: u64 = 16 << 20;

/// Sources above which their results are packed. Those of fewer take some megabytes, and to unpack them takes time.
const MANY: usize = 10_000;

/// How to scan.
#[derive(Clone)]
pub struct ScanOptions<'f> {
    /// Formats to recognize, in the order in which they are tried: the built-in ones by default.
    pub formats: Vec<&'f dyn Format>,
    /// Charsets that the user gave.
    pub charsets: CharsetRules,
    /// Number of threads; 0 means one for each core.
    pub threads: usize,
    /// Bytes of a file that one core scans at a time; 0 means [`SEGMENT`]. The result does not depend on it.
    pub segment: u64,
    /// Sources above which their results are packed until all are read. The result does not depend on it.
    pub many: usize,
    /// Search for signatures.
    pub search: bool,
    /// Record a block index, so that events can be read again without another scan.
    pub index: bool,
    /// Record every event, so that they can be listed one by one.
    pub rows: bool,
}

impl Default for ScanOptions<'_> {
    fn default() -> Self {
        let formats = spoglight_parsers::formats::ALL.to_vec();
        ScanOptions {
            formats,
            charsets: CharsetRules::default(),
            threads: 0,
            segment: 0,
            many: MANY,
            search: true,
            index: false,
            rows: false,
        }
    }
}
