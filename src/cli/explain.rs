//! `spoglight explain ID`: everything known about one failure, or the meaning of a code.

use anyhow::Result;
use clap::Args;
use spoglight_diagnosis::catalog::{self, CatalogEntry};
use spoglight_report::document::Document;
use spoglight_report::{explain, render};
use spoglight_signatures::Library;

use super::output::{Target, fail, warn_of};
use super::reading::CustomSignatures;
use super::{Outcome, names};

const EXAMPLES: &str = "\
Examples:
  spoglight explain tls-pkix-path-building
  spoglight explain C09
  spoglight explain B11
  spoglight explain gadget-settings
  spoglight explain AADSTS700016
  spoglight explain 0x80070005
  spoglight signatures list --search ldap";

/// Explain a known failure or a check: cause, confirmation, fix
///
/// Shows the cause of a failure, how to confirm and fix it, and when it is a false positive; of a check, what it
/// looks at, what it needs, and what to do when it cannot tell.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Explain {
    /// Id of a signature, rule or check, number of a rule or check, or a code as logs have it
    #[arg(allow_negative_numbers = true)]
    id: String,

    #[command(flatten)]
    signatures: CustomSignatures,

    #[command(flatten)]
    target: Target,
}

impl Explain {
    pub(super) fn run(self) -> Result<Outcome> {
        let own = self.signatures.read();
        let (library, problems) = own.and_embedded()?;
        warn_of(&problems);
        let rules = own.rules(&library)?;
        let id = self.id.trim();
        let found = catalog::entries(id, &library, &rules);
        if found.is_empty() {
            let help = names::advice(id, catalog::ids(&library, &rules), "spoglight signatures list");
            return fail(format!("unknown signature, rule, check or code {id:?}"), help);
        }
        let pages = found.iter().flat_map(|entry| page(entry, &library).nodes);
        let document = Document::new(id, pages.collect());
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(Outcome::Success)
    }
}

fn page(entry: &CatalogEntry<'_>, library: &Library) -> Document {
    match entry {
        CatalogEntry::Signature(signature) => {
            // the embedded library has no samples, custom signatures do
            let sampled = Library::sampled(&signature.id).filter(|_| signature.hits.is_empty());
            explain::signature(library, sampled.as_ref().unwrap_or(signature))
        }
        CatalogEntry::Rule(rule) => explain::rule(library, rule),
        CatalogEntry::Check(check) => explain::check(check),
    }
}
