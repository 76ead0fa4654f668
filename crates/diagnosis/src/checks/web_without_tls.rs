//! Requests that reach ECE's web servers without TLS. ECE is not supported without it, also behind a load balancer that
//! ends TLS.
//!
//! The port of each request is in the access log, if its `#Fields:` line names `s-port`. The beginnings of the newest logs
//! are read; a redirect to https is an answer on the plain port, too, and is not counted.

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, finding, sentences, with_faults,
};
use crate::outputs::outputs;
use crate::tls::Roles;
use spoglight_artifacts::CommandContent;
use spoglight_model::analysis::{Finding, SourceFacts};

/// Web servers that are called on the plain port only.
pub(super) struct WebWithoutTls;

/// Bytes of a log that are read.
const READ: u64 = 256 << 10;

/// Logs of one server that are read: the newest.
const LOGS: usize = 3;

/// Requests below which nothing is concluded.
const FEW: u64 = 20;

/// Ports on which programs of a Windows server listen at least.
const WHOLE: usize = 5;

/// The port without TLS.
const PLAIN: &str = "80";

impl Check for WebWithoutTls {
    fn id(&self) -> CheckId {
        CheckId("web-without-tls")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "All requests reach the web server without TLS"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "ECE is not supported without TLS, also after a load balancer that ends TLS.",
            looks_at: "The port of each request in the access logs of IIS, if the log has the field s-port. \
                       Redirects to https do not count. Saved outputs of netstat -ano: the ports on which programs listen.",
            needs: "C:\\inetpub\\logs\\LogFiles of every ECE web server",
            unclear: "Collect the access logs, or look at IIS Manager > Site > Bindings: https on port 443.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut logs: Vec<&SourceFacts> = collection
            .sources
            .iter()
            .filter(|source| source.events > 0 && collection.topology.is_of_web_server(&source.as_log()))
            .collect();
        let closed = closed(collection);
        if !closed.is_empty() {
            let mut found = self.finding(&closed);
            "No program listens on the port of https on the web server".clone_into(&mut found.title);
            return CheckOutput::findings(vec![found]);
        }
        if logs.is_empty() {
            return CheckOutput::blind(
                "no access log of a web server was collected",
                collection.topology.web_server_advice().to_owned(),
            );
        }
        logs.sort_by_key(|source| {
            (
                source.host.as_deref().map(str::to_owned),
                source.last.map(|last| std::cmp::Reverse(last.nanos())),
            )
        });
        let mut faults = Vec::new();
        let mut seen = false;
        let mut rest = logs.as_slice();
        while let Some(first) = rest.first() {
            let of_host = rest.iter().take_while(|source| source.host == first.host).count();
            let (own, others) = rest.split_at(of_host);
            rest = others;
            let counts: Vec<(&SourceFacts, Ports)> = own
                .iter()
                .take(LOGS)
                .filter_map(|source| Some((*source, Ports::of(&(collection.head)(source, READ)?))))
                .collect();
            let plain: u64 = counts.iter().map(|(_, ports)| ports.plain).sum();
            let other: u64 = counts.iter().map(|(_, ports)| ports.other).sum();
            seen |= plain + other > 0;
            if other > 0 || plain < FEW {
                continue;
            }
            let found = counts.iter().filter(|(_, ports)| ports.plain > 0);
            faults.extend(found.map(|(source, ports)| Fault {
                source,
                line: ports.line,
                text: format!(
                    "the first {} requests that are no redirects are all on port {PLAIN}",
                    ports.plain
                ),
            }));
        }
        if faults.is_empty() && !seen {
            return CheckOutput::blind(
                "the access logs do not show the port",
                "add s-port to the logged fields: IIS Manager > Site > Logging > Select Fields",
            );
        }
        if faults.is_empty() {
            return CheckOutput::well();
        }
        CheckOutput::findings(vec![self.finding(&faults)])
    }
}

/// Web servers on which, by an output of `netstat`, a program listens on the plain port and none on that of https.
fn closed<'a>(collection: &CheckInput<'a>) -> Vec<Fault<'a>> {
    let roles = Roles::of(collection);
    let web = outputs(collection).into_iter().filter(|output| {
        output.host.is_some_and(|host| roles.web_hosts().contains(host)) && !output.shown.is_cut
    });
    let closed = web.filter_map(|output| {
        let CommandContent::Ports(list) = &output.shown.content else { return None };
        let plain = list.listening.iter().find(|one| one.port == 80)?;
        let is_open = list.listening.iter().any(|one| one.port == 443);
        let text = format!(
            "a program listens on port 80 and none of {} on 443 ({})",
            list.listening.len(),
            output.taken()
        );
        // a list of a few ports may be filtered
        (!is_open && list.listening.len() >= WHOLE).then_some(Fault {
            source: output.source,
            line: plain.line as u64,
            text,
        })
    });
    closed.collect()
}

impl WebWithoutTls {
    fn finding(&self, faults: &[Fault<'_>]) -> Finding {
        let mut found = with_faults(finding(self, Severity::Medium, Confidence::Possible), faults);
        found.cause.push_str(
            "ECE is supported with TLS only, on every web server. Either users and SPOG call http, or a load balancer ends TLS and calls \
             the web servers without it: the second hop must be TLS, too.",
        );
        found.confirm = sentences(&[
            "IIS Manager on each web server: Site > Bindings has https on port 443 with the certificate.",
            "The load balancer: its pool calls port 443 of each web server.",
            "The URL of ECE in the inventory of PCCE, and web_server_protocol in the gadget settings, are https.",
        ]);
        found.fix = sentences(&[
            "Add the https binding: IP All Unassigned, port 443, host name empty, Require Server Name Indication off.",
            "Let the load balancer call port 443 of the web servers.",
            "Set https in the inventory and in the gadget settings of every web server.",
        ]);
        found.false_positives = sentences(&[
            "The log is that of another site of the same server.",
            "Only health checks of the load balancer reach this server: it is out of rotation.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

/// Requests by port.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ports {
    plain: u64,
    other: u64,
    /// Line of the first request on the plain port, from 1.
    line: u64,
}

impl Ports {
    /// Counts the requests at the beginning of an access log.
    fn of(text: &str) -> Ports {
        let mut ports = Ports::default();
        let mut columns: Option<(usize, usize, Option<usize>)> = None;
        for (index, line) in text.lines().enumerate() {
            if let Some(names) = line.strip_prefix("#Fields:") {
                let names: Vec<&str> = names.split_whitespace().collect();
                let at = |wanted: &str| names.iter().position(|name| *name == wanted);
                columns =
                    at("s-port").zip(at("cs-method")).map(|(port, method)| (port, method, at("sc-status")));
                continue;
            }
            let Some((port, method, status)) = columns.filter(|_| !line.starts_with('#')) else { continue };
            let values: Vec<&str> = line.split([' ', '\t']).collect();
            let is_redirect = status
                .and_then(|status| values.get(status))
                .is_some_and(|status| status.len() == 3 && status.starts_with('3'));
            match (values.get(port), values.get(method)) {
                (Some(&PLAIN), Some(_)) if is_redirect => {}
                (Some(&PLAIN), Some(_)) => {
                    ports.plain += 1;
                    if ports.line == 0 {
                        ports.line = index as u64 + 1;
                    }
                }
                (Some(port), Some(_))
                    if port.bytes().all(|digit| digit.is_ascii_digit()) && !port.is_empty() =>
                {
                    ports.other += 1;
                }
                _ => {}
            }
        }
        ports
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_by_the_named_columns() {
        let log = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip sc-status\n\
                   2026-11-21 12:00:00 192.0.2.1 GET /a - 80 192.0.2.9 200\n\
                   2026-11-21 12:00:01 192.0.2.1 GET /a - 80 192.0.2.9 301\n\
                   2026-11-21 12:00:02 192.0.2.1 GET /a - 443 192.0.2.9 200\n";
        assert_eq!(Ports::of(log), Ports { plain: 1, other: 1, line: 2 }, "a redirect does not count");
        let without = log.replace("s-port", "x-port");
        assert_eq!(Ports::of(&without), Ports::default());
    }
}
