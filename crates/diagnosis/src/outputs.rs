//! Outputs of commands in a collection, each with its server and the time at which it was taken: it shows the state at that
//! time only.

use spoglight_artifacts::{Artifact, CommandOutput};
use spoglight_model::analysis::{Evidence, SourceFacts};
use spoglight_time::Timestamp;

use crate::check::{CheckInput, MOST, at, evidence};

/// An output of a command, and its file.
#[derive(Clone, Copy)]
pub(crate) struct Output<'a> {
    pub(crate) source: &'a SourceFacts,
    pub(crate) output: &'a CommandOutput,
    /// Its server: that which the output names, else that of its folder; `None` if neither shows it.
    pub(crate) host: Option<&'a str>,
}

/// The outputs of commands, without those of a second copy of a file.
pub(crate) fn outputs<'a>(collection: &CheckInput<'a>) -> Vec<Output<'a>> {
    let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Commands(file) if !source.is_second() => Some((*source, file)),
        _ => None,
    });
    let all = files.flat_map(|(source, file)| file.outputs.iter().map(move |output| (source, output)));
    let with_host = all.map(|(source, output)| {
        let named = output.host.as_deref().map(|name| known_host(collection, name).unwrap_or(name));
        Output { source, output, host: named.or(source.host.as_deref()) }
    });
    with_host.take(MOST).collect()
}

/// The server of the collection that has this name, in any case, with or without its domain.
fn known_host<'a>(collection: &CheckInput<'a>, name: &str) -> Option<&'a str> {
    let first = |name: &str| name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut hosts = collection.sources.iter().filter_map(|source| source.host.as_deref());
    hosts.find(|host| first(host) == first(name))
}

impl Output<'_> {
    /// Evidence: a line of it, with a text.
    pub(crate) fn evidence(&self, line: usize, text: impl Into<String>) -> Evidence {
        evidence(self.source, (line as u64, 0), None, text)
    }

    /// When it was taken, for a sentence: the time that it shows, else that of its file.
    pub(crate) fn taken(&self) -> String {
        if let Some(taken) = &self.output.taken {
            return format!("taken {taken}, by its own clock");
        }
        match self.source.written {
            Some(written) => format!("taken before {}, the time of its file", at(Timestamp::Utc(written))),
            None => "taken at an unknown time".to_owned(),
        }
    }
}
