//! Outputs of commands in a collection, each with its server and the time at which it was taken: it shows the state at that
//! time only.

use std::collections::BTreeMap;

use spoglight_artifacts::CommandOutput;
use spoglight_model::analysis::{Evidence, SourceFacts};
use spoglight_time::Timestamp;

use crate::check::{CheckInput, MOST, at, evidence};

/// An output of a command, and its file.
#[derive(Clone, Copy)]
pub(crate) struct Output<'a> {
    pub(crate) source: &'a SourceFacts,
    pub(crate) shown: &'a CommandOutput,
    /// Its server: that which the output names, else that of its folder; `None` if neither shows it.
    pub(crate) host: Option<&'a str>,
}

/// The outputs of commands, without those of a second copy of a file.
pub(crate) fn outputs<'a>(collection: &CheckInput<'a>) -> Vec<Output<'a>> {
    let files = collection.artifacts.iter().filter(|(source, _)| !source.is_second());
    let files = files.filter_map(|(source, artifact)| Some((*source, artifact.outputs()?)));
    let hosts = collection.sources.iter().filter_map(|source| source.host.as_deref());
    let hosts: BTreeMap<String, &str> = hosts.map(|host| (short(host), host)).collect();
    let all = files.flat_map(|(source, file)| file.outputs.iter().map(move |output| (source, output)));
    let with_host = all.map(|(source, output)| {
        let named = output.host.as_deref().map(|name| known_host(&hosts, name).unwrap_or(name));
        let host = named.or(source.host.as_deref()).or_else(|| by_path(&hosts, &source.path));
        Output { source, shown: output, host }
    });
    with_host.take(MOST).collect()
}

/// The server that a folder or a part of the name of a file is called after: one of the collection, or a folder beside that
/// of one, with a name like it.
fn by_path<'a>(hosts: &BTreeMap<String, &'a str>, path: &'a str) -> Option<&'a str> {
    let mut folders: Vec<&str> = path.split(['/', '!']).collect();
    let file = folders.pop().unwrap_or_default();
    let known = |name: &str| hosts.get(&short(name)).copied();
    let own = file.split(|one: char| !one.is_ascii_alphanumeric() && one != '-').find_map(known);
    if let Some(host) = own.or_else(|| folders.iter().rev().find_map(|folder| known(folder))) {
        return Some(host);
    }
    let folder: &'a str = folders.last().copied()?;
    let is_like = |host: &str| {
        folder.bytes().any(|byte| byte.is_ascii_digit())
            && folder.len() == host.len()
            && folder
                .get(..ALIKE)
                .zip(host.get(..ALIKE))
                .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    hosts.values().any(|host| is_like(host)).then_some(folder)
}

/// Letters at the beginning that the names of two servers of a system have in common.
const ALIKE: usize = 3;

/// A name in small letters, without its domain.
fn short(name: &str) -> String {
    name.split('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// The server of the collection that has this name, in any case, with or without its domain.
fn known_host<'a>(hosts: &BTreeMap<String, &'a str>, name: &str) -> Option<&'a str> {
    hosts.get(&short(name)).copied()
}

impl Output<'_> {
    /// Evidence: a line of it, with a text.
    pub(crate) fn evidence(&self, line: usize, text: impl Into<String>) -> Evidence {
        evidence(self.source, (line as u64, 0), None, text)
    }

    /// When it was taken, for a sentence: the time that it shows, else that of its file.
    pub(crate) fn taken(&self) -> String {
        if let Some(taken) = &self.shown.taken {
            return format!("taken {taken}, by its own clock");
        }
        match self.source.written {
            Some(written) => format!("taken before {}, the time of its file", at(Timestamp::Utc(written))),
            None => "taken at an unknown time".to_owned(),
        }
    }
}
