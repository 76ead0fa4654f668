//! The time of the whole collection as a bar of a few columns, and which part of it files cover.

use super::words::short;
use spoglight_model::analysis::{SourceFacts, Totals};
use spoglight_time::Moment;

/// Columns of a bar.
pub(super) const BAR: usize = 24;

/// From the first message to the last, and the incident.
pub(super) struct Span {
    from: Moment,
    to: Moment,
    incident: Option<Moment>,
}

impl Span {
    /// The span of a collection; `None` if no stamp has a zone.
    pub(super) fn of(totals: &Totals, incident: Option<Moment>) -> Option<Span> {
        let (from, to) = totals.first.zip(totals.last)?;
        let from = incident.map_or(from, |incident| incident.earlier(from));
        Some(Span { from, to: incident.map_or(to, |incident| incident.later(to)), incident })
    }

    /// `#` from the first to the last stamp of one of the files, `.` where none of them is; `!` stands where the incident is
    /// and they are not, `|` where both are.
    pub(super) fn bar(&self, files: &[&SourceFacts], columns: usize) -> String {
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

    fn column(&self, moment: Moment, columns: usize) -> usize {
        let (from, to) = (i128::from(self.from.nanos()), i128::from(self.to.nanos()));
        let into = i128::from(moment.nanos()) - from;
        (into * columns as i128 / (to - from).max(1)).clamp(0, columns as i128 - 1) as usize
    }

    /// What the bars are.
    pub(super) fn legend(&self) -> String {
        let reach = format!("The bars reach from {} to {} UTC", short(self.from), short(self.to));
        match self.incident {
            Some(incident) => {
                format!(
                    "{reach}; the incident is at {}: | where a log covers it, ! where it does not.",
                    short(incident)
                )
            }
            None => format!("{reach}."),
        }
    }
}
