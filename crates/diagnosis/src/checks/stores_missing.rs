//! Administration servers (ADS) whose truststore was not collected although that of another one was: each of them must
//! trust the certificate of ECE's web server, so each store must be looked at.

use std::collections::BTreeSet;

use crate::check::{Check, CheckGuide, CheckInput, CheckOutput, and, gap};
use crate::outputs::outputs;
use spoglight_artifacts::{Artifact, CommandContent};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;

/// Truststores of some administration servers, but not of all.
pub(super) struct StoresMissing;

impl Check for StoresMissing {
    fn id(&self) -> CheckId {
        CheckId("truststore-not-collected")
    }

    fn number(&self) -> Option<&'static str> {
        None
    }

    fn title(&self) -> &'static str {
        "The truststore of an ADS was not collected"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The Tomcat of each Administration & Data Server (ADS) must trust the certificate of \
                    ECE's web server. A store that was not collected cannot be judged.",
            looks_at: "The ADSs that logs show, and the servers of the collected truststores.",
            needs: "logs of several ADSs, and a truststore of one",
            unclear: "Collect the truststore of each ADS (12.0 and 12.5: \
                    %JAVA_HOME%\\lib\\security\\cacerts; 12.6 and later: <ICM install \
                    folder>\\ssl\\cacerts).",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let topology = collection.topology;
        let trusts = |source: &&SourceFacts| {
            let product = source.origin.product.as_deref().and_then(|product| topology.product(product));
            product.and_then(|product| product.trusts_web_server) == Some(true)
        };
        let part = topology.part_of_pair();
        let is_administration = |source: &&SourceFacts| {
            source.events > 0
                && trusts(source)
                && part.is_some_and(|part| topology.is_of_part(part, &source.as_log()))
        };
        let hosts = |fits: &dyn Fn(&&SourceFacts) -> bool| -> BTreeSet<&str> {
            collection.sources.iter().filter(fits).filter_map(|source| source.host.as_deref()).collect()
        };
        let stores = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            // a store of private keys is no truststore
            Artifact::Truststore(store)
                if store.locked || store.entries.iter().any(|entry| !entry.has_private_key) =>
            {
                source.host.as_deref()
            }
            _ => None,
        });
        let listed = outputs(collection).into_iter().filter_map(|output| match &output.shown.content {
            CommandContent::Truststore(store) if store.entries.iter().any(|entry| !entry.has_private_key) => {
                output.host
            }
            _ => None,
        });
        let stores: BTreeSet<&str> = stores.chain(listed).collect();
        let servers = hosts(&is_administration);
        let without: BTreeSet<&str> = servers.difference(&stores).copied().collect();
        let with: BTreeSet<&str> = servers.intersection(&stores).copied().collect();
        if with.is_empty() || without.is_empty() {
            return CheckOutput::well();
        }
        CheckOutput::gaps(vec![gap(
            self,
            format!("whether {} trusts the certificate of ECE's web server", and(without)),
            format!(
                "the truststore of {} was collected, but not that of this server; each ADS has its own",
                and(with)
            ),
            "add of every ADS: %JAVA_HOME%\\lib\\security\\cacerts (12.0 and 12.5), <ICM install folder>\\ssl\\cacerts (12.6 \
             and later)",
        )])
    }
}
