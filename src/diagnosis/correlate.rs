//! Which causes are symptoms of others. (Inside one message that was settled when the message was read.)

use spoglight_signatures::{Kind, Library};

use super::finding::Cause;
use crate::timeline::Moment;

/// A symptom belongs to a failure that was seen at most this long before or after it, in nanoseconds. People click
/// again, and a gadget may wait for a time-out of some minutes before it gives up.
const NEAR: i64 = 5 * 60 * 1_000_000_000;

/// Folds symptoms under the failure that explains them and happened at the same time; of several, the one that
/// began first.
pub(super) fn fold(library: &Library, causes: Vec<Cause>) -> Vec<Cause> {
    let is_symptom =
        |cause: &Cause| library.get(cause.signature).is_some_and(|one| one.kind == Kind::Symptom);
    let (symptoms, mut failures): (Vec<_>, Vec<_>) = causes.into_iter().partition(is_symptom);
    let mut alone = Vec::new();
    for symptom in symptoms {
        let explains = |failure: &&mut Cause| {
            library.explains(failure.signature, symptom.signature) && are_near(failure, &symptom)
        };
        let onset = |failure: &&mut Cause| {
            (failure.first.map(|first| (!first.is_utc(), first.nanos())), failure.signature)
        };
        match failures.iter_mut().filter(explains).min_by_key(onset) {
            Some(failure) => {
                *failure.related.entry(symptom.signature).or_default() += symptom.count;
                for (related, count) in symptom.related {
                    *failure.related.entry(related).or_default() += count;
                }
            }
            None => alone.push(symptom),
        }
    }
    failures.extend(alone);
    failures
}

/// Whether two causes overlap in time. Where that cannot be told, because one has no stamp or no zone, they may.
fn are_near(one: &Cause, other: &Cause) -> bool {
    let span = |cause: &Cause| Some((cause.first?, cause.last?));
    let (Some((start, end)), Some((other_start, other_end))) = (span(one), span(other)) else { return true };
    let comparable = |a: Moment, b: Moment| a.is_utc() == b.is_utc();
    !comparable(start, other_start)
        || start.nanos().saturating_sub(NEAR) <= other_end.nanos()
            && other_start.nanos() <= end.nanos().saturating_add(NEAR)
}
