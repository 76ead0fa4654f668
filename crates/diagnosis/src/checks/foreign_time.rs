//! A server whose logs cover another time than all others: another environment, or an old collection.

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, at, between, gap};
use spoglight_model::CheckId;
use spoglight_time::Timestamp;
use spoglight_time::units::DAY;

/// Largest time between logs that belong together, in nanoseconds.
const LONGEST_PAUSE: i64 = DAY;

/// A server with logs of another time.
pub(super) struct ForeignTime;

impl Check for ForeignTime {
    fn id(&self) -> CheckId {
        CheckId("other-time")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B25")
    }

    fn title(&self) -> &'static str {
        "The logs of a server cover another time than the others"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The logs of one server cover another time than all others: they are of an old \
                    collection, or of another environment.",
            looks_at: "The first and last timestamp of the logs of each server.",
            needs: "logs of two or more servers",
            unclear: "Collect the logs of all servers for the same time.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let servers = collection.servers();
        let mut spans: Vec<(&str, Timestamp, Timestamp)> = Vec::new();
        for server in &servers {
            let first = server.sources.iter().filter_map(|source| source.first).reduce(Timestamp::earlier);
            if let Some((first, last)) = first.zip(server.last()).filter(|(first, _)| first.is_utc()) {
                spans.push((server.host, first, last));
            }
        }
        let end = |spans: &[(&str, Timestamp, Timestamp)]| {
            spans.iter().map(|(.., last)| *last).reduce(Timestamp::later)
        };
        let Some(newest) = end(&spans) else { return CheckOutput::well() };
        let old = spans
            .iter()
            .filter(|(.., last)| between(*last, newest).is_some_and(|pause| pause > LONGEST_PAUSE));
        // those that go on, by their start, each with the latest end of those up to it: no old one is among them
        let goes_on = |(.., to): &&(&str, Timestamp, Timestamp)| {
            between(*to, newest).is_some_and(|pause| pause <= LONGEST_PAUSE)
        };
        let others = spans.iter().filter(goes_on);
        let mut others: Vec<(i64, i64)> = others.map(|(_, from, to)| (from.nanos(), to.nanos())).collect();
        others.sort_unstable();
        let mut latest = i64::MIN;
        for (_, to) in &mut others {
            latest = latest.max(*to);
            *to = latest;
        }
        let overlaps = |(_, first, last): &&(&str, Timestamp, Timestamp)| {
            let begun = others.partition_point(|(from, _)| *from <= last.nanos());
            let latest = begun.checked_sub(1).and_then(|place| others.get(place));
            latest.is_none_or(|(_, to)| *to < first.nanos())
        };
        let gaps = old.filter(overlaps).map(|(host, first, last)| {
            gap(
                self,
                format!("what {host} did while the others wrote"),
                format!("its logs reach from {} to {}, those of other servers to {}", at(*first), at(*last), at(newest)),
                "collect it again for the time of the other servers; if it belongs to another environment, analyse it \
                 separately",
            )
        });
        CheckOutput::gaps(gaps.collect())
    }
}
