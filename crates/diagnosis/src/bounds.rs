//! Limits of what a result lists. Counts and verdicts are of everything; lists show the first of it, and how much more
//! there is. `docs/reports.md` documents them.

use spoglight_model::analysis::{CoverageGap, Finding, Note};
use spoglight_text::humanize::grouped;

/// Findings.
const FINDINGS: usize = 1000;

/// Coverage gaps of one check.
const GAPS: usize = 200;

/// Servers, peers and callers of one finding.
pub(crate) const MOST_HOSTS: usize = 100;

/// Values of one capture of a finding.
const VALUES: usize = 100;

/// Lines of evidence of one finding.
const EVIDENCE: usize = 100;

/// Steps, notes and references of one finding.
const STEPS: usize = 200;

/// Letters of one sentence.
const LETTERS: usize = 4000;

/// Cuts the lists and sentences of findings. Those after the first thousand are left out; the last one that is left has a
/// note on them.
pub(crate) fn findings(all: &mut Vec<Finding>) {
    let more = all.len().saturating_sub(FINDINGS);
    all.truncate(FINDINGS);
    for finding in all.iter_mut() {
        for list in [&mut finding.hosts, &mut finding.peers, &mut finding.callers] {
            list.truncate(MOST_HOSTS);
        }
        finding.captures.values_mut().for_each(|values| values.truncate(VALUES));
        finding.evidence.truncate(EVIDENCE);
        finding.notes.truncate(STEPS);
        for list in
            [&mut finding.confirm, &mut finding.fix, &mut finding.false_positives, &mut finding.references]
        {
            list.truncate(STEPS);
        }
        sentence(&mut finding.title);
        sentence(&mut finding.cause);
        let lists = [&mut finding.confirm, &mut finding.fix].into_iter().flatten();
        lists.chain(finding.captures.values_mut().flatten()).for_each(sentence);
        finding.notes.iter_mut().for_each(|note| sentence(&mut note.text));
    }
    if let Some(last) = all.last_mut().filter(|_| more > 0) {
        last.notes.push(Note {
            rule: "limits".into(),
            number: None,
            text: format!(
                "{} more findings are left out: analyze the files of fewer servers at a time to see them.",
                grouped(more as u64)
            ),
        });
    }
}

/// Cuts the list and the sentences of the gaps of one check.
pub(crate) fn gaps(all: &mut Vec<CoverageGap>) {
    let left = all.split_off(all.len().min(GAPS));
    for gap in all.iter_mut() {
        [&mut gap.about, &mut gap.why, &mut gap.advice].into_iter().for_each(sentence);
    }
    let kind = left.iter().map(|gap| gap.kind).min();
    if let (Some(kind), Some(last)) = (kind, all.last().cloned()) {
        all.push(CoverageGap {
            about: format!("{} more questions of the check {}", grouped(left.len() as u64), last.id),
            why: format!("a report lists {GAPS} of one check"),
            advice: "analyze the files of fewer servers at a time".to_owned(),
            kind,
            ..last
        });
    }
}

/// Cuts a long sentence, which may list the names of many files or servers.
pub(crate) fn sentence(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LETTERS) {
        text.truncate(end);
        text.push_str(" ... (cut)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_model::CheckId;
    use spoglight_model::analysis::GapKind;

    #[test]
    fn lists_are_cut_and_the_rest_is_counted() {
        let mut all: Vec<Finding> = (0..FINDINGS + 7)
            .map(|_| Finding {
                hosts: (0..MOST_HOSTS * 2).map(|host| host.to_string()).collect(),
                cause: "ä".repeat(2 * LETTERS),
                ..Finding::empty(CheckId("x").into())
            })
            .collect();
        findings(&mut all);
        assert_eq!(all.len(), FINDINGS);
        assert!(all.iter().all(|one| one.hosts.len() == MOST_HOSTS && one.cause.ends_with("ä ... (cut)")));
        let told: Vec<&str> = all.iter().flat_map(|one| &one.notes).map(|note| note.text.as_str()).collect();
        assert!(
            matches!(told.as_slice(), [one] if one.starts_with("7 more findings are left out")),
            "{told:?}"
        );
    }

    #[test]
    fn gaps_are_cut_and_the_rest_is_counted() {
        let gap = CoverageGap {
            id: CheckId("x").into(),
            number: None,
            about: "a".to_owned(),
            why: "b".repeat(LETTERS),
            advice: String::new(),
            kind: GapKind::Incomplete,
        };
        let mut all = vec![gap; GAPS + 1];
        gaps(&mut all);
        assert_eq!(all.len(), GAPS + 1);
        assert_eq!(all.last().map(|gap| gap.about.as_str()), Some("1 more questions of the check x"));
        assert!(all.iter().take(GAPS).all(|gap| gap.why.len() == LETTERS), "short enough");
    }
}
