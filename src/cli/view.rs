//! Options that choose which findings a report shows, and how much of them.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;
use globset::GlobBuilder;
use spoglight_model::analysis::{Analysis, Finding};
use spoglight_report::{Detail, ReportView};
use spoglight_signatures::Severity;

use super::OUTPUT;
use super::output::fail;

/// Severities, from the highest.
const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

/// Which findings a report shows, and how much of them.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are options of a command line")]
pub(super) struct ViewOptions {
    /// Show only the list of findings
    #[arg(long, help_heading = OUTPUT, conflicts_with_all = ["only", "full"])]
    brief: bool,

    /// Show the details of all findings, and all files
    ///
    /// The default shows the details of the first one. A report in another format or in a file has all of them.
    #[arg(long, help_heading = OUTPUT)]
    full: bool,

    /// Show only the details of a finding: its number in the list, its id or a glob of ids. Repeatable
    #[arg(long, value_name = "N|ID|GLOB", help_heading = OUTPUT, conflicts_with = "full")]
    only: Vec<String>,

    /// Leave out findings of a lower severity
    #[arg(long, value_name = "SEVERITY", help_heading = OUTPUT)]
    #[arg(value_parser = PossibleValuesParser::new(["critical", "high", "medium", "low", "info"]), ignore_case = true)]
    min_severity: Option<String>,

    /// Do not show a long report in a pager
    ///
    /// The pager is that of the environment variable PAGER, or less.
    #[arg(long, help_heading = OUTPUT)]
    pub(super) no_pager: bool,
}

impl ViewOptions {
    /// The view of an analysis. `is_whole` if a report shows everything by default. Fails if no finding is chosen by one
    /// of `--only`.
    pub(super) fn of(&self, analysis: &Analysis, is_whole: bool) -> Result<ReportView> {
        let detail = match (self.brief, self.only.is_empty()) {
            (true, _) => Detail::List,
            (false, false) => Detail::Chosen,
            (false, true) if self.full || is_whole => Detail::All,
            (false, true) => Detail::First,
        };
        if self.only.is_empty() && self.min_severity.is_none() {
            return Ok(ReportView { detail, chosen: None });
        }
        let findings: Vec<(usize, &Finding)> = (1..).zip(&analysis.findings).collect();
        let mut chosen: BTreeSet<usize> = findings.iter().map(|(number, _)| *number).collect();
        if !self.only.is_empty() {
            let each = self.only.iter().map(|only| numbers(only, &findings));
            let each: Vec<BTreeSet<usize>> = each.collect::<Result<_>>()?;
            chosen = each.into_iter().flatten().collect();
        }
        let least = self.min_severity.as_deref().and_then(|word| {
            SEVERITIES.into_iter().find(|severity| severity.word().eq_ignore_ascii_case(word))
        });
        if let Some(least) = least {
            let is_low = |(_, finding): &&(usize, &Finding)| finding.severity > least;
            for (number, _) in findings.iter().filter(is_low) {
                chosen.remove(number);
            }
        }
        Ok(ReportView { detail, chosen: Some(chosen) })
    }
}

/// The numbers of the findings that one `--only` chooses.
fn numbers(only: &str, findings: &[(usize, &Finding)]) -> Result<BTreeSet<usize>> {
    let number = only.parse::<usize>().ok();
    let glob = GlobBuilder::new(only).case_insensitive(true).build().ok().map(|glob| glob.compile_matcher());
    let is_it = |(at, finding): &&(usize, &Finding)| {
        number == Some(*at) || glob.as_ref().is_some_and(|glob| glob.is_match(finding.id.as_str()))
    };
    let chosen: BTreeSet<usize> = findings.iter().filter(is_it).map(|(number, _)| *number).collect();
    if chosen.is_empty() {
        let help = match findings.len() {
            0 => "there are no findings".to_owned(),
            count => format!("give a number from 1 to {count}, an id or a glob: --brief lists all findings"),
        };
        return fail(format!("no finding is called {only:?}"), help);
    }
    Ok(chosen)
}
