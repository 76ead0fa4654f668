//! The order of findings: worst first, then failures before symptoms that nothing explains, then earliest.

use crate::analysis::Finding;

/// Sorts findings. Times whose zone is unknown cannot be compared with others and come behind them.
pub fn rank(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| {
            let onset = finding.first.map(|first| (!first.is_utc(), first.nanos()));
            (finding.severity, onset.is_none(), onset)
        };
        key(a).cmp(&key(b)).then_with(|| b.count.cmp(&a.count)).then_with(|| a.id.cmp(&b.id))
    });
    findings
}
