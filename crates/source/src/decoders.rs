//! Decoders of compressed streams, alone or in zip archives. Their memory is limited by [`Limits::dictionary`]; the
//! amount of their output is limited elsewhere.

use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use deflate64::InflaterManaged;
use lzma_rust2::{LzmaReader, XzReader};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::gzip::Gzip;
use crate::inflate::Inflate;
use crate::limits::Limits;
use crate::silence::{Input, Output, Packed, Silence, watched, watched_by};

/// A stream, compressed or not.
pub(crate) type Stream<'a> = Box<dyn Read + 'a>;

/// gzip, of one or several members.
pub(crate) fn gzip<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    watched(packed, limits, |packed| Box::new(Gzip::new(packed)))
}

/// Deflate, as in zip archives.
pub(crate) fn deflate<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    inflate(packed, false, &Silence::new(limits))
}

/// Deflate64, as in zip archives.
pub(crate) fn deflate64<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    inflate(packed, true, &Silence::new(limits))
}

/// Deflate, or Deflate64, that counts its input in `silence`, up to its own end.
pub(crate) fn inflate<'a>(packed: Stream<'a>, is_64: bool, silence: &Rc<Silence>) -> Stream<'a> {
    watched_by(silence, packed, |packed| {
        if is_64 {
            return Box::new(Deflate64 { packed, state: Box::new(InflaterManaged::new()) });
        }
        Box::new(Deflate { packed, inflate: Inflate::new() })
    })
}

/// Not the reader of the crate: that ends without an error where its input is cut off.
struct Deflate64<'a> {
    packed: Packed<'a>,
    state: Box<InflaterManaged>,
}

impl Read for Deflate64<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let input = self.packed.fill_buf()?;
            let at_end = input.is_empty();
            let result = self.state.inflate(input, buffer);
            self.packed.consume(result.bytes_consumed);
            if result.bytes_written > 0 || buffer.is_empty() || self.state.finished() {
                return Ok(result.bytes_written);
            }
            if result.data_error {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "invalid deflate64 stream"));
            }
            if at_end {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete deflate64 stream"));
            }
        }
    }
}

struct Deflate<'a> {
    packed: Packed<'a>,
    inflate: Inflate,
}

impl Read for Deflate<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inflate.read(&mut self.packed, buffer)
    }
}

/// xz, of one or several streams.
pub(crate) fn xz<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    let most = u32::try_from(limits.dictionary >> 10).unwrap_or(u32::MAX).saturating_add(OVERHEAD);
    watched(packed, limits, |packed| {
        Box::new(Explained { inner: XzReader::new_mem_limit(packed, true, most), most: limits.dictionary })
    })
}

/// Kilobytes that LZMA needs besides its dictionary.
const OVERHEAD: u32 = 128;

/// Adds advice to xz's error about its memory limit.
struct Explained<R> {
    inner: R,
    most: u64,
}

impl<R: Read> Read for Explained<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::OutOfMemory => too_large("a dictionary", None, self.most),
            _ => error,
        })
    }
}

/// LZMA as in zip archives: a version, the length of the properties, the properties; `size` bytes, or up to an end
/// mark.
pub(crate) fn zip_lzma<'a>(packed: Stream<'a>, size: Option<u64>, limits: &Limits) -> io::Result<Stream<'a>> {
    let mut packed = BufReader::new(packed);
    let mut head = [0; 9];
    packed.read_exact(&mut head)?;
    let [_, _, 5, 0, properties, a, b, c, d] = head else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its LZMA properties are damaged"));
    };
    let dictionary = u32::from_le_bytes([a, b, c, d]);
    if u64::from(dictionary) > limits.dictionary {
        return Err(too_large("a dictionary", Some(dictionary.into()), limits.dictionary));
    }
    let silence = Silence::new(limits);
    let packed = Input::new(packed, &silence);
    let reader = LzmaReader::new_with_props(packed, size.unwrap_or(u64::MAX), properties, dictionary, None)?;
    Ok(Box::new(Output::new(reader, &silence)))
}

/// The error for a decoder that needs `need` bytes of memory where `most` are allowed.
pub(crate) fn too_large(what: &str, need: Option<u64>, most: u64) -> io::Error {
    let most = megabytes(most);
    let needs = match need {
        Some(need) => format!("{what} of {} in memory, and {most} are allowed", megabytes(need)),
        None => format!("more memory for {what} than the {most} that are allowed"),
    };
    io::Error::other(format!("it needs {needs}; raise --max-dictionary if the machine has that much memory"))
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}

/// bzip2, of one or several streams.
///
/// Not the reader of the crate: that drops its output when a checksum is wrong.
pub(crate) fn bzip2<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    watched(packed, limits, |packed| {
        Box::new(Bzip2 { packed, state: Some(bzip2::Decompress::new(false)), broken: None })
    })
}

/// Returns whether a file that begins with these bytes is bzip2: after its magic, there is a digit for the size of its
/// blocks, and the mark of a block or of an end.
pub(crate) fn is_bzip2(head: &[u8]) -> bool {
    head.starts_with(b"BZh") && (head.get(4..10) == Some(b"1AY&SY") || is_empty_stream(head))
}

/// Bytes of a stream without blocks.
const EMPTY: usize = 14;

/// Returns whether a stream without blocks begins here. A decoder of its own would take a thousand times longer: it
/// allocates megabytes.
fn is_empty_stream(input: &[u8]) -> bool {
    input.starts_with(b"BZh") && input.get(4..EMPTY) == Some(b"\x17\x72\x45\x38\x50\x90\0\0\0\0")
}

struct Bzip2<'a> {
    packed: Packed<'a>,
    /// `None` between streams.
    state: Option<bzip2::Decompress>,
    broken: Option<io::Error>,
}

impl Read for Bzip2<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(error) = self.broken.take() {
                return Err(error);
            }
            let input = self.packed.fill_buf()?;
            if self.state.is_none() && input.is_empty() {
                return Ok(0);
            }
            if self.state.is_none() && is_empty_stream(input) {
                self.packed.consume(EMPTY);
                continue;
            }
            let state = self.state.get_or_insert_with(|| bzip2::Decompress::new(false));
            let (before_in, before_out) = (state.total_in(), state.total_out());
            let outcome = state.decompress(input, buffer);
            let at_end = input.is_empty();
            let taken = (state.total_in() - before_in) as usize;
            let count = (state.total_out() - before_out) as usize;
            self.packed.consume(taken);
            match outcome {
                Ok(bzip2::Status::StreamEnd) => self.state = None,
                Ok(_) if at_end && count == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) => {
                    self.broken = Some(io::Error::new(io::ErrorKind::InvalidData, error));
                }
            }
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
        }
    }
}

/// zstd, of one or several frames, with their checksums.
///
/// Not the reader of the crate: that stops after the first frame, where `pzstd` and `cat` write several, and verifies
/// nothing.
pub(crate) fn zstd<'a>(packed: Stream<'a>, limits: &Limits) -> Stream<'a> {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(limits.dictionary);
    watched(packed, limits, |packed| Box::new(Zstd { packed, decoder, in_frame: false, broken: None }))
}

/// Returns whether a file that begins with these bytes is zstd. `pzstd` begins with a skippable frame, of which there
/// are 16 kinds.
pub(crate) fn is_zstd(head: &[u8]) -> bool {
    head.starts_with(b"\x28\xb5\x2f\xfd") || matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// An empty block that ends a frame, and a checksum.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

struct Zstd<'a> {
    packed: Packed<'a>,
    decoder: FrameDecoder,
    in_frame: bool,
    /// The error that ended a frame early, once the bytes before it are given.
    broken: Option<io::Error>,
}

impl Zstd<'_> {
    /// Moves to the next frame with data; `false` if there is none.
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.packed) {
                Ok(()) => {
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut (&mut self.packed).take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::Error::new(
                            io::ErrorKind::UnexpectedEof,
                            "it ends within a skippable frame",
                        ));
                    }
                }
                Err(FrameDecoderError::WindowSizeTooBig { requested, max }) => {
                    return Err(too_large("a window", Some(requested), max));
                }
                Err(_) if self.packed.fill_buf()?.is_empty() => {
                    return Err(io::Error::new(
                        io::ErrorKind::UnexpectedEof,
                        "it ends within the header of a frame",
                    ));
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
        Ok(false)
    }

    /// Verifies the checksum of a frame that was read to its end.
    fn check(&self) -> io::Result<()> {
        match (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum()) {
            (Some(said), Some(is)) if said != is => {
                Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a frame is wrong"))
            }
            _ => Ok(()),
        }
    }
}

impl Read for Zstd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.packed, one) {
                    let is_cut = self.packed.fill_buf().is_ok_and(<[u8]>::is_empty);
                    self.broken = Some(if is_cut {
                        io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a frame")
                    } else {
                        io::Error::new(io::ErrorKind::InvalidData, error)
                    });
                    // the decoder holds back a window of output until the frame ends
                    let _ = self
                        .decoder
                        .decode_blocks(LAST_BLOCK.as_slice(), BlockDecodingStrategy::UptoBlocks(1));
                    break;
                }
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.in_frame = false;
            if let Some(error) = self.broken.take() {
                return Err(error);
            }
            self.check()?;
        }
    }
}
