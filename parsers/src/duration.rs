//! Durations as people write them: `5m`, `+3.2s`, `-90`, `1h30m`, `500ms`.

/// Nanoseconds of the units; the longer name first where one begins with another.
const UNITS: &[(&str, i64)] = &[
    ("ms", 1_000_000),
    ("min", 60 * 1_000_000_000),
    ("sec", 1_000_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3600 * 1_000_000_000),
    ("d", 86_400 * 1_000_000_000),
    ("w", 7 * 86_400 * 1_000_000_000),
];

/// Parses a duration, in nanoseconds; a number without a unit is seconds. `None` if it is not a duration.
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, mut rest) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, text),
    };
    let mut sum: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|one: char| !one.is_ascii_digit() && one != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let unit = UNITS.iter().find(|(name, _)| after.starts_with(name));
        let (length, nanos) = match unit {
            Some((name, nanos)) => (name.len(), *nanos),
            None if after.is_empty() => (0, 1_000_000_000),
            None => return None,
        };
        sum = sum.checked_add(times(number, nanos)?)?;
        rest = after.get(length..)?;
    }
    sum.checked_mul(sign)
}

/// A number with a fraction, times a unit, without the rounding of a float.
fn times(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > 9 || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: i64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let part = i128::from(part) * i128::from(unit) / 10i128.pow(fraction.len() as u32);
    whole.checked_mul(unit)?.checked_add(i64::try_from(part).ok()?)
}

/// A duration (in nanoseconds) as text for people: `95 s`, `3.2 s`, `2 min 5 s`, `1 h 30 min`. The sign is dropped.
pub fn spoken(nanos: i64) -> String {
    let millis = nanos.unsigned_abs() / 1_000_000;
    let (seconds, rest) = (millis / 1000, millis % 1000);
    match seconds {
        0 => format!("{rest} ms"),
        1..60 if rest > 0 => format!("{seconds}.{rest:03}").trim_end_matches('0').to_owned() + " s",
        1..120 => format!("{seconds} s"),
        120..7200 if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        120..7200 => format!("{} min {} s", seconds / 60, seconds % 60),
        7200..172_800 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} days {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration, spoken};

    #[test]
    fn as_people_write_them() {
        for (text, millis) in [
            ("5m", 300_000),
            ("+3.2s", 3_200),
            ("-90", -90_000),
            ("1h30m", 5_400_000),
            ("500ms", 500),
            ("-2h", -7_200_000),
            ("0.001", 1),
            ("2min", 120_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(duration(text), Some(millis * 1_000_000), "{text}");
        }
        for text in ["", "x", "5x", "1.2.3s", "-", "99999999999999d", ".", "5 m"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn as_people_read_them() {
        for (nanos, text) in [
            (3_200_000_000, "3.2 s"),
            (-95_000_000_000, "95 s"),
            (300_000_000_000, "5 min"),
            (125_000_000_000, "2 min 5 s"),
            (40_000_000, "40 ms"),
            (9_000_000_000_000, "2 h 30 min"),
        ] {
            assert_eq!(spoken(nanos), text);
        }
    }
}
