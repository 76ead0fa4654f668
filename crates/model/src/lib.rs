//! What a run found: sources, findings and the [`Analysis`] of all of them. Data only; reports are functions of it.

pub mod analysis;
mod count_map;
mod id;
mod skew;
mod source_name;

pub use count_map::CountMap;
pub use id::{CheckId, FindingId};
pub use skew::ClockSkew;
pub use source_name::SourceName;
