//! From what a clock on a wall showed to a moment: the zone of each source, and the arithmetic.

mod ahead;
pub mod candidates;
pub mod clock;
mod dates;
pub mod folds;
mod incident;
pub mod point;
pub mod zone;

pub use spoglight_parsers::duration;

pub use ahead::{Ahead, AheadRule, AheadRules};
pub use clock::{At, Clock, Moment, Placed};
pub use dates::Dates;
pub use incident::Incident;
pub use zone::{Confidence, Zone, ZoneRules};
