//! The root among the hits of one message: the hit that explains another, and in a chain of causes the deepest.
//!
//! Java prints the outer exception first and the cause that it has last, after `Caused by:`. So of two hits that no
//! signature orders, the one in the deeper cause is the root.
//!
//! Doubt: a cause in one line (`... Caused by: ...`) is ordered by the last literal of its signature.

use std::ops::Range;

use memchr::memmem;
use spoglight_signatures::{CandidateLine, SignatureKind};

use super::{Pending, Scanner};

/// Beginning of a cause.
const CAUSED: &[u8] = b"Caused by: ";

/// Causes of one message that are looked at.
const CAUSES: usize = 64;

impl Scanner<'_> {
    /// The signature that is the root of each hit of the message at `message` of `bytes`.
    pub(super) fn roots(&self, bytes: &[u8], message: &Range<usize>, hits: &[Pending]) -> Vec<usize> {
        let mut roots: Vec<usize> = hits.iter().map(|hit| self.explaining(hit.signature, hits)).collect();
        let own: Vec<usize> = hits
            .iter()
            .zip(&roots)
            .enumerate()
            .filter(|(_, (hit, root))| hit.signature == **root)
            .map(|(at, _)| at)
            .collect();
        if own.len() < 2 {
            return roots;
        }
        let depths = self.depths(bytes, message, hits);
        let depth = |at: usize| depths.get(at).copied().unwrap_or(0);
        let kind =
            |at: usize| hits.get(at).and_then(|hit| self.library.get(hit.signature)).map(|one| one.kind);
        let mut deeper: Vec<(usize, usize)> = Vec::new();
        for &at in &own {
            if !matches!(kind(at), Some(SignatureKind::Failure | SignatureKind::Symptom)) {
                continue;
            }
            let is_cause =
                |other: &usize| depth(*other) > depth(at) && kind(*other) == Some(SignatureKind::Failure);
            // of equally deep ones the first
            let cause = own.iter().copied().filter(is_cause).rev().max_by_key(|other| depth(*other));
            if let (Some(hit), Some(cause)) = (hits.get(at), cause.and_then(|cause| hits.get(cause))) {
                deeper.push((hit.signature, cause.signature));
            }
        }
        for root in &mut roots {
            if let Some((_, cause)) = deeper.iter().find(|(signature, _)| signature == root) {
                *root = *cause;
            }
        }
        roots
    }

    /// The hit of the same message that explains this one and is explained by none.
    fn explaining(&self, signature: usize, hits: &[Pending]) -> usize {
        let mut root = signature;
        // a chain cannot be longer than there are hits; the library has no circles of two, and a longer one ends here
        for _ in hits {
            match hits.iter().find(|other| self.library.explains(other.signature, root)) {
                Some(other) => root = other.signature,
                None => break,
            }
        }
        root
    }

    /// The number of causes above the deepest line of each hit, itself included.
    fn depths(&self, bytes: &[u8], message: &Range<usize>, hits: &[Pending]) -> Vec<usize> {
        let text = bytes.get(message.clone()).unwrap_or_default();
        // a tab before it: the cause of a suppressed exception
        let is_main = |at: &usize| at.checked_sub(1).is_none_or(|before| text.get(before) != Some(&b'\t'));
        let causes: Vec<usize> = memmem::find_iter(text, CAUSED).filter(is_main).take(CAUSES).collect();
        if causes.is_empty() {
            return vec![0; hits.len()];
        }
        let literal = |hit: &Pending| {
            let line = bytes.get(hit.line.clone()).unwrap_or_default();
            let literals = self.library.get(hit.signature).map_or(&[][..], |one| &one.matching.any);
            let at = literals.iter().filter_map(|literal| memmem::rfind(line, literal.as_bytes())).max();
            hit.line.start.saturating_sub(message.start) + at.unwrap_or(0)
        };
        let mut depths: Vec<usize> =
            hits.iter().map(literal).map(|place| causes.partition_point(|cause| *cause <= place)).collect();
        // a signature is kept once a message, and may hit a deeper cause, too
        let whole = self.charset.text_of(text);
        let mut candidates = Vec::new();
        for (depth, start) in (1..).zip(&causes) {
            let line = text.get(*start..).unwrap_or_default();
            let line = line.get(..memchr::memchr(b'\n', line).unwrap_or(line.len())).unwrap_or(line);
            let line = self.charset.text_of(line.strip_suffix(b"\r").unwrap_or(line));
            candidates.clear();
            self.library.literals().signatures_in(&line, &mut candidates);
            for (hit, known) in hits.iter().zip(&mut depths) {
                if *known < depth
                    && candidates.contains(&hit.signature)
                    && self.library.confirm(hit.signature, &CandidateLine::new(&line), &whole).is_some()
                {
                    *known = depth;
                }
            }
        }
        depths
    }
}
