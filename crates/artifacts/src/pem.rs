//! Text form of certificates and keys: `-----BEGIN CERTIFICATE-----`, base 64, `-----END CERTIFICATE-----`.
//!
//! Text around the blocks is ignored. The content of a block is not checked here.

/// One block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// Label of its first line, such as `CERTIFICATE`.
    pub(super) label: &'a str,
    /// Its bytes; the error is a sentence.
    pub(super) bytes: Result<Vec<u8>, String>,
}

/// The label of a line that begins a block.
pub(super) fn begins(line: &str) -> Option<&str> {
    line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----")
}

/// All blocks of a text.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    // the open block: its label and its base 64
    let mut open: Option<(&str, String)> = None;
    for line in text.split(['\n', '\r']).map(str::trim) {
        if let Some(label) = begins(line) {
            if let Some((label, _)) = open.replace((label, String::new())) {
                blocks.push(Block { label, bytes: Err(no_end(label)) });
            }
        } else if line.starts_with("-----END ") {
            if let Some((label, digits)) = open.take() {
                let bytes = base64(&digits)
                    .ok_or_else(|| format!("the {label} is damaged: it is not base 64 throughout"));
                blocks.push(Block { label, bytes });
            }
        } else if let Some((_, digits)) = &mut open {
            // keys with a password have headers such as `Proc-Type: 4,ENCRYPTED`
            if !line.contains(':') {
                digits.push_str(line);
            }
        }
    }
    if let Some((label, _)) = open {
        blocks.push(Block { label, bytes: Err(no_end(label)) });
    }
    blocks
}

fn no_end(label: &str) -> String {
    format!("the {label} is cut off: its line -----END {label}----- is missing")
}

/// Decodes base 64 with spaces and line ends anywhere in it.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut bits) = (0_u32, 0_u32);
    let mut letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    for letter in letters.by_ref() {
        let digit = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        group = (group << 6 | u32::from(digit)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits) as u8);
        }
    }
    // six left-over bits are one letter too many
    (bits < 6 && letters.all(|letter| letter == b'=')).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        assert_eq!(base64("").as_deref(), Some(&b""[..]));
        assert_eq!(base64("Zm9v\r\nYmE=").as_deref(), Some(&b"fooba"[..]));
        assert_eq!(base64("+/+/").as_deref(), Some(&[0xfb, 0xff, 0xbf][..]));
        for wrong in ["Zm9vY", "Zm-v", "Zg==Zg", "\u{e9}"] {
            assert_eq!(base64(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn blocks_with_text_around() {
        let text = "hello\r\n  -----BEGIN A-----\r\nX: y\r\n\r\nZm9v\r\n-----END A-----\r\n-----BEGIN B-----\n?\n-----END B-----\
            \n-----BEGIN C-----\n-----BEGIN D-----\nZm9v";
        let blocks = blocks(text);
        let labels: Vec<_> = blocks.iter().map(|block| block.label).collect();
        assert_eq!(labels, ["A", "B", "C", "D"]);
        assert_eq!(blocks[0].bytes.as_deref(), Ok(&b"foo"[..]));
        assert!(blocks[1].bytes.as_ref().is_err_and(|why| why.contains("damaged")));
        assert!(blocks[3].bytes.as_ref().is_err_and(|why| why.contains("END D")));
    }
}
