//! [`FactHit`]: one message that proves a fact, with its captures, for checks that compare such messages.
//!
//! At most 4,096 hits of a signature in a file are kept, so a check sees no more.

use std::collections::BTreeMap;

use spoglight_engine::{Hit, ScanHits};
use spoglight_model::analysis::{Evidence, SourceFacts};
use spoglight_signatures::{Library, ProvenFact};

/// One message that proves a fact.
pub(crate) struct FactHit<'a> {
    /// The fact.
    pub(crate) fact: ProvenFact,
    /// The file of the message.
    pub(crate) source: &'a SourceFacts,
    /// The line, as evidence; its text is empty if only its position was kept.
    pub(crate) evidence: Evidence,
    values: BTreeMap<&'a str, &'a str>,
}

impl<'a> FactHit<'a> {
    /// What the pattern captured under a name; `None` if that is nothing.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.values.get(name).copied().filter(|value| !value.is_empty())
    }
}

/// Every message that proves a fact, in the order of sources. A message that is in two sources counts once.
pub(crate) fn gather<'a>(
    library: &'a Library,
    sources: &'a [SourceFacts],
    found: &'a [ScanHits],
) -> Vec<FactHit<'a>> {
    let mut all = Vec::new();
    for (source, found) in sources.iter().zip(found).filter(|(source, _)| !source.is_second()) {
        for (signature, tally) in &found.hits {
            let facts = library.get(*signature).map_or(&[][..], |signature| &signature.facts);
            let names = library.capture_names(*signature);
            for (fact, hit) in facts.iter().flat_map(|fact| tally.hits.iter().map(move |hit| (*fact, hit))) {
                let kept = tally.evidence.iter().find(|kept| kept.event_line == hit.line);
                let evidence = match kept {
                    Some(kept) => spoglight_engine::facts::evidence(source, kept, kept.text.clone()),
                    None => position(source, hit),
                };
                let values = names.iter().map(String::as_str).zip(hit.values.iter().map(|value| &**value));
                all.push(FactHit { fact, source, evidence, values: values.collect() });
            }
        }
    }
    all
}

/// The first line of a message as evidence, without its text.
fn position(source: &SourceFacts, hit: &Hit) -> Evidence {
    Evidence {
        source: source.name(),
        line: hit.line,
        offset: hit.offset,
        event_line: hit.line,
        time: hit.at.as_ref().map(|at| source.clock.moment(at)),
        text: String::new(),
    }
}
