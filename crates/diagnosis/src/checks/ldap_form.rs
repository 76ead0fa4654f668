//! The LDAP form for administrators of a partition, as far as lines at trace level debug, or a text with its fields, show
//! it. The form itself is in a database.
//!
//! A field that only may be wrong is a hint of low severity: a domain controller with a correct Base works, too.

mod form;

use std::collections::BTreeSet;

use spoglight_model::CheckId;
use spoglight_model::analysis::Finding;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, SHOWN_FAULTS, and, finding, process_of,
    sentences,
};
use crate::proven::ProvenHit;
use spoglight_time::Timestamp;

/// The attribute by which an administrator is found.
const ATTRIBUTE: &str = "userPrincipalName";

/// The ports of a Global Catalog.
const CATALOG_PORTS: [&str; 2] = ["3268", "3269"];

/// The ports of a domain controller.
const CONTROLLER_PORTS: [&str; 2] = ["389", "636"];

/// All fields of the form, for advice.
const FORM: &str = "check Security > SSO and Provisioning (Partition: default): LDAP URL ldaps://gc:3269 (or \
                    ldap://gc:3268), DN attribute exactly userPrincipalName, Base empty with a Global Catalog, a DN for \
                    LDAP search with its password unless anonymous binds are allowed, SSL enabled, and a keystore at \
                    the same path on every application server";

/// Fields of the form that lines show.
pub(super) struct LdapForm;

/// What is wrong with a field.
enum Doubt<'h, 'a> {
    /// The URL has the port of a domain controller, or none.
    Controller(&'h ProvenHit<'a>),
    /// Another attribute.
    Attribute(&'h ProvenHit<'a>, &'a str),
    /// The right attribute, spelled otherwise.
    Spelling(&'h ProvenHit<'a>, &'a str),
}

impl Check for LdapForm {
    fn id(&self) -> CheckId {
        CheckId("ldap-form")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B11")
    }

    fn title(&self) -> &'static str {
        "A field of the LDAP form for partition administrators is wrong"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "Single sign-on of partition administrators looks an administrator up in Active Directory with the fields of \
                    a form. One wrong field, and no administrator is found: the gadget shows a general load error. The URL \
                    should name a Global Catalog (ldaps://gc:3269 or ldap://gc:3268), the DN attribute must be exactly \
                    userPrincipalName, Base is empty with a Global Catalog, and a DN for LDAP search with its password is \
                    needed unless the directory allows anonymous binds.",
            looks_at: "A text file with the fields of the form, and lines of the ECE application server at 7-Debug that show the \
                       LDAP URL or the DN attribute. Failures of LDAP have signatures of their own (`spoglight signatures list \
                       --area ldap`).",
            needs: "a text file with the labels and values of the form, as in `LDAP URL: ldaps://gc.example.com:3269`, one field a \
                    line, without the passwords; or the log of the ECE application server at trace level 7-Debug, while somebody \
                    opens the gadget. The form itself is in the ECE database",
            unclear: "Log in at https://<ECE web server>/default as pa and check Administration > Partition: default > \
                      Security > SSO and Provisioning: LDAP URL ldaps://gc:3269 (or ldap://gc:3268), DN attribute exactly \
                      userPrincipalName, Base empty with a Global Catalog, DN for LDAP search with its password, SSL \
                      enabled, and a keystore at the same path on every application server.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let is_of_process = |hit: &ProvenHit<'_>| {
            process_of(hit.source, collection.topology).is_some_and(|process| process.has_trace_level)
        };
        let hits = collection.proven.of(ProvenFact::DirectorySetting).filter(is_of_process);
        let hits: Vec<ProvenHit<'_>> = hits.collect();
        let forms = form::judge(collection, self);
        if hits.is_empty() {
            return forms.unwrap_or_else(|| {
                CheckOutput::blind(
                    "the form is in the ECE database, and neither a text file nor a log shows its fields",
                    format!("copy the labels and values of the form into a text file, without the passwords, and add it; or {FORM}"),
                )
            });
        }
        // the form itself shows more than single lines
        if let Some(forms) = forms.filter(|forms| !forms.findings.is_empty()) {
            return forms;
        }
        let mut doubts: Vec<Doubt<'_, '_>> = hits.iter().filter_map(doubt).collect();
        // a failure with that cause reports more than a hint
        if collection.found.iter().any(|finding| finding.facts.contains(&ProvenFact::DirectoryReferral)) {
            doubts.retain(|doubt| !matches!(doubt, Doubt::Controller(_)));
        }
        let shown = |name: &str| {
            let values: BTreeSet<&str> = hits.iter().filter_map(|hit| hit.value(name)).collect();
            and(values)
        };
        let note = [("LDAP URL", shown("url")), ("DN attribute", shown("attribute"))];
        let note = note.iter().filter(|(_, values)| !values.is_empty());
        let note: Vec<String> = note.map(|(field, values)| format!("{field} {values}")).collect();
        let note = format!(
            "debug lines show {}; `spoglight explain ldap-form` lists the other fields",
            and(note.iter().map(String::as_str))
        );
        let findings = self.finding(&doubts).into_iter().collect();
        CheckOutput { findings, note: Some(note), ..CheckOutput::default() }
    }
}

impl LdapForm {
    /// The finding of the doubts; `None` if there are none.
    fn finding(&self, doubts: &[Doubt<'_, '_>]) -> Option<Finding> {
        let attribute = doubts.iter().find_map(|doubt| match doubt {
            Doubt::Attribute(_, name) => Some(*name),
            _ => None,
        });
        let controller = doubts.iter().find_map(|doubt| match doubt {
            Doubt::Controller(hit) => hit.value("url"),
            _ => None,
        });
        let severity = if attribute.is_some() { Severity::Medium } else { Severity::Low };
        let confidence = if attribute.is_some() { Confidence::Likely } else { Confidence::Possible };
        let mut found = finding(self, severity, confidence);
        found.title = match (attribute, controller, doubts) {
            (Some(name), ..) => format!("The DN attribute of the LDAP form is {name}, not {ATTRIBUTE}"),
            (None, Some(url), _) => {
                format!("The LDAP URL {url} names a domain controller, not a Global Catalog")
            }
            (None, None, [Doubt::Spelling(_, name), ..]) => {
                format!("The DN attribute of the LDAP form is spelled {name}, not {ATTRIBUTE}")
            }
            _ => return None,
        };
        for doubt in doubts {
            let (Doubt::Controller(hit) | Doubt::Attribute(hit, _) | Doubt::Spelling(hit, _)) = doubt;
            found.count += 1;
            let host =
                hit.source.host.as_deref().map(str::to_owned).filter(|host| !found.hosts.contains(host));
            found.hosts.extend(host);
            if found.evidence.len() < SHOWN_FAULTS {
                found.evidence.push(hit.evidence());
            }
        }
        let times = found.evidence.iter().filter_map(|evidence| evidence.time);
        found.first = times.clone().reduce(Timestamp::earlier);
        found.last = times.reduce(Timestamp::later);
        if attribute.is_some() {
            found.cause = format!(
                "SPOG gives ECE the user principal name of the administrator. ECE searches the directory for it in the \
                 attribute of the form; in any other attribute than {ATTRIBUTE} it is not found, and the gadget does not \
                 open."
            );
        } else if controller.is_some() {
            found.cause.push_str("389 and 636 are the ports of a domain controller, which knows its own domain only and answers a \
                           search of a whole forest with referrals that ECE does not follow. It works if Base is a DN in \
                           the domain of that controller and all administrators are below it. No error of LDAP follows from \
                           this line alone.");
        } else {
            found.cause = format!(
                "The field must be {ATTRIBUTE}, letter by letter. Active Directory ignores the case of an attribute's name; \
                 whether ECE does is not documented."
            );
        }
        found.confirm = sentences(&[
            "Log in at `https://<ECE web server>/default` as pa, Administration > Partition: default > Security > SSO and \
             Provisioning: read LDAP URL, DN attribute and Base.",
            "Open the gadget with the ECE application server at 7-Debug, and search its log for LDAP.",
        ]);
        found.fix = vec![
            "Set LDAP URL to `ldaps://<Global Catalog>:3269` (without TLS `ldap://<Global Catalog>:3268`), and leave Base \
             empty."
                .to_owned(),
            format!("Set DN attribute to `{ATTRIBUTE}`."),
            "Save, and open the gadget again.".to_owned(),
        ];
        found.false_positives = sentences(&[
            "Base is set to a DN in the domain of the controller, and logins work.",
            "The line is about another directory than the one of administrators.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        Some(found)
    }
}

/// The doubt that a line raises; `None` if its field is right, or on a port that shows nothing.
fn doubt<'h, 'a>(hit: &'h ProvenHit<'a>) -> Option<Doubt<'h, 'a>> {
    if let Some(name) = hit.value("attribute") {
        return match () {
            () if name == ATTRIBUTE => None,
            () if name.eq_ignore_ascii_case(ATTRIBUTE) => Some(Doubt::Spelling(hit, name)),
            () => Some(Doubt::Attribute(hit, name)),
        };
    }
    let url = hit.value("url")?;
    let port = url.rsplit_once(':').map_or("", |(_, port)| port);
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_doubtful = !is_port || CONTROLLER_PORTS.contains(&port);
    (is_doubtful && !CATALOG_PORTS.contains(&port)).then_some(Doubt::Controller(hit))
}
