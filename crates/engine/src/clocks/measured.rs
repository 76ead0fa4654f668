//! Clocks that a command compared with another one: saved outputs of `w32tm /stripchart`.
//!
//! An output shows the difference at the time it was taken, against one other server. Request ids of the logs show it while
//! the logs were written, so they decide where both are known. The output then decides what ids cannot: which of two
//! servers is wrong. For a server that shares no ids with another one, the output is the only evidence.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::CommandContent;
use spoglight_model::{ClockSkew, MeasuredSkew};

use super::outputs::{Shown, short};
use super::skew::{CLOSE, LEAST};

/// The measured clocks, by the name of the server in small letters and without its domain; `None` if outputs of one server
/// disagree.
type Readings = BTreeMap<String, Option<MeasuredSkew>>;

/// The clocks that outputs of commands compared with others.
fn readings(shown: &[Shown<'_>]) -> Readings {
    let mut readings = Readings::new();
    for Shown { host, output, path } in shown {
        let CommandContent::Clock(clock) = &output.content else { continue };
        let Some(ahead) = clock.ahead.filter(|_| clock.samples > 0) else { continue };
        let reading = MeasuredSkew {
            file: (*path).to_owned(),
            line: output.line as u64,
            command: output.command,
            taken: output.taken.clone(),
            ahead,
            against: clock.against.clone(),
        };
        let known = readings.entry(short(host)).or_insert_with(|| Some(reading));
        if known.as_ref().is_some_and(|known| known.ahead.abs_diff(ahead) > CLOSE.unsigned_abs()) {
            *known = None;
        }
    }
    readings
}

/// Adds what outputs of commands show to the differences that ids show. `hosts` are the servers with logs, `compared` those
/// that share ids with another one.
pub(super) fn add(
    skews: &mut Vec<ClockSkew>,
    shown: &[Shown<'_>],
    hosts: &BTreeSet<&str>,
    compared: &BTreeSet<&str>,
) {
    let readings = readings(shown);
    if readings.is_empty() {
        return;
    }
    let of = |host: &str| readings.get(&short(host)).and_then(Option::as_ref);
    let is_near = |one: i64, other: i64| one.abs_diff(other) <= CLOSE.unsigned_abs();
    let mut turned = false;
    for skew in skews.iter_mut() {
        if let Some(own) = of(&skew.host).filter(|own| is_near(own.ahead, skew.ahead)) {
            skew.measured = Some(own.clone());
            skew.is_sure = true;
        } else if let [other] = skew.against.as_slice()
            && let Some(reading) = of(other).filter(|_| !skew.is_sure)
            && is_near(reading.ahead, -skew.ahead)
            && of(&skew.host).is_none_or(|own| own.ahead.abs() < LEAST)
        {
            // ids do not show which of two is wrong, and by convention name the second
            skew.measured = Some(reading.clone());
            skew.is_sure = true;
            skew.ahead = -skew.ahead;
            skew.bounds = skew.bounds.map(|(least, most)| (-most, -least));
            let wrong = other.clone();
            skew.against = vec![std::mem::replace(&mut skew.host, wrong)];
            turned = true;
        }
    }
    let alone = hosts.iter().filter(|host| !compared.contains(**host));
    let alone = alone.filter_map(|host| Some((*host, of(host)?)));
    for (host, reading) in alone.filter(|(_, reading)| reading.ahead.abs() >= LEAST) {
        skews.push(ClockSkew {
            host: host.to_owned(),
            ahead: reading.ahead,
            bounds: None,
            against: reading.against.iter().cloned().collect(),
            shared: 0,
            is_sure: false,
            measured: Some(reading.clone()),
            applied: false,
        });
        turned = true;
    }
    if turned {
        skews.sort_by(|one, other| one.host.cmp(&other.host));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_time::units::SECOND;

    fn skew(host: &str, ahead: i64, against: &str) -> ClockSkew {
        ClockSkew {
            host: host.to_owned(),
            ahead: ahead * SECOND,
            bounds: Some((ahead * SECOND - 1, ahead * SECOND + 2)),
            against: vec![against.to_owned()],
            shared: 9,
            is_sure: false,
            measured: None,
            applied: false,
        }
    }

    /// The differences by ids with what outputs of `w32tm /stripchart` add, each with the offset in its lines.
    fn added(ids: &[ClockSkew], offsets: &[(&str, &str)], compared: &[&str]) -> Vec<(String, i64, bool)> {
        let read = |offset: &&str| {
            let text = format!(
                "Tracking dc01.lab.example [192.0.2.5:123].\nCollecting 1 samples.\n13:31:10, {offset}s\n"
            );
            let reader = spoglight_artifacts::reader_of("clock.txt", text.as_bytes()).expect("a reader");
            let read = reader.read(text.as_bytes(), &[], &mut spoglight_artifacts::Rounds::of_run());
            let Ok(spoglight_artifacts::Artifact::Commands(file)) = read else { panic!("{read:?}") };
            file.outputs
        };
        let files: Vec<_> = offsets.iter().map(|(host, offset)| (*host, read(offset))).collect();
        let shown: Vec<Shown<'_>> = files
            .iter()
            .map(|(host, outputs)| Shown { host, output: &outputs[0], path: "clock.txt" })
            .collect();
        let mut skews = ids.to_vec();
        let hosts = BTreeSet::from(["APP", "SVC", "WEB"]);
        add(&mut skews, &shown, &hosts, &compared.iter().copied().collect());
        skews.iter().map(|one| (one.host.clone(), one.ahead / SECOND, one.measured.is_some())).collect()
    }

    fn told(host: &str, ahead: i64, is_measured: bool) -> (String, i64, bool) {
        (host.to_owned(), ahead, is_measured)
    }

    /// The offset is the clock of the other server minus the own one.
    #[test]
    fn a_positive_offset_is_a_clock_that_is_late() {
        assert_eq!(added(&[], &[("APP", "+95.0000000")], &[]), [told("APP", -95, true)]);
        assert_eq!(added(&[], &[("APP", "-95.0000000")], &[]), [told("APP", 95, true)]);
        assert_eq!(added(&[], &[("APP", "+00.5000000")], &[]), [], "too little");
        assert_eq!(added(&[], &[("DC02", "+95.0000000")], &[]), [], "no log is of this server");
    }

    #[test]
    fn an_output_shows_which_of_two_is_wrong() {
        let ids = [skew("WEB", 95, "APP")];
        let compared = ["APP", "WEB"];
        assert_eq!(added(&ids, &[("WEB", "-94.5")], &compared), [told("WEB", 95, true)]);
        let turned = [told("APP", -95, true)];
        assert_eq!(added(&ids, &[("APP", "+96.0")], &compared), turned);
        assert_eq!(added(&ids, &[("app.lab.example", "+96.0"), ("WEB", "+00.1")], &compared), turned);
        // the output was taken at another time than the logs, or both are wrong
        let open = [told("WEB", 95, false)];
        assert_eq!(added(&ids, &[("APP", "+10.0")], &compared), open);
        assert_eq!(added(&ids, &[("APP", "+95.0"), ("WEB", "-30.0")], &compared), open);
        assert_eq!(added(&ids, &[("APP", "+95.0"), ("APP", "+00.0")], &compared), open, "two that disagree");
        assert_eq!(added(&[], &[("APP", "+95.0")], &compared), [], "by ids the clocks agree");
    }
}
