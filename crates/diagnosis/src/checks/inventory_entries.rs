//! Entries of the inventory of PCCE, as far as a table of it was collected. The inventory itself is in a database.

use spoglight_artifacts::{Artifact, InventoryRow};
use spoglight_model::CheckId;
use spoglight_model::analysis::SourceFacts;
use spoglight_signatures::{Confidence, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, finding, sentences, with_faults,
};
use crate::tls::is_fqdn;

/// What the entry of ECE's web server must be, for advice.
const ENTRY: &str = "the ECE web server by the FQDN in its certificate (not a short host name, not an address; several \
                     web servers: the URL of the load balancer, or one entry for each), the user pa, the ECE data \
                     server (both collocated servers with high availability), and the application instance, which is \
                     case-sensitive: MultiChannel (2000 agents) or {site}_{peripheral_set}_{application_instance} (4000 \
                     and 12000), never a name that begins with UQ";

/// The login that PCCE uses.
const LOGIN: &str = "pa";

/// The application instance with 2000 agents.
const INSTANCE: &str = "MultiChannel";

/// Beginning of the names of instances that are not made for ECE.
const UNIVERSAL_QUEUE: &str = "uq";

/// Wrong entries of an inventory.
pub(super) struct InventoryEntries;

impl Check for InventoryEntries {
    fn id(&self) -> CheckId {
        CheckId("inventory-entries")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B12")
    }

    fn title(&self) -> &'static str {
        "An entry of the PCCE inventory is wrong"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "PCCE finds ECE by its inventory: SPOG calls the web server by the name that is entered there, logs in \
                    as pa, and routes with the application instance. The ECE data server must be in the inventory, too \
                    (with 1500 agents the services server, with high availability both collocated servers), although no \
                    traffic goes between it and the ADS: do not look for a fault of the network between them.",
            looks_at: "A table of the inventory (CSV), as it is made for 4000 and 12000 agents: address and user of the ECE \
                       web server, and the application instance.",
            needs: "the CSV file from which the components were added, under any name; the inventory itself is in the PCCE database",
            unclear: "Open CCE Administration > Infrastructure > Inventory and check: the ECE web server by the FQDN in its \
                      certificate (not a short host name, not an address; several web servers: the URL of the load \
                      balancer, or one entry for each), the user pa, the ECE data server, the application instance \
                      (case-sensitive; MultiChannel with 2000 agents), and no alert.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let rows: Vec<(&SourceFacts, &InventoryRow)> = rows(collection).collect();
        if rows.is_empty() {
            return CheckOutput::blind(
                "the inventory is in the PCCE database, and no table of it was collected",
                format!(
                    "add the CSV from which the components were added (under any name), or check the inventory: {ENTRY}"
                ),
            );
        }
        let faults: Vec<Fault<'_>> = rows.iter().flat_map(|(source, row)| faults(source, row)).collect();
        if faults.is_empty() {
            let is_about = |row: &InventoryRow| {
                row.fields.iter().any(|(_, value)| is_web_server(value))
                    || row.values(|column| column.contains("applicationinstance")).next().is_some()
            };
            if rows.iter().any(|(_, row)| is_about(row)) {
                return CheckOutput::well();
            }
            return CheckOutput::blind(
                "the collected table of the inventory has neither the ECE web server nor an application instance",
                format!("add the CSV that has them, or check the inventory: {ENTRY}"),
            );
        }
        let mut found = with_faults(finding(self, Severity::High, Confidence::Likely), &faults);
        found.cause.push_str("SPOG calls ECE by the name in the inventory, logs in with its user, and routes with its application \
                       instance. A name that is not in the certificate is refused, a wrong login leaves the gadget empty, \
                       and a wrong instance receives no tasks.");
        found.confirm = sentences(&[
            "Open Infrastructure > Inventory in SPOG: the entry may have been corrected there after the table was \
             read.",
            "Compare the name with the Subject Alternative Names of the certificate: `keytool -printcert -sslserver <FQDN>:443`.",
        ]);
        found.fix = vec![
            format!("Correct the entry in the inventory: {ENTRY}."),
            "An instance that begins with UQ and is saved in ECE cannot be changed: ask Cisco TAC first."
                .to_owned(),
        ];
        found.false_positives = sentences(&["The table is a draft, or of an earlier state."]);
        found.references = sentences(&[INTEGRATION]);
        CheckOutput::findings(vec![found])
    }
}

/// Rows of the collected tables.
fn rows<'a>(collection: &CheckInput<'a>) -> impl Iterator<Item = (&'a SourceFacts, &'a InventoryRow)> {
    collection.artifacts.iter().flat_map(|(source, artifact)| {
        let rows = match artifact {
            Artifact::Inventory(inventory) => &inventory.rows[..],
            _ => &[],
        };
        rows.iter().map(|row| (*source, row))
    })
}

/// The names of application instances in the collected tables, each with its row.
pub(super) fn instances<'a>(
    collection: &CheckInput<'a>,
) -> impl Iterator<Item = (&'a SourceFacts, &'a InventoryRow, &'a str)> {
    rows(collection).flat_map(|(source, row)| {
        row.values(|column| column.contains("applicationinstance")).map(move |name| (source, row, name))
    })
}

/// The faults of one row.
fn faults<'a>(source: &'a SourceFacts, row: &InventoryRow) -> Vec<Fault<'a>> {
    let mut faults = Vec::new();
    let mut fault = |why: String| {
        let text = format!("{}   ({why})", row.text);
        faults.push(Fault { source, line: row.line as u64, text });
    };
    for name in row.values(|column| column.contains("applicationinstance")) {
        if name.to_lowercase().starts_with(UNIVERSAL_QUEUE) {
            fault(format!("the application instance {name} begins with UQ: it is not made for ECE"));
        }
        if name.eq_ignore_ascii_case(INSTANCE) && name != INSTANCE {
            fault(format!(
                "the application instance is {name}: the name is case-sensitive, with 2000 agents it is exactly {INSTANCE}, with \
                 4000 and 12000 it has the site and the peripheral set before it"
            ));
        }
    }
    let is_web = row.fields.iter().any(|(_, value)| is_web_server(value));
    if !is_web {
        return faults;
    }
    let is_address = |column: &str| {
        ["address", "fqdn", "hostname", "host"].iter().any(|part| column.contains(part))
            && !["private", "port", "mail", "service"].iter().any(|part| column.contains(part))
    };
    let mut addresses = row.values(is_address).peekable();
    let has_full_name = addresses.peek().is_some() && row.values(is_address).any(is_fqdn);
    if let Some(address) = addresses.find(|value| !is_fqdn(value)).filter(|_| !has_full_name) {
        fault(format!(
            "the web server is entered as {address}: it must be its full name (FQDN), as in the certificate"
        ));
    }
    let users = row.values(|column| column.contains("user") || column == "login");
    // `type=X&userName=pa`
    let services =
        row.values(|column| column.contains("service")).flat_map(|value| value.split(['&', ';', ' ']));
    let in_services = services.filter_map(|part| {
        part.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("userName")).map(|(_, user)| user)
    });
    for user in users.chain(in_services) {
        if user != LOGIN {
            fault(format!("the user is {user}: it must be {LOGIN}, the administrator of the partition"));
        }
    }
    faults
}

/// Returns whether a value is the type of ECE's web server: `ECE_WEB_SERVER`, `ECE Web Server`.
fn is_web_server(value: &str) -> bool {
    let letters = value.chars().filter(|letter| letter.is_alphanumeric());
    let plain: String = letters.flat_map(char::to_lowercase).collect();
    plain.contains("eceweb")
        && !plain.contains('.')
        && value.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '_' | '-'))
        && plain.contains("server")
}
