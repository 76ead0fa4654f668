//! [`Window`]: the time that logs must cover, and which logs do.

use std::io;
use std::sync::Arc;

use chrono_tz::Tz;
use spoglight_engine::live::Opened;
use spoglight_engine::reading::messages_at;
use spoglight_parsers::Format;
use spoglight_source::live::Live;
use spoglight_time::units::HOUR;
use spoglight_time::wall::{Passes, on_wall};
use spoglight_time::zone::ZoneRule;
use spoglight_time::{Clock, Timestamp, Zone};

/// Bytes at the beginning and at the end of a log that are looked at first.
const LOOK: u64 = 64 << 10;

/// The most of them, where messages are long.
const MOST: u64 = 4 << 20;

/// Nanoseconds that a wall clock may be away from UTC.
const FAR: i64 = 14 * HOUR;

/// The time that logs must cover, in nanoseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its start.
    pub from: i64,
    /// Its end.
    pub to: i64,
}

/// First and last timestamp of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Covered {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Window {
    /// The time around a moment: `half` nanoseconds before it, and as many after it.
    pub fn around(moment: i64, half: i64) -> Window {
        Window { from: moment.saturating_sub(half), to: moment.saturating_add(half) }
    }

    /// The time since the midnight before the last one, on the clock of a zone, or in UTC if none is known.
    pub fn since_yesterday(now: i64, zone: Option<Tz>) -> Window {
        let wall = on_wall(now, zone);
        let midnight = wall - wall.rem_euclid(24 * HOUR) - 24 * HOUR;
        let from = zone.map_or(midnight, |zone| Passes::new(midnight, zone).first);
        Window { from, to: i64::MAX }
    }

    /// Returns whether some of that time may be in the window. A log whose zone is not known may be half a day away.
    pub(crate) fn meets(&self, covered: Covered) -> bool {
        let slack = |time: Timestamp| if time.is_utc() { 0 } else { FAR };
        let first = covered.first.nanos().saturating_sub(slack(covered.first));
        let last = covered.last.nanos().saturating_add(slack(covered.last));
        first <= self.to && last >= self.from
    }

    /// Returns whether a moment is not before the window.
    pub(crate) fn is_since(&self, moment: i64) -> bool {
        moment >= self.from
    }
}

/// The clock of a log: as its format fixes it, or the zone of its server.
pub(crate) fn clock_of(opened: &Opened<'_>, zone: Option<&ZoneRule>) -> Clock {
    let zone = match (opened.scanned.format.and_then(Format::zone_rule), zone) {
        (Some(rule), _) => Arc::new(Zone::by_rule(rule)),
        (None, Some(zone)) => Arc::new(Zone::given(zone)),
        (None, None) => Arc::new(Zone::unknown()),
    };
    Clock::new(zone)
}

/// The first and the last timestamp of a log, by its beginning and its end; `None` if neither shows a date.
pub(crate) fn covered(
    opened: &Opened<'_>,
    clock: &Clock,
    file: &Live,
    size: u64,
) -> io::Result<Option<Covered>> {
    let (Some(charset), Some(mix)) = (&opened.scanned.charset, &opened.scanned.mix) else { return Ok(None) };
    // a time of day may be of any day
    if (0..mix.count()).any(|place| mix.format(place).is_undated()) {
        return Ok(None);
    }
    let times = |place: u64, length: u64| -> io::Result<Vec<Timestamp>> {
        // characters of UTF-16 begin at even places
        let place = place & !1;
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let count = file.read_at(place, &mut bytes)?;
        bytes.truncate(count);
        let is_end = place + count as u64 >= size;
        let messages = messages_at(mix, charset, bytes, place, is_end);
        Ok(messages.into_iter().filter_map(|(_, at)| Some(clock.moment(&at?))).collect())
    };
    let earliest = |times: Vec<Timestamp>| times.into_iter().reduce(Timestamp::earlier);
    let latest = |times: Vec<Timestamp>| times.into_iter().reduce(Timestamp::later);
    let (mut first, mut last) = (None, None);
    let mut length = LOOK;
    while length <= MOST {
        first = earliest(times(0, length)?);
        if first.is_some() || length >= size {
            break;
        }
        length *= 4;
    }
    length = LOOK;
    while length <= MOST {
        last = latest(times(size.saturating_sub(length), length)?);
        if last.is_some() || length >= size {
            break;
        }
        length *= 4;
    }
    Ok(match (first, last) {
        // lines out of order at one end
        (Some(first), Some(last)) => Some(Covered { first: first.earlier(last), last: last.later(first) }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_without_a_zone_may_be_half_a_day_away() {
        let window = Window::around(100 * HOUR, 4 * HOUR);
        let covered = |first, last, of: fn(i64) -> Timestamp| Covered {
            first: of(first * HOUR),
            last: of(last * HOUR),
        };
        for (first, last, utc, local) in [
            (90, 95, false, true),
            (90, 96, true, true),
            (104, 110, true, true),
            (105, 110, false, true),
            (60, 81, false, false),
            (119, 130, false, false),
        ] {
            assert_eq!(window.meets(covered(first, last, Timestamp::Utc)), utc, "{first} {last}");
            assert_eq!(window.meets(covered(first, last, Timestamp::Local)), local, "{first} {last}");
        }
    }
}
