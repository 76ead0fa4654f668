//! The zones of logs without an offset, learned from what was read.
//!
//! Logs that grow here are most likely on the clock of this machine. Offsets in other logs of their folder or server, or a zone
//! that lines name, can show another one; then the times of these logs change, and a note shows it.

use std::sync::Arc;

use spoglight_engine::clocks::{LogEvidence, learned};
use spoglight_engine::live::LiveLog;
use spoglight_text::humanize::counted;
use spoglight_text::source_path::folder;
use spoglight_time::{Clock, Zone};

use super::Tail;
use crate::followed::FollowedLog;
use crate::intervals::CONCLUDE;
use crate::jumps::Jump;
use crate::output::Shown;

impl<'s> Tail<'s> {
    /// Notices new evidence in a log that was read.
    pub(super) fn weigh(&mut self, log: &LiveLog<'s>, live: &mut FollowedLog<'s>) {
        let Some(source) = self.sources.get(live.index).filter(|_| self.assumed.is_some()) else { return };
        let mark = log.evidence(source).mark();
        if mark != live.evidence {
            live.evidence = mark;
            self.has_evidence = true;
        }
    }

    /// Concludes the zones again if there is new evidence, and it is time.
    pub(super) fn learn_zones(&mut self, now: u64) {
        if self.concluded.is_none_or(|last| now.saturating_sub(last) >= CONCLUDE) {
            self.conclude_zones(now);
        }
    }

    /// Concludes the zones again if there is new evidence.
    pub(super) fn conclude_zones(&mut self, now: u64) {
        let Some(assumed) = self.assumed.filter(|_| self.has_evidence) else { return };
        (self.has_evidence, self.concluded) = (false, Some(now));
        let read = || self.logs.values().filter_map(|live| Some((live.index, live.log.as_ref()?)));
        let places: Vec<usize> = read().map(|(place, _)| place).collect();
        let evidence: Vec<LogEvidence<'_>> =
            read().filter_map(|(place, log)| Some(log.evidence(self.sources.get(place)?))).collect();
        let zones = learned(&evidence, assumed);
        let mut changed: Vec<(String, Arc<Zone>)> = Vec::new();
        for (place, zone) in places.into_iter().zip(zones) {
            let (Some(source), Some(zone)) = (self.sources.get_mut(place), zone) else { continue };
            if source.zone.rules == zone.rules {
                continue;
            }
            source.clock = Clock { ahead: source.clock.ahead, ..Clock::new(Arc::clone(&zone)) };
            source.zone = Arc::clone(&zone);
            let mut is_noted = false;
            for scope in scopes(source.host.as_deref(), &source.path) {
                is_noted |= self.learned.insert(scope, Arc::clone(&zone)).is_some_and(|old| old == zone);
            }
            // of a server it is noted once
            if !is_noted || changed.iter().any(|(_, known)| *known == zone) {
                changed.push((source.path.to_string(), zone));
            }
        }
        for live in self.logs.values_mut() {
            // its times are others now
            if let Some(jump) = &mut live.jump {
                **jump = Jump::default();
            }
        }
        self.shown.extend(note(&changed, assumed.name()).map(Shown::Note));
    }
}

impl Tail<'_> {
    /// The clock of a log of which nothing was read yet, if the zone of its folder or server was learned.
    pub(super) fn learned_clock(&self, host: Option<&str>, path: &str, clock: Clock) -> Clock {
        if self.assumed.is_none() || clock.zone.rules != self.assumed {
            return clock;
        }
        let known = scopes(host, path).into_iter().find_map(|scope| self.learned.get(&scope));
        known.map_or(clock.clone(), |zone| Clock { ahead: clock.ahead, ..Clock::new(Arc::clone(zone)) })
    }
}

/// The folder of a server, and the server.
fn scopes(host: Option<&str>, path: &str) -> Vec<(String, String)> {
    let name = host.unwrap_or_default().to_owned();
    let own = (name.clone(), folder(path).to_owned());
    if host.is_some() { vec![own, (name, String::new())] } else { vec![own] }
}

/// The note about logs whose times change.
fn note(changed: &[(String, Arc<Zone>)], assumed: &str) -> Option<String> {
    let (path, zone) = changed.first()?;
    let others = match changed.len() - 1 {
        0 => String::new(),
        count => format!(" and {}", counted(count, "other log", "other logs")),
    };
    let name = zone.name.as_deref().unwrap_or_default();
    Some(format!(
        "from now on times of {path}{others} are those of {name}, not of {assumed} as before: {}",
        zone.evidence
    ))
}
