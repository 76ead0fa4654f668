//! Known failures of ECE with PCCE: a library of signatures, and the search that finds them in logs.
//!
//! A signature is one TOML file under `library/<area>/`, with its cause, its fix, the lines that prove it and near
//! misses that do not. The files are embedded when the crate is built; [`Library::embedded`] reads them.
//!
//! A signature under `tables/` has a [`CodeTable`], too: its pattern captures a code, and the table has its meaning.
//!
//! The search is made for logs in which almost nothing is wrong. A prefilter and a few short *required literals*
//! search whole blocks of bytes ([`Literals::lines`]); every literal of the library contains one of them. Only a line
//! that they find is searched for the full set, and only a signature whose literal was found runs its pattern
//! ([`Library::confirm`]).
//!
//! The package knows no files, no time and no other events; the diagnosis joins hits into findings.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod ascii_classes;
mod candidate;
mod captures;
pub mod cost;
mod definition;
mod edition;
pub mod editorial;
mod event_index;
mod event_match;
pub mod fill;
mod id;
mod library;
mod literals;
mod mention;
mod normalize;
pub mod partial_match;
mod prefilter;
mod required_literals;
mod resolved;
mod rule;
mod severity;
mod shows_in;
mod signature;
mod success;
mod table;
mod texts;
pub mod verify;

pub use candidate::CandidateLine;
pub use definition::Definition;
pub use edition::{LibraryEdition, MANIFEST, PackManifest};
pub use event_match::EventMatch;
pub use id::{RuleId, SignatureId};
pub use library::{Library, SignatureMatch};
pub use literals::Literals;
pub use resolved::{ResolvedBy, Vicinity};
pub use rule::{Fact, Presence, Question, RaisedFinding, Rule, RuleSample, RuleStep, StepWindow, Then};
pub use severity::Severity;
pub use shows_in::ShowsIn;
pub use signature::{
    Confidence, DefinitionError, Match, Peer, ProvenFact, Sample, Scope, Signature, SignatureKind,
};
pub use success::Success;
pub use table::{CodeRow, CodeTable};
pub use texts::shared_text;
