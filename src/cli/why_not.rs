//! `spoglight why-not ID PATH...`: why a known failure was not found.

use anyhow::{Result, bail};
use clap::Args;
use spoglight_diagnosis::why_not;
use spoglight_report::{render, why as page};

use super::Outcome;
use super::input::Input;
use super::output::Target;
use super::progress::Bar;
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight why-not ldap-partial-result case.7z
  spoglight why-not mail-retriever-silent case.7z --tz Europe/Rome

Exit codes:
  0  it was not found, and would have been
  1  it was found, or nobody can tell
  2  the run failed: wrong arguments, or nothing could be read";

/// Says why a known failure, or a rule, was not found: which condition failed, the nearest line, the missing log
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WhyNot {
    /// Id of a signature or a rule, as `spoglight signatures list` names them
    id: String,

    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl WhyNot {
    pub(super) fn run(self) -> Result<Outcome> {
        let id = self.id.trim();
        let settings = self.input.settings(&self.running, None)?;
        let paths = self.input.paths();
        if let Some(why) = Bar::during(|bar| why_not::why_not(id, paths, &settings, bar))? {
            let document = page::signature(&why);
            self.target.write(|look, out| render::text::write(&document, look, out))?;
            let is_told = why.hits.count == 0 && why.reasons.is_empty();
            return Ok(if is_told { Outcome::Well } else { Outcome::Found });
        }
        let Some(why) = Bar::during(|bar| why_not::why_not_rule(id, paths, &settings, bar))? else {
            bail!(
                "no signature and no rule is called {id:?}; `spoglight signatures list` and `spoglight signatures list --rules` \
                 name them all"
            );
        };
        let document = page::rule(&why);
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        let is_told = why.result.outcome == spoglight_model::analysis::Outcome::NotFound;
        Ok(if is_told { Outcome::Well } else { Outcome::Found })
    }
}
