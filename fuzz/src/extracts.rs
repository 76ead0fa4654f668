//! Extracts: a prefix takes a line apart into parts of it, a table of events becomes rows in the order of its lines, and a
//! text that is taken apart leads back to its own lines.

use spoglight_engine::extracts::unwrap_new;
use spoglight_parsers::tables::{self, LineAt};
use spoglight_parsers::wrappers::{WRAPPERS, WrapperContext};
use spoglight_parsers::{HEAD_BYTES, formats};
use spoglight_source::{Bundle, LinePosition, Opening};
use spoglight_text::charset::CharsetRules;

/// Checks all prefixes and tables on `data`, and the file that it is.
pub fn check(data: &[u8]) {
    for line in data.split(|byte| *byte == b'\n') {
        prefixes(line.get(..HEAD_BYTES).unwrap_or(line));
    }
    table(data);
    let folder = super::folder();
    let path = folder.path().join("x.log");
    std::fs::write(&path, data).expect("a file");
    let names = |sources: &Bundle| -> Vec<String> {
        sources.sources.iter().map(|source| source.path.to_string()).collect()
    };
    let open = || {
        let mut bundle = Bundle::open(std::slice::from_ref(&path), &Opening::default());
        unwrap_new(&mut bundle, |_| true, formats::ALL, &CharsetRules::default());
        bundle
    };
    let bundle = open();
    for source in bundle.sources.iter().filter(|source| source.extract().is_some()) {
        let Some(extract) = source.extract() else { continue };
        let mut text = Vec::new();
        source.read(0, |stream| stream.read_to_end(&mut text)).expect("a text");
        let mut at = LinePosition { line: 1, offset: 0 };
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let outer = extract.outer(at);
            // an archive may hold the text that was taken apart
            assert!(outer.line >= 1, "{outer:?} of {at:?}");
            at.line += 1;
            at.offset += line.len() as u64;
        }
    }
    assert_eq!(names(&bundle), names(&open()), "a text is always taken apart in the same way");
}

/// Every part of a line that a prefix names lies in the line.
fn prefixes(line: &[u8]) {
    let begins = |text: &[u8]| text.first().is_some_and(u8::is_ascii_digit);
    let inside = |part: &[u8]| {
        let (whole, part) = (line.as_ptr_range(), part.as_ptr_range());
        whole.start <= part.start && part.end <= whole.end
    };
    for wrapper in WRAPPERS {
        for last in [&b""[..], b"app"] {
            let context = WrapperContext { begins: &begins, last };
            let Some(part) = wrapper.split(line, &context) else { continue };
            assert!(part.text.is_empty() || inside(part.text), "{}", wrapper.name());
            assert!(part.host.is_empty() || inside(part.host), "{}", wrapper.name());
            let is_own = part.name.is_empty() || inside(part.name) || part.name == last;
            assert!(is_own && part.text.len() <= line.len(), "{}", wrapper.name());
        }
        let _ = (wrapper.heading(line), wrapper.is_noise(line));
    }
}

/// The rows of a table are single lines in the order of the file, each with the position of a line of it.
fn table(data: &[u8]) {
    let Some((_, mut reader)) = tables::reader(data) else { return };
    let mut last = LineAt { line: 1, offset: 0 };
    let mut take = |at: LineAt, row: &[u8]| {
        assert!(!row.contains(&b'\n'), "a row is one line");
        assert!(at.line >= last.line, "{at:?} after {last:?}");
        last = at;
    };
    let mut at = LineAt { line: 1, offset: 0 };
    for line in data.split(|byte| *byte == b'\n') {
        reader.line(line.strip_suffix(b"\r").unwrap_or(line), at, &mut take);
        at.line += 1;
        at.offset += line.len() as u64 + 1;
    }
    reader.finish(&mut take);
}
