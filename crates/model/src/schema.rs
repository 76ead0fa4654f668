//! Forms of types of other packages in the JSON Schema of a report: how they are serialized.

use std::collections::BTreeMap;

use schemars::JsonSchema;

/// Time in RFC 3339 with milliseconds. With `Z` it is UTC; without, it is the local time of a server whose zone is unknown.
/// A time without a year begins with `--`.
#[derive(JsonSchema)]
#[schemars(transparent)]
pub(crate) struct Time(
    #[schemars(regex(pattern = r"^(\d{4,}-|--)\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z?$"))]
    #[expect(dead_code, reason = "only its schema is used")]
    String,
);

/// Names with their counts.
pub(crate) type Counts = BTreeMap<String, u64>;

/// Severity, the highest first.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum Severity {
    /// The product does not work.
    Critical,
    /// A function does not work, or will soon not work.
    High,
    /// Something works badly, or only for some users.
    Medium,
    /// Worth knowing.
    Low,
    /// A fact, not a failure.
    Info,
}

/// Confidence that a finding names the right cause.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum Confidence {
    /// The evidence itself names the cause, and nothing else writes it.
    Certain,
    /// The usual cause of the evidence.
    Likely,
    /// One of several causes, or the evidence shows an effect only.
    Possible,
}

/// The signatures and rules of a run.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Library {
    /// Version of the built-in library, such as `2026.12.1`.
    version: String,
    /// Date of that version, such as `2026-12-01`.
    date: String,
    /// Hash of the built-in signatures and rules, as 16 hexadecimal digits.
    content: String,
    /// Packs, in the order in which they were added.
    packs: Vec<Pack>,
}

/// A pack of signatures and rules.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Pack {
    /// Name of the pack.
    name: String,
    /// Its version.
    version: String,
    /// Its date.
    date: String,
    /// Lowest version of the program that can use it.
    #[schemars(skip_serializing_if = "Option::is_none")]
    requires: Option<String>,
}

/// The zone of a source, with its evidence.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Zone {
    /// IANA name, or `UTC`, or an offset such as `-04:00`; `null` if it is not known.
    name: Option<String>,
    /// Evidence for the zone.
    evidence: String,
    /// Confidence in the zone.
    confidence: ZoneConfidence,
    /// IANA names of other zones that match as well.
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<String>,
}

/// Confidence in a zone.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ZoneConfidence {
    /// Every line shows it, or the program's own settings do.
    Certain,
    /// The user gave it.
    Given,
    /// Several facts support it.
    Likely,
    /// One fact supports it.
    Possible,
    /// There is a reason to doubt it.
    Doubtful,
    /// The zone is not known.
    None,
}

/// The program that wrote a source.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Origin {
    /// Name of the product; `null` if it is not known.
    product: Option<String>,
    /// Name of the process; `null` if it is not known, or if lines name several.
    process: Option<String>,
}

/// The charset of a source.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct SourceCharset {
    /// Its name; `null` if the source is empty or not text.
    charset: Option<String>,
    /// Evidence for it.
    charset_evidence: Option<String>,
}

/// The text that a source was taken out of.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct Extract {
    /// Names of the prefixes that were removed, the outer first.
    wrappers: Vec<String>,
    /// Whether lines of the log may be missing, because a search selected some.
    is_selection: bool,
}
