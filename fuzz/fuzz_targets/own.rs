//! Layouts of stamps and descriptions of formats, as a user may write them, on lines.
#![no_main]

use spoglight_engine::user_formats::OwnFormat;
use spoglight_parsers::Format;
use spoglight_parsers::pattern::Pattern;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (text, lines) = data.split_at(memchr::memchr(0, data).unwrap_or(data.len()));
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(pattern) = Pattern::new(text) {
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some((_, taken)) = pattern.read(line) {
                assert!(taken <= line.len());
            }
        }
    }
    if let Ok(format) = OwnFormat::parse(text) {
        for line in lines.split(|byte| *byte == b'\n') {
            assert_eq!(format.begin(line).is_some(), format.read(line, &[]).is_some());
        }
    }
});
