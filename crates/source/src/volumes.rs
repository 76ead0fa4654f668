//! Split archives: `case.7z.001`, `case.7z.002`; `case.z01`, `case.zip`; `case.part1.rar`.
//!
//! Parts of a plain split in the same folder are read as one file, named `case.7z`, whichever part the user named.
//! Missing parts are named. A part is not a log, and is never read as one.
//!
//! The parts of a `.z01` are not a plain split: their directory counts from the start of each part. They are not
//! read.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mtime::ModifiedTime;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::sink::Sink;

/// Extensions of archives that are split plainly. A `server.log.001` is not a part, but an older log.
const CUT: &[&str] = &[".7z", ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VolumeScheme {
    /// `.001`, with this number of digits.
    Cut(usize),
    /// `.z01`, and `.zip` for the last part.
    Zip,
    /// `.part1.rar`, with this number of digits.
    Rar(usize),
}

impl VolumeScheme {
    fn part(self, stem: &str, number: u32) -> String {
        match self {
            VolumeScheme::Cut(digits) => format!("{stem}.{number:0digits$}"),
            VolumeScheme::Zip => format!("{stem}.z{number:02}"),
            VolumeScheme::Rar(digits) => format!("{stem}.part{number:0digits$}.rar"),
        }
    }
}

/// The parts of one archive.
pub(crate) struct Set {
    folder: PathBuf,
    stem: String,
    kind: VolumeScheme,
}

impl Set {
    /// The set of a part, by its file name.
    pub(crate) fn from_part(path: &Path) -> Option<Set> {
        let name = path.file_name()?.to_str()?;
        // the same set for every spelling of its folder
        let folder = path.canonicalize().ok()?.parent()?.to_owned();
        if let Some((stem, kind, _)) = parse(name) {
            return Some(Set { folder, stem: stem.to_owned(), kind });
        }
        let stem = name.get(..name.len().checked_sub(4)?)?;
        let is_last = name.to_ascii_lowercase().ends_with(".zip")
            && (path.with_extension("z01").exists() || path.with_extension("Z01").exists());
        is_last.then(|| Set { folder, stem: stem.to_owned(), kind: VolumeScheme::Zip })
    }

    /// Path of the joined file.
    pub(crate) fn whole(&self) -> PathBuf {
        self.folder.join(self.name())
    }

    fn name(&self) -> String {
        match self.kind {
            VolumeScheme::Cut(_) => self.stem.clone(),
            VolumeScheme::Zip => format!("{}.zip", self.stem),
            VolumeScheme::Rar(_) => format!("{}.rar", self.stem),
        }
    }

    /// Numbers and paths of the existing parts, in order.
    fn present(&self) -> Vec<(u32, PathBuf)> {
        let entries =
            fs::read_dir(if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder });
        let mut present: Vec<(u32, PathBuf)> = entries
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let name = entry.ok()?.file_name();
                let (stem, kind, number) = parse(name.to_str()?)?;
                let path = self.folder.join(&name);
                (stem == self.stem && kind == self.kind && path.is_file()).then_some((number, path))
            })
            .collect();
        present.sort();
        present
    }

    /// Adds the joined archive to `bundle`; `part` is the name in reports of the part that was found.
    pub(crate) fn add(&self, part: &str, bundle: &mut dyn Sink) {
        let before = part.rfind('/').map_or("", |at| part.get(..=at).unwrap_or_default());
        let name = format!("{before}{}", self.name());
        let present = self.present();
        let last = present.last().map_or(0, |(number, _)| *number);
        let is_there = |number: u32| present.iter().any(|(one, _)| *one == number);
        let gaps: Vec<u32> = (1..=last).filter(|number| !is_there(*number)).take(SHOWN).collect();
        for number in &gaps {
            let part = self.kind.part(&self.stem, *number);
            missing(&name, &part, bundle);
        }
        let count = present.len();
        match self.kind {
            VolumeScheme::Cut(_) => self.join(&name, present, bundle),
            VolumeScheme::Zip => {
                if !self.whole().is_file() {
                    missing(&name, &self.name(), bundle);
                }
                bundle.unread_entries(
                    &*name,
                    format!("is a zip archive in {} parts, {} and so on, which spoglight cannot join", count + 1, self.kind.part(&self.stem, 1)),
                    format!("join them with 7-Zip, or with `zip -s 0 {} --out whole.zip`, and point spoglight at that", self.name()),
                );
            }
            VolumeScheme::Rar(_) => bundle.unread_entries(
                &*name,
                format!("is a RAR archive in {count} parts, which spoglight cannot unpack"),
                "unpack it and point spoglight at the folder",
            ),
        }
    }

    /// Reads the parts up to the first missing one as one file.
    fn join(&self, name: &str, present: Vec<(u32, PathBuf)>, bundle: &mut dyn Sink) {
        let (mut parts, mut next) = (Vec::new(), 1);
        let is_complete = present.last().is_some_and(|(last, _)| *last as usize == present.len());
        for (number, path) in present {
            if number != next {
                break;
            }
            next += 1;
            match Shared::open(&path) {
                Ok(part) => parts.push(part),
                Err(error) => return bundle.report(Problem::unreadable(crate::folder::shown(&path), &error)),
            }
        }
        if parts.is_empty() {
            return; // the first is missing, which was reported
        }
        let joined = Shared::joined(parts);
        let end = End::check(&joined);
        if is_complete && end != End::There {
            missing(name, &self.kind.part(&self.stem, next), bundle);
        }
        // a 7z without its end is unreadable, which was reported
        if end != End::OfSevenZ {
            bundle.add(Arc::new(joined), name.to_owned(), 0, ModifiedTime::default());
        }
    }
}

fn missing(name: &str, part: &str, bundle: &mut dyn Sink) {
    bundle.unread_entries(
        name,
        format!("is split into parts, and {part} is missing"),
        "request that part, and put it into the same folder",
    );
}

/// Maximum number of missing parts that are named.
const SHOWN: usize = 20;

/// Stem, kind and number of a part, by its name.
fn parse(name: &str) -> Option<(&str, VolumeScheme, u32)> {
    let (stem, end) = name.rsplit_once('.')?;
    let number =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    let lower = stem.to_ascii_lowercase();
    if end.len() >= 3 && CUT.iter().any(|cut| lower.ends_with(cut)) {
        return Some((stem, VolumeScheme::Cut(end.len()), number(end)?)).filter(|(.., number)| *number > 0);
    }
    if let Some(digits) = end.strip_prefix(['z', 'Z']).filter(|digits| digits.len() >= 2) {
        return Some((stem, VolumeScheme::Zip, number(digits)?)).filter(|(.., number)| *number > 0);
    }
    if end.eq_ignore_ascii_case("rar") {
        let at = lower.rfind(".part")?;
        let digits = stem.get(at + 5..)?;
        return Some((stem.get(..at)?, VolumeScheme::Rar(digits.len()), number(digits)?));
    }
    None
}

/// State of the end of an archive.
#[derive(PartialEq, Eq)]
enum End {
    There,
    /// Missing in a 7z, whose first bytes give its length.
    OfSevenZ,
    /// Missing in a zip, which ends with a record.
    OfZip,
}

impl End {
    fn check(archive: &Shared) -> End {
        let mut head = Vec::new();
        let _ = archive.clone().take(32).read_to_end(&mut head);
        let number = |at: usize| {
            head.get(at..at + 8).and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_le_bytes)
        };
        if head.starts_with(b"7z\xbc\xaf\x27\x1c") {
            let end = number(12).saturating_add(number(20)).saturating_add(32);
            return if end > archive.length() { End::OfSevenZ } else { End::There };
        }
        if !head.starts_with(b"PK\x03\x04") {
            return End::There;
        }
        // a comment of 64 KiB may follow the record
        let (mut tail, mut bytes) = (archive.clone(), Vec::new());
        let from = archive.length().saturating_sub((64 << 10) + 22);
        let read = tail.seek(SeekFrom::Start(from)).and_then(|_| tail.read_to_end(&mut bytes));
        if read.is_ok() && memchr::memmem::rfind(&bytes, b"PK\x05\x06").is_none() {
            End::OfZip
        } else {
            End::There
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{VolumeScheme, parse};

    #[test]
    fn parts_by_their_names() {
        for (name, part) in [
            ("case.7z.001", Some(("case.7z", VolumeScheme::Cut(3), 1))),
            ("Case.ZIP.012", Some(("Case.ZIP", VolumeScheme::Cut(3), 12))),
            ("case.z01", Some(("case", VolumeScheme::Zip, 1))),
            ("case.part03.rar", Some(("case", VolumeScheme::Rar(2), 3))),
            ("server.log.001", None),
            ("case.7z.000", None),
            ("case.7z", None),
            ("case.rar", None),
            ("a.zone", None),
            ("x.part.rar", None),
        ] {
            assert_eq!(parse(name), part, "{name}");
        }
    }
}
