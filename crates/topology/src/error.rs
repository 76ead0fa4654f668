//! [`TopologyError`]: a topology file that cannot be used.

/// A topology file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TopologyError {
    /// It is not TOML, or has a key that is not known; the message names line and column.
    #[error("this is not a topology: {0}")]
    Form(#[from] Box<toml::de::Error>),
    /// An entry has a value that cannot be used.
    #[error("{entry}: {what}")]
    Entry {
        /// The entry, such as `[[log]] "PIM"`.
        entry: String,
        /// What is wrong with it.
        what: String,
    },
}
