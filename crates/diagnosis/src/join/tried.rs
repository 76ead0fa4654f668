//! What somebody tried by hand and saved: a port (`Test-NetConnection`) or a name (`nslookup`) that a finding asks to try.
//!
//! The output answers for its own server and its own time: it is evidence beside that of the log, and neither proves nor
//! refutes the finding.

use spoglight_artifacts::CommandContent;
use spoglight_model::analysis::Finding;

use super::{JoinInput, Joiner, is_of_check};
use crate::outputs::{Output, outputs};

/// Joins findings with the outputs of the commands that they ask for.
pub(super) struct TriedByHand;

/// Outputs that a finding names.
const NAMED: usize = 5;

/// What was tried.
struct Tried<'a> {
    output: Output<'a>,
    line: usize,
    /// Names and addresses of the other server.
    targets: Vec<&'a str>,
    port: Option<u16>,
    /// What was done and what came of it, for a sentence.
    result: String,
    /// What follows.
    meaning: &'static str,
}

fn tried(output: Output<'_>) -> Vec<Tried<'_>> {
    match &output.shown.content {
        CommandContent::Connections(tests) => tests
            .iter()
            .map(|test| Tried {
                output,
                line: test.line,
                targets: std::iter::once(test.computer.as_str()).chain(test.address.as_deref()).collect(),
                port: Some(test.port),
                result: format!(
                    "`Test-NetConnection {} -Port {}` {}",
                    test.computer,
                    test.port,
                    if test.has_succeeded { "succeeded" } else { "failed" }
                ),
                meaning: if test.has_succeeded {
                    "The port was open at that time: look for what was different when the messages were written."
                } else {
                    "The port could not be reached at that time either."
                },
            })
            .collect(),
        CommandContent::Lookup(lookup) => vec![Tried {
            output,
            line: output.shown.line,
            targets: vec![lookup.name.as_str()],
            port: None,
            result: if lookup.is_unknown {
                format!(
                    "`nslookup {}` found no such name (DNS server {})",
                    lookup.name,
                    lookup.server.as_deref().unwrap_or("unknown")
                )
            } else {
                format!("`nslookup {}` gave {}", lookup.name, lookup.addresses.join(", "))
            },
            meaning: if lookup.is_unknown {
                "The DNS server of that computer does not know the name."
            } else {
                "DNS knew the name at that time; a program may keep an earlier answer."
            },
        }],
        _ => Vec::new(),
    }
}

impl Joiner for TriedByHand {
    fn join(&self, input: &JoinInput<'_>, findings: &mut Vec<Finding>) {
        let all: Vec<Tried<'_>> = outputs(input.collection).into_iter().flat_map(tried).collect();
        if all.is_empty() {
            return;
        }
        for finding in findings.iter_mut().filter(|finding| !is_of_check(finding)) {
            let own: Vec<&Tried<'_>> = all.iter().filter(|one| is_asked(finding, one)).take(NAMED).collect();
            for one in own {
                let on = one.output.host.map_or_else(|| "an unknown server".to_owned(), str::to_owned);
                let text = format!("{} on {on} ({})", one.result, one.output.taken());
                finding.confirm.insert(0, format!("Already tried: {text}. {}", one.meaning));
                finding.evidence.push(one.output.evidence(one.line, text));
            }
        }
    }
}

/// Returns whether a step of a finding asks for exactly this, on a server that wrote its messages.
fn is_asked(finding: &Finding, tried: &Tried<'_>) -> bool {
    let is_its = tried.output.host.is_none_or(|host| {
        finding.hosts.is_empty() || finding.hosts.iter().any(|own| own.eq_ignore_ascii_case(host))
    });
    is_its && finding.confirm.iter().any(|step| commands(step).any(|command| asks(command, tried)))
}

/// The commands in a step.
fn commands(step: &str) -> impl Iterator<Item = &str> {
    step.split('`').skip(1).step_by(2)
}

fn asks(command: &str, tried: &Tried<'_>) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let is_target = |word: &&str| tried.targets.iter().any(|target| target.eq_ignore_ascii_case(word));
    match (words.as_slice(), tried.port) {
        ([tool, host, option, port, ..], Some(tried_port)) => {
            tool.eq_ignore_ascii_case("Test-NetConnection")
                && is_target(host)
                && option.eq_ignore_ascii_case("-Port")
                && port.parse() == Ok(tried_port)
        }
        ([tool, host], None) => {
            (tool.eq_ignore_ascii_case("nslookup") || tool.eq_ignore_ascii_case("Resolve-DnsName"))
                && is_target(host)
        }
        _ => false,
    }
}
