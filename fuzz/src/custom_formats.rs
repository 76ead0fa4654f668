//! Layouts of timestamps and descriptions of formats, as a user may write them, on lines.

use spoglight_engine::user_formats::UserFormat;
use spoglight_parsers::Format as _;
use spoglight_parsers::pattern::Pattern;

/// Checks a description, and after a NUL the lines that it is used on.
pub fn check(data: &[u8]) {
    let (text, lines) = super::halves(data);
    if let Ok(pattern) = Pattern::new(text) {
        for line in lines.split(|byte| *byte == b'\n') {
            if let Some((_, taken)) = pattern.read(line) {
                assert!(taken <= line.len());
            }
        }
    }
    match UserFormat::parse(text) {
        Ok(format) => {
            for line in lines.split(|byte| *byte == b'\n') {
                assert_eq!(format.begin(line).is_some(), format.read(line, &[]).is_some());
            }
        }
        Err(why) => assert!(!why.is_empty()),
    }
}
