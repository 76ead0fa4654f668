//! Product knowledge: which program writes which log, where it is, and what its name and its format say.
//!
//! All of it is data, in `signatures/topology.toml` and `signatures/patches.toml`. This package reads them, checks them, and answers questions:
//! the [`Origin`] of a file, the name of a [`LogKind`], the role of a server, how to collect a log. It uses no other
//! package of this project and opens no file.
//!
//! ```
//! use spoglight_topology::Topology;
//!
//! let origin = Topology::embedded().origin("case/eg_log_ECESVC01_rx-process.log.3", Some("ece"));
//! assert_eq!(origin.product.as_deref(), Some("ECE"));
//! assert_eq!(origin.process.as_deref(), Some("rx-process"));
//! ```

mod check;
mod condition;
mod data;
mod error;
mod file_name;
mod log;
mod names;
mod origin;
mod patches;
mod topology;

pub use data::{
    Artifact, CollectedCommand, CompanionKind, DriveVariable, ExpectedPart, FormatTraits, Installer, Pair,
    Partner, Place, Process, Product, Samples, WindowsService,
};
pub use error::TopologyError;
pub use file_name::{FileNameScheme, NameParts};
pub use log::{LogKind, LogName, UnknownLog};
pub use origin::{LogSource, Origin};
pub use patches::{Minimum, PatchName, PatchState, Patches, Quarter};
pub use topology::Topology;

#[cfg(test)]
mod tests;
