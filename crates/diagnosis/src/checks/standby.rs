//! A collection that has only the standby of the ECE services servers. The services components write only on the server
//! that owns the Distributed Systems Manager (DSM).

use crate::check::{Check, CheckInput, CheckOutput, Server, and, at, between, gap};
use spoglight_model::CheckId;
use spoglight_time::Timestamp;
use spoglight_time::units::DAY;
use spoglight_topology::{Process, Product, Topology};

/// Nanoseconds without a message after which a log of a services component is stale.
const STALE: i64 = DAY;

/// The standby without the owner of the DSM.
pub(super) struct Standby;

impl Check for Standby {
    fn id(&self) -> CheckId {
        CheckId("standby-node")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B02")
    }

    fn title(&self) -> &'static str {
        "Only the standby of the ECE services servers was collected"
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let standby = only_standby(collection);
        if standby.is_empty() {
            return collection.nothing_in_process_logs();
        }
        let names: Vec<&str> = standby.iter().map(|server| server.host).collect();
        let topology = collection.topology;
        let last = |server: &Server<'_>| last_of_services(server, topology);
        let since = standby.iter().filter_map(last).reduce(Timestamp::later);
        let since = since.map_or_else(String::new, |since| format!(" since {}", at(since)));
        CheckOutput::gaps(vec![gap(
            self,
            and(topology.services().map(Process::short)),
            format!(
                "{} did not own the DSM: its services components wrote nothing{since}, and no other services server was \
                 collected",
                names.join(", ")
            ),
            format!(
                "collect {} of the services server that owns the DSM: 10 to 15 java.exe run there, 4 on the standby",
                topology.services_product().map_or("the logs", Product::folder)
            ),
        )])
    }
}

/// The servers that do not own the DSM, if no other services server was collected.
pub(super) fn only_standby<'a>(collection: &CheckInput<'a>) -> Vec<Server<'a>> {
    let mut servers = collection.servers();
    let Some((_, end)) = collection.span() else { return Vec::new() };
    let topology = collection.topology;
    let last = |server: &Server<'_>| last_of_services(server, topology);
    let is_fresh = |last: Timestamp| between(last, end).is_some_and(|silence| silence < STALE);
    if servers.iter().filter_map(last).any(is_fresh) {
        return Vec::new();
    }
    servers.retain(|server| server.has(|process| process.is_manager, topology) || last(server).is_some());
    servers
}

/// Latest message of the services components on a server.
fn last_of_services(server: &Server<'_>, topology: &Topology) -> Option<Timestamp> {
    let services = server.sources.iter().filter(|source| {
        source.events > 0
            && source.origin.process.as_deref().is_some_and(|process| topology.is_service(process))
    });
    services.filter_map(|source| source.last).filter(|last| last.is_utc()).reduce(Timestamp::later)
}
