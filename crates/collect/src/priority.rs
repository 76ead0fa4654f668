//! Priority of a collection among the programs of its server.

/// Lowers the priority of the program, as far as the system allows: others go first.
pub fn lower_priority() {
    #[cfg(unix)]
    {
        // without the right to it, it stays as it is
        let _ = rustix::process::setpriority_process(None, 10);
    }
}
