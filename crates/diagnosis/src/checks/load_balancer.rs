//! The load balancer before the web servers of ECE: whether it keeps a user on one of them, as far as its settings were
//! collected.
//!
//! Settings name services of many systems. One that names no web server of the collection decides nothing.

use std::collections::BTreeSet;

use spoglight_artifacts::{Artifact, BalancedService, CommandContent, Persistence};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, and, finding, sentences, with_faults,
};
use crate::outputs::outputs;
use crate::tls::Roles;

/// What to look at, for advice.
const LOOK: &str = "save the part of the load balancer's settings that has the service of ECE and its servers (HAProxy, nginx, \
                    Citrix ADC ns.conf, F5 tmsh list ltm), without keys, and add it; or check it: sticky sessions; pass-through \
                    with one certificate and its private key (the same PFX) on all web servers, or offload with one certificate \
                    on the balancer and one on each web server; TLS is needed on every web server in both cases";

/// A load balancer without persistence.
pub(super) struct LoadBalancer;

impl Check for LoadBalancer {
    fn id(&self) -> CheckId {
        CheckId("load-balancer")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B21")
    }

    fn title(&self) -> &'static str {
        "The load balancer does not keep sessions on one web server"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "A session of ECE lives on one web server. If the load balancer sends a user to another one, the \
                    session is lost. With offload the balancer ends TLS and can insert a cookie; with pass-through it \
                    cannot, and keeps a table by source address or TLS session.",
            looks_at: "Settings of HAProxy, nginx, Citrix ADC (NetScaler) and F5 BIG-IP: the persistence of services with several \
                       servers, if these are web servers of the collection by name or address.",
            needs: "the settings of the load balancer as text, and logs of the web servers",
            unclear: LOOK,
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            Artifact::Balancer(settings) if !source.is_second() => Some((*source, settings)),
            _ => None,
        });
        let services: Vec<(&SourceFacts, &BalancedService)> = files
            .flat_map(|(source, settings)| settings.services.iter().map(move |service| (source, service)))
            .collect();
        if services.is_empty() {
            return CheckOutput::blind("its settings were not collected", LOOK);
        }
        let names = web_servers(collection);
        let (of_web, others): (Vec<_>, Vec<_>) =
            services.into_iter().partition(|(_, service)| is_for(service, &names));
        let is_without = |(_, service): &&(&SourceFacts, &BalancedService)| {
            service.persistence == Persistence::Nothing && service.members.len() > 1
        };
        let findings =
            [(&of_web, Severity::High, Confidence::Likely), (&others, Severity::Low, Confidence::Possible)];
        for (services, severity, confidence) in findings {
            // another service shows nothing if that of the web servers is known
            if confidence == Confidence::Possible && !of_web.is_empty() {
                continue;
            }
            let faults = services.iter().filter(is_without).map(|(source, service)| {
                let members = and(service.members.iter().map(String::as_str));
                let text = format!("{}: no persistence; servers {members}", service.name);
                Fault { source, line: service.line as u64, text }
            });
            let faults: Vec<Fault<'_>> = faults.collect();
            if !faults.is_empty() {
                return CheckOutput::findings(vec![self.finding(&faults, severity, confidence)]);
            }
        }
        if of_web.is_empty() {
            return CheckOutput::blind(
                "no service in the collected settings names a web server of the collection",
                "add the part with the service of ECE, and logs of its web servers, each in the folder of its server",
            );
        }
        let kept = of_web
            .iter()
            .map(|(_, service)| format!("{} keeps a user {}", service.name, by(&service.persistence)));
        CheckOutput { seen: Some(kept.collect::<Vec<_>>().join("; ")), ..CheckOutput::default() }
    }
}

impl LoadBalancer {
    fn finding(
        &self,
        faults: &[Fault<'_>],
        severity: Severity,
        confidence: Confidence,
    ) -> spoglight_model::analysis::Finding {
        let mut found = with_faults(finding(self, severity, confidence), faults);
        if confidence == Confidence::Possible {
            "A service of the load balancer does not keep sessions on one server"
                .clone_into(&mut found.title);
        }
        found.cause.push_str(
            "A session of ECE lives on one web server. Without persistence the balancer sends the next request of a user to \
             another server, which does not know the session: the user is logged out, or the gadget stays empty.",
        );
        found.confirm = sentences(&[
            "Look at the service on the load balancer: its persistence may come from a profile that the text does not have.",
            "Search the logs of the web servers: one user address appears on several of them within a minute.",
        ]);
        found.fix = sentences(&[
            "Offload (the balancer ends TLS): insert a cookie.",
            "Pass-through: keep users by source address or TLS session, longer than a session of ECE lasts.",
        ]);
        found.false_positives = sentences(&[
            "The service is not that of ECE.",
            "The settings were changed after the text was saved.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

fn by(persistence: &Persistence) -> String {
    match persistence {
        Persistence::Nothing => "nowhere (it has one server)".to_owned(),
        Persistence::Cookie => "by a cookie".to_owned(),
        Persistence::Source => "by the address of the client".to_owned(),
        Persistence::TlsSession => "by the TLS session".to_owned(),
        Persistence::Other(how) => format!("by {how}"),
    }
}

/// Names and addresses of the web servers, in small letters.
fn web_servers(collection: &CheckInput<'_>) -> BTreeSet<String> {
    let roles = Roles::of(collection);
    let mut names: BTreeSet<String> =
        roles.web_hosts().iter().map(|host| host.to_ascii_lowercase()).collect();
    for output in outputs(collection) {
        if let CommandContent::System(system) = &output.shown.content
            && output.host.is_some_and(|host| roles.web_hosts().contains(host))
        {
            names.extend(system.addresses.iter().cloned());
        }
    }
    names
}

/// Returns whether a service has one of these servers.
fn is_for(service: &BalancedService, names: &BTreeSet<String>) -> bool {
    let words = service.members.iter().flat_map(|member| {
        member
            .split(|one: char| !one.is_ascii_alphanumeric() && one != '-' && one != '.')
            .map(str::to_ascii_lowercase)
    });
    let mut words = words.filter(|word| !word.is_empty());
    words.any(|word| {
        let first = word.split('.').next().unwrap_or_default().to_owned();
        let first = if first.bytes().all(|byte| byte.is_ascii_digit()) { word.clone() } else { first };
        names.contains(&word) || names.contains(&first)
    })
}
