//! Numbers and times as people read them.

use chrono_tz::Tz;

use spoglight_time::Moment;

/// To the second.
pub(super) fn short(moment: Moment) -> String {
    let mut text = moment.on_the_wall(None);
    text.truncate(19);
    text
}

/// To the second, with `Z` behind a moment and `?` behind a local time; `-` for none.
pub(super) fn marked(moment: Option<Moment>) -> String {
    moment.map_or_else(
        || "-".to_owned(),
        |moment| format!("{}{}", short(moment), if moment.is_utc() { 'Z' } else { '?' }),
    )
}

/// From one moment to another on a wall, the day once if it is the same.
pub(super) fn span(first: Moment, last: Moment, zone: Option<Tz>) -> String {
    let (first, last) = (first.on_the_wall(zone), last.on_the_wall(zone));
    if first == last {
        return first;
    }
    let same_day = first.get(..11) == last.get(..11);
    format!("{first} to {}", if same_day { last.get(11..).unwrap_or(&last) } else { &last })
}

/// `1.2 MB`.
pub(super) fn bytes(count: u64) -> String {
    match count {
        0 => "0".to_owned(),
        1..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}
