//! [`Opened`]: a log as it was when following began: its name, server, charset and formats.
//!
//! It is probed by the file at its path, or by bytes that were read of it: a log may have another name by the time it is
//! probed.

use std::path::Path;
use std::sync::Arc;

use spoglight_artifacts as artifacts;
use spoglight_parsers::Format;
use spoglight_source::{Bundle, HostRules, Opening, host_of};
use spoglight_text::charset::CharsetRules;
use spoglight_topology::Topology;

use crate::prefixed;
use crate::probe::{Probe, probe_sample, sample_of};
use crate::scanned::ScannedSource;
use crate::stored_tally::StoredTally;

/// A log as it was when following began.
pub struct Opened<'f> {
    /// Its name, with `/` on every system.
    pub path: Arc<str>,
    /// Server that wrote it, from the user, its name or the folders around it.
    pub host: Option<Arc<str>>,
    /// Its format and charset; no charset if it is empty, or not a log.
    pub scanned: ScannedSource<'f>,
}

/// Probes a file that is followed from now on. `None` if it does not exist any more, or cannot be read now.
pub fn open<'f>(
    path: &Path,
    formats: &[&'f dyn Format],
    charsets: &CharsetRules,
    hosts: &HostRules,
) -> Option<Opened<'f>> {
    let bundle = Bundle::open(&[path.to_owned()], &Opening::default()).with_hosts(hosts);
    let source = bundle.sources.into_iter().next()?;
    let sample = sample_of(&source).ok()?;
    Some(Opened::probed(source.path, source.host, &sample, formats, charsets))
}

impl<'f> Opened<'f> {
    /// Probes the log at `path` by its first bytes.
    pub fn of_bytes(
        path: &Path,
        bytes: &[u8],
        formats: &[&'f dyn Format],
        charsets: &CharsetRules,
        hosts: &HostRules,
    ) -> Opened<'f> {
        let path = path.to_string_lossy();
        let path = if cfg!(windows) { path.replace('\\', "/") } else { path.into_owned() };
        let host = host_of(&path, Topology::embedded());
        let given = hosts.find(&path, host.as_deref()).map(|rule| rule.value.0.clone());
        Opened::probed(path.into(), given.or(host).map(Arc::from), bytes, formats, charsets)
    }

    fn probed(
        path: Arc<str>,
        host: Option<Arc<str>>,
        sample: &[u8],
        formats: &[&'f dyn Format],
        charsets: &CharsetRules,
    ) -> Opened<'f> {
        let mut probe = if sample.is_empty() || artifacts::reader_of(&path, sample).is_some() {
            Probe::default()
        } else {
            probe_sample(&path, host.as_deref(), sample, formats, charsets)
        };
        // lines that go on with the prefix of another program
        if let (Some(wrapping), Some(charset)) = (&probe.wrapping, &probe.charset)
            && let Some(mix) = prefixed::formats(wrapping, charset, sample, formats)
        {
            probe.mix = Some(mix);
        }
        // an artifact is not followed, and bytes are counted from where following begins
        let scanned = ScannedSource { tally: StoredTally::default(), ..ScannedSource::probed(probe) };
        Opened { path, host, scanned }
    }
}
