//! Notes of checks: what they found that is neither a fault nor a question.

use spoglight_model::analysis::Analysis;

use super::{Heading, Node, RichText, Style};

/// The section of notes; `None` if no check has one.
pub(super) fn section(analysis: &Analysis) -> Option<Node> {
    let notes = analysis.checks.iter().filter_map(|check| Some((check.id.as_str(), check.note.as_deref()?)));
    let row = |(id, note): (&str, &str)| {
        Node::paragraph(RichText::styled(Style::Id, id).and(Style::Plain, format!(": {note}")))
    };
    Node::section(Heading::new("Notes of checks"), notes.map(row).collect())
}
