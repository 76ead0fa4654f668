//! Keystores of a collection by what they are for: truststores of the administration servers, which must trust ECE's web
//! server, and keystores of ECE, which must trust the directory.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_artifacts::{Artifact, CommandContent, Truststore};
use spoglight_model::analysis::{SourceFacts, Warning};
use spoglight_source::ProblemKind;
use spoglight_text::source_path::file_name;

use crate::check::{CheckInput, Fault};
use crate::outputs::outputs;

/// A store and its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Store<'a> {
    pub(crate) source: &'a SourceFacts,
    pub(crate) store: &'a Truststore,
}

impl<'a> Store<'a> {
    /// A fault of the store. Stores have no lines, so it is reported on line 1.
    pub(crate) fn fault(&self, text: String) -> Fault<'a> {
        Fault { source: self.source, line: 1, text }
    }

    /// The server of the store, else its path.
    pub(crate) fn place(&self) -> &'a str {
        self.source.host.as_deref().unwrap_or(&self.source.path)
    }
}

/// All stores that hold more than keys of their own server.
fn all<'a>(collection: &CheckInput<'a>) -> impl Iterator<Item = Store<'a>> {
    let stores = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::Truststore(store) => Some(Store { source, store }),
        _ => None,
    });
    // of a list that is cut nothing is missing for sure
    let listed = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
        CommandContent::Truststore(store) if !output.shown.is_cut => {
            Some(Store { source: output.source, store })
        }
        _ => None,
    });
    stores.chain(listed).filter(|store| {
        let entries = &store.store.entries;
        entries.is_empty() || !entries.iter().all(|entry| entry.has_private_key)
    })
}

/// The servers with a file of a product that must trust the web server, and those with one whose stores are for the
/// directory.
struct StoreServers<'a> {
    web: BTreeSet<&'a str>,
    directory: BTreeSet<&'a str>,
}

impl<'a> StoreServers<'a> {
    fn new(collection: &CheckInput<'a>) -> StoreServers<'a> {
        let (mut web, mut directory) = (BTreeSet::new(), BTreeSet::new());
        for source in collection.sources {
            if let (Some(host), Some(is_web)) = (source.host.as_deref(), trusts(collection, source)) {
                if is_web { &mut web } else { &mut directory }.insert(host);
            }
        }
        StoreServers { web, directory }
    }

    /// Returns whether a file is one of a server that must trust the web server (`true`), or of one whose stores are for
    /// the directory (`false`).
    fn is_of(&self, collection: &CheckInput<'_>, source: &SourceFacts, wanted: bool) -> bool {
        // the server is a stronger hint than the name of the file
        let hosts = if wanted { &self.web } else { &self.directory };
        trusts(collection, source) == Some(wanted)
            || source.host.as_deref().is_some_and(|host| hosts.contains(host))
    }
}

/// Returns whether the product of a file must trust the web server; `None` if that is not known.
pub(crate) fn trusts(collection: &CheckInput<'_>, source: &SourceFacts) -> Option<bool> {
    let product = source.origin.product.as_deref().and_then(|name| collection.topology.product(name));
    product.and_then(|product| product.trusts_web_server)
}

/// The stores that may be the truststore of an ADS.
pub(crate) fn ads_stores<'a>(collection: &CheckInput<'a>) -> Vec<Store<'a>> {
    let servers = StoreServers::new(collection);
    let may_be = |store: &Store<'_>| {
        servers.is_of(collection, store.source, true)
            || is_store_name(&store.source.path) && !servers.is_of(collection, store.source, false)
    };
    all(collection).filter(may_be).collect()
}

/// The stores of ECE for the directory: those of its servers or of an unknown one, but not the store that a Java machine
/// was delivered with.
pub(crate) fn directory_stores<'a>(collection: &CheckInput<'a>) -> Vec<Store<'a>> {
    let servers = StoreServers::new(collection);
    let may_be = |store: &Store<'_>| {
        let is_its = servers.is_of(collection, store.source, false) || store.source.host.is_none();
        is_its && !servers.is_of(collection, store.source, true) && !is_store_name(&store.source.path)
    };
    all(collection).filter(may_be).collect()
}

/// The servers with logs of a program that must trust the web server, and without a collected store.
pub(crate) fn ads_without_store<'a>(collection: &CheckInput<'a>, stores: &[Store<'_>]) -> Vec<&'a str> {
    let with: BTreeSet<&str> = stores.iter().filter_map(|store| store.source.host.as_deref()).collect();
    let is_ads =
        |source: &&SourceFacts| source.events > 0 && collection.topology.is_of_caller(&source.as_log());
    let hosts = collection.sources.iter().filter(is_ads).filter_map(|source| source.host.as_deref());
    let hosts: BTreeSet<&str> = hosts.filter(|host| !with.contains(host)).collect();
    hosts.into_iter().collect()
}

/// Returns whether the name of a file is that of a truststore.
fn is_store_name(path: &str) -> bool {
    let name = file_name(path).to_lowercase();
    name.contains("cacerts") || name.contains("trust")
}

/// Stores by server. Those that the server reads come first: if one of them is `ssl\cacerts` (12.6 and later), only that
/// one is in use.
pub(crate) fn by_server<'a>(stores: &[Store<'a>]) -> BTreeMap<&'a str, Vec<Store<'a>>> {
    let mut servers: BTreeMap<&str, Vec<Store<'_>>> = BTreeMap::new();
    for store in stores {
        servers.entry(store.place()).or_default().push(*store);
    }
    for group in servers.values_mut() {
        group.sort_by_key(|store| !is_newer(store));
    }
    servers
}

/// Returns whether it is the store of 12.6 and later.
pub(super) fn is_newer(store: &Store<'_>) -> bool {
    store.source.path.to_lowercase().contains("/ssl/")
}

/// Faults of stores with a wrong checksum, or that cannot be read at all.
pub(crate) fn damaged<'a>(collection: &CheckInput<'a>, stores: &[Store<'a>]) -> Vec<Fault<'a>> {
    let broken = stores.iter().filter(|store| store.store.intact == Some(false)).map(|store| {
        store.fault("the store is damaged: its checksum is wrong, and Java does not open it".to_owned())
    });
    let is_unread =
        |warning: &&Warning| warning.kind == ProblemKind::Keystore && is_store_name(&warning.path);
    let unread: BTreeMap<&str, &Warning> =
        collection.warnings.iter().filter(is_unread).map(|warning| (&*warning.path, warning)).collect();
    let unread = collection.sources.iter().filter_map(|source| {
        let warning = unread.get(&*source.path)?;
        Some(Fault { source, line: 1, text: format!("the store {}", warning.what) })
    });
    broken.chain(unread).collect()
}

/// The path of a store on its server, for a step: the folders below that of the server, with `\`.
pub(crate) fn path_on_server(source: &SourceFacts) -> String {
    let path = source.path.rsplit('!').next().unwrap_or(&source.path);
    let of_server = source.host.as_deref().and_then(|host| {
        let at = path.to_ascii_lowercase().find(&format!("{}/", host.to_ascii_lowercase()))?;
        path.get(at + host.len() + 1..)
    });
    of_server.unwrap_or_else(|| file_name(path)).replace('/', "\\")
}
