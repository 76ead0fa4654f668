//! Writes zip archives: of small files in memory, or file by file into a stream. The same files give the same bytes.

use std::io::{self, Cursor, Read, Write};

use ::zip::write::{FullFileOptions, SimpleFileOptions, StreamWriter};
use ::zip::{CompressionMethod, DateTime, ZipWriter};
use chrono::{DateTime as Moment, Datelike as _, Timelike as _};
use sha2::{Digest as _, Sha256};

use crate::digest::hexadecimal;

/// Bytes that are copied at a time.
const STEP: usize = 256 << 10;

/// Size from which an entry needs the 64-bit form, with room for what an estimate of the size lacks.
const LARGE: u64 = 4_000_000_000;

/// Extra field with the modification time in UTC.
const EXTENDED_TIMESTAMP: u16 = 0x5455;

/// Writes a zip archive into a stream, one file after the other. Memory does not grow with their size.
pub struct ZipStream<'w> {
    zip: ZipWriter<StreamWriter<&'w mut dyn Write>>,
    step: Vec<u8>,
}

/// An entry that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its bytes, before compression.
    pub bytes: u64,
    /// SHA-256 of these bytes in lower case hexadecimal digits.
    pub sha256: String,
    /// Why reading its content ended early; the bytes before are in the archive.
    pub problem: Option<String>,
}

impl<'w> ZipStream<'w> {
    /// Begins an archive.
    pub fn new(out: &'w mut dyn Write) -> ZipStream<'w> {
        ZipStream { zip: ZipWriter::new_stream(out), step: Vec::new() }
    }

    /// Adds a file of `name`, with `/` between folders, and with what `content` yields, about `bytes` bytes.
    ///
    /// `written` is its modification time in nanoseconds since 1970 in UTC, with the seconds by which the clock of its
    /// server is east of UTC then, if they are known: a zip shows times of that clock, and the UTC time beside it. `advance`
    /// receives the bytes that were copied; its error ends the run.
    ///
    /// Fails if the archive cannot be written. An error of `content` is in the result.
    pub fn add(
        &mut self,
        name: &str,
        bytes: u64,
        written: Option<(i64, Option<i32>)>,
        content: &mut dyn Read,
        advance: &mut dyn FnMut(u64) -> io::Result<()>,
    ) -> io::Result<Written> {
        let mut options = FullFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(written.and_then(local_time).unwrap_or_default())
            .large_file(bytes >= LARGE)
            .unix_permissions(0o644);
        if let Some(seconds) = written.and_then(|(nanos, _)| i32::try_from(nanos.div_euclid(NANOS)).ok()) {
            let mut field = vec![1]; // only the modification time
            field.extend_from_slice(&seconds.to_le_bytes());
            options.add_extra_field(EXTENDED_TIMESTAMP, field, false)?;
        }
        self.zip.start_file(name, options)?;
        self.step.resize(STEP, 0);
        let mut hash = Sha256::new();
        let mut entry = Written { bytes: 0, sha256: String::new(), problem: None };
        loop {
            match content.read(&mut self.step) {
                Ok(0) => break,
                Ok(count) => {
                    let part = self.step.get(..count).unwrap_or_default();
                    self.zip.write_all(part)?;
                    hash.update(part);
                    entry.bytes += count as u64;
                    advance(count as u64)?;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    entry.problem = Some(error.to_string());
                    break;
                }
            }
        }
        entry.sha256 = hexadecimal(&hash.finalize());
        Ok(entry)
    }

    /// Ends the archive.
    pub fn finish(self) -> io::Result<()> {
        self.zip.finish()?.into_inner().flush()
    }
}

/// Nanoseconds of a second.
const NANOS: i64 = 1_000_000_000;

/// The time on a clock that is so many seconds east of UTC, as a zip holds it; `None` before 1980 and after 2107.
fn local_time((nanos, east): (i64, Option<i32>)) -> Option<DateTime> {
    let wall = Moment::from_timestamp(nanos.div_euclid(NANOS) + i64::from(east?), 0)?;
    let part = |number: u32| u8::try_from(number).ok();
    DateTime::from_date_and_time(
        u16::try_from(wall.year()).ok()?,
        part(wall.month())?,
        part(wall.day())?,
        part(wall.hour())?,
        part(wall.minute())?,
        part(wall.second())?,
    )
    .ok()
}

/// Returns a zip archive of files, each with its name, in which `/` is between folders, and its content. No file has a
/// time of its own.
pub fn zip_of(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, options)?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bundle, Opening};

    #[test]
    fn a_stream_has_the_bytes_the_sums_and_the_times_of_its_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.zip");
        let big = b"2026-12-01 line\n".repeat(100_000);
        let mut copied = 0;
        crate::write_atomically(&path, crate::Durability::Buffered, |out| {
            let mut zip = ZipStream::new(out);
            let mut count = |bytes| {
                copied += bytes;
                Ok(())
            };
            // 2026-12-01 12:00:00 UTC, on a clock five hours behind
            let written = Some((1_796_126_400 * NANOS, Some(-5 * 3600)));
            let big = zip.add("A/x.log", big.len() as u64, written, &mut big.as_slice(), &mut count)?;
            assert_eq!((big.bytes, big.problem), (1_600_000, None));
            let mut cut = b"abc".chain(Fails);
            let cut = zip.add("A/cut.log", 9, None, &mut cut, &mut count)?;
            assert_eq!((cut.bytes, cut.problem.as_deref()), (3, Some("gone")));
            assert!(cut.sha256.starts_with("ba7816bf"), "{}", cut.sha256);
            zip.finish()
        })
        .expect("written");
        assert_eq!(copied, 1_600_003);
        let bundle = Bundle::open(&[path], &Opening::default());
        assert_eq!(bundle.problems, []);
        let [cut, whole] = bundle.sources.as_slice() else { panic!("{:?}", bundle.sources) };
        let (cut, whole) = if cut.size == 3 { (cut, whole) } else { (whole, cut) };
        assert_eq!((cut.size, whole.size), (3, 1_600_000));
        let mut text = Vec::new();
        whole.read(0, |stream| stream.read_to_end(&mut text)).expect("readable");
        assert_eq!(text, big);
        assert_eq!(whole.written.utc(), Some(1_796_126_400 * NANOS));
    }

    /// A stream that fails.
    struct Fails;

    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }

    #[test]
    fn an_archive_holds_what_was_given_and_nothing_of_the_clock() {
        let files: &[(&str, &[u8])] = &[("pack.toml", b"name = 1\n"), ("tls/a.toml", b"id = 2\n")];
        let zip = zip_of(files).expect("an archive");
        assert_eq!(zip, zip_of(files).expect("an archive"));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("p.zip");
        std::fs::write(&path, zip).expect("written");
        let bundle = Bundle::open(&[path], &Opening::default());
        assert_eq!(bundle.problems, []);
        let read = bundle.sources.iter().map(|source| {
            let mut text = String::new();
            source.read(0, |stream| stream.read_to_string(&mut text)).expect("readable");
            (source.path.rsplit('!').next().expect("a name").to_owned(), text)
        });
        let read: Vec<_> = read.collect();
        let wanted = [("pack.toml", "name = 1\n"), ("tls/a.toml", "id = 2\n")];
        assert_eq!(read, wanted.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }
}
