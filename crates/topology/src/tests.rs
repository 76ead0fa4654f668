//! The embedded topology, a topology with one more product, and errors.

mod words;

use std::sync::Arc;

use super::topology::TEXT;
use super::*;

/// The embedded topology with a product, its log and its folder more.
pub(crate) fn with_acme() -> String {
    format!(
        "{TEXT}\n
[[product]]
name = 'Acme'
own_classes = ['com.acme.']
log_folder = '/opt/acme/logs'
collect = 'add /opt/acme/logs/acme-SERVER-{{log}}.out'

[[folder]]
name = 'acme'

[[file_name]]
product = 'Acme'
name = 'acme-{{server}}-{{process}}.out'
companions = [{{ word = 'slow-', kind = 'query-timeouts' }}]

[[origin]]
formats = ['log4j-pattern']
in_all = ['acme']
product = 'Acme'
process = 'console'

[[process]]
name = 'switch'
product = 'Acme'
trace_level = true

[[log]]
name = 'switch'
process = 'switch'
about = 'messages between sites'

[[log]]
name = 'Acme console'
is = [{{ product = 'Acme', process = 'console' }}]
about = 'output of the program'
collect = 'add console.out of the {{log}}'

[[duty]]
name = 'routing'
is = [{{ product = 'Acme' }}]

[[role]]
name = 'message switch'
does = ['routing']
"
    )
}

fn origin(topology: &Topology, path: &str, format: &str) -> (Option<String>, Option<String>) {
    let origin = topology.origin(path, Some(format));
    (origin.product.map(|product| product.to_string()), origin.process.as_deref().map(str::to_owned))
}

fn both(product: &str, process: &str) -> (Option<String>, Option<String>) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (some(product), some(process))
}

#[test]
fn names_folders_and_formats_give_the_origin() {
    for (path, format, product, process) in [
        ("x/eg_log_dal_connpool_ECESVC01_EAAS-process.log.12", "ece", "ECE", "EAAS-process"),
        ("eg_log_console.txt", "egain-console", "ECE", ""),
        ("A/icm/tomcat/logs/catalina.out", "tomcat-juli", "PCCE", "Tomcat"),
        ("A/ICM/Tomcat/logs/catalina.out", "text", "PCCE", "Tomcat"),
        ("A/icm/tomcat/logs/localhost_access.txt", "iis-w3c", "PCCE", "Tomcat"),
        ("W/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log", "iis-w3c", "IIS", "W3SVC"),
        ("W/LogFiles/HTTPERR/httperr1.log", "iis-w3c", "IIS", "HTTP.sys"),
        ("PG/pg2A-pim2_dump.txt", "icm-trace", "PCCE", "pg2A-pim2"),
        ("A/icm/tomcat/logs/ccbu_x.log", "cisco-log", "PCCE", "CCBU"),
        ("A/ccbu_x.log", "cisco-log", "", ""),
        ("A/feed.log", "cisco-log", "", ""),
        ("FIN1/Desktop-webservices.2026.log", "cisco-log", "Finesse", "webservices"),
        ("A/eService/logs/server.log", "wildfly", "ECE", "WildFly"),
        ("A/eService/logs/notes.txt", "text", "ECE", ""),
        ("S/ERRORLOG", "sql-server", "SQL Server", "sqlservr"),
        ("notes.txt", "text", "", ""),
    ] {
        assert_eq!(origin(Topology::embedded(), path, format), both(product, process), "{path}");
    }
}

#[test]
fn a_server_has_the_role_of_its_logs() {
    let role = |processes: &[(&str, &str)]| {
        let origins: Vec<Origin> = processes
            .iter()
            .map(|(product, process)| Origin {
                product: Some(Arc::from(*product)),
                process: Some((*process).into()),
            })
            .collect();
        Topology::embedded().role(&origins.iter().collect::<Vec<_>>())
    };
    assert_eq!(role(&[("ECE", "ApplicationServer")]), Some("ECE application"));
    assert_eq!(role(&[("ECE", "DSMController"), ("ECE", "EAAS-process")]), Some("ECE services"));
    assert_eq!(role(&[("ECE", "DSMController")]), Some("ECE services, standby"));
    assert_eq!(role(&[("ECE", "ApplicationServer"), ("ECE", "rx-process")]), Some("ECE collocated"));
    let standby = [("ECE", "ApplicationServer"), ("ECE", "DSMController")];
    assert_eq!(role(&standby), Some("ECE collocated, standby"));
    assert_eq!(role(&[("PCCE", "Tomcat"), ("PCCE", "pg2A-pim2")]), Some("PCCE administration and data"));
    assert_eq!(role(&[("PCCE", "PG2A-pim2")]), Some("peripheral gateway"));
    assert_eq!(role(&[("IIS", "W3SVC")]), Some("web"));
    assert_eq!(role(&[]), None);
}

#[test]
fn names_of_side_b() {
    let partner =
        |name: &str| Topology::embedded().pair().partner(name).map(|partner| (partner.name, partner.is_sure));
    let sure = |name: &str| Some((name.to_owned(), true));
    assert_eq!(partner("PCCEADSB"), sure("PCCEADSA"));
    assert_eq!(partner("pcce-adsb01.lab.example"), sure("pcce-adsa01"));
    assert_eq!(partner("CCE-ADS1B"), sure("CCE-ADS1A"));
    assert_eq!(partner("SideB"), sure("SideA"));
    assert_eq!(partner("CCEWEB"), Some(("CCEWEA".to_owned(), false)));
    assert_eq!(partner("PCCEADSA"), None);
    assert_eq!(partner("B"), None);
}

#[test]
fn access_and_companion_logs_show_no_failures() {
    let topology = Topology::embedded();
    let tomcat = topology.part_of_pair().expect("a part");
    let origin = Origin { product: Some("PCCE".into()), process: Some("Tomcat".into()) };
    let log = |path, format| LogSource { path, origin: &origin, format: Some(format), components: &[] };
    let access = log("ADS/icm/tomcat/logs/localhost_access_log.txt", "access-log");
    let catalina = log("ADS/icm/tomcat/logs/catalina.2026-11-21.log", "tomcat-juli");
    assert!(!topology.is_part(tomcat, &access) && topology.is_of_part(tomcat, &access));
    assert!(topology.is_part(tomcat, &catalina));
    assert_eq!(topology.missing_of_part(tomcat, &[access]).len(), 3);
    assert_eq!(topology.missing_of_part(tomcat, &[access, catalina]).len(), 2);
    let server = &topology.expected()[1];
    let origin = Origin { product: Some("ECE".into()), process: Some("ApplicationServer".into()) };
    let pool = LogSource {
        path: "eg_log_dal_connpool_APP_ApplicationServer.log",
        origin: &origin,
        format: Some("ece"),
        components: &[],
    };
    assert!(!topology.is_part(server, &pool) && topology.is_of_part(server, &pool));
}

#[test]
fn companions_are_known_by_their_names() {
    let topology = Topology::embedded();
    assert_eq!(
        topology.companion("a/eg_log_query_timeout_S_rx-process.log"),
        Some(CompanionKind::QueryTimeouts)
    );
    assert_eq!(
        topology.companion("a.zip!eg_log_dal_connpool_S_x.log.1"),
        Some(CompanionKind::ConnectionPool)
    );
    assert_eq!(topology.companion("eg_log_S_rx-process.log"), None);
    assert_eq!(topology.companion_files(CompanionKind::QueryTimeouts), ["eg_log_query_timeout_*.log"]);
}

#[test]
fn a_label_leaves_out_what_is_shown_beside_it() {
    let label = |file: &str| Topology::embedded().label(file, "ECESVC01");
    assert_eq!(label("eg_log_ECESVC01_rx-process.log.3").as_deref(), Some("rx-process"));
    assert_eq!(
        label("x/eg_log_query_timeout_ECESVC01_rx-process.log").as_deref(),
        Some("query_timeout_rx-process")
    );
    assert_eq!(label("catalina.out"), None);
}

#[test]
fn logs_are_found_by_name_and_by_file() {
    let topology = Topology::embedded();
    let of = |path: &str, format: &str, components: &[&str]| {
        let components: Vec<(Arc<str>, u64)> = components.iter().map(|name| ((*name).into(), 1)).collect();
        let origin = topology.origin_of(path, Some(format), &components);
        let source = LogSource { path, origin: &origin, format: Some(format), components: &components };
        let fits = topology.logs().iter().filter(|log| topology.is_log(log, &source));
        let names = fits.map(|log| log.name.to_string()).filter(|name| name != "any known program");
        names.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(of("eg_log_S_rx-process.log.2", "ece", &[]), "rx-process");
    assert_eq!(of("eg_log_query_timeout_S_rx-process.log", "ece", &[]), "query timeouts");
    assert_eq!(of("eg_log_dal_connpool_S_rx-process.log", "ece", &[]), "connection pools");
    assert_eq!(of("server.log", "wildfly", &[]), "WildFly");
    assert_eq!(of("catalina.out", "tomcat-juli", &[]), "Tomcat");
    assert_eq!(of("A/eService/logs/console.log", "java-util-logging", &[]), "");
    assert_eq!(of("FIN1/finesse/catalina.out", "tomcat-juli", &[]), "");
    // CUIC and Finesse have files and facilities of the same names
    assert_eq!(of("A/icm/tomcat/logs/CCBU.log", "cisco-log", &["CCBU_pool"]), "CCBU");
    assert_eq!(of("x.log", "cisco-log", &["CCBU_ajp-nio"]), "CCBU");
    assert_eq!(of("CCBU.log", "cisco-log", &["CCBU_pool"]), "");
    assert_eq!(of("CCBU-cuic.log", "cisco-log", &["CCBU_CUIC_MODEL"]), "CUIC");
    assert_eq!(of("Desktop-webservices.log", "cisco-log", &["CCBU_pool"]), "Finesse webservices");
    assert_eq!(of("feed.log", "cisco-log", &["ICM_Router_CallRouter"]), "ICM events");
    assert_eq!(of("feed.log", "cisco-log", &["CVP"]), "");
    assert_eq!(of("syslog.log", "cisco-log", &["CVP", "ICM_Router_CallRouter"]), "ICM events");
    // the lines know their process better than the name of the file
    assert_eq!(of("pg2A-PIM2_dump.txt", "icm-trace", &["pg2A-pim2"]), "PIM");
    assert_eq!(of("pim2.txt", "icm-trace", &["ra-rtr"]), "router");
    assert_eq!(of("all.txt", "icm-trace", &["cg1A-ctisvr", "pg1A-opc"]), "CTI server, OPC");
    assert_eq!(of("events.csv", "windows-events", &["Service Control Manager"]), "Windows System events");
    assert_eq!(of("events.csv", "windows-events", &["MsiInstaller"]), "Windows Application events");
    assert_eq!(of("events.csv", "windows-events", &["AD FS"]), "AD FS");
    assert_eq!(of("events.csv", "windows-events", &["Microsoft-Windows-Security-Auditing"]), "");
    assert_eq!(of("host.config", "iis-settings", &[]), "applicationHost.config");
    let unknown = topology.log("tomcat").expect_err("names are exact").to_string();
    assert!(
        unknown.starts_with("no log is called \"tomcat\"; it can be ApplicationServer, EAAS-process"),
        "{unknown}"
    );
}

#[test]
fn the_lines_name_the_process_of_a_trace() {
    let process = |path: &str, components: &[&str]| {
        let components: Vec<(Arc<str>, u64)> = components.iter().map(|name| ((*name).into(), 1)).collect();
        Topology::embedded().origin_of(path, Some("icm-trace"), &components).process
    };
    assert_eq!(process("rtr2.txt", &["ra-rtr"]).as_deref(), Some("ra-rtr"));
    assert_eq!(process("rtr2.txt", &[]).as_deref(), Some("rtr2"));
    assert_eq!(process("rtr2.txt", &["la-lgr", "ra-rtr"]), None);
}

#[test]
fn an_unread_file_belongs_to_the_logs_of_its_name() {
    let topology = Topology::embedded();
    let of = |path: &str| {
        let fits = topology.logs().iter().filter(|log| topology.may_be_log(log, path));
        fits.map(|log| log.name.to_string()).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(of("S/eService/logs/eg_log_S_rx-process.log.2"), "rx-process");
    assert_eq!(of("S/eg_log_query_timeout_S_rx-process.log"), "query timeouts");
    assert_eq!(of("A/icm/tomcat/logs/catalina.2026-11-21.log"), "Tomcat");
    assert_eq!(of("A/icm/tomcat/logs/CCBU.2026.log"), "Tomcat, CCBU");
    assert_eq!(of("W/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log"), "W3SVC, W3SVC of the ADS");
    assert_eq!(of("W/ApplicationHost.config"), "applicationHost.config");
    assert_eq!(of("notes.txt"), "");
}

#[test]
fn a_log_without_its_own_advice_has_that_of_its_product() {
    let collect = |name: &str| Topology::embedded().log(name).expect(name).collect.as_str();
    assert_eq!(
        collect("rx-process"),
        r"add eg_log_SERVER_rx-process.log and its rotated files from {ECE_HOME}\eService\logs of the server that runs it (with ECE 15.0 also in application, services or messaging below eService\logs of the file server)"
    );
    assert_eq!(collect("PIM"), "dump the trace of the PIM with dumplog on the peripheral gateway and add it");
}

#[test]
fn layers_are_in_their_order() {
    let topology = Topology::embedded();
    assert!(topology.layer("disk-full") < topology.layer("db-unreachable"));
    assert!(topology.layer("tls-expired") < topology.layer("spog-blank"));
    assert!(topology.layer("spog-blank") < topology.layer("anything-else"));
}

#[test]
fn a_new_product_is_data_only() {
    let topology = Topology::parse(&with_acme()).expect("a topology");
    let path = "case/acme-S1-switch.out";
    assert_eq!(origin(&topology, path, "text"), both("Acme", "switch"));
    assert_eq!(origin(&topology, "S1/acme/x.log", "log4j-pattern"), both("Acme", "console"));
    assert_eq!(topology.name_parts(path).and_then(|parts| parts.server), Some("S1"));
    assert!(topology.is_product_folder("ACME", None));
    assert_eq!(topology.label(path, "S1").as_deref(), Some("switch"));
    assert_eq!(topology.companion("acme-slow-S1-switch.out"), Some(CompanionKind::QueryTimeouts));
    let switch = topology.log("switch").expect("a log");
    assert!(switch.has_trace_level);
    assert_eq!(switch.collect, "add /opt/acme/logs/acme-SERVER-switch.out");
    let console = topology.log("Acme console").expect("a log");
    assert_eq!(console.collect, "add console.out of the Acme console");
    let written = topology.origin("S1/acme/x.log", Some("log4j-pattern"));
    let path = "S1/acme/x.log";
    let source = LogSource { path, origin: &written, format: Some("log4j-pattern"), components: &[] };
    assert!(topology.is_log(console, &source) && !topology.is_log(switch, &source));
    assert_eq!(topology.role(&[&written]), Some("message switch"));
    assert!(topology.is_own_class("com.acme.Main.run"));
    assert!(Topology::embedded().log("switch").is_err());
}

#[test]
fn an_error_names_its_entry() {
    for (more, says) in [
        ("[[product]]\nname = 'ECE'", "[[product]] \"ECE\": two entries have this name"),
        ("[[process]]\nname = 'x'\nproduct = 'Y'", "[[process]] \"x\": no [[product]] is called \"Y\""),
        ("[[log]]\nname = 'x'\nabout = ''\ncollect = ''", "[[log]] \"x\": process or is is missing"),
        (
            "[[log]]\nname = 'x'\nabout = ''\nunread = 'y'\nis = [{ product = 'ECE' }]",
            "[[log]] \"x\": it has is and unread; keep one of them",
        ),
        (
            "[[log]]\nname = 'spog_config.js'\nabout = ''\nunread = 'y'",
            "[[log]] \"spog_config.js\": two entries have this name",
        ),
        ("[[log]]\nname = 'x'\nabout = ''\nprocess = 'y'", "[[log]] \"x\": no [[process]] is called \"y\""),
        ("[[log]]\nname = 'x'\nabout = ''\nis = [{ process = 'y' }]", "[[log]] \"x\": collect is missing"),
        ("[[log]]\nname = 'x'\nabout = ''\ncollect = ''\nis = [{}]", "[[log]] \"x\": is has no condition"),
        ("[[origin]]\nproduct = 'ECE'", "it has no condition, so every file would fit"),
        ("[[origin]]\nformats = ['a']", "product is missing"),
        ("[[role]]\nname = 'x'\ndoes = ['y']", "[[role]] \"x\": no [[duty]] is called \"y\""),
        ("[[role]]\nname = 'x'\ndoes = []", "[[role]] \"x\": does is empty"),
        ("[[file_name]]\nproduct = 'ECE'\nname = '{process}.log'", "it must begin with a text"),
        ("[[file_name]]\nproduct = 'ECE'\nname = 'a{host}.log'", "a field is {server} or {process}"),
        ("[[layer]]\nname = 'x'\nids = ['']", "[[layer]] \"x\": ids holds an empty text"),
        ("[[format]]\nname = 'x'\nshiny = true", "unknown field `shiny`"),
    ] {
        let error = Topology::parse(&format!("{TEXT}\n{more}\n")).expect_err(more).to_string();
        assert!(error.contains(says), "{error}");
    }
}
