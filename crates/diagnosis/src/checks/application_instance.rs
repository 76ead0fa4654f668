//! The application instance of ECE, whose name is case-sensitive: its spellings in logs, settings and tables, compared
//! with one another. Which of two is right, only the configuration shows.

use std::collections::BTreeMap;

use spoglight_model::CheckId;
use spoglight_model::analysis::Evidence;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use super::inventory_entries::instances;
use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, SHOWN_FAULTS, and, evidence, finding, sentences,
};

/// Different spellings of the application instance.
pub(super) struct ApplicationInstance;

/// Places of each spelling.
type Spellings<'a> = BTreeMap<&'a str, Vec<(Evidence, Option<&'a str>)>>;

impl Check for ApplicationInstance {
    fn id(&self) -> CheckId {
        CheckId("application-instance")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B12")
    }

    fn title(&self) -> &'static str {
        "The application instance is spelled in different ways"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The name of the application instance is case-sensitive. It must be the same in the inventory of PCCE, in \
                    the Application Instance List and in the integration page of ECE. With 2000 agents it is exactly \
                    MultiChannel; with 4000 and 12000 agents it is {site}_{peripheral_set}_{application_instance}, such as \
                    Main_PS1_Multichannel, and only has to be the same everywhere.",
            looks_at: "The names in lines of logs and in a table of the inventory (CSV), compared letter by letter.",
            needs: "logs of the integration (ECE application server at 4-Info, CCE Administration), or the CSV of the \
                    inventory; two of them to compare",
            unclear: "Compare the inventory, Configuration Manager > Application Instance List, and ECE administration \
                      console > Integration > Unified CCE > Configuration.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let mut names: BTreeMap<String, Spellings<'_>> = BTreeMap::new();
        for hit in collection.proven.of(ProvenFact::ApplicationInstance) {
            if let Some(name) = hit.value("name") {
                let places = names.entry(name.to_lowercase()).or_default().entry(name).or_default();
                places.push((hit.evidence(), hit.source.host.as_deref()));
            }
        }
        for (source, row, name) in instances(collection) {
            let places = names.entry(name.to_lowercase()).or_default().entry(name).or_default();
            places.push((
                evidence(source, (row.line as u64, 0), None, row.text.as_str()),
                source.host.as_deref(),
            ));
        }
        if names.is_empty() {
            return CheckOutput::blind(
                "no log and no table names the application instance",
                "compare the name letter by letter in the inventory, in Configuration Manager > Application Instance List, \
                 and in ECE administration console > Integration > Unified CCE > Configuration: MultiChannel (2000 agents) \
                 or {site}_{peripheral_set}_{application_instance} (4000 and 12000)",
            );
        }
        let findings = names.values().filter(|spellings| spellings.len() > 1);
        let findings: Vec<_> = findings
            .map(|spellings| {
                let mut found = finding(self, Severity::High, Confidence::Likely);
                found.title = format!(
                    "The application instance is spelled in different ways: {}",
                    and(spellings.keys().copied())
                );
                found.count = spellings.values().map(|places| places.len() as u64).sum();
                found.captures.insert("name".to_owned(), spellings.keys().map(|name| (*name).to_owned()).collect());
                let places = spellings.values().filter_map(|places| places.first());
                for (evidence, host) in places.take(SHOWN_FAULTS) {
                    let host = host.map(str::to_owned).filter(|host| !found.hosts.contains(host));
                    found.hosts.extend(host);
                    found.evidence.push(evidence.clone());
                }
                found.cause.push_str("The name of the application instance is case-sensitive, and two places of the collection \
                               have different spellings. With a wrong one the media routing domains ECE_Email, ECE_Chat \
                               and ECE_Outbound are not associated with ECE, and nothing is routed.");
                found.confirm = sentences(&[
                    "Compare letter by letter: the inventory, Configuration Manager > Application Instance List, and ECE \
                     administration console > Integration > Unified CCE > Configuration.",
                ]);
                found.fix = sentences(&[
                    "Write the name everywhere as Configuration Manager has it: with 2000 agents exactly MultiChannel, with \
                     4000 and 12000 {site}_{peripheral_set}_{application_instance}.",
                    "WARNING: on the Configuration tab of ECE the choice is permanent once it is saved. Ask Cisco TAC before \
                     you change it.",
                ]);
                found.false_positives = sentences(&[
                    "One of the lines is of another object with the same word, such as a peripheral.",
                    "One of the lines is from before a correction.",
                ]);
                found.references = sentences(&[INTEGRATION]);
                found
            })
            .collect();
        if !findings.is_empty() {
            return CheckOutput::findings(findings);
        }
        let seen = names.values().flatten().filter_map(|(name, places)| {
            let (evidence, _) = places.first()?;
            Some(format!("{name} ({}:{})", evidence.source, evidence.line))
        });
        CheckOutput::note(format!("one spelling: {}", seen.collect::<Vec<_>>().join("; ")))
    }
}
