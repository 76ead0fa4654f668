//! The report of an [`Analysis`]: the order of its sections.

use spoglight_model::analysis::{Analysis, Finding};

use super::bounds::{self, ITEMS};
use super::view::{Detail, ReportView};
use super::{
    Document, Heading, Node, RichText, Section, collected, finding, gaps, noise, notes, overview, sources,
    unrecognized, verdict, versions, warnings,
};

/// Logs of which a report with the details of one finding shows a row.
const FEW_LOGS: usize = 5;

/// The report of an analysis. The first screen shows the verdict and all findings; then the cause, the fix and the evidence
/// of the first one.
pub fn build(analysis: &Analysis, view: &ReportView) -> Document {
    build_with(analysis, view, finding::section, Vec::new())
}

/// The report with the findings as these sections, and with nodes above everything else.
pub(super) fn build_with(
    analysis: &Analysis,
    view: &ReportView,
    section: fn(usize, &Finding) -> Section,
    mut nodes: Vec<Node>,
) -> Document {
    if view.detail != Detail::Chosen {
        nodes.extend(overview::nodes(analysis, view));
        nodes.extend(verdict::remarks(analysis));
    }
    let shown = match view.detail {
        Detail::List => 0,
        Detail::First => 1,
        Detail::All | Detail::Chosen => ITEMS,
    };
    let findings = view.findings(analysis).take(shown);
    nodes.extend(findings.map(|(number, finding)| Node::Section(section(number, finding))));
    match view.detail {
        Detail::List => nodes.extend(gaps::count(analysis)),
        Detail::Chosen => {}
        Detail::First => nodes.extend(rest(analysis, Some(FEW_LOGS))),
        Detail::All => {
            nodes.extend(bounds::more(view.findings(analysis).count(), ITEMS, "findings"));
            nodes.extend(rest(analysis, None));
        }
    }
    Document {
        title: format!("spoglight: {}", bounds::names(&analysis.inputs)),
        heading: Some(verdict::heading(analysis)),
        nodes,
    }
}

/// What follows the findings.
fn rest(analysis: &Analysis, logs: Option<usize>) -> impl Iterator<Item = Node> {
    let rest = [
        notes::section(analysis),
        sources::section(analysis, logs),
        gaps::section(analysis),
        warnings::section(&analysis.warnings),
        collected::row(analysis),
        versions::row(analysis),
        Node::row("Library", RichText::plain(analysis.library.to_string())),
        verdict::closing(analysis),
    ];
    let first = noise::section(analysis).into_iter().chain(unrecognized::sections(&analysis.unrecognized));
    first.chain(rest.into_iter().flatten()).collect::<Vec<_>>().into_iter()
}

/// The parts of a report of an analysis that a page places by itself.
pub(crate) struct AnalysisParts {
    /// The verdict.
    pub(crate) heading: Heading,
    /// The input, and the limits of the result.
    pub(crate) remarks: Vec<Node>,
    /// Questions that the input cannot answer.
    pub(crate) gaps: Option<Node>,
    /// Files that were not read.
    pub(crate) warnings: Option<Node>,
    /// Known harmless messages.
    pub(crate) noise: Option<Node>,
    /// Notes of checks.
    pub(crate) notes: Option<Node>,
    /// Sentences on the clocks and character sets of the sources.
    pub(crate) clocks: Vec<String>,
}

/// See [`AnalysisParts`].
pub(crate) fn parts(analysis: &Analysis) -> AnalysisParts {
    AnalysisParts {
        heading: verdict::heading(analysis),
        remarks: verdict::remarks(analysis),
        gaps: gaps::section(analysis),
        warnings: warnings::section(&analysis.warnings),
        noise: noise::section(analysis),
        notes: notes::section(analysis),
        clocks: sources::sentences(analysis),
    }
}
