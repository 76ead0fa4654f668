//! Saved states of a tail: any file is read or refused, and a follower that goes on from it returns only bytes that its
//! files have.

use std::io;
use std::path::{Path, PathBuf};

use spoglight_follow::{
    Change, FileFacts, FileId, FileKind, Files, FollowSettings, Follower, Listed, OpenedFile, Start, State,
};

/// The content of each file.
const LOG: &[u8] = b"2026-11-21 10:00:00 one\n2026-11-21 10:00:01 two\n2026-11-21 10:00:02 three\n";

/// Two files in a folder, of one content.
struct Disk;

struct File(u64);

fn facts(index: u64) -> FileFacts {
    FileFacts {
        kind: FileKind::File,
        file: FileId { volume: 1, index },
        size: LOG.len() as u64,
        written: 1_764_000_000_000_000_000,
    }
}

impl Files for Disk {
    type File = File;

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        if folder != Path::new("logs") {
            return Err(io::Error::from(io::ErrorKind::NotFound));
        }
        let entry = |name: &str| Listed { path: folder.join(name), kind: FileKind::File };
        Ok(vec![entry("a.log"), entry("b.log")])
    }

    fn facts(&self, path: &Path) -> io::Result<FileFacts> {
        if path == Path::new("logs") {
            return Ok(FileFacts { kind: FileKind::Folder, ..facts(9) });
        }
        self.open(path).map(|file| facts(file.0))
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        match path.file_name().and_then(|name| name.to_str()) {
            Some("a.log") => Ok(File(2)),
            Some("b.log") => Ok(File(3)),
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

impl OpenedFile for File {
    fn facts(&self) -> io::Result<FileFacts> {
        Ok(facts(self.0))
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = LOG.get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// Checks bytes as the file of a state.
pub fn check(data: &[u8]) {
    let state = match State::from_json(data) {
        Ok(state) => state,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let again = State::from_json(&state.to_json()).expect("what was written is read");
    assert_eq!(again, state);
    let paths = vec![PathBuf::from("logs")];
    let mut follower =
        Follower::new(Disk, FollowSettings { paths, start: Start::End, state, ..FollowSettings::default() });
    for second in 0..8 {
        for change in follower.poll(second * 1_000_000_000).news {
            if let Change::Bytes(chunk) = change {
                let from = usize::try_from(chunk.offset).expect("an offset");
                assert_eq!(LOG.get(from..from + chunk.bytes.len()), Some(chunk.bytes.as_slice()));
                follower.handled(chunk.log, chunk.offset + chunk.bytes.len() as u64);
            }
        }
    }
    let saved = follower.state(20_000);
    assert_eq!(State::from_json(&saved.to_json()).expect("what was written is read"), saved);
}
