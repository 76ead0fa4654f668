//! Servers and processes without any collected log. A gadget that does not open shows its cause in the Tomcat logs of
//! the administration server or in the logs of the ECE application server, and neither of them shows that the other has
//! no error.

use crate::check::{Check, CheckInput, CheckOutput, Server, and, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::CoverageGap;
use spoglight_topology::{ExpectedPart, Product, Topology};

/// Servers and processes without a log.
pub(super) struct Missing;

impl Check for Missing {
    fn id(&self) -> CheckId {
        CheckId("logs-missing")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B08")
    }

    fn title(&self) -> &'static str {
        "Expected logs were not collected"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let with_events = || collection.sources.iter().filter(|source| source.events > 0);
        let topology = collection.topology;
        let is_there =
            |part: &ExpectedPart| with_events().any(|source| topology.is_part(part, &source.as_log()));
        let parts = topology.expected();
        let missing: Vec<&ExpectedPart> = parts.iter().filter(|part| !is_there(part)).collect();
        if missing.len() == parts.len()
            && collection.sources.iter().all(|source| source.origin.product.is_none())
        {
            return CheckOutput::gaps(vec![self.nothing_known(topology)]);
        }
        let mut gaps = Vec::new();
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|part| part.name.as_str()).collect();
            let advice: Vec<&str> = missing.iter().map(|part| part.collect.as_str()).collect();
            gaps.push(gap(
                self,
                format!("what happened on {}", names.join(", on ")),
                "no log of it was collected, so nothing that only it shows can be found or ruled out",
                format!("add {}", advice.join("; ")),
            ));
        }
        gaps.extend(collection.servers().iter().filter_map(|server| self.processes(server, topology)));
        CheckOutput::gaps(gaps)
    }
}

impl Missing {
    /// The gap of a collection without a file of any known product.
    fn nothing_known(&self, topology: &Topology) -> CoverageGap {
        let products = || topology.products().iter().filter(|product| product.log_folder.is_some());
        let names: Vec<&str> = products().map(|product| &*product.name).collect();
        gap(
            self,
            format!("what happened on the servers of {}", and(names.iter().copied())),
            format!("no file of the collection belongs to {}", names.join(" or ")),
            format!("point spoglight at {}, or at an archive of them", and(products().map(Product::folder))),
        )
    }

    /// Services components without a log on a server that has logs of others.
    fn processes(&self, server: &Server<'_>, topology: &Topology) -> Option<CoverageGap> {
        let services = topology.services().map(|process| &*process.name);
        let (here, gone): (Vec<&str>, Vec<&str>) =
            services.partition(|name| server.has(|process| *process.name == **name, topology));
        // one or two may have been picked; if most are there, the others are missing
        if here.len() <= gone.len() || gone.is_empty() {
            return None;
        }
        let product = topology.services_product()?;
        let file = topology.scheme_of_product(&product.name)?.file_of(server.host, "PROCESS");
        Some(gap(
            self,
            format!("{} on {}", gone.join(", "), server.host),
            "the other services components of this server were collected, these were not",
            format!("add {file} and its rotated files from {}", product.folder()),
        ))
    }
}
