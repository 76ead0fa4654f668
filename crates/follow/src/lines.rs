//! Start of the last lines of a file, found by reading backwards, a block at a time, whatever its size.

use std::io;

use super::ports::OpenedFile;

/// Bytes that are read at a time.
const BLOCK: usize = 64 << 10;

/// Encoding of a line end.
#[derive(Clone, Copy)]
enum Unit {
    Byte,
    Little,
    Big,
}

/// The offset at which the last `lines` lines of the first `size` bytes of `file` begin, or 0 if it has fewer. A line
/// without its end counts. UTF-16 is recognised by its mark.
pub fn last_lines(file: &dyn OpenedFile, size: u64, lines: usize) -> io::Result<u64> {
    if lines == 0 {
        return Ok(size);
    }
    let mut mark = [0; 2];
    let count = file.read_at(0, &mut mark)?;
    let (unit, width, start) = match mark.get(..count) {
        Some([0xff, 0xfe]) => (Unit::Little, 2, 2),
        Some([0xfe, 0xff]) => (Unit::Big, 2, 2),
        _ => (Unit::Byte, 1, 0),
    };
    let mut block = vec![0; BLOCK];
    // whole units only
    let mut end = size - size % width;
    // the break that ends the last line does not begin another
    let last = end.saturating_sub(width);
    let mut left = lines;
    while end > start {
        let from = end.saturating_sub(BLOCK as u64);
        let part = block.get_mut(..(end - from) as usize).unwrap_or_default();
        if file.read_at(from, part)? < part.len() {
            // truncated meanwhile: all of its bytes are new
            return Ok(0);
        }
        for at in part.chunks_exact(width as usize).enumerate().rev().filter_map(|(index, bytes)| {
            let is_break = match unit {
                Unit::Byte => bytes == b"\n",
                Unit::Little => bytes == b"\n\0",
                Unit::Big => bytes == b"\0\n",
            };
            is_break.then_some(from + index as u64 * width)
        }) {
            if at == last {
                continue;
            }
            left -= 1;
            if left == 0 {
                return Ok(at + width);
            }
        }
        end = from;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::super::ports::FileFacts;
    use super::*;

    struct Bytes(Vec<u8>);

    impl OpenedFile for Bytes {
        fn facts(&self) -> io::Result<FileFacts> {
            Err(io::Error::other("not read"))
        }

        fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.get(at as usize..).unwrap_or_default();
            let count = bytes.len().min(buffer.len());
            buffer[..count].copy_from_slice(&bytes[..count]);
            Ok(count)
        }
    }

    fn rest(bytes: &[u8], lines: usize) -> Vec<u8> {
        let file = Bytes(bytes.to_vec());
        let at = last_lines(&file, bytes.len() as u64, lines).expect("an offset");
        bytes[at as usize..].to_vec()
    }

    #[test]
    fn lines_are_counted_from_the_end() {
        assert_eq!(rest(b"a\nb\nc\n", 0), b"");
        assert_eq!(rest(b"a\nb\nc\n", 1), b"c\n");
        assert_eq!(rest(b"a\nb\nc", 1), b"c");
        assert_eq!(rest(b"a\nb\nc", 2), b"b\nc");
        assert_eq!(rest(b"a\nb\nc\n", 9), b"a\nb\nc\n");
        assert_eq!(rest(b"", 3), b"");
        assert_eq!(rest(b"\n\n\n", 2), b"\n\n");
    }

    #[test]
    fn blocks_do_not_matter() {
        let line = |index: usize| format!("{index} {}\n", "x".repeat(index % 5000));
        let all: String = (0..200).map(line).collect();
        let last: String = (50..200).map(line).collect();
        assert_eq!(rest(all.as_bytes(), 150), last.as_bytes());
    }

    #[test]
    fn a_byte_of_a_character_is_no_line_end() {
        // U+0A41 has the byte 0x0a
        let little: Vec<u8> =
            "\u{feff}one\n\u{a41}\u{10a}two\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> =
            "\u{feff}one\n\u{a41}\u{10a}two\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(rest(&little, 1), little[10..]);
        assert_eq!(rest(&big, 1), big[10..]);
    }
}
