//! Duplicates in a collection: a file under two names, and messages that a program writes to two files, as Tomcat writes
//! those of `catalina.*` to its console, which becomes `tomcat9-stderr.*`.
//!
//! A file is a copy only if all its bytes are the same; messages are compared by samples. Only files with the same counts are
//! read again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Read;

use crate::scanned::ScannedSource;
use crate::sketch::Sketch;
use crate::tally::Tally;
use spoglight_source::{Bundle, Source, SourceId};
use spoglight_text::source_path::file_name;

/// Samples to search for before a file is called a repetition of another.
const SAMPLES: usize = 4;

/// Files that are looked up for one message: a message in more files is common, not repeated.
const HOLDERS: usize = 32;

/// Percentage of the samples that must be found.
const SHARE: usize = 95;

/// Marks files that are copies of an earlier one.
pub(super) fn mark(bundle: &Bundle, all: &mut [ScannedSource<'_>]) {
    let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        let tally = one.tally.get();
        // a file without timestamps may be the same on every server: a greeting, the log of an installation
        if tally.first.is_some() {
            let stamp = |at: Option<spoglight_time::SourceTime>| at.map(|at| at.stamp.wall);
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
                one.copy_of = Some(SourceId::new(first));
            }
        }
    }
    repeats(&bundle.sources, all);
}

/// Marks files whose messages are in others of the same server, too. A console counts as the repetition, and of other files
/// the later by name.
fn repeats(sources: &[Source], all: &mut [ScannedSource<'_>]) {
    let mut hosts: BTreeMap<(Option<&str>, &str), Vec<usize>> = BTreeMap::new();
    for (index, (source, one)) in sources.iter().zip(all.iter()).enumerate() {
        if let (None, Some(format)) = (one.copy_of, one.format)
            && one.tally.get().events > 0
        {
            hosts.entry((source.host.as_deref(), format.name())).or_default().push(index);
        }
    }
    let is_file = |index: &usize| sources.get(*index).is_none_or(|source| !is_console(&source.path));
    for mut group in hosts.into_values().filter(|group| group.len() > 1) {
        group.sort_by_key(|index| (is_file(index), std::cmp::Reverse(*index)));
        let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for &index in &group {
            let Some(tally) = all.get(index).map(|one| one.tally.get()) else { continue };
            for mark in tally.sketch.iter() {
                let holders = holders.entry(mark).or_default();
                if holders.len() < HOLDERS {
                    holders.push(index);
                }
            }
        }
        for &index in &group {
            let Some(tally) = all.get(index).map(|one| one.tally.get()) else { continue };
            let part = &tally.sketch;
            if part.len() < SAMPLES {
                continue;
            }
            // how much each of the others shares of it
            let mut shares: BTreeMap<usize, usize> = BTreeMap::new();
            for other in
                part.iter().filter_map(|mark| holders.get(&mark)).flatten().filter(|other| **other != index)
            {
                if all.get(*other).is_some_and(|one| one.repeats.is_none()) {
                    *shares.entry(*other).or_default() += 1;
                }
            }
            let others = shares.keys().filter_map(|other| all.get(*other));
            let others: Vec<Cow<'_, Tally>> = others.map(|one| one.tally.get()).collect();
            let sketches: Vec<&Sketch> = others.iter().map(|tally| &*tally.sketch).collect();
            let (asked, found) = part.shared(&sketches);
            if asked < SAMPLES || found * 100 < asked * SHARE {
                continue;
            }
            // the one that shares most of it is named
            let most = shares.into_iter().max_by_key(|(other, share)| (*share, std::cmp::Reverse(*other)));
            if let Some(one) = all.get_mut(index) {
                one.repeats = most.map(|(other, _)| SourceId::new(other));
            }
        }
    }
}

/// Returns true for a file that a program wrote to its console.
fn is_console(path: &str) -> bool {
    let file = file_name(path);
    ["stderr", "stdout", "console", ".out"].iter().any(|word| file.contains(word))
}

fn hash(source: &Source) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    // many files are small
    let size = usize::try_from(source.size).unwrap_or(usize::MAX);
    let mut buffer = vec![0; size.clamp(1 << 10, 256 << 10)];
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
