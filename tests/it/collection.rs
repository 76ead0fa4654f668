//! The checks of what was collected: each on a small collection in which it is wrong, made here line by line, and on the same
//! one in which it is not.

use std::fmt::Write as _;
use std::fs;

use spoglight_diagnosis::analyze;
use spoglight_model::analysis::{Analysis, Outcome};
use spoglight_signatures::Signature;
use spoglight_time::{Incident, Timestamp};

use crate::support::{argument, folder, new_york, put, spoglight};

/// Services components of ECE.
const SERVICES: [&str; 6] =
    ["EAAS-process", "EAMS-process", "Listener-process", "rx-process", "dx-process", "workflow-process"];

/// A collection on disk.
struct Case(tempfile::TempDir);

impl Case {
    /// One in which nothing is wrong: application server, services, web server, administration server, 10:00 to 13:00.
    fn well() -> Case {
        let case = Case(folder());
        case.ece("APP", "ApplicationServer", "", &hours("INFO", 700));
        for (number, process) in SERVICES.iter().enumerate() {
            case.ece("SVC", process, "", &hours("INFO", 800 + number as u64));
        }
        case.write(
            "WEB/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log",
            "#Fields: date time s-ip cs-method cs-uri-stem sc-status\r\n\
             2026-11-21 10:00:00 10.0.0.1 GET /system 200\r\n2026-11-21 13:00:00 10.0.0.1 GET /system 200\r\n",
        );
        case.write(
            "ADS/icm/tomcat/logs/catalina.2026-11-21.log",
            "21-Nov-2026 05:00:00.000 INFO [main] org.apache.catalina.startup.Catalina.start up\n\
             21-Nov-2026 08:00:00.000 INFO [main] org.apache.catalina.startup.Catalina.start up\n",
        );
        case
    }

    fn write(&self, path: &str, text: &str) {
        put(self.0.path(), path, text);
    }

    fn ece(&self, host: &str, process: &str, end: &str, text: &str) {
        self.write(&format!("{host}/eService/logs/eg_log_{host}_{process}.log{end}"), text);
    }

    fn remove(&self, path: &str) {
        let path = self.0.path().join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    }

    fn analysis(&self, incident: Option<&str>) -> Analysis {
        let mut settings = new_york();
        let moment = |text: &str| -> Timestamp {
            text.parse::<Incident>().expect("a time").moment(None).expect("with its zone")
        };
        settings.incident = incident.map(moment);
        analyze(&[self.0.path().to_owned()], &settings, &()).expect("an analysis")
    }
}

/// A line of an ECE log.
fn line(time: &str, level: &str, process: u64, text: &str) -> String {
    format!(
        "2026-11-21 {time} GMT+0000 <@> {level} <@> [1:a] <@> ProcessId:{process} <@> PID:1 <@> UID:1 <@> HttpSessionId:  <@> \
         com.egain.A <@> b() <@> {text} <@> \n"
    )
}

/// Lines of three hours, one every minute.
fn hours(level: &str, process: u64) -> String {
    (0..=180).fold(String::new(), |mut text, minute| {
        let time = format!("{:02}:{:02}:00.{:03}", 10 + minute / 60, minute % 60, process % 1000);
        let _ = write!(text, "{}", line(&time, level, process, &format!("step of {process}")));
        text
    })
}

/// How a check ended.
fn answer(analysis: &Analysis, id: &str) -> Outcome {
    analysis.checks.iter().find(|check| check.id == id).unwrap_or_else(|| panic!("{id} is a check")).outcome
}

/// What a check says that it cannot tell: about what, and why.
fn gap(analysis: &Analysis, id: &str) -> String {
    let gaps = analysis.coverage_gaps.iter().filter(|gap| gap.id == id);
    gaps.map(|gap| format!("{}: {}", gap.about, gap.why)).collect::<Vec<_>>().join(" | ")
}

#[test]
fn nothing_is_wrong_with_what_is_well() {
    let analysis = Case::well().analysis(Some("2026-11-21T11:00Z"));
    let found: Vec<&str> = analysis
        .checks
        .iter()
        .filter(|check| check.outcome == Outcome::Found)
        .map(|check| check.id.as_str())
        .collect();
    assert_eq!(found, [""; 0]);
    assert_eq!((analysis.findings.len(), analysis.coverage_gaps.len()), (0, 0));
}

#[test]
fn the_folder_of_the_dfs_share() {
    let case = Case::well();
    case.remove("APP");
    case.remove("SVC");
    case.write(
        "FS/ECE_DFS/eService/logs/install.log",
        "Buildfile: D:\\build.xml\n     [echo] step 0\nBUILD SUCCESSFUL\n",
    );
    let analysis = case.analysis(None);
    assert!(gap(&analysis, "wrong-folder").contains("installation and upgrades"));
    assert!(gap(&analysis, "logs-missing").contains("the ECE application server, on the ECE services"));
    // beside the logs of servers it harms nothing
    case.ece("APP", "ApplicationServer", "", &hours("INFO", 700));
    assert_eq!(answer(&case.analysis(None), "wrong-folder"), Outcome::NotFound);
}

#[test]
fn the_standby_alone() {
    let case = Case::well();
    case.remove("SVC");
    case.ece("SVC2", "DSMController", "", &hours("INFO", 900));
    case.ece("SVC2", "EAAS-process", "", &hours("INFO", 901).replace("2026-11-21", "2026-11-12"));
    let analysis = case.analysis(Some("2026-11-21T11:00Z"));
    let said = gap(&analysis, "standby-node");
    assert!(
        said.contains("SVC2 did not own the DSM") && said.contains("since 2026-11-12 13:00:00"),
        "{said}"
    );
    assert_eq!(answer(&analysis, "incident-not-covered"), Outcome::NotFound, "one check says it");
    case.ece("SVC1", "rx-process", "", &hours("INFO", 902));
    assert_eq!(answer(&case.analysis(None), "standby-node"), Outcome::NotFound);
}

#[test]
fn missing_servers_and_processes() {
    let case = Case::well();
    case.remove("ADS");
    case.remove("SVC/eService/logs/eg_log_SVC_dx-process.log");
    let said = gap(&case.analysis(None), "logs-missing");
    assert!(said.contains("the Tomcat of the Administration & Data Server"), "{said}");
    assert!(said.contains("dx-process on SVC"), "{said}");
    let results = case.analysis(None).signatures;
    let of = |id: &str| results.iter().find(|one| one.id == id).expect(id).clone();
    assert_eq!(of("tls-pkix-path-building").outcome, Outcome::CannotTell);
    assert!(of("tls-pkix-path-building").reasons[0].why.contains("no log of Tomcat"));
    assert_eq!(of("db-deadlock").outcome, Outcome::NotFound, "it would show in ApplicationServer");
    assert!(
        of("ldap-partial-result").reasons[0]
            .why
            .contains("ApplicationServer on APP wrote nothing at 7-Debug")
    );
}

#[test]
fn the_incident_and_what_covers_it() {
    let case = Case::well();
    let analysis = case.analysis(Some("2026-11-21T04:00Z"));
    assert!(
        gap(&analysis, "incident-not-covered")
            .starts_with("what every process did at 2026-11-21 04:00:00 UTC")
    );
    assert_eq!(answer(&analysis, "collected-late"), Outcome::NotFound, "one check says it");
    let library = spoglight_signatures::Library::embedded().expect("the library");
    // a file of settings has no time
    let is_file = |name: &str| name.ends_with(".js") || name.ends_with(".config");
    let settings = |one: &Signature| one.shows_in.iter().all(|shows| is_file(shows.log.as_str()));
    let settings: Vec<&str> = library.iter().filter(|one| settings(one)).map(|one| one.id.as_str()).collect();
    assert!(settings.contains(&"iis-sni-binding") && settings.len() < 9, "{settings:?}");
    for signature in &analysis.signatures {
        let is_setting = settings.contains(&signature.id.as_str());
        assert!(is_setting || signature.outcome == Outcome::CannotTell, "{}", signature.id);
    }
    // a quarter of an hour beside it is near enough
    assert_eq!(answer(&case.analysis(Some("2026-11-21T13:10Z")), "incident-not-covered"), Outcome::NotFound);
    assert_eq!(answer(&case.analysis(None), "incident-not-covered"), Outcome::CannotTell);
    case.ece("SVC", "rx-process", "", &line("12:59:00.000", "INFO", 1, "late"));
    case.write(
        "ADS/icm/tomcat/logs/catalina.2026-11-21.log",
        "21-Nov-2026 07:59:00.000 INFO [main] org.apache.catalina.startup.Catalina.start up\n",
    );
    let analysis = case.analysis(Some("2026-11-21T11:00Z"));
    let said = gap(&analysis, "incident-not-covered");
    assert!(said.contains("Tomcat on ADS, rx-process on SVC") && !said.contains("EAAS"), "{said}");
    assert!(gap(&analysis, "collected-late").contains("its logs begin at 2026-11-21 12:59:00 UTC"));
}

#[test]
fn trace_levels() {
    let case = Case::well();
    case.ece("SVC", "EAAS-process", "", &hours("ERROR", 801));
    // a companion at another level says nothing of the process
    case.write("SVC/eService/logs/eg_log_dal_connpool_SVC_EAAS-process.log", &hours("INFO", 801));
    let said = gap(&case.analysis(None), "trace-level-low");
    assert!(said.starts_with("what EAAS-process on SVC did"), "{said}");
    case.ece("SVC", "EAAS-process", "", &line("10:00:00.000", "ERROR", 801, "one of a minute"));
    assert_eq!(answer(&case.analysis(None), "trace-level-low"), Outcome::NotFound);
    let debug = [hours("DEBUG", 700), hours("DBQUERY", 700)].concat();
    case.ece("APP", "ApplicationServer", "", &debug);
    let analysis = case.analysis(None);
    let found = analysis.findings.iter().find(|finding| finding.id == "trace-level-high").expect("a finding");
    assert_eq!((found.count, found.hosts.as_slice()), (362, &["APP".to_owned()][..]));
}

#[test]
fn holes_and_overlaps_in_a_rotation() {
    let case = Case::well();
    let part = |hour: u32| {
        [
            line(&format!("{hour:02}:00:00.000"), "INFO", 7, "a"),
            line(&format!("{hour:02}:59:00.000"), "INFO", 7, "b"),
        ]
        .concat()
    };
    for (end, hour) in [("", 13), (".1", 12), (".3", 10), (".6", 7)] {
        case.ece("APP", "rx-process", end, &part(hour));
    }
    let said = gap(&case.analysis(None), "rotation-gap");
    assert!(said.contains("between 2026-11-21 10:59:00 UTC and 2026-11-21 12:00:00 UTC on APP"), "{said}");
    assert!(said.contains("eg_log_APP_rx-process.log.2 is missing"), "{said}");
    assert!(
        said.contains("eg_log_APP_rx-process.log.4 to eg_log_APP_rx-process.log.5 are missing"),
        "{said}"
    );
    for (end, hour) in [(".2", 11), (".4", 9), (".5", 8)] {
        case.ece("APP", "rx-process", end, &part(hour));
    }
    assert_eq!(answer(&case.analysis(None), "rotation-gap"), Outcome::NotFound);
    case.ece(
        "APP",
        "rx-process",
        ".7",
        &[part(6), line("08:30:00.000", "INFO", 7, "of another server")].concat(),
    );
    let said = gap(&case.analysis(None), "rotation-gap");
    assert!(said.contains("files of one log and cover 2026-11-21 07:00:00 UTC to"), "{said}");
}

#[test]
fn a_rotation_that_threw_away_what_matters() {
    let case = Case::well();
    for number in 0..50 {
        let end = if number == 0 { String::new() } else { format!(".{number}") };
        let minute = 59 - number;
        case.ece("APP", "rx-process", &end, &line(&format!("12:{minute:02}:00.000"), "INFO", 7, "a"));
    }
    let said = gap(&case.analysis(None), "rotation-gap");
    assert!(said.contains("recorded before 2026-11-21 12:10:00 UTC: ECE keeps 50 files"), "{said}");
    assert_eq!(answer(&case.analysis(Some("2026-11-21T12:15Z")), "rotation-gap"), Outcome::NotFound);
}

#[test]
fn torn_and_empty_files() {
    let case = Case::well();
    let whole = hours("INFO", 803);
    case.ece("SVC", "rx-process", "", &whole[..whole.len() - 30]);
    case.ece("SVC", "dx-process", "", "");
    // empty if all is well
    case.write("SVC/eService/logs/eg_log_query_timeout_SVC_dx-process.log", "");
    let said = gap(&case.analysis(None), "file-cut-off");
    assert!(said.contains("eg_log_SVC_rx-process.log: the last line is incomplete"), "{said}");
    assert!(
        said.contains("eg_log_SVC_dx-process.log should contain: it is empty")
            && !said.contains("query_timeout"),
        "{said}"
    );
}

#[test]
fn the_same_file_twice_is_counted_once() {
    let case = Case::well();
    let failure = line(
        "10:30:00.000",
        "ERROR",
        700,
        "java.sql.SQLException: Transaction (Process ID 5) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
    );
    case.ece("APP", "ApplicationServer", "", &[hours("INFO", 700), failure.clone()].concat());
    let once = case.analysis(None);
    case.write("copies/of/Monday.txt", &[hours("INFO", 700), failure].concat());
    let twice = case.analysis(None);
    let count = |analysis: &Analysis| {
        let found = analysis.findings.iter().find(|finding| finding.id == "db-deadlock").expect("a finding");
        (found.count, analysis.totals.events)
    };
    assert_eq!(count(&once), count(&twice));
    let found = twice.findings.iter().find(|finding| finding.id == "db-deadlock").expect("a finding");
    assert_eq!(found.evidence.len(), 2, "both places are evidence");
    assert_eq!(answer(&twice, "duplicate-file"), Outcome::Found);
    assert!(
        twice.sources.iter().any(|source| source.path.ends_with("Monday.txt") && source.copy_of.is_some())
    );
}

#[test]
fn a_console_repeats_a_log() {
    let case = Case::well();
    let record = |second: u32, text: &str| {
        format!(
            "21-Nov-2026 06:{:02}:{:02}.{:03} INFO [main] a.B.c {text}\n",
            second / 60,
            second % 60,
            second * 7 % 1000
        )
    };
    let logs = |from: u32, to: u32| (from..to).map(|second| record(second, "text")).collect::<String>();
    let bad = "21-Nov-2026 06:59:59.000 SEVERE [main] a.B.c javax.net.ssl.SSLHandshakeException: PKIX path building failed\n";
    case.write("ADS/icm/tomcat/logs/catalina.2026-11-20.log", &logs(0, 900));
    case.write("ADS/icm/tomcat/logs/catalina.2026-11-21.log", &[&logs(900, 1800), bad].concat());
    // the console of both days, with lines of its own
    let console =
        [&logs(0, 900), "Exception in thread \"x\" java.lang.Error\n", &logs(900, 1800), bad].concat();
    case.write("ADS/icm/tomcat/logs/tomcat9-stderr.2026-11-20.log", &console);
    let analysis = case.analysis(None);
    let repeats = |name: &str| {
        let found = analysis.sources.iter().find(|source| source.path.ends_with(name)).expect(name);
        found.repeats.as_deref().and_then(|path| path.rsplit('/').next())
    };
    assert!(repeats("tomcat9-stderr.2026-11-20.log").is_some_and(|name| name.starts_with("catalina")));
    assert_eq!((repeats("catalina.2026-11-20.log"), repeats("catalina.2026-11-21.log")), (None, None));
    let found =
        analysis.findings.iter().find(|finding| finding.id == "tls-pkix-path-building").expect("a finding");
    assert_eq!((found.count, found.evidence.len()), (1, 2), "one message, two places");
}

#[test]
fn logs_of_another_time() {
    let case = Case::well();
    case.write(
        "OLD/icm/tomcat/logs/catalina.2026-10-01.log",
        "01-Oct-2026 05:00:00.000 INFO [main] org.apache.catalina.startup.Catalina.start up\n",
    );
    let said = gap(&case.analysis(None), "other-time");
    assert!(said.starts_with("what OLD did while the others wrote"), "{said}");
}

#[test]
fn pictures_and_texts_that_lost_their_layout() {
    let case = Case::well();
    put(case.0.path(), "APP/error.png", b"\x89PNG\r\n\x1a\n0000");
    case.ece("APP", "EAMS-process", "", "Error on page 2\nLDAP did not work, see above\n");
    let said = gap(&case.analysis(None), "not-original");
    assert!(said.contains("error.png shows: a picture or document"), "{said}");
    assert!(said.contains("eg_log_APP_EAMS-process.log recorded: its name is that of an ECE log"), "{said}");
}

#[test]
fn restarts_and_crash_loops() {
    let case = Case::well();
    let run = |processes: &[u64]| -> String {
        let lines = processes.iter().enumerate();
        lines.map(|(at, id)| line(&format!("11:{:02}:00.000", at * 5), "INFO", *id, "started")).collect()
    };
    case.ece("SVC", "EAMS-process", "", &run(&[1, 1, 2, 2]));
    let analysis = case.analysis(None);
    let found = analysis.findings.iter().find(|finding| finding.id == "process-restart").expect("a finding");
    assert_eq!((found.count, found.captures["process"].as_slice()), (1, &["EAMS-process".to_owned()][..]));
    let evidence = &found.evidence[0];
    assert!(evidence.line == 3 && evidence.text.contains("ProcessId 2 follows 1"), "{evidence:?}");
    assert_eq!(format!("{:?}", found.severity), "Medium");
    case.ece("SVC", "EAMS-process", "", &run(&[1, 2, 3, 4, 5]));
    let analysis = case.analysis(None);
    let found = analysis.findings.iter().find(|finding| finding.id == "process-restart").expect("a finding");
    assert_eq!(found.title, "An ECE process crashes again and again");
    // two processes that write to one file
    case.ece("SVC", "EAMS-process", "", &run(&[1, 2, 1, 2, 1, 2]));
    let analysis = case.analysis(None);
    let found = analysis.findings.iter().find(|finding| finding.id == "process-restart").expect("a finding");
    assert_eq!(found.count, 1);
}

#[test]
fn queries_that_took_too_long() {
    let case = Case::well();
    assert_eq!(answer(&case.analysis(None), "query-timeouts"), Outcome::CannotTell);
    let name = "SVC/eService/logs/eg_log_query_timeout_SVC_rx-process.log";
    case.write(name, "");
    assert_eq!(answer(&case.analysis(None), "query-timeouts"), Outcome::NotFound);
    case.write(name, &line("11:00:00.000", "ERROR", 1, "mail::get_mail took 31 s"));
    let analysis = case.analysis(None);
    assert_eq!(
        analysis.findings.iter().map(|finding| finding.id.as_str()).collect::<Vec<_>>(),
        ["query-timeouts"]
    );
}

#[test]
fn secrets_are_counted_and_never_shown() {
    let case = Case::well();
    let text = "jdbc:sqlserver://sql01:1433;user=egain;password=Gehe1m#Wort; the login failed";
    case.ece("SVC", "EAMS-process", "", &line("11:00:00.000", "ERROR", 805, text));
    let analysis = case.analysis(None);
    assert_eq!(answer(&analysis, "secrets"), Outcome::Found);
    for form in spoglight_report::names() {
        let mut report = Vec::new();
        spoglight_report::by_name(form)
            .expect("a form")
            .write(&analysis, &spoglight_report::RenderOptions::default(), &mut report)
            .expect("memory");
        let report = String::from_utf8(report).expect("UTF-8");
        assert!(!report.contains("Gehe1m") && report.contains("password=***"), "{report}");
    }
}

#[test]
fn clocks_that_are_apart() {
    let case = Case::well();
    let session = |minute: u32| format!("{:08X}F{minute:03}", minute.wrapping_mul(2_654_435_761));
    let log = |ahead: u32| -> String {
        let lines = (0..20).map(|minute| {
            let second = 10 * 3600 + minute * 120 + ahead;
            let time = format!("{:02}:{:02}:{:02}.500", second / 3600, second / 60 % 60, second % 60);
            line(&time, "INFO", 700, &format!("session {}", session(minute)))
        });
        lines.collect()
    };
    let web = |case: &Case, host: &str| {
        let lines = (0..20).map(|minute| {
            format!(
                "2026-11-21 10:{:02}:00 10.0.0.{} GET /x?sid={} 200\r\n",
                minute * 2,
                host.len(),
                session(minute)
            )
        });
        let text = format!(
            "#Fields: date time s-ip cs-method cs-uri-stem sc-status\r\n{}",
            lines.collect::<String>()
        );
        case.write(&format!("{host}/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log"), &text);
    };
    web(&case, "WEB");
    case.ece("APP", "ApplicationServer", "", &log(1));
    assert_eq!(
        answer(&case.analysis(None), "clock-skew"),
        Outcome::NotFound,
        "the way of a request is no skew"
    );
    case.ece("APP", "ApplicationServer", "", &log(420));
    let found = |case: &Case| {
        let analysis = case.analysis(None);
        let found = analysis.findings.iter().find(|finding| finding.id == "clock-skew").expect("a finding");
        (
            found.hosts.clone(),
            found.captures["seconds"].clone(),
            format!("{:?} {:?}", found.severity, found.confidence),
        )
    };
    let (hosts, seconds, _) = found(&case);
    assert!(
        (hosts == ["WEB"] && seconds == ["-420"]) || (hosts == ["APP"] && seconds == ["420"]),
        "{hosts:?} {seconds:?}"
    );
    // a third one says who is wrong
    web(&case, "WEB2");
    assert_eq!(found(&case), (vec!["APP".to_owned()], vec!["420".to_owned()], "Critical Likely".to_owned()));
}

#[test]
fn the_inventory_says_it_too() {
    let case = Case::well();
    case.remove("ADS");
    let folder = argument(case.0.path());
    let output = spoglight(&["inventory", folder, "--incident", "2026-11-21T04:00Z"]);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("what every process did at 2026-11-21 04:00:00 UTC"), "{text}");
    assert!(text.contains("the Tomcat of the Administration & Data Server"), "{text}");
    assert!(text.contains("! where it does not"), "{text}");
    let output = spoglight(&["analyze", folder, "--incident", "2026-11-21 04:00"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--tz"), "a time without a zone needs one");
}

#[test]
fn messages_name_their_server() {
    let case = Case::well();
    let line = |host: &str, second: u32| {
        format!(
            "<134>{second}: {host}: Nov 21 2026 07:01:{second:02}.474 -0500: %ICM_Router_CallRouter-6-10500FF: [comp=Router-A][sev=info]: Side A rtr process is OK.\n"
        )
    };
    let of_one: String = (10..20).map(|second| line("ICMRTRA", second)).collect();
    case.write("feed.txt", &of_one);
    case.write("feeds.txt", &[of_one, line("ICMRTRB", 21)].concat());
    let analysis = case.analysis(None);
    let host = |name: &str| {
        analysis.sources.iter().find(|source| source.path.ends_with(name)).expect(name).host.as_deref()
    };
    assert_eq!((host("feed.txt"), host("feeds.txt")), (Some("ICMRTRA"), None), "of several nobody knows");
}
