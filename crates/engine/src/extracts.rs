//! Extracts: texts whose lines have a prefix of another program, or were wrapped, such as the output of `grep`, `docker
//! compose logs`, a syslog, a mail; and tables of events, whose records are written as lines of one form. They are taken apart before the scan, so that the rest of the engine reads the logs as if
//! they had been collected: formats, timestamps, levels, servers and names are those of the logs.
//!
//! A prefix is only removed where known layouts are below it on most lines that begin messages, and not without it. So a
//! file that has a known layout as it is stays as it is, and costs nothing but a look at its first lines.
//!
//! What is lost: lines without the prefix are a source of their own, with the name of the extract, and a wrapped line counts
//! as one with those it continued on.

mod join;
mod lines;
mod rewrite;
mod split;

use spoglight_parsers::Format;
use spoglight_source::{Bundle, Problem, Source};
use spoglight_text::charset::CharsetRules;

use crate::probe::{self, Probe};
/// Takes the extracts among the sources apart. `probes` are those of all sources, and are those of the new ones afterwards.
pub(crate) fn unwrap<'f>(
    bundle: &mut Bundle,
    probes: &mut Vec<Probe<'f>>,
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
) {
    for at in (0..probes.len()).rev() {
        let is_part = bundle.sources.get(at).is_none_or(|source| source.extract().is_some());
        let Some(probe) = probes.get_mut(at).filter(|_| !is_part) else { continue };
        let (Some(wrapping), Some(charset)) = (probe.wrapping.take(), probe.charset.clone()) else {
            continue;
        };
        let parts = match wrapping.table {
            Some(table) => rewrite::rewrite(bundle, at, table, &charset),
            None => split::split(bundle, at, &wrapping, known, &charset),
        };
        match parts {
            Ok((sources, problem)) if !sources.is_empty() => {
                let rounds = &mut spoglight_artifacts::Rounds::none();
                let mut parts: Vec<Probe<'f>> =
                    sources.iter().map(|part| probe::probe(part, known, charsets, &[], rounds)).collect();
                if let Some(first) = parts.first_mut().filter(|first| first.problem.is_none()) {
                    first.problem = problem;
                }
                bundle.replace(at, sources);
                probes.splice(at..=at, parts);
            }
            Ok(_) => {}
            Err(error) => {
                let path = bundle.sources.get(at).map_or("", |source| &*source.path);
                let what = format!("holds lines of other logs and cannot be taken apart: {error}");
                probe.problem = Some(Problem::new(
                    path,
                    what,
                    "it was read as one text; remove the prefixes, or split it",
                ));
            }
        }
    }
}

/// Takes the extracts among the sources for which `is_new` returns true apart.
pub fn unwrap_new<'f>(
    bundle: &mut Bundle,
    is_new: impl Fn(&Source) -> bool,
    known: &[&'f dyn Format],
    charsets: &CharsetRules,
) {
    let rounds = &mut spoglight_artifacts::Rounds::none();
    let probed = |source: &Source| {
        if is_new(source) { probe::probe(source, known, charsets, &[], rounds) } else { Probe::default() }
    };
    let mut probes: Vec<Probe<'f>> = bundle.sources.iter().map(probed).collect();
    unwrap(bundle, &mut probes, known, charsets);
}

#[cfg(test)]
mod tests;
