//! Charts of a page as numbers for its templates: positions in a drawing of 1000 units width, and the same as a table.

use spoglight_diagnosis::rotation_set::sets;
use spoglight_model::analysis::{Analysis, Finding, SourceFacts};
use spoglight_parsers::Level;
use spoglight_text::humanize::{counted, grouped};
use spoglight_time::Timestamp;

use super::axis::{Axis, Tick};
use super::nodes::level_class;
use crate::case::{CaseFile, EventWindow};
use crate::document::bounds;
use crate::document::words::{marked, to_second};
use crate::histogram::kinds;

/// Units of the width of a drawing.
pub(super) const WIDTH: i64 = 1000;

/// Units for the labels at its left.
const LABELS: i64 = 300;

/// Units of a row.
const ROW: i64 = 18;

/// Units of the bars of events.
const BARS: i64 = 120;

/// Rows of a chart.
const ROWS: usize = 60;

/// Steps of a ladder.
const STEPS: usize = 40;

/// Characters of a label.
const LABEL: usize = 42;

/// A bar of a chart.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) class: &'static str,
}

/// A moment in a chart.
pub(super) struct Mark {
    pub(super) x: i64,
    pub(super) class: &'static str,
}

/// A line of text in a chart.
pub(super) struct Label {
    pub(super) y: i64,
    pub(super) text: String,
}

/// A chart: what is drawn, and the same as a table.
pub(super) struct Chart {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What it shows, in a sentence.
    pub(super) summary: String,
    pub(super) height: i64,
    pub(super) bars: Vec<Bar>,
    pub(super) labels: Vec<Label>,
    pub(super) ticks: Vec<Tick>,
    /// First messages of findings.
    pub(super) marks: Vec<Mark>,
    /// Position of the incident.
    pub(super) incident: Option<i64>,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    /// Remark on what is left out; may be empty.
    pub(super) note: String,
}

impl Chart {
    pub(super) fn axis_y(&self) -> i64 {
        self.height - 8
    }

    pub(super) fn plot(&self) -> i64 {
        self.height - 24
    }
}

fn incident_x(analysis: &Analysis, axis: Axis) -> Option<i64> {
    let incident = analysis.incident.filter(|incident| incident.is_utc())?;
    Some(axis.x(incident.nanos()))
}

/// The name of a log, with its server if the name does not contain it.
fn named(host: Option<&str>, file: &str) -> String {
    match host.filter(|host| !file.contains(*host)) {
        Some(host) => format!("{host} {file}"),
        None => file.to_owned(),
    }
}

/// A label of a chart: the end of a long one.
fn label(text: &str) -> String {
    let count = text.chars().count();
    match count.checked_sub(LABEL) {
        Some(more) if more > 0 => format!("…{}", text.chars().skip(more + 1).collect::<String>()),
        _ => text.to_owned(),
    }
}

/// Events over time by level.
pub(super) fn activity(analysis: &Analysis, case: &CaseFile) -> Option<Chart> {
    let axis = Axis::of(analysis, 60)?;
    let rows: Vec<(i64, [u64; 4])> =
        case.activity.iter().map(|(start, counts)| (*start, kinds(*counts))).collect();
    let most = rows.iter().map(|(_, counts)| counts.iter().sum::<u64>()).max().filter(|most| *most > 0)?;
    let mut bars = Vec::new();
    for (start, counts) in &rows {
        let (x, end) = (axis.x(*start), axis.x(start.saturating_add(case.step)));
        let mut y = BARS + 12;
        for (count, class) in counts.iter().zip(["bar-error", "bar-warn", "bar-info", "bar-other"]) {
            // an error is always visible
            let height = (u128::from(*count) * BARS as u128 / u128::from(most)) as i64;
            let height = if *count > 0 { height.max(1) } else { 0 };
            if height > 0 {
                y -= height;
                bars.push(Bar { x, y, width: (end - x - 1).max(1), height, class });
            }
        }
    }
    let total = |kind: usize| rows.iter().filter_map(|(_, counts)| counts.get(kind)).sum::<u64>();
    let rows = rows.iter().filter(|(_, counts)| counts.iter().sum::<u64>() > 0).map(|(start, counts)| {
        let time = to_second(Timestamp::Utc(*start));
        std::iter::once(time).chain(counts.iter().map(|count| grouped(*count))).collect()
    });
    let unplaced = counted(case.unplaced as usize, "event has", "events have");
    let mark = |finding: &Finding| {
        let first = finding.first.filter(|first| first.is_utc())?;
        Some(Mark { x: axis.x(first.nanos()), class: finding.severity.bar() })
    };
    Some(Chart {
        id: "chart-activity",
        title: "Events over time".to_owned(),
        summary: format!(
            "{} errors, {} warnings, {} information and {} other events; the highest bar has {} events; a triangle is the \
             first message of a finding",
            grouped(total(0)),
            grouped(total(1)),
            grouped(total(2)),
            grouped(total(3)),
            grouped(most)
        ),
        height: BARS + 38,
        bars,
        marks: analysis.findings.iter().take(ROWS).filter_map(mark).collect(),
        labels: vec![Label { y: 20, text: grouped(most) }],
        ticks: axis.ticks(),
        incident: incident_x(analysis, axis),
        columns: vec!["From (UTC)", "Errors", "Warnings", "Information", "Other"],
        rows: rows.collect(),
        note: if case.unplaced > 0 {
            format!("{unplaced} no known time and are left out.")
        } else {
            String::new()
        },
    })
}

/// The time that each log covers.
pub(super) fn coverage(analysis: &Analysis) -> Option<Chart> {
    let axis = Axis::of(analysis, LABELS)?;
    let logs = sets(&analysis.sources);
    let has_time = |file: &&&SourceFacts| file.first.is_some_and(Timestamp::is_utc);
    let shown: Vec<_> = logs.iter().filter(|log| log.files.iter().any(|file| has_time(&file))).collect();
    let (mut bars, mut labels, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (log, number) in shown.iter().take(ROWS).zip(0..) {
        let y = number * ROW;
        let name = log.name.rsplit(['/', '!']).next().unwrap_or(log.name);
        let text = named(log.host, name);
        labels.push(Label { y: y + 13, text: label(&text) });
        let (mut first, mut last) = (None, None);
        for file in log.files.iter().filter(has_time) {
            let Some((from, to)) = file.first.zip(file.last) else { continue };
            let x = axis.x(from.nanos());
            let width = (axis.x(to.nanos()) - x).max(2);
            bars.push(Bar { x, y: y + 3, width, height: ROW - 6, class: "bar-cover" });
            first = Some(first.map_or(from, |first: Timestamp| first.earlier(from)));
            last = Some(last.map_or(to, |last: Timestamp| last.later(to)));
        }
        let covers = analysis.incident.map_or_else(String::new, |incident| {
            let covers = log.files.iter().any(|file| file.covers(incident));
            if covers { "yes" } else { "no" }.to_owned()
        });
        rows.push(vec![
            bounds::name(&text).into_owned(),
            marked(first),
            marked(last),
            log.files.len().to_string(),
            covers,
        ]);
    }
    let more = logs.len() - labels.len();
    let logs_left = counted(more, "log is", "logs are");
    Some(Chart {
        id: "chart-coverage",
        title: "Time that each log covers".to_owned(),
        summary: format!("{} with a known time", counted(labels.len(), "log", "logs")),
        height: labels.len() as i64 * ROW + 28,
        bars,
        marks: Vec::new(),
        labels,
        ticks: axis.ticks(),
        incident: incident_x(analysis, axis),
        columns: vec!["Log", "First", "Last", "Files", "Covers the incident"],
        rows,
        note: if more > 0 {
            format!("{logs_left} not drawn: without a known time, or beyond {ROWS}.")
        } else {
            String::new()
        },
    })
}

/// The findings over time.
pub(super) fn findings(analysis: &Analysis) -> Option<Chart> {
    let axis = Axis::of(analysis, LABELS)?;
    let (mut bars, mut labels, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let timed = analysis.findings.iter().zip(1..).filter_map(|(finding, number)| {
        let (first, last) = finding.first.zip(finding.last)?;
        first.is_utc().then_some((number, finding, first, last))
    });
    for ((number, finding, first, last), row) in timed.take(ROWS).zip(0..) {
        let y = row * ROW;
        let text = format!("{number}. {}", finding.id);
        labels.push(Label { y: y + 13, text: label(&text) });
        let x = axis.x(first.nanos());
        let width = (axis.x(last.nanos()) - x).max(4);
        bars.push(Bar { x, y: y + 3, width, height: ROW - 6, class: finding.severity.bar() });
        rows.push(vec![
            number.to_string(),
            finding.title.clone(),
            finding.severity.word().to_owned(),
            marked(Some(first)),
            marked(Some(last)),
            grouped(finding.count),
        ]);
    }
    if rows.is_empty() {
        return None;
    }
    let more = analysis.findings.len() - rows.len();
    let findings_left = counted(more, "finding is", "findings are");
    Some(Chart {
        id: "chart-findings",
        title: "Findings over time".to_owned(),
        summary: format!("{} with a known time", counted(rows.len(), "finding", "findings")),
        height: rows.len() as i64 * ROW + 28,
        bars,
        marks: Vec::new(),
        labels,
        ticks: axis.ticks(),
        incident: incident_x(analysis, axis),
        columns: vec!["Number", "Finding", "Severity", "First", "Last", "Messages"],
        rows,
        note: if more > 0 {
            format!("{findings_left} not drawn: without a known time, or beyond {ROWS}.")
        } else {
            String::new()
        },
    })
}

trait BarClass {
    fn bar(self) -> &'static str;
}

impl BarClass for spoglight_signatures::Severity {
    fn bar(self) -> &'static str {
        use spoglight_signatures::Severity;
        match self {
            Severity::Critical => "bar-critical",
            Severity::High => "bar-high",
            Severity::Medium => "bar-medium",
            Severity::Low | Severity::Info => "bar-low",
        }
    }
}

/// A ladder: errors and warnings around a failure, in the order of time, with a column for each log.
pub(super) struct Ladder {
    pub(super) title: String,
    pub(super) width: i64,
    pub(super) height: i64,
    pub(super) lanes: Vec<Lane>,
    pub(super) steps: Vec<Step>,
    pub(super) note: String,
}

/// A log of a ladder.
pub(super) struct Lane {
    pub(super) x: i64,
    pub(super) name: String,
    pub(super) number: usize,
}

/// An event of a ladder.
pub(super) struct Step {
    pub(super) y: i64,
    pub(super) x: i64,
    /// Lane of the step before.
    pub(super) from: i64,
    pub(super) time: String,
    pub(super) class: &'static str,
    pub(super) lane: String,
    pub(super) text: String,
    pub(super) link: String,
}

/// Units between two lanes.
const LANE: i64 = 60;

/// Lanes of a ladder.
const LANES: usize = 12;

/// The ladder of a window; `None` if fewer than two logs have errors or warnings in it.
pub(super) fn ladder(
    window: &EventWindow,
    sources: &[SourceFacts],
    row_link: &dyn Fn(usize) -> String,
) -> Option<Ladder> {
    let is_shown = |level: Level| matches!(level, Level::Fatal | Level::Error | Level::Warn);
    let rows: Vec<_> = window.rows.iter().enumerate().filter(|(_, row)| is_shown(row.level)).collect();
    let middle = rows.partition_point(|(_, row)| row.moment.nanos() < window.middle);
    // the steps nearest to the failure
    let start = middle.saturating_sub(STEPS / 2).min(rows.len().saturating_sub(STEPS));
    let near = rows.get(start..(start + STEPS).min(rows.len())).unwrap_or_default();
    let mut lanes: Vec<Lane> = Vec::new();
    let (mut names, mut steps, mut from) = (Vec::new(), Vec::new(), None);
    for (at, row) in near {
        let facts = sources.get(row.source.index())?;
        let file = facts.path.rsplit(['/', '!']).next().unwrap_or(&facts.path);
        let name = named(facts.host.as_deref(), file);
        let known = names.iter().position(|known| *known == name);
        let lane = match known {
            Some(lane) => lane,
            None if names.len() < LANES => {
                let x = 110 + names.len() as i64 * LANE;
                names.push(name.clone());
                lanes.push(Lane { x, name: bounds::name(&name).into_owned(), number: names.len() });
                names.len() - 1
            }
            None => continue,
        };
        let x = lanes.get(lane)?.x;
        let time = to_second(row.moment);
        let wall = row.moment.on_the_wall(None);
        steps.push(Step {
            y: 40 + steps.len() as i64 * ROW,
            x,
            from: from.unwrap_or(x),
            time: wall.get(11..23).unwrap_or(&time).to_owned(),
            class: level_class(row.level),
            lane: (lane + 1).to_string(),
            text: row.text.chars().take(120).collect(),
            link: row_link(*at),
        });
        from = Some(x);
    }
    if lanes.len() < 2 {
        return None;
    }
    let more = rows.len() - steps.len();
    Some(Ladder {
        title: "Errors and warnings around the first failure, by log".to_owned(),
        width: 110 + lanes.len() as i64 * LANE,
        height: 40 + steps.len() as i64 * ROW,
        lanes,
        steps,
        note: if more > 0 {
            format!("{} more, further away in time or in other logs, are not drawn.", grouped(more as u64))
        } else {
            String::new()
        },
    })
}
