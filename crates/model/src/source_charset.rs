//! [`SourceCharset`]: the charset of a source, with its evidence.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// The charset of a source, with the evidence for it; none if it is empty or not text. Sources with the same share it.
/// Serialized as two fields, `charset` and `charset_evidence`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceCharset(Option<Arc<(Arc<str>, Cow<'static, str>)>>);

impl SourceCharset {
    /// A charset.
    pub fn new(name: Arc<str>, evidence: Cow<'static, str>) -> SourceCharset {
        SourceCharset(Some(Arc::new((name, evidence))))
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        self.0.as_deref().map(|(name, _)| &**name)
    }

    /// Evidence for it.
    pub fn evidence(&self) -> Option<&str> {
        self.0.as_deref().map(|(_, evidence)| &**evidence)
    }
}

impl Serialize for SourceCharset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut both = serializer.serialize_struct("SourceCharset", 2)?;
        both.serialize_field("charset", &self.name())?;
        both.serialize_field("charset_evidence", &self.evidence())?;
        both.end()
    }
}
