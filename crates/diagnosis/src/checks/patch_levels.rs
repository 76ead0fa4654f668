//! Patch levels: the engineering specials (ES) that logs, events and lists name as installed, compared with the least
//! that the integration needs, and between servers.
//!
//! An ES that is only mentioned (required, available, being installed) is no installed one. Of the installed ones of a
//! server the highest of the highest release counts. That a higher one is installed without a line in the collection
//! cannot be excluded, so no finding is certain.

mod updates;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use spoglight_model::CheckId;
use spoglight_model::analysis::{CoverageGap, Evidence, Finding, SourceFacts};
use spoglight_signatures::{Confidence, ProvenFact, Severity};
use spoglight_text::source_path::file_name;
use spoglight_topology::{Minimum, Origin, PatchName, PatchState, Patches, Topology};

use crate::bounds::MOST_HOSTS;
use crate::check::{
    Check, CheckGuide, CheckInput, CheckOutput, INTEGRATION, SHOWN_FAULTS, and, evidence, finding, gap,
    sentences,
};

/// Command that lists what is installed, for advice.
const LIST: &str = "`Get-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\*,HKLM:\\Software\\\
                    WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\* | Where-Object DisplayName -match \
                    'ES\\d' | Select-Object DisplayName,InstallDate`";

/// Patch levels below the minimum, or different on servers that must be alike.
pub(super) struct PatchLevels;

/// A line that names an ES.
struct Record<'a> {
    product: Option<Arc<str>>,
    name: PatchName,
    state: PatchState,
    host: Option<&'a str>,
    evidence: Evidence,
}

/// The patch level of a product on one server.
struct Level<'r, 'a> {
    product: &'r Arc<str>,
    host: Option<&'a str>,
    /// The highest installed ES of the highest release.
    best: &'r Record<'a>,
    /// Lines that name an ES of that release at or above the minimum and do not show whether it is installed.
    open: Vec<&'r Record<'a>>,
}

impl Check for PatchLevels {
    fn id(&self) -> CheckId {
        CheckId("patch-levels")
    }

    fn number(&self) -> Option<&'static str> {
        Some("B15")
    }

    fn title(&self) -> &'static str {
        "The patch levels of ECE and PCCE are below the minimum, or differ between servers"
    }

    fn guide(&self) -> CheckGuide {
        CheckGuide {
            cause: "The integration needs minimum engineering specials (ES): PCCE 12.0(1) ES37, and ECE 12.0(1) ES3 with \
                    ES3_ET1a. 12.5(1) has no minimum, but the WXM gadget needs PCCE 12.5(1) ES7 and ECE 12.5(1) ES1. All \
                    ECE servers must have the same ES, and the newest ES of ECE is recommended.",
            looks_at: "Lines, Windows Installer events and lists that name an ES as installed: the highest of each server, \
                       compared with the minimum and with the other servers. An ES that is only mentioned, for instance as \
                       a requirement, does not count.",
            needs: "the Application event log of every server, or a list of the installed programs, or logs of the \
                    installers",
            unclear: "Collect the Application event logs of the ECE servers and of the ADSs, or the output of \
                      `Get-ItemProperty HKLM:\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\* | Where-Object \
                      DisplayName -match 'ES\\d' | Select-Object DisplayName,InstallDate` from each.",
        }
    }

    fn run(&self, collection: &CheckInput<'_>) -> CheckOutput {
        let patches = Patches::embedded();
        let servers = Servers::new(collection);
        let records = records(collection, &servers, patches);
        let levels = levels(&records, patches);
        let mut low: Vec<&Level<'_, '_>> = Vec::new();
        let mut gaps = Vec::new();
        for level in &levels {
            match patches.minimum(level.product, &level.best.name.release) {
                Some(least) if least.compare(&level.best.name) == Ordering::Less => match &*level.open {
                    [] => low.push(level),
                    [open, ..] => gaps.push(self.open(level, least, open)),
                },
                _ => {}
            }
        }
        let mut findings: Vec<Finding> = Vec::new();
        findings.extend(self.below(&low, patches));
        findings.extend(self.different((&servers, collection.topology), &levels, &low, patches));
        let mut output = CheckOutput { findings, gaps, ..CheckOutput::default() };
        if levels.is_empty() {
            output.blind = unknown(&records, patches).blind;
        } else {
            output.note = Some(note(&levels, patches));
        }
        output.seen = updates::listed(collection);
        output
    }
}

impl PatchLevels {
    /// The finding of levels below their minimum; `None` if there are none.
    fn below(&self, low: &[&Level<'_, '_>], patches: &Patches) -> Option<Finding> {
        let minimum = |level: &Level<'_, '_>| patches.minimum(level.product, &level.best.name.release);
        let needs: Vec<(&Level<'_, '_>, &Minimum)> =
            low.iter().filter_map(|level| Some((*level, minimum(level)?))).collect();
        // an extra that only a part of the systems has is no fault of the integration
        let is_needed = needs.iter().any(|(_, least)| least.only_for.is_none());
        let needs: Vec<_> =
            needs.into_iter().filter(|(_, least)| !is_needed || least.only_for.is_none()).collect();
        let is_listed = needs.iter().all(|(level, _)| level.best.state == PatchState::Listed);
        let (severity, confidence) = match (is_needed, is_listed) {
            (true, false) => (Severity::High, Confidence::Likely),
            (true, true) => (Severity::Medium, Confidence::Possible),
            (false, _) => (Severity::Low, Confidence::Possible),
        };
        let mut found = finding(self, severity, confidence);
        let (first, rest) = needs.split_first()?;
        let (level, least) = first;
        let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
        found.title = format!("{} is below the minimum ES{}{more}", describe(level), tail(least));
        for (level, least) in &needs {
            let purpose = least.only_for.as_deref().unwrap_or("the integration");
            add(&mut found, level, &format!("{purpose} needs {least}"));
        }
        found.cause = match needs.iter().find_map(|(_, least)| least.only_for.as_deref()) {
            Some(purpose) => format!(
                "The installed engineering special (ES) is lower than {purpose} needs. Without it only {purpose} does not \
                 work; the integration itself has no minimum in this release."
            ),
            None => "The installed engineering special (ES) is lower than the integration needs. Below the minimum the \
                     gadget in the administration does not load, and functions of the integration are missing."
                .to_owned(),
        };
        found.confirm = vec![
            format!("On each server list what is installed: {LIST}."),
            "Compare the servers with one another: all servers of one product need the same ES.".to_owned(),
        ];
        found.fix = sentences(&[
            "Install the newest ES of the release, at least the minimum, on all servers of that product: stop the \
             services first, and follow the readme of the ES.",
            "Look for the certificates afterwards: an ES that brings a new Java has a truststore without the imported ones.",
        ]);
        found.false_positives = sentences(&[
            "The line is from before a later installation that left no line in the collected files.",
            "The server has another part of the product, which does not need this ES.",
        ]);
        found.references = sentences(&[INTEGRATION]);
        Some(found)
    }

    /// The findings of servers that should have the same ES and do not.
    fn different(
        &self,
        (servers, topology): (&Servers<'_>, &Topology),
        levels: &[Level<'_, '_>],
        low: &[&Level<'_, '_>],
        patches: &Patches,
    ) -> Vec<Finding> {
        let mut groups: BTreeMap<(&str, Option<&str>), Vec<&Level<'_, '_>>> = BTreeMap::new();
        for level in levels {
            let Some(host) = level.host.filter(|host| servers.has(host, level.product)) else {
                continue;
            };
            let role = servers.role(host, topology).filter(|_| !patches.is_alike(level.product));
            if role.is_some() || patches.is_alike(level.product) {
                groups.entry((level.product, role)).or_default().push(level);
            }
        }
        let name = |level: &Level<'_, '_>| level.best.name.to_string();
        let is_low = |level: &&Level<'_, '_>| low.iter().any(|known| std::ptr::eq(*known, *level));
        let groups = groups.into_iter().filter(|(_, levels)| {
            let names: BTreeSet<String> = levels.iter().map(|level| name(level)).collect();
            names.len() > 1 && !levels.iter().any(is_low)
        });
        let finding = |((product, role), levels): ((&str, Option<&str>), Vec<&Level<'_, '_>>)| {
            let mut found = finding(self, Severity::Medium, Confidence::Possible);
            let servers = role.map_or_else(
                || format!("The {product} servers"),
                |role| format!("Servers of the role {role}"),
            );
            found.title = format!("{servers} have different engineering specials");
            for level in levels {
                add(&mut found, level, &describe(level));
            }
            found.cause.push_str("An engineering special (ES) is installed on all servers of a product. With different ones, parts \
                           that talk to each other do not fit: a function works on one server and fails on another.");
            found.confirm = vec![format!("On each server list what is installed: {LIST}.")];
            found.fix = sentences(&["Install the same, newest ES on all servers of the product."]);
            found.false_positives = sentences(&[
                "A later installation on one of the servers left no line in the collected files.",
            ]);
            found.references = sentences(&[INTEGRATION]);
            found
        };
        groups.map(finding).collect()
    }

    /// The gap of a line that may mean that the minimum is installed.
    fn open(&self, level: &Level<'_, '_>, least: &Minimum, open: &Record<'_>) -> CoverageGap {
        gap(
            self,
            format!("whether {least} is installed{}", on(level.host)),
            format!(
                "{} names {} without showing that it is installed; installed is {} ({})",
                place(&open.evidence),
                open.name,
                level.best.name,
                place(&level.best.evidence)
            ),
            format!("list what is installed: {LIST}"),
        )
    }
}

/// Every line and event that names an ES.
fn records<'a>(collection: &CheckInput<'a>, servers: &Servers<'_>, patches: &Patches) -> Vec<Record<'a>> {
    let mut records = Vec::new();
    for source in collection.sources.iter().filter(|source| !source.is_second()) {
        // a log of an installer may be named after its ES; whether it went well is another question
        let file = file_name(&source.path);
        for name in patches.names(file) {
            let product = name.product.clone().or_else(|| product_of(servers, source, patches));
            let evidence = evidence(source, (1, 0), None, file);
            let (state, host) = (PatchState::Open, source.host.as_deref());
            records.push(Record { product, name, state, host, evidence });
        }
    }
    for hit in collection.proven.of(ProvenFact::PatchNamed) {
        let Some(text) = hit.value("text").or(hit.value("product")) else { continue };
        let source: &'a SourceFacts = hit.source;
        for name in patches.names(text) {
            let state = patches.state(text, &name, file_name(&source.path), hit.value("event"));
            let product = name.product.clone().or_else(|| product_of(servers, source, patches));
            let mut evidence = hit.evidence();
            if patches.names(&evidence.text).is_empty() {
                // the first line of an event of several lines, or a line that was not kept
                text.clone_into(&mut evidence.text);
            }
            records.push(Record { product, name, state, host: source.host.as_deref(), evidence });
        }
    }
    records
}

/// The patched product of the server on which a file was written, if it is only one.
fn product_of(servers: &Servers<'_>, source: &SourceFacts, patches: &Patches) -> Option<Arc<str>> {
    let is_its = |product: &&Arc<str>| source.is_of(product);
    if let Some(product) = patches.products().find(is_its) {
        return Some(Arc::clone(product));
    }
    let host = source.host.as_deref()?;
    let mut here = patches.products().filter(|product| servers.has(host, product));
    here.next().filter(|_| here.next().is_none()).map(Arc::clone)
}

/// The files of each server.
struct Servers<'a>(BTreeMap<&'a str, Files<'a>>);

/// The programs that wrote the files of a server, and their products.
#[derive(Default)]
struct Files<'a> {
    origins: Vec<&'a Origin>,
    products: BTreeSet<&'a str>,
}

impl<'a> Servers<'a> {
    fn new(collection: &CheckInput<'a>) -> Servers<'a> {
        let mut hosts: BTreeMap<&str, Files<'_>> = BTreeMap::new();
        for source in collection.sources {
            if let Some(host) = source.host.as_deref() {
                let files = hosts.entry(host).or_default();
                files.origins.push(&source.origin);
                files.products.extend(source.origin.product.as_deref());
            }
        }
        Servers(hosts)
    }

    /// Whether a server has files of a product.
    fn has(&self, host: &str, product: &str) -> bool {
        self.0.get(host).is_some_and(|files| files.products.contains(product))
    }

    /// The role of a server.
    fn role(&self, host: &str, topology: &'a Topology) -> Option<&'a str> {
        topology.role(&self.0.get(host)?.origins)
    }
}

/// The patch level of each product on each server.
fn levels<'r, 'a>(all: &'r [Record<'a>], patches: &Patches) -> Vec<Level<'r, 'a>> {
    let mut groups: BTreeMap<(&Arc<str>, Option<&str>), Vec<&Record<'_>>> = BTreeMap::new();
    for record in all {
        if let Some(product) = &record.product {
            groups.entry((product, record.host)).or_default().push(record);
        }
    }
    let mut open_of: BTreeMap<Option<&str>, Vec<(usize, &Record<'_>)>> = BTreeMap::new();
    let open = all.iter().enumerate().filter(|(_, record)| record.state == PatchState::Open);
    open.for_each(|(place, record)| open_of.entry(record.host).or_default().push((place, record)));
    let mut levels = Vec::new();
    for ((product, host), records) in groups {
        let was_removed = |record: &Record<'_>| {
            let removals = records.iter().filter(|other| other.state == PatchState::Removed);
            let mut later = removals.filter(|other| match (record.evidence.time, other.evidence.time) {
                (Some(installed), Some(removed)) => installed.nanos() <= removed.nanos(),
                _ => true,
            });
            later.any(|other| {
                (&other.name.release, other.name.es, &other.name.et)
                    == (&record.name.release, record.name.es, &record.name.et)
            })
        };
        let installed = records.iter().filter(|record| record.state >= PatchState::Listed);
        let installed = installed.filter(|record| !was_removed(record));
        let rank = |record: &Record<'_>| {
            (record.name.release.clone(), record.name.es, record.name.et.clone(), record.state)
        };
        let Some(best) = installed.max_by_key(|record| rank(record)) else { continue };
        let least = patches.minimum(product, &best.name.release);
        let is_enough = |name: &PatchName| least.is_some_and(|least| least.compare(name) != Ordering::Less);
        // a line of an unknown server may be of this one
        let mut open: Vec<&(usize, &Record<'_>)> = match host {
            Some(_) => [open_of.get(&None), open_of.get(&host)].into_iter().flatten().flatten().collect(),
            None => open_of.values().flatten().collect(),
        };
        open.sort_unstable_by_key(|(place, _)| *place);
        let open = open.into_iter().map(|(_, record)| *record).filter(|record| {
            record.product.as_ref().is_none_or(|known| known == product)
                && record.name.release == best.name.release
                && is_enough(&record.name)
        });
        levels.push(Level { product, host, best, open: open.collect() });
    }
    levels
}

/// The output if no line shows an installed ES.
fn unknown(records: &[Record<'_>], patches: &Patches) -> CheckOutput {
    let mentioned = records.first().map_or_else(String::new, |record| {
        format!(
            " ({} names {}, but does not show that it is installed)",
            place(&record.evidence),
            record.name
        )
    });
    let minima: Vec<String> = patches.minima().iter().map(purpose).collect();
    CheckOutput::blind(
        format!("no log, event or list names an installed engineering special{mentioned}"),
        format!(
            "collect the Application event log of every server, or list what is installed ({LIST}); compare with the \
             minima: {}; every ECE server needs the same, newest ES",
            minima.join(", ")
        ),
    )
}

fn purpose(least: &Minimum) -> String {
    match &least.only_for {
        Some(purpose) => format!("{least} (only for {purpose})"),
        None => least.to_string(),
    }
}

/// What was found, for every server.
fn note(levels: &[Level<'_, '_>], patches: &Patches) -> String {
    let sentence = |level: &Level<'_, '_>| {
        let name = &level.best.name;
        let judged = match patches.minimum(level.product, &name.release) {
            Some(least) => match least.compare(name) {
                Ordering::Less => format!("below {}", purpose(least)),
                Ordering::Equal => format!("the minimum {}", purpose(least)),
                Ordering::Greater => format!("above the minimum {}", purpose(least)),
            },
            None => "no minimum is known for it".to_owned(),
        };
        let quarter = patches.quarter_of(level.product, name).map(|quarter| {
            let with = quarter.tomcat.as_ref();
            let with = with
                .map_or_else(String::new, |version| format!(" with version {version} of its web container"));
            format!(" of quarterly release {} ({}{with})", quarter.name, quarter.posted)
        });
        let newest = patches.newest(level.product, &name.release).filter(|newest| newest.es > name.es);
        let newest =
            newest.map(|newest| format!("; the newest known is ES{} ({})", newest.es, newest.posted));
        format!(
            "{}{}: {judged}{} ({})",
            describe(level),
            quarter.unwrap_or_default(),
            newest.unwrap_or_default(),
            place(&level.best.evidence)
        )
    };
    let mut sentences: Vec<String> = levels.iter().take(SHOWN_FAULTS).map(sentence).collect();
    if levels.len() > SHOWN_FAULTS {
        sentences.push(format!("{} more", levels.len() - SHOWN_FAULTS));
    }
    let is_known = |product: &&Arc<str>| levels.iter().any(|level| level.product == *product);
    let unknown: Vec<&str> =
        patches.products().filter(|product| !is_known(product)).map(|product| &**product).collect();
    if !unknown.is_empty() {
        sentences.push(format!("no line shows the patch level of {}", and(unknown)));
    }
    sentences.join("; ")
}

/// The product, its ES and the server: `PCCE 12.0(1) ES30 on PCCEADSA`.
fn describe(level: &Level<'_, '_>) -> String {
    format!("{} {}{}", level.product, level.best.name, on(level.host))
}

fn on(host: Option<&str>) -> String {
    host.map_or_else(String::new, |host| format!(" on {host}"))
}

/// The ES of a minimum without product and release.
fn tail(least: &Minimum) -> String {
    let text = least.to_string();
    text.split_once(" ES").map_or(text.clone(), |(_, tail)| tail.to_owned())
}

fn place(evidence: &Evidence) -> String {
    format!("{}:{}", evidence.source, evidence.line)
}

/// Adds the line of a level to a finding.
fn add(found: &mut Finding, level: &Level<'_, '_>, detail: &str) {
    found.count += 1;
    let host = level.host.map(str::to_owned).filter(|_| found.hosts.len() < MOST_HOSTS);
    found.hosts.extend(host.filter(|host| !found.hosts.contains(host)));
    let details = found.captures.entry("level".to_owned()).or_default();
    let text = if detail.contains(&level.best.name.to_string()) {
        detail.to_owned()
    } else {
        format!("{}: {detail}", describe(level))
    };
    if details.len() < SHOWN_FAULTS && !details.contains(&text) {
        details.push(text);
    }
    if found.evidence.len() < SHOWN_FAULTS {
        found.evidence.push(level.best.evidence.clone());
    }
}
