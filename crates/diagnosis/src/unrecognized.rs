//! Unrecognized errors and warnings of all sources: the most frequent, and the newest of the other errors.

use std::collections::BTreeMap;

use spoglight_engine::{ErrorShapes, ErrorText, RawUnrecognized, ScanHits, ShapedError};
use spoglight_model::analysis::{Evidence, SourceFacts, UnrecognizedError, UnrecognizedErrors};
use spoglight_text::template::shape;
use spoglight_time::Timestamp;

use crate::finding::Seen;

/// Number of the most frequent and of the newest errors that are shown, and of the most frequent warnings.
const SHOWN: usize = 5;

/// Server names that are kept per error.
const HOSTS: usize = 10;

/// Characters of an exception and of a cause that are shown.
const EXCEPTION: usize = 160;

struct Kind<'a> {
    count: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    hosts: Vec<String>,
    /// The first of them, and its source.
    example: (&'a SourceFacts, &'a ShapedError),
}

/// Joins the unrecognized errors of all sources. `facts` and `found` have the same order.
pub(super) fn gather(facts: &[SourceFacts], found: &[ScanHits]) -> UnrecognizedErrors {
    let (errors, kinds) = join(facts, found, |all| &all.errors);
    let (warnings, warned) = join(facts, found, |all| &all.warnings);
    let (distinct, distinct_warnings) = (kinds.len() as u64, warned.len() as u64);
    let (most, mut rest) = most_frequent(kinds);
    rest.sort_by_cached_key(|kind| {
        let first = kind.first.filter(|first| first.is_utc()).map(Timestamp::nanos);
        (std::cmp::Reverse(first), place(kind))
    });
    rest.truncate(SHOWN);
    let kinds = most.into_iter().map(|kind| (kind, false)).chain(rest.into_iter().map(|kind| (kind, true)));
    let (warned, _) = most_frequent(warned);
    UnrecognizedErrors {
        errors,
        distinct,
        shown: describe(kinds.collect()),
        warnings,
        distinct_warnings,
        shown_warnings: describe(warned.into_iter().map(|kind| (kind, false)).collect()),
    }
}

/// The number of messages, and their kinds.
fn join<'a>(
    facts: &'a [SourceFacts],
    found: &'a [ScanHits],
    of: impl Fn(&'a RawUnrecognized) -> &'a ErrorShapes,
) -> (u64, Vec<Kind<'a>>) {
    let mut kinds: BTreeMap<u64, Kind<'_>> = BTreeMap::new();
    // messages by kind and server, to count one that is in two files once
    let mut seen: Seen<(u64, Option<&str>)> = Seen::default();
    let mut messages = 0;
    // a file that repeats another is counted there
    for (source, found) in facts.iter().zip(found).filter(|(source, _)| !source.is_second()) {
        let shapes = of(&found.unrecognized);
        messages += shapes.other;
        for (key, error) in shapes.iter() {
            let moment =
                |at: &Option<spoglight_time::SourceTime>| at.as_ref().map(|at| source.clock.moment(at));
            let (first, last) = (moment(&error.first), moment(&error.last));
            let kind = kinds.entry(key).or_insert_with(|| Kind {
                count: 0,
                first,
                last,
                hosts: Vec::new(),
                example: (source, error),
            });
            let of_server = (key, source.host.as_deref());
            let count = seen.new_count(of_server, error.count, error.marks.iter().copied());
            messages += count;
            kind.count += count;
            if let Some(first) =
                first.filter(|first| kind.first.is_none_or(|known| first.earlier(known) != known))
            {
                kind.first = Some(first);
                kind.example = (source, error);
            }
            if let Some(last) = last {
                kind.last = Some(kind.last.map_or(last, |known| known.later(last)));
            }
            if let Some(host) = source.host.as_deref()
                && kind.hosts.len() < HOSTS
                && !kind.hosts.iter().any(|known| known == host)
            {
                kind.hosts.push(host.to_owned());
            }
        }
    }
    (messages, kinds.into_values().collect())
}

fn place(kind: &Kind<'_>) -> (std::sync::Arc<str>, u64) {
    (kind.example.0.path.clone(), kind.example.1.line)
}

/// The most frequent, and the others.
fn most_frequent(mut all: Vec<Kind<'_>>) -> (Vec<Kind<'_>>, Vec<Kind<'_>>) {
    all.sort_by_cached_key(|kind| (std::cmp::Reverse(kind.count), place(kind)));
    let rest = all.split_off(all.len().min(SHOWN));
    (all, rest)
}

/// Describes kinds, each with whether it is one of the newest.
fn describe(kinds: Vec<(Kind<'_>, bool)>) -> Vec<UnrecognizedError> {
    let template = |kind: &Kind<'_>| {
        let mut out = Vec::new();
        shape(says(&kind.example.1.text, false).as_bytes(), &mut out);
        out
    };
    let templates: Vec<Vec<u8>> = kinds.iter().map(|(kind, _)| template(kind)).collect();
    let is_twice = |own: &Vec<u8>| templates.iter().filter(|other| *other == own).count() > 1;
    let describe = |((kind, is_newest), own): ((Kind<'_>, bool), &Vec<u8>)| {
        let (source, error) = kind.example;
        UnrecognizedError {
            level: error.level.name(),
            count: kind.count,
            first: kind.first,
            last: kind.last,
            hosts: kind.hosts,
            is_newest,
            example: Evidence {
                source: source.name(),
                line: error.line,
                offset: error.offset,
                event_line: error.line,
                time: error.first.as_ref().map(|at| source.clock.moment(at)),
                text: says(&error.text, is_twice(own)),
            },
        }
    };
    kinds.into_iter().zip(&templates).map(describe).collect()
}

/// The text of an error: the message with its tags, the exception below it, its last cause, and, if another error has the
/// same text, the first frame.
fn says(text: &ErrorText, with_frame: bool) -> String {
    let ErrorText { message, tags, exception, cause, frame } = text;
    let cut = |text: &str| match text.char_indices().nth(EXCEPTION) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    };
    let frame = if with_frame && !frame.is_empty() { format!("at {frame}") } else { String::new() };
    let cause = if cause.is_empty() { String::new() } else { format!("Caused by: {}", cut(cause)) };
    let first = [message.as_str(), tags].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let parts = [first.join(" "), cut(exception), cause, frame];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" | ")
}
