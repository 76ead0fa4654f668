//! [`Busy`]: the times at which some logs wrote, taken together, and the silences between them.

use spoglight_model::analysis::SourceFacts;
use spoglight_time::Timestamp;

/// The times at which some logs wrote, on one clock.
#[derive(Debug, Default)]
pub(crate) struct Busy {
    /// Start and end of each time, in nanoseconds in UTC; in order, and apart from each other.
    spans: Vec<(i64, i64)>,
}

impl Busy {
    /// Joins the activity of some sources. A source in an unknown zone is left out.
    pub(crate) fn new<'a>(sources: impl IntoIterator<Item = &'a SourceFacts>) -> Busy {
        Busy::shifted(sources.into_iter().map(|source| (source, 0)))
    }

    /// The same for servers whose clocks are ahead by a number of nanoseconds.
    pub(crate) fn shifted<'a>(sources: impl IntoIterator<Item = (&'a SourceFacts, i64)>) -> Busy {
        Busy::joined(sources.into_iter().flat_map(|(source, ahead)| spans(source, ahead, Timestamp::is_utc)))
    }

    /// The same for files of one log: its times can be compared with each other even if their zone is unknown.
    pub(crate) fn of_log<'a>(files: impl IntoIterator<Item = (&'a SourceFacts, i64)>) -> Busy {
        Busy::joined(files.into_iter().flat_map(|(source, ahead)| spans(source, ahead, |_| true)))
    }

    fn joined(spans: impl Iterator<Item = (i64, i64)>) -> Busy {
        let mut all: Vec<(i64, i64)> = spans.collect();
        all.sort_unstable();
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for (start, end) in all {
            match spans.last_mut().filter(|last| start <= last.1) {
                Some(last) => last.1 = last.1.max(end),
                None => spans.push((start, end)),
            }
        }
        Busy { spans }
    }

    /// Start of the first time and end of the last.
    pub(crate) fn range(&self) -> Option<(i64, i64)> {
        Some((self.spans.first()?.0, self.spans.last()?.1))
    }

    /// The silences between the times.
    pub(crate) fn silences(&self) -> impl Iterator<Item = (i64, i64)> {
        self.spans.iter().zip(self.spans.iter().skip(1)).map(|(one, next)| (one.1, next.0))
    }

    /// The silence that contains a moment.
    pub(crate) fn silence_at(&self, moment: i64) -> Option<(i64, i64)> {
        let next = self.spans.partition_point(|(start, _)| *start <= moment);
        let (before, after) = (self.spans.get(next.checked_sub(1)?)?, self.spans.get(next)?);
        (before.1 <= moment).then_some((before.1, after.0))
    }

    /// Nanoseconds between two moments in which they wrote.
    pub(crate) fn within(&self, from: i64, to: i64) -> i64 {
        let part = |(start, end): &(i64, i64)| ((*end).min(to) - (*start).max(from)).max(0);
        self.between(from, to).map(part).sum()
    }

    /// The times that are partly between two moments.
    fn between(&self, from: i64, to: i64) -> impl Iterator<Item = &(i64, i64)> {
        let first = self.spans.partition_point(|(_, end)| *end <= from);
        self.spans.iter().skip(first).take_while(move |(start, _)| *start < to)
    }

    /// The times, in order and apart from each other.
    pub(crate) fn spans(&self) -> &[(i64, i64)] {
        &self.spans
    }

    /// The longest silence between two moments, in nanoseconds.
    pub(crate) fn longest_silence(&self, from: i64, to: i64) -> i64 {
        let (mut last, mut longest) = (from, 0);
        for (start, end) in self.between(from, to) {
            longest = longest.max(start - last);
            last = last.max(*end);
        }
        longest.max(to - last)
    }
}

/// The times of a source that fit.
fn spans(source: &SourceFacts, ahead: i64, fits: fn(Timestamp) -> bool) -> Vec<(i64, i64)> {
    let Some(activity) = source.activity() else { return Vec::new() };
    let starts = activity.moments(&source.clock).filter(|moment| fits(*moment));
    let starts = starts.map(|moment| moment.nanos().saturating_sub(ahead));
    starts.map(|start| (start, start.saturating_add(activity.width()))).collect()
}

#[cfg(test)]
mod tests {
    use super::Busy;

    #[test]
    fn silences_between_times() {
        let busy = Busy { spans: vec![(0, 10), (20, 30), (90, 100)] };
        assert_eq!(busy.silences().collect::<Vec<_>>(), [(10, 20), (30, 90)]);
        assert_eq!(busy.silence_at(35), Some((30, 90)));
        assert_eq!(busy.silence_at(25), None);
        assert_eq!(
            [10, 30, 90, 100].map(|at| busy.silence_at(at)),
            [Some((10, 20)), Some((30, 90)), None, None]
        );
        assert_eq!(busy.within(5, 25), 10);
        assert_eq!(busy.longest_silence(0, 120), 60);
        assert_eq!(busy.longest_silence(95, 200), 100);
        assert_eq!(busy.longest_silence(40, 50), 10);
    }
}
