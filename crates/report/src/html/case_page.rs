//! The page of an analysis: verdict, findings with their evidence, charts, events, and how it was made.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::LazyLock;

use askama::Template;
use spoglight_engine::ExcerptLine;
use spoglight_model::analysis::{Analysis, Evidence, SourceFacts};
use spoglight_parsers::Level;
use spoglight_source::{FileDigest, SourceId, sha256_of};
use spoglight_text::humanize::grouped;
use spoglight_time::Timestamp;

use super::charts::{self, Chart, Ladder};
use super::nodes::{HeadingLine, Nodes, level_class, severity_class};
use super::{POLICY, SCRIPT, STYLE};
use crate::case::{CaseFile, EventWindow};
use crate::document::bounds::{self, ITEMS, ROWS};
use crate::document::words::{bytes, marked, to_second};
use crate::document::{self, AnalysisParts, Node};
use crate::report::AnalysisReport;

/// Lines of an excerpt after its line that are always visible.
const VISIBLE_AFTER: usize = 4;

/// The page of an analysis.
#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    title: String,
    analysis: &'a Analysis,
    case: &'a CaseFile,
    parts: AnalysisParts,
    findings: Vec<FindingView>,
    more_findings: Option<Node>,
    /// Findings that the user left out.
    not_chosen: usize,
    unrecognized: Vec<UnrecognizedView>,
    charts: Vec<Chart>,
    ladder: Option<Ladder>,
    windows: Vec<WindowView>,
    sources: Vec<SourceLine>,
    more_sources: Option<String>,
}

/// A finding.
struct FindingView {
    anchor: String,
    number: usize,
    title: String,
    severity: &'static str,
    class: &'static str,
    count: u64,
    first: String,
    hosts: String,
    explains: usize,
    /// When, where, cause and fix.
    head: Vec<Node>,
    evidence: Vec<EvidenceView>,
    /// How to confirm it, what it explains, references.
    rest: Vec<Node>,
    /// Number of the window of events that it begins in, from 1.
    window: Option<usize>,
}

/// A line that proves something, with the lines around it.
struct EvidenceView {
    anchor: String,
    source: String,
    source_anchor: String,
    line: u64,
    event_line: u64,
    offset: Option<u64>,
    time: String,
    above: Vec<ExcerptLine>,
    visible: Vec<ExcerptLine>,
    folded: Vec<ExcerptLine>,
    /// Whether the lines were read from the source for this report, and not only quoted.
    is_read: bool,
}

/// Errors or warnings that match no signature.
struct UnrecognizedView {
    level: &'static str,
    class: &'static str,
    count: u64,
    times: String,
    hosts: String,
    evidence: EvidenceView,
}

/// The events around a failure.
struct WindowView {
    number: usize,
    title: String,
    from: i64,
    to: i64,
    left_out: u64,
    /// The logs of its events: index among all sources, number in this window, name, anchor.
    logs: Vec<(usize, usize, String, String)>,
    rows: Vec<RowView>,
}

/// An event of a window.
struct RowView {
    source: usize,
    log: usize,
    line: u64,
    offset: u64,
    time: String,
    level: &'static str,
    class: &'static str,
    host: String,
    text: String,
    more: usize,
    /// The evidence that it is; empty if it is none.
    evidence: String,
    anchor: String,
}

/// A source.
struct SourceLine {
    index: usize,
    anchor: String,
    host: String,
    path: String,
    format: String,
    zone: String,
    zone_evidence: String,
    first: String,
    last: String,
    events: String,
    errors: String,
    warnings: String,
    unparsed: String,
}

/// What a page shows of an analysis whose sources were not read again.
static NO_CASE: LazyLock<CaseFile> = LazyLock::new(CaseFile::default);

/// Writes the page of an analysis with what was read beside it.
pub fn write(report: &AnalysisReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    page(report).write_into(&mut &mut *out)
}

fn page<'a>(report: &AnalysisReport<'a>) -> CasePage<'a> {
    let (analysis, case) = (report.analysis, report.case.unwrap_or(&NO_CASE));
    let mut anchors = Anchors::default();
    let names: Vec<String> =
        analysis.findings.iter().map(|finding| anchors.unique(format!("f-{}", finding.id))).collect();
    let mut findings = Vec::new();
    let shown = report.view.findings(analysis).count();
    for (number, finding) in report.view.findings(analysis).take(ITEMS) {
        let at = number - 1;
        let anchor = names.get(at).map_or("", String::as_str);
        let (head, rest) = document::finding::parts(finding);
        let evidence = finding.evidence.iter().map(|one| EvidenceView::of(one, case, &mut anchors)).collect();
        findings.push(FindingView {
            anchor: anchor.to_owned(),
            number,
            title: finding.title.clone(),
            severity: finding.severity.word(),
            class: severity_class(Some(finding.severity)),
            count: finding.count,
            first: marked(finding.first),
            hosts: bounds::names(&finding.hosts),
            explains: finding.related.len(),
            head,
            evidence,
            rest,
            window: case.windows.iter().position(|window| window.findings.contains(&at)).map(|at| at + 1),
        });
    }
    let errors = analysis.unrecognized.shown.iter().chain(&analysis.unrecognized.shown_warnings);
    let unrecognized = errors
        .map(|error| UnrecognizedView {
            level: error.level,
            class: level_class(Level::from_word(error.level.as_bytes())),
            count: error.count,
            times: match (error.first, error.last) {
                (Some(first), Some(last)) if first != last => {
                    format!("{} to {}", marked(Some(first)), marked(Some(last)))
                }
                (first, _) => marked(first),
            },
            hosts: bounds::names(&error.hosts),
            evidence: EvidenceView::of(&error.example, case, &mut anchors),
        })
        .collect();
    let proofs: BTreeMap<(SourceId, u64), String> = anchors.proofs.clone();
    let windows: Vec<WindowView> = case
        .windows
        .iter()
        .zip(1..)
        .map(|(window, number)| WindowView::of(window, number, analysis, &proofs))
        .collect();
    let all = [charts::activity(analysis, case), charts::coverage(analysis), charts::findings(analysis)];
    let row_link = |at: usize| format!("#w-1-{at}");
    let ladder = case.windows.first().and_then(|window| charts::ladder(window, &analysis.sources, &row_link));
    let used: BTreeSet<usize> = windows
        .iter()
        .flat_map(|window| window.logs.iter().map(|log| log.0))
        .chain(proofs.keys().map(|(source, _)| source.index()))
        .collect();
    let is_listed = |at: &usize| *at < ROWS || used.contains(at);
    let sources: Vec<SourceLine> =
        (0..analysis.sources.len()).filter(is_listed).filter_map(|at| SourceLine::of(analysis, at)).collect();
    let more = analysis.sources.len() - sources.len();
    CasePage {
        title: format!("spoglight: {}", bounds::names(&analysis.inputs)),
        analysis,
        case,
        parts: document::parts(analysis),
        findings,
        more_findings: bounds::more(shown, ITEMS, "findings"),
        not_chosen: analysis.findings.len() - shown,
        unrecognized,
        charts: all.into_iter().flatten().collect(),
        ladder,
        windows,
        sources,
        more_sources: (more > 0).then(|| format!("and {} more files", grouped(more as u64))),
    }
}

impl CasePage<'_> {
    fn verdict(&self) -> HeadingLine<'_> {
        HeadingLine { heading: &self.parts.heading, level: 1 }
    }

    fn incident(&self) -> Option<String> {
        self.analysis.incident.map(|incident| marked(Some(incident)))
    }

    fn program(&self) -> String {
        format!("spoglight {}, {}", self.analysis.version, self.analysis.library)
    }

    fn inputs(&self) -> &[FileDigest] {
        self.case.inputs.get(..ROWS.min(self.case.inputs.len())).unwrap_or_default()
    }

    /// The number of input files that are not listed.
    fn more_inputs(&self) -> usize {
        self.case.inputs.len() - self.inputs().len()
    }
}

/// Fragments of a page: each is used once.
#[derive(Default)]
struct Anchors {
    used: BTreeMap<String, usize>,
    /// Fragments of evidence by source and line of its message.
    proofs: BTreeMap<(SourceId, u64), String>,
}

impl Anchors {
    fn unique(&mut self, anchor: String) -> String {
        let count = self.used.entry(anchor.clone()).or_default();
        *count += 1;
        if *count == 1 { anchor } else { format!("{anchor}-{count}") }
    }
}

/// The fragment of a source.
fn source_anchor(path: &str) -> String {
    let sum = sha256_of(path.as_bytes());
    format!("s-{}", sum.get(..10).unwrap_or(&sum))
}

impl EvidenceView {
    fn of(evidence: &Evidence, case: &CaseFile, anchors: &mut Anchors) -> EvidenceView {
        let source_anchor = source_anchor(&evidence.source);
        let name = format!("e{}-{}", source_anchor.get(1..).unwrap_or_default(), evidence.line);
        let anchor = anchors.unique(name);
        anchors.proofs.entry((evidence.source.id, evidence.event_line)).or_insert_with(|| anchor.clone());
        let excerpt = case.excerpt(evidence);
        let quoted =
            [ExcerptLine { number: evidence.line, is_hit: true, text: evidence.text.trim_end().to_owned() }];
        let lines = excerpt.map_or(&quoted[..], |excerpt| &excerpt.lines);
        let hit = lines.iter().position(|line| line.is_hit).unwrap_or(0);
        let end = (hit + 1 + VISIBLE_AFTER).min(lines.len());
        // a message of many lines whose cause is far below its first line
        let start = if hit <= 4 { 0 } else { hit - 3 };
        let part = |range: std::ops::Range<usize>| lines.get(range).unwrap_or_default().to_vec();
        EvidenceView {
            anchor,
            source: bounds::name(&evidence.source).into_owned(),
            source_anchor,
            line: evidence.line,
            event_line: evidence.event_line,
            offset: (evidence.line == 1 || evidence.offset > 0).then_some(evidence.offset),
            time: evidence.time.map_or_else(String::new, |time| time.to_string()),
            above: part(0..start),
            visible: part(start..end),
            folded: part(end..lines.len()),
            is_read: excerpt.is_some(),
        }
    }
}

impl EvidenceView {
    /// Its line, for the heading of what is folded.
    fn summary(&self) -> &str {
        self.visible.iter().find(|line| line.is_hit).map_or("", |line| line.text.trim())
    }
}

impl WindowView {
    fn of(
        window: &EventWindow,
        number: usize,
        analysis: &Analysis,
        proofs: &BTreeMap<(SourceId, u64), String>,
    ) -> WindowView {
        let mut logs: Vec<(usize, usize, String, String)> = Vec::new();
        let mut rows = Vec::new();
        for (at, row) in window.rows.iter().enumerate() {
            let index = row.source.index();
            let Some(facts) = analysis.sources.get(index) else { continue };
            let log = logs.iter().position(|log| log.0 == index).unwrap_or_else(|| {
                let name = bounds::name(&facts.path).into_owned();
                logs.push((index, logs.len() + 1, name, source_anchor(&facts.path)));
                logs.len() - 1
            });
            let time = row.moment.on_the_wall(None);
            rows.push(RowView {
                source: index,
                log: log + 1,
                line: row.line,
                offset: row.offset,
                time: time.get(11..23).unwrap_or(&time).to_owned(),
                level: if row.level == Level::None { "" } else { row.level.name() },
                class: level_class(row.level),
                host: facts.host.as_deref().map_or_else(String::new, |host| bounds::name(host).into_owned()),
                text: row.text.clone(),
                more: row.more,
                evidence: proofs.get(&(row.source, row.line)).cloned().unwrap_or_default(),
                anchor: if number == 1 { format!("w-1-{at}") } else { String::new() },
            });
        }
        let titles: Vec<String> = window.findings.iter().map(|finding| (finding + 1).to_string()).collect();
        let noun = if titles.len() == 1 { "finding" } else { "findings" };
        let middle = to_second(Timestamp::Utc(window.middle));
        WindowView {
            number,
            title: format!("{middle} UTC: {noun} {}", bounds::names(&titles)),
            from: window.from,
            to: window.to,
            left_out: window.left_out,
            logs,
            rows,
        }
    }
}

impl SourceLine {
    fn of(analysis: &Analysis, index: usize) -> Option<SourceLine> {
        let source: &SourceFacts = analysis.sources.get(index)?;
        let name = |text: &str| bounds::name(text).into_owned();
        Some(SourceLine {
            index,
            anchor: source_anchor(&source.path),
            host: source.host.as_deref().map_or_else(|| "-".to_owned(), name),
            path: name(&source.path),
            format: match &source.format {
                Some(format) => format.to_string(),
                None if source.bytes == 0 => "empty".to_owned(),
                None => "not text".to_owned(),
            },
            zone: match (&source.zone.name, source.first) {
                (Some(zone), _) => zone.clone(),
                (None, Some(_)) => "unknown".to_owned(),
                (None, None) => "-".to_owned(),
            },
            zone_evidence: source.zone.evidence.to_string(),
            first: marked(source.first),
            last: marked(source.last),
            events: grouped(source.events),
            errors: grouped(source.levels.sum(&[Level::Fatal, Level::Error])),
            warnings: grouped(source.levels.sum(&[Level::Warn])),
            unparsed: bytes(source.unparsed),
        })
    }
}
