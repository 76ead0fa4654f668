//! [`FindingId`]: the identity of a signature, rule or check.

use std::fmt::{self, Display, Formatter};
use std::ops::Deref;

use serde::{Serialize, Serializer};
use spoglight_signatures::{RuleId, SignatureId};

/// Identity of a finding, a result or a gap: the signature, the rule or the check that it comes from. Serialized as the
/// text of that id; no two of the three share one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingId {
    /// A signature matched.
    Signature(SignatureId),
    /// A rule raised it from several matches.
    Rule(RuleId),
    /// A check of the collection or of an artifact.
    Check(CheckId),
}

/// Identity of a check, as its implementation names it: `zone-unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(pub &'static str);

impl FindingId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        match self {
            FindingId::Signature(id) => id.as_str(),
            FindingId::Rule(id) => id.as_str(),
            FindingId::Check(id) => id.0,
        }
    }
}

/// Wherever text is read, the id is that text.
impl Deref for FindingId {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Display for FindingId {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

impl PartialEq<str> for FindingId {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for FindingId {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for FindingId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<SignatureId> for FindingId {
    fn from(id: SignatureId) -> FindingId {
        FindingId::Signature(id)
    }
}

impl From<RuleId> for FindingId {
    fn from(id: RuleId) -> FindingId {
        FindingId::Rule(id)
    }
}

impl From<CheckId> for FindingId {
    fn from(id: CheckId) -> FindingId {
        FindingId::Check(id)
    }
}
