//! Numbers, times and ratings as people read them.

use chrono_tz::Tz;
use spoglight_signatures::Confidence;
use spoglight_time::Timestamp;

/// The confidence in a match, in words.
pub(crate) fn certainty(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

/// A timestamp to the second.
pub(crate) fn to_second(timestamp: Timestamp) -> String {
    let mut text = timestamp.on_the_wall(None);
    text.truncate(19);
    text
}

/// A timestamp to the second, with `Z` after UTC and `?` after a local time; `-` for none.
pub(crate) fn marked(timestamp: Option<Timestamp>) -> String {
    timestamp.map_or_else(
        || "-".to_owned(),
        |timestamp| format!("{}{}", to_second(timestamp), if timestamp.is_utc() { 'Z' } else { '?' }),
    )
}

/// Time span between two timestamps in a zone; a day that both have is written once.
pub(crate) fn span(first: Timestamp, last: Timestamp, zone: Option<Tz>) -> String {
    let (first, last) = (first.on_the_wall(zone), last.on_the_wall(zone));
    if first == last {
        return first;
    }
    let same_day = first.get(..11) == last.get(..11);
    format!("{first} to {}", if same_day { last.get(11..).unwrap_or(&last) } else { &last })
}

/// A number of bytes, as `1.2 MB`.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0 => "0".to_owned(),
        1..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        _ => format!("{:.2} GB", count as f64 / 1e9),
    }
}

/// Share of bytes in a known format. A share below 100 % is never rounded up to it.
pub(crate) fn parsed_bytes(parsed: u64, unparsed: u64) -> String {
    use spoglight_text::humanize::grouped;
    let all = parsed + unparsed;
    if unparsed == 0 || all == 0 {
        return "100 % of the bytes parsed.".to_owned();
    }
    let tenths = u128::from(parsed) * 1_000 / u128::from(all);
    format!(
        "{}.{} % of the bytes parsed; {} bytes not recognized.",
        tenths / 10,
        tenths % 10,
        grouped(unparsed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_not_rounded_up_to_all() {
        assert_eq!(parsed_bytes(569_036, 360), "99.9 % of the bytes parsed; 360 bytes not recognized.");
        assert_eq!(parsed_bytes(10_000_000, 1), "99.9 % of the bytes parsed; 1 bytes not recognized.");
        assert_eq!(parsed_bytes(10, 0), "100 % of the bytes parsed.");
    }
}
