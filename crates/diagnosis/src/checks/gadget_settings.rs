//! The settings of ECE's gadgets, which administrators edit by hand: `spog_config.js` and `ece_config.js`. SPOG and
//! Finesse reach ECE with the protocol and the name in these files, and a broken line leaves both unset.
//!
//! The certificate check reports whether a certificate contains that name.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_model::CheckId;
use spoglight_signatures::{Confidence, ProvenFact, Severity};

use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, Fault, INTEGRATION, MOST, and, finding, gap, sentences,
    with_faults,
};
use crate::tls::{NAME_SETTING, Roles, is_fqdn};
use spoglight_artifacts::{Artifact, ConfigLine, GadgetConfig, Setting};
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_text::source_path::file_name;

/// Kind of the file without which SPOG cannot be judged, as the topology names it.
const KIND: &str = "gadget-settings";

/// The release in which every installation must edit the settings.
const EDITED: &str = "12.0(";

/// End of the name of a file that was renamed to send it, or by an editor of Windows.
const COPY: &str = ".txt";

const PROTOCOL_SETTING: &str = "web_server_protocol";

/// Wrong settings of the gadgets.
pub(super) struct GadgetSettings;

impl Check for GadgetSettings {
    fn id(&self) -> CheckId {
        CheckId("gadget-settings")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B09")
    }

    fn title(&self) -> &'static str {
        "The gadget settings for ECE's web server are wrong"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "SPOG and Finesse build the address of ECE from web_server_protocol and web_server_name \
                    in spog_config.js. A wrong value, or one broken line, and the gadget calls a wrong name \
                    or no server at all.",
            looks_at: "spog_config.js and ece_config.js of each web server: both settings, quotes, byte \
                       order mark, and whether the name is a full name (FQDN).",
            needs: "{ECE_HOME}\\eService\\templates\\finesse\\gadget\\spog\\spog_config.js of every ECE web \
                    server",
            unclear: "Collect the file of every web server. It must be edited in every installation of 12.0, \
                      with high availability, and where the host name differs from the name in the URL.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let Some(spog) = collection.topology.artifact(KIND) else { return CheckOutput::well() };
        let files = collection.artifacts.iter().filter_map(|(source, artifact)| match artifact {
            Artifact::Gadget(config) => Some((*source, config)),
            _ => None,
        });
        let files: Vec<(&SourceFacts, &GadgetConfig)> = in_use(files.collect());
        let faults: Vec<Fault<'_>> =
            files.iter().flat_map(|(source, config)| File { source, config }.faults()).collect();
        if !faults.is_empty() {
            return CheckOutput::findings(vec![self.finding(&faults, Weight::Sure, &spog.path)]);
        }
        for weight in [Weight::Renamed, Weight::Mark] {
            let weak: Vec<Fault<'_>> =
                files.iter().filter_map(|(source, config)| File { source, config }.weak(weight)).collect();
            if !weak.is_empty() {
                return CheckOutput::findings(vec![self.finding(&weak, weight, &spog.path)]);
            }
        }
        if files.iter().any(|(_, config)| config.file == spog.file) {
            return of_each_server(self, collection, &files, &spog.file, &spog.path);
        }
        let mut unread = collection.warnings.iter();
        let is_unread = unread.any(|warning| file_name(&warning.path).ends_with(&spog.file));
        let why = if is_unread {
            format!("{} could not be read", spog.file)
        } else {
            format!("no {} was collected", spog.file)
        };
        if let Some(need) = need(collection) {
            return CheckOutput::gaps(vec![gap(
                self,
                "whether the gadget settings are right",
                format!("{why}, {need}"),
                format!("collect {} of every web server", spog.path),
            )]);
        }
        CheckOutput::blind(
            why,
            format!(
                "collect {} of every web server; it must be edited in every installation of 12.0, with high \
                 availability, and where the host name differs from the name in the URL; from 12.5 on the delivered \
                 file works if both are equal",
                spog.path
            ),
        )
    }
}

impl GadgetSettings {
    fn finding(&self, faults: &[Fault<'_>], weight: Weight, path: &str) -> Finding {
        let (severity, confidence) = weight.rating();
        let mut found = with_faults(finding(self, severity, confidence), faults);
        if let Some((title, cause)) = weight.title_and_cause() {
            title.clone_into(&mut found.title);
            found.cause.push_str(cause);
            found.cause.push(' ');
        }
        found.cause.push_str(
            "SPOG and Finesse build the address of ECE from web_server_protocol and web_server_name in this file. It is \
             a script: with a wrong value the gadget calls a name that is not in the certificate, or no server at all, \
             and one broken line leaves all settings of the file unset.",
        );
        found.confirm = sentences(&[
            "Open the file in Notepad++ and compare the lines with those under Fix, letter by letter: the names before the \
             equals sign are never translated.",
            "Open the gadget with the developer tools of the browser (F12): the console shows the script and the line \
             with the error, the network tab shows the address that is called.",
        ]);
        found.fix = sentences(&[
            &format!(
                "On every web server: copy {path} to a safe place, and edit it with Notepad++, not with Notepad, WordPad or Word."
            ),
            r#"Write `var web_server_protocol = "https";` and `var web_server_name = "<FQDN>";` with straight quotes: the full name that users and SPOG call, the one in the certificate; with a load balancer, its name."#,
            "Save it as UTF-8 without BOM, on every web server: with a load balancer its name on all of them, else each with its \
             own name.",
            "Clear the browser cache, and open the gadget again.",
        ]);
        found.false_positives = sentences(&[
            "From 12.5 on the delivered file works if the host name and the name in the URL are equal.",
            "The file was copied from a folder that is not in use.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        found
    }
}

/// Why the settings are needed in this collection, if its logs show that.
fn need(collection: &CheckInput<'_>) -> Option<&'static str> {
    let mut releases = collection.proven.of(ProvenFact::ReleaseWritten).filter_map(|hit| hit.value("ver"));
    if releases.any(|release| release.starts_with(EDITED)) {
        return Some("and it must be edited in every installation of the release in the logs, 12.0");
    }
    let is_failed = |found: &Finding| found.facts.contains(&ProvenFact::GadgetFailed);
    // one with a known reason is subsumed by it
    collection
        .found
        .iter()
        .any(is_failed)
        .then_some("and a wrong line in it is one of the reasons why the gadget does not load")
}

/// How much a fault proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The setting is wrong.
    Sure,
    /// The file was collected under another name.
    Renamed,
    /// The file begins with a byte order mark, which browsers skip.
    Mark,
}

impl Weight {
    fn rating(self) -> (Severity, Confidence) {
        match self {
            Weight::Sure => (Severity::High, Confidence::Certain),
            Weight::Renamed => (Severity::Medium, Confidence::Possible),
            Weight::Mark => (Severity::Low, Confidence::Possible),
        }
    }

    fn title_and_cause(self) -> Option<(&'static str, &'static str)> {
        match self {
            Weight::Sure => None,
            Weight::Renamed => Some((
                "The file of gadget settings was collected under another name",
                "If the file has this name on the web server, the gadget does not find it. It may also have been renamed to \
                 send it: then nothing is wrong.",
            )),
            Weight::Mark => Some((
                "The file of gadget settings begins with a byte order mark",
                "Browsers skip the mark, so it is probably harmless. It shows that another editor was used, and other readers of \
                 the file may stumble over it.",
            )),
        }
    }
}

/// The files that a web server may use: a copy with `.txt` beside the file itself is a backup.
fn in_use<'a>(files: Vec<(&'a SourceFacts, &'a GadgetConfig)>) -> Vec<(&'a SourceFacts, &'a GadgetConfig)> {
    let paths: BTreeSet<String> = files.iter().map(|(source, _)| source.path.to_lowercase()).collect();
    let is_copy = |source: &SourceFacts| {
        source.path.to_lowercase().strip_suffix(COPY).is_some_and(|path| paths.contains(path))
    };
    files.into_iter().filter(|(source, _)| !is_copy(source)).collect()
}

/// Answer for good files: every web server needs one, and they may have different names.
fn of_each_server(
    check: &dyn Check,
    collection: &CheckInput<'_>,
    files: &[(&SourceFacts, &GadgetConfig)],
    file: &str,
    path: &str,
) -> CheckOutput {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (source, config) in files.iter().filter(|(_, config)| config.file == file) {
        let set = config.values.iter().rfind(|setting| setting.name == NAME_SETTING);
        if let (Some(host), Some(set)) = (source.host.as_deref(), set) {
            names.entry(host).or_insert(&set.value);
        }
    }
    let roles = Roles::of(collection);
    let without: Vec<&str> =
        roles.web_hosts().iter().copied().filter(|host| !names.contains_key(host)).collect();
    if !names.is_empty() && !without.is_empty() {
        let why = format!("{file} of {} was not collected", and(without.iter().copied()));
        let advice = format!("collect {path} of every web server: each has its own file");
        return match need(collection) {
            Some(need) => CheckOutput::gaps(vec![gap(
                check,
                "whether the gadget settings of all web servers are right",
                format!("{why}, {need}"),
                advice,
            )]),
            None => CheckOutput::blind(why, advice),
        };
    }
    let different: BTreeSet<String> = names.values().map(|name| name.to_lowercase()).collect();
    if different.len() < 2 {
        return CheckOutput::well();
    }
    let each: Vec<String> = names.iter().map(|(host, name)| format!("{name} on {host}")).collect();
    CheckOutput::note(format!(
        "each web server has its own name: {}. That is right if SPOG has a URL for each of them; with a load balancer all of them \
         need its name",
        each.join(", ")
    ))
}

/// One file of settings.
struct File<'a> {
    source: &'a SourceFacts,
    config: &'a GadgetConfig,
}

impl<'a> File<'a> {
    fn faults(&self) -> Vec<Fault<'a>> {
        let mut faults = Vec::new();
        for line in self.config.unparsed.iter().filter(|line| self.is_broken(line)).take(MOST) {
            faults.push(self.fault(line.line, format!("{}   ({})", line.text, self.why_broken(line))));
        }
        for name in [PROTOCOL_SETTING, NAME_SETTING] {
            match self.config.values.iter().rfind(|setting| setting.name == name) {
                Some(setting) => {
                    faults.extend(wrong(setting).map(|why| self.fault(setting.line, shown(setting, &why))));
                }
                None => faults.extend(self.missing(name)),
            }
        }
        faults.sort_by_key(|fault| fault.line);
        faults
    }

    /// A fault that proves nothing by itself.
    fn weak(&self, weight: Weight) -> Option<Fault<'a>> {
        let is_renamed = self.source.path.to_lowercase().ends_with(COPY);
        let text = match weight {
            Weight::Renamed if is_renamed => {
                format!("the name ends with {COPY}: on the web server it must be {}", self.config.file)
            }
            Weight::Mark if self.config.bom => {
                "the file begins with a byte order mark (BOM): save it as UTF-8 without BOM".to_owned()
            }
            _ => return None,
        };
        Some(self.fault(1, text))
    }

    fn fault(&self, line: usize, text: String) -> Fault<'a> {
        Fault { source: self.source, line: line as u64, text }
    }

    /// Returns whether a line that sets nothing looks like a broken setting. The file may hold other code.
    fn is_broken(&self, line: &ConfigLine) -> bool {
        let declares = ["var ", "let ", "const "].iter().any(|word| line.text.starts_with(word));
        let value = line.text.split_once('=').map(|(_, value)| value.trim());
        let quotes = line.text.chars().filter(|letter| matches!(letter, '"' | '\'')).count();
        line.text.contains(NAME_SETTING)
            || line.text.contains(PROTOCOL_SETTING)
            || self.config.curly_quotes.binary_search(&line.line).is_ok()
            || declares && value.is_some_and(|value| value.is_empty() || quotes % 2 == 1)
    }

    fn why_broken(&self, line: &ConfigLine) -> &'static str {
        if self.config.curly_quotes.binary_search(&line.line).is_ok() {
            "the quotes are typographic, as word processors write them: they must be straight, \"...\""
        } else if self.config.non_ascii.binary_search(&line.line).is_ok() {
            "the line has characters that are not ASCII: type it again by hand"
        } else {
            "a browser cannot read this line; it must have the form var name = \"value\";"
        }
    }

    /// The fault of a missing setting; `None` if a broken line, which is reported anyway, contains its name.
    fn missing(&self, name: &str) -> Option<Fault<'a>> {
        if self.config.unparsed.iter().any(|line| line.text.contains(name)) {
            return None;
        }
        if let Some(other) = self.config.values.iter().find(|setting| stands_for(setting, name)) {
            let why = format!("the name of this setting must be exactly {name}, not translated");
            return Some(self.fault(other.line, shown(other, &why)));
        }
        Some(self.fault(1, format!("{name} is not set in this file: a line var {name} = \"...\"; is needed")))
    }
}

/// The fault in the value of a setting.
fn wrong(setting: &Setting) -> Option<String> {
    let value = setting.value.as_str();
    if setting.quotes.is_none() {
        return Some(format!("the value needs quotes: \"{value}\""));
    }
    if setting.name == PROTOCOL_SETTING {
        return (value != "https").then(|| "it must be \"https\"".to_owned());
    }
    if is_fqdn(value) {
        return None;
    }
    let what = if value.trim().is_empty() {
        "it is empty"
    } else if value.contains("//") || value.contains('/') {
        "it is a URL"
    } else if value.parse::<std::net::IpAddr>().is_ok() {
        "it is an IP address"
    } else if value.contains('.') {
        "it has characters that are not allowed in a host name"
    } else {
        "it is a host name without its domain"
    };
    Some(format!("{what}: it must be the full name (FQDN), such as \"eceweb01.example.com\""))
}

/// Returns whether it is the setting under a translated or misspelled name, judged by its value.
fn stands_for(setting: &Setting, wanted: &str) -> bool {
    let name = setting.name.to_lowercase();
    let is_protocol = matches!(setting.value.to_ascii_lowercase().as_str(), "http" | "https");
    if [PROTOCOL_SETTING, NAME_SETTING].contains(&setting.name.as_str()) {
        return false;
    }
    if wanted == PROTOCOL_SETTING {
        return is_protocol || name.contains("protoco");
    }
    !is_protocol
        && !name.contains("protoco")
        && (is_fqdn(&setting.value) || ["server", "web", "serv"].iter().any(|word| name.contains(word)))
}

/// A setting with its fault, as a line of evidence.
fn shown(setting: &Setting, why: &str) -> String {
    let quote = setting.quotes.map(String::from).unwrap_or_default();
    format!("{} = {quote}{}{quote}   ({why})", setting.name, setting.value)
}
