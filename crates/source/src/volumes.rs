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

/// Minimum number of digits of a plain split.
const FEWEST: usize = 3;

impl VolumeScheme {
    /// The scheme of the part `number` in its folder. After `.999` comes `.1000`, which has more digits than the others:
    /// it belongs to those whose part before it, or whose first part, exists.
    fn in_folder(self, folder: &Path, stem: &str, number: u32) -> VolumeScheme {
        let (digits, fewest, of): (_, _, fn(usize) -> VolumeScheme) = match self {
            VolumeScheme::Cut(digits) => (digits, FEWEST, VolumeScheme::Cut),
            VolumeScheme::Rar(digits) => (digits, 1, VolumeScheme::Rar),
            VolumeScheme::Zip => return self,
        };
        if number.to_string().len() < digits {
            return self;
        }
        let has = |digits: usize, number: u32| folder.join(of(digits).part(stem, number)).is_file();
        let before = (fewest..digits).find(|digits| number > 0 && has(*digits, number - 1));
        let first = || (fewest..digits).find(|digits| has(*digits, 1));
        let other = before.or_else(|| if has(digits, number.saturating_sub(1)) { None } else { first() });
        other.map_or(self, of)
    }

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
        if let Some((stem, kind, number)) = parse(name) {
            let kind = kind.in_folder(&folder, stem, number);
            // a single part with this number is no part
            let is_part = number > 0 || folder.join(kind.part(stem, 1)).is_file();
            return is_part.then(|| Set { folder, stem: stem.to_owned(), kind });
        }
        let stem = name.get(..name.len().checked_sub(4)?)?;
        let is_last = name.to_ascii_lowercase().ends_with(".zip")
            && (path.with_extension("z01").exists() || path.with_extension("Z01").exists());
        is_last.then(|| Set { folder, stem: stem.to_owned(), kind: VolumeScheme::Zip })
    }

    /// Path of the first part, whether it exists or not: no other set has it.
    pub(crate) fn first(&self) -> PathBuf {
        self.folder.join(self.kind.part(&self.stem, 1))
    }

    /// Path of the joined file.
    fn whole(&self) -> PathBuf {
        self.folder.join(self.name())
    }

    /// Name of the joined file: that of its first part, if the folder has a file of the usual name, or another set that
    /// was split from it.
    fn name(&self) -> String {
        match self.kind {
            VolumeScheme::Cut(digits) => {
                let other = |digits| self.folder.join(VolumeScheme::Cut(digits).part(&self.stem, 1));
                let is_taken = self.folder.join(&self.stem).exists()
                    || (FEWEST..digits).any(|digits| other(digits).exists());
                if is_taken { self.kind.part(&self.stem, 1) } else { self.stem.clone() }
            }
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
                let (stem, kind, number) = parse(name.to_str()?).filter(|(stem, ..)| *stem == self.stem)?;
                let path = self.folder.join(&name);
                let is_part = kind.in_folder(&self.folder, stem, number) == self.kind && path.is_file();
                is_part.then_some((number, path))
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
        // most programs count from one
        let first = present.first().map_or(1, |(number, _)| (*number).min(1));
        let is_there = |number: u32| present.iter().any(|(one, _)| *one == number);
        let gaps: Vec<u32> = (first..=last).filter(|number| !is_there(*number)).take(SHOWN).collect();
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
        let mut next = present.first().map_or(1, |(number, _)| (*number).min(1));
        let mut parts = Vec::new();
        let is_complete =
            present.last().is_some_and(|(last, _)| (*last + 1 - next) as usize == present.len());
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
    if end.len() >= FEWEST && CUT.iter().any(|cut| lower.ends_with(cut)) {
        return Some((stem, VolumeScheme::Cut(end.len()), number(end)?));
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
    use crate::Limits;
    use crate::tests::Opened;

    /// A gzip of this text, cut into parts.
    fn parts(text: &str, count: usize) -> Vec<Vec<u8>> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        std::io::Write::write_all(&mut encoder, text.as_bytes()).expect("written");
        let packed = encoder.finish().expect("packed");
        packed.chunks(packed.len().div_ceil(count)).map(<[u8]>::to_vec).collect()
    }

    fn opened(files: &[(String, Vec<u8>)]) -> Opened {
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        Opened::with(&files, Limits::default(), None)
    }

    #[test]
    fn sets_with_other_numbers_of_digits_are_apart() {
        let mut files = Vec::new();
        for (digits, text) in [(3, "three\n"), (4, "four\n"), (5, "five\n")] {
            let name = |number: usize| format!("case.gz.{:0digits$}", number + 1);
            files.extend(parts(text, 3).into_iter().enumerate().map(|(at, part)| (name(at), part)));
        }
        let both = opened(&files);
        let sources: Vec<(&str, &[u8])> =
            both.sources.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let expected: [(&str, &[u8]); 3] =
            [("case.gz", b"three\n"), ("case.gz.0001", b"four\n"), ("case.gz.00001", b"five\n")];
        assert!(expected.iter().all(|one| sources.contains(one)) && sources.len() == 3, "{sources:?}");
        assert_eq!(both.lines, [""; 0]);
    }

    #[test]
    fn a_set_may_count_from_zero_and_beyond_its_digits() {
        let text = "some line of a log\n".repeat(2500);
        for first in [0, 1] {
            let parts = parts(&text, 1100).into_iter().enumerate();
            let files: Vec<_> =
                parts.map(|(at, part)| (format!("case.gz.{:03}", at + first), part)).collect();
            assert!(files.len() > 1001, "{}", files.len());
            let all = opened(&files);
            assert_eq!((all.names(), all.lines.len()), (vec!["case.gz"], 0), "{:?}", all.lines);
            assert!(all.sources[0].1 == text.as_bytes());
        }
        let alone = opened(&[("case.gz.000".to_owned(), parts("text\n", 1).remove(0))]);
        assert_eq!(alone.names(), ["case.gz.000"]);
    }

    #[test]
    fn parts_by_their_names() {
        for (name, part) in [
            ("case.7z.001", Some(("case.7z", VolumeScheme::Cut(3), 1))),
            ("Case.ZIP.012", Some(("Case.ZIP", VolumeScheme::Cut(3), 12))),
            ("case.z01", Some(("case", VolumeScheme::Zip, 1))),
            ("case.part03.rar", Some(("case", VolumeScheme::Rar(2), 3))),
            ("server.log.001", None),
            ("case.7z.000", Some(("case.7z", VolumeScheme::Cut(3), 0))),
            ("case.7z.1000", Some(("case.7z", VolumeScheme::Cut(4), 1000))),
            ("case.7z", None),
            ("case.rar", None),
            ("a.zone", None),
            ("x.part.rar", None),
        ] {
            assert_eq!(parse(name), part, "{name}");
        }
    }
}
