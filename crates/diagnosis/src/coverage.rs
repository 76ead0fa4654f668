//! What the silence of a signature is worth: whether the logs in which its failure would show were collected, say enough, and
//! cover the incident.

use std::collections::{BTreeMap, BTreeSet};

use spoglight_parsers::Level;
use spoglight_signatures::{Library, Place, ShowsIn, Signature, SignatureKind};

use spoglight_model::analysis::{CheckResult, Finding, InconclusiveReason, Outcome, SourceFacts};
use spoglight_source::is_companion;
use spoglight_time::Timestamp;

/// How every signature ended: found, not found, or nobody can tell.
pub fn judge(library: &Library, findings: &[Finding], places: &LogCoverage) -> Vec<CheckResult> {
    let folded = findings.iter().flat_map(|finding| &finding.related).map(|related| related.id.as_str());
    let found: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).chain(folded).collect();
    let judge = |signature: &Signature| {
        let found = found.contains(signature.id.as_str());
        let doubts = if found { Vec::new() } else { places.doubts(signature) };
        CheckResult {
            id: signature.id.clone().into(),
            number: None,
            title: signature.title.clone(),
            answer: Outcome::of(found, &doubts),
            note: None,
            doubts,
        }
    };
    // what is no failure is not looked for
    let is_failure =
        |signature: &&Signature| !matches!(signature.kind, SignatureKind::Marker | SignatureKind::Harmless);
    library.iter().filter(is_failure).map(judge).collect()
}

/// What was collected of each place, by server.
pub struct LogCoverage {
    known: BTreeMap<Place, BTreeMap<String, KnownLog>>,
}

/// What was collected of a place on one server.
struct KnownLog {
    /// The finest level that it writes.
    level: Option<Level>,
    /// Whether it covers the incident; `true` if nobody said when that was.
    covers: bool,
}

impl LogCoverage {
    /// `incident` is when it happened that the collection is about, if somebody said so.
    pub fn of(sources: &[SourceFacts], incident: Option<Timestamp>) -> LogCoverage {
        let mut known: BTreeMap<Place, BTreeMap<String, KnownLog>> = BTreeMap::new();
        for source in sources.iter().filter(|source| source.events > 0) {
            for place in Place::ALL.into_iter().filter(|place| is_at(source, *place)) {
                let host = source.host.clone().unwrap_or_default();
                let servers = known.entry(place).or_default();
                let server = servers.entry(host).or_insert(KnownLog { level: None, covers: false });
                let finest = source.levels.iter().filter(|level| *level <= Level::Trace);
                server.level = server.level.max(finest.max());
                server.covers |= incident.is_none_or(|incident| source.covers(incident));
            }
        }
        LogCoverage { known }
    }

    /// Why the silence of a signature says nothing, each reason once.
    pub(crate) fn doubts(&self, signature: &Signature) -> Vec<InconclusiveReason> {
        let mut doubts: Vec<InconclusiveReason> =
            signature.shows_in.iter().filter_map(|shows| self.doubt(*shows)).collect();
        doubts.dedup();
        doubts
    }

    /// Why the silence of a place says nothing, and what would help.
    pub(crate) fn doubt(&self, shows: ShowsIn) -> Option<InconclusiveReason> {
        let Some(servers) = self.known.get(&shows.place) else {
            let why = format!("no log of {} was collected", shows.place);
            let missing = Some(shows.place.to_string());
            return Some(InconclusiveReason { missing, why, advice: where_is(shows.place) });
        };
        let on = |names: Vec<&String>| {
            let names: Vec<&str> =
                names.into_iter().filter(|name| !name.is_empty()).map(String::as_str).collect();
            if names.is_empty() { String::new() } else { format!(" on {}", names.join(", ")) }
        };
        if servers.values().all(|known| !known.covers) {
            let why = "no log in which it would show covers the incident".to_owned();
            return Some(InconclusiveReason {
                missing: None,
                why,
                advice: "collect the rotated files of that time".to_owned(),
            });
        }
        let wanted = shows.level?;
        let low = servers.iter().filter(|(_, known)| known.level.is_none_or(|level| level < wanted));
        let low: Vec<&String> = low.map(|(name, _)| name).collect();
        if !low.is_empty() {
            let level = trace_level(wanted);
            let (place, on) = (shows.place, on(low));
            return Some(InconclusiveReason {
                missing: None,
                why: format!("{place}{on} wrote nothing at {level}, where it would show"),
                advice: format!(
                    "set {place} to {level} with a maximum duration, let it happen again, and collect again"
                ),
            });
        }
        None
    }
}

/// Whether a source is a log of that place.
fn is_at(source: &SourceFacts, place: Place) -> bool {
    let product = source.origin.product.unwrap_or_default();
    let process = source.origin.process.as_deref().unwrap_or_default();
    let format = source.format.as_deref().unwrap_or_default();
    let is_trace_of = |word| format == "icm-trace" && process.to_ascii_lowercase().contains(word);
    match place {
        Place::WildFly => process == "WildFly" || format == "wildfly",
        Place::Tomcat => TOMCAT.contains(&format),
        Place::Ccbu => format == "cisco-log" && process == "CCBU",
        Place::W3svc => process == "W3SVC",
        Place::HttpSys => process == "HTTP.sys",
        Place::Pim => is_trace_of("pim"),
        Place::CtiServer => is_trace_of("ctisvr"),
        Place::Opc => is_trace_of("opc"),
        Place::CiscoLog => format == "cisco-log" && process != "CCBU",
        Place::IdentityService => process == "Identity Service",
        Place::AdFs | Place::WindowsEvents => product == "Windows",
        Place::SqlServer => product == "SQL Server",
        ece => product == "ECE" && process == ece.name() && !is_companion(&source.path),
    }
}

/// Formats in which a Tomcat logs.
pub(super) const TOMCAT: &[&str] = &["tomcat-juli", "tomcat-json", "tomcat-jdk-logger", "java-util-logging"];

/// Where the logs of a place are.
fn where_is(place: Place) -> String {
    match place {
        Place::Tomcat | Place::Ccbu => {
            r"add C:\icm\tomcat\logs of the side A Administration & Data Server".to_owned()
        }
        Place::W3svc => r"add C:\inetpub\logs\LogFiles of every ECE web server".to_owned(),
        Place::HttpSys => r"add C:\Windows\System32\LogFiles\HTTPERR of every ECE web server".to_owned(),
        Place::WildFly => "add server.log of the ECE application server".to_owned(),
        Place::Pim | Place::CtiServer | Place::Opc => {
            format!("dump the trace of the {place} with dumplog on the peripheral gateway and add it")
        }
        Place::CiscoLog => "add the event feed of ICM (syslog) of the time".to_owned(),
        Place::IdentityService => "add the logs of the Cisco Identity Service".to_owned(),
        Place::AdFs => "export the Admin log of AD FS from the Event Viewer as CSV or text".to_owned(),
        Place::WindowsEvents => {
            "export the System and Application logs of the ECE servers from the Event Viewer as CSV or text"
                .to_owned()
        }
        Place::SqlServer => "add ERRORLOG of the SQL Server".to_owned(),
        ece => format!(
            r"add eg_log_SERVER_{ece}.log and its rotated files from {{ECE_HOME}}\eService\logs of the server that runs it"
        ),
    }
}

/// A trace level as the ECE console shows it: `7-Debug`.
fn trace_level(level: Level) -> String {
    let name = level.name();
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}-{}{rest}", level.index() + 1, first.to_uppercase())
}
