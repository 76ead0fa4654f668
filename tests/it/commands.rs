//! Outputs of commands in a collection: the checks that ask for them answer from them, say when they were taken, and claim
//! nothing about a server that the output does not show.

use std::fs;
use std::path::Path;

use spoglight_diagnosis::analyze;
use spoglight_model::analysis::{Analysis, CheckResult, Finding, Outcome};
use spoglight_signatures::{Confidence, Severity};

use crate::support::{folder, new_york, put};

/// A collection of these files and a log of an ECE application server, ECEAPP01.
fn collection(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = folder();
    let log = "ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log";
    let log = (log, fs::read(Path::new("samples/cases/set-up-well").join(log)).expect("the log"));
    for (name, bytes) in [&log].into_iter().chain(files) {
        put(folder.path(), name, bytes);
    }
    folder
}

fn run(files: &[(&str, Vec<u8>)]) -> Analysis {
    let folder = collection(files);
    analyze(&[folder.path().to_owned()], &new_york(), &()).expect("an analysis")
}

fn artifact(name: &str) -> Vec<u8> {
    fs::read(format!("samples/artifacts/{name}")).expect("a sample")
}

fn result<'a>(analysis: &'a Analysis, id: &str) -> &'a CheckResult {
    analysis.checks.iter().find(|check| check.id.as_str() == id).expect("the check")
}

fn finding<'a>(analysis: &'a Analysis, id: &str) -> &'a Finding {
    let found = analysis.findings.iter().find(|found| found.id.as_str() == id);
    found.unwrap_or_else(|| panic!("{id}: {:?}", result(analysis, id)))
}

fn why(analysis: &Analysis, id: &str) -> String {
    result(analysis, id).reasons.iter().map(|reason| reason.why.clone()).collect::<Vec<_>>().join("; ")
}

fn text(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

const RUNNING: &str = "\nSERVICE_NAME: CiscoService\nDISPLAY_NAME: Cisco Service\n        TYPE               : 10  WIN32_OWN_PROCESS\n        \
                       STATE              : 4  RUNNING\n        WIN32_EXIT_CODE    : 0  (0x0)\n";

#[test]
fn services_that_run_and_do_not() {
    let id = "services-started";
    let none = run(&[]);
    assert_eq!(result(&none, id).outcome, Outcome::CannotTell);
    assert!(result(&none, id).reasons[0].advice.contains("sc query"));

    let well = run(&[("ECEAPP01/sc.txt", text(RUNNING))]);
    assert_eq!(result(&well, id).outcome, Outcome::NotFound, "{:?}", result(&well, id));
    let note = result(&well, id).note.as_deref().expect("a note");
    assert!(note.starts_with("the Cisco service ran on ECEAPP01 (taken before 20"), "{note}");

    let down = run(&[("ECEAPP01/out.log", artifact("sc-query.txt"))]);
    let found = finding(&down, id);
    assert_eq!((found.severity, found.confidence), (Severity::High, Confidence::Certain));
    assert_eq!(found.hosts, ["ECEAPP01"]);
    assert!(found.title.contains("when the output was taken"), "{}", found.title);
    assert!(
        found.evidence[0].text.contains("Cisco Service is stopped (taken before"),
        "{:?}",
        found.evidence
    );

    // a second ECE server of which nothing shows it
    let log = "ECESVC01/eService/logs/eg_log_ECESVC01_EAAS-process.log";
    let line = b"2026-11-21 13:10:00.123 GMT-0500 <@> INFO <@> [1:main] <@> ProcessId:1 <@> PID:1 <@> UID:1 <@> HttpSessionId:  <@> \
                 com.egain.X <@> y() <@> started <@> \n";
    let half = run(&[("ECEAPP01/sc.txt", text(RUNNING)), (log, line.repeat(20))]);
    assert_eq!(result(&half, id).outcome, Outcome::CannotTell);
    assert!(why(&half, id).contains("ECESVC01"), "{}", why(&half, id));
}

/// An output of an unknown server proves nothing about a certain one.
#[test]
fn an_output_of_an_unknown_server() {
    let id = "services-started";
    let folder = folder();
    let log = "samples/cases/set-up-well/ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log";
    put(folder.path(), "eg_log_ECEAPP01_ApplicationServer.log", fs::read(log).expect("the log"));
    put(folder.path(), "tasks.txt", artifact("tasklist.txt"));
    put(folder.path(), "sc.txt", text(RUNNING));
    let analysis = analyze(&[folder.path().to_owned()], &new_york(), &()).expect("an analysis");
    assert_eq!(result(&analysis, id).outcome, Outcome::CannotTell, "{:?}", result(&analysis, id));
    assert!(why(&analysis, id).contains("of an unknown server"), "{}", why(&analysis, id));

    put(folder.path(), "sc.txt", artifact("sc-query.txt"));
    let analysis = analyze(&[folder.path().to_owned()], &new_york(), &()).expect("an analysis");
    let found = finding(&analysis, id);
    assert_eq!((found.severity, found.confidence), (Severity::Medium, Confidence::Possible));
    assert!(found.hosts.is_empty());
}

#[test]
fn processes_show_the_owner() {
    let analysis =
        run(&[("ECEAPP01/t.txt", artifact("tasklist.txt")), ("ECEAPP02/t.csv", artifact("tasklist.csv"))]);
    let note = result(&analysis, "services-started").note.as_deref().expect("a note");
    for part in ["12 java.exe ran on ECEAPP01", "4 java.exe ran on ECEAPP02", "ECEAPP01 had the most of them"]
    {
        assert!(note.contains(part), "{note}");
    }
    let without =
        String::from_utf8(artifact("tasklist.txt")).expect("ASCII").replace("java.exe   ", "javaw.exe  ");
    let analysis = run(&[("ECEAPP01/t.txt", without.into_bytes())]);
    let found = finding(&analysis, "services-started");
    assert_eq!(found.confidence, Confidence::Likely);
    assert!(found.evidence[0].text.contains("no java.exe"), "{:?}", found.evidence);
}

#[test]
fn entries_of_the_inventory() {
    let id = "inventory-entries";
    assert_eq!(result(&run(&[]), id).outcome, Outcome::CannotTell);
    let wrong = run(&[("hosts.txt", artifact("inventory.txt"))]);
    let lines: Vec<&str> = finding(&wrong, id).evidence.iter().map(|line| line.text.as_str()).collect();
    for part in ["Multichannel", "ECEWEB01: it must be its full name", "the user is sa"] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part}: {lines:?}");
    }
    let right = String::from_utf8(artifact("inventory.txt")).expect("ASCII");
    let right = right
        .replace("ECEWEB01,sa", "eceweb01.lab.example,pa")
        .replace("Multichannel", "Main_PS1_Multichannel");
    let right = run(&[("hosts.txt", right.into_bytes())]);
    assert_eq!(result(&right, id).outcome, Outcome::NotFound, "{:?}", result(&right, id));
    let other = "name,machineType,publicAddress\r\nads1,HDS,ads1.lab.example\r\n";
    assert_eq!(result(&run(&[("hosts.csv", other.into())]), id).outcome, Outcome::CannotTell);
}

#[test]
fn fields_of_the_ldap_form() {
    let id = "ldap-form";
    assert_eq!(result(&run(&[]), id).outcome, Outcome::CannotTell);
    let wrong = run(&[("form.txt", artifact("ldap-form.txt"))]);
    let found = finding(&wrong, id);
    let lines: Vec<&str> = found.evidence.iter().map(|line| line.text.as_str()).collect();
    assert!(lines.iter().any(|line| {
        line.starts_with("LDAP URL: ldap://dc01.lab.example:389   (it names a domain controller")
    }));
    assert!(lines.iter().any(|line| line.starts_with("DN attribute: sAMAccountName")), "{lines:?}");
    let right = "LDAP URL: ldaps://gc01.lab.example:3269\nDN attribute: userPrincipalName\nBase:\n\
                 DN for LDAP search: CN=svc,DC=lab,DC=example\nSSL enabled on LDAP: Yes\nKeystore location: C:\\ECE\\ad.jks\n";
    let analysis = run(&[("form.txt", text(right))]);
    assert_eq!(result(&analysis, id).outcome, Outcome::NotFound, "{:?}", result(&analysis, id));
    // what the text does not have is not known
    let part = right.replace("Base:\n", "");
    assert_eq!(result(&run(&[("form.txt", text(&part))]), id).outcome, Outcome::CannotTell);
}

#[test]
fn patch_levels_of_texts() {
    let id = "patch-levels";
    for list in [
        "ICM12.0(1)_ES30\n",
        "DisplayName                 InstallDate\n-----------                 -----------\nICM12.0(1)_ES30             20251103\n",
        "Level,Date and Time,Source,Event ID,Task Category\nInformation,11/3/2025 10:12:00 AM,MsiInstaller,1033,None,Windows Installer \
         installed the product. Product Name: ICM12.0(1)_ES30. Product Version: 12.0.1. Installation success or error status: 0.\n",
    ] {
        let analysis = run(&[("PCCEADSA/icm/installed.txt", text(list))]);
        assert_ne!(result(&analysis, id).outcome, Outcome::NotFound, "{list}");
        let told = format!(
            "{:?} {:?}",
            result(&analysis, id),
            analysis.findings.iter().find(|one| one.id.as_str() == id)
        );
        assert!(told.contains("ES30"), "{list}: {told}");
    }
}

#[test]
fn bindings_of_the_web_server() {
    let id = "iis-binding";
    let sites = |binding: &str| {
        text(&format!("SITE \"Default Web Site\" (id:1,bindings:http/*:80:,https/{binding},state:Started)\n"))
    };
    let named = run(&[("ECEWEB01/inetpub/sites.txt", sites("*:443:eceweb01.lab.example"))]);
    let found = finding(&named, id);
    assert_eq!((found.severity, found.confidence), (Severity::High, Confidence::Likely));
    assert!(found.evidence[0].text.contains("the host name is eceweb01.lab.example"), "{:?}", found.evidence);
    // the list does not show the flags; that of the certificates does
    let open = run(&[("ECEWEB01/inetpub/sites.txt", sites("*:443:"))]);
    assert_eq!(result(&open, id).outcome, Outcome::CannotTell, "{:?}", result(&open, id));
    let both = [
        ("ECEWEB01/inetpub/sites.txt", sites("*:443:")),
        ("ECEWEB01/inetpub/ssl.txt", artifact("netsh-sslcert-de.txt")),
    ];
    let both = run(&both);
    assert_eq!(result(&both, id).outcome, Outcome::NotFound, "{:?}", result(&both, id));
    // another certificate is bound than the collected one
    let files = [
        ("ECEWEB01/inetpub/ssl.txt", artifact("netsh-sslcert-de.txt")),
        ("ECEWEB01/inetpub/web.cer", artifact("web.cer")),
    ];
    let other = run(&files);
    assert!(finding(&other, id).title.contains("not the collected one"));
    let name_only = String::from_utf8_lossy(&artifact("netsh-sslcert-de.txt"))
        .replace("0.0.0.0:443", "eceweb02.lab.example:443");
    let by_name = run(&[("ECEWEB01/inetpub/ssl.txt", name_only.into_bytes())]);
    assert!(finding(&by_name, id).evidence[0].text.contains("bound to the host name only"));
}

#[test]
fn clocks_of_w32tm() {
    let analysis = run(&[("ECEAPP01/clock.txt", artifact("console.txt"))]);
    // the console itself names another server
    let found: Vec<&Finding> =
        analysis.findings.iter().filter(|one| one.id.as_str() == "clock-skew").collect();
    assert!(
        found.iter().any(|one| one.title == "The clock of ECEWEB01 is 412 seconds behind dc01.lab.example"),
        "{found:?}"
    );
    assert!(found.iter().all(|one| one.hosts == ["ECEWEB01"]));
    let chart = "Tracking dc01.lab.example [192.0.2.5:123].\nCollecting 2 samples.\n13:31:10, +00.0312345s\n13:31:12, -00.0100000s\n";
    let analysis = run(&[("ECEAPP01/clock.txt", text(chart))]);
    let right = result(&analysis, "clock-skew");
    assert_eq!(right.outcome, Outcome::NotFound, "{right:?}");
    assert!(
        right.note.as_deref().is_some_and(|note| note.contains("the clock of ECEAPP01 differed")),
        "{right:?}"
    );
}

/// A short list of a truststore shows fingerprints: of a self-signed certificate it answers, of one with an issuer that is
/// not among the fingerprints it does not.
#[test]
fn a_short_list_of_a_truststore() {
    let id = "truststore";
    let ads =
        fs::read("samples/cases/set-up-well/PCCEADSA/icm/ssl/cacerts").map_or("PCCEADSA", |_| "PCCEADSA");
    let store = format!("{ads}/icm/ssl/cacerts.txt");
    let with = |certificate: &str, list: Vec<u8>| {
        run(&[(store.as_str(), list), ("ECEWEB01/inetpub/web.cer", artifact(certificate))])
    };
    let right = with("self-signed-san.pem", artifact("keytool-short.txt"));
    assert_eq!(result(&right, id).outcome, Outcome::NotFound, "{:?}", result(&right, id));
    let list = String::from_utf8(artifact("keytool-short.txt")).expect("ASCII");
    // the name of the entry is the same, the certificate is another
    let other = with("self-signed-san.pem", list.replace("32:B8:F4:84", "32:B8:F4:85").into_bytes());
    let found = finding(&other, id);
    assert!(found.evidence[0].text.contains("it is self-signed, so the certificate itself must be there"));
    // its root is not in the collection, so whether it is in the store is open
    let open = with("web.cer", list.clone().into_bytes());
    let gap = open.coverage_gaps.iter().find(|gap| gap.id.as_str() == id).expect("a gap");
    assert!(gap.why.contains("the list shows only fingerprints") && gap.advice.contains("keytool -list -v"));
    assert!(!open.findings.iter().any(|found| found.id.as_str() == id));
    // with its chain the fingerprint of the root is found
    let chain = with("chain.pem", list.into_bytes());
    assert_eq!(result(&chain, id).outcome, Outcome::NotFound, "{:?}", result(&chain, id));
}

/// The text of OpenSSL answers like the certificate itself; single fields answer for the dates alone.
#[test]
fn certificates_of_openssl() {
    let id = "certificate";
    let whole = run(&[("ECEWEB01/inetpub/web.cer", artifact("web.cer"))]);
    let printed = run(&[("ECEWEB01/inetpub/web.txt", artifact("openssl-text.txt"))]);
    assert_eq!(result(&printed, id).outcome, result(&whole, id).outcome);
    assert_eq!(result(&printed, id).outcome, Outcome::NotFound, "{:?}", result(&printed, id));
    let weak =
        String::from_utf8(artifact("openssl-text.txt")).expect("ASCII").replace("(2048 bit)", "(1024 bit)");
    let weak =
        run(&[("ECEWEB01/inetpub/web.txt", weak.into_bytes()), ("ECEWEB01/other.cer", artifact("web.cer"))]);
    assert!(!weak.findings.iter().any(|found| found.id.as_str() == id), "the certificate itself decides");

    let fields = |to: &str| {
        let gadget = "ECEWEB01/eService/templates/finesse/gadget/spog/spog_config.js";
        let fields = String::from_utf8(artifact("openssl-fields.txt")).expect("ASCII");
        let fields = fields.replace("2026 GMT", "2024 GMT").replace("2029 GMT", to);
        run(&[(gadget, artifact("spog_config.js")), ("ECEAPP01/fields.txt", fields.into_bytes())])
    };
    let open = fields("2029 GMT");
    assert_eq!(result(&open, id).outcome, Outcome::CannotTell, "{:?}", result(&open, id));
    let why = format!("{:?}", result(&open, id));
    assert!(why.contains("ECEAPP01/fields.txt shows only names and dates"), "{why}");
    let expired = fields("2025 GMT");
    assert!(
        finding(&expired, id).evidence[0]
            .text
            .starts_with("CN=eceweb01.lab.example expired (Feb 24 05:26:34 2025 GMT")
    );
}

/// The certificate that is bound, in the list of the store of its server.
#[test]
fn the_private_key_of_the_bound_certificate() {
    let id = "iis-binding";
    let of = |store: Vec<u8>, place: &str| {
        run(&[("ECEWEB01/inetpub/ssl.txt", artifact("netsh-sslcert-de.txt")), (place, store)])
    };
    let found = |analysis: &Analysis| -> Vec<(String, String)> {
        let own = analysis.findings.iter().filter(|found| found.id.as_str() == id);
        own.map(|found| (found.title.clone(), found.evidence[0].text.clone())).collect()
    };
    let store = "ECEWEB01/inetpub/store.txt";
    let both = found(&of(artifact("certutil-store.txt"), store));
    let titles: Vec<&str> = both.iter().map(|(title, _)| title.as_str()).collect();
    assert!(titles.contains(&"The certificate that is bound in IIS has no usable private key"), "{both:?}");
    assert!(titles.contains(&"The certificate that is bound in IIS has expired"), "{both:?}");
    assert!(
        both.iter().any(|(_, text)| text.starts_with("CN=old.lab.example, which is bound to 0.0.0.0:443"))
    );
    // with its key and a later date it is well
    let list = String::from_utf8(artifact("certutil-store.txt")).expect("ASCII");
    let well = list
        .replace("11/3/2025", "11/3/2028")
        .replace("No key provider", "  Key Container = x\r\nNo key provider");
    assert_eq!(found(&of(well.into_bytes(), store)), []);
    // 3/4/2026 or 4/3/2026: both are before the end of the logs; 12/1/2026 may be 12 January
    let open = |to: &str| {
        list.replace("11/3/2025", to).replace("11/22/2026", "11/2/2026").replace("2/24/2029", "2/2/2029")
    };
    let open = |to: &str| {
        found(&of(open(to).into_bytes(), store)).iter().any(|(title, _)| title.contains("expired"))
    };
    assert!(open("3/4/2026") && !open("12/1/2026") && !open("1/12/2026"));
    // the list of another server proves nothing
    assert_eq!(found(&of(artifact("certutil-store.txt"), "ECEWEB02/inetpub/store.txt")), []);
}

/// What a finding asks to try, and was tried already: on the server that wrote its messages only.
#[test]
fn what_was_tried_by_hand() {
    let line = "2026-11-21 13:31:45.000 GMT+0000 <@> ERROR <@> [31:worker] <@> ProcessId:4711 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> \
                com.egain.Sample <@> run() <@> java.net.ConnectException: Connection refused: no further information: \
                dc01.lab.example/192.0.2.5:3269 <@> \n";
    let with = |place: &str, console: &str| {
        let log = ("ECEAPP01/eService/logs/eg_log_ECEAPP01_EAAS-process.log", text(line));
        run(&[log, (place, text(console))])
    };
    let tried = |analysis: &Analysis| -> Vec<String> {
        let findings = analysis.findings.iter().filter(|found| found.hosts == ["ECEAPP01"]);
        findings
            .flat_map(|found| found.confirm.iter().filter(|step| step.starts_with("Already")).cloned())
            .collect()
    };
    let console = String::from_utf8(artifact("get-hotfix.txt")).expect("ASCII");
    let own = with("ECEAPP01/console.txt", &console);
    let steps = tried(&own);
    assert!(
        matches!(&steps[..], [step, ..] if step.starts_with(
            "Already tried: `Test-NetConnection dc01.lab.example -Port 3269` failed on ECEAPP01"
        )),
        "{steps:?} {:?}",
        own.findings
    );
    let open = tried(&with("ECEAPP01/console.txt", &console.replace(": False", ": True")));
    assert!(open[0].contains("succeeded") && open[0].contains("The port was open at that time"), "{open:?}");
    // another port, and another server
    assert_eq!(tried(&with("ECEAPP01/console.txt", &console.replace(": 3269\r", ": 636\r"))), [""; 0]);
    let other = console.replace("ECEAPP01", "ECESVC09");
    assert_eq!(tried(&with("ECEAPP01/console.txt", &other)), [""; 0]);
    // the updates are a fact of the server
    let note = result(&own, "patch-levels").note.clone().unwrap_or_default();
    assert!(note.contains("ECEAPP01: 3 updates of Windows, the highest KB5031361 of 10/11/2026"), "{note}");
}

/// Local times of a server without other evidence are placed by the zone that it shows.
#[test]
fn the_zone_of_a_server() {
    let folder = folder();
    let line = "21-Nov-2026 13:31:45.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 1 ms\n";
    put(folder.path(), "PCCEADSA/icm/tomcat/logs/catalina.2026-11-21.log", line.repeat(5));
    put(folder.path(), "PCCEADSA/zone.txt", "C:\\>tzutil /g\r\nW. Europe Standard Time\r\nC:\\>\r\n");
    let mut settings = new_york();
    settings.zones.0.clear();
    let analysis = analyze(&[folder.path().to_owned()], &settings, &()).expect("an analysis");
    let log =
        analysis.sources.iter().find(|source| source.path.ends_with("2026-11-21.log")).expect("the log");
    assert_eq!(log.zone.name.as_deref(), Some("Europe/Berlin"), "{:?}", log.zone);
    assert!(log.zone.evidence.contains("zone.txt (W. Europe Standard Time)"), "{:?}", log.zone);
}

#[test]
fn stores_and_certificates_of_keytool() {
    let store = artifact("keytool-list.txt");
    let files = [("web.txt", artifact("self-signed-san.pem")), ("ADSA/icm/ssl/cacerts.txt", store.clone())];
    let analysis = run(&files);
    // the same as with the store itself
    let same = run(&[
        ("web.txt", artifact("self-signed-san.pem")),
        ("ADSA/icm/ssl/cacerts", artifact("trusted.jks")),
    ]);
    let outcome = |analysis: &Analysis| format!("{:?}", result(analysis, "truststore").outcome);
    assert_eq!(outcome(&analysis), outcome(&same));
    // of a list that is cut nothing is missing
    let files = [
        ("web.txt", artifact("web.cer")),
        ("ADSA/icm/ssl/cacerts.txt", store[..store.len() / 2 + 200].to_vec()),
    ];
    let cut = run(&files);
    assert!(cut.findings.iter().all(|one| one.id.as_str() != "truststore"), "{:?}", cut.findings);
    assert!(
        cut.warnings
            .iter()
            .any(|warning| warning.what.contains("the output of keytool -list in line 1 breaks off"))
    );
}

#[test]
fn an_appliance() {
    let analysis = run(&[("fin01.txt", artifact("appliance.txt"))]);
    let found: Vec<&Finding> =
        analysis.findings.iter().filter(|one| one.id.as_str() == "appliance-state").collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|one| one.hosts == ["fin01"]));
    let lines: Vec<&str> = found.iter().map(|one| one.evidence[0].text.as_str()).collect();
    assert!(
        lines.iter().any(|line| line.starts_with("core.19632.6.java.1795166570, of 2026-11-20 09:22:50")),
        "{lines:?}"
    );
    assert!(lines.iter().any(|line| line.starts_with("Cisco Finesse Tomcat: STOPPED")), "{lines:?}");
}

#[test]
fn a_crash_of_an_appliance_shows_its_stack_and_its_reason() {
    let output = "admin:utils core active list\nSize         Date            Core File Name\n\
                  340196 KB   2026-11-20 13:27:10   core.4560.6.ccm.1795267630\n\
                  admin:utils core active analyze core.4560.6.ccm.1795267630\n\
                  ====================================\nbacktrace\n===================================\n\
                  0  0x0305f266 in raise () from /lib/libc.so.6\n\
                  2  0x08436f8b in IntentionalAbort (reason=0xb03c678 \"unable to process signals.\") at M.cpp:80\n";
    let analysis = run(&[("core.txt", text(output))]);
    let found = finding(&analysis, "appliance-state");
    assert_eq!((found.severity, found.count), (Severity::High, 1));
    assert_eq!(found.title, "A program of an appliance ended itself: unable to process signals");
    assert_eq!(found.evidence[1].text, "stack at the crash: raise < IntentionalAbort");
    assert!(
        found.first.is_some_and(|first| first.to_string() == "2026-11-20T13:27:10.000"),
        "{:?}",
        found.first
    );
}

#[test]
fn persistence_of_a_load_balancer() {
    let id = "load-balancer";
    let log = (
        "ECEWEB01/inetpub/logs/LogFiles/W3SVC1/u_ex261121.log",
        text(
            "#Fields: date time s-ip cs-method cs-uri-stem s-port sc-status\n2026-11-21 12:00:00 192.0.2.1 GET /a 443 200\n",
        ),
    );
    let without = run(&[log.clone(), ("lb.txt", artifact("haproxy.cfg"))]);
    let found = finding(&without, id);
    assert_eq!((found.severity, found.confidence), (Severity::High, Confidence::Likely));
    let cookie = String::from_utf8(artifact("haproxy.cfg"))
        .expect("ASCII")
        .replace("balance roundrobin", "cookie SRV insert");
    let with = run(&[log.clone(), ("lb.txt", cookie.clone().into_bytes())]);
    assert_eq!(result(&with, id).outcome, Outcome::NotFound, "{:?}", result(&with, id));
    // a service of other servers decides nothing
    let other = cookie.replace("eceweb0", "portal");
    assert_eq!(result(&run(&[log, ("lb.txt", other.into_bytes())]), id).outcome, Outcome::CannotTell);
}
