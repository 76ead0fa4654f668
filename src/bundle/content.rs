//! [`Content`]: bytes that can be read again and again, by several at once, wherever they lie: in a file, in an archive, in
//! an archive inside an archive.
//!
//! An archive that must be read out of order (zip, 7z, tar) and lies inside another is first copied to memory, or to a
//! temporary file without a name if it is large, which the system deletes when the program ends, however it ends.

use std::fmt::Debug;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::limits::{Budget, Capped};
use super::map::Shared;

/// See the [module](self).
pub(super) trait Content: Debug + Send + Sync {
    /// Hands on its bytes, from the first.
    fn read(&self, use_it: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()>;

    /// A reader that can go to any place, if the bytes lie somewhere as they are.
    fn seekable(&self) -> io::Result<Option<Shared>> {
        Ok(None)
    }

    /// Whether [`Content::seekable`] gives a reader.
    fn can_seek(&self) -> bool {
        false
    }

    /// The file that it is, if it is one on disk.
    fn on_disk(&self) -> Option<&std::path::Path> {
        None
    }

    /// Bytes that it says it has, or that it takes packed if it does not say.
    fn size(&self) -> u64;
}

/// A file on disk.
#[derive(Debug)]
pub(super) struct OnDisk {
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

impl OnDisk {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

impl Content for OnDisk {
    fn read(&self, use_it: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()> {
        use_it(&mut self.open()?)
    }

    fn seekable(&self) -> io::Result<Option<Shared>> {
        Shared::open(&self.path).map(Some)
    }

    fn on_disk(&self) -> Option<&std::path::Path> {
        Some(&self.path)
    }

    fn can_seek(&self) -> bool {
        true
    }

    fn size(&self) -> u64 {
        self.size
    }
}

/// A part of an archive that lies there as it is.
impl Content for Shared {
    fn read(&self, use_it: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()> {
        use_it(&mut self.clone())
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

/// Makes a decoder of a stream.
pub(super) type Decode = fn(Box<dyn Read + '_>) -> io::Result<Box<dyn Read + '_>>;

/// The content of a file that was packed by itself: `x.log.gz`.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) name: String,
    pub(super) packed: Arc<dyn Content>,
    pub(super) decode: Decode,
    pub(super) budget: Arc<Budget>,
}

impl Content for Unpacked {
    fn read(&self, use_it: &mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()> {
        let packed = self.packed.size();
        self.packed.read(&mut |stream| {
            let mut decoder = (self.decode)(Box::new(stream))?;
            use_it(&mut Capped::new(&mut decoder, &self.name, packed, &self.budget))
        })
    }

    fn size(&self) -> u64 {
        self.packed.size()
    }
}

/// Bytes that are kept in memory before a temporary file is made.
const IN_MEMORY: usize = 4 << 20;

/// Bytes of other places, one after the other: in memory, and in a temporary file from some size on.
#[derive(Debug)]
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    length: u64,
    budget: Arc<Budget>,
}

impl Spool {
    pub(super) fn new(budget: Arc<Budget>) -> Spool {
        Spool { memory: Vec::new(), file: None, length: 0, budget }
    }

    /// Copies a stream; answers where its bytes lie, and why it ended before its end.
    pub(super) fn add(&mut self, stream: &mut dyn Read) -> (u64, u64, Option<io::Error>) {
        let start = self.length;
        let mut buffer = vec![0; 128 << 10];
        let outcome = loop {
            match stream.read(&mut buffer) {
                Ok(0) => break None,
                Ok(count) => {
                    if let Err(error) = self.write(buffer.get(..count).unwrap_or_default()) {
                        break Some(error);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        (start, self.length, outcome)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.memory.len() + bytes.len() > IN_MEMORY {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => {
                self.budget.spooled(bytes.len() as u64)?;
                file.write_all(bytes)?;
            }
            None => self.memory.extend_from_slice(bytes),
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// All of it.
    pub(super) fn finish(self) -> io::Result<Shared> {
        match self.file {
            Some(file) => Shared::of(file),
            None => Ok(Shared::of_memory(self.memory)),
        }
    }
}

/// A reader that can go to any place in `content`: where it lies, or in a copy. A copy that broke off holds what came, and
/// the reason stands beside it.
pub(super) fn to_seek(
    content: &dyn Content,
    budget: &Arc<Budget>,
) -> io::Result<(Shared, Option<io::Error>)> {
    if let Some(shared) = content.seekable()? {
        return Ok((shared, None));
    }
    let mut spool = Spool::new(Arc::clone(budget));
    let mut broken = None;
    let opened = content.read(&mut |stream| {
        broken = spool.add(stream).2;
        Ok(())
    });
    let broken = broken.or(opened.err());
    match (spool.length, broken) {
        (0, Some(error)) => Err(error),
        (_, broken) => Ok((spool.finish()?, broken)),
    }
}
