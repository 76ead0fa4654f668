//! The folder of the DFS share was collected instead of those of the servers: it holds the logs of installation and
//! upgrades, and no others.

use super::{Check, CheckInput, CheckOutput, file_name, files, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;

/// See the [module](self).
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

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let installer = collection.sources.iter().filter(|source| is_installer(source));
        let installer: Vec<&str> = installer.map(|source| &*source.path).collect();
        let Some(about) = files(&installer) else { return CheckOutput::well() };
        if collection.sources.iter().any(|source| source.formats.get("ece") > 0) {
            return CheckOutput::well();
        }
        CheckOutput::gaps(vec![gap(
            self,
            "every ECE process",
            format!(
                "the only ECE logs are those of installation and upgrades ({about}); the folder that was made for the DFS \
                 share holds no others"
            ),
            "collect {ECE_HOME}\\eService_RT\\logs (400 agents on one server), {ECE_HOME}\\eService\\logs of both \
             collocated servers (high availability), or {ECE_HOME}\\eService\\logs of the server that has the role (1500 \
             agents)",
        )])
    }
}

/// Whether it is a log of an installation: of Ant, which ECE installs with, or of another program with such a name.
fn is_installer(source: &SourceFacts) -> bool {
    let name = file_name(&source.path).to_ascii_lowercase();
    let is_named = ["install", "upgrade", "setup", "patch"].iter().any(|word| name.starts_with(word));
    source.formats.get("ant") > 0 || is_named && source.parsed == 0 && source.bytes > 0
}
