//! [`Gzip`]: the decoder of gzip, of one or several members.
//!
//! Not the reader of the crate: that makes a new decoder for each file, and hundreds of thousands of them leave gigabytes
//! of memory in pieces that nothing else fits into.

use std::io::{self, BufRead, Read};

use crate::inflate::Inflate;

/// Bits of the flags of a header: a checksum of it, extra fields, a name, a comment; the rest must be zero.
const HEADER_CRC: u8 = 2;
const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// Bytes of gzip, unpacked.
pub(crate) struct Gzip<R> {
    packed: R,
    inflate: Inflate,
    state: State,
    hasher: crc32fast::Hasher,
    length: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first member, and between others.
    Between {
        is_first: bool,
    },
    Member,
    Ended,
}

impl<R: BufRead> Gzip<R> {
    pub(crate) fn new(packed: R) -> Gzip<R> {
        Gzip {
            packed,
            inflate: Inflate::new(),
            state: State::Between { is_first: true },
            hasher: crc32fast::Hasher::new(),
            length: 0,
        }
    }

    /// Reads the header of a member.
    fn header(&mut self) -> io::Result<()> {
        let mut fixed = [0; 10];
        self.packed.read_exact(&mut fixed)?;
        let [0x1f, 0x8b, 8, flags, ..] = fixed else { return Err(invalid("invalid gzip header")) };
        if flags & RESERVED != 0 {
            return Err(invalid("invalid gzip header"));
        }
        if flags & EXTRA != 0 {
            let mut length = [0; 2];
            self.packed.read_exact(&mut length)?;
            self.skip(u16::from_le_bytes(length).into())?;
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                self.skip_text()?;
            }
        }
        if flags & HEADER_CRC != 0 {
            self.skip(2)?;
        }
        Ok(())
    }

    /// Skips zeros after a member, which tapes and block devices add; returns `false` at the end of the file.
    fn skip_padding(&mut self) -> io::Result<bool> {
        loop {
            let bytes = self.packed.fill_buf()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            if zeros < bytes.len() || bytes.is_empty() {
                let is_end = bytes.is_empty();
                self.packed.consume(zeros);
                return Ok(!is_end);
            }
            self.packed.consume(zeros);
        }
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.packed).take(count), &mut io::sink())?;
        if skipped < count { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Skips a text that ends with a zero.
    fn skip_text(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.packed.fill_buf()?;
            if bytes.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let end = memchr::memchr(0, bytes);
            let count = end.map_or(bytes.len(), |end| end + 1);
            self.packed.consume(count);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Compares a member with the checksum and the length at its end.
    fn check(&mut self) -> io::Result<()> {
        let mut trailer = [0; 8];
        self.packed.read_exact(&mut trailer)?;
        let [a, b, c, d, length @ ..] = trailer;
        let crc = std::mem::take(&mut self.hasher).finalize();
        if u32::from_le_bytes([a, b, c, d]) != crc || u32::from_le_bytes(length) != self.length {
            return Err(invalid("corrupt gzip stream does not have a matching checksum"));
        }
        Ok(())
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Ended => return Ok(0),
                State::Between { is_first } => {
                    if !is_first && !self.skip_padding()? {
                        self.state = State::Ended;
                        continue;
                    }
                    self.header()?;
                    self.inflate.reset();
                    (self.state, self.length) = (State::Member, 0);
                }
                State::Member => {
                    let count = self.inflate.read(&mut self.packed, buffer)?;
                    if count > 0 {
                        self.hasher.update(buffer.get(..count).unwrap_or_default());
                        self.length = self.length.wrapping_add(count as u32);
                        return Ok(count);
                    }
                    self.check()?;
                    self.state = State::Between { is_first: false };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn member(text: &[u8], name: Option<&str>) -> Vec<u8> {
        let builder =
            name.map_or_else(flate2::GzBuilder::new, |name| flate2::GzBuilder::new().filename(name));
        let builder = if name.is_some() { builder.comment("c").extra(vec![1, 2, 3]) } else { builder };
        let mut writer = builder.write(Vec::new(), flate2::Compression::default());
        writer.write_all(text).expect("packed");
        writer.finish().expect("packed")
    }

    fn unpack(packed: &[u8]) -> (Vec<u8>, Option<io::Error>) {
        let mut all = Vec::new();
        let error = Gzip::new(packed).read_to_end(&mut all).err();
        (all, error)
    }

    #[test]
    fn one_or_several_members() {
        let long: Vec<u8> = (0..300_000u32).flat_map(|at| (at / 7).to_le_bytes()).collect();
        let mut packed = member(&long, Some("x.log"));
        packed.extend(member(b"", None));
        packed.extend([0; 700]);
        packed.extend(member(b"end\n", None));
        packed.extend(vec![0; 20_000]);
        let (all, error) = unpack(&packed);
        assert!(error.is_none(), "{error:?}");
        assert_eq!(all, [&long[..], b"end\n"].concat());
    }

    /// A fault is one for the reader of the crate, too, and at least as many bytes before it are given.
    #[test]
    fn faults_are_those_of_the_crate() {
        let packed = [member(b"one\n", Some("x")), member(b"two\n", None)].concat();
        let check = |packed: &[u8], what: &str| {
            let mut expected = Vec::new();
            let error = flate2::bufread::MultiGzDecoder::new(packed).read_to_end(&mut expected).err();
            let (own, own_error) = unpack(packed);
            assert_eq!(own_error.is_some(), error.is_some(), "{what}: {own_error:?}, {error:?}");
            assert!(own.starts_with(&expected), "{what}");
            assert!(error.is_some() || own == expected, "{what}");
        };
        for at in 0..packed.len() {
            check(&packed[..at], &format!("cut at {at}"));
            let mut damaged = packed.clone();
            damaged[at] ^= 0x55;
            check(&damaged, &format!("damaged at {at}"));
        }
    }
}
