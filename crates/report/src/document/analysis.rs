//! The report of an [`Analysis`]: the order of its sections.

use spoglight_model::analysis::Analysis;

use super::bounds::{self, ITEMS};
use super::{
    Document, Node, RichText, finding, gaps, noise, notes, sources, unrecognized, verdict, warnings,
};

/// The report of an analysis. The first screen shows the fault, the evidence for it and the fix.
pub fn build(analysis: &Analysis) -> Document {
    let mut nodes = verdict::remarks(analysis);
    let findings = (1..).zip(&analysis.findings).take(ITEMS);
    nodes.extend(findings.map(|(number, finding)| Node::Section(finding::section(number, finding))));
    nodes.extend(bounds::more(analysis.findings.len(), ITEMS, "findings"));
    nodes.extend(noise::section(analysis));
    nodes.extend(unrecognized::sections(&analysis.unrecognized));
    let rest = [
        notes::section(analysis),
        sources::section(analysis),
        gaps::section(analysis),
        warnings::section(&analysis.warnings),
        Node::row("Library", RichText::plain(analysis.library.to_string())),
        verdict::closing(analysis),
    ];
    nodes.extend(rest.into_iter().flatten());
    Document {
        title: format!("spoglight: {}", bounds::names(&analysis.inputs)),
        heading: Some(verdict::heading(analysis)),
        nodes,
    }
}
