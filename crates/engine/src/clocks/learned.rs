//! Zones of logs that still grow, from what was read of them so far: offsets in other logs of their folder and their server, and
//! zones that lines name. Weaker evidence needs a whole collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;
use spoglight_parsers::{ClockSource, Format};
use spoglight_text::source_path::folder;
use spoglight_time::Zone;
use spoglight_time::candidates::Observation;
use spoglight_time::wall::east;

use super::{FAR, Group, Seen, decide, named, named_by_system};
use crate::tally::Tally;

/// What was read of a log that grows, as evidence of zones.
#[derive(Clone, Copy)]
pub struct LogEvidence<'s> {
    /// Its path.
    pub path: &'s str,
    /// Its server, if that is known.
    pub host: Option<&'s str>,
    /// The format of most of its lines.
    pub format: &'s dyn Format,
    /// What was read of it, and its last message, which is not in that.
    pub(crate) tallies: [&'s Tally; 2],
}

/// A folder of a server, or a server.
type Scope<'s> = (Option<&'s str>, &'s str);

impl<'s> LogEvidence<'s> {
    fn scopes(&self) -> [Scope<'s>; 2] {
        let folder = folder(self.path);
        [(self.host, folder), self.host.map_or((None, folder), |host| (Some(host), ""))]
    }

    /// The evidence in short: it is the same as long as there is no more.
    pub fn mark(&self) -> usize {
        let of_one = |tally: &Tally| {
            let zones = tally.named_zones.iter().chain(tally.system_zones.iter()).count();
            tally.offsets.iter().count() + zones
        };
        2 * self.tallies.into_iter().map(of_one).sum::<usize>() + usize::from(self.has_local())
    }

    /// It has times without an offset.
    fn has_local(&self) -> bool {
        self.tallies.iter().any(|tally| tally.has_local())
    }
}

/// The zones of logs with times without an offset, if other logs show that they are not in the zone that is assumed; `None` for a
/// log of which nothing shows that.
pub fn learned(logs: &[LogEvidence<'_>], assumed: Tz) -> Vec<Option<Arc<Zone>>> {
    let mut groups: BTreeMap<Scope<'_>, Group<'_>> = BTreeMap::new();
    for (index, log) in logs.iter().enumerate() {
        let [own, server] = log.scopes();
        for scope in if own == server { vec![own] } else { vec![own, server] } {
            let group = groups.entry(scope).or_default();
            log.tallies.into_iter().for_each(|tally| group.add(index, log.path, Some(log.format), tally));
        }
    }
    let mut known: BTreeMap<[Scope<'_>; 2], Option<Arc<Zone>>> = BTreeMap::new();
    let mut zones = Vec::with_capacity(logs.len());
    for log in logs {
        if !log.has_local() || log.format.zone_rule().is_some() {
            zones.push(None);
            continue;
        }
        let scopes = log.scopes();
        let zone = known.entry(scopes).or_insert_with(|| {
            let [folder, server] = scopes.map(|scope| groups.get(&scope));
            conclude(folder?, server?, logs, assumed).map(Arc::new)
        });
        zones.push(zone.clone());
    }
    zones
}

fn conclude(folder: &Group<'_>, server: &Group<'_>, logs: &[LogEvidence<'_>], assumed: Tz) -> Option<Zone> {
    let of_server = |seen: Seen| Seen { told: seen.told.replace("this folder", "this server"), ..seen };
    let mut evidence = vec![
        folder.seen(ClockSource::Program, "this folder"),
        of_server(server.seen(ClockSource::Program, "this folder")),
        folder.seen(ClockSource::System, "this folder"),
        of_server(server.seen(ClockSource::System, "this folder")),
    ];
    evidence.retain(|seen| !seen.observations.is_empty());
    let members = server.members.iter().filter_map(|index| logs.get(*index));
    let local = members.flat_map(|log| log.tallies).flat_map(|tally| tally.local.iter().flatten());
    let (from, to) = local.fold((i64::MAX, i64::MIN), |(from, to), pair| {
        (from.min(pair.0.stamp.wall), to.max(pair.1.stamp.wall))
    });
    let (from, to) = (from.saturating_sub(FAR), to.saturating_add(FAR));
    let zone = named(folder, &evidence).or_else(|| named(server, &evidence));
    let zone = zone.or_else(|| named_by_system(server, &evidence, from, to));
    if let Some(zone) = zone {
        return (zone.rules != Some(assumed)).then_some(zone);
    }
    let fits = |seen: &Observation| east(assumed, seen.utc) == seen.east;
    if evidence.first()?.observations.iter().all(fits) {
        return None;
    }
    decide(&evidence, from, to)
}
