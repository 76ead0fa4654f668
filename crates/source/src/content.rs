//! [`Content`]: bytes that several threads can read any number of times: a file, an entry of an archive, or an entry
//! of an archive in an archive.
//!
//! An archive that must be read out of order (zip, 7z, tar) inside another one is first copied to memory, or to a
//! temporary file without a name if it is large. The system deletes that file when the program ends, however it ends.

use std::fmt::Debug;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::Arc;

use crate::decoders::Stream;
use crate::limits::{Budget, Limits};
use crate::meter::{Expansion, Meter};
use crate::on_disk::OnDisk;
use crate::shared::Shared;
use crate::spool::Spool;
use crate::verified::VerifiedReader;

/// Consumer of an open stream.
pub(crate) type Use<'a> = &'a mut dyn FnMut(&mut dyn Read) -> io::Result<()>;

/// Bytes that can be read any number of times, in a file or an archive.
///
/// There may be a hundred thousand of them, so they hold little; their names, which only messages need, are passed to
/// every read.
pub(crate) trait Content: Debug + Send + Sync {
    /// Opens the content, named `name`, at the byte `from`, and passes the stream on. Without seeking, `from` is
    /// always 0.
    fn read(&self, name: &str, from: u64, use_it: Use<'_>) -> io::Result<()>;

    /// A reader with random access, if the bytes are not compressed.
    fn seekable(&self) -> io::Result<Option<Shared>> {
        Ok(None)
    }

    /// Returns whether reading may begin anywhere.
    fn can_seek(&self) -> bool {
        false
    }

    /// Declared size in bytes, or the compressed size if none is declared.
    fn size(&self) -> u64;

    /// Limits of what reading it may unpack; none for bytes that are not compressed.
    fn expansion(&self) -> Expansion {
        Expansion::default()
    }

    /// Called once with the name of the source, so that the path of a file can share its memory.
    fn listed_as(&mut self, _name: &Arc<str>) {}

    /// The file on disk that the content is; `None` if it is in an archive.
    fn file(&self) -> Option<&OnDisk> {
        None
    }
}

impl Content for OnDisk {
    fn read(&self, _: &str, from: u64, use_it: Use<'_>) -> io::Result<()> {
        self.read(from, use_it)
    }

    /// An archive has a reader of its own, which is opened when the archive was found.
    fn seekable(&self) -> io::Result<Option<Shared>> {
        Shared::open(self.path()).map(Some)
    }

    fn can_seek(&self) -> bool {
        true
    }

    fn size(&self) -> u64 {
        self.size()
    }

    fn listed_as(&mut self, name: &Arc<str>) {
        self.listed_as(name);
    }

    fn file(&self) -> Option<&OnDisk> {
        Some(self)
    }
}

/// An entry of an archive that is stored without compression.
impl Content for Shared {
    fn read(&self, _: &str, from: u64, use_it: Use<'_>) -> io::Result<()> {
        let mut shared = self.clone();
        shared.seek(SeekFrom::Start(from))?;
        use_it(&mut shared)
    }

    fn seekable(&self) -> io::Result<Option<Shared>> {
        Ok(Some(self.clone()))
    }

    fn can_seek(&self) -> bool {
        true
    }

    fn size(&self) -> u64 {
        self.length()
    }
}

/// Creates the decoder of a stream.
pub(crate) type Decode = for<'a> fn(Stream<'a>, &Limits) -> Stream<'a>;

/// The content of a single compressed file: `x.log.gz`.
#[derive(Debug)]
pub(crate) struct Unpacked {
    pub(crate) packed: Arc<dyn Content>,
    pub(crate) decode: Decode,
    pub(crate) meter: Meter,
    pub(crate) budget: Arc<Budget>,
}

impl Content for Unpacked {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        let packed = self.packed.size();
        self.packed.read(name, 0, &mut |stream| {
            let mut decoder = (self.decode)(Box::new(stream), self.budget.limits());
            use_it(&mut VerifiedReader::new(&mut decoder, name, (packed, &self.meter), None, &self.budget))
        })
    }

    fn size(&self) -> u64 {
        self.packed.size()
    }

    fn listed_as(&mut self, name: &Arc<str>) {
        if let Some(packed) = Arc::get_mut(&mut self.packed) {
            packed.listed_as(name);
        }
    }

    fn expansion(&self) -> Expansion {
        self.meter.expansion(self.budget.limits().most_of(self.packed.size()))
    }
}

/// A reader with random access to `content`, which is named `name`: the original, or a copy. A copy that breaks off
/// holds the bytes that were read, and its error is returned with it.
pub(crate) fn to_seek(
    content: &dyn Content,
    name: &str,
    budget: &Arc<Budget>,
) -> io::Result<(Shared, Option<io::Error>)> {
    if let Some(shared) = content.seekable()? {
        return Ok((shared, None));
    }
    let mut spool = Spool::of_archive(Arc::clone(budget));
    let mut broken = None;
    let opened = content.read(name, 0, &mut |stream| {
        broken = spool.add(stream).2;
        Ok(())
    });
    let broken = broken.or(opened.err());
    match (spool.length(), broken) {
        (0, Some(error)) => Err(error),
        (_, broken) => Ok((spool.finish(), broken)),
    }
}
