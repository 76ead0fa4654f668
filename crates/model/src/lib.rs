//! What a run found: sources, findings and the [`Analysis`] of all of them. Data only; reports are functions of it.

pub mod analysis;
mod count_map;
mod skew;

pub use count_map::Counts;
pub use skew::Skew;
