//! Tries what a finding is about, from the machine on which it runs: [`PortProbe`] whether a port of a server answers.
//!
//! A probe has a time limit, opens one connection to each address, sends nothing, and never repeats an attempt.

mod endpoint;
mod port;

pub use endpoint::{Endpoint, EndpointError};
pub use port::{AddressAnswer, PortAnswer, PortProbe};
