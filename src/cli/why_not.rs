//! `spoglight why-not ID PATH...`: why a known failure was not found.

use anyhow::Result;
use clap::Args;
use spoglight_diagnosis::why_not;
use spoglight_model::analysis;
use spoglight_report::{render, why as page};

use super::Outcome;
use super::input::CollectionInput;
use super::output::{Target, fail};
use super::progress::Bar;
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight why-not ldap-partial-result case.7z
  spoglight why-not mail-retriever-silent case.7z --tz Europe/Rome

Exit codes:
  0  it was not found, and the logs would show it
  1  it was found
  2  the run failed: wrong arguments, or a path that does not exist
  3  the logs cannot tell";

/// Show why a known failure was not found
///
/// Shows which condition of a signature or rule failed, the nearest line, and which logs are missing.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct WhyNot {
    /// Id of a signature or rule, as shown by `spoglight signatures list`
    id: String,

    #[command(flatten)]
    input: CollectionInput,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    running: Running,
}

impl WhyNot {
    pub(super) fn run(self) -> Result<Outcome> {
        let id = self.id.trim();
        self.target.refuse_inputs(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let settings = self.input.settings(&self.running, None)?;
        let paths = self.input.paths();
        if let Some(why) = Bar::during(|bar| why_not::why_not(id, paths, &settings, bar))? {
            let document = page::signature(&why);
            self.target.write(|look, out| render::text::write(&document, look, out))?;
            return Ok(match (why.hits.count, why.reasons.is_empty()) {
                (0, true) => Outcome::Success,
                (0, false) => Outcome::Incomplete,
                _ => Outcome::Found,
            }
            .with_missing(is_missing));
        }
        let Some(why) = Bar::during(|bar| why_not::why_not_rule(id, paths, &settings, bar))? else {
            return fail(
                format!("unknown signature or rule {id:?}"),
                "`spoglight signatures list` and `spoglight signatures list --rules` list them all",
            );
        };
        let document = page::rule(&why);
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(match why.result.outcome {
            analysis::Outcome::NotFound => Outcome::Success,
            analysis::Outcome::Found => Outcome::Found,
            analysis::Outcome::CannotTell => Outcome::Incomplete,
        }
        .with_missing(is_missing))
    }
}
