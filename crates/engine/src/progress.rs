//! [`Progress`]: progress of a run.

/// Receives the progress of a run, in bytes. Called on many threads.
pub trait Progress: Sync {
    /// The run begins; it will read about `bytes` bytes.
    fn begin(&self, bytes: u64);
    /// Another `bytes` bytes were read.
    fn advance(&self, bytes: u64);
}

/// Ignores it.
impl Progress for () {
    fn begin(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
}
