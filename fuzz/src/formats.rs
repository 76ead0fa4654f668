//! Formats: every line of every format is an event or not, by both parsers, and an event borrows from its bytes.
//! `parsers/tests/it/anything.rs` checks the same on random lines.

use spoglight_parsers::formats::{self, FormatSet};
use spoglight_parsers::{Event, Format, HEAD_BYTES};

/// Checks all formats on `data`, as lines and as one message.
pub fn check(data: &[u8]) {
    for format in formats::ALL.iter().copied().chain([formats::TEXT]) {
        for line in data.split(|byte| *byte == b'\n') {
            one(format, line.strip_suffix(b"\r").unwrap_or(line));
        }
        borrows(&format.parse(data), data);
        if let Some(columns) = format.columns() {
            let columns: Vec<u8> = [columns, data].concat();
            borrows_of(&format.parse_below(&columns, data), &[data, &columns]);
        }
    }
    let mix = FormatSet::new(formats::ALL, data);
    for line in data.split(|byte| *byte == b'\n') {
        if let Some((place, head)) = mix.begin(line) {
            assert_eq!(mix.format(place).begin(line), Some(head));
        }
    }
}

fn one(format: &dyn Format, line: &[u8]) {
    let near = line.get(..HEAD_BYTES).unwrap_or(line);
    let head = format.begin(near);
    let event = format.read(near, &[]);
    // the fallback takes every line
    assert!(head.is_some() == event.is_some() || !format.understands(), "both parsers take the same lines");
    if let (Some(mut head), Some(event)) = (head, event) {
        assert_eq!(head.stamp, event.stamp);
        assert_eq!(head.level, event.level);
        borrows(&event, near);
        let _ = format.below(near, &mut head);
    }
    let _ = format.heading(near);
    let _ = (format.component(near), format.component_below(near));
}

/// All texts of an event lie in the bytes that it was read from, but for numbers that were decoded.
fn borrows(event: &Event<'_>, data: &[u8]) {
    borrows_of(event, &[data]);
}

fn borrows_of(event: &Event<'_>, sources: &[&[u8]]) {
    let mut texts =
        vec![event.level_word, event.thread, event.class, event.method, event.message, event.rest];
    texts.extend(event.fields.iter().map(|(_, value)| *value));
    let is_number = |text: &[u8]| text.len() <= 5 && text.iter().all(u8::is_ascii_digit);
    for text in texts.into_iter().filter(|text| !is_number(text)) {
        let inside = |source: &&[u8]| {
            let (source, text) = (source.as_ptr_range(), text.as_ptr_range());
            source.start <= text.start && text.end <= source.end
        };
        assert!(sources.iter().any(inside), "{:?}", String::from_utf8_lossy(text));
    }
}
