//! [`Silence`]: ends a decoder that takes input, or time, and produces no output.
//!
//! A decoder may look for the next byte of output in a loop of its own: empty members of a gzip, empty blocks, padding
//! after a stream. Nothing above it sees how long that takes, so the reader that feeds the decoder counts: it fails
//! after a number of bytes, the same in every run, and after a number of seconds.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::limits::Limits;

/// Bytes of input without output that are allowed for each second of [`Limits::silence`]. A window of
/// [`Limits::dictionary`] is allowed in addition: zstd holds it back.
const BYTES_PER_SECOND: u64 = 4 << 20;

/// Reads of input after which the clock is looked at: it costs more than a read of a few bytes.
const READS_PER_LOOK: u32 = 64;

/// Input and time of a decoder since its last output.
#[derive(Debug)]
pub(crate) struct Silence {
    seconds: u64,
    most: u64,
    since: Cell<Instant>,
    /// Bytes of input since the last output, and all.
    taken: Cell<u64>,
    total: Cell<u64>,
    reads: Cell<u32>,
    broken: Cell<Option<Broken>>,
}

/// The limit that is exceeded.
#[derive(Debug, Clone, Copy)]
enum Broken {
    Bytes,
    Seconds,
}

impl Silence {
    pub(crate) fn new(limits: &Limits) -> Rc<Silence> {
        Rc::new(Silence {
            seconds: limits.silence,
            most: limits.dictionary.saturating_add(limits.silence.saturating_mul(BYTES_PER_SECOND)),
            since: Cell::new(Instant::now()),
            taken: Cell::new(0),
            total: Cell::new(0),
            reads: Cell::new(0),
            broken: Cell::new(None),
        })
    }

    /// Bytes of input that the decoder took in all.
    pub(crate) fn total(&self) -> u64 {
        self.total.get()
    }

    /// Starts again: the decoder is asked for output.
    fn restart(&self) {
        self.since.set(Instant::now());
        self.taken.set(0);
        self.reads.set(0);
    }

    /// Counts a read of `count` bytes of input.
    fn took(&self, count: usize) -> io::Result<()> {
        let taken = self.taken.get() + count as u64;
        let reads = self.reads.get().wrapping_add(1);
        self.taken.set(taken);
        self.total.set(self.total.get() + count as u64);
        self.reads.set(reads);
        if taken > self.most {
            self.broken.set(Some(Broken::Bytes));
        } else if reads.is_multiple_of(READS_PER_LOOK) {
            self.look();
        }
        self.check()
    }

    fn look(&self) {
        if self.broken.get().is_none() && self.since.get().elapsed() > Duration::from_secs(self.seconds) {
            self.broken.set(Some(Broken::Seconds));
        }
    }

    fn check(&self) -> io::Result<()> {
        match self.broken.get() {
            None => Ok(()),
            Some(Broken::Bytes) => Err(io::Error::other(format!(
                "{} MB of it produce no output, as in archive bombs; raise --max-silence if it is not one",
                self.most >> 20
            ))),
            Some(Broken::Seconds) => Err(io::Error::other(format!(
                "it produced no output for {} seconds, as archive bombs do; raise --max-silence if its disk is slow",
                self.seconds
            ))),
        }
    }
}

/// The input of a decoder, counted as the decoder takes it.
#[derive(Debug)]
pub(crate) struct Input<R> {
    inner: R,
    silence: Rc<Silence>,
}

impl<R> Input<R> {
    pub(crate) fn new(inner: R, silence: &Rc<Silence>) -> Input<R> {
        Input { inner, silence: Rc::clone(silence) }
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.silence.took(count)?;
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Input<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.silence.took(0)?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        // the next read reports it
        let _ = self.silence.took(count);
        self.inner.consume(count);
    }
}

impl<R: Seek> Seek for Input<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// The output of a decoder whose input is an [`Input`] with the same [`Silence`].
pub(crate) struct Output<R> {
    inner: R,
    silence: Rc<Silence>,
}

impl<R: Read> Output<R> {
    pub(crate) fn new(inner: R, silence: &Rc<Silence>) -> Output<R> {
        Output { inner, silence: Rc::clone(silence) }
    }
}

impl<R: Read> Read for Output<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.silence.check()?;
        self.silence.restart();
        let outcome = self.inner.read(buffer);
        // a decoder that needs no input has no reader that looks at the clock
        self.silence.look();
        match outcome {
            Ok(count) if count > 0 => Ok(count),
            // decoders wrap the error of their input in their own words
            outcome => self.silence.check().and(outcome),
        }
    }
}

/// Compressed bytes, buffered and counted.
pub(crate) type Packed<'a> = Input<BufReader<Box<dyn Read + 'a>>>;

/// Creates a decoder with `decode` that may not be silent for longer than `limits` allow.
pub(crate) fn watched<'a>(
    packed: Box<dyn Read + 'a>,
    limits: &Limits,
    decode: impl FnOnce(Packed<'a>) -> Box<dyn Read + 'a>,
) -> Box<dyn Read + 'a> {
    watched_by(&Silence::new(limits), packed, decode)
}

/// The same, with a [`Silence`] that also counts all of the input.
pub(crate) fn watched_by<'a>(
    silence: &Rc<Silence>,
    packed: Box<dyn Read + 'a>,
    decode: impl FnOnce(Packed<'a>) -> Box<dyn Read + 'a>,
) -> Box<dyn Read + 'a> {
    let decoder = decode(Input::new(BufReader::new(packed), silence));
    Box::new(Output::new(decoder, silence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoders::{self, Stream};
    use crate::problem::is_silence;

    type Decoder = for<'a> fn(Stream<'a>, &Limits) -> Stream<'a>;

    /// Allowed are four megabytes without output, and a second: one of the two limits ends each of these.
    fn error_of(decode: Decoder, packed: &[u8]) -> (usize, String) {
        let limits = Limits { silence: 1, dictionary: 1 << 20, ..Limits::default() };
        let mut bytes = Vec::new();
        let error = decode(Box::new(packed), &limits).read_to_end(&mut bytes).expect_err("it is silent");
        (bytes.len(), error.to_string())
    }

    #[test]
    fn input_without_output_ends() {
        let gz = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), b"\x03\0\0\0\0\0\0\0\0\0"].concat();
        let bz2 = b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0";
        let xz = [
            b"\xfd7zXZ\0\0\0\xff\x12\xd9\x41\0\0\0\0\x1c\xdf\x44\x21".as_slice(),
            b"\x06\x72\x9e\x7a\x01\0\0\0\0\0\x59\x5a",
        ]
        .concat();
        let zst = b"\x28\xb5\x2f\xfd\x20\0\x01\0\0";
        let stored_block = b"\0\0\0\xff\xff";
        let frame = [b"\x50\x2a\x4d\x18\0\0\x80\0".as_slice(), &vec![0; 8 << 20]].concat();
        let most = 6 << 20;
        for (what, decode, packed) in [
            ("members", decoders::gzip as Decoder, gz.repeat(most / gz.len())),
            ("padding of a gzip", decoders::gzip, [gz.as_slice(), &vec![0; most]].concat()),
            ("bz2 streams", decoders::bzip2, bz2.repeat(most / bz2.len())),
            ("xz streams", decoders::xz, xz[..32].repeat(most / 32)),
            ("padding", decoders::xz, [&xz[..32], &vec![0; most]].concat()),
            ("frames", decoders::zstd, zst.repeat(most / zst.len())),
            ("skippable frame", decoders::zstd, frame),
            ("blocks", decoders::deflate, stored_block.repeat(most / 5)),
            ("blocks of deflate64", decoders::deflate64, stored_block.repeat(most / 5)),
        ] {
            let (given, error) = error_of(decode, &packed);
            assert!(given == 0 && is_silence(&error), "{what}: {given} bytes, {error}");
        }
    }

    /// What came before the silence is given.
    #[test]
    fn output_before_a_silence_is_given() {
        let first = b"BZh91AY&SY\x9e\x7d\x96\x9d\0\0\0\x40\0\0\x10\x20\0\x21\x18\x46\x82\xee\x48\xa7\x0a\x12\x13\xcf\xb2\xd3\xa0";
        let packed = [first.as_slice(), &b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0".repeat(500_000)].concat();
        let (given, error) = error_of(decoders::bzip2, &packed);
        assert!(given == 1 && is_silence(&error), "{given} bytes, {error}");
    }
}
