//! Versions of products that logs name.

use spoglight_model::analysis::{Analysis, FoundVersion};

use super::{Node, RichText, bounds};

/// The row of versions; `None` if no log names one.
pub(super) fn row(analysis: &Analysis) -> Option<Node> {
    let versions: Vec<String> = analysis.versions.iter().map(version).collect();
    Node::row("Versions", RichText::plain(bounds::names(&versions)))
}

fn version(found: &FoundVersion) -> String {
    let hosts =
        if found.hosts.is_empty() { String::new() } else { format!(" ({})", bounds::names(&found.hosts)) };
    format!("{} {}{hosts}", found.product, found.version)
}
