//! The messages as they are in their files, with all their lines, in the order of time: many logs merged into one.

use super::{EventForm, Layout};
use spoglight_engine::event::PlacedEvent;
use spoglight_text::sanitize::clean;
use spoglight_text::utf8::lossy;

/// Events as they are in their files.
pub(super) struct Raw;

impl EventForm for Raw {
    fn name(&self) -> &'static str {
        "raw"
    }

    fn write_event(&self, entry: &PlacedEvent<'_>, _: Option<&str>, layout: &Layout, out: &mut Vec<u8>) {
        for part in [entry.lead, entry.raw] {
            let Some(text) = std::str::from_utf8(part).ok() else {
                // another charset: as text on a terminal, unchanged bytes elsewhere
                let text = if layout.is_terminal { entry.text } else { part };
                lines(&lossy(text), layout, out);
                continue;
            };
            lines(text, layout, out);
        }
    }
}

fn lines(text: &str, layout: &Layout, out: &mut Vec<u8>) {
    if !layout.is_terminal {
        out.extend_from_slice(text.as_bytes());
        if !text.is_empty() && !text.ends_with('\n') {
            out.push(b'\n');
        }
        return;
    }
    for line in text.lines() {
        out.extend_from_slice(clean(line).as_bytes());
        out.push(b'\n');
    }
}
