//! [`DayLines`]: the date of events on a terminal, on a line of its own where the day changes.
//!
//! Events are rendered on many threads, each with its date, and come here in their order. A file or a pipe keeps the date in
//! every line, so that a line that `grep` finds is complete.

use std::io::{self, Write};

/// Bytes of a date, and of the space after it.
const DATE: usize = "2026-11-21 ".len();

/// Writes rendered events without their dates.
#[derive(Debug, Default)]
pub struct DayLines {
    day: Vec<u8>,
}

impl DayLines {
    /// Writes an event that was rendered as text, after a line with its day if that is not the day of the event before.
    pub fn write(&mut self, event: &[u8], out: &mut dyn Write) -> io::Result<()> {
        let Some((date, rest)) = event.split_at_checked(DATE) else { return out.write_all(event) };
        if !is_date(date) {
            // no time, or a year that is not written with four digits
            let is_blank = date.starts_with(b"-") && date.iter().skip(1).all(|byte| *byte == b' ');
            return match rest.split_at_checked(1) {
                Some((b" ", rest)) if is_blank => out.write_all(b"-").and_then(|()| out.write_all(rest)),
                _ => out.write_all(event),
            };
        }
        if self.day != date {
            date.clone_into(&mut self.day);
            out.write_all(date.trim_ascii_end())?;
            out.write_all(b"\n")?;
        }
        out.write_all(rest)
    }
}

/// Returns whether the bytes are a date and a space. The digits of an unknown date are `?`.
fn is_date(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        10 => *byte == b' ',
        _ => byte.is_ascii_digit() || *byte == b'?',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_where_it_changes() {
        let mut out = Vec::new();
        let mut days = DayLines::default();
        for event in [
            "2026-11-21 23:59:59.000Z  a\n    more\n",
            "2026-11-21 23:59:59.500Z  b\n",
            "2026-11-22 00:00:00.000Z  c\n",
            "????-??-?? 00:00:00.000   d\n",
            "-                         e\n",
            "12026-11-22 00:00:00.000Z  f\n",
            "x\n",
        ] {
            days.write(event.as_bytes(), &mut out).expect("memory");
        }
        let expected = "2026-11-21\n23:59:59.000Z  a\n    more\n23:59:59.500Z  b\n2026-11-22\n00:00:00.000Z  c\n\
                        ????-??-??\n00:00:00.000   d\n-              e\n12026-11-22 00:00:00.000Z  f\nx\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }
}
