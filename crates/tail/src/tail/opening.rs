//! The beginning of a log: what is known of it before its first message.

use std::path::Path;
use std::sync::Arc;

use spoglight_engine::facts;
use spoglight_engine::live::{self, LiveLog, Opened};
use spoglight_follow::{Beginning, LogId};
use spoglight_model::analysis::SourceFacts;
use spoglight_source::{Neighbours, SourceId, host_of};
use spoglight_text::secrets::mask;
use spoglight_topology::Topology;

use super::Tail;
use crate::arrivals::name_of;
use crate::clock::clock_of;
use crate::followed::FollowedLog;

/// Bytes at the start of a log by which it is probed.
const PROBED: usize = 64 << 10;

impl<'s> Tail<'s> {
    pub(super) fn begin(&mut self, log: LogId, path: Arc<Path>, offset: u64, why: Beginning, now: u64) {
        if let Some(live) = self.logs.get_mut(&log) {
            // it continues after it had ended
            if !std::mem::replace(&mut live.is_there, true) {
                self.notices.arrivals.came(&live.name, &path, now);
            }
            (live.path, live.offset) = (path, offset);
            return;
        }
        let name: Arc<str> = name_of(&path).into();
        self.notices.arrivals.came(&name, &path, now);
        let index = self.sources.len();
        let mut live = FollowedLog {
            path,
            name,
            is_there: true,
            index,
            log: None,
            raw: Vec::new(),
            offset,
            file: None,
            before: Vec::new(),
            last: now,
            asked: 0,
            is_unreadable: false,
            is_last_shown: false,
            evidence: 0,
            jump: None,
            left: None,
        };
        // a new log is probed by its first bytes: it may have another name by now
        let opened = if why == Beginning::New && offset == 0 { None } else { self.probe(&live) };
        let source = self.facts_of(&mut live, opened.map(|opened| (opened, false)));
        self.neighbours = None;
        self.sources.push(source);
        self.logs.insert(log, Box::new(live));
    }

    /// Probes the file of a log, for what is known of a log that nobody writes. It may be empty yet.
    fn probe(&self, live: &FollowedLog<'s>) -> Option<Opened<'s>> {
        live::open(&live.path, &self.formats, &self.settings.charsets, &self.settings.hosts)
    }

    /// Probes a log by its first bytes that came and those before them.
    pub(super) fn probe_bytes(&self, live: &FollowedLog<'s>) -> Opened<'s> {
        let bytes = live.raw.get(..PROBED).unwrap_or(&live.raw);
        let sample = [&live.before, bytes].concat();
        // the name with which it was found
        let path = self.sources.get(live.index).map_or("", |source| &source.path);
        let (charsets, hosts) = (&self.settings.charsets, &self.settings.hosts);
        Opened::of_bytes(Path::new(path), &sample, &self.formats, charsets, hosts)
    }

    /// Facts of a log that was probed. It is read from now on if that is set: most logs of a large folder never are.
    pub(super) fn facts_of(
        &mut self,
        live: &mut FollowedLog<'s>,
        opened: Option<(Opened<'s>, bool)>,
    ) -> SourceFacts {
        let Some((mut opened, is_read)) = opened else {
            return facts::unknown(SourceId::new(live.index), &mask(&live.path.display().to_string()));
        };
        for problem in std::mem::take(&mut opened.scanned.problems).into_inner() {
            live.is_unreadable = true;
            self.problem(&problem);
        }
        if is_read {
            live.log = LiveLog::begin(&opened, live.offset).map(Box::new);
        }
        if opened.host.is_none() {
            opened.host = self.host_by_neighbours(&opened.path);
        }
        let host = opened.host.as_deref().or(opened.scanned.host.as_deref());
        let clock = self.learned_clock(host, &opened.path, clock_of(self.settings, &opened));
        facts::followed(SourceId::new(live.index), &mut opened, clock)
    }

    /// The server of a log whose name does not show it, by the folders of other servers beside its own.
    fn host_by_neighbours(&mut self, path: &str) -> Option<Arc<str>> {
        let known = self.neighbours.get_or_insert_with(|| {
            let topology = Topology::embedded();
            let hosts: Vec<Option<String>> =
                self.sources.iter().map(|source| host_of(&source.path, topology)).collect();
            let paths = self.sources.iter().map(|source| &*source.path);
            Neighbours::of(paths.zip(hosts.iter().map(Option::as_deref)))
        });
        known.host(path).map(Arc::from)
    }
}
