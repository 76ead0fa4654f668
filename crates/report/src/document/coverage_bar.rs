//! [`CoverageBar`]: the time range of the whole collection as a bar, with the part of it that files cover.

use spoglight_model::analysis::{SourceFacts, Totals};
use spoglight_time::Timestamp;

use super::words::to_second;

/// Columns of a bar.
pub(crate) const BAR: usize = 24;

/// Time range from the first message to the last, and the incident.
pub(crate) struct CoverageBar {
    from: Timestamp,
    to: Timestamp,
    incident: Option<Timestamp>,
}

impl CoverageBar {
    /// The bar of a collection; `None` if no timestamp has a zone.
    pub(crate) fn new(totals: &Totals, incident: Option<Timestamp>) -> Option<CoverageBar> {
        let (from, to) = totals.first.zip(totals.last)?;
        let from = incident.map_or(from, |incident| incident.earlier(from));
        Some(CoverageBar { from, to: incident.map_or(to, |incident| incident.later(to)), incident })
    }

    /// Draws `#` from the first to the last timestamp of each file and `.` elsewhere; the incident is `|` if a file
    /// covers it, else `!`.
    pub(crate) fn draw(&self, files: &[&SourceFacts], columns: usize) -> String {
        if files.iter().any(|file| file.first.is_some_and(|first| !first.is_utc())) {
            return "zone unknown".to_owned();
        }
        let mut bar = vec!['.'; columns];
        for (first, last) in files.iter().filter_map(|file| file.first.zip(file.last)) {
            let (first, last) = (self.column(first, columns), self.column(last, columns));
            bar.iter_mut().take(last + 1).skip(first).for_each(|cell| *cell = '#');
        }
        if let Some(incident) = self.incident
            && let Some(cell) = bar.get_mut(self.column(incident, columns))
        {
            *cell = if files.iter().any(|file| file.covers(incident)) { '|' } else { '!' };
        }
        bar.into_iter().collect()
    }

    fn column(&self, time: Timestamp, columns: usize) -> usize {
        let (from, to) = (i128::from(self.from.nanos()), i128::from(self.to.nanos()));
        let into = i128::from(time.nanos()) - from;
        (into * columns as i128 / (to - from).max(1)).clamp(0, columns as i128 - 1) as usize
    }

    /// Legend: the time range of the bars, and their characters.
    pub(crate) fn legend(&self) -> String {
        let range = format!("Time range of the bars: {} to {} UTC", to_second(self.from), to_second(self.to));
        let Some(incident) = self.incident else { return format!("{range}.") };
        let incident = to_second(incident);
        format!("{range}; the incident is at {incident}: | where a log covers it, ! where it does not.")
    }
}
