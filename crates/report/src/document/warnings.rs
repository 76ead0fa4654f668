//! Warnings: files that were not read, or only in part.

use spoglight_model::analysis::Warning;

use super::{Heading, Node, RichText, Style, bounds};

/// The section of warnings; `None` if there are none.
pub(super) fn section(warnings: &[Warning]) -> Option<Node> {
    let nodes = bounds::list(warnings, "files", warning).collect();
    Node::section(Heading::new("Not read, or not completely"), nodes)
}

/// One warning.
pub fn warning(warning: &Warning) -> Node {
    let text = RichText::styled(Style::Path, bounds::name(&warning.path))
        .and(Style::Plain, format!(" {}", warning.what));
    Node::warning(text, RichText::prose(&warning.advice))
}
