//! 7z archives. Their files are compressed one after the other in blocks that can only be unpacked from the start, so
//! each archive is unpacked once, to memory or to a temporary file, and its files are parts of that.
//!
//! Doubt: a damaged entry that is encrypted cannot be distinguished from one with a wrong password.

mod header;

use std::io::{self, Read};
use std::sync::Arc;

use sevenz_rust2::{Archive, BlockDecoder, Coder, EncoderMethod, Error, Password};

use super::archive::{ArchiveKind, InOrder, Refused, next_data, out_of_order};
use super::lock::Lock;
use crate::content::Content;
use crate::limits::Limits;
use crate::mtime::ModifiedTime;
use crate::passwords::why;
use crate::problem::is_ours;
use crate::shared::Shared;
use crate::silence::{Input, Output, Silence};
use crate::sink::Sink;
use crate::verified::is_checksum;
use header::Header;

/// The 7z kind.
pub(super) struct SevenZ;

impl ArchiveKind for SevenZ {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"7z\xbc\xaf\x27\x1c")
    }

    fn magic(&self) -> &'static [u8] {
        b"7z\xbc\xaf\x27\x1c"
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        // a copy that ended early for another reason has no list of files, which is reported
        if let Some(error) = broken.map(|error| error.to_string()).filter(|error| is_ours(error)) {
            return bundle.unread_entries(name, format!("was not read: {error}"), NOTHING);
        }
        let mut lock = Lock::new(name);
        let limits = *bundle.budget().limits();
        let header = header::read(&file, &limits).map_err(|error| error.to_string());
        let end = header.as_ref().map_or(file.length(), |header| header.end);
        let (archive, counted) = match header.and_then(|header| read(&header, &file, &mut lock, bundle)) {
            Ok(Some(read)) => read,
            Ok(None) => {
                let (why, advice) = why(bundle.passwords());
                let what = format!("is a 7z archive whose list of files is encrypted, and {why}");
                return bundle.unread_entries(name, what, advice);
            }
            Err(error) => {
                let advice = if is_ours(&error) {
                    NOTHING
                } else {
                    "it is cut off (a 7z has its list of files at its end) or damaged: request it again"
                };
                return bundle.unread_entries(
                    name,
                    format!("is a 7z archive that cannot be read: {error}"),
                    advice,
                );
            }
        };
        if archive.files.is_empty() {
            bundle.problem(name, "is a 7z archive without entries", "request it again");
        }
        let mut unpacking = Unpacking {
            name,
            entries: InOrder::new(content.size(), bundle),
            refused: Refused::default(),
            archive,
            file,
        };
        unpacking.all(&mut lock, bundle);
        after(&unpacking.file, end, name, depth, bundle);
        let Unpacking { entries, refused, archive, .. } = unpacking;
        drop(archive);
        bundle.budget().release(counted);
        refused.report(name, bundle);
        lock.report(bundle);
        entries.finish(name, depth, bundle);
    }
}

/// Opens an archive after the end of another, and reports other bytes there.
fn after(file: &Shared, end: u64, name: &str, depth: usize, bundle: &mut dyn Sink) {
    let Some(at) = next_data(file, end, file.length()) else { return };
    let (mut head, left) = (Vec::new(), file.length() - at);
    let _ = file.part(at, 6).read_to_end(&mut head);
    if SevenZ.recognises(&head) {
        return bundle.add(
            Arc::new(file.part(at, left)),
            name.to_owned(),
            depth + 1,
            ModifiedTime::default(),
        );
    }
    bundle.unread_entries(
        name,
        format!("has {left} bytes after its end, from byte {at}, that were not read"),
        "if entries are missing, request the archive again",
    );
}

/// Reads the list of files, and counts the bytes of memory that it takes; `None` if it is encrypted and no password opens
/// it.
fn read(
    header: &Header,
    file: &Shared,
    lock: &mut Lock<'_>,
    bundle: &mut dyn Sink,
) -> Result<Option<(Archive, u64)>, String> {
    let budget = Arc::clone(bundle.budget());
    let list = |password: &Password| {
        let (files, bytes) = header.size(file, password).map_err(|error| error.to_string())?;
        if !budget.keep(bytes) {
            return Err(budget.too_much(&format!("its list of {files} files")));
        }
        let archive = Archive::read(&mut file.clone(), password).map_err(|error| plain(&error));
        archive.inspect_err(|_| budget.release(bytes)).map(|archive| (archive, bytes))
    };
    if !header.is_locked {
        return list(&Password::empty()).map(Some);
    }
    let mut read = None;
    let _ = lock.open(bundle.passwords(), &mut |password, _| {
        let outcome = list(&Password::from(password));
        let is_open = outcome.as_ref().map_or_else(|error| error.contains("--max-"), |_| true);
        read = Some(outcome).filter(|_| is_open);
        is_open
    });
    read.transpose()
}

/// An archive that is being unpacked.
struct Unpacking<'a> {
    name: &'a str,
    archive: Archive,
    file: Shared,
    entries: InOrder,
    refused: Refused,
}

impl Unpacking<'_> {
    /// Unpacks block by block, so that a damaged block does not affect the others.
    fn all(&mut self, lock: &mut Lock<'_>, bundle: &mut dyn Sink) {
        let limits = *bundle.budget().limits();
        for block in 0..self.archive.blocks.len() {
            let names = self.names(block);
            if let Some(method) = self.unsupported(block) {
                self.refuse(
                    names,
                    &format!("packed with {method}, which spoglight cannot unpack"),
                    "unpack it with 7-Zip and point spoglight at the folder",
                );
                continue;
            }
            let need = self.memory(block);
            if need > limits.dictionary {
                let (need, most) = (need.div_ceil(1 << 20), limits.dictionary.div_ceil(1 << 20));
                self.refuse(
                    names,
                    &format!("packed with a dictionary of {need} MB, and {most} MB are allowed"),
                    "raise --max-dictionary if the machine has that much memory to spare",
                );
                continue;
            }
            let mut password = Password::empty();
            if self.is_locked(block) {
                let found = lock
                    .open(bundle.passwords(), &mut |one, proven| proven || self.opens(block, one, &limits));
                let Some(found) = found else {
                    for name in names {
                        lock.refuse(name);
                    }
                    continue;
                };
                password = Password::from(&*found);
            }
            self.block(block, &password, bundle);
            if self.entries.is_full() {
                return;
            }
        }
        for file in &self.archive.files {
            if self.entries.is_full() {
                return;
            }
            if !file.has_stream() && !file.is_directory() && !file.is_anti_item() {
                self.entries.unpack(
                    self.name,
                    file.name(),
                    &mut io::empty(),
                    Some(0),
                    ModifiedTime::default(),
                );
            }
        }
    }

    /// Names of the files in a block.
    fn names(&mut self, block: usize) -> Vec<String> {
        let (archive, none) = (&self.archive, Password::empty());
        let decoder = BlockDecoder::new(1, block, archive, &none, &mut self.file);
        decoder
            .entries()
            .iter()
            .filter(|entry| entry.has_stream())
            .map(|entry| entry.name().to_owned())
            .collect()
    }

    fn refuse(&mut self, names: Vec<String>, why: &str, advice: &'static str) {
        for name in names {
            self.refused.add(name, &format!("is {why}"), &format!("are {why}"), advice);
        }
    }

    /// Unpacks the files of a block.
    fn block(&mut self, block: usize, password: &Password, bundle: &mut dyn Sink) {
        let names = self.names(block);
        let (archive, entries, name) = (&self.archive, &mut self.entries, self.name);
        let before = entries.len();
        let silence = Silence::new(bundle.budget().limits());
        let mut packed = Input::new(self.file.clone(), &silence);
        let decoder = BlockDecoder::new(1, block, archive, password, &mut packed);
        let outcome = decoder.for_each_entries(&mut |entry, stream| {
            if !entry.has_stream() {
                return Ok(true);
            }
            let mut stream = Output::new(stream, &silence);
            let mut stream = LastByte { inner: &mut stream, left: entry.size(), is_wrong: false };
            let written = ModifiedTime::from_windows(u64::from(entry.last_modified_date()));
            let is_whole = entries.unpack(name, entry.name(), &mut stream, Some(entry.size()), written);
            if stream.is_wrong {
                let shown = super::archive::shown(name, entry.name());
                bundle.budget().noticed().wrong_checksum(&shown, entry.size());
            }
            Ok(is_whole)
        });
        let is_full = entries.is_full();
        let lost: Vec<String> = names.into_iter().skip(entries.len() - before).collect();
        match outcome.map_err(|error| plain(&error)) {
            // that is reported for all of them
            _ if is_full => {}
            Err(error) if lost.is_empty() => {
                bundle.unread_entries(name, format!("is damaged: {error}"), crate::problem::AGAIN);
            }
            Err(error) => {
                self.refuse(lost, &format!("lost, because their block is damaged: {error}"), LOST);
            }
            Ok(_) => match entries.broken().map(ToOwned::to_owned).filter(|error| is_ours(error)) {
                Some(error) => {
                    self.refuse(
                        lost,
                        &format!("not read, because an earlier entry ended early: {error}"),
                        LOST_HERE,
                    );
                }
                None => self.refuse(lost, "lost, because an earlier part of the same block is damaged", LOST),
            },
        }
    }

    fn is_locked(&self, block: usize) -> bool {
        let mut coders = self.archive.blocks.get(block).into_iter().flat_map(|block| &block.coders);
        coders.any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
    }

    /// Bytes of memory that a block needs for dictionaries.
    fn memory(&self, block: usize) -> u64 {
        let Some(block) = self.archive.blocks.get(block) else { return 0 };
        let need = |coder: &Coder| {
            header::memory(coder.encoder_method_id(), coder.properties(), block.get_unpack_size())
        };
        block.coders.iter().map(need).sum()
    }

    /// The unsupported method of a block, if there is one.
    fn unsupported(&self, block: usize) -> Option<String> {
        let coders = self.archive.blocks.get(block).into_iter().flat_map(|block| &block.coders);
        let mut ids = coders.map(Coder::encoder_method_id);
        let id = ids.find(|id| FOREIGN.contains(id) || EncoderMethod::by_id(id).is_none())?;
        let name = EncoderMethod::by_id(id).map(|method| method.name().to_owned());
        Some(name.unwrap_or_else(|| format!("a method unknown to spoglight ({})", header::hex(id))))
    }

    /// Returns whether a password opens a block: the start of its first file can be unpacked. Bytes that are not
    /// compressed show only at their end, by the checksum, whether they are right.
    fn opens(&self, block: usize, password: &str, limits: &Limits) -> bool {
        let coders = self.archive.blocks.get(block).into_iter().flat_map(|block| &block.coders);
        let is_packed = coders
            .map(Coder::encoder_method_id)
            .any(|id| id != EncoderMethod::ID_AES256_SHA256 && id != EncoderMethod::ID_COPY);
        let most = if is_packed { TRIED } else { u64::MAX };
        let password = Password::from(password);
        let mut fits = false;
        let silence = Silence::new(limits);
        let mut packed = Input::new(self.file.clone(), &silence);
        let decoder = BlockDecoder::new(1, block, &self.archive, &password, &mut packed);
        let outcome = decoder.for_each_entries(&mut |entry, stream| {
            if entry.has_stream() && entry.size() > 0 {
                // a wrong password in 256 makes a stream that ends at once, without an error
                let whole = entry.size().min(most);
                fits = io::copy(&mut Output::new(stream, &silence).take(most), &mut io::sink())
                    .is_ok_and(|count| count == whole);
                return Ok(false);
            }
            Ok(true)
        });
        outcome.is_ok() && fits
    }
}

/// Advice for an archive that cannot be read because of a limit or of this machine.
const NOTHING: &str = "nothing of it is in this report";

/// Bytes of an entry that are unpacked to try a password.
const TRIED: u64 = 1 << 20;

/// Advice for lost entries.
const LOST: &str = "request the archive again; the entries before them are in this report";

/// Advice for entries that were not read because of a limit or of this machine.
const LOST_HERE: &str = "the entries before them are in this report";

/// Methods whose decoders are C, would bring a second deflate, or were never seen.
const FOREIGN: &[&[u8]] =
    &[EncoderMethod::ID_ZSTD, EncoderMethod::ID_BROTLI, EncoderMethod::ID_LZ4, EncoderMethod::ID_DEFLATE];

/// An error as text for users.
fn plain(error: &Error) -> String {
    match error {
        Error::Io(error, _) | Error::MaybeBadPassword(error) if is_checksum(error) => WRONG.to_owned(),
        Error::Io(error, _) | Error::MaybeBadPassword(error) => error.to_string(),
        Error::Other(what) | Error::Unsupported(what) => what.to_string(),
        Error::ChecksumVerificationFailed => WRONG.to_owned(),
        Error::NextHeaderCrcMismatch => "the checksum of its list of files is wrong".to_owned(),
        other => other.to_string(),
    }
}

const WRONG: &str = "a checksum is wrong";

/// Reads the last byte alone: the crate verifies the checksum with it, and drops all bytes of that read.
struct LastByte<'a> {
    inner: &'a mut dyn Read,
    left: u64,
    is_wrong: bool,
}

impl Read for LastByte<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let most = usize::try_from(self.left - 1).unwrap_or(usize::MAX).clamp(1, buffer.len());
        match self.inner.read(buffer.get_mut(..most).unwrap_or_default()) {
            Ok(count) => {
                self.left = self.left.saturating_sub(count as u64);
                Ok(count)
            }
            Err(error) if self.left == 1 && is_checksum(&error) => {
                (self.left, self.is_wrong) = (0, true);
                Ok(1)
            }
            Err(error) => Err(error),
        }
    }
}
