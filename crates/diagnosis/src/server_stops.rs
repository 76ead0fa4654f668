//! [`ServerStops`]: why servers stopped, as events of Windows in the collection show it.
//!
//! A requested restart is written before the server goes down, an unexpected stop after it is up again. So both are looked
//! for around the silence of the processes, on the same server, and only with times that can be compared.

use std::collections::BTreeMap;

use spoglight_model::analysis::Evidence;
use spoglight_signatures::ProvenFact;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

use crate::check::{CheckInput, at};
use crate::proven::ProvenHit;

/// Nanoseconds before the last message of the processes in which the request may be.
const BEFORE: i64 = 5 * MINUTE;

/// Nanoseconds after their first message in which Windows may report that it was not shut down.
const AFTER: i64 = MINUTE;

/// Why a server stopped. The first that is proven counts: a request does not prove that the shutdown came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StopReason {
    /// It ended without a shutdown.
    Unexpected,
    /// A user or a program requested a restart or a shutdown.
    Requested,
    /// It was shut down; nothing shows who requested it.
    ShutDown,
    /// It started; nothing shows how it ended.
    Started,
}

/// A stop of a server.
pub(crate) struct ServerStop<'s, 'a> {
    pub(crate) reason: StopReason,
    event: &'s ProvenHit<'a>,
    time: i64,
}

/// The stops of all servers.
pub(crate) struct ServerStops<'a> {
    /// By the short name of the server in small letters, in the order of time.
    events: BTreeMap<String, Vec<(i64, StopReason, ProvenHit<'a>)>>,
}

impl<'a> ServerStops<'a> {
    pub(crate) fn new(collection: &CheckInput<'a>) -> ServerStops<'a> {
        let facts = [
            (ProvenFact::ServerStoppedUnexpectedly, StopReason::Unexpected),
            (ProvenFact::ServerRestartRequested, StopReason::Requested),
            (ProvenFact::ServerShutDown, StopReason::ShutDown),
            (ProvenFact::ServerStarted, StopReason::Started),
        ];
        let mut events: BTreeMap<String, Vec<(i64, StopReason, ProvenHit<'a>)>> = BTreeMap::new();
        for (fact, reason) in facts {
            for hit in collection.proven.of(fact) {
                if let (Some(host), Some(Timestamp::Utc(time))) = (hit.source.host.as_deref(), hit.time) {
                    events.entry(short(host)).or_default().push((time, reason, hit));
                }
            }
        }
        for events in events.values_mut() {
            events.sort_by_key(|(time, reason, _)| (*time, *reason));
        }
        ServerStops { events }
    }

    /// Why a server stopped between the last message of its processes and the first one after that; `None` if no event
    /// shows it.
    pub(crate) fn between(&self, host: &str, from: Timestamp, to: Timestamp) -> Option<ServerStop<'_, 'a>> {
        let (Timestamp::Utc(from), Timestamp::Utc(to)) = (from, to) else { return None };
        let is_near = |time: i64, reason: StopReason| match reason {
            StopReason::Unexpected | StopReason::Started => (from..to.saturating_add(AFTER)).contains(&time),
            StopReason::Requested | StopReason::ShutDown => (from.saturating_sub(BEFORE)..to).contains(&time),
        };
        let near = self.events.get(&short(host))?.iter().filter(|(time, reason, _)| is_near(*time, *reason));
        let (time, reason, event) = near.min_by_key(|(time, reason, _)| (*reason, *time))?;
        Some(ServerStop { reason: *reason, event, time: *time })
    }
}

impl ServerStop<'_, '_> {
    /// The stop in one sentence.
    pub(crate) fn sentence(&self, host: &str) -> String {
        let when = at(Timestamp::Utc(self.time));
        match self.reason {
            StopReason::Unexpected => {
                format!("Windows reports at {when} that {host} had stopped without a shutdown.")
            }
            StopReason::Requested => match self.event.value("process") {
                Some(process) => format!("{process} requested a restart or shutdown of {host} at {when}."),
                None => format!("A restart or shutdown of {host} was requested at {when}."),
            },
            StopReason::ShutDown => format!("Windows was shut down on {host} at {when}."),
            StopReason::Started => {
                format!(
                    "Windows started on {host} at {when}, so the server itself was down, not only the service."
                )
            }
        }
    }

    /// The event.
    pub(crate) fn evidence(&self) -> Evidence {
        self.event.evidence()
    }
}

/// A name in small letters, without its domain.
fn short(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_ascii_lowercase()
}
