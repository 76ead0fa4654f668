//! `spoglight explain ID`: everything known about one failure.

use anyhow::Result;
use clap::Args;
use spoglight_report::document::Document;
use spoglight_report::{explain, render};
use spoglight_signatures::{Library, Rule};

use super::output::{Target, fail, warn_of};
use super::reading::CustomSignatures;
use super::{Outcome, names};

const EXAMPLES: &str = "\
Examples:
  spoglight explain tls-pkix-path-building
  spoglight explain C09
  spoglight signatures list --search ldap";

/// Explain a known failure: cause, confirmation, fix
///
/// Shows the cause of a failure, how to confirm and fix it, and when it is a false positive.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Explain {
    /// Id of a signature or rule, or the number of a rule, as shown in reports
    id: String,

    #[command(flatten)]
    signatures: CustomSignatures,

    #[command(flatten)]
    target: Target,
}

impl Explain {
    pub(super) fn run(self) -> Result<Outcome> {
        let (library, problems) = self.signatures.read().and_embedded()?;
        warn_of(&problems);
        let id = self.id.trim();
        let Some(signature) = library.iter().find(|signature| signature.id == id) else {
            return self.explain_rules(id, &library);
        };
        // the embedded library has no samples, custom signatures do
        let sampled = Library::sampled(id).filter(|_| signature.hits.is_empty());
        let signature = sampled.as_ref().unwrap_or(signature);
        let document = explain::signature(&library, signature);
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(Outcome::Success)
    }

    /// Explains the rules of that id or number.
    fn explain_rules(&self, id: &str, library: &Library) -> Result<Outcome> {
        let rules = Rule::embedded()?;
        let has_number =
            |rule: &Rule| rule.number.as_deref().is_some_and(|number| number.eq_ignore_ascii_case(id));
        let found: Vec<&Rule> = rules.iter().filter(|rule| rule.id == id || has_number(rule)).collect();
        if found.is_empty() {
            let signatures = library.iter().map(|signature| signature.id.as_str());
            let known = signatures.chain(rules.iter().map(|rule| rule.id.as_str()));
            let help = names::advice(id, known, "spoglight signatures list");
            return fail(format!("unknown signature or rule {id:?}"), help);
        }
        let pages = found.iter().flat_map(|rule| explain::rule(library, rule).nodes);
        let document = Document::new(id, pages.collect());
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(Outcome::Success)
    }
}
