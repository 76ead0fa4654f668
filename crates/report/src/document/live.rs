//! What a live view shows of a finding: a few lines when it appears, one when it comes again or is probably over.

use chrono_tz::Tz;
use spoglight_model::analysis::{Evidence, Finding};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::source_path::file_name;
use spoglight_time::Timestamp;

use super::{Document, Node, Paragraph, RichText, Section, Span, Style, finding};

/// Columns before the text of a row, and after it.
const MARGIN: usize = 14;

/// Letters by which the first of two lines may be shorter than the second.
const RAGGED: usize = 16;

/// A new finding with all that a live view knows of it. `number` is that in the order of appearance.
pub fn whole(number: usize, finding: &Finding) -> Document {
    let rule = Node::Rule(Some(finding.severity));
    let mut nodes = finding::before_evidence(finding);
    nodes.extend(finding::evidence(&finding.evidence));
    nodes.push(more("More", finding));
    let section = Section { heading: finding::heading(number, finding), nodes };
    Document::new(&finding.title, vec![rule.clone(), Node::Section(section), rule])
}

/// A new finding in three to six lines: what it is, when and where, the first sentence of its cause, and the command for the
/// rest. Times are in a zone, or on the clock of its server. The lines are `width` columns wide.
pub fn brief(number: usize, finding: &Finding, zone: Option<Tz>, width: usize) -> Document {
    let times = counted(finding.count as usize, "message", "messages");
    let when = finding.last.map(|last| format!("{}, ", time_of_day(last, finding, zone))).unwrap_or_default();
    let line = width.saturating_sub(MARGIN).max(MARGIN);
    let when = format!("{when}{times}");
    // the file is left out if it does not fit
    let places = [finding::places(finding), finding.hosts.join(", ")]
        .into_iter()
        .find(|places| !places.is_empty() && when.chars().count() + 2 + places.chars().count() <= line);
    let places = places.map(|places| format!(", {places}")).unwrap_or_default();
    let cause = cut(first_sentence(&finding.cause), (2 * line).saturating_sub(RAGGED));
    let rows = [
        Node::row("When", RichText::plain(format!("{when}{places}"))),
        Node::row("Cause", RichText::prose(&cause)),
    ];
    let mut nodes: Vec<Node> = rows.into_iter().flatten().collect();
    nodes.push(more("Fix", finding));
    let section = Section { heading: finding::heading(number, finding), nodes };
    Document::new(&finding.title, vec![Node::Section(section)])
}

/// The newest note on a finding that was shown before; `None` if there are no notes.
pub fn update(number: usize, finding: &Finding) -> Option<Document> {
    let note = finding.notes.last()?;
    let tag = Span::new(Style::Severity(Some(finding.severity)), format!("{number}."));
    let text = RichText::styled(Style::Id, finding.id.as_str()).and(Style::Plain, format!(": {}", note.text));
    Some(line(finding, Some(tag), text))
}

/// A line about a finding of which an effect came again, and no message of its own.
pub fn effect_again(
    number: usize,
    finding: &Finding,
    effect: &str,
    when: Option<Timestamp>,
    zone: Option<Tz>,
) -> Document {
    let when = when.map(|when| format!(" {}", time_of_day(when, finding, zone))).unwrap_or_default();
    let text = format!(" (an effect{when}: {effect}): {number} {}", finding.title);
    line(
        finding,
        None,
        RichText::styled(Style::Severity(Some(finding.severity)), "again").and(Style::Plain, text),
    )
}

/// A line about a finding that came again: how often it was seen by now, and how many times of these were not shown.
pub fn again(number: usize, finding: &Finding, times: u64, unshown: u64, zone: Option<Tz>) -> Document {
    let when = finding.last.map(|last| format!(" {}", time_of_day(last, finding, zone))).unwrap_or_default();
    let unshown = match unshown {
        0 => String::new(),
        count => format!("; {} before it not shown", grouped(count)),
    };
    let text = format!(" ({}{when}{unshown}): {number} {}", ordinal(times), finding.title);
    line(
        finding,
        None,
        RichText::styled(Style::Severity(Some(finding.severity)), "again").and(Style::Plain, text),
    )
}

/// A line about a finding that is probably over, with the line of success. `open` is the number of other things for which it is
/// not.
pub fn resolved(
    number: usize,
    finding: &Finding,
    evidence: &Evidence,
    open: usize,
    zone: Option<Tz>,
) -> Document {
    let when = evidence.time.map(|time| format!(" ({})", time_of_day(time, finding, zone)));
    let open = match open {
        0 => String::new(),
        1 => ", still open for 1 other".to_owned(),
        count => format!(", still open for {} others", grouped(count as u64)),
    };
    let place = format!("{}:{}", file_name(&evidence.source), grouped(evidence.line));
    let said = format!("{}: {number} {}{open}; ", when.unwrap_or_default(), finding.title);
    let text = RichText::styled(Style::Strong, "resolved?")
        .and(Style::Plain, said)
        .and(Style::Path, place)
        .and(Style::Plain, format!(": {}", evidence.text.trim()));
    line(finding, None, text)
}

fn line(finding: &Finding, tag: Option<Span>, text: RichText) -> Document {
    Document::new(&finding.title, vec![Node::Paragraph(Paragraph { tag, text })])
}

fn more(label: &str, finding: &Finding) -> Node {
    Node::Command { label: label.to_owned(), command: format!("spoglight explain {}", finding.id) }
}

/// The time of day to the second; in `zone` if it is UTC, otherwise as the log has it.
fn time_of_day(time: Timestamp, finding: &Finding, zone: Option<Tz>) -> String {
    let of_log = finding.zone.as_ref().and_then(|zone| zone.rules);
    let text = time.on_the_wall(if time.is_utc() { zone.or(of_log) } else { None });
    text.get(11..19).unwrap_or(&text).to_owned()
}

/// `1st time`, `2nd time`, `11th time`.
fn ordinal(count: u64) -> String {
    let end = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{end} time", grouped(count))
}

/// The first sentence of a text.
fn first_sentence(text: &str) -> &str {
    let text = text.trim();
    let end = text.match_indices(". ").find(|(at, _)| {
        // not after an abbreviation such as `e.g.`
        let word = text.get(..*at).unwrap_or_default().rsplit(' ').next().unwrap_or_default();
        word.chars().count() > 2 && !word.contains('.')
    });
    end.map_or(text, |(at, dot)| text.get(..at + dot.trim_end().len()).unwrap_or(text))
}

/// A text of at most so many letters, cut between words.
fn cut(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let short = text.get(..end).unwrap_or_default();
    let short = short.rsplit_once(' ').map_or(short, |(words, _)| words);
    // half a literal is not one
    let short = if short.matches('`').count() % 2 == 1 {
        short.rsplit_once('`').map_or(short, |(before, _)| before)
    } else {
        short
    };
    format!("{} …", short.trim_end_matches([' ', ',', ';', ':', '(']))
}

#[cfg(test)]
mod tests {
    use spoglight_model::{CheckId, SourceName};
    use spoglight_signatures::Library;
    use spoglight_source::SourceId;

    use super::*;
    use crate::{RenderOptions, render};

    #[test]
    fn counts_are_spelt() {
        let of = [1, 2, 3, 4, 11, 12, 13, 21, 102, 1113].map(ordinal);
        let expected = ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,113th"];
        assert_eq!(of.map(|text| text.replace(" time", "")), expected);
    }

    #[test]
    fn a_brief_finding_has_three_to_six_lines() {
        let library = Library::embedded().expect("the library");
        for signature in library.iter() {
            let finding = Finding {
                title: signature.title.clone(),
                severity: signature.severity,
                count: 1234,
                last: Some(Timestamp::Utc(1_795_000_000_000_000_000)),
                hosts: vec!["ECEAPP01".to_owned(), "PCCEADSA".to_owned()],
                cause: signature.cause.clone(),
                ..Finding::empty(signature.id.clone().into())
            };
            let mut text = Vec::new();
            let look = RenderOptions { width: 80, table_width: 80, colour: false };
            render::text::write(&brief(12, &finding, None, 80), &look, &mut text).expect("memory");
            let text = String::from_utf8_lossy(&text);
            assert!((3..=6).contains(&text.lines().count()), "{text}");
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            assert!(text.contains(&format!("spoglight explain {}", signature.id)), "{text}");
        }
    }

    #[test]
    fn lines_about_a_finding_name_it() {
        let mut finding = Finding::empty(CheckId("process-restart").into());
        finding.title = "An ECE process was restarted".to_owned();
        finding.last = Some(Timestamp::Utc(1_795_000_000_000_000_000));
        let written = |document: Document| {
            let mut text = Vec::new();
            let look = RenderOptions { width: 200, table_width: 200, colour: false };
            render::text::write(&document, &look, &mut text).expect("memory");
            String::from_utf8(text).expect("UTF-8")
        };
        let again = written(again(2, &finding, 12, 3, None));
        assert_eq!(
            again,
            "again (12th time 11:06:40; 3 before it not shown): 2 An ECE process was restarted\n"
        );
        let evidence = Evidence {
            source: SourceName { id: SourceId::new(0), path: "logs/a.log".into() },
            line: 1200,
            offset: 7,
            event_line: 1200,
            time: finding.last,
            text: "it runs".to_owned(),
        };
        let rome = Some("Europe/Rome".parse().expect("a zone"));
        assert_eq!(
            written(resolved(2, &finding, &evidence, 1, rome)),
            "resolved? (12:06:40): 2 An ECE process was restarted, still open for 1 other; a.log:1,200: it runs\n"
        );
    }

    #[test]
    fn a_time_in_utc_is_shown_once() {
        let mut finding = Finding::empty(CheckId("process-restart").into());
        let time = Timestamp::Utc(1_795_000_000_000_000_000);
        (finding.first, finding.last, finding.count) = (Some(time), Some(time), 1);
        finding.evidence.push(Evidence {
            source: SourceName { id: SourceId::new(0), path: "logs/a.log".into() },
            line: 1,
            offset: 0,
            event_line: 1,
            time: Some(time),
            text: "it runs".to_owned(),
        });
        let mut when = |name: &str| {
            let rule: spoglight_time::zone::ZoneRule = name.parse().expect("a zone");
            finding.zone = Some(std::sync::Arc::new(spoglight_time::Zone::given(&rule)));
            let mut text = Vec::new();
            let look = RenderOptions { width: 120, table_width: 120, colour: false };
            render::text::write(&whole(1, &finding), &look, &mut text).expect("memory");
            let text = String::from_utf8(text).expect("UTF-8");
            text.lines().find(|line| line.contains("When")).unwrap_or_default().trim().to_owned()
        };
        assert_eq!(when("Etc/UTC"), "When      2026-11-18 11:06:40.000 UTC, 1 message");
        assert_eq!(
            when("Europe/Rome"),
            "When      2026-11-18 11:06:40.000 UTC (2026-11-18 12:06:40.000 Europe/Rome), 1 message"
        );
    }

    #[test]
    fn a_cause_is_its_first_sentence() {
        assert_eq!(first_sentence("It fails. See below."), "It fails.");
        assert_eq!(first_sentence("A host, e.g. dc01. It is old."), "A host, e.g. dc01.");
        assert_eq!(first_sentence("One sentence"), "One sentence");
        assert_eq!(cut("one two three", 9), "one two …");
        assert_eq!(cut("set `a b c` now", 9), "set …");
        assert_eq!(cut("short", 9), "short");
    }
}
