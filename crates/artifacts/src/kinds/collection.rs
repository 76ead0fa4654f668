//! The manifest of a collection that `spoglight collect` made: of which server it is, its zone and clock, what was taken
//! and what was left out.

use serde::{Deserialize, Serialize};

use super::commands::{ClockReading, CommandContent, CommandOutput, CommandOutputs, SystemInfo};
use super::{Artifact, Reader};
use crate::bytes::file_name;
use crate::rounds::Rounds;

/// Name of the file.
pub const MANIFEST_NAME: &str = "spoglight-collection.json";

/// Name and version of its form.
pub const MANIFEST_SCHEMA: &str = "spoglight-collection/1";

/// The command that makes a manifest on the server itself: [`CommandOutput::command`] of its zone, which is that of the system.
pub const COLLECTED: &str = "spoglight collect";

/// The same for files of another server, whose zone the user gave.
pub const COLLECTED_FOR: &str = "spoglight collect --tz";

/// What a collection of one server holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionManifest {
    /// [`MANIFEST_SCHEMA`]. Fields may be added; a reader ignores those that it does not know.
    pub schema: String,
    /// Version of the program that made it.
    pub program: String,
    /// Name of the server.
    pub host: String,
    /// What the server does, as far as its files show it, such as `ECE application`.
    #[serde(default)]
    pub role: Option<String>,
    /// The system, and its clock.
    pub system: CollectedSystem,
    /// What was asked for.
    pub window: CollectionWindow,
    /// Where files were looked for.
    #[serde(default)]
    pub places: Vec<SearchedPlace>,
    /// The files that were taken.
    #[serde(default)]
    pub files: Vec<CollectedFile>,
    /// The commands that were run.
    #[serde(default)]
    pub commands: Vec<RunCommand>,
    /// Files that were found and not taken; at most 10,000.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
    /// Number of files that were not taken.
    #[serde(default)]
    pub left_out_count: u64,
    /// What the zone and the clock are, for those who ask outputs of commands.
    #[serde(skip)]
    outputs: Option<Box<CommandOutputs>>,
}

/// The system that was collected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedSystem {
    /// Whether the program ran on the server itself and asked the system for its zone.
    #[serde(default)]
    pub is_own: bool,
    /// Operating system and processor, such as `windows x86_64`; `None` if the files were read from another machine.
    #[serde(default)]
    pub platform: Option<String>,
    /// Time zone, as an IANA name; `None` if it is not known.
    #[serde(default)]
    pub zone: Option<String>,
    /// Start of the collection in UTC, RFC 3339.
    pub utc: String,
    /// The same on the clock of the zone.
    #[serde(default)]
    pub local: Option<String>,
    /// The clock against a server of time.
    #[serde(default)]
    pub clock: Option<ClockDifference>,
}

/// Difference of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockDifference {
    /// The server of time.
    pub server: String,
    /// Nanoseconds by which the clock is ahead of it; negative if it is late.
    pub ahead_ns: i64,
    /// Nanoseconds that question and answer took: the difference is exact to half of it.
    pub round_trip_ns: i64,
}

/// Which logs a collection has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionWindow {
    /// Start in UTC, RFC 3339; `None` for all.
    #[serde(default)]
    pub from: Option<String>,
    /// End in UTC, RFC 3339; `None` for all.
    #[serde(default)]
    pub to: Option<String>,
    /// Time of the incident in UTC, RFC 3339, if one was given.
    #[serde(default)]
    pub incident: Option<String>,
}

/// A kind of files that was looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchedPlace {
    /// What they are.
    pub name: String,
    /// The folders that were found; none if it is not on this server.
    pub found: Vec<String>,
}

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectedFile {
    /// Where it was on the server.
    pub path: String,
    /// Name in the archive.
    pub entry: String,
    /// Bytes in the archive.
    pub bytes: u64,
    /// SHA-256 of these bytes, in lower case hexadecimal digits.
    pub sha256: String,
    /// Modification time in UTC, RFC 3339.
    #[serde(default)]
    pub modified: Option<String>,
    /// Format of a log.
    #[serde(default)]
    pub format: Option<String>,
    /// First timestamp: RFC 3339, without an offset if its zone is not known.
    #[serde(default)]
    pub first: Option<String>,
    /// Last timestamp.
    #[serde(default)]
    pub last: Option<String>,
    /// What happened to it while it was read: it grew, was replaced or truncated.
    #[serde(default)]
    pub changed: Option<String>,
    /// How the copy differs from the file: without private keys, with masked passwords.
    #[serde(default)]
    pub altered: Option<String>,
}

/// A command that was run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCommand {
    /// The command line.
    pub command: String,
    /// Name of its output in the archive; `None` if it has none.
    #[serde(default)]
    pub entry: Option<String>,
    /// Its exit code.
    #[serde(default)]
    pub exit_code: Option<i32>,
    /// Why it has no output, or not all of it.
    #[serde(default)]
    pub problem: Option<String>,
}

/// A file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Where it is on the server.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The reason, as the end of a sentence.
    pub why: String,
    /// Whether it is a log that does not cover the window.
    #[serde(default)]
    pub is_outside: bool,
}

impl CollectionManifest {
    /// A manifest of a server without files, by this version of the program.
    pub fn of(host: &str, program: &str) -> CollectionManifest {
        CollectionManifest {
            schema: MANIFEST_SCHEMA.to_owned(),
            program: program.to_owned(),
            host: host.to_owned(),
            ..CollectionManifest::default()
        }
    }

    /// The zone and the clock of the server, as outputs of a command.
    pub fn outputs(&self) -> Option<&CommandOutputs> {
        self.outputs.as_deref()
    }

    /// The manifest with what [`CollectionManifest::outputs`] returns.
    fn with_outputs(mut self) -> CollectionManifest {
        let output = |content| CommandOutput {
            command: if self.system.is_own { COLLECTED } else { COLLECTED_FOR },
            line: 1,
            host: Some(self.host.clone()),
            taken: self.system.local.clone(),
            is_cut: false,
            content,
        };
        let system = self.system.zone.clone().map(|zone| {
            output(CommandContent::System(SystemInfo {
                name: Some(self.host.clone()),
                zone_name: Some(zone),
                ..SystemInfo::default()
            }))
        });
        let clock = self.system.clock.as_ref().map(|clock| {
            output(CommandContent::Clock(ClockReading {
                from: None,
                is_free_running: None,
                against: Some(clock.server.clone()),
                ahead: Some(clock.ahead_ns),
                samples: 1,
            }))
        });
        let outputs: Vec<CommandOutput> = system.into_iter().chain(clock).collect();
        self.outputs = Some(Box::new(CommandOutputs { outputs, unread: Vec::new() }));
        self
    }
}

/// The reader of manifests.
pub(super) struct Manifests;

impl Reader for Manifests {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        file_name(name) == MANIFEST_NAME && head.trim_ascii_start().starts_with(b"{")
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let manifest: CollectionManifest = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is not the manifest of a collection: {error}"))?;
        match manifest.schema.rsplit_once('/') {
            Some(("spoglight-collection", "1")) => {
                Ok(Artifact::Collection(Box::new(manifest.with_outputs())))
            }
            _ => Err(format!(
                "it has the form {:?}, and this program reads {MANIFEST_SCHEMA}: use the version that made it",
                manifest.schema
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_and_the_clock_of_a_manifest_are_those_of_its_server() {
        let text = br#"{"schema": "spoglight-collection/1", "program": "9.0", "host": "ECEAPP01", "new": [1],
            "system": {"is_own": true, "zone": "America/New_York", "utc": "2026-11-30T12:00:00Z",
                       "clock": {"server": "ntp.lab.example", "ahead_ns": -2500000000, "round_trip_ns": 10000000}},
            "window": {}}"#;
        let reader =
            super::super::reader_of("case.zip!ECEAPP01/spoglight-collection.json", text).expect("a reader");
        let artifact = reader.read(text, &[], &mut Rounds::of_run()).expect("a manifest");
        assert_eq!((artifact.name(), artifact.host()), ("collection-manifest", Some("ECEAPP01")));
        let outputs = &artifact.outputs().expect("outputs").outputs;
        let [system, clock] = outputs.as_slice() else { panic!("{outputs:?}") };
        let CommandContent::System(system) = &system.content else { panic!("{system:?}") };
        assert_eq!(system.zone_name.as_deref(), Some("America/New_York"));
        let CommandContent::Clock(clock) = &clock.content else { panic!("{clock:?}") };
        assert_eq!((clock.ahead, clock.against.as_deref()), (Some(-2_500_000_000), Some("ntp.lab.example")));
        for (wrong, why) in [
            (&br#"{"schema": "spoglight-collection/2", "program": "", "host": "", "system": {"utc": ""}, "window": {}}"#[..], "spoglight-collection/1"),
            (b"{", "not the manifest"),
        ] {
            let error = reader.read(wrong, &[], &mut Rounds::of_run()).expect_err("wrong");
            assert!(error.contains(why), "{error}");
        }
    }
}
