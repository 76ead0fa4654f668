//! [`Piped`]: bytes that come only once, such as those of standard input, kept so that they can be read like a file.
//!
//! Few bytes stay in memory; more are in a temporary file without a name, which the system deletes when the program ends,
//! however it ends.

use std::io::{self, Read};
use std::sync::Arc;

use crate::limits::{Budget, Limits};
use crate::shared::Shared;
use crate::spool::Spool;

/// The path that means the piped bytes instead of a file.
pub const PIPED: &str = "-";

/// The name of the piped bytes in reports.
pub(crate) const PIPED_NAME: &str = "stdin";

/// All bytes of a stream: a log or an archive.
#[derive(Debug, Clone)]
pub struct Piped(Shared);

impl Piped {
    /// Reads a stream to its end. `progress` receives the number of bytes that were read since the last call.
    ///
    /// Fails if the stream fails, if it has more bytes than temporary files may have, or if the disk is full.
    pub fn read(input: &mut dyn Read, limits: &Limits, progress: &mut dyn FnMut(u64)) -> io::Result<Piped> {
        let mut spool = Spool::of_logs(Arc::new(Budget::new(*limits)));
        let mut counted = Counted { input, left: limits.temporary, most: limits.temporary, progress };
        match spool.add(&mut counted) {
            (_, _, Some(error)) => Err(error),
            (_, _, None) => Ok(Piped(spool.finish())),
        }
    }

    pub(crate) fn content(&self) -> Shared {
        self.0.clone()
    }
}

/// A stream that is counted, and fails at a limit.
struct Counted<'a> {
    input: &'a mut dyn Read,
    left: u64,
    most: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        let Some(left) = self.left.checked_sub(count as u64) else {
            return Err(io::Error::other(format!(
                "more than {} bytes, the limit of temporary files: raise --max-temporary, or save it to a file",
                self.most
            )));
        };
        self.left = left;
        (self.progress)(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{Bundle, Opening};

    #[test]
    fn a_stream_becomes_a_source_of_any_size() {
        for size in [0_usize, 10, 5 << 20] {
            let bytes: Vec<u8> = (0..size).map(|at| b'a' + (at % 23) as u8).collect();
            let mut seen = 0;
            let piped = Piped::read(&mut bytes.as_slice(), &Limits::default(), &mut |count| seen += count)
                .expect("memory");
            assert_eq!(seen, size as u64);
            let opening = Opening { piped: Some(piped), ..Opening::default() };
            let bundle = Bundle::open(&[PIPED.into()], &opening);
            let [source] = bundle.sources.as_slice() else { panic!("{bundle:?}") };
            assert_eq!((&*source.path, source.size, source.can_seek()), (PIPED_NAME, size as u64, true));
            let from = (size / 2) as u64;
            let mut rest = Vec::new();
            source.read(from, |stream| stream.read_to_end(&mut rest).map(drop)).expect("its bytes");
            assert_eq!(rest, bytes[size / 2..]);
        }
    }

    #[test]
    fn the_limit_of_temporary_files_is_kept() {
        let limits = Limits { temporary: 1000, ..Limits::default() };
        let error = Piped::read(&mut [0; 1001].as_slice(), &limits, &mut |_| {}).expect_err("too many bytes");
        assert!(error.to_string().contains("--max-temporary"), "{error}");
        assert!(Piped::read(&mut [0; 1000].as_slice(), &limits, &mut |_| {}).is_ok());
    }

    #[test]
    fn a_name_that_is_a_dash_is_still_a_file_without_piped_bytes() {
        let bundle = Bundle::open(&[PIPED.into()], &Opening::default());
        assert!(bundle.sources.is_empty() && bundle.problems.len() == 1, "{bundle:?}");
    }
}
