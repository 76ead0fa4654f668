//! Time: from the wall clock of a log line to a moment in UTC. Zones of sources, DST transitions, dates, time
//! expressions.

pub mod candidates;
mod clock;
mod clock_offset;
mod dates;
pub mod dst_fold;
mod incident;
pub mod time_expr;
mod timestamp;
pub mod units;
pub mod wall;
pub mod zone;

pub use spoglight_parsers::duration;

pub use clock::{Clock, ResolvedTime};
pub use clock_offset::{ClockOffset, ClockOffsetRule, ClockOffsetRules};
pub use dates::Dates;
pub use incident::Incident;
pub use timestamp::Timestamp;
pub use wall::SourceTime;
pub use zone::{Zone, ZoneConfidence, ZoneRules};
