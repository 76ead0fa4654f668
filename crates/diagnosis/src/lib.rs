//! Diagnosis of a collection: correlation of matches into findings, checks of the collection, coverage and ranking.

mod analyze;
mod background;
mod bounds;
mod busy;
pub mod catalog;
mod check;
mod checks;
mod collected;
mod correlate;
pub mod coverage;
mod diagnose;
mod finding;
pub mod inventory;
mod join;
mod outage;
mod outputs;
mod proven;
mod rank;
pub mod rotation_set;
pub mod rule_samples;
pub mod scaffold;
mod server_stops;
mod steps;
mod tls;
mod unrecognized;
mod verdict;
mod versions;
pub mod why_not;

pub use analyze::{analyze, diagnose_collection};
pub use check::{CheckDescription, CheckGuide};
pub use checks::descriptions as checks;
pub use correlate::StepSeen;
pub use diagnose::{Diagnosis, DiagnosisInput, diagnose, diagnose_live, steps};
pub use rank::rank;
pub use verdict::verdict;
