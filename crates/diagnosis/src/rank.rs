//! Order of findings: those near the incident first, then by severity, then those that are as frequent before the
//! incident as after it last; of findings that began at about the same time, the lower layer first.

use spoglight_signatures::Severity;

use spoglight_model::analysis::Finding;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;
use spoglight_topology::Topology;

/// Nanoseconds between two first hits that count as the same time: the users of a database notice its failure one after
/// the other.
const TOGETHER: i64 = 5 * MINUTE;

/// Sorts findings. Times of an unknown zone cannot be compared with others and come last.
pub fn rank(mut findings: Vec<Finding>, incident: Option<Timestamp>, topology: &Topology) -> Vec<Finding> {
    let onset = |finding: &Finding| finding.first.map(|first| (!first.is_utc(), first.nanos()));
    findings.sort_by_key(|finding| (onset(finding).is_none(), onset(finding)));
    // close beginnings form one group, so that the order stays total
    let mut crowd = 0;
    let mut before: Option<(bool, i64)> = None;
    let mut keyed: Vec<_> = findings
        .into_iter()
        .map(|finding| {
            let onset = onset(&finding);
            let is_with = match (before, onset) {
                (Some((local, one)), Some((other_local, other))) => {
                    local == other_local && other.saturating_sub(one) <= TOGETHER
                }
                (one, other) => one.is_some() == other.is_some(),
            };
            crowd += usize::from(!is_with);
            before = onset;
            let explained: u64 = finding.related.iter().map(|related| related.count).sum();
            // local times of an unknown zone cannot be compared with the incident
            let is_timed = finding.first.is_some_and(Timestamp::is_utc);
            let is_far = incident.is_some() && is_timed && !finding.is_near;
            let is_far = is_far && finding.severity != Severity::Info;
            let key = (
                is_far,
                finding.severity,
                finding.is_background,
                crowd,
                topology.layer(&finding.id),
                onset,
                std::cmp::Reverse(explained),
                std::cmp::Reverse(finding.count),
                finding.id.clone(),
            );
            (key, finding)
        })
        .collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    keyed.into_iter().map(|(_, finding)| finding).collect()
}
