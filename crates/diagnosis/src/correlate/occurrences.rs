//! [`Occurrences`]: every hit of a run and the derived facts, on one clock. The clock offset of a server is always
//! subtracted here, even if reports show the original times. A message in two files of a server counts once. Hits in
//! local time of an unknown zone can only be compared with others of their server, and hits whose date is unknown with
//! others of their file.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use spoglight_signatures::{Fact, Library};

use crate::busy::Busy;
use crate::finding::Seen;
use spoglight_artifacts::Artifact;
use spoglight_engine::{ScanHits, thread_mark};
use spoglight_model::ClockSkew;
use spoglight_model::analysis::SourceFacts;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;
use spoglight_topology::Topology;

mod facts;
mod spans;

use spans::LogSpans;

/// Kind of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A hit of a signature, by its index in the library.
    Signature(usize),
    /// A fact that no single line shows.
    Fact(Fact),
}

/// A hit or a fact with its time.
#[derive(Debug, Clone)]
pub(super) struct Occurrence<'a> {
    pub(super) what: What,
    /// Nanoseconds in UTC, by the clock of most servers; or of its server's local time, if its zone is unknown.
    pub(super) utc: i64,
    /// The same by the clock of its own server, as reports show it.
    pub(super) shown: Timestamp,
    /// `false` if only the time of day is known: its times then count from the midnight before the first message of
    /// its file, and can only be compared within that file.
    pub(super) is_dated: bool,
    /// Index of its source.
    pub(super) source: usize,
    /// Offset of its message in the source, in bytes.
    pub(super) offset: u64,
    /// Number of the line with which the message begins, from 1.
    pub(super) line: u64,
    thread: u64,
    text: u64,
    account: &'a str,
    values: Cow<'a, [Box<str>]>,
}

/// All hits and facts of a run, by signature and in the order of time.
pub(crate) struct Occurrences<'a> {
    library: &'a Library,
    pub(super) sources: &'a [SourceFacts],
    /// In the order of time.
    pub(super) all: Vec<Occurrence<'a>>,
    /// Indices in `all`, by signature.
    by_signature: Vec<Vec<usize>>,
    /// First and last moment of each log.
    spans: LogSpans,
    /// Sources with only the first hits of a signature, with the time of the last kept hit.
    cut: BTreeMap<(usize, usize), i64>,
    /// Signatures with hits that have no time.
    untimed: BTreeSet<usize>,
    /// Clock offset of each source in nanoseconds, if not yet subtracted from its times.
    ahead: Vec<i64>,
    /// The logs by their files, made when first needed.
    logs: OnceCell<Logs>,
    /// Times at which the logs wrote that were asked for, by the index of the log.
    busy: RefCell<BTreeMap<usize, Rc<Busy>>>,
}

/// Files by their log.
#[derive(Default)]
struct Logs {
    /// Index of the log of each source.
    of_source: Vec<usize>,
    /// Indices of the files of each log.
    files: Vec<Vec<usize>>,
}

/// A log with its rotated files, by server and name.
type Log<'a> = (Option<&'a str>, &'a str);

/// Nanoseconds in which the processes of a service that stops may write.
const STOPPING: i64 = 2 * MINUTE;

/// Longest time between the last message of a process on one server and its first on another.
const HANDOVER: i64 = 15 * MINUTE;

impl<'a> Occurrences<'a> {
    pub(crate) fn new(
        library: &'a Library,
        sources: &'a [SourceFacts],
        found: &'a [ScanHits],
        artifacts: &[(&SourceFacts, &Artifact)],
        skews: &[ClockSkew],
        topology: &Topology,
    ) -> Occurrences<'a> {
        let of_hosts = ClockSkew::by_host(skews);
        let of_host = |host: &str| of_hosts.get(host).copied().unwrap_or(0);
        let ahead: Vec<i64> =
            sources.iter().map(|source| source.host.as_deref().map_or(0, of_host)).collect();
        let mut all = Vec::new();
        let mut cut = BTreeMap::new();
        let mut untimed = BTreeSet::new();
        let mut seen: Seen<(usize, Option<&str>)> = Seen::default();
        for (place, (source, found)) in sources.iter().zip(found).enumerate() {
            for (signature, tally) in found.hits.iter().filter(|_| source.copy_of.is_none()) {
                let of_server = (signature, source.host.as_deref());
                let mut last = None;
                let ahead = ahead.get(place).copied().unwrap_or(0);
                for hit in seen.new_of(of_server, &tally.hits, &source.path) {
                    let (shown, is_dated) = match (&hit.at, hit.since) {
                        (Some(at), _) => (source.clock.moment(at), true),
                        (None, Some(since)) => (Timestamp::Local(since), false),
                        (None, None) => {
                            untimed.insert(signature);
                            continue;
                        }
                    };
                    let utc = if is_dated { shown.nanos() - ahead } else { shown.nanos() };
                    last = last.max(Some(utc));
                    all.push(Occurrence {
                        what: What::Signature(signature),
                        utc,
                        shown,
                        is_dated,
                        source: place,
                        offset: hit.offset,
                        line: hit.line,
                        thread: hit.thread,
                        text: hit.text,
                        account: &hit.account,
                        values: Cow::Borrowed(&hit.values),
                    });
                }
                if let Some(last) = last.filter(|_| tally.count > tally.hits.len() as u64) {
                    cut.insert((place, signature), last);
                }
            }
        }
        let mut these = Occurrences {
            library,
            sources,
            all,
            by_signature: vec![Vec::new(); library.places()],
            spans: LogSpans::new(sources, &ahead),
            cut,
            untimed,
            ahead,
            logs: OnceCell::new(),
            busy: RefCell::default(),
        };
        drop(seen);
        these.processes();
        these.services(topology);
        these.overlaps(topology);
        these.services_back(topology);
        these.certificates(artifacts);
        these.all.sort_by_key(|one| (one.utc, one.source, one.offset));
        for (place, one) in these.all.iter().enumerate() {
            if let What::Signature(signature) = one.what
                && let Some(places) = these.by_signature.get_mut(signature)
            {
                places.push(place);
            }
        }
        these
    }

    fn fact(&mut self, fact: Fact, shown: Timestamp, source: usize, offset: u64, line: u64, values: &[&str]) {
        let values = Cow::Owned(values.iter().map(|value| Box::from(*value)).collect());
        // a certificate does not use the clock of a server
        let ahead = if fact == Fact::CertificateEnded { 0 } else { self.ahead_of(source) };
        let (what, account, utc) = (What::Fact(fact), "", shown.nanos() - ahead);
        self.all.push(Occurrence {
            what,
            utc,
            shown,
            is_dated: true,
            source,
            offset,
            line,
            thread: 0,
            text: 0,
            account,
            values,
        });
    }

    fn ahead_of(&self, source: usize) -> i64 {
        self.ahead.get(source).copied().unwrap_or(0)
    }

    /// Indices of the hits of a signature, in the order of time.
    pub(crate) fn of_signature(&self, signature: usize) -> &[usize] {
        self.by_signature.get(signature).map_or(&[], Vec::as_slice)
    }

    /// Times of some hits by the clocks of their servers, in nanoseconds in UTC.
    pub(crate) fn times(&self, places: &[usize]) -> impl Iterator<Item = i64> {
        places.iter().filter_map(|place| match self.all.get(*place)?.shown {
            Timestamp::Utc(utc) => Some(utc),
            Timestamp::Local(_) => None,
        })
    }

    /// The hits of a symptom that each of some failures explains: the first that has a hit `near` it, or, if no time
    /// refutes it, the first of all. Also whether at least half of the hits are explained.
    pub(super) fn explained(
        &self,
        symptom: usize,
        failures: &[usize],
        near: i64,
    ) -> (Vec<(usize, Vec<usize>)>, bool) {
        let times = |failure: &usize| -> BTreeSet<(String, i64)> {
            let hits = self.of_signature(*failure).iter().filter_map(|place| self.get(*place));
            hits.map(|one| (self.clock(one), one.utc)).collect()
        };
        let known: Vec<(usize, BTreeSet<(String, i64)>)> =
            failures.iter().map(|failure| (*failure, times(failure))).collect();
        let mut parts: Vec<(usize, Vec<usize>)> =
            failures.iter().map(|failure| (*failure, Vec::new())).collect();
        let hits = self.of_signature(symptom);
        let mut explained = 0;
        for place in hits {
            let Some(one) = self.get(*place) else { continue };
            let clock = self.clock(one);
            let (from, to) = (one.utc.saturating_sub(near), one.utc.saturating_add(near));
            let is_near = |(_, times): &&(usize, BTreeSet<(String, i64)>)| {
                times.range((clock.clone(), from)..=(clock.clone(), to)).next().is_some()
            };
            // without a time of the same clock nothing shows that they are apart
            let is_open = |(_, times): &&(usize, BTreeSet<(String, i64)>)| {
                times.range((clock.clone(), i64::MIN)..=(clock.clone(), i64::MAX)).next().is_none()
            };
            let failure = known.iter().find(is_near).or_else(|| known.iter().find(is_open));
            if let Some((failure, _)) = failure {
                explained += 1;
                if let Some((_, hits)) = parts.iter_mut().find(|(known, _)| known == failure) {
                    hits.push(*place);
                }
            }
        }
        let is_explained = !failures.is_empty() && explained * 2 >= hits.len();
        if explained > 0 {
            parts.retain(|(_, hits)| !hits.is_empty());
        }
        (parts, is_explained)
    }

    pub(super) fn get(&self, place: usize) -> Option<&Occurrence<'_>> {
        self.all.get(place)
    }

    pub(super) fn source(&self, one: &Occurrence<'_>) -> Option<&'a SourceFacts> {
        self.sources.get(one.source)
    }

    /// The value that a hit captured under a name.
    pub(super) fn value<'o>(&self, one: &'o Occurrence<'_>, name: &str) -> Option<Cow<'o, str>> {
        if name == "account" {
            return (!one.account.is_empty()).then_some(Cow::Borrowed(one.account));
        }
        let place = match one.what {
            What::Signature(signature) => {
                self.library.capture_names(signature).binary_search_by(|known| known.as_str().cmp(name)).ok()
            }
            What::Fact(Fact::ProcessChanged) => ["process"].iter().position(|known| *known == name),
            What::Fact(Fact::CertificateEnded) => ["subject"].iter().position(|known| *known == name),
            What::Fact(Fact::ServiceBack) => None,
            What::Fact(Fact::ServicesOverlap) => {
                ["process", "from", "until"].iter().position(|known| *known == name)
            }
            What::Fact(Fact::ServicesMoved) => {
                ["before", "now", "process"].iter().position(|known| *known == name)
            }
        }?;
        one.values.get(place).filter(|value| !value.is_empty()).map(|value| Cow::Borrowed(&**value))
    }

    /// Clock of a hit: only hits of the same clock can be compared.
    pub(super) fn clock(&self, one: &Occurrence<'_>) -> String {
        match one.shown {
            _ if !one.is_dated => format!("in {}", one.source),
            Timestamp::Utc(_) => String::new(),
            Timestamp::Local(_) => self.attribute(one, "host", None).unwrap_or_else(|| "?".to_owned()),
        }
    }

    /// An attribute of a hit that hits may have in common; `None` if it is unknown.
    pub(super) fn attribute(&self, one: &Occurrence<'_>, name: &str, thread: Option<&str>) -> Option<String> {
        let source = self.source(one)?;
        match name {
            "host" => source.host.as_ref().map(|host| host.to_ascii_lowercase()),
            "folder" => {
                let folder = source.path.to_string();
                let folder = folder.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
                Some(format!("{}:{folder}", source.host.as_deref().unwrap_or_default()))
            }
            "process" => source.origin.process.as_ref().map(|process| process.to_lowercase()),
            "log" => Some(format!("{}:{}", source.host.as_deref().unwrap_or_default(), source.log)),
            "source" => Some(source.path.to_string()),
            "text" => Some(one.text.to_string()),
            "signature" => Some(format!("{:?}", one.what)),
            "thread" => {
                let mark = match thread {
                    Some(capture) => self.value(one, capture).map_or(0, |name| thread_mark(name.as_bytes())),
                    None => one.thread,
                };
                (mark != 0).then(|| mark.to_string())
            }
            capture => self.value(one, capture).map(|value| value.to_lowercase()),
        }
    }

    /// End of the log of a hit.
    pub(super) fn end_of_log(&self, one: &Occurrence<'_>) -> i64 {
        let Some(source) = self.source(one).filter(|_| one.is_dated) else { return one.utc };
        self.spans.end(self.sources, source).unwrap_or(one.utc).max(one.utc)
    }

    /// The longest silence of the log of a hit between two times, in nanoseconds.
    pub(super) fn longest_silence(&self, one: &Occurrence<'_>, from: i64, to: i64) -> i64 {
        let logs = self.logs.get_or_init(|| Logs::new(self.sources));
        let Some(log) = logs.of_source.get(one.source) else { return to - from };
        let busy = || {
            let places = logs.files.get(*log).into_iter().flatten();
            let files = places.filter_map(|place| Some((self.sources.get(*place)?, self.ahead_of(*place))));
            Rc::new(Busy::of_log(files))
        };
        let busy = Rc::clone(self.busy.borrow_mut().entry(*log).or_insert_with(busy));
        busy.longest_silence(from, to)
    }

    /// Returns whether all hits of a signature in the source of a hit were kept up to a time.
    pub(super) fn is_whole(&self, one: &Occurrence<'_>, until: i64) -> bool {
        let What::Signature(signature) = one.what else { return true };
        self.cut.get(&(one.source, signature)).is_none_or(|cut| until <= *cut)
    }

    /// Returns whether the library lists the signature of a hit among those that another explains.
    pub(super) fn can_explain(&self, failure: Option<&Occurrence<'_>>, place: usize) -> bool {
        match (failure.map(|one| one.what), self.get(place).map(|one| one.what)) {
            (Some(What::Signature(failure)), Some(What::Signature(other))) => {
                self.library.explains(failure, other)
            }
            _ => false,
        }
    }

    /// Returns whether the times of all hits of a signature are known, so that a low rate is certain.
    pub(super) fn is_timed(&self, signature: usize) -> bool {
        !self.untimed.contains(&signature)
    }

    /// Start of the log of a hit.
    pub(super) fn start_of_log(&self, one: &Occurrence<'_>) -> i64 {
        let Some(source) = self.source(one).filter(|_| one.is_dated) else { return one.utc };
        self.spans.start(self.sources, source, one.shown.is_utc()).unwrap_or(one.utc)
    }
}

impl Logs {
    fn new(sources: &[SourceFacts]) -> Logs {
        let mut known: BTreeMap<Log<'_>, usize> = BTreeMap::new();
        let mut logs = Logs::default();
        for (place, source) in sources.iter().enumerate() {
            let log = *known.entry(log_of(source)).or_insert_with(|| {
                logs.files.push(Vec::new());
                logs.files.len() - 1
            });
            logs.of_source.push(log);
            logs.files.get_mut(log).into_iter().for_each(|files| files.push(place));
        }
        logs
    }
}

fn log_of(source: &SourceFacts) -> Log<'_> {
    (source.host.as_deref(), &source.log)
}
