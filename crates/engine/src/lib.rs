//! Scans log files and orders their events in time.
//!
//! [`scan`] reads the sources of a bundle in parallel into [`Tally`]s: counts, hits of signatures, and, if asked for, a block
//! index. [`clocks`] finds the clock of each source, [`merge`] brings all events into one order of time, and
//! [`collection::Collection`] does all of that for a list of paths. [`live`] reads logs that still grow.

mod block_meta;
pub mod block_reader;
pub mod clocks;
pub mod collection;
pub mod columns;
mod copies;
pub mod event;
mod excerpt;
pub mod extracts;
pub mod facts;
pub mod format_coverage;
mod hidden_level;
mod ids;
mod kept;
pub mod learn;
mod lines;
pub mod live;
pub mod memory;
pub mod merge;
mod missing;
mod offsets;
mod opened;
mod options;
pub mod packed_event;
mod pipeline;
pub mod placement;
mod prefixed;
mod probe;
mod progress;
pub mod reading;
mod rotation;
mod scan;
mod scanned;
mod segments;
mod settings;
mod sketch;
mod stored_tally;
mod tally;
mod unrecognized;
pub mod user_formats;
pub mod user_signatures;
mod wrapping;

pub use block_meta::BlockMeta;
pub use excerpt::{Excerpt, ExcerptLine};
pub use ids::{AllIds, RequestIds, Sighting};
pub use missing::{Missing, READ_AGAIN};
pub use offsets::{Offsets, SeenOffset};
pub use options::{SEGMENT, ScanOptions};
pub use packed_event::PackedEvent;
pub use pipeline::{Scan, finish, scan};
pub use progress::Progress;
pub use rotation::{log_of, number_of};
pub use scanned::ScannedSource;
pub use settings::{Settings, SettingsBuilder, SettingsError};
pub use sketch::Sketch;
pub use stored_tally::StoredTally;
pub use tally::{
    CapturedValues, Hit, HitMap, RawEvidence, RawProcessRun, ScanHits, SignatureTally, Tally, thread_mark,
};
pub use unrecognized::{ErrorShapes, ErrorText, RawUnrecognized, ShapedError};
