//! What must hold for any bytes: one module for each fuzz target. The targets hand bytes in. `tests/it/fuzz.rs` checks the
//! same on changed samples, and on every input on which a target once failed.
//!
//! A target goes over a whole list of the project (formats, readers of artifacts, kinds of archives, forms of events), so
//! what is added to a list is covered without another line here.

/// Declares the modules of the checks and the list of them.
macro_rules! targets {
    ($($module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// Name and check of each target.
        pub const ALL: &[(&str, fn(&[u8]))] = &[$((stringify!($module), $module::check)),+];
    };
}

// a new target is one module, one file in fuzz_targets, one entry in Cargo.toml and one name here
targets! {
    archives, artifacts, custom_formats, extracts, filters, formats, reports, secrets, sessions, signatures, states, text, timelines,
    windows_events,
}

/// Splits an input at its first NUL: a definition, and the text that it is used on.
pub(crate) fn halves(data: &[u8]) -> (&str, &[u8]) {
    let at = data.iter().position(|byte| *byte == 0);
    let (definition, rest) = at.map_or((data, [].as_slice()), |at| (&data[..at], &data[at + 1..]));
    (std::str::from_utf8(definition).unwrap_or_default(), rest)
}

/// The temporary folder of an input, in memory where the system has such a folder.
pub(crate) fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    folder.expect("a folder")
}

/// Text that is shown on a terminal has no control characters and nothing invisible.
pub(crate) fn is_shown(text: &str) {
    let found = text.chars().find(|one| *one != '\n' && spoglight_text::sanitize::is_dangerous(*one));
    assert!(found.is_none(), "{found:?} in {text:?}");
}
