//! `spoglight signatures new`: drafts a signature from events of logs.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use spoglight_diagnosis::scaffold::{self, EvidencePlace};
use spoglight_engine::Settings;
use spoglight_source::{Opening, Problem};

use crate::cli::output::{OutputFile, fail};
use crate::cli::progress::Bar;
use crate::cli::reading::CustomFormats;
use crate::cli::{INPUT, Outcome};

#[derive(Debug, Args)]
pub(super) struct New {
    /// Id of the new signature, and name of its file: lower-case letters, digits and hyphens
    id: String,

    /// An event: a log file, a colon, and the number of one of its lines. Repeatable
    ///
    /// The event is read as a whole, with its stack trace. In an archive: case.zip!logs/x.log:120. Several events become
    /// samples of one signature. With --finding or --error, the path of a collection.
    #[arg(long, value_name = "FILE:LINE", required = true, help_heading = INPUT)]
    from: Vec<String>,

    /// Take the evidence of the finding with this ID in the collection --from
    #[arg(long, value_name = "ID", conflicts_with = "error", help_heading = INPUT)]
    finding: Option<String>,

    /// Take the first unrecognized error or warning with these WORDS in the collection --from
    #[arg(long, value_name = "WORDS", help_heading = INPUT)]
    error: Option<String>,

    #[command(flatten)]
    formats: CustomFormats,

    #[command(flatten)]
    output: OutputFile,
}

impl New {
    pub(super) fn run(self) -> Result<Outcome> {
        let is_part = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if self.id.is_empty() || !self.id.chars().all(is_part) {
            return fail(
                format!("invalid id {:?}", self.id),
                "use lower-case letters, digits and hyphens, such as own-queue-full",
            );
        }
        let places = self.places()?;
        let inputs: Vec<PathBuf> = places.iter().map(|place| PathBuf::from(&place.file)).collect();
        self.output.check(&inputs)?;
        let formats = self.formats.read()?;
        let formats = formats.and_built_in();
        let mut events = Vec::new();
        for EvidencePlace { file, line } in &places {
            match scaffold::event(Path::new(file), *line, &Opening::default(), &formats) {
                Ok(event) => events.push(event),
                Err(Problem { path, what, advice, .. }) => return fail(format!("{path} {what}"), advice),
            }
        }
        // the scaffold escapes control characters of the logs
        self.output.write(&scaffold::signature(&self.id, &events))?;
        Ok(Outcome::Success)
    }

    /// The lines that the user named, directly or by a finding.
    fn places(&self) -> Result<Vec<EvidencePlace>> {
        if self.finding.is_none() && self.error.is_none() {
            return self.from.iter().map(|from| place(from)).collect();
        }
        let paths: Vec<PathBuf> = self.from.iter().map(PathBuf::from).collect();
        let settings = Settings::builder().formats(self.formats.read()?).build();
        let analysis = Bar::during(|bar| spoglight_diagnosis::analyze(&paths, &settings, bar))?;
        let places = match (&self.finding, &self.error) {
            (Some(id), _) => scaffold::evidence_of_finding(&analysis, id),
            (None, words) => scaffold::evidence_of_error(&analysis, words.as_deref().unwrap_or_default())
                .into_iter()
                .collect(),
        };
        if !places.is_empty() {
            return Ok(places);
        }
        match (&self.finding, &self.error) {
            (Some(id), _) => fail(
                format!("no line of a log proves a finding {id:?}"),
                "give the id of a finding that `spoglight analyze` reports with evidence",
            ),
            (None, words) => fail(
                format!("no unrecognized error has the words {:?}", words.as_deref().unwrap_or_default()),
                "give words of an error that `spoglight analyze` lists, or its FILE:LINE",
            ),
        }
    }
}

/// The file and the line of `FILE:LINE`.
fn place(from: &str) -> Result<EvidencePlace> {
    let number = from.rsplit_once(':').and_then(|(file, number)| Some((file, number.parse().ok()?)));
    match number.filter(|(_, number)| *number > 0) {
        Some((file, line)) => Ok(EvidencePlace { file: file.to_owned(), line }),
        None => fail(
            format!("{from:?} has no line number"),
            "give the file, a colon and the line number, such as server.log:120; or add --finding ID or --error WORDS",
        ),
    }
}
