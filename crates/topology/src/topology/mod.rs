//! [`Topology`]: product knowledge, checked, and its lookups.

use std::sync::LazyLock;

use crate::check;
use crate::data::{
    self, Artifact, Data, ExpectedPart, FormatTraits, Installer, Pair, Process, Product, Samples,
};
use crate::error::TopologyError;
use crate::file_name::FileNameScheme;
use crate::log::LogKind;

mod file_names;
mod logs;
mod origins;
mod servers;

/// The file that is part of the program.
pub(crate) const TEXT: &str = include_str!("../../../../signatures/topology.toml");

/// What [`Topology::embedded`] gives out.
static EMBEDDED: LazyLock<Topology> =
    LazyLock::new(|| Topology::parse(TEXT).expect("a test reads the embedded topology"));

/// Product knowledge, checked and ready to be asked.
#[derive(Debug, Clone)]
pub struct Topology {
    pub(crate) data: Data,
    schemes: Vec<FileNameScheme>,
    logs: Vec<LogKind>,
}

impl Topology {
    /// Returns the topology that is part of the program. Its text is parsed once.
    pub fn embedded() -> &'static Topology {
        &EMBEDDED
    }

    /// Reads a topology from the text of its file.
    pub fn parse(text: &str) -> Result<Topology, TopologyError> {
        let data: Data = toml::from_str(text).map_err(Box::new)?;
        check::check(&data)?;
        let schemes = data.file_names.iter().map(FileNameScheme::new).collect::<Result<_, _>>()?;
        let logs = data.logs.iter().map(|log| LogKind::new(log, &data));
        let logs = logs.chain(data.artifacts.iter().map(LogKind::of_artifact)).collect();
        Ok(Topology { data, schemes, logs })
    }

    /// Returns all products.
    pub fn products(&self) -> &[Product] {
        &self.data.products
    }

    /// Returns a product by its name.
    pub fn product(&self, name: &str) -> Option<&Product> {
        self.data.products.iter().find(|product| *product.name == *name)
    }

    /// Returns the product to which the services components belong.
    pub fn services_product(&self) -> Option<&Product> {
        self.product(&self.services().next()?.product)
    }

    /// Returns the programs that are known by name.
    pub fn processes(&self) -> &[Process] {
        &self.data.processes
    }

    /// Returns a process by its name.
    pub fn process(&self, name: &str) -> Option<&Process> {
        self.data.processes.iter().find(|process| *process.name == *name)
    }

    /// Returns the services components: processes that run on the server which owns the Distributed Systems Manager.
    pub fn services(&self) -> impl Iterator<Item = &Process> {
        self.data.processes.iter().filter(|process| process.is_service)
    }

    /// Returns whether a process of that name is a services component.
    pub fn is_service(&self, process: &str) -> bool {
        self.process(process).is_some_and(|process| process.is_service)
    }

    /// Returns the peculiarities of a format; `None` if it has none.
    pub fn format(&self, name: &str) -> Option<&FormatTraits> {
        self.data.formats.iter().find(|format| format.name == name)
    }

    /// Returns all formats with peculiarities.
    pub fn formats(&self) -> &[FormatTraits] {
        &self.data.formats
    }

    /// Returns the parts that a collection should have, the most important first.
    pub fn expected(&self) -> &[ExpectedPart] {
        &self.data.expected
    }

    /// Returns the part of a collection that is a pair of servers.
    pub fn part_of_pair(&self) -> Option<&ExpectedPart> {
        self.data.expected.iter().find(|part| part.name == self.data.pair.part)
    }

    /// Returns how the names of a pair of servers differ.
    pub fn pair(&self) -> &Pair {
        &self.data.pair
    }

    /// Returns how logs that try a rule are written.
    pub fn samples(&self) -> &Samples {
        &self.data.samples
    }

    /// Returns how the logs of installations are known.
    pub fn installer(&self) -> &Installer {
        &self.data.installer
    }

    /// Returns where the file of an artifact is, by the name of its kind.
    pub fn artifact(&self, kind: &str) -> Option<&Artifact> {
        self.data.artifacts.iter().find(|artifact| artifact.kind == kind)
    }

    /// Returns the layer of the system to which a signature belongs, from 0 for the lowest; the number of layers if
    /// the topology has none for its id.
    pub fn layer(&self, id: &str) -> usize {
        let layers = &self.data.layers;
        let is_in = |layer: &data::Layer| layer.ids.iter().any(|start| id.starts_with(start.as_str()));
        layers.iter().position(is_in).unwrap_or(layers.len())
    }

    /// Returns whether a class, with its packages before it, is the product's own code.
    pub fn is_own_class(&self, name: &str) -> bool {
        let own = self.data.products.iter().flat_map(|product| &product.own_classes);
        own.into_iter().any(|start| name.starts_with(start.as_str()))
    }

    /// Returns whether a field of that name holds a session.
    pub fn is_session_field(&self, name: &[u8]) -> bool {
        let word = self.data.fields.session.as_bytes();
        name.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
    }

    /// Returns whether a field of that name holds the result of a request.
    pub fn is_status_field(&self, name: &[u8]) -> bool {
        self.data.fields.status.iter().any(|known| known.as_bytes() == name)
    }

    /// Returns whether a field of that name holds the server that wrote the message.
    pub fn is_server_field(&self, name: &[u8]) -> bool {
        self.data.fields.server.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Returns whether a server at the other end, as signatures call it, is the web server of the product.
    pub fn is_web_server(&self, peer: &str) -> bool {
        peer.contains(&self.data.peers.web_server)
    }

    /// Returns whether a server at the other end, as signatures call it, is a directory server.
    pub fn is_directory(&self, peer: &str) -> bool {
        peer.contains(&self.data.peers.directory)
    }

    /// Returns words that no text in code may hold, because code that depends on one must ask here: beginnings of file
    /// names, folders, processes, logs, and files that are not logs.
    #[cfg(test)]
    pub(crate) fn words(&self) -> Vec<&str> {
        let schemes = self.schemes.iter().map(FileNameScheme::begins);
        let folders = self.data.folders.iter().map(|folder| folder.name.as_str());
        let processes = self.data.processes.iter().map(|process| &*process.name);
        let logs = self.logs.iter().map(|log| log.name.as_str());
        let artifacts = self.data.artifacts.iter().map(|artifact| artifact.file.as_str());
        schemes.chain(folders).chain(processes).chain(logs).chain(artifacts).collect()
    }

    /// Returns names that no text in code may be: products, and formats from which an origin follows.
    #[cfg(test)]
    pub(crate) fn names(&self) -> Vec<&str> {
        let products = self.data.products.iter().map(|product| &*product.name);
        let formats = self.data.origins.iter().flat_map(|rule| &rule.formats).map(String::as_str);
        products.chain(formats).collect()
    }
}
