//! Collections that `spoglight collect` made.

use spoglight_model::CollectedServer;
use spoglight_model::analysis::Analysis;
use spoglight_text::humanize::counted;

use super::{Node, RichText, bounds};

/// The row of collections; `None` if there is none.
pub(super) fn row(analysis: &Analysis) -> Option<Node> {
    let collections: Vec<String> = analysis.collections.iter().map(collection).collect();
    Node::row("Collected", RichText::plain(bounds::names(&collections)))
}

/// `ECEAPP01 at 2026-12-01T09:51:51Z (logs since 2026-11-21T10:35:00Z, 11 files left out)`.
fn collection(one: &CollectedServer) -> String {
    let since = one.from.as_ref().map(|from| format!("logs since {from}"));
    let left_out = usize::try_from(one.left_out).unwrap_or(usize::MAX);
    let left_out = (left_out > 0).then(|| format!("{} left out", counted(left_out, "file", "files")));
    let details: Vec<String> = since.into_iter().chain(left_out).collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    format!("{} at {}{details}", one.host, one.collected)
}
