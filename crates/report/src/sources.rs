//! What the text report says of a source: the cells of its row, and what is worth a sentence.

use std::collections::BTreeMap;

use spoglight_parsers::Level;

use super::span::{BAR, Span};
use super::words::{bytes, marked, short};
use spoglight_model::analysis::SourceFacts;
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_text::source_path::file_name;
use spoglight_time::{Confidence, Moment};

/// Sentences on the charsets of the sources that are not plain UTF-8, and how they are known.
pub(super) fn charsets(sources: &[SourceFacts]) -> Vec<String> {
    let mut known: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for source in sources {
        if let (Some(charset), Some(evidence)) = (&source.charset, &source.charset_evidence)
            && charset != "utf-8"
        {
            known.entry((charset, evidence)).or_default().push(&source.path);
        }
    }
    let sentence = |((charset, evidence), paths): ((&str, &str), Vec<&str>)| {
        let such = paths.first().map_or("", |path| file_name(path));
        let files = counted(paths.len(), "file", "files");
        format!("Charset of {files} such as {such}: {charset}, {evidence}.")
    };
    known.into_iter().map(sentence).collect()
}

/// Sentences on the zones of the sources, and how they are known.
pub(super) fn zones(sources: &[SourceFacts]) -> Vec<String> {
    let mut known: BTreeMap<(&str, Confidence), usize> = BTreeMap::new();
    for source in sources.iter().filter(|source| source.first.is_some()) {
        *known.entry((&source.zone.evidence, source.zone.confidence)).or_default() += 1;
    }
    let sentence = |((evidence, confidence), count): ((&str, Confidence), usize)| {
        let sure = match confidence {
            Confidence::Certain | Confidence::Given | Confidence::None => String::new(),
            other => format!(" ({})", other.name()),
        };
        format!("Zone of {}: {evidence}{sure}.", counted(count, "file", "files"))
    };
    known.into_iter().map(sentence).collect()
}

/// The folders that all sources lie in, up to and with the last separator.
pub(super) fn common_folder<'a>(mut paths: impl Iterator<Item = &'a str>) -> &'a str {
    let Some(first) = paths.next() else { return "" };
    let shared = paths.fold(first.len(), |shared, path| {
        let same = first.bytes().zip(path.bytes()).take_while(|(a, b)| a == b).count();
        shared.min(same)
    });
    let end = first.as_bytes().iter().take(shared).rposition(|byte| matches!(byte, b'/' | b'!'));
    end.and_then(|end| first.get(..=end)).unwrap_or("")
}

/// The cells of a source.
pub(super) fn row(
    source: &SourceFacts,
    prefix: &str,
    year: Option<&str>,
    span: Option<&Span>,
) -> [String; 11] {
    let level = |levels: &[Level]| {
        let has_none = source.levels.iter().all(|level| level == Level::None);
        if has_none { "-".to_owned() } else { grouped(source.levels.sum(levels)) }
    };
    let time = |moment: Option<Moment>| {
        let text = marked(moment);
        year.and_then(|year| text.strip_prefix(year)?.strip_prefix('-')).unwrap_or(&text).to_owned()
    };
    let zone = match (&source.zone.name, source.first) {
        (Some(name), _) => name.clone(),
        (None, Some(_)) => "unknown".to_owned(),
        (None, None) => "-".to_owned(),
    };
    let format = match &source.format {
        Some(format) => format.clone(),
        None if source.bytes == 0 => "empty".to_owned(),
        None => "not text".to_owned(),
    };
    [
        source.host.clone().unwrap_or_else(|| "-".to_owned()),
        source.path.strip_prefix(prefix).unwrap_or(&source.path).to_owned(),
        format,
        zone,
        time(source.first),
        time(source.last),
        grouped(source.events),
        level(&[Level::Fatal, Level::Error]),
        level(&[Level::Warn]),
        bytes(source.unparsed),
        span.filter(|_| source.first.is_some()).map_or_else(String::new, |span| span.bar(&[source], BAR / 2)),
    ]
    .map(|cell| clean(&cell).into_owned())
}

/// The year of all stamps, if it is one.
pub(super) fn common_year(sources: &[SourceFacts]) -> Option<String> {
    let mut years = sources.iter().flat_map(|source| [source.first, source.last]).flatten();
    let year = |moment: Moment| short(moment).get(..4).map(str::to_owned);
    let first = year(years.next()?)?;
    years.all(|moment| year(moment).as_ref() == Some(&first)).then_some(first)
}
