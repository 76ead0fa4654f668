//! From what a clock on a wall showed to a moment: the zone of each source, and the arithmetic.

pub mod candidates;
pub mod clock;
mod clock_offset;
mod dates;
pub mod dst_fold;
mod incident;
pub mod time_expr;
pub mod units;
pub mod zone;

pub use spoglight_parsers::duration;

pub use clock::{Clock, ResolvedTime, SourceTime, Timestamp};
pub use clock_offset::{ClockOffset, ClockOffsetRule, ClockOffsetRules};
pub use dates::Dates;
pub use incident::Incident;
pub use zone::{Zone, ZoneConfidence, ZoneRules};
