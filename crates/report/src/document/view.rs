//! [`ReportView`]: which findings a report of an analysis shows, and how much of them.

use std::collections::BTreeSet;

use spoglight_model::analysis::{Analysis, Finding};

/// How much a report shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Detail {
    /// The list of findings, without their details.
    List,
    /// The list, the details of the first finding, and what was read.
    First,
    /// Everything.
    #[default]
    All,
    /// The details of the chosen findings only.
    Chosen,
}

/// Which findings a report of an analysis shows, and how much of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportView {
    /// How much it shows.
    pub detail: Detail,
    /// Numbers of the findings, from 1; `None` for all.
    pub chosen: Option<BTreeSet<usize>>,
}

impl ReportView {
    /// The findings that it shows, each with its number among all.
    pub fn findings<'a>(&'a self, analysis: &'a Analysis) -> impl Iterator<Item = (usize, &'a Finding)> {
        let is_chosen = |number: &usize| self.chosen.as_ref().is_none_or(|chosen| chosen.contains(number));
        (1..).zip(&analysis.findings).filter(move |(number, _)| is_chosen(number))
    }
}
