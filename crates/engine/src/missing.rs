//! Bytes that a source had when it was found and that could not be read: it was changed meanwhile, its disk failed, or its
//! archive ends too early.

use std::collections::BTreeMap;

use spoglight_source::{Problem, Source, SourceId};

/// Advice for a file that was changed while it was read.
pub const READ_AGAIN: &str = "run the command again, or copy the file first and read the copy";

/// Advice for a file that cannot be read to its end.
const COLLECT_AGAIN: &str = "what could be read is in this report; collect or copy it again for the rest";

/// The reason why bytes of a source are missing, which its change explains best.
fn reason(source: &Source, error: Option<&str>) -> String {
    match (source.change(), error) {
        (Some(change), _) => change.to_string(),
        (None, Some(error)) => error.to_owned(),
        (None, None) => "it ends too early".to_owned(),
    }
}

/// The problem of a source that can be read from any position, of which a scan read so many bytes, and then the first
/// error; `None` if it was read as it was found.
pub(crate) fn after_scan(source: &Source, read: u64, error: Option<&str>) -> Option<Problem> {
    let missing = source.size.saturating_sub(read);
    let change = source.change();
    if missing == 0 && change.is_none() && error.is_none() {
        return None;
    }
    let why = reason(source, error);
    let what = match missing {
        0 => format!("may have lines that are missing or wrong: {why}"),
        _ => {
            format!("could not be read completely: {missing} of its {} bytes are missing: {why}", source.size)
        }
    };
    let advice = if change.is_some() { READ_AGAIN } else { COLLECT_AGAIN };
    Some(Problem::new(&*source.path, what, advice))
}

/// Bytes of a block that could not be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    source: SourceId,
    bytes: u64,
    why: String,
}

impl Missing {
    /// So many bytes of a block of a source are missing.
    pub(crate) fn of_block(id: SourceId, source: &Source, count: u64, error: Option<&str>) -> Missing {
        Missing { source: id, bytes: count, why: reason(source, error) }
    }

    /// The sources of some blocks, with the number of bytes that are missing of each, and the first reason.
    pub fn by_source(blocks: &[Missing]) -> BTreeMap<SourceId, (u64, &str)> {
        let mut sources = BTreeMap::new();
        for Missing { source, bytes, why } in blocks {
            sources.entry(*source).or_insert((0, why.as_str())).0 += bytes;
        }
        sources
    }
}
