//! The checks of what was set up: settings of the gadget, certificates, truststores, bindings. Each on a small case in which
//! it is wrong, and all on one in which nothing is.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use spoglight_diagnosis::analyze;
use spoglight_model::analysis::{Analysis, Finding};

use crate::support::{folder, new_york, put};

/// The checks that this is about.
const CHECKS: &[&str] = &["gadget-settings", "certificate", "truststore", "iis-binding"];

fn analysis(path: &Path) -> Analysis {
    analyze(&[path.to_owned()], &new_york(), &()).expect("an analysis")
}

/// What they say of a case: findings, gaps, and how each ended.
fn said(path: &Path) -> String {
    let analysis = analysis(path);
    let folder = format!("{}/", path.display().to_string().replace('\\', "/"));
    let short = |text: &str| text.replace(&folder, "");
    let mut text = String::new();
    let is_about = |id: &str| CHECKS.contains(&id);
    for finding in analysis.findings.iter().filter(|finding| is_about(&finding.id)) {
        let _ = writeln!(
            text,
            "{}: {} ({:?}, {:?}, {} on {})",
            finding.id,
            finding.title,
            finding.severity,
            finding.confidence,
            finding.count,
            finding.hosts.join(" ")
        );
        for evidence in &finding.evidence {
            let _ = writeln!(
                text,
                "  {}:{}\n    {}",
                short(&evidence.source),
                evidence.line,
                short(&evidence.text)
            );
        }
    }
    for gap in analysis.coverage_gaps.iter().filter(|gap| is_about(&gap.id)) {
        let _ = writeln!(
            text,
            "? {}: {}\n    {}\n    {}",
            gap.id,
            short(&gap.about),
            short(&gap.why),
            gap.advice
        );
    }
    for result in analysis.checks.iter().filter(|result| is_about(&result.id)) {
        let why: Vec<String> = result.reasons.iter().map(|reason| short(&reason.why)).collect();
        let _ = writeln!(text, "= {} {:?} {}", result.id, result.outcome, why.join("; "));
    }
    text
}

fn case(name: &str) -> String {
    said(&Path::new("samples/cases").join(name))
}

#[test]
fn settings_of_the_gadget() {
    insta::assert_snapshot!(case("gadget-settings-wrong"));
}

#[test]
fn certificates() {
    insta::assert_snapshot!(case("certificate-wrong-name"));
}

#[test]
fn truststores() {
    insta::assert_snapshot!(case("truststore-without-issuer"));
}

#[test]
fn bindings_of_iis() {
    insta::assert_snapshot!(case("iis-binding-with-name"));
}

#[test]
fn a_system_that_is_set_up_well() {
    let text = case("set-up-well");
    let ends: Vec<&str> = text.lines().collect();
    assert_eq!(
        ends,
        [
            "= gadget-settings NotFound ",
            "= certificate NotFound ",
            "= truststore NotFound ",
            "= iis-binding NotFound "
        ]
    );
}

/// Every fault has its advice, and says nothing that only a terminal of one width bears.
#[test]
fn findings_are_whole() {
    for name in [
        "gadget-settings-wrong",
        "certificate-wrong-name",
        "truststore-without-issuer",
        "iis-binding-with-name",
    ] {
        let analysis = analysis(&Path::new("samples/cases").join(name));
        let found: Vec<&Finding> =
            analysis.findings.iter().filter(|one| CHECKS.contains(&one.id.as_str())).collect();
        assert!(!found.is_empty(), "{name}");
        for finding in found {
            assert!(!finding.cause.is_empty() && !finding.fix.is_empty() && !finding.confirm.is_empty());
            assert!(finding.first.is_none() && finding.last.is_none() && !finding.evidence.is_empty());
            let texts = [&finding.confirm, &finding.fix, &finding.false_positives].into_iter().flatten();
            for text in texts.chain([&finding.cause, &finding.title]) {
                assert!(!text.contains(['\n', '\r']) && !text.contains("  "), "{text}");
            }
        }
        for result in analysis.checks.iter().flat_map(|result| &result.reasons) {
            assert!(!result.advice.contains('\n') && !result.advice.contains("  "), "{}", result.advice);
        }
    }
}

/// A collection of these files and a log.
fn collection(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let folder = folder();
    let log = "samples/cases/set-up-well/ECEAPP01/eService/logs/eg_log_ECEAPP01_ApplicationServer.log";
    let log = ("eg_log_ECEAPP01_ApplicationServer.log", fs::read(log).expect("the log"));
    for (name, bytes) in [&log].into_iter().chain(files) {
        put(folder.path(), name, bytes);
    }
    folder
}

fn artifact(name: &str) -> Vec<u8> {
    fs::read(format!("samples/artifacts/{name}")).expect("a sample")
}

/// The lines of evidence of a check.
fn evidence(id: &str, files: &[(&str, Vec<u8>)]) -> Vec<String> {
    let folder = collection(files);
    let analysis = analysis(folder.path());
    let found = analysis.findings.into_iter().filter(|finding| finding.id == id);
    found.flat_map(|finding| finding.evidence).map(|evidence| evidence.text).collect()
}

const GADGET: &str = "WEB1/eService/templates/finesse/gadget/spog/spog_config.js";

fn gadget(text: &str) -> (&'static str, Vec<u8>) {
    (GADGET, text.as_bytes().to_vec())
}

#[test]
fn lines_that_a_gadget_does_not_take() {
    let name = "var web_server_name = 'a.lab.example';\n";
    let protocol = "var web_server_protocol = \"https\";\n";
    for (text, said) in [
        (format!("{name}{protocol}"), None),
        (format!("// var web_server_name = \u{201c}x\u{201d}\n{name}{protocol}"), None),
        (format!("{name}{protocol}function f() {{ return 1; }}\n"), None),
        (format!("{name}{protocol}var title = \"Caff\u{e8} \u{201c}ECE\u{201d}\";\n"), None),
        (name.to_owned(), Some("web_server_protocol is not set")),
        (format!("{name}var web_server_protocol = https;"), Some("the value needs quotes")),
        (format!("{name}var web_server_protocol = \"https;\n"), Some("a browser cannot read this line")),
        (format!("{protocol}var web_server_name = \"192.0.2.10\";"), Some("it is an IP address")),
        (format!("{protocol}var web_server_name = \"https://a.b\";"), Some("it is a URL")),
        (format!("{protocol}var web_server_name = \"\";"), Some("it is empty")),
        (format!("{protocol}var web_server_name = \"a.b:443\";"), Some("not allowed in a host name")),
        (
            format!("{protocol}var Web_Server_Name = \"a.lab.example\";"),
            Some("must be exactly web_server_name"),
        ),
        (format!("{name}var \u{534f}\u{8bae} = \"https\";"), Some("must be exactly web_server_protocol")),
    ] {
        let lines = evidence("gadget-settings", &[gadget(&text)]);
        assert_eq!(lines.len(), usize::from(said.is_some()), "{text}: {lines:?}");
        assert!(lines.iter().all(|line| line.contains(said.unwrap_or_default())), "{text}: {lines:?}");
    }
}

#[test]
fn web_servers_with_different_names() {
    let of = |name: &str| {
        format!("var web_server_protocol = \"https\";\nvar web_server_name = \"{name}\";\n").into_bytes()
    };
    let two = |one: &str, other: &str| {
        evidence(
            "gadget-settings",
            &[("WEB1/eService/spog_config.js", of(one)), ("WEB2/eService/spog_config.js", of(other))],
        )
    };
    assert!(two("ece.lab.example", "ECE.lab.example").is_empty());
    assert!(two("a.lab.example", "b.lab.example").is_empty(), "each may have its own name");
    let folder = collection(&[
        ("WEB1/eService/spog_config.js", of("a.lab.example")),
        ("WEB2/eService/spog_config.js", of("b.lab.example")),
    ]);
    let checks = analysis(folder.path()).checks;
    let note = checks.iter().find(|check| check.id == "gadget-settings").and_then(|check| check.note.clone());
    assert!(note.is_some_and(|note| note.contains("a.lab.example on WEB1, b.lab.example on WEB2")));
}

fn iis(sites: &[(&str, &[(&str, &str)])]) -> Vec<String> {
    let mut text = "<configuration><system.applicationHost><sites>\n".to_owned();
    for (site, bindings) in sites {
        let _ = write!(text, "<site name=\"{site}\"><bindings>");
        for (binding, flags) in *bindings {
            let (protocol, binding) = binding.split_once(' ').expect("a protocol");
            let _ = writeln!(
                text,
                "<binding protocol=\"{protocol}\" bindingInformation=\"{binding}\" sslFlags=\"{flags}\" />"
            );
        }
        text.push_str("</bindings></site>\n");
    }
    text.push_str("</sites></system.applicationHost></configuration>");
    let config = "var web_server_protocol = \"https\"; var web_server_name = \"ece.lab.example\";";
    evidence("iis-binding", &[("WEB1/inetpub/applicationHost.config", text.into_bytes()), gadget(config)])
}

#[test]
fn sites_that_matter() {
    let well = ("https *:443:", "0");
    assert!(iis(&[("A", &[("http *:80:", "0"), well])]).is_empty());
    assert!(iis(&[("A", &[("https *:443:", "2")])]).is_empty(), "the central store is no fault");
    assert!(
        iis(&[("A", &[well]), ("B", &[("http *:8080:", "0"), ("https *:8443:b.lab.example", "1")])])
            .is_empty()
    );
    assert_eq!(iis(&[("A", &[("https 192.0.2.1:443:", "1")])]).len(), 2);
    assert_eq!(iis(&[("A", &[well, ("https *:443:ece.lab.example", "1")])]).len(), 2, "ECE's own name");
    assert_eq!(iis(&[("A", &[well]), ("B", &[("https *:443:b.lab.example", "0")])]).len(), 1);
    let lines = iis(&[("A", &[("https *:8443:", "0")])]);
    assert!(lines.len() == 1 && lines[0].contains("the port is 8443"), "{lines:?}");
    let lines = iis(&[("A", &[("http *:80:", "0")])]);
    assert!(lines.len() == 1 && lines[0].contains("no site"), "{lines:?}");
    assert!(iis(&[]).is_empty());
}

/// The blocks of a file in PEM.
fn blocks(name: &str) -> Vec<String> {
    let text = String::from_utf8(artifact(name)).expect("PEM");
    let blocks = text.split_inclusive("-----END CERTIFICATE-----\n");
    blocks.map(|block| block[block.find("-----BEGIN").unwrap_or(0)..].to_owned()).collect()
}

#[test]
fn chains_and_their_holes() {
    let chain = blocks("chain.pem");
    let of = |places: &[usize]| {
        let text: String = places.iter().map(|place| chain[*place].as_str()).collect();
        evidence("certificate", &[("web.txt", text.into_bytes())])
    };
    assert_eq!(chain.len(), 3);
    for whole in [&[0, 1, 2][..], &[2, 1, 0], &[0, 1], &[0], &[1, 2]] {
        assert_eq!(of(whole), [""; 0], "{whole:?}");
    }
    let lines = of(&[0, 2]);
    assert!(lines.len() == 1 && lines[0].contains("CN=Lab Issuing CA 1"), "{lines:?}");
}

#[test]
fn requests_and_keys() {
    let request = || artifact("request.csr");
    // some authorities add the CN themselves
    let lines = evidence("certificate", &[("web.csr", request())]);
    assert!(lines.len() == 1 && lines[0].contains("asks for no DNS name (SAN)"), "{lines:?}");
    let lines = evidence("certificate", &[("web.cer", request())]);
    assert!(lines.len() == 2 && lines[0].contains("this is a certificate request"), "{lines:?}");
    let lines = evidence("certificate", &[("ADSA/icm/tomcat/conf/tomcat.jks", artifact("private-key.jks"))]);
    assert_eq!(lines, ["tomcat.jks holds a private key"]);
}

/// Titles and severities of what is said of a certificate by a log that begins and ends with these lines.
fn with_log(certificate: &str, name: &str, lines: &str) -> Vec<String> {
    let config = format!("var web_server_protocol = \"https\"; var web_server_name = \"{name}\";");
    let folder = collection(&[
        ("web.txt", artifact(certificate)),
        gadget(&config),
        ("eg_log_ECEAPP01_ApplicationServer.log", lines.as_bytes().to_vec()),
    ]);
    let found = analysis(folder.path()).findings.into_iter().filter(|finding| finding.id == "certificate");
    found.map(|finding| format!("{:?} {}", finding.severity, finding.title)).collect()
}

#[test]
fn dates_against_the_time_of_the_logs() {
    let log = |days: &[&str]| -> String {
        let line = |day: &&str| {
            format!("{day} 10:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n")
        };
        days.iter().map(line).collect()
    };
    let said = |certificate: &str, days: &[&str]| {
        let said = with_log(certificate, "", &log(days));
        said.into_iter().find(|title| title.contains("expire") || title.contains("valid")).unwrap_or_default()
    };
    // from November 2026 to November 2027
    assert_eq!(
        said("self-signed-san.pem", &["2026-11-21", "2026-11-23"]),
        "",
        "it came while the logs were written"
    );
    assert_eq!(said("self-signed-san.pem", &["2027-06-01"]), "");
    assert!(
        said("self-signed-san.pem", &["2026-11-20"]).starts_with("Medium A certificate becomes valid only")
    );
    assert!(
        said("self-signed-san.pem", &["2027-11-01"]).starts_with("Low A certificate expires within 30 days")
    );
    assert!(
        said("self-signed-san.pem", &["2027-11-20", "2027-11-23"])
            .starts_with("High A certificate had expired")
    );
    assert_eq!(said("expired.pem", &["2020-06-01"]), "", "whatever the day is today");
}

#[test]
fn what_a_log_says_too_is_critical() {
    let log = |host: &str, frame: &str| {
        format!(
            "21-Nov-2026 10:00:00.123 SEVERE [main] a.B.c x\n\tjavax.net.ssl.SSLHandshakeException: No subject alternative DNS \
             name matching {host} found.\n\t\tat {frame}.A.b(A.java:1)\n\
             25-Nov-2026 10:00:00.123 INFO [main] a.B.c x\n"
        )
    };
    // severity, lines of evidence from the certificate, and findings about a name
    let said = |host: &str, frame: &str| {
        let folder = collection(&[
            ("web.txt", artifact("self-signed-san.pem")),
            ("eg_log_ECEAPP01_ApplicationServer.log", log(host, frame).into_bytes()),
        ]);
        let findings = analysis(folder.path()).findings;
        let is_about = |finding: &&Finding| finding.title.contains("name");
        let lines = findings.iter().flat_map(|finding| &finding.evidence);
        let lines = lines.filter(|line| line.source.ends_with("web.txt")).count();
        let of_log = findings.iter().find(|finding| finding.id == "tls-san-dns-mismatch").expect("a finding");
        (of_log.severity, lines, findings.iter().filter(is_about).count())
    };
    let critical = spoglight_signatures::Severity::Critical;
    assert_eq!(said("ece.lab.example", "com.cisco.ccbu.ece"), (critical, 1, 1), "one finding");
    assert_eq!(said("eceweb01.lab.example", "com.cisco.ccbu.ece"), (critical, 0, 1), "it was replaced since");
    assert_eq!(said("dc01.lab.example", "com.sun.jndi.ldap"), (critical, 0, 1), "another server's");
}

/// Which of these stores make an ADS trust a certificate, and why not.
fn trust(certificate: &str, store: &str) -> Vec<String> {
    evidence("truststore", &[("web.txt", artifact(certificate)), ("ADSA/icm/ssl/cacerts", artifact(store))])
}

#[test]
fn stores_that_trust_and_that_do_not() {
    for (certificate, store, said) in [
        ("chain.pem", "trusted.jks", None),
        ("chain.pem", "trusted.jceks", None),
        ("self-signed-san.pem", "trusted.jks", None),
        ("self-signed-san.pem", "truststore.p12", None),
        ("self-signed-san.pem", "trusted.jceks", Some("it is self-signed")),
        ("chain.pem", "truststore.p12", Some("CN=Lab Issuing CA 1, CN=Lab Root CA")),
        ("web.cer", "trusted.jceks", Some("the issuer of CN=eceweb01.lab.example is not in this store")),
        ("chain.pem", "truststore-locked.p12", None),
        // without a mark of Java
        ("ec.pem", "certificates-alone.p12", Some("Java ignores it")),
    ] {
        let lines = trust(certificate, store);
        assert_eq!(lines.len(), usize::from(said.is_some()), "{certificate} {store}: {lines:?}");
        assert!(lines.iter().all(|line| line.contains(said.unwrap_or_default())), "{lines:?}");
    }
    let locked = collection(&[
        ("web.txt", artifact("chain.pem")),
        ("ADSA/icm/ssl/cacerts", artifact("truststore-locked.p12")),
    ]);
    assert!(said(locked.path()).contains("? truststore: whether"));
}

#[test]
fn stores_that_are_damaged_or_differ() {
    let mut damaged = artifact("trusted.jks");
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let cut = damaged[..last / 2].to_vec();
    let ads = |name, bytes| (name, bytes);
    // a checksum that does not fit may be made with another password
    assert_eq!(evidence("truststore", &[ads("ADSA/icm/ssl/cacerts", damaged)]), [""; 0]);
    let lines = evidence("truststore", &[ads("ADSA/icm/ssl/cacerts", cut)]);
    assert!(lines.len() == 1 && lines[0].contains("damaged"), "{lines:?}");
    let lines = evidence(
        "truststore",
        &[
            ads("ADSA/icm/ssl/cacerts", artifact("trusted.jks")),
            ads("ADSB/icm/ssl/cacerts", artifact("truststore-no-password.p12")),
        ],
    );
    assert!(lines.len() == 1 && lines[0].contains("ADSA has it as \"eceweb01.lab.example\""), "{lines:?}");
    // the store of a domain controller's certificate, beside ECE
    let other = ("SVC1/eService/config/ad.jks", artifact("trusted.jceks"));
    assert_eq!(evidence("truststore", &[("web.txt", artifact("self-signed-san.pem")), other]), [""; 0]);
}
