//! ECE that does not trust another system: a mail server, a database. Their certificates are not judged; the steps are
//! those for the Java of ECE.

use std::collections::BTreeSet;

use super::{Calls, Explanation};
use crate::check::{and, sentences};

/// The texts for calls of a peer, as the signature names it.
pub(super) fn explain<'a>(peer: &str, calls: &[Calls<'_>]) -> Explanation<'a> {
    let servers: BTreeSet<&str> = calls.iter().filter_map(|calls| calls.host).collect();
    let servers = if servers.is_empty() { "the server".to_owned() } else { and(servers) };
    let addresses: BTreeSet<&str> =
        calls.iter().flat_map(|calls| calls.addresses.iter().map(String::as_str)).collect();
    let called = if addresses.is_empty() { String::new() } else { format!(" ({})", and(addresses)) };
    Explanation {
        title: format!("ECE does not trust the certificate of {peer}"),
        cause: format!(
            "{servers} called {peer}{called} and rejected its certificate: neither the certificate nor its issuer is in the truststore of \
             the calling Java. {peer} itself works. The truststore of the ADS has no part in it.",
        ),
        confirm: vec![
            format!(
                "On {servers}: `openssl s_client -connect <host>:<port> -showcerts` (for mail with `-starttls smtp`, `imap` or `pop3` \
                 where the port begins in clear) shows the certificate that {peer} sends, and its issuer."
            ),
            "Find the store in use: `-Djavax.net.ssl.trustStore` in the Java options of the process, else the cacerts of its Java."
                .to_owned(),
        ],
        fix: vec![
            format!(
                "On {servers}: copy that store to a safe place, and import the CA of {peer}, the root first: `keytool -keystore \
                 <store> -storepass changeit -import -trustcacerts -alias <name> -file <CA certificate>`, with the keytool of the Java of ECE."
            ),
            "If the server sends no intermediate certificate: have it installed there.".to_owned(),
            "Do the same on every server that runs the process, and restart the Cisco service.".to_owned(),
        ],
        unless: sentences(&["A connection test to a host that is no longer used."]),
        evidence: Vec::new(),
        confidence: None,
        stores: Vec::new(),
    }
}
