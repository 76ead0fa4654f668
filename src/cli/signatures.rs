//! `spoglight signatures`: which failures are known.

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, Subcommand};
use spoglight_signatures::{Library, Signature};

use super::Outcome;
use super::output;

const EXAMPLES: &str = "\
Examples:
  spoglight signatures list
  spoglight signatures list --area ldap
  spoglight signatures list --search \"certificate expired\"
  spoglight explain ldap-partial-result";

/// Says which failures are known
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Signatures {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the signatures: id, severity, title
    List {
        /// Those of one area: tls, ldap, mail, ...
        #[arg(long, value_name = "AREA")]
        area: Option<String>,

        /// Those in which all of these words stand, anywhere, in any case
        #[arg(long, value_name = "WORDS")]
        search: Option<String>,
    },
}

impl Signatures {
    pub(super) fn run(self) -> Result<Outcome> {
        let What::List { area, search } = self.what;
        let library = Library::embedded()?;
        let words: Vec<String> =
            search.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase).collect();
        let is_wanted = |signature: &&Signature| {
            area.as_ref().is_none_or(|area| signature.area.eq_ignore_ascii_case(area))
                && has(signature, &words)
        };
        let found: Vec<&Signature> = library.iter().filter(is_wanted).collect();
        let width = found.iter().map(|signature| signature.id.len()).max().unwrap_or(0);
        let mut out = output::standard();
        for signature in &found {
            let severity = format!("{:?}", signature.severity).to_lowercase();
            writeln!(out, "{:width$}  {severity:8}  {}", signature.id, signature.title)?;
        }
        out.flush()?;
        Ok(if found.is_empty() { Outcome::Found } else { Outcome::Well })
    }
}

/// Whether all words stand in what a signature says.
fn has(signature: &Signature, words: &[String]) -> bool {
    let lists = [&signature.confirm, &signature.fix, &signature.false_positives, &signature.matching.any];
    let texts = [&signature.id, &signature.title, &signature.cause];
    let all: String =
        texts.into_iter().chain(lists.into_iter().flatten()).map(|text| text.to_lowercase() + "\n").collect();
    words.iter().all(|word| all.contains(word))
}
