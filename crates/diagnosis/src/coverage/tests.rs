//! A log of a new product, logs of other components, and files that were not read or understood.

use super::*;
use spoglight_engine::facts;
use spoglight_model::CountMap;
use spoglight_model::analysis::LevelCounts;
use spoglight_source::{Problem, SourceId, host_of};

/// A product with a log more than the embedded topology has.
const ACME: &str = "
[[product]]
name = 'Acme'
collect = 'add /opt/acme/logs/acme-SERVER-{log}.out'

[[file_name]]
product = 'Acme'
name = 'acme-{server}-{process}.out'

[[process]]
name = 'switch'
product = 'Acme'
trace_level = true

[[log]]
name = 'switch'
process = 'switch'
about = 'messages between sites'
";

fn source(path: &str, topology: &Topology) -> SourceFacts {
    let (origin, host) = (topology.origin(path, None), host_of(path, topology).map(Into::into));
    SourceFacts { origin, host, events: 1, ..facts::unknown(SourceId::new(0), path) }
}

/// A message at each of these levels.
fn levels(levels: &[Level]) -> LevelCounts {
    LevelCounts::of(&Level::ALL.map(|level| u64::from(levels.contains(&level))))
}

/// A file in a format, whose lines name a component.
fn file(path: &str, format: &str, component: Option<&str>) -> SourceFacts {
    let topology = Topology::embedded();
    let mut components = CountMap::default();
    if let Some(name) = component {
        components.add(name, 1);
    }
    let origin = topology.origin_of(path, Some(format), components.as_slice());
    let format = Some(format.into());
    SourceFacts {
        origin,
        format,
        components: components.into(),
        events: 1,
        bytes: 100,
        parsed: 100,
        ..source(path, topology)
    }
}

/// Reasons why a place does not rule out a failure.
fn why(place: &str, sources: &[SourceFacts], warnings: &[Warning]) -> Vec<String> {
    let topology = Topology::embedded();
    let shows = ShowsIn::parse(place, topology).expect(place);
    let coverage = LogCoverage::new(sources, warnings, None, topology);
    coverage.reasons_in(&shows).into_iter().map(|reason| reason.why.into_owned()).collect()
}

fn unread(path: &str) -> Warning {
    Warning::from(Problem::new(path, "cannot be opened", "copy it again"))
}

#[test]
fn a_log_of_a_new_product_needs_data_only() {
    let text = concat!(include_str!("../../../../signatures/topology.toml"), "\n");
    let topology = Topology::parse(&format!("{text}{ACME}")).expect("a topology");
    let shows = ShowsIn::parse("switch: info", &topology).expect("a log of the new product");
    assert_eq!(shows.level, Some(Level::Info));
    let reasons = |sources: &[SourceFacts]| {
        let reasons = LogCoverage::new(sources, &[], None, &topology).reasons_in(&shows);
        reasons.into_iter().map(|reason| (reason.why, reason.advice)).collect::<Vec<_>>()
    };
    let missing = ("no log of switch was collected", "add /opt/acme/logs/acme-SERVER-switch.out");
    assert_eq!(reasons(&[]), [(missing.0.into(), missing.1.into())]);

    let mut log = source("case/acme-S1-switch.out", &topology);
    assert!(log.is_of("Acme"));
    assert_eq!((log.host.as_deref(), log.origin.process.as_deref()), (Some("S1"), Some("switch")));
    assert_eq!(topology.label(&log.path, "S1").as_deref(), Some("switch"));
    let low = reasons(std::slice::from_ref(&log));
    assert_eq!(low[0].0, "switch on S1 wrote nothing at 4-Info, where it would show");
    log.levels = levels(&[Level::Info]);
    assert_eq!(reasons(&[log]), []);
    assert!(ShowsIn::parse("switch", Topology::embedded()).is_err());
}

#[test]
fn a_log_of_another_component_rules_nothing_out() {
    let missing = ["no log of ICM events was collected"];
    for (path, component) in [
        ("FIN1/Desktop-webservices.log", "CCBU_CTIMessageEventExecutor"),
        ("CVP1/CVP.2013-03-30.log", "CVP"),
        ("CUIC1/CCBU-cuic.log", "CCBU_CUIC_MODEL_OBJECTS"),
        ("x.log", "BACC"),
    ] {
        let log = [file(path, "cisco-log", Some(component))];
        assert_eq!(why("ICM events", &log, &[]), missing, "{path}");
        assert_eq!(why("CCBU", &log, &[]), ["no log of CCBU was collected"], "{path}");
    }
    let feed = [file("feed.log", "cisco-log", Some("ICM_Router_CallRouter"))];
    assert!(why("ICM events", &feed, &[]).is_empty());
    let switch = [file("pg2A-pim2.txt", "icm-trace", Some("ra-rtr"))];
    assert_eq!(why("PIM", &switch, &[]), ["no log of PIM was collected"]);
    assert!(why("PIM", &[file("x.txt", "icm-trace", Some("pg2A-pim2"))], &[]).is_empty());
}

#[test]
fn a_part_that_was_not_understood_rules_nothing_out() {
    let mut log = file("A/icm/tomcat/logs/catalina.log", "tomcat-juli", None);
    assert!(why("Tomcat", std::slice::from_ref(&log), &[]).is_empty());
    log.parsed = 50;
    assert!(why("Tomcat", std::slice::from_ref(&log), &[]).is_empty(), "half of it is enough");
    log.parsed = 49;
    assert_eq!(
        why("Tomcat", std::slice::from_ref(&log), &[]),
        ["more than half of A/icm/tomcat/logs/catalina.log was not understood"]
    );
    (log.parsed, log.is_truncated) = (100, true);
    assert_eq!(
        why("Tomcat", std::slice::from_ref(&log), &[]),
        ["A/icm/tomcat/logs/catalina.log ends in the middle of a line"]
    );
}

#[test]
fn an_unread_file_of_a_log_rules_nothing_out() {
    let log = [file("case.zip!A/icm/tomcat/logs/catalina.log", "tomcat-juli", None)];
    for (path, counts) in [
        ("case.zip!A/icm/tomcat/logs/catalina.log", true),
        ("case.zip!A/icm/tomcat/logs/localhost.log", true),
        ("case.zip", true),
        ("case.zip!A", true),
        ("cas", false),
        ("other.zip", false),
        ("B/eg_log_S_rx-process.log", false),
    ] {
        let reasons = why("Tomcat", &log, &[unread(path)]);
        let expected = if counts { vec![format!("{path} cannot be opened")] } else { Vec::new() };
        assert_eq!(reasons, expected, "{path}");
    }
    let rx = [unread("B/eg_log_S_rx-process.log")];
    assert_eq!(why("rx-process", &[], &rx), ["B/eg_log_S_rx-process.log cannot be opened"]);
}

#[test]
fn the_same_log_of_another_server_rules_nothing_out() {
    let access = file("A/inetpub/logs/u_ex261121.log", "iis-w3c", None);
    let access = SourceFacts { host: Some("A".into()), ..access };
    assert!(why("W3SVC", std::slice::from_ref(&access), &[]).is_empty());
    assert_eq!(why("W3SVC of the ADS", std::slice::from_ref(&access), &[]).len(), 1);
    let tomcat = file("A/icm/tomcat/logs/catalina.log", "tomcat-juli", None);
    let both = [access, SourceFacts { host: Some("A".into()), ..tomcat }];
    assert_eq!(why("W3SVC", &both, &[]), ["no log of W3SVC was collected"]);
    assert!(why("W3SVC of the ADS", &both, &[]).is_empty());
    let desktop = file("F/Desktop-webservices.log", "cisco-log", Some("CCBU_pool"));
    let catalina = file("F/catalina.out", "tomcat-juli", None);
    let host = Some("F".into());
    let finesse = [SourceFacts { host: host.clone(), ..desktop }, SourceFacts { host, ..catalina }];
    assert_eq!(why("Tomcat", &finesse, &[]), ["no log of Tomcat was collected"]);
    assert!(why("Tomcat", &finesse[1..], &[]).is_empty(), "its server is not known");
}

#[test]
fn a_level_counts_at_the_time_of_the_incident() {
    let topology = Topology::embedded();
    let at = |minute: i64| Timestamp::Utc(minute * 60_000_000_000);
    let mut log = source("eg_log_S_ApplicationServer.log", topology);
    (log.first, log.last, log.debug_range) = (Some(at(0)), Some(at(600)), Some(Box::new((at(0), at(60)))));
    log.levels = levels(&[Level::Info, Level::Debug]);
    let reasons = |incident: Option<i64>, place: &str| {
        let shows = ShowsIn::parse(place, topology).expect(place);
        let coverage = LogCoverage::new(std::slice::from_ref(&log), &[], incident.map(at), topology);
        coverage.reasons_in(&shows).len()
    };
    assert_eq!(reasons(None, "ApplicationServer: debug"), 0);
    assert_eq!(reasons(Some(70), "ApplicationServer: debug"), 0);
    assert_eq!(reasons(Some(300), "ApplicationServer: debug"), 1);
    assert_eq!(reasons(Some(300), "ApplicationServer: info"), 0);
    assert_eq!(reasons(Some(700), "ApplicationServer: info"), 1);
}

#[test]
fn an_unread_archive_may_hold_any_log() {
    let log = [file("A/icm/tomcat/logs/catalina.log", "tomcat-juli", None)];
    let cut = Problem::new("B.zip", "is cut off", "request it again").of_kind(ProblemKind::Container);
    let cut = [Warning::from(cut)];
    assert_eq!(why("Tomcat", &log, &cut), ["B.zip is cut off"]);
    assert_eq!(why("WildFly", &log, &cut), ["no log of WildFly was collected"]);
}

#[test]
fn places_that_are_no_logs() {
    let settings = "applicationHost.config";
    assert_eq!(why(settings, &[], &[]), ["applicationHost.config was not collected"]);
    let collected = SourceFacts { events: 0, ..file("W/applicationHost.config", "iis-settings", None) };
    assert!(why(settings, &[collected], &[]).is_empty());
    assert_eq!(why("user's screen", &[], &[]), ["no log shows it"]);
    // an empty log of queries that took too long is good news
    let empty = SourceFacts { events: 0, ..source("eg_log_query_timeout_S_x.log", Topology::embedded()) };
    assert!(why("query timeouts", std::slice::from_ref(&empty), &[]).is_empty());
    assert_eq!(why("any known program", &[empty], &[]), ["no log of any known program was collected"]);
}
