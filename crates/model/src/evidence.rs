//! [`Evidence`]: a line of a log that proves something.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use spoglight_text::secrets::mask;
use spoglight_time::Timestamp;

use crate::schema;
use crate::source_name::SourceName;

/// A line that proves a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// Its source.
    #[schemars(with = "String")]
    pub source: SourceName,
    /// Its number, from 1.
    pub line: u64,
    /// Its offset in the file, in bytes from 0; in the unpacked entry for an archive.
    pub offset: u64,
    /// Number of the line with which its message begins.
    pub event_line: u64,
    /// Time of its message.
    #[schemars(with = "Option<schema::Time>")]
    pub time: Option<Timestamp>,
    /// Its text; only a part of a very long line.
    pub text: String,
}

/// Masks passwords and tokens in texts.
pub(crate) fn mask_all<'t>(texts: impl Iterator<Item = &'t mut String>) {
    for text in texts {
        if let Cow::Owned(masked) = mask(text) {
            *text = masked;
        }
    }
}
