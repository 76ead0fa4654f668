//! Packs files in all ways, and opens what came of it.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use spoglight_source::{Bundle, Opening, Problem};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{folder, put};

pub type Files = Vec<(String, Vec<u8>)>;

/// The files below a folder, with their names from there.
pub fn files(folder: &Path, prefix: &str) -> Files {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let below = |entry: &fs::DirEntry| {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files(&entry.path(), &format!("{name}/"))
        } else {
            vec![(name, fs::read(entry.path()).expect("a file"))]
        }
    };
    entries.iter().flat_map(below).collect()
}

pub fn zip(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

pub fn tar(files: &Files) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes.as_slice()).expect("an entry");
    }
    tar.into_inner().expect("an archive")
}

pub fn sevenz(files: &Files) -> Vec<u8> {
    let mut archive = sevenz_rust2::ArchiveWriter::new(Cursor::new(Vec::new())).expect("an archive");
    for (name, bytes) in files {
        let entry = sevenz_rust2::ArchiveEntry::new_file(name);
        archive.push_archive_entry(entry, Some(bytes.as_slice())).expect("an entry");
    }
    archive.finish().expect("an archive").into_inner()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("packed")
}

pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("packed")
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("an encoder");
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("packed")
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// What an archive gave when all that is in it was read.
pub struct Opened {
    /// Names behind the archive's own, and bytes.
    pub sources: Files,
    pub problems: Vec<Problem>,
}

impl Opened {
    /// `path: what; advice`, the path from the archive on.
    pub fn lines(&self) -> String {
        let line = |problem: &Problem| format!("{}: {}; {}\n", problem.path, problem.what, problem.advice);
        self.problems.iter().map(line).collect()
    }
}

/// Opens a file with these bytes.
pub fn opened(name: &str, bytes: &[u8], opening: &Opening) -> Opened {
    let folder = folder();
    put(folder.path(), name, bytes);
    opened_folder(folder.path(), &[name], opening)
}

/// Opens files of a folder and reads all that is in them.
pub fn opened_folder(folder: &Path, names: &[&str], opening: &Opening) -> Opened {
    let paths: Vec<_> = names.iter().map(|name| folder.join(name)).collect();
    let bundle = Bundle::open(&paths, opening);
    let prefix = format!("{}/", folder.display().to_string().replace('\\', "/"));
    let mut problems = bundle.problems.clone();
    let mut sources = Vec::new();
    for source in &bundle.sources {
        let mut bytes = Vec::new();
        if let Err(error) = source.read(0, |stream| stream.read_to_end(&mut bytes)) {
            let (path, what) = (source.path.clone(), format!("cannot be read: {error}"));
            problems.push(Problem::new(&*path, what, ""));
        }
        sources.push((source.path.replace(&prefix, ""), bytes));
    }
    problems.extend(bundle.noticed());
    for problem in &mut problems {
        problem.path = problem.path.replace(&prefix, "");
        problem.what = problem.what.replace(&prefix, "");
    }
    Opened { sources, problems }
}
