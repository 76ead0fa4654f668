//! [`Proven`]: the hits of signatures that declare a fact, so that checks and joiners ask for facts and never for ids.

use std::borrow::Cow;

use spoglight_engine::{Hit, RawEvidence, ScanHits, SignatureTally};
use spoglight_model::analysis::{Evidence, SourceFacts};
use spoglight_signatures::{Library, ProvenFact, Signature};
use spoglight_time::Timestamp;

/// Reads the line at an offset of a source again; `None` if it cannot be read any more.
pub(crate) type LineReader<'a> = dyn Fn(&SourceFacts, u64) -> Option<String> + 'a;

/// The hits of a run that prove facts: of each signature, the first few thousand of each source. They are made when they
/// are asked for, because a large collection has many.
#[derive(Clone, Copy)]
pub(crate) struct Proven<'a> {
    library: &'a Library,
    sources: &'a [SourceFacts],
    found: &'a [ScanHits],
}

/// A message that proves a fact.
pub(crate) struct ProvenHit<'a> {
    pub(crate) signature: &'a Signature,
    pub(crate) source: &'a SourceFacts,
    /// Time of the message.
    pub(crate) time: Option<Timestamp>,
    /// Offset of the message, in bytes; `None` if it has no timestamp.
    offset: Option<u64>,
    /// The called system, from the stack trace; known of the first messages only.
    pub(crate) peer: Option<&'a str>,
    /// Whether the stack trace shows calling code of a product; known of the first messages only.
    pub(crate) has_caller: bool,
    names: &'a [String],
    hit: &'a Hit,
    tally: &'a SignatureTally,
}

impl<'a> Proven<'a> {
    pub(crate) fn new(library: &'a Library, sources: &'a [SourceFacts], found: &'a [ScanHits]) -> Proven<'a> {
        Proven { library, sources, found }
    }

    /// The hits that prove a fact, source by source.
    pub(crate) fn of(&self, fact: ProvenFact) -> impl Iterator<Item = ProvenHit<'a>> {
        let Proven { library, sources, found } = *self;
        let tallies =
            sources.iter().zip(found).filter(|(source, _)| !source.is_second()).flat_map(
                |(source, found)| found.hits.iter().map(move |(place, tally)| (source, place, tally)),
            );
        tallies
            .filter_map(move |(source, place, tally)| {
                let signature = library.get(place).filter(|one| one.facts.contains(&fact))?;
                Some((source, signature, library.capture_names(place), tally))
            })
            .flat_map(|(source, signature, names, tally)| {
                tally.hits.iter().map(move |hit| ProvenHit {
                    signature,
                    source,
                    time: hit.at.as_ref().map(|at| source.clock.moment(at)),
                    offset: hit.at.as_ref().map(|at| at.offset),
                    peer: evidence_of(tally, hit).and_then(|evidence| evidence.peer.as_deref()),
                    has_caller: evidence_of(tally, hit).is_some_and(|evidence| evidence.caller.is_some()),
                    names,
                    hit,
                    tally,
                })
            })
    }
}

/// The evidence of a hit, if it was kept.
fn evidence_of<'a>(tally: &'a SignatureTally, hit: &Hit) -> Option<&'a RawEvidence> {
    tally.evidence.iter().find(|evidence| evidence.event_line == hit.line)
}

impl<'a> ProvenHit<'a> {
    /// The value of a capture; `None` if it captured nothing.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        let place = self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        self.hit.values.get(place).map(|value| &**value).filter(|value| !value.is_empty())
    }

    /// Its line as evidence; the text is empty if only its position was kept, and is then read from the file.
    pub(crate) fn evidence(&self) -> Evidence {
        let hit = self.hit;
        match self.tally.evidence.iter().find(|kept| kept.event_line == hit.line) {
            Some(kept) => spoglight_engine::facts::evidence(self.source, kept, kept.text.clone()),
            None => Evidence {
                source: self.source.name(),
                line: hit.line,
                offset: hit.offset,
                event_line: hit.line,
                time: self.time,
                text: String::new(),
            },
        }
    }

    /// The names of called servers that it captured.
    pub(crate) fn called(&self) -> Vec<&'a str> {
        self.signature.called.iter().filter_map(|name| self.value(name)).collect()
    }

    /// The host of a URL in the first line of the message.
    pub(crate) fn host_of_url(&self, read: &LineReader<'_>) -> Option<String> {
        let line = read(self.source, self.offset?)?;
        let (_, rest) = line.split_once("https://")?;
        let host: Cow<'_, str> = rest
            .split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | '-'))
            .next()?
            .into();
        (!host.is_empty()).then(|| host.to_ascii_lowercase())
    }
}
