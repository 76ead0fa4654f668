//! Text, for a person at a terminal. The first screen answers: what is wrong, how is that known, what is to be done.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use spoglight_signatures::{Confidence, Severity};

use super::page::{LABEL, PageWriter};
use super::span::Span;
use super::words::{bytes, short, span};
use super::{RenderOptions, Report, sources, table};
use spoglight_model::analysis::{
    Analysis, CheckResult, Evidence, Finding, InconclusiveReason, Outcome, SourceFacts, UnrecognizedErrors,
};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_text::source_path::file_name;

/// The column of the table of sources that gives way if the terminal is narrow.
const FILE: usize = 1;

/// Lines of one piece of evidence on the screen; the whole is in the JSON report.
const EVIDENCE_LINES: usize = 4;

/// Signatures that one reason names.
const NAMED: usize = 3;

/// See the [module](self).
pub struct Text;

impl Report for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn write(&self, analysis: &Analysis, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let mut page = PageWriter::new(look, out);
        page.verdict(analysis)?;
        for (number, finding) in analysis.findings.iter().enumerate() {
            page.finding(number + 1, finding)?;
        }
        page.harmless(analysis)?;
        page.unnamed(&analysis.unnamed)?;
        page.sources(analysis)?;
        page.cannot_tell(analysis)?;
        page.warnings(analysis)?;
        page.close(analysis)
    }
}

impl PageWriter<'_> {
    fn verdict(&mut self, analysis: &Analysis) -> io::Result<()> {
        let verdict = &analysis.verdict;
        let none = if verdict.is_whole { "OK" } else { "NOTHING FOUND" };
        let word = verdict.severity.map_or(none, severity_word);
        let word = if analysis.totals.bytes == 0 { "NOTHING READ" } else { word };
        let text = self.wrap(&clean(&verdict.text), word.len() + 2);
        writeln!(
            self.out,
            "{}  {}",
            self.paint.severity(verdict.severity, word),
            self.paint.strong(text.trim_start())
        )?;
        let totals = &analysis.totals;
        let span = match (totals.first, totals.last) {
            (Some(first), Some(last)) => format!(", {} to {} UTC", short(first), short(last)),
            _ => String::new(),
        };
        let line = format!(
            "{}, {} events, {}{span}",
            counted(totals.sources, "file", "files"),
            grouped(totals.events),
            bytes(totals.bytes)
        );
        writeln!(self.out, "{}", self.paint.faint(line))?;
        if !verdict.is_whole {
            let gaps = analysis.cannot_tell.iter().filter(|gap| !gap.is_temporal);
            let gaps: BTreeSet<&str> = gaps.map(|gap| gap.id.as_str()).collect();
            let faults = analysis.checks.iter().filter(|check| gaps.contains(check.id.as_str()));
            let titles: Vec<&str> = faults.map(|check| check.title.as_str()).collect();
            let text = format!("! {}: see what to collect, at the end", titles.join("; "));
            writeln!(self.out, "{}", self.paint.warning(self.wrap(&clean(&text), 2).trim_start()))?;
        }
        let doubtful = |source: &&SourceFacts| {
            source.first.is_some() && source.zone.confidence == spoglight_time::ZoneConfidence::Doubtful
        };
        if let Some(first) = analysis.sources.iter().find(doubtful) {
            let count = analysis.sources.iter().filter(doubtful).count();
            let text = format!(
                "! The zone of {} is doubtful: {}",
                counted(count, "file", "files"),
                first.zone.evidence
            );
            writeln!(self.out, "{}", self.paint.warning(self.wrap(&clean(&text), 2).trim_start()))?;
        }
        let local = analysis
            .sources
            .iter()
            .filter(|source| source.first.is_some_and(|first| !first.is_utc()))
            .count();
        if local > 0 {
            let text = format!(
                "! {} in local time of an unknown zone: add --tz ZONE, or --tz SERVER=ZONE for one server, with ZONE \
                 as America/New_York",
                counted(local, "file is", "files are")
            );
            writeln!(self.out, "{}", self.paint.warning(self.wrap(&text, 2).trim_start()))?;
        }
        Ok(())
    }

    /// What looks like a failure and is none: said, so that nobody looks for it.
    fn harmless(&mut self, analysis: &Analysis) -> io::Result<()> {
        if analysis.harmless.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n{}", self.paint.strong("Looks like a failure and is none"))?;
        for one in &analysis.harmless {
            let times = counted(one.count as usize, "time", "times");
            let text = format!("{} ({times}): {}", one.title, one.why);
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(&text), 2)))?;
        }
        Ok(())
    }

    /// Errors that no signature names: nobody should think that they are not there.
    fn unnamed(&mut self, unnamed: &UnrecognizedErrors) -> io::Result<()> {
        if unnamed.shown.is_empty() {
            return Ok(());
        }
        let title = "Errors that no signature names";
        let kinds = counted(unnamed.different as usize, "kind", "kinds");
        let errors = counted(unnamed.errors as usize, "message", "messages");
        writeln!(
            self.out,
            "\n{} {}",
            self.paint.strong(title),
            self.paint.faint(format!("({errors} of {kinds})"))
        )?;
        let width = unnamed.shown.iter().map(|one| grouped(one.count).len()).max().unwrap_or(0);
        for one in &unnamed.shown {
            let when = match (one.first, one.last) {
                (Some(first), Some(last)) => span(first, last, None),
                _ => "without a time".to_owned(),
            };
            let new = if one.is_newest { "new, " } else { "" };
            let on = if one.hosts.is_empty() { String::new() } else { format!(", {}", one.hosts.join(", ")) };
            let text = format!("{:>width$}x  {}", grouped(one.count), clean(&one.example.text).trim());
            let text = self.wrap(&text, width + 5);
            writeln!(self.out, "  {}", text.trim_start())?;
            let place = format!("{new}{when}{on}, {}:{}", file_name(&one.example.source), one.example.line);
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(&place), width + 5)))?;
        }
        Ok(())
    }

    /// The verdict once more: on a terminal the end of a long report is what is seen first.
    fn close(&mut self, analysis: &Analysis) -> io::Result<()> {
        let Some(worst) = analysis.findings.first() else { return Ok(()) };
        let word = severity_word(worst.severity);
        let text = format!("{}. Cause and fix: finding 1, at the top.", worst.title.trim_end_matches('.'));
        let text = self.wrap(&clean(&text), word.len() + 2);
        writeln!(self.out, "\n{}  {}", self.paint.severity(Some(worst.severity), word), text.trim_start())
    }

    fn finding(&mut self, number: usize, finding: &Finding) -> io::Result<()> {
        self.head(number, finding)?;
        self.steps("Confirm", &finding.confirm)?;
        let related: Vec<String> = finding
            .related
            .iter()
            .map(|one| format!("{} ({}x {})", one.title, grouped(one.count), one.id))
            .collect();
        self.row("Explains", &related.join("; "))?;
        self.unless(&finding.false_positives)?;
        self.references(&finding.references)?;
        self.row("Id", &format!("{}, confidence: {}", finding.id, certainty(finding.confidence)))
    }

    /// What is wrong, where, why, what to do, and the lines.
    fn head(&mut self, number: usize, finding: &Finding) -> io::Result<()> {
        writeln!(self.out)?;
        let word = severity_word(finding.severity);
        let head = format!("{number}. {word}");
        let title = self.wrap(&finding.title, head.len() + 2);
        writeln!(
            self.out,
            "{}  {}",
            self.paint.severity(Some(finding.severity), head),
            self.paint.strong(title.trim_start())
        )?;
        self.row("When", &when(finding))?;
        self.row("Where", &places(finding))?;
        let values: Vec<String> = finding
            .captures
            .iter()
            .map(|(name, values)| format!("{name} = {}", values.join(" | ")))
            .collect();
        self.row("Details", &values.join("; "))?;
        self.row("Called", &finding.peers.join(", "))?;
        self.row("Caller", &finding.callers.join(", "))?;
        for (index, note) in finding.notes.iter().enumerate() {
            let text = self.wrap(&clean(&note.text), LABEL + 2);
            self.labelled(if index == 0 { "Besides" } else { "" }, &text)?;
        }
        self.row("Cause", &finding.cause)?;
        self.steps("Fix", &finding.fix)?;
        self.evidence(&finding.evidence)
    }

    fn evidence(&mut self, all: &[Evidence]) -> io::Result<()> {
        let mut said: Option<&str> = None;
        for (index, evidence) in all.iter().enumerate() {
            let label = if index == 0 { "Evidence" } else { "" };
            // of settings only the line is known
            let is_known = evidence.line == 1 || evidence.offset > 0;
            let byte = if is_known { format!(" (byte {})", evidence.offset) } else { String::new() };
            let place = format!("{}:{}{byte}", evidence.source, evidence.line);
            self.labelled(label, &self.unbroken(&clean(&place), LABEL + 2))?;
            if said == Some(&evidence.text) {
                continue; // the place is new, the text is not
            }
            said = Some(&evidence.text);
            let text = self.wrap(clean(&evidence.text).trim(), LABEL + 4);
            let lines: Vec<&str> = text.lines().collect();
            for line in lines.iter().take(EVIDENCE_LINES) {
                writeln!(self.out, "{}", self.paint.faint(line))?;
            }
            if lines.len() > EVIDENCE_LINES {
                writeln!(self.out, "{}{}", " ".repeat(LABEL + 4), self.paint.faint("..."))?;
            }
        }
        Ok(())
    }

    fn sources(&mut self, analysis: &Analysis) -> io::Result<()> {
        if analysis.sources.is_empty() {
            return Ok(());
        }
        self.heading("Sources")?;
        let year = sources::common_year(&analysis.sources);
        let year = year.as_deref();
        let first = year.map_or_else(|| "First".to_owned(), |year| format!("First ({year})"));
        let heading = [
            "Host", "File", "Format", "Zone", &first, "Last", "Events", "Errors", "Warn", "Unparsed",
            "Covers",
        ];
        let span = Span::of(&analysis.totals, analysis.incident);
        let mut rows = vec![heading.map(str::to_owned)];
        let prefix = sources::common_folder(analysis.sources.iter().map(|source| &*source.path));
        rows.extend(analysis.sources.iter().map(|source| sources::row(source, prefix, year, span.as_ref())));
        if table::least_width(&rows, FILE) > self.table_width {
            self.source_list(&rows)?;
        } else {
            let right = [false, false, false, false, false, false, true, true, true, true, false];
            table::write(&rows, right, (FILE, self.table_width), self.out)?;
        }
        if let Some(span) = &span {
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&span.legend(), 2)))?;
        }
        for text in sources::zones(&analysis.sources) {
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(&text), 2)))?;
        }
        for text in sources::charsets(&analysis.sources) {
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(&text), 2)))?;
        }
        let totals = &analysis.totals;
        let text = format!(
            "{} of {} bytes are in a known format ({} of them below the first line of a message), {} are not.",
            grouped(totals.parsed),
            grouped(totals.bytes),
            grouped(totals.continuation),
            grouped(totals.unparsed)
        );
        writeln!(self.out, "{}", self.paint.faint(self.wrap(&text, 2)))
    }

    /// The table for a terminal that is too narrow for it: two lines a file.
    fn source_list(&mut self, rows: &[[String; 11]]) -> io::Result<()> {
        for [host, file, format, zone, first, last, events, errors, warnings, unparsed, covers] in
            rows.iter().skip(1)
        {
            let host = if host == "-" { String::new() } else { format!(" on {host}") };
            writeln!(self.out, "{}", self.unbroken(&format!("{file}{host}"), 2))?;
            let text = match events.as_str() {
                "0" => format.clone(),
                _ if first == "-" => format!("{format}, {events} events, {unparsed} unparsed"),
                _ => format!(
                    "{format}, zone {zone}, {first} to {last} {covers}, {events} events, {errors} errors, \
                     {warnings} warnings, {unparsed} unparsed"
                ),
            };
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&text, 6)))?;
        }
        Ok(())
    }

    fn cannot_tell(&mut self, analysis: &Analysis) -> io::Result<()> {
        let silent = silence(&analysis.signatures);
        let unchecked: Vec<&CheckResult> =
            analysis.checks.iter().filter(|check| check.answer == Outcome::CannotTell).collect();
        if analysis.cannot_tell.is_empty() && silent.is_empty() && unchecked.is_empty() {
            return Ok(());
        }
        self.heading("What this collection cannot answer, and what to collect")?;
        for one in &analysis.cannot_tell {
            self.question(&format!("{}: {}.", one.about, one.why), &one.advice)?;
        }
        // what was not collected in one sentence: the list of what to collect stands above it
        let (missing, silent): (Vec<_>, Vec<_>) =
            silent.into_iter().partition(|(doubt, _)| doubt.missing.is_some());
        if !missing.is_empty() {
            let ids: BTreeSet<&str> = missing.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
            let logs: Vec<String> = missing
                .iter()
                .filter_map(|(doubt, ids)| Some(format!("{} ({})", doubt.missing.as_ref()?, ids.len())))
                .collect();
            let known = counted(ids.len(), "known failure", "known failures");
            let advice = match missing.as_slice() {
                [(doubt, _)] => &doubt.advice,
                _ => "the JSON report says of each what to collect (signatures[].doubts)",
            };
            self.question(
                &format!("Whether {known} happened: no log was collected of {}.", logs.join(", ")),
                advice,
            )?;
        }
        for (InconclusiveReason { why, advice, .. }, ids) in silent {
            let some: Vec<&str> = ids.iter().take(NAMED).copied().collect();
            let more = if ids.len() > some.len() { ", ..." } else { "" };
            let known = counted(ids.len(), "known failure", "known failures");
            self.question(&format!("Whether {known} happened ({}{more}): {why}.", some.join(", ")), advice)?;
        }
        if !unchecked.is_empty() {
            let ids: Vec<&str> = unchecked.iter().map(|check| check.id.as_str()).collect();
            let text = format!(
                "Not in these files, so not checked: {}. The JSON report says of each what to look at.",
                ids.join(", ")
            );
            let text = self.wrap(&clean(&text), 4);
            writeln!(self.out, "  {} {}", self.paint.warning("?"), text.trim_start())?;
        }
        Ok(())
    }

    fn question(&mut self, question: &str, advice: &str) -> io::Result<()> {
        let text = self.wrap(&clean(question), 4);
        writeln!(self.out, "  {} {}", self.paint.warning("?"), text.trim_start())?;
        writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(advice), 4)))
    }

    fn warnings(&mut self, analysis: &Analysis) -> io::Result<()> {
        if analysis.warnings.is_empty() {
            return Ok(());
        }
        self.heading("Not read, or not wholly")?;
        for warning in &analysis.warnings {
            let text = self.wrap(&clean(&format!("{} {}", warning.path, warning.what)), 4);
            writeln!(self.out, "  {} {}", self.paint.warning("!"), text.trim_start())?;
            writeln!(self.out, "{}", self.paint.faint(self.wrap(&clean(&warning.advice), 4)))?;
        }
        Ok(())
    }
}

/// Writes one finding by itself, in a frame.
pub fn write_finding(finding: &Finding, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let rule = "-".repeat(look.width.min(FRAME));
    let mut page = PageWriter::new(look, out);
    let line = page.paint.severity(Some(finding.severity), &rule);
    write!(page.out, "{line}")?;
    page.head(1, finding)?;
    page.row("More", &format!("spoglight explain {}", finding.id))?;
    writeln!(page.out, "{line}")
}

/// Writes all that is known of a finding, as it stands in the report.
pub fn write_page(
    number: usize,
    finding: &Finding,
    look: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    PageWriter::new(look, out).finding(number, finding)
}

/// Writes what rules know more of a finding that was shown.
pub fn write_more(finding: &Finding, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let page = PageWriter::new(look, out);
    let word = severity_word(finding.severity);
    if let Some(note) = finding.notes.last() {
        let text = page.wrap(&clean(&format!("{}: {}", finding.id, note.text)), word.len() + 2);
        let word = page.paint.severity(Some(finding.severity), word);
        writeln!(page.out, "{word}  {}", text.trim_start())?;
    }
    Ok(())
}

/// Columns of the frame of a finding.
const FRAME: usize = 100;

/// Signatures whose silence says nothing, by the reason, with their ids; the most first.
fn silence(signatures: &[CheckResult]) -> Vec<(&InconclusiveReason, Vec<&str>)> {
    let mut reasons: BTreeMap<&InconclusiveReason, Vec<&str>> = BTreeMap::new();
    for judged in signatures {
        for doubt in &judged.doubts {
            reasons.entry(doubt).or_default().push(&judged.id);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(doubt, ids)| (std::cmp::Reverse(ids.len()), *doubt));
    reasons
}

/// A severity as it heads a finding.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "CRITICAL",
        Severity::High => "HIGH",
        Severity::Medium => "MEDIUM",
        Severity::Low => "LOW",
        Severity::Info => "INFO",
    }
}

/// How sure a match is, in a word.
pub(super) fn certainty(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

fn when(finding: &Finding) -> String {
    if finding.first.is_none() && finding.evidence.is_empty() {
        return String::new(); // no messages, but what many of them say together
    }
    let times = match finding.count {
        1 => "once".to_owned(),
        count => format!("{} times", grouped(count)),
    };
    let (Some(first), Some(last)) = (finding.first, finding.last) else {
        return format!("{}, none with a stamp", counted(finding.count as usize, "place", "places"));
    };
    let span = |zone| span(first, last, zone);
    match (first.is_utc(), &finding.zone) {
        (true, Some(zone)) => {
            let name = zone.name.as_deref().unwrap_or_default();
            format!("{} UTC ({} {name}), {times}", span(None), span(zone.rules))
        }
        (true, None) => format!("{} UTC, {times}", span(None)),
        (false, _) => format!("{} local time, zone unknown, {times}", span(None)),
    }
}

fn places(finding: &Finding) -> String {
    let mut files: Vec<&str> = Vec::new();
    for evidence in &finding.evidence {
        let file = file_name(&evidence.source);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    let files = files.join(", ");
    match (finding.hosts.is_empty(), files.is_empty()) {
        (true, _) => files,
        (false, true) => finding.hosts.join(", "),
        (false, false) => format!("{}: {files}", finding.hosts.join(", ")),
    }
}
