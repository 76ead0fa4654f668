//! Writes events to a file.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use spoglight_browse::event_id::EventId;
use spoglight_report::RenderOptions;
use spoglight_report::events::{self, ExportHeading, Layout, ShownZone};
use spoglight_source::{Durability, write_atomically};
use spoglight_text::humanize::counted;

use crate::snapshot::Snapshot;

/// Bytes collected before they are written.
const COLLECTED: usize = 1 << 20;

/// Events to write to a file.
pub(crate) struct Export<'s> {
    pub(crate) path: PathBuf,
    pub(crate) heading: ExportHeading,
    /// Numbers of the events, in their order.
    pub(crate) numbers: Vec<EventId>,
    pub(crate) notes: BTreeMap<EventId, String>,
    pub(crate) snapshot: Snapshot<'s>,
    pub(crate) zone: ShownZone,
    /// Set to stop it.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Export<'_> {
    /// Writes the file and reports how many events are written so far. Returns the outcome as text for the user.
    pub(crate) fn write(&self, report: &mut dyn FnMut(usize)) -> String {
        match write_atomically(&self.path, Durability::Synced, |out| self.write_to(out, report)) {
            Ok(()) => {
                let events = counted(self.numbers.len(), "event", "events");
                format!("{events} written to {}", self.path.display())
            }
            Err(_) if self.stop.load(Ordering::Relaxed) => {
                format!("{} was not written: stopped", self.path.display())
            }
            Err(failed) => failed.to_string(),
        }
    }

    fn write_to(&self, file: &mut dyn Write, report: &mut dyn FnMut(usize)) -> io::Result<()> {
        let form = events::for_path(&self.path);
        let options = RenderOptions { colour: false, ..RenderOptions::default() };
        let mut layout = Layout::of(&self.snapshot.facts, &options, self.zone);
        (layout.full, layout.has_notes) = (true, true);
        let mut out = Vec::new();
        form.export_heading(&self.heading, &layout, &mut out);
        let index = &self.snapshot.index;
        for (done, number) in self.numbers.iter().enumerate() {
            let line = index.line(*number).unwrap_or(0);
            let note = self.notes.get(number).map(String::as_str).filter(|note| !note.is_empty());
            index.read_at(&self.snapshot.facts, *number, line, |event| {
                form.write_noted(event, note, &layout, &mut out);
            })?;
            if out.len() >= COLLECTED {
                file.write_all(&out)?;
                out.clear();
                report(done);
                if self.stop.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
            }
        }
        file.write_all(&out)
    }
}
