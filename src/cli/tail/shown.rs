//! What a tail writes: events, findings as they appear, come again and are probably over, and the summary.

use std::io::{self, Write};

use chrono_tz::Tz;
use serde_json::json;
use spoglight_model::analysis::Finding;
use spoglight_report::document::{Document, live};
use spoglight_report::events::{DayLines, ShownZone};
use spoglight_report::{RenderOptions, json, render};
use spoglight_tail::{Again, Resolved, Shown as News};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;

use super::Run;
use crate::cli::calls::CallNews;
use crate::cli::output::{self, Label};

impl Run<'_, '_> {
    /// Writes new events and findings.
    pub(super) fn show(
        &mut self,
        look: &RenderOptions,
        days: &mut Option<DayLines>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let shown = self.tail.shown();
        if shown.is_empty() {
            return Ok(());
        }
        for one in shown {
            match one {
                News::Event(text) => match days {
                    Some(days) => days.write(&text, out)?,
                    None => out.write_all(&text)?,
                },
                News::Finding { finding, number } => {
                    if self.options.json {
                        json::line(&json!({ "finding": &finding, "number": number }), out)?;
                    } else {
                        let document = if self.options.full_findings {
                            live::whole(number, &finding)
                        } else {
                            live::brief(number, &finding, self.zone(), look.width)
                        };
                        render::text::write(&document, look, out)?;
                    }
                    self.calls.tell(&finding, CallNews { word: "new", number, count: finding.count });
                }
                News::More { finding, number } => {
                    if self.options.json {
                        let update = json!({ "finding": &finding, "update": true, "number": number });
                        json::line(&update, out)?;
                    } else if let Some(update) = live::update(number, &finding) {
                        render::text::write(&update, look, out)?;
                    }
                }
                News::Again(again) => {
                    self.show_again(&again, look, out)?;
                    let Again { number, finding, times, .. } = &*again;
                    self.calls.tell(finding, CallNews { word: "again", number: *number, count: *times });
                }
                News::Resolved(resolved) => self.show_resolved(&resolved, look, out)?,
                News::Problem(problem) => output::warn_of(&[problem]),
                News::Note(note) => output::note(&note),
            }
        }
        out.flush()
    }

    /// The zone in which times of day are shown; `None` for that of the log.
    fn zone(&self) -> Option<Tz> {
        match self.options.shown.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => None,
        }
    }

    fn show_again(&self, again: &Again, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let Again { number, finding, times, unshown, effect } = again;
        if self.options.json {
            let Finding { id, title, severity, last, hosts, .. } = finding;
            let (effect, last) = match effect {
                Some((effect, when)) => (Some(effect), when),
                None => (None, last),
            };
            let again = json!({
                "number": number, "id": id, "title": title, "severity": severity, "times": times,
                "unshown": unshown, "effect": effect, "last": last, "hosts": hosts,
            });
            return json::line(&json!({ "again": again }), out);
        }
        let document = match effect {
            Some((effect, when)) => live::effect_again(*number, finding, effect, *when, self.zone()),
            None => live::again(*number, finding, *times, *unshown, self.zone()),
        };
        write_line(&document, look, out)
    }

    fn show_resolved(
        &self,
        resolved: &Resolved,
        look: &RenderOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Resolved { number, finding, evidence, open } = resolved;
        if self.options.json {
            let Finding { id, title, severity, .. } = finding;
            let resolved = json!({
                "number": number, "id": id, "title": title, "severity": severity, "open": open,
                "evidence": evidence,
            });
            return json::line(&json!({ "resolved": resolved }), out);
        }
        write_line(&live::resolved(*number, finding, evidence, *open, self.zone()), look, out)
    }

    /// Prints the summary.
    pub(super) fn sum_up(&self) {
        use std::fmt::Write as _;

        let sums = self.tail.sums();
        let findings = counted(self.tail.findings().len(), "finding", "findings");
        let events = counted(sums.events as usize, "event", "events");
        let lines = counted(sums.lines as usize, "line", "lines");
        let bytes = counted(sums.bytes as usize, "byte", "bytes");
        let files = counted(self.watch.len(), "file", "files");
        let mut text =
            format!("{findings}; {events} in {lines} ({bytes}) of {files}, {} shown", grouped(sums.shown));
        if sums.parts > 0 {
            let _ = write!(
                text,
                "; {} of events that were read before",
                counted(sums.parts as usize, "late part", "late parts")
            );
        }
        let mut findings: Vec<&Finding> = self.tail.findings().iter().collect();
        findings.sort_by_key(|finding| self.tail.number(finding));
        for finding in findings {
            let times = counted(finding.count as usize, "message", "messages");
            let (number, severity) = (self.tail.number(finding), finding.severity.word());
            let _ = write!(text, "\n  {number}  {severity}  {} ({times})", clean(&finding.title));
        }
        output::note(&text);
        if self.calls.skipped() > 0 {
            let skipped = counted(self.calls.skipped(), "finding", "findings");
            let text = format!("the program of --on-finding was not started for {skipped}");
            output::message(Label::Warning, &text, Some("too many findings at once, or it failed to start"));
        }
    }
}

fn write_line(document: &Document, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    render::text::write(document, look, out)
}
