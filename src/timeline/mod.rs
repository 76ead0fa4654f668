//! From what a clock on a wall showed to a moment: the zone of each source, and the arithmetic.

pub mod clock;
mod dates;
mod incident;
pub mod zone;

pub use clock::Moment;
pub use dates::Dates;
pub use incident::Incident;
pub use zone::{Zone, ZoneRules};
