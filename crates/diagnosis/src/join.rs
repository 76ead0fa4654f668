//! Joiners: what several sources show about one failure becomes one finding with the exact reason.
//!
//! Signatures and checks each see one source. A joiner sees the findings of all of them, the artifacts, and the hits that
//! prove facts. It makes a finding of a log more exact by what the artifacts show, and takes in the findings of checks
//! about the same. It asks for facts, never for ids of signatures.

mod restart;

use spoglight_model::FindingId;
use spoglight_model::analysis::{Evidence, Finding};

use crate::check::CheckInput;
use crate::proven::LineReader;

/// Everything that joiners read.
pub(crate) struct JoinInput<'a> {
    /// The collection, with the hits that prove facts.
    pub(crate) collection: &'a CheckInput<'a>,
    /// Reads a line of a log again.
    pub(crate) read: &'a LineReader<'a>,
}

/// Joins findings about one failure.
trait Joiner: Sync {
    /// Changes the findings. Those that another one takes in are removed.
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>);
}

/// Declares the modules of the joiners and [`ALL`], the list of them.
macro_rules! joiners {
    ($($module:ident: $joiner:ident;)+) => {
        $(mod $module;)+

        /// All joiners, in the order in which they run.
        const ALL: &[&dyn Joiner] = &[$(&$module::$joiner),+];
    };
}

// A new joiner is one file and one line here.
joiners! {
    untrusted: UntrustedCertificate;
    wrong_name: WrongName;
    expired: ExpiredCertificate;
    keystore_missing: MissingKeystore;
    tried: TriedByHand;
}

/// Runs all joiners.
pub(crate) fn run(input: &JoinInput<'_>, mut findings: Vec<Finding>) -> Vec<Finding> {
    for joiner in ALL {
        joiner.join(input, &mut findings);
    }
    findings
}

/// Lines of evidence that a finding takes over from another.
const TAKEN_EVIDENCE: usize = 5;

/// Returns whether a check made a finding.
fn is_of_check(finding: &Finding) -> bool {
    matches!(finding.id, FindingId::Check(_))
}

/// Takes the findings of checks that fit out of the list, and adds their servers and lines to the finding at `into`.
fn take_in(findings: &mut Vec<Finding>, into: usize, fits: impl Fn(&Finding) -> bool) {
    let Some(mut root) =
        findings.get_mut(into).map(|root| std::mem::replace(root, Finding::empty(root.id.clone())))
    else {
        return;
    };
    let mut place = 0;
    let is_taken = |finding: &mut Finding| {
        place += 1;
        place - 1 != into && is_of_check(finding) && fits(finding)
    };
    for taken in findings.extract_if(.., is_taken) {
        for host in taken.hosts {
            if !root.hosts.contains(&host) {
                root.hosts.push(host);
            }
        }
        for line in taken.evidence.into_iter().take(TAKEN_EVIDENCE) {
            let is_known =
                |known: &Evidence| known.source.id == line.source.id && known.offset == line.offset;
            if !root.evidence.iter().any(is_known) {
                root.evidence.push(line);
            }
        }
    }
    // checks follow the signatures, so the place is the same
    if let Some(place) = findings.get_mut(into) {
        *place = root;
    }
}
