//! The clock of a server: `w32tm /query /status` and `w32tm /stripchart`.
//!
//! The offset of a strip chart is the other clock minus the own one: with `+` the own clock is late.

use serde::Serialize;

use super::console::{Echo, Line, is_host};
use super::{CommandContent, CommandReader, CommandReading};

/// What an output shows of the clock of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockReading {
    /// Where the time comes from, as it is written; `None` if it is not shown.
    pub from: Option<String>,
    /// Whether the time comes from the own clock of the server, so that nothing keeps it right; `None` if that is not
    /// shown.
    pub is_free_running: Option<bool>,
    /// The other server that the clock was compared with.
    pub against: Option<String>,
    /// Nanoseconds by which the clock of the server is ahead of the other; the median of the samples.
    pub ahead: Option<i64>,
    /// Number of samples.
    pub samples: usize,
}

/// The reader of `w32tm /query /status`. Its labels are in the language of the server, the order of the lines is not.
pub(super) struct Status;

/// Names of the own clock as a source.
const OWN: &[&str] = &["Local CMOS Clock", "Free-running System Clock"];

impl CommandReader for Status {
    fn name(&self) -> &'static str {
        "w32tm /query /status"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let value = |at: usize| lines.get(at)?.text.split_once(':').map(|(_, value)| value.trim());
        // leap indicator, stratum, precision, root delay, root dispersion, id, last sync, source, interval
        value(0)?
            .split_once('(')
            .filter(|(number, _)| number.trim().parse::<u8>().is_ok_and(|leap| leap < 4))?;
        let stratum: u8 = value(1)?.split('(').next()?.trim().parse().ok()?;
        value(2)?.trim_start().strip_prefix('-')?;
        value(3).filter(|delay| delay.ends_with('s'))?;
        let used = lines.iter().take_while(|line| line.text.contains(':')).count().min(20);
        let from = value(7).filter(|from| !from.is_empty());
        let is_own = from.is_some_and(|from| OWN.iter().any(|own| from.starts_with(own)));
        let reading = ClockReading {
            from: from.map(str::to_owned),
            is_free_running: if is_own || stratum == 0 { Some(true) } else { from.map(|_| false) },
            against: None,
            ahead: None,
            samples: 0,
        };
        Some(CommandReading::of(CommandContent::Clock(reading), used).cut(used < 8))
    }
}

/// The reader of `w32tm /stripchart`: `10:15:00, +00.0312345s` or `10:15:00, d:+00.0009s o:+00.0312345s  [  *  ]`.
pub(super) struct Stripchart;

/// Lines above the first sample.
const HEADING: usize = 4;

/// Samples that are kept.
const MOST_SAMPLES: usize = 10_000;

impl CommandReader for Stripchart {
    fn name(&self) -> &'static str {
        "w32tm /stripchart"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let first = lines.iter().take(HEADING).position(|line| sample(line.text).is_some())?;
        let heading = lines.get(..first).unwrap_or_default();
        // `Tracking dc01.example.com [192.0.2.1:123].`, then how many, then the time; in German the name comes first
        let tracked = heading.iter().find_map(|line| {
            let (before, rest) = line.text.split_once('[')?;
            let (address, _) = rest.split_once(']')?;
            let address = address.rsplit_once(':').filter(|(_, port)| *port == "123")?.0;
            let named = before.split_whitespace().find(|word| word.contains('.') && is_host(word));
            Some((named, address))
        });
        let is_stripchart = echo.command.contains("/stripchart");
        if tracked.is_none() && !is_stripchart {
            return None;
        }
        let typed = echo.command.split_whitespace().find_map(|word| word.strip_prefix("/computer:"));
        let against = tracked.and_then(|(named, _)| named).or(typed).or(tracked.map(|(_, address)| address));
        let mut offsets = Vec::new();
        let mut used = first;
        for line in lines.iter().skip(first) {
            match sample(line.text) {
                Some(offset) => offsets.extend(Some(offset).filter(|_| offsets.len() < MOST_SAMPLES)),
                // a time without an answer: `10:15:02, error: 0x800705B4`
                None if line.text.get(2..3) == Some(":") && line.text.contains(", ") => {}
                None => break,
            }
            used += 1;
        }
        offsets.sort_unstable();
        let reading = ClockReading {
            from: None,
            is_free_running: None,
            against: against.map(str::to_owned),
            // the other clock minus the own one
            ahead: offsets.get(offsets.len() / 2).map(|offset: &i64| offset.saturating_neg()),
            samples: offsets.len(),
        };
        let taken = heading.iter().find_map(|line| moment(line.text)).map(str::to_owned);
        let output = CommandReading::of(CommandContent::Clock(reading), used);
        Some(CommandReading { taken, ..output })
    }
}

/// The date and time in a heading such as `The current time is 11/21/2026 1:31:10 PM.`, in any language.
fn moment(line: &str) -> Option<&str> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let from = line.bytes().position(is_digit)?;
    let to = line.bytes().rposition(is_digit)? + 1;
    let rest = line.get(to..)?;
    let half = [" AM", " PM"].iter().find(|half| rest.starts_with(**half)).map_or(0, |half| half.len());
    let moment = line.get(from..to + half)?;
    let is_moment = moment.len() < 40 && moment.matches(':').count() == 2 && moment.contains(['/', '.', '-']);
    // the address of the other server has a port, too
    (is_moment && !line.contains('[')).then_some(moment)
}

/// The offset of a sample in nanoseconds.
fn sample(line: &str) -> Option<i64> {
    let (time, rest) = line.trim().split_once(", ")?;
    let is_time =
        matches!(time.len(), 7 | 8) && time.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let offset = rest.split_whitespace().find_map(|word| word.strip_prefix("o:"));
    let offset = offset.or_else(|| rest.split_whitespace().next())?.strip_suffix('s')?;
    if !is_time || !offset.starts_with(['+', '-']) {
        return None;
    }
    let (sign, digits) =
        if let Some(digits) = offset.strip_prefix('-') { (-1, digits) } else { (1, offset.get(1..)?) };
    let (seconds, fraction) = digits.split_once(['.', ','])?;
    let seconds: i64 = seconds.parse().ok()?;
    let is_fraction =
        !fraction.is_empty() && fraction.len() <= 9 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: i64 = format!("{fraction:0<9}").parse().ok().filter(|_| is_fraction)?;
    Some(sign * seconds.checked_mul(1_000_000_000)?.checked_add(nanos)?)
}
