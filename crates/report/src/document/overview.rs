//! The list of findings: one line each, so that the first screen shows all of them.

use spoglight_model::analysis::{Analysis, Finding};
use spoglight_text::humanize::{counted, grouped};
use spoglight_time::{Timestamp, Zone};

use super::bounds::{self, ITEMS};
use super::view::{Detail, ReportView};
use super::{Column, Node, RichText, Style, Table, TableRow};

/// Findings from which on a list is worth its lines: a single one is the verdict above it.
const LISTED: usize = 2;

/// The list of the findings of a view, and how to see more of them.
pub(super) fn nodes(analysis: &Analysis, view: &ReportView) -> Vec<Node> {
    if analysis.findings.len() < LISTED {
        return Vec::new();
    }
    let times = Times::new(&analysis.findings);
    let columns = vec![
        Column::number("#"),
        Column { style: Style::Severity(None), ..Column::text("Severity") },
        Column::text(times.title()),
        Column::text("Server"),
        Column::sentence("Finding"),
        Column::number("Messages"),
        Column::text("Explains"),
    ];
    let rows: Vec<TableRow> =
        view.findings(analysis).take(ITEMS).map(|(number, finding)| row(number, finding, &times)).collect();
    let hidden = analysis.findings.len() - view.findings(analysis).count();
    let below = (hidden > 0).then(|| {
        let findings = counted(hidden, "finding is", "findings are");
        faint(&format!("{findings} below the severity of --min-severity, or not chosen"))
    });
    let more = bounds::more(view.findings(analysis).count(), ITEMS, "findings");
    let list = std::iter::once(Node::Table(Table { columns, rows, is_bare: true }));
    list.chain(more).chain(below).chain(next(analysis, view, &times)).collect()
}

/// How to see more, and the zone of the times.
fn next(analysis: &Analysis, view: &ReportView, times: &Times) -> Option<Node> {
    let first = view.findings(analysis).next().map(|(number, _)| number)?;
    let how = match view.detail {
        Detail::List => "Details: `--only N` for finding N, `--full` for all".to_owned(),
        Detail::First => format!("Finding {first} follows; `--only N` for finding N, `--full` for all"),
        Detail::All | Detail::Chosen => return times.note().map(|note| faint(&note)),
    };
    Some(faint(&times.note().map_or_else(|| format!("{how}."), |note| format!("{how}. {note}"))))
}

fn faint(text: &str) -> Node {
    Node::paragraph(RichText::prose_in(Style::Faint, text))
}

fn row(number: usize, finding: &Finding, times: &Times) -> TableRow {
    let servers = match finding.hosts.as_slice() {
        [] => "-".to_owned(),
        [one] => bounds::name(one).into_owned(),
        [first, rest @ ..] => format!("{} +{}", bounds::name(first), rest.len()),
    };
    let messages = if finding.count > 0 { format!("{}x", grouped(finding.count)) } else { String::new() };
    let explained = match finding.related.len() {
        0 => String::new(),
        count => format!("+{count}"),
    };
    let severity = finding.severity.word();
    let narrow = RichText::styled(Style::Severity(Some(finding.severity)), format!("{number} {severity}"));
    let cells = vec![
        number.to_string(),
        severity.to_owned(),
        times.span(finding),
        servers,
        finding.title.clone(),
        messages,
        explained,
    ];
    let narrow = vec![narrow.and(Style::Plain, format!(" {}", finding.title))];
    TableRow { cells, narrow, severity: Some(finding.severity) }
}

/// How the list writes times: in the zone of the servers if they have one, without the date if all have the same.
struct Times<'a> {
    zone: Option<&'a Zone>,
    day: Option<String>,
}

impl<'a> Times<'a> {
    fn new(findings: &'a [Finding]) -> Times<'a> {
        let mut zones = findings.iter().filter_map(|finding| finding.zone.as_deref());
        let first = zones.next().filter(|zone| zone.rules.is_some());
        let zone = first.filter(|first| zones.all(|zone| zone.name == first.name));
        let mut times = Times { zone, day: None };
        let mut days =
            findings.iter().flat_map(|one| [one.first, one.last]).flatten().map(|at| times.day(at));
        let day = days.next().filter(|day| days.all(|other| other == *day));
        drop(days);
        times.day = day;
        times
    }

    fn wall(&self, at: Timestamp) -> String {
        at.on_the_wall(self.zone.and_then(|zone| zone.rules))
    }

    fn day(&self, at: Timestamp) -> String {
        self.wall(at).get(..10).unwrap_or_default().to_owned()
    }

    fn title(&self) -> String {
        self.day.as_ref().map_or_else(|| "When".to_owned(), |day| format!("When ({day})"))
    }

    /// The note on the zone; `None` if the times have a mark for UTC.
    fn note(&self) -> Option<String> {
        let name = self.zone?.name.as_deref()?;
        Some(format!("Times are local: {name}."))
    }

    /// The times of a finding to the minute.
    fn span(&self, finding: &Finding) -> String {
        let (Some(first), Some(last)) = (finding.first, finding.last) else { return "-".to_owned() };
        let mark = match (first.is_utc(), self.zone) {
            (true, None) => "Z",
            (true, Some(_)) => "",
            (false, _) => "?",
        };
        let (first, last) = (self.wall(first), self.wall(last));
        // to the minute, from the month on if there are several days
        let from = if self.day.is_some() { 11 } else { 5 };
        let minute = |text: &str, from: usize| text.get(from..16).unwrap_or_default().to_owned();
        let same_day = first.get(..10) == last.get(..10);
        let (begin, end) = (minute(&first, from), minute(&last, if same_day { 11 } else { 5 }));
        let is_one = first.get(..16) == last.get(..16);
        if is_one { format!("{begin}{mark}") } else { format!("{begin}-{end}{mark}") }
    }
}
