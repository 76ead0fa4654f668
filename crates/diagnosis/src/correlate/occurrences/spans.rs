//! [`LogSpans`]: first and last moment of each log with its rotated files.

use spoglight_model::analysis::SourceFacts;

use super::log_of;

/// First and last moment of each log, in nanoseconds by the clock of most servers. One entry of a few numbers for each: there
/// may be as many logs as files.
pub(super) struct LogSpans {
    /// By server and name.
    spans: Vec<LogSpan>,
}

/// The times of one log.
struct LogSpan {
    /// Index of one of its sources, which has its name.
    source: u32,
    /// First moment, if its zone is known; else `i64::MAX`.
    start: i64,
    /// First moment in local time, if its zone is not known; else `i64::MAX`.
    local_start: i64,
    /// Last moment, or `i64::MIN`.
    end: i64,
}

impl LogSpans {
    /// The spans of all sources; `ahead` has the clock offset of each in nanoseconds.
    pub(super) fn new(sources: &[SourceFacts], ahead: &[i64]) -> LogSpans {
        let mut spans: Vec<LogSpan> = Vec::with_capacity(sources.len());
        for (at, (source, ahead)) in sources.iter().zip(ahead).enumerate() {
            let (mut start, mut local_start) = (i64::MAX, i64::MAX);
            if let Some(first) = source.first {
                *(if first.is_utc() { &mut start } else { &mut local_start }) = first.nanos() - ahead;
            }
            let end = source.last.map_or(i64::MIN, |last| last.nanos() - ahead);
            let Ok(source) = u32::try_from(at) else { break };
            spans.push(LogSpan { source, start, local_start, end });
        }
        let name = |span: &LogSpan| sources.get(span.source as usize).map(log_of);
        spans.sort_unstable_by(|one, other| name(one).cmp(&name(other)));
        spans.dedup_by(|next, known| {
            let is_same = name(next) == name(known);
            if is_same {
                known.start = known.start.min(next.start);
                known.local_start = known.local_start.min(next.local_start);
                known.end = known.end.max(next.end);
            }
            is_same
        });
        spans.shrink_to_fit();
        LogSpans { spans }
    }

    fn of(&self, sources: &[SourceFacts], source: &SourceFacts) -> Option<&LogSpan> {
        let name = |span: &LogSpan| sources.get(span.source as usize).map(log_of);
        let at = self.spans.binary_search_by(|span| name(span).cmp(&Some(log_of(source)))).ok()?;
        self.spans.get(at)
    }

    /// First moment of the log of a source, in UTC or in local time.
    pub(super) fn start(&self, sources: &[SourceFacts], source: &SourceFacts, is_utc: bool) -> Option<i64> {
        let span = self.of(sources, source)?;
        Some(if is_utc { span.start } else { span.local_start }).filter(|start| *start < i64::MAX)
    }

    /// Last moment of the log of a source.
    pub(super) fn end(&self, sources: &[SourceFacts], source: &SourceFacts) -> Option<i64> {
        self.of(sources, source).map(|span| span.end).filter(|end| *end > i64::MIN)
    }
}
