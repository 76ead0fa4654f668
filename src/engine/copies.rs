//! What stands in a collection twice: a file under two names, and messages that a program writes to two files, as Tomcat
//! writes those of `catalina.*` to its console, which becomes `tomcat9-stderr.*`.
//!
//! Files are taken for the same only if all their bytes are; messages by samples. Only files of which everything else is
//! equal are read again.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Read;

use super::Scanned;
use crate::bundle::{Bundle, Source};

/// Bytes without which a file that says no time is too common to be a copy: a greeting, a heading.
const TELLING: u64 = 4096;

/// Samples that must be looked for before a file is said to repeat another.
const SAMPLES: usize = 4;

/// Of a hundred of them, how many must be there.
const SHARE: usize = 95;

/// Marks files that are copies of an earlier one.
pub(super) fn mark(bundle: &Bundle, all: &mut [Scanned<'_>]) {
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        let tally = &one.tally;
        if tally.first.is_some() || tally.bytes >= TELLING {
            let stamp = |stamp: Option<spoglight_parsers::Stamp>| stamp.map(|stamp| stamp.wall);
            let what = (tally.bytes, tally.lines, tally.events, stamp(tally.first), stamp(tally.last));
            alike.entry(what).or_default().push(index);
        }
    }
    for group in alike.into_values().filter(|group| group.len() > 1) {
        let mut known: BTreeMap<u64, usize> = BTreeMap::new();
        for index in group {
            let Some(hash) = bundle.sources.get(index).and_then(hash) else { continue };
            let first = *known.entry(hash).or_insert(index);
            if first != index
                && let Some(one) = all.get_mut(index)
            {
                one.copy_of = Some(first);
            }
        }
    }
    repeats(&bundle.sources, all);
}

/// Marks files whose messages stand in another of the same server, too. Of two that hold the same the later by name is the
/// repetition: `catalina.*` before `tomcat9-stderr.*`.
fn repeats(sources: &[Source], all: &mut [Scanned<'_>]) {
    let mut hosts: BTreeMap<(Option<&str>, &str), Vec<usize>> = BTreeMap::new();
    for (index, (source, one)) in sources.iter().zip(all.iter()).enumerate() {
        if let (None, Some(format)) = (one.copy_of, one.format)
            && one.tally.events > 0
        {
            hosts.entry((source.host.as_deref(), format.name())).or_default().push(index);
        }
    }
    for group in hosts.into_values() {
        for &index in &group {
            let found = group.iter().copied().find(|&other| other != index && is_in(all, index, other));
            if let (Some(other), Some(one)) = (found, all.get_mut(index)) {
                one.repeats = Some(other);
            }
        }
    }
}

/// Whether the messages of one source stand in another, which is no repetition itself.
fn is_in(all: &[Scanned<'_>], one: usize, other: usize) -> bool {
    let (Some(part), Some(whole)) = (all.get(one), all.get(other)) else { return false };
    let span = |one: &Scanned<'_>| Some((one.tally.first?.order(), one.tally.last?.order()));
    let (Some((from, to)), Some((first, last))) = (span(part), span(whole)) else { return false };
    if whole.repeats.is_some() || from < first || to > last {
        return false;
    }
    let size = |one: &Scanned<'_>, index: usize| (one.tally.events, std::cmp::Reverse(index));
    if size(part, one) > size(whole, other) {
        return false;
    }
    let (asked, found) = part.tally.sketch.shared(&whole.tally.sketch);
    asked >= SAMPLES && found * 100 >= asked * SHARE
}

fn hash(source: &Source) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let mut buffer = vec![0; 256 << 10];
    let read = source.read(0, |stream: &mut dyn Read| {
        loop {
            match stream.read(&mut buffer)? {
                0 => return Ok(()),
                count => hasher.write(buffer.get(..count).unwrap_or_default()),
            }
        }
    });
    read.is_ok().then(|| hasher.finish())
}
