//! The data of a result: sources, findings and the [`Analysis`](analysis::Analysis) of all of them. Reports are functions
//! of it.
//!
//! The structs are not `#[non_exhaustive]`: other packages of this workspace build them field by field, so that a new
//! field cannot be forgotten anywhere. For users of the library a new field is a change of the major version.

mod activity;
pub mod analysis;
mod collected_server;
mod count_map;
mod evidence;
mod found_version;
mod id;
mod level_counts;
mod outcome;
pub mod packed;
mod rare;
mod schema;
mod shared_text;
mod skew;
mod source_charset;
mod source_name;
mod unrecognized;
mod verdict;

pub use activity::{Activity, MessagePosition, PackedActivity, Silence};
pub use collected_server::CollectedServer;
pub use count_map::CountMap;
pub use id::{CheckId, FindingId};
pub use rare::{Empty, Rare};
pub use shared_text::shared_text;
pub use skew::{ClockSkew, MeasuredSkew};
pub use source_charset::SourceCharset;
pub use source_name::SourceName;
