//! [`ScannedSource`]: the result of a scan for one source.

use std::sync::Arc;

use spoglight_artifacts::Artifact;
use spoglight_model::Rare;
use spoglight_parsers::Format;
use spoglight_parsers::formats::FormatSet;
use spoglight_source::{Problem, SourceId};
use spoglight_text::charset::Charset;

use crate::probe::Probe;
use crate::stored_tally::StoredTally;
use crate::tally::{ScanHits, Tally};

/// Format, charset and counts of one source.
#[derive(Clone)]
pub struct ScannedSource<'f> {
    /// Its charset; `None` if it is empty, not text, or could not be opened.
    pub charset: Option<Arc<Charset>>,
    /// The format of most of its lines.
    pub format: Option<&'f dyn Format>,
    /// All formats that its lines may be in.
    pub mix: Option<FormatSet<'f>>,
    /// The language of its level words, where a format has such.
    pub language: Option<String>,
    /// The server that its messages name, if its path names none.
    pub host: Option<Arc<str>>,
    /// Counts and hits.
    pub tally: StoredTally,
    /// Its content, if it is an artifact and not a log.
    pub artifact: Option<Box<Artifact>>,
    /// The first source with the same bytes, if it is not this one.
    pub copy_of: Option<SourceId>,
    /// The source of the same server that has its messages, too.
    pub repeats: Option<SourceId>,
    /// Reasons why it was not read, or not to its end.
    pub problems: Rare<Vec<Problem>>,
}

/// Charsets that are kept to be shared: a collection has few different ones.
const CHARSETS: usize = 64;

impl<'f> ScannedSource<'f> {
    /// A source of which nothing is known.
    pub fn nothing() -> ScannedSource<'f> {
        ScannedSource {
            charset: None,
            format: None,
            mix: None,
            language: None,
            host: None,
            tally: StoredTally::default(),
            artifact: None,
            copy_of: None,
            repeats: None,
            problems: Rare::default(),
        }
    }

    /// A source that was probed and not scanned yet. Bytes that no scan will read are counted already: those of an artifact, or
    /// of a byte order mark.
    pub(crate) fn probed(probe: Probe<'f>) -> ScannedSource<'f> {
        let mark = probe.charset.as_ref().map_or(0, |charset| charset.mark as u64);
        let (artifact, bytes) = probe.artifact.map_or((None, mark), |read| (Some(Box::new(read.0)), read.1));
        ScannedSource {
            tally: Tally { bytes, ..Tally::default() }.into(),
            charset: probe.charset.map(Arc::new),
            format: probe.mix.as_ref().map(FormatSet::main),
            mix: probe.mix,
            language: probe.language,
            host: probe.host,
            artifact,
            copy_of: None,
            repeats: None,
            problems: probe.problem.into_iter().collect::<Vec<_>>().into(),
        }
    }

    /// Takes out the hits of signatures.
    pub(crate) fn take_hits(&mut self) -> ScanHits {
        let tally = self.tally.get_mut();
        ScanHits {
            hits: std::mem::take(&mut tally.hits),
            unrecognized: std::mem::take(&mut tally.unrecognized),
            charset: self.charset.clone(),
        }
    }

    /// Takes the charset of an earlier source if it has the same; `known` are those of earlier sources.
    pub(crate) fn share_charset(&mut self, known: &mut Vec<Arc<Charset>>) {
        let Some(charset) = &mut self.charset else { return };
        if let Some(known) = known.iter().find(|known| *known == charset) {
            *charset = Arc::clone(known);
        } else if known.len() < CHARSETS {
            known.push(Arc::clone(charset));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_model::Activity;
    use spoglight_model::analysis::SourceFacts;
    use spoglight_source::{SOURCE_BYTES, Source};
    use spoglight_time::Clock;

    /// A collection may have hundreds of thousands of sources: every byte here is 200 kB of 200,000.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn what_is_kept_of_a_source_is_small() {
        let sizes = [
            size_of::<ScannedSource<'_>>(),
            size_of::<Tally>(),
            size_of::<Activity>(),
            size_of::<SourceFacts>(),
            size_of::<ScanHits>(),
            size_of::<crate::BlockMeta>(),
        ];
        assert!(
            sizes.iter().zip([144, 472, 152, 400, 24, 128]).all(|(size, most)| *size <= most),
            "{sizes:?}"
        );
    }

    /// `--max-memory` counts a source as what is kept of it at most, while all are packed or when all have facts.
    #[test]
    #[cfg(target_pointer_width = "64")]
    fn a_source_counts_as_what_is_kept_of_it() {
        // with what the allocator adds: the file on disk and its name; the packed tally of a line or two; the activity, and
        // one run of a process
        let (found, tally, parts) = (112 + 24, 256, 48 + 32 + 96);
        let packed = size_of::<ScannedSource<'_>>() + size_of::<Clock>() + tally;
        let facts = size_of::<SourceFacts>() + size_of::<ScanHits>() + parts;
        let kept = size_of::<Source>() + found + packed.max(facts);
        let counted = usize::try_from(SOURCE_BYTES).unwrap();
        assert!((kept..=kept + 100).contains(&counted), "{kept} bytes, and {counted} are counted");
    }
}
