//! The form as a text file: every field that it has is judged.

use spoglight_artifacts::{Artifact, DirectoryForm, FormEntry, FormField};
use spoglight_model::analysis::SourceFacts;
use spoglight_signatures::{Confidence, Severity};

use super::{ATTRIBUTE, CATALOG_PORTS, CONTROLLER_PORTS};
use crate::check::{
    Check, CheckInput, CheckOutput, Fault, INTEGRATION, and, finding, sentences, with_faults,
};

/// The port of a Global Catalog with TLS, and without.
const SECURE: &str = "3269";
const PLAIN: &str = "3268";

/// Faults of the collected forms, by what follows from them.
#[derive(Default)]
struct FormFaults<'a> {
    /// With them nobody is found.
    wrong: Vec<Fault<'a>>,
    /// They may be right.
    doubtful: Vec<Fault<'a>>,
}

/// The output for the collected forms; `None` if there are none.
pub(super) fn judge(collection: &CheckInput<'_>, check: &dyn Check) -> Option<CheckOutput> {
    let forms = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
        Artifact::DirectoryForm(form) if !source.is_second() => Some((*source, form)),
        _ => None,
    });
    let forms: Vec<(&SourceFacts, &DirectoryForm)> = forms.collect();
    if forms.is_empty() {
        return None;
    }
    let mut faults = FormFaults::default();
    let mut missing: Vec<&str> = Vec::new();
    for (source, form) in &forms {
        faults.of_url(source, form);
        faults.of_attribute(source, form);
        faults.of_search(source, form);
        let needed = [
            (FormField::Url, "LDAP URL"),
            (FormField::Attribute, "DN attribute"),
            (FormField::Base, "Base"),
            (FormField::SearchDn, "DN for LDAP search"),
        ];
        missing
            .extend(needed.iter().filter(|(field, _)| form.get(*field).is_none()).map(|(_, label)| *label));
    }
    let mut output = CheckOutput::default();
    if !faults.wrong.is_empty() {
        let mut found = with_faults(finding(check, Severity::High, Confidence::Likely), &faults.wrong);
        "A field of the LDAP form for partition administrators is wrong".clone_into(&mut found.title);
        output.findings.push(with_texts(found));
    }
    if !faults.doubtful.is_empty() {
        let mut found = with_faults(finding(check, Severity::Low, Confidence::Possible), &faults.doubtful);
        "A field of the LDAP form for partition administrators may be wrong".clone_into(&mut found.title);
        output.findings.push(with_texts(found));
    }
    let files: Vec<&str> = forms.iter().map(|(source, _)| &*source.path).collect();
    if missing.is_empty() {
        output.seen = Some(format!("the fields of the form are from {}", and(files)));
    } else {
        missing.dedup();
        output.blind = CheckOutput::blind(
            format!("{} does not show every field of the form: {} is missing", and(files), and(missing)),
            "copy the labels and values of the whole form into a text file, also of the fields that are empty",
        )
        .blind;
    }
    Some(output)
}

impl<'a> FormFaults<'a> {
    fn of_url(&mut self, source: &'a SourceFacts, form: &DirectoryForm) {
        let Some(url) = form.get(FormField::Url) else { return };
        let fault = |why: String| Fault {
            source,
            line: url.line as u64,
            text: format!("LDAP URL: {}   ({why})", if url.is_set { url.value.as_str() } else { "(empty)" }),
        };
        let address = url.value.to_ascii_lowercase();
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address.as_str()));
        if !url.is_set || !matches!(scheme, "ldap" | "ldaps") {
            self.wrong.push(fault("it must begin with ldaps:// or ldap://".to_owned()));
            return;
        }
        let authority = rest.split('/').next().unwrap_or_default();
        let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
        let is_secure = scheme == "ldaps";
        let other = match port {
            SECURE | "636" if !is_secure => Some("ldaps"),
            PLAIN | "389" if is_secure => Some("ldap"),
            _ => None,
        };
        if let Some(other) = other {
            self.wrong.push(fault(format!("port {port} is that of {other}, the URL begins with {scheme}")));
        }
        let is_catalog = CATALOG_PORTS.contains(&port);
        let is_controller = port.is_empty() || CONTROLLER_PORTS.contains(&port);
        match form.get(FormField::Base) {
            // a domain controller that is asked for everything answers with referrals
            Some(base) if is_controller && !base.is_set => self.wrong.push(fault(
                "it names a domain controller, and Base is empty: set a Global Catalog (ldaps://gc:3269, ldap://gc:3268), or a \
                 Base in its domain"
                    .to_owned(),
            )),
            Some(base) if base.is_set && !base.value.contains('=') => self.wrong.push(Fault {
                source,
                line: base.line as u64,
                text: format!("Base: {}   (it must be a distinguished name, such as DC=example,DC=com, or empty)", base.value),
            }),
            Some(_) | None if is_controller => self.doubtful.push(fault(
                "it names a domain controller: only administrators below Base, in its domain, are found".to_owned(),
            )),
            _ if !is_catalog => {
                self.doubtful.push(fault(format!("port {port} is neither that of a Global Catalog nor the usual one")));
            }
            _ => {}
        }
        let keystore = form.get(FormField::Keystore);
        if is_secure && keystore.is_some_and(|keystore| !keystore.is_set) {
            self.wrong
                .push(fault("with ldaps Keystore location must name a file, and it is empty".to_owned()));
        }
        let ssl = form.get(FormField::Ssl).filter(|ssl| ssl.is_set);
        if let Some(ssl) = ssl
            && is_secure
            && is_no(ssl)
        {
            self.wrong.push(fault(format!("SSL enabled on LDAP is {}", ssl.value)));
        }
    }

    fn of_attribute(&mut self, source: &'a SourceFacts, form: &DirectoryForm) {
        let Some(attribute) = form.get(FormField::Attribute) else { return };
        let fault = |why: &str| Fault {
            source,
            line: attribute.line as u64,
            text: format!("DN attribute: {}   ({why})", attribute.value),
        };
        if attribute.value == ATTRIBUTE {
            return;
        }
        let why = format!("it must be exactly {ATTRIBUTE}");
        if attribute.value.eq_ignore_ascii_case(ATTRIBUTE) {
            self.doubtful.push(fault(&why));
        } else {
            self.wrong.push(fault(&why));
        }
    }

    fn of_search(&mut self, source: &'a SourceFacts, form: &DirectoryForm) {
        let Some(search) = form.get(FormField::SearchDn) else { return };
        let fault = |why: &str| Fault {
            source,
            line: search.line as u64,
            text: format!(
                "DN for LDAP search: {}   ({why})",
                if search.is_set { search.value.as_str() } else { "(empty)" }
            ),
        };
        if !search.is_set {
            self.doubtful.push(fault("it is needed unless the directory allows anonymous binds"));
        } else if form.get(FormField::Password).is_some_and(|password| !password.is_set) {
            self.doubtful.push(fault("its password is empty; a text may leave it out"));
        }
    }
}

/// Returns whether a switch is off. What is not known is not off.
fn is_no(entry: &FormEntry) -> bool {
    ["no", "false", "off", "disabled", "nein", "non"]
        .iter()
        .any(|word| entry.value.eq_ignore_ascii_case(word))
}

fn with_texts(mut found: spoglight_model::analysis::Finding) -> spoglight_model::analysis::Finding {
    found.cause.push_str(
        "SPOG gives ECE the user principal name of the administrator, and ECE searches the directory for it with the fields of this \
         form. With a wrong field nobody is found, and the gadget does not open. The text shows the form as it was when it was \
         copied.",
    );
    found.confirm = sentences(&[
        "Log in at `https://<ECE web server>/default` as pa, Administration > Partition: default > Security > SSO and \
         Provisioning: compare every field with the text.",
    ]);
    found.fix = vec![
        "Set LDAP URL to `ldaps://<Global Catalog>:3269` (without TLS `ldap://<Global Catalog>:3268`), and leave Base empty."
            .to_owned(),
        format!("Set DN attribute to `{ATTRIBUTE}`, letter by letter."),
        "Set DN for LDAP search and its password, unless the directory allows anonymous binds. With ldaps set SSL enabled, and a \
         keystore at the same path on every application server."
            .to_owned(),
        "Save, and open the gadget again.".to_owned(),
    ];
    found.false_positives = sentences(&[
        "The text was typed, and a field is spelled otherwise in the form.",
        "The form was corrected after the text was copied.",
        "A domain controller with a Base works for administrators of its own domain.",
    ]);
    found.references = sentences(&[INTEGRATION]);
    found
}
