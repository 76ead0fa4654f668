//! `spoglight explain ID`: the page of one failure in the notebook.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_report::document::Document;
use spoglight_report::{explain, render};
use spoglight_signatures::{Library, Rule};

use super::Outcome;
use super::output::{Target, tell_problems};
use super::reading::Own;

const EXAMPLES: &str = "\
Examples:
  spoglight explain tls-pkix-path-building
  spoglight explain C09
  spoglight signatures list --search ldap";

/// Says all that is known of one failure: cause, how to prove it, how to mend it, when it lies
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// Id of a signature or a rule, or the number of a rule, as reports name them
    id: String,

    #[command(flatten)]
    own: Own,

    #[command(flatten)]
    target: Target,
}

impl Explain {
    pub(super) fn run(self) -> Result<Outcome> {
        let (library, problems) = self.own.signatures().and_embedded()?;
        tell_problems(&problems)?;
        let id = self.id.trim();
        let Some(signature) = library.iter().find(|signature| signature.id == id) else {
            let rules = Rule::embedded()?;
            let of_number =
                |rule: &&Rule| rule.number.as_deref().is_some_and(|number| number.eq_ignore_ascii_case(id));
            let found: Vec<&Rule> = rules.iter().filter(|rule| rule.id == id || of_number(rule)).collect();
            if !found.is_empty() {
                let pages = found.iter().flat_map(|rule| explain::rule(&library, rule).nodes);
                let document = Document::new(id, pages.collect());
                self.target.write(|look, out| render::text::write(&document, look, out))?;
                return Ok(Outcome::Well);
            }
            let near: Vec<&str> = library
                .iter()
                .map(|signature| signature.id.as_str())
                .chain(rules.iter().map(|rule| rule.id.as_str()))
                .filter(|known| id.len() > 2 && (known.contains(id) || id.contains(known)))
                .take(5)
                .collect();
            match near.as_slice() {
                [] => bail!("no signature is called {id:?}; `spoglight signatures list` names them all"),
                near => bail!("no signature is called {id:?}; did you mean {}?", near.join(" or ")),
            }
        };
        // its samples are read now: nobody else needs them. One of the user's own has them
        let sampled = Library::sampled(id).filter(|_| signature.hits.is_empty());
        let signature = sampled.as_ref().unwrap_or(signature);
        let document = explain::signature(&library, signature);
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(Outcome::Well)
    }
}
