//! [`FoundVersion`]: a version of a product that logs name.

use serde::Serialize;

use crate::evidence::Evidence;

/// A version of a product, as a program wrote it when it started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundVersion {
    /// Name of the product: `Apache Tomcat`.
    pub product: String,
    /// The version, as it was written: `9.0.50`.
    pub version: String,
    /// Servers whose logs name it, by name.
    pub hosts: Vec<String>,
    /// One of the lines that name it: the latest that has a time.
    pub evidence: Evidence,
}
