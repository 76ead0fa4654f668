//! [`Inflate`]: the decoder of one deflate stream, for zip archives and gzip.

use std::cell::Cell;
use std::io::{self, BufRead};

use flate2::{Decompress, FlushDecompress};

thread_local! {
    /// A decoder that is reused by the next stream. Thousands of new decoders would fragment the memory of the
    /// process.
    static IDLE: Cell<Option<Box<Decompress>>> = const { Cell::new(None) };
}

/// The decoder of one deflate stream.
pub(crate) struct Inflate {
    /// Returned to `IDLE` when this is dropped.
    state: Option<Box<Decompress>>,
    ended: bool,
}

impl Inflate {
    pub(crate) fn new() -> Inflate {
        let state = IDLE.take().unwrap_or_else(|| Box::new(Decompress::new(false)));
        Inflate { state: Some(state), ended: false }
    }

    /// Begins another stream.
    pub(crate) fn reset(&mut self) {
        if let Some(state) = &mut self.state {
            state.reset(false);
        }
        self.ended = false;
    }

    /// Unpacks the next bytes of `packed`; 0 at the end of the stream.
    pub(crate) fn read(&mut self, packed: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(state) = &mut self.state else { return Ok(0) };
        while !self.ended && !buffer.is_empty() {
            let input = packed.fill_buf()?;
            let (before_in, before_out) = (state.total_in(), state.total_out());
            let at_end = input.is_empty();
            let outcome = state.decompress(input, buffer, FlushDecompress::None);
            let taken = (state.total_in() - before_in) as usize;
            let count = (state.total_out() - before_out) as usize;
            packed.consume(taken);
            self.ended = matches!(outcome, Ok(flate2::Status::StreamEnd));
            if count > 0 {
                return Ok(count);
            }
            match outcome {
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
                Ok(_) if at_end && !self.ended => {
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete deflate stream"));
                }
                Ok(_) => {}
            }
        }
        Ok(0)
    }
}

impl Drop for Inflate {
    fn drop(&mut self) {
        self.reset();
        if let Some(state) = self.state.take() {
            let _ = IDLE.try_with(|idle| idle.set(Some(state)));
        }
    }
}
