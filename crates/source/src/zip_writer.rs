//! Writes zip archives of small files in memory. The same files give the same bytes.

use std::io::{self, Cursor, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};

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
