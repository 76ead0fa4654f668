//! A collection of the DFS share instead of the servers: that folder holds only the logs of installation and upgrades.

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, files, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;
use spoglight_topology::{FormatTraits, Topology};

/// The DFS share instead of the servers.
pub(super) struct WrongFolder;

impl Check for WrongFolder {
    fn id(&self) -> CheckId {
        CheckId("wrong-folder")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B01")
    }

    fn title(&self) -> &'static str {
        "The folder of the DFS share was collected instead of those of the ECE servers"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The folder that is made for the DFS share holds only logs of installation and upgrades. \
                    The logs of ECE's processes are on the servers themselves, so a collection of the share \
                    shows no failure of them.",
            looks_at: "The names and formats of the collected ECE logs: whether all of them are logs of an \
                       installation or an upgrade.",
            needs: "any log of ECE",
            unclear: "Collect {ECE_HOME}\\eService_RT\\logs (400 agents on one server) or \
                      {ECE_HOME}\\eService\\logs of every ECE server (high availability, and 1500 agents). With ECE \
                      15.0 the file server has them, too: application, services and messaging below eService\\logs.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let installer = collection.sources.iter().filter(|source| is_installer(source, topology));
        let installer: Vec<&str> = installer.map(|source| &*source.path).collect();
        let Some(about) = files(&installer) else { return collection.nothing_in_process_logs() };
        if collection
            .sources
            .iter()
            .any(|source| has_format(source, topology, |format| format.is_process_log))
        {
            return CheckOutput::well();
        }
        CheckOutput::gaps(vec![gap(
            self,
            "every ECE process",
            format!(
                "the only ECE logs are those of installation and upgrades ({about}); the folder of the DFS share holds \
                 no others"
            ),
            topology.installer().collect.as_str(),
        )])
    }
}

/// Returns whether it is a log of an installation: of Ant, which ECE installs with, or of another program with such a
/// name.
fn is_installer(source: &SourceFacts, topology: &Topology) -> bool {
    let is_named = || topology.installer().is_named(&source.path);
    has_format(source, topology, |format| format.is_installer)
        || source.parsed == 0 && source.bytes > 0 && is_named()
}

/// Returns whether a file has messages in a format that fits.
fn has_format(source: &SourceFacts, topology: &Topology, fits: fn(&FormatTraits) -> bool) -> bool {
    let mut formats = topology.formats().iter().filter(|format| fits(format));
    formats.any(|format| source.formats.get(&format.name) > 0)
}
