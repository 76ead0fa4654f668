//! Servers and processes of which nothing was collected. A gadget that does not open shows its cause in the Tomcat logs of
//! the administration server or in those of the ECE application server, and nothing in one of them says that the other is
//! well.

use crate::check::{Check, CheckInput, CheckOutput, Server, and, gap};
use spoglight_model::CheckId;
use spoglight_model::analysis::CoverageGap;
use spoglight_topology::{ExpectedPart, Product, Topology};

/// See the [module](self).
pub(super) struct Missing;

impl Check for Missing {
    fn id(&self) -> CheckId {
        CheckId("logs-missing")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B08")
    }

    fn title(&self) -> &'static str {
        "Logs that one expects were not collected"
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
            return nothing_known(topology);
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
    /// Services components that a server with others of them has no log of.
    fn processes(&self, server: &Server<'_>, topology: &Topology) -> Option<CoverageGap> {
        let services = topology.services().map(|process| &*process.name);
        let (here, gone): (Vec<&str>, Vec<&str>) =
            services.partition(|name| server.has(|process| *process.name == **name, topology));
        // one or two of them are a choice; most of them are a server of which some are missing
        if here.len() <= gone.len() || gone.is_empty() {
            return None;
        }
        let product = topology.services_product()?;
        let file = topology.scheme_of_product(&product.name)?.file_of(server.host, "PROCESS");
        Some(gap(
            self,
            format!("{} on {}", gone.join(", "), server.host),
            "the other services components of this server are in the collection, these are not",
            format!("add {file} and its rotated files from {}", product.folder()),
        ))
    }
}

/// The answer where no file is of a product.
fn nothing_known(topology: &Topology) -> CheckOutput {
    let products = || topology.products().iter().filter(|product| product.log_folder.is_some());
    let names: Vec<&str> = products().map(|product| &*product.name).collect();
    CheckOutput::blind(
        format!("nothing in the collection is known to be of {}", names.join(" or ")),
        format!("point spoglight at {}, or at an archive of them", and(products().map(Product::folder))),
    )
}
