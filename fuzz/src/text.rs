//! Character sets and lines: any bytes become text, line by line, without a line end lost or won. Text for a terminal has
//! nothing dangerous in it.

use std::io::Read as _;

use spoglight_text::charset::Charset;
use spoglight_text::messages::Blocks;
use spoglight_text::sanitize::clean;
use spoglight_text::template::shape;

/// Checks bytes as a file of text.
pub fn check(data: &[u8]) {
    let charset = Charset::detect(data, spoglight_parsers::code_page);
    if !charset.is_recoded() {
        let ends = |text: &[u8]| text.split(|byte| *byte == b'\n').count();
        assert_eq!(ends(data), ends(charset.decode(data).as_bytes()));
        assert_eq!(ends(data), ends(&charset.text_of(data)));
    }
    let mut stream = data.get(charset.first_line()..).unwrap_or_default();
    let mut text = Vec::new();
    charset.reader(&mut stream).read_to_end(&mut text).expect("memory");
    let begins = |line: &[u8]| line.first().is_some_and(u8::is_ascii_digit);
    let mut blocks = Blocks::whole(text.as_slice(), &begins, Vec::new());
    let mut seen = 0;
    while let Some(block) = blocks.next().expect("memory") {
        assert_eq!(block.offset, seen);
        seen += block.bytes.len() as u64;
    }
    assert_eq!(seen, text.len() as u64);
    for line in String::from_utf8_lossy(&text).split('\n') {
        super::is_shown(&clean(line));
        let mut template = Vec::new();
        shape(line.as_bytes(), &mut template);
        assert!(std::str::from_utf8(&template).is_ok(), "a template of text is text");
    }
}
