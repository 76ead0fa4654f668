//! Events around failures, and numbers of events over time.

use std::collections::VecDeque;
use std::io;

use spoglight_engine::Progress;
use spoglight_engine::collection::Collection;
use spoglight_engine::event::PlacedEvent;
use spoglight_engine::merge::MergeRequest;
use spoglight_model::analysis::Analysis;
use spoglight_parsers::Level;
use spoglight_source::SourceId;
use spoglight_time::Timestamp;
use spoglight_time::units::MINUTE;

use super::CaseOptions;
use crate::histogram::Histogram;

/// Nanoseconds before and after a failure whose events are shown.
const REACH: i64 = MINUTE;

/// Windows of a report.
const MOST_WINDOWS: usize = 12;

/// Bytes of text for each row that a report may have.
const ROW_TEXT: usize = 170;

/// Bytes of a row beside its text.
const ROW_MARKUP: usize = 130;

/// Characters of a message that are kept.
const MESSAGE: usize = 240;

/// Steps of time of a chart.
const STEPS: usize = 120;

/// The events around the first message of a finding, in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventWindow {
    /// Positions in [`Analysis::findings`] of the findings that begin in it.
    pub findings: Vec<usize>,
    /// The moment in its middle, in UTC nanoseconds.
    pub middle: i64,
    /// Its first moment, in UTC nanoseconds.
    pub from: i64,
    /// The first moment after it.
    pub to: i64,
    /// The events nearest to the middle.
    pub rows: Vec<EventRow>,
    /// Number of its events that are left out.
    pub left_out: u64,
}

/// An event of an [`EventWindow`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its moment.
    pub moment: Timestamp,
    /// Its source.
    pub source: SourceId,
    /// Its level.
    pub level: Level,
    /// Number of its first line, from 1.
    pub line: u64,
    /// Position of that line in its file, in bytes.
    pub offset: u64,
    /// Its message on one line, without secrets; a long one is cut.
    pub text: String,
    /// Lines of it that are not shown.
    pub more: usize,
}

impl EventRow {
    fn bytes(&self) -> usize {
        self.text.len() + ROW_MARKUP
    }
}

/// The windows of an analysis: around the first findings that have a time.
pub(super) fn windows(
    collection: &Collection<'_>,
    analysis: &Analysis,
    options: &CaseOptions,
) -> io::Result<Vec<EventWindow>> {
    let mut windows: Vec<EventWindow> = Vec::new();
    for (at, finding) in analysis.findings.iter().enumerate() {
        let Some(Timestamp::Utc(middle)) = finding.first else { continue };
        let near = windows.iter_mut().find(|window| (window.from..window.to).contains(&middle));
        if let Some(near) = near {
            near.findings.push(at);
        } else if windows.len() < MOST_WINDOWS && options.max_rows > 0 {
            let (from, to) = (middle.saturating_sub(REACH), middle.saturating_add(REACH + 1));
            windows.push(EventWindow { findings: vec![at], middle, from, to, rows: Vec::new(), left_out: 0 });
        }
    }
    let rows = options.max_rows / windows.len().max(1);
    for window in &mut windows {
        window.read(collection, rows, options.threads)?;
    }
    Ok(windows)
}

impl EventWindow {
    /// Reads its events, of which it keeps at most `most`: half of them before the middle.
    fn read(&mut self, collection: &Collection<'_>, most: usize, threads: usize) -> io::Result<()> {
        let bytes = most * ROW_TEXT;
        let (mut before, mut before_bytes) = (VecDeque::new(), 0);
        let (mut after, mut after_bytes) = (Vec::new(), 0);
        let (mut left_out, mut is_full) = (0, false);
        each(collection, (self.from, self.to), threads, &mut |row| {
            let size = row.bytes();
            if row.moment.nanos() < self.middle {
                before_bytes += size;
                before.push_back(row);
                while before.len() > most / 2 || before_bytes > bytes / 2 {
                    let Some(first) = before.pop_front() else { break };
                    before_bytes -= EventRow::bytes(&first);
                    left_out += 1;
                }
            } else if !is_full
                && before.len() + after.len() < most
                && before_bytes + after_bytes + size <= bytes
            {
                after_bytes += size;
                after.push(row);
            } else {
                is_full = true; // rows that follow each other
                left_out += 1;
            }
        })?;
        self.rows = before.into_iter().chain(after).collect();
        self.left_out = left_out;
        Ok(())
    }
}

/// Passes the events of a window on, in order, each event that several files have once.
pub(crate) fn each(
    collection: &Collection<'_>,
    (from, to): (i64, i64),
    threads: usize,
    use_it: &mut dyn FnMut(EventRow),
) -> io::Result<()> {
    let wanted = MergeRequest { from: Some(from), to: Some(to), once: true, ..MergeRequest::default() };
    let render = |event: &PlacedEvent<'_>, out: &mut Vec<u8>| {
        let (text, more) = event.summary(false);
        let (line, offset) = event.source.shown_position(event.line, event.offset);
        out.extend([line, offset, more as u64].into_iter().flat_map(u64::to_le_bytes));
        let text = match text.char_indices().nth(MESSAGE) {
            Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default()),
            None => text,
        };
        out.extend(text.as_bytes());
    };
    collection.merge(&wanted, threads, &(), &render, &mut |event, packed| {
        let (numbers, _) = packed.as_chunks::<8>();
        let [line, offset, more, ..] = numbers else { return Ok(()) };
        let text = packed.get(3 * size_of::<u64>()..).unwrap_or_default();
        if let Some(moment) = event.moment {
            use_it(EventRow {
                moment,
                source: event.source,
                level: event.level,
                line: u64::from_le_bytes(*line),
                offset: u64::from_le_bytes(*offset),
                text: String::from_utf8_lossy(text).into_owned(),
                more: u64::from_le_bytes(*more) as usize,
            });
        }
        Ok(())
    })?;
    Ok(())
}

/// Length of a step in nanoseconds, the steps with their numbers of events, and the number of events without a known time.
pub(super) type Activity = (i64, Vec<(i64, [u64; Level::COUNT])>, u64);

/// The numbers of all events over time.
pub(super) fn activity(
    collection: &Collection<'_>,
    threads: usize,
    progress: &dyn Progress,
) -> io::Result<Activity> {
    let totals = &collection.totals;
    let Some((first, last)) = totals.first.zip(totals.last) else { return Ok((0, Vec::new(), 0)) };
    let mut histogram = Histogram::new(first.nanos(), last.nanos(), STEPS, 0);
    let mut unplaced = 0;
    let wanted = MergeRequest { any_order: true, ..MergeRequest::default() };
    collection.merge(&wanted, threads, progress, &|_, _| {}, &mut |event, _| {
        match event.moment {
            Some(Timestamp::Utc(utc)) => histogram.add(utc, event.level),
            _ => unplaced += 1,
        }
        Ok(())
    })?;
    Ok((histogram.step(), histogram.rows().collect(), unplaced))
}
