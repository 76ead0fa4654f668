//! Small files that the user names and that are read as a whole: definitions, states.

use std::fs;
use std::io;
use std::path::Path;

/// Maximum number of bytes.
const LARGEST: u64 = 256 << 20;

/// Reads a file as a whole. Fails for a device, a pipe or a socket, which would be waited for, and for a file of more than
/// 256 MiB.
#[expect(clippy::disallowed_methods, reason = "only this package opens files")]
pub fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    let facts = fs::metadata(path)?;
    if !facts.is_file() && !facts.is_dir() {
        return Err(io::Error::other("it is a device, pipe or socket"));
    }
    if facts.len() > LARGEST {
        return Err(io::Error::other(format!("it has {} bytes; {LARGEST} are the most", facts.len())));
    }
    fs::read(path)
}

/// The same for text in UTF-8.
pub fn read_small_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_small(path)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
