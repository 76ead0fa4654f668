//! Known noise: messages that look like failures but are harmless. A report lists them, so that readers can ignore them.

use spoglight_model::analysis::{Analysis, KnownNoise};
use spoglight_text::humanize::counted;

use super::{Heading, Node, RichText, Style};

/// The section of known noise; `None` if there is none.
pub(super) fn section(analysis: &Analysis) -> Option<Node> {
    let nodes = analysis.known_noise.iter().map(known_noise).collect();
    Node::section(Heading::new("Known harmless messages"), nodes)
}

/// One kind of known noise.
pub fn known_noise(noise: &KnownNoise) -> Node {
    let times = counted(noise.count as usize, "time", "times");
    let text = format!("{} ({times}): {}", noise.title, noise.why);
    Node::paragraph(RichText::prose_in(Style::Faint, &text))
}
