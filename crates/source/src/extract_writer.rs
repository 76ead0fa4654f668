//! [`ExtractWriter`]: takes an extract apart, a text that holds the lines of several logs, or of one with prefixes. Each log
//! becomes a source of its own, with a map back to the lines of the text.
//!
//! What the lines are is decided by the caller, because this package knows nothing of lines. The texts of the logs are
//! copied, in memory or to a temporary file within the usual limits. The maps are in memory and count against the limit of
//! memory; one entry is enough for adjacent lines whose prefixes have one length.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use spoglight_text::secrets::mask;
use spoglight_topology::Topology;

use crate::bundle::Bundle;
use crate::content::Content as _;
use crate::extract::{Extract, LinePosition, Run};
use crate::host::host_of;
use crate::limits::Budget;
use crate::mtime::ModifiedTime;
use crate::shared::Shared;
use crate::source::Source;
use crate::spool::Spool;

/// Bytes of memory of a run.
const RUN: u64 = size_of::<Run>() as u64;

/// Bytes that wait to be copied, of all logs of an extract together.
const WAITING: usize = 8 << 20;

/// Maximum number of logs of an extract.
const MOST_PARTS: usize = 1000;

/// Bytes of a name of a log.
const LONGEST_NAME: usize = 400;

/// One log of an extract.
#[derive(Debug, Default)]
struct Part {
    name: String,
    host: Option<Arc<str>>,
    waiting: Vec<u8>,
    /// Start and length of the copied pieces in the spool.
    copied: Vec<(u64, u64)>,
    end: LinePosition,
    runs: Vec<Run>,
}

/// The logs of an extract, while its lines are read.
#[derive(Debug)]
pub struct ExtractWriter {
    spool: Spool,
    budget: Arc<Budget>,
    parts: Vec<Part>,
    waiting: usize,
}

impl ExtractWriter {
    /// Begins to take a source of `bundle` apart.
    pub fn new(bundle: &Bundle) -> ExtractWriter {
        let budget = Arc::clone(&bundle.budget);
        ExtractWriter { spool: Spool::of_logs(Arc::clone(&budget)), budget, parts: Vec::new(), waiting: 0 }
    }

    /// Adds a log. An empty name is the extract itself. `None` if there are too many.
    pub fn add(&mut self, name: &str, host: Option<&str>) -> Option<usize> {
        let name = name_of(name);
        let is_kept = self.parts.len() < MOST_PARTS && self.budget.keep(700 + 3 * name.len() as u64);
        is_kept.then(|| {
            let host = host.map(Arc::from);
            let end = LinePosition { line: 1, offset: 0 };
            self.parts.push(Part { name, host, end, ..Part::default() });
            self.parts.len() - 1
        })
    }

    /// Appends a line to a log. `text` includes its line end, `outer` is where the line begins in the extract, and `removed`
    /// is the number of its bytes there that `text` does not have.
    ///
    /// Fails if a limit is reached or a temporary file cannot be written.
    pub fn line(&mut self, part: usize, text: &[u8], outer: LinePosition, removed: u64) -> io::Result<()> {
        let Some(part) = self.parts.get_mut(part) else { return Ok(()) };
        let expected = part.runs.last().map(|run| {
            let lines = part.end.line - run.inner.line;
            let bytes = part.end.offset - run.inner.offset;
            (run.outer.line + lines, run.outer.offset + bytes + lines * run.removed, run.removed)
        });
        if expected != Some((outer.line, outer.offset, removed)) {
            if !self.budget.keep(RUN) {
                let what = self.budget.too_much("the positions of its lines");
                return Err(io::Error::other(what));
            }
            part.runs.push(Run { inner: part.end, outer, removed });
        }
        part.waiting.extend_from_slice(text);
        part.end.line += u64::from(text.ends_with(b"\n"));
        part.end.offset += text.len() as u64;
        self.waiting += text.len();
        if self.waiting >= WAITING { self.copy() } else { Ok(()) }
    }

    fn copy(&mut self) -> io::Result<()> {
        self.waiting = 0;
        for part in self.parts.iter_mut().filter(|part| !part.waiting.is_empty()) {
            let (start, end, error) = self.spool.add(&mut &*part.waiting);
            part.copied.push((start, end - start));
            part.waiting.clear();
            if let Some(error) = error {
                return Err(error);
            }
        }
        Ok(())
    }

    /// Makes sources of the logs that have lines, to take the place of the source at `index`.
    ///
    /// Fails if a limit is reached or a temporary file cannot be written.
    pub fn finish(
        mut self,
        bundle: &Bundle,
        index: usize,
        wrappers: &[&'static str],
        is_selection: bool,
    ) -> io::Result<Vec<Source>> {
        self.copy()?;
        let Some(outer) = bundle.sources.get(index) else { return Ok(Vec::new()) };
        let text = self.spool.finish();
        let mut sources = Vec::new();
        for part in self.parts.into_iter().filter(|part| part.end.offset > 0) {
            let pieces: Vec<Shared> =
                part.copied.iter().map(|(start, length)| text.part(*start, *length)).collect();
            let content = match <[Shared; 1]>::try_from(pieces) {
                Ok([piece]) => piece,
                Err(pieces) => Shared::joined(pieces),
            };
            let path: Arc<str> = match part.name.as_str() {
                "" => Arc::clone(&outer.path),
                name => format!("{}!{name}", outer.path).into(),
            };
            let named = || host_of(&path, Topology::embedded()).map(Arc::from).or_else(|| outer.host.clone());
            let host = part.host.or_else(named);
            let host = bundle.given_host(&path, host.as_deref()).map(Arc::from).or(host);
            let mut runs = part.runs;
            runs.shrink_to_fit();
            let extract = Extract {
                wrappers: wrappers.to_vec(),
                is_selection,
                path: Arc::clone(&outer.path),
                size: outer.size,
                written: outer.written,
                content: Arc::clone(&outer.content),
                runs,
            };
            sources.push(Source {
                host,
                path,
                size: content.size(),
                written: ModifiedTime::default(),
                content: Arc::new(content),
                extract: Some(Arc::new(extract)),
            });
        }
        Ok(sources)
    }
}

/// The name of a log, with `/` as in all names, and without passwords and control characters.
fn name_of(name: &str) -> String {
    let end = (0..=name.len().min(LONGEST_NAME)).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let name: String = name.get(..end).unwrap_or_default().chars().filter(|one| !one.is_control()).collect();
    let name = name.replace('\\', "/").replace('!', "_");
    match mask(&name) {
        Cow::Owned(masked) => masked,
        Cow::Borrowed(_) => name,
    }
}

impl Bundle {
    /// Replaces a source by others.
    pub fn replace(&mut self, index: usize, by: Vec<Source>) {
        if index < self.sources.len() {
            self.sources.splice(index..=index, by);
        }
    }

    /// Puts the logs of extracts in the place of extracts that did not change since these sources were read.
    pub fn restore<'a>(&mut self, known: impl Iterator<Item = &'a Source>) {
        let mut next = self.sources.len();
        let parts: Vec<&Source> = known.filter(|source| source.extract.is_some()).collect();
        while let Some(at) = next.checked_sub(1) {
            next = at;
            let Some(source) = self.sources.get(at) else { continue };
            let is_of = |part: &&&Source| {
                part.extract
                    .as_deref()
                    .is_some_and(|extract| extract.path == source.path && outer_of(extract).is_as(source))
            };
            let by: Vec<Source> = parts.iter().filter(is_of).map(|part| (*part).clone()).collect();
            if !by.is_empty() {
                self.replace(at, by);
            }
        }
    }
}

/// The source that an extract was.
fn outer_of(extract: &Extract) -> Source {
    Source {
        path: Arc::clone(&extract.path),
        host: None,
        size: extract.size,
        written: extract.written,
        content: Arc::clone(&extract.content),
        extract: None,
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::bundle::Opening;

    fn at(line: u64, offset: u64) -> LinePosition {
        LinePosition { line, offset }
    }

    #[test]
    fn positions_lead_back_and_forth() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("grep.txt");
        std::fs::write(&path, "a:1\nb:22\na:333\na:4\n").expect("a file");
        let bundle = Bundle::open(&[path], &Opening::default());
        let mut writer = ExtractWriter::new(&bundle);
        let (a, b) =
            (writer.add("a.log", None).expect("room"), writer.add("b.log", Some("H")).expect("room"));
        for (part, text, line, offset) in
            [(a, "1\n", 1, 0), (b, "22\n", 2, 4), (a, "333\n", 3, 9), (a, "4\n", 4, 15)]
        {
            writer.line(part, text.as_bytes(), at(line, offset), 2).expect("room");
        }
        let sources = writer.finish(&bundle, 0, &["grep"], true).expect("room");
        let [a, b] = sources.as_slice() else { panic!("two logs") };
        assert!(a.path.ends_with("grep.txt!a.log"), "{}", a.path);
        assert_eq!(b.host.as_deref(), Some("H"));
        let mut text = String::new();
        a.read(2, |stream| stream.read_to_string(&mut text)).expect("a text");
        assert_eq!(text, "333\n4\n");
        let extract = a.extract().expect("an extract");
        for (inner, outer) in [(at(1, 0), at(1, 0)), (at(2, 2), at(3, 9)), (at(3, 6), at(4, 15))] {
            assert_eq!(extract.outer(inner), outer);
            assert_eq!(extract.inner(outer), inner.offset);
        }
        let mut again = bundle.part(&[0]);
        again.restore(sources.iter());
        assert_eq!(again.sources.len(), 2);
    }
}
