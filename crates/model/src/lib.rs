//! Data of an analysis: sources, findings and the [`Analysis`] that contains them. Reports are functions of it.

pub mod analysis;
mod count_map;
mod id;
mod outcome;
mod skew;
mod source_name;

pub use count_map::CountMap;
pub use id::{CheckId, FindingId};
pub use skew::ClockSkew;
pub use source_name::SourceName;
