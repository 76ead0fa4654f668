//! [`outages`]: times in which all logs of the processes of a server were silent at once, although they wrote regularly
//! before and after.
//!
//! A silence counts only if a file contains it, so that it is no missing file, and if it is much longer than every other
//! silence of the server: a process that writes rarely has no outages.

use std::collections::BTreeSet;

use crate::busy::Busy;
use crate::check::{CheckInput, Server, has_trace_levels, process_of};
use crate::rotation_set::{LogSet, sets_of};
use spoglight_model::MessagePosition;
use spoglight_model::analysis::{ProcessRun, SourceFacts};
use spoglight_source::SourceId;
use spoglight_time::Timestamp;
use spoglight_time::units::{HOUR, MINUTE};
use spoglight_topology::{Process, Topology};

/// Nanoseconds of the shortest outage.
const SHORTEST: i64 = 10 * MINUTE;

/// Nanoseconds of the longest outage of processes that were not restarted: longer ones may be nights.
const LONGEST: i64 = 4 * HOUR;

/// Factor by which an outage is longer than any other silence.
pub(crate) const FACTOR: i64 = 4;

/// Number of other outages about as long.
const OTHERS: usize = 3;

/// Nanoseconds for which they must have written around it.
const RHYTHM: i64 = 30 * MINUTE;

/// Messages that show a rhythm.
pub(crate) const MESSAGES: u64 = 20;

/// A message of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'a> {
    pub(crate) source: &'a SourceFacts,
    pub(crate) message: MessagePosition,
    pub(crate) time: Timestamp,
}

/// A time in which no process of a server wrote.
#[derive(Debug)]
pub(crate) struct Outage<'a> {
    pub(crate) host: &'a str,
    /// The last message before it.
    pub(crate) from: Edge<'a>,
    /// The first message after it.
    pub(crate) to: Edge<'a>,
    /// Its start and end, in nanoseconds in UTC.
    span: (i64, i64),
    /// Logs in which another process writes after it than before.
    pub(crate) restarted: BTreeSet<&'a str>,
    /// Logs in which the same process writes.
    pub(crate) unchanged: BTreeSet<&'a str>,
    /// Other logs of the server that wrote in it.
    pub(crate) others: Vec<&'a str>,
}

impl Outage<'_> {
    /// Nanoseconds of it.
    pub(crate) fn length(&self) -> i64 {
        self.span.1.saturating_sub(self.span.0)
    }

    /// Its start and end.
    pub(crate) fn span(&self) -> (Timestamp, Timestamp) {
        (Timestamp::Utc(self.span.0), Timestamp::Utc(self.span.1))
    }

    /// Returns whether its processes were started again.
    pub(crate) fn is_restart(&self) -> bool {
        !self.restarted.is_empty() && self.unchanged.is_empty()
    }

    /// Returns whether a moment is in it or shortly after it.
    pub(crate) fn explains(&self, host: Option<&str>, moment: Timestamp) -> bool {
        let (from, to) = self.span;
        host == Some(self.host)
            && moment.is_utc()
            && (from..=to.saturating_add(SHORTEST)).contains(&moment.nanos())
    }
}

/// The logs of a server that its processes write, with their companions.
pub(crate) fn process_logs<'a>(server: &Server<'a>, topology: &Topology) -> Vec<&'a SourceFacts> {
    let is_log = |source: &&&SourceFacts| {
        source.events > 0 && !source.is_second() && has_trace_levels(source, topology)
    };
    server.sources.iter().filter(is_log).copied().collect()
}

/// Times at which the services of all servers wrote.
pub(crate) struct ServiceTimes<'a> {
    /// In the order of their starts. Each has the latest end of those up to it, and the latest of another server.
    times: Vec<(i64, Latest<'a>)>,
}

/// The latest of some ends, with its server, and the latest end of another server.
#[derive(Debug, Clone, Copy, Default)]
struct Latest<'a> {
    first: Option<(i64, &'a str)>,
    second: Option<i64>,
}

impl<'a> Latest<'a> {
    fn and(self, end: i64, host: &'a str) -> Latest<'a> {
        match self.first {
            Some((first, own)) if own == host => Latest { first: Some((first.max(end), host)), ..self },
            Some((first, _)) if end > first => Latest { first: Some((end, host)), second: Some(first) },
            Some(_) => Latest { second: self.second.max(Some(end)), ..self },
            None => Latest { first: Some((end, host)), second: None },
        }
    }

    /// The latest end of a server other than this one.
    fn without(&self, host: &str) -> Option<i64> {
        match self.first {
            Some((_, own)) if own == host => self.second,
            first => first.map(|(end, _)| end),
        }
    }
}

impl<'a> ServiceTimes<'a> {
    pub(crate) fn new(servers: &[Server<'a>], topology: &Topology) -> ServiceTimes<'a> {
        let mut spans: Vec<(i64, i64, &str)> = Vec::new();
        for server in servers {
            let is_service = |source: &&SourceFacts| {
                process_of(source, topology).is_some_and(|process| process.is_service)
            };
            let busy = Busy::new(server.sources.iter().copied().filter(is_service));
            spans.extend(busy.spans().iter().map(|(start, end)| (*start, *end, server.host)));
        }
        spans.sort_unstable();
        let mut latest = Latest::default();
        let times = spans.into_iter().map(|(start, end, host)| {
            latest = latest.and(end, host);
            (start, latest)
        });
        ServiceTimes { times: times.collect() }
    }

    /// Returns whether a server other than this one wrote between two times.
    fn has_other(&self, host: &str, (from, to): (i64, i64)) -> bool {
        let before = self.times.partition_point(|(start, _)| *start < to);
        let latest = before.checked_sub(1).and_then(|last| self.times.get(last));
        latest.and_then(|(_, latest)| latest.without(host)).is_some_and(|end| end > from)
    }
}

/// Returns whether logs are silent because another server runs the services: they are only of components that write
/// where the services are owned, and another server wrote such logs in that time.
pub(crate) fn is_handover(
    host: &str,
    logs: &[&SourceFacts],
    services: &ServiceTimes<'_>,
    span: (i64, i64),
    topology: &Topology,
) -> bool {
    // the manager runs on both, and other watched processes run on every server of their role
    let is_everywhere = |process: &Process| process.is_manager || process.is_watched && !process.is_service;
    let is_everywhere = |log: &&SourceFacts| process_of(log, topology).is_some_and(is_everywhere);
    !logs.iter().any(is_everywhere) && services.has_other(host, span)
}

/// The outages of all servers, in the order of servers and of time.
pub(crate) fn outages<'a>(collection: &CheckInput<'a>) -> Vec<Outage<'a>> {
    let servers = collection.servers();
    let topology = collection.topology;
    let services = ServiceTimes::new(&servers, topology);
    let of_server = |server: &Server<'a>| {
        let mut found = of_server(server, topology);
        found.retain(|outage| {
            !is_handover(server.host, &process_logs(server, topology), &services, outage.span, topology)
        });
        found
    };
    servers.iter().flat_map(of_server).collect()
}

/// The outages of a server, in the order of time.
fn of_server<'a>(server: &Server<'a>, topology: &Topology) -> Vec<Outage<'a>> {
    let logs = process_logs(server, topology);
    let busy = Busy::new(logs.iter().copied());
    let Some((start, end)) = busy.range() else { return Vec::new() };
    if logs.iter().map(|log| log.events).sum::<u64>() < MESSAGES {
        return Vec::new();
    }
    // one that is longer than all others, and no file of which is missing
    let in_file = logs.iter().flat_map(|log| silences(log));
    let candidates: BTreeSet<(i64, i64)> =
        in_file.filter_map(|(before, after)| busy.silence_at(before + (after - before) / 2)).collect();
    let candidates: Vec<(i64, i64)> =
        candidates.into_iter().filter(|(from, to)| to - from >= SHORTEST).collect();
    // those that are long enough to count against a candidate are among the longest
    let mut all: Vec<(i64, i64)> = busy.silences().collect();
    all.sort_by_key(|(from, to)| std::cmp::Reverse(to - from));
    all.truncate(OTHERS + 2);
    let is_outage = |(from, to): &(i64, i64)| {
        let length = to - from;
        let long = |silence: &&(i64, i64)| (silence.1 - silence.0).saturating_mul(FACTOR) > length;
        let long: Vec<&(i64, i64)> =
            all.iter().filter(long).filter(|silence| **silence != (*from, *to)).collect();
        let is_alike = |silence: &&(i64, i64)| (silence.1 - silence.0).saturating_mul(2) >= length;
        let silent: i64 = long.iter().map(|silence| silence.1 - silence.0).sum();
        long.len() <= OTHERS && long.iter().all(is_alike) && end - start - silent - length >= RHYTHM
    };
    let found = candidates.into_iter().filter(is_outage);
    found.filter_map(|silence| outage(server, &logs, silence, &busy)).collect()
}

/// The silences that one file contains, in nanoseconds in UTC.
fn silences(log: &SourceFacts) -> Vec<(i64, i64)> {
    let Some(activity) = log.activity() else { return Vec::new() };
    let moment = |message: &MessagePosition| match log.clock.moment(&message.at) {
        Timestamp::Utc(utc) => Some(utc),
        Timestamp::Local(_) => None,
    };
    let kept = activity.silences().iter();
    kept.filter_map(|silence| Some((moment(&silence.before)?, moment(&silence.after)?))).collect()
}

/// An outage in a silence, unless it may be a quiet time.
fn outage<'a>(
    server: &Server<'a>,
    logs: &[&'a SourceFacts],
    (from, to): (i64, i64),
    busy: &Busy,
) -> Option<Outage<'a>> {
    let edges: Vec<Edge<'a>> = logs.iter().flat_map(|log| edges(log)).collect();
    // a message of the minute before or after it may not be among those that are kept
    let last = edges.iter().filter(|edge| edge.time.nanos() <= from).max_by_key(|edge| edge.time.nanos())?;
    let first = edges.iter().filter(|edge| edge.time.nanos() >= to).min_by_key(|edge| edge.time.nanos())?;
    let mut outage = Outage {
        host: server.host,
        from: *last,
        to: *first,
        span: (last.time.nanos().max(from - MINUTE), first.time.nanos().min(to + MINUTE)),
        restarted: BTreeSet::new(),
        unchanged: BTreeSet::new(),
        others: Vec::new(),
    };
    for set in sets_of(logs.iter().copied()) {
        match is_same_process(&set, from, to) {
            Some(true) => _ = outage.unchanged.insert(name(&set)),
            Some(false) => _ = outage.restarted.insert(name(&set)),
            None => {}
        }
    }
    let is_quiet_time = || {
        let around = ((to - from) / 2).clamp(SHORTEST, HOUR);
        let is_steady = |start: i64| busy.within(start, start + around) * 2 >= around;
        to - from > LONGEST || !is_steady(from - around) || !is_steady(to)
    };
    if !outage.is_restart() && is_quiet_time() {
        return None;
    }
    let own: BTreeSet<SourceId> = logs.iter().map(|log| log.id).collect();
    let wrote = |source: &&&SourceFacts| {
        !own.contains(&source.id) && Busy::new([**source]).within(from + MINUTE, to - MINUTE) > 0
    };
    outage.others = server.sources.iter().filter(wrote).map(|source| &*source.path).collect();
    Some(outage)
}

/// Messages of a file at the ends of its silences, and its first and last.
fn edges(log: &SourceFacts) -> Vec<Edge<'_>> {
    let Some(activity) = log.activity() else { return Vec::new() };
    let inner = activity.silences().iter().flat_map(|silence| [silence.before, silence.after]);
    let edge = |message: MessagePosition| {
        let time = log.clock.moment(&message.at);
        time.is_utc().then_some(Edge { source: log, message, time })
    };
    inner.chain([activity.first, activity.last]).filter_map(edge).collect()
}

/// Returns whether the process that wrote a log before a silence writes it after it; `None` if it has messages on one
/// side only.
fn is_same_process(set: &LogSet<'_>, from: i64, to: i64) -> Option<bool> {
    let runs = || set.files.iter().flat_map(|file| &file.process_runs);
    let nanos = |time: Option<Timestamp>| time.filter(|time| time.is_utc()).map(Timestamp::nanos);
    let began = |run: &&ProcessRun| nanos(run.first).is_some_and(|first| first <= from);
    let went_on = |run: &&ProcessRun| nanos(run.last).is_some_and(|last| last >= to);
    let before = runs().filter(began).max_by_key(|run| nanos(run.first))?;
    let after = runs().filter(went_on).min_by_key(|run| nanos(run.last))?;
    Some(before.process == after.process)
}

fn name<'a>(set: &LogSet<'a>) -> &'a str {
    let process = set.files.first().and_then(|file| file.origin.process.as_deref());
    process.unwrap_or(set.name)
}
