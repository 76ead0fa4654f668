//! A server whose logs are of another time than all others: another environment, or an old collection.

use crate::check::{Check, CheckInput, CheckOutput, at, between, gap};
use spoglight_model::CheckId;
use spoglight_time::Timestamp;
use spoglight_time::units::DAY;

/// Nanoseconds that lie between what belongs together at most.
const APART: i64 = DAY;

/// See the [module](self).
pub(super) struct ForeignTime;

impl Check for ForeignTime {
    fn id(&self) -> CheckId {
        CheckId("other-time")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B25")
    }

    fn title(&self) -> &'static str {
        "The logs of a server are of another time than the others"
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
        let old = spans.iter().filter(|(.., last)| between(*last, newest).is_some_and(|apart| apart > APART));
        let overlaps = |(host, first, last): &&(&str, Timestamp, Timestamp)| {
            !spans.iter().any(|(other, from, to)| {
                other != host
                    && between(*to, newest).is_some_and(|apart| apart <= APART)
                    && from.nanos() <= last.nanos()
                    && first.nanos() <= to.nanos()
            })
        };
        let gaps = old.filter(overlaps).map(|(host, first, last)| {
            gap(
                self,
                format!("what {host} did while the others wrote"),
                format!("its logs reach from {} to {}, those of other servers to {}", at(*first), at(*last), at(newest)),
                "collect it again for the time of the others; if it is of another environment, analyse it by itself",
            )
        });
        CheckOutput::gaps(gaps.collect())
    }
}
