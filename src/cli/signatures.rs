//! `spoglight signatures`: the known failures, and custom ones.

mod doc;
mod new;
mod pack;
mod test;

use std::io::Write as _;

use anyhow::Result;
use clap::{Args, Subcommand};
use spoglight_diagnosis::CheckDescription;
use spoglight_signatures::{CodeTable, Rule, Signature};
use spoglight_text::sanitize::clean;

use super::output::{self, warn_of};
use super::reading::CustomSignatures;
use super::{FILTER, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight signatures list
  spoglight signatures list --area ldap
  spoglight signatures list --rules
  spoglight signatures list --checks
  spoglight signatures list --search \"certificate expired\"
  spoglight signatures new own-queue --from server.log:120 -o own-queue.toml
  spoglight signatures new own-queue --from case.zip --error \"queue is full\"
  spoglight signatures test my-signatures
  spoglight signatures pack my-signatures -o support-3.zip
  spoglight signatures doc -o docs/signatures --force
  spoglight explain ldap-partial-result";

/// List, draft, test and pack signatures of known failures
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Signatures {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List signatures: id, severity, title
    List {
        #[command(flatten)]
        signatures: CustomSignatures,

        /// List signatures of one area: tls, ldap, mail, ...
        #[arg(long, value_name = "AREA", help_heading = FILTER)]
        area: Option<String>,

        /// List signatures that contain all of these words, in any case
        #[arg(long, value_name = "WORDS", help_heading = FILTER)]
        search: Option<String>,

        /// List the rules that combine several signatures instead
        #[arg(long, conflicts_with_all = ["area", "search"], help_heading = FILTER)]
        rules: bool,

        /// List the checks of the collection instead
        #[arg(long, conflicts_with_all = ["area", "search", "signatures", "rules"], help_heading = FILTER)]
        checks: bool,
    },
    /// Draft a signature from events of logs
    New(new::New),
    /// Test signatures and rules: samples, texts, conditions, slow patterns
    Test(test::Test),
    /// Test a folder of signatures and rules and write it as a pack
    Pack(pack::Pack),
    /// Write the built-in signatures and rules as a book in Markdown
    Doc(doc::Doc),
}

impl Signatures {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::List { rules: true, signatures, .. } => list_rules(&signatures),
            What::List { checks: true, .. } => list_checks(),
            What::List { area, search, signatures, .. } => {
                list(area.as_deref(), search.as_deref(), &signatures)
            }
            What::New(new) => new.run(),
            What::Test(test) => test.run(),
            What::Pack(pack) => pack.run(),
            What::Doc(doc) => doc.run(),
        }
    }
}

fn list(area: Option<&str>, search: Option<&str>, custom: &CustomSignatures) -> Result<Outcome> {
    let (library, problems) = custom.read().and_embedded()?;
    warn_of(&problems);
    let words: Vec<String> =
        search.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase).collect();
    let is_wanted = |signature: &&Signature| {
        area.is_none_or(|area| signature.area.eq_ignore_ascii_case(area)) && has(signature, &words)
    };
    let found: Vec<&Signature> = library.iter().filter(is_wanted).collect();
    let width = found.iter().map(|signature| signature.id.len()).max().unwrap_or(0);
    let mut out = output::standard();
    for signature in &found {
        let severity = format!("{:?}", signature.severity).to_lowercase();
        writeln!(out, "{:width$}  {severity:8}  {}", clean(&signature.id), clean(&signature.title))?;
    }
    out.flush()?;
    Ok(if found.is_empty() { Outcome::Found } else { Outcome::Success })
}

fn list_rules(custom: &CustomSignatures) -> Result<Outcome> {
    let own = custom.read();
    let (library, problems) = own.and_embedded()?;
    warn_of(&problems);
    let rules = own.rules(&library)?;
    let row =
        |rule: &Rule| (rule.number.clone().unwrap_or_default(), rule.id.to_string(), rule.title.clone());
    list_numbered(rules.iter().map(row).collect())
}

fn list_checks() -> Result<Outcome> {
    let row = |check: CheckDescription| {
        (check.number.unwrap_or_default().to_owned(), check.id.0.to_owned(), check.title.to_owned())
    };
    list_numbered(spoglight_diagnosis::checks().map(row).collect())
}

/// Prints rules or checks by number: number, id, title.
fn list_numbered(mut rows: Vec<(String, String, String)>) -> Result<Outcome> {
    rows.sort();
    let width = rows.iter().map(|(_, id, _)| id.len()).max().unwrap_or(0);
    let mut out = output::standard();
    for (number, id, title) in &rows {
        writeln!(out, "{number:3}  {id:width$}  {title}")?;
    }
    out.flush()?;
    Ok(Outcome::Success)
}

/// Returns true if a signature contains all words.
fn has(signature: &Signature, words: &[String]) -> bool {
    let lists = [&signature.confirm, &signature.fix, &signature.false_positives, &signature.matching.any];
    let texts = [signature.id.as_str(), &signature.title, &signature.cause];
    let all: String = texts
        .into_iter()
        .chain(lists.into_iter().flatten().map(String::as_str))
        .chain(signature.table.iter().map(CodeTable::text))
        .map(|text| text.to_lowercase() + "\n")
        .collect();
    words.iter().all(|word| all.contains(word))
}
