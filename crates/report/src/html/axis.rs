//! [`Axis`]: the time below a chart.

use spoglight_model::analysis::Analysis;
use spoglight_time::Timestamp;
use spoglight_time::units::{DAY, HOUR, MINUTE, SECOND};

use super::charts::WIDTH;
use crate::document::words::to_second;

/// Labels of times below a chart, at most one more.
const TICKS: i64 = 5;

/// Steps between labels, in nanoseconds.
const STEPS_OF_TIME: &[i64] = &[
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
];

/// A time span, drawn from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) from: i64,
    pub(super) to: i64,
    left: i64,
}

/// A label of an axis.
pub(super) struct Tick {
    pub(super) x: i64,
    pub(super) text: String,
}

impl Axis {
    pub(super) fn of(analysis: &Analysis, left: i64) -> Option<Axis> {
        let (first, last) = analysis.totals.first.zip(analysis.totals.last)?;
        let incident = analysis.incident.filter(|incident| incident.is_utc());
        let first = incident.map_or(first, |incident| incident.earlier(first));
        let last = incident.map_or(last, |incident| incident.later(last));
        Some(Axis { from: first.nanos(), to: last.nanos(), left })
    }

    /// Position of a moment.
    pub(super) fn x(self, nanos: i64) -> i64 {
        let span = (i128::from(self.to) - i128::from(self.from)).max(1);
        let at = (i128::from(nanos) - i128::from(self.from)).clamp(0, span);
        self.left + (at * i128::from(WIDTH - self.left - 10) / span) as i64
    }

    /// Labels at full seconds, minutes, hours or days.
    pub(super) fn ticks(self) -> Vec<Tick> {
        let span = i128::from(self.to) - i128::from(self.from);
        let fits = |step: &&i64| span / i128::from(**step) < i128::from(TICKS + 1);
        let step = STEPS_OF_TIME.iter().find(fits).copied().unwrap_or_else(|| {
            let years = span / i128::from(TICKS) / i128::from(365 * DAY) + 1;
            i64::try_from(years * i128::from(365 * DAY)).unwrap_or(i64::MAX)
        });
        let is_day = self.to.div_euclid(DAY) == self.from.div_euclid(DAY);
        let (start, end) = match (is_day, step >= DAY, step >= MINUTE) {
            (_, true, _) => (0, 10),
            (true, _, true) => (11, 16),
            (true, _, false) => (11, 19),
            (false, _, true) => (5, 16),
            (false, _, false) => (5, 19),
        };
        let first = self.from.div_euclid(step).checked_add(i64::from(self.from.rem_euclid(step) > 0));
        let mut ticks = Vec::new();
        let mut next = first.and_then(|number| number.checked_mul(step));
        while let Some(nanos) = next.filter(|nanos| *nanos <= self.to) {
            let text = to_second(Timestamp::Utc(nanos));
            ticks.push(Tick { x: self.x(nanos), text: text.get(start..end).unwrap_or_default().to_owned() });
            next = nanos.checked_add(step);
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_at_full_minutes_hours_and_days() {
        // 2024-05-01 10:00 UTC
        const TEN: i64 = 1_714_557_600 * SECOND;
        let labels = |from: i64, to: i64| -> Vec<String> {
            Axis { from, to, left: 0 }.ticks().into_iter().map(|tick| tick.text).collect()
        };
        assert_eq!(labels(TEN + 61 * SECOND, TEN + 20 * MINUTE), ["10:05", "10:10", "10:15", "10:20"]);
        assert_eq!(
            labels(TEN, TEN + 4 * SECOND),
            ["10:00:00", "10:00:01", "10:00:02", "10:00:03", "10:00:04"]
        );
        assert_eq!(
            labels(TEN, TEN + 20 * HOUR),
            ["05-01 12:00", "05-01 18:00", "05-02 00:00", "05-02 06:00"]
        );
        assert_eq!(labels(TEN, TEN + 9 * DAY), ["2024-05-03", "2024-05-05", "2024-05-07", "2024-05-09"]);
        // spans without a full second, of centuries, and of the whole range
        assert!(labels(TEN + 1, TEN + 5).is_empty());
        assert!((2..=6).contains(&labels(0, i64::MAX).len()));
        assert!(labels(i64::MIN, i64::MAX).len() <= 6);
    }
}
