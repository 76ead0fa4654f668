//! Reading the bytes of a source: from any offset, one block, or block by block.
//!
//! A source that cannot seek, such as an entry of an archive, is unpacked from its start up to the offset. Text in UTF-16 or
//! another encoding that is recoded arrives as UTF-8; offsets and sizes always count bytes of the file.

use std::io::{self, Read};
use std::ops::Range;

use spoglight_parsers::formats::FormatSet;
use spoglight_source::Source;
use spoglight_text::charset::Charset;
use spoglight_text::messages::{Block, Blocks};

/// Opens a source at `offset` bytes and hands the stream to `use_it`.
pub(crate) fn at_offset<T>(
    source: &Source,
    offset: u64,
    use_it: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let seek = if source.can_seek() { offset } else { 0 };
    source.read(seek, |stream| {
        if seek < offset {
            io::copy(&mut stream.take(offset - seek), &mut io::sink())?;
        }
        use_it(stream)
    })
}

/// Replaces `bytes` by the `size` bytes of a file at `offset`, recoded if its charset is. Returns the number of bytes of the
/// file that are missing, because it ends before. If that fails, `bytes` holds the bytes that were read before the error.
pub fn read(
    source: &Source,
    charset: &Charset,
    offset: u64,
    size: u64,
    bytes: &mut Vec<u8>,
) -> io::Result<u64> {
    bytes.clear();
    at_offset(source, offset, |stream| {
        let mut part = stream.take(size);
        if charset.is_recoded() {
            charset.reader(&mut part).read_to_end(bytes)?;
        } else {
            bytes.reserve_exact(usize::try_from(size).unwrap_or(0));
            part.read_to_end(bytes)?;
        }
        Ok(part.limit())
    })
}

/// Hands the blocks of a whole source to `use_it`, in order.
pub(crate) fn each_block(
    source: &Source,
    charset: &Charset,
    mix: &FormatSet<'_>,
    use_it: impl FnMut(&Block<'_>),
) -> io::Result<()> {
    let first = charset.first_line() as u64;
    each_block_of(source, charset, mix, first..u64::MAX, &mut Vec::new(), use_it)
}

/// Hands the blocks of the messages that begin in a `segment`, in bytes of the file, to `use_it`. `buffer` is recycled.
pub(crate) fn each_block_of(
    source: &Source,
    charset: &Charset,
    mix: &FormatSet<'_>,
    segment: Range<u64>,
    buffer: &mut Vec<u8>,
    mut use_it: impl FnMut(&Block<'_>),
) -> io::Result<()> {
    let first = charset.first_line() as u64;
    // the byte before it decides whether a line begins at its start
    let from = if segment.start > first { segment.start - 1 } else { segment.start };
    at_offset(source, from, |stream| {
        let begins = |line: &[u8]| mix.begin(&charset.text_of(line)).is_some();
        let joins = |above: &[u8], line: &[u8]| mix.joins(&charset.text_of(above), &charset.text_of(line));
        let mut blocks = Blocks::segment(
            charset.reader(stream),
            first,
            segment.start,
            segment.end,
            &begins,
            std::mem::take(buffer),
        )
        .joining(mix.has_joins().then_some(&joins));
        let outcome = loop {
            match blocks.next() {
                Ok(Some(block)) => use_it(&block),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        *buffer = blocks.into_buffer();
        outcome
    })
}
