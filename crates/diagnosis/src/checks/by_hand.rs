//! Checks that no log and no file of a collection can answer, so a person must look. They always end as *cannot tell*,
//! so that their silence is not taken for an answer.

use spoglight_model::CheckId;

use crate::check::{Check, CheckInput, CheckOutput};

/// A check that always ends as *cannot tell*.
pub(super) struct ByHand {
    id: &'static str,
    number: &'static str,
    title: &'static str,
    why: &'static str,
    advice: &'static str,
}

/// Fields of the form for single sign-on of the partition administrator.
pub(super) const LDAP_FORM: ByHand = ByHand {
    id: "ldap-form",
    number: "B11",
    title: "A field of the LDAP form for partition administrators is wrong",
    why: "the form is in the ECE database",
    advice: "check Security > SSO and Provisioning: LDAP URL ldaps://gc:3269 (or ldap://gc:3268), DN attribute exactly \
             userPrincipalName, Base empty with a Global Catalog, a DN for LDAP search with its password unless \
             anonymous binds are allowed, SSL enabled, and a keystore at the same path on every application server",
};

/// Entries of the PCCE inventory.
pub(super) const INVENTORY: ByHand = ByHand {
    id: "inventory-entries",
    number: "B12",
    title: "An entry of the PCCE inventory is wrong",
    why: "the inventory is in the PCCE database",
    advice: "check the inventory: the ECE web server by the FQDN in its certificate (not a short host name, not an \
             address), the user pa, and the application instance, which is case-sensitive: MultiChannel (2000 agents) \
             or {site}_{peripheral_set}_{application_instance} (4000 and 12000), never a name that begins with UQ",
};

/// Patch levels.
pub(super) const VERSIONS: ByHand = ByHand {
    id: "patch-levels",
    number: "B15",
    title: "The patch levels of ECE and PCCE do not match",
    why: "the logs do not show them",
    advice: "compare: PCCE 12.0(1) needs ES37, ECE 12.0(1) needs ES3 and ES3_ET1a; the WXM gadget needs PCCE 12.5(1) ES7 and \
             ECE 12.5(1) ES1; every ECE server has the same ES",
};

/// Windows services.
pub(super) const SERVICES_STARTED: ByHand = ByHand {
    id: "services-started",
    number: "B18",
    title: "The Cisco service is not started on an ECE server",
    why: "the list of services was not collected",
    advice: "check services.msc on every ECE server except the web server, or send `sc query` and `tasklist /fi \
             \"imagename eq java.exe\"`: 10 to 15 java.exe run on the owner of the DSM, 4 on its standby",
};

/// The load balancer.
pub(super) const LOAD_BALANCER: ByHand = ByHand {
    id: "load-balancer",
    number: "B21",
    title: "The load balancer does not keep sessions on one web server",
    why: "its settings are not in the logs",
    advice: "check the load balancer: sticky sessions; pass-through with one certificate and key on all web servers, or \
             offload with one certificate on the balancer and one on each web server",
};

/// Settings that the integration needs.
pub(super) const PREREQUISITES: ByHand = ByHand {
    id: "integration-prerequisites",
    number: "B23",
    title: "A prerequisite of the integration is missing",
    why: "it is in the configuration of PCCE and ECE",
    advice: "check the media routing domains ECE_Email, ECE_Chat and ECE_Outbound on the right application instance, \
             the AWDB details, every agent PG, Support Email & Chat and a screen name of the agent, Context Root Name \
             system, and no alert on the Inventory page",
};

impl Check for ByHand {
    fn id(&self) -> CheckId {
        CheckId(self.id)
    }

    fn number(&self) -> Option<&'static str> {
        Some(self.number)
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn run(&self, _: &CheckInput<'_>) -> CheckOutput {
        CheckOutput::blind(self.why, self.advice)
    }
}
