//! `spoglight why-not ID PATH...`: why a known failure was not found.

use anyhow::Result;
use clap::Args;
use spoglight_diagnosis::catalog::{self, CatalogEntry};
use spoglight_diagnosis::why_not;
use spoglight_model::analysis;
use spoglight_report::document::Document;
use spoglight_report::{render, why as page};

use super::input::CollectionInput;
use super::output::{Target, fail, warn_of};
use super::progress::Bar;
use super::running::Running;
use super::{Outcome, names};

const EXAMPLES: &str = "\
Examples:
  spoglight why-not ldap-partial-result case.7z
  spoglight why-not mail-retriever-silent case.7z --tz Europe/Rome
  spoglight why-not C09 case.7z
  spoglight why-not patch-levels case.7z

Exit codes:
  0  it was not found, and the logs would show it
  1  it was found
  2  the run failed: wrong arguments, or a path that does not exist
  3  the logs cannot tell";

/// Show why a known failure was not found
///
/// Shows which condition of a signature or rule failed, the nearest line, and which logs are missing; of a check, what
/// it looked at and what it needs. If it was found, shows where.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct WhyNot {
    /// Id of a signature, rule or check, or the number of a rule or check, such as C09 or B11
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
        self.target.check(self.input.paths())?;
        let is_missing = self.input.report_missing()?;
        let settings = self.input.settings(&self.running, None)?;
        let paths = self.input.paths();
        let (library, problems) = settings.signatures.and_embedded()?;
        warn_of(&problems);
        let rules = settings.signatures.rules(&library)?;
        let entries = catalog::entries(id, &library, &rules);
        let (mut nodes, mut checks, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &entries {
            match entry {
                CatalogEntry::Signature(signature) => {
                    let why = Bar::during(|bar| why_not::why_not(&signature.id, paths, &settings, bar))?;
                    if let Some(why) = why {
                        outcomes.push(analysis::Outcome::of(why.hits.count > 0, &why.reasons));
                        nodes.extend(page::signature(&why).nodes);
                    }
                }
                CatalogEntry::Rule(rule) => {
                    let why = Bar::during(|bar| why_not::why_not_rule(&rule.id, paths, &settings, bar))?;
                    if let Some(why) = why {
                        outcomes.push(why.result.outcome);
                        nodes.extend(page::rule(&why).nodes);
                    }
                }
                CatalogEntry::Check(check) => checks.push(*check),
            }
        }
        if !checks.is_empty() {
            for why in Bar::during(|bar| why_not::why_not_checks(&checks, paths, &settings, bar))? {
                outcomes.push(why.outcome());
                nodes.extend(page::check(&why).nodes);
            }
        }
        if entries.is_empty() {
            let list = "spoglight signatures list`, `spoglight signatures list --rules` or `spoglight signatures list --checks";
            let help = names::advice(id, catalog::ids(&library, &rules), list);
            return fail(format!("unknown signature, rule or check {id:?}"), help);
        }
        let document = Document::new(id, nodes);
        self.target.write(|look, out| render::text::write(&document, look, out))?;
        Ok(answer(&outcomes).with_missing(is_missing))
    }
}

/// The exit code of several answers: something was found, something cannot be told, or nothing was found.
fn answer(outcomes: &[analysis::Outcome]) -> Outcome {
    let has = |outcome| outcomes.contains(&outcome);
    match () {
        () if has(analysis::Outcome::Found) => Outcome::Found,
        () if has(analysis::Outcome::CannotTell) => Outcome::Incomplete,
        () => Outcome::Success,
    }
}
