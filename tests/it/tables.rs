//! Codes that tables decode: one finding for each, its end, and the lines that count.

use spoglight_model::analysis::{Analysis, Finding, Outcome};
use spoglight_signatures::Severity;

use crate::support::{analysis_of_file, argument, folder, ids, put, report, spoglight, text};

fn finding<'a>(analysis: &'a Analysis, id: &str) -> &'a Finding {
    let found = analysis.findings.iter().find(|finding| finding.id == *id);
    found.unwrap_or_else(|| panic!("no finding {id}: {:?}", ids(analysis)))
}

/// Lines of a syslog of CCE: minute, message id, text.
fn syslog(lines: &[(u32, &str, &str)]) -> String {
    let line = |(minute, id, text): &(u32, &str, &str)| {
        format!(
            "<131>{minute}: ICMA: Nov 21 2026 09:{minute:02}:44.120 -0500: %ICM_Router_CallRouter-3-{id}: \
             [comp=Router-A][pname=rtr][iid=lab][mid={id}][sev=error]: {text}\n"
        )
    };
    lines.iter().map(line).collect()
}

const OFF: &str = "10501F9";
const ON: &str = "10501F8";
const NODE: &str = "cce-notification-10501f9";

fn node(name: &str, state: &str) -> String {
    format!("ICM node: {name} (ID: 2), on system: ICM{name}, is {state}.")
}

#[test]
fn an_alarm_without_its_end_is_open() {
    let off = node("LGRA", "off-line");
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&[(1, OFF, &off)]));
    let found = finding(&analysis, NODE);
    assert_eq!(found.severity, Severity::High);
    assert!(
        found.title.ends_with("(CCE message 10501F9), not cleared at the end of the log"),
        "{}",
        found.title
    );
    assert!(found.cause.starts_with("No message 10501F8 follows since "), "{}", found.cause);
    assert_eq!(found.count, 1);
}

#[test]
fn an_alarm_that_ended_has_a_duration_and_is_less_severe() {
    let (off, on) = (node("LGRA", "off-line"), node("LGRA", "on-line"));
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&[(1, OFF, &off), (4, ON, &on)]));
    let found = finding(&analysis, NODE);
    assert_eq!(found.severity, Severity::Medium);
    assert!(found.title.contains(", cleared after 3 min"), "{}", found.title);
    // the end itself is no finding
    assert_eq!(ids(&analysis).len(), 1, "{:?}", ids(&analysis));
}

#[test]
fn the_end_of_one_thing_is_not_that_of_another() {
    let (off, other, on) = (node("LGRA", "off-line"), node("PG5A", "off-line"), node("PG5A", "on-line"));
    // the first is raised again before the second ends
    let lines = [(1, OFF, &*off), (2, OFF, &*other), (3, OFF, &*off), (4, ON, &*on)];
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&lines));
    let found = finding(&analysis, NODE);
    assert_eq!(found.severity, Severity::High);
    assert!(found.title.ends_with("1 of 2 not cleared at the end of the log"), "{}", found.title);
    assert_eq!(found.count, 3);
}

#[test]
fn an_end_in_another_wording_closes_in_turn() {
    let lines = [
        (1, "10501F7", "The router's state size of 99 mb exceeds the alarm limit."),
        (9, "10501F6", "The size of the router's state is below the limit again."),
    ];
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&lines));
    let found = finding(&analysis, "cce-notification-10501f7");
    assert_eq!(found.severity, Severity::Medium);
    assert!(found.title.contains(", cleared after 8 min"), "{}", found.title);
    let before = syslog(&[lines[1], (2, lines[0].1, lines[0].2)]).replacen("09:09", "09:00", 1);
    let analysis = analysis_of_file("rtra_ciscolog.txt", &before);
    let found = finding(&analysis, "cce-notification-10501f7");
    assert_eq!(found.severity, Severity::High, "an end before it is not its end");
}

#[test]
fn a_specific_signature_names_the_line_alone() {
    let lost = "Peripheral Gateway: PG_MR_1 (ID: 5) is not connected to the central controller or is out of service.";
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&[(1, "10500D1", lost)]));
    assert_eq!(ids(&analysis), ["integ-pg-offline"]);
}

#[test]
fn a_code_is_one_finding_and_its_table_one_result() {
    let lines = [
        (1, "10500F6", "Script table: accounts is available only on side A."),
        (2, "10500F6", "Script table: accounts is available only on side A."),
        (3, OFF, &node("LGRA", "off-line")),
        (4, "1FFFFFF", "An id of another release."),
    ];
    let analysis = analysis_of_file("rtra_ciscolog.txt", &syslog(&lines));
    assert_eq!(ids(&analysis), [NODE, "cce-notification-10500f6"]);
    assert_eq!(finding(&analysis, "cce-notification-10500f6").count, 2);
    let results: Vec<_> = analysis
        .signatures
        .iter()
        .filter(|result| result.id.as_str().starts_with("cce-notification"))
        .collect();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].outcome, Outcome::Found);
    // a table for lookups only has no result
    assert!(analysis.signatures.iter().all(|result| result.id != *"pcce-status-rule"));
}

#[test]
fn a_number_needs_its_context() {
    let head = "2026-11-21 12:00:00.000 GMT+0000 <@> ERROR <@> [31:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                HttpSessionId:  <@> com.egain.Sample <@> run() <@> ";
    for (line, id) in [
        ("javax.naming.NamingException: [LDAP: error code 21 - a value]", Some("ldap-result-21")),
        ("LDAP: error code 21 is described in the guide", None),
        (
            "com.sun.mail.smtp.SMTPSendFailedException: 550 5.4.14 Hop count exceeded",
            Some("mail-smtp-status-5.4.14"),
        ),
        ("the version 5.4.14 is installed, 550 files", None),
        ("The operation failed. (0x80072EE7)", Some("win-code-0x80072ee7")),
        ("The operation is complete. (0x00000000)", None),
        ("the address 0x80072EE7 of the buffer", None),
        ("Msg 2601, Level 14, State 1, Line 1", Some("sql-error-2601")),
        ("Msg 5701, Level 10, State 1, Line 1", None),
        (
            "FAILURE_CONF (InvokeID:0x3 Status:E_CTI_INVALID_SKILL_GROUP )",
            Some("cce-cti-status-e_cti_invalid_skill_group"),
        ),
        ("E_CTI_INVALID_SKILL_GROUP: 72", None),
        ("javax.resource.ResourceException: IJ000615: Unable to destroy: x", Some("wildfly-code-ij000615")),
        ("see IJ000615 in the guide", None),
    ] {
        let analysis = analysis_of_file("eg_log_ECE01_ApplicationServer.log", &format!("{head}{line} <@>\n"));
        let is_decoded = |id: &&str| {
            ["ldap-result", "mail-smtp", "win-code", "sql-error", "cce-", "wildfly-code"]
                .iter()
                .any(|table| id.starts_with(table))
        };
        let found: Vec<&str> = ids(&analysis).into_iter().filter(is_decoded).collect();
        assert_eq!(found, id.into_iter().collect::<Vec<_>>(), "{line}");
    }
}

#[test]
fn an_unknown_number_is_the_general_finding() {
    let line = "2026-11-21 09:12:44.12 spid52      Error: 49999, Severity: 17, State: 8.\n\
                2026-11-21 09:12:44.12 spid52      Something new happened.\n";
    let analysis = analysis_of_file("ERRORLOG", &line.repeat(2));
    let found = finding(&analysis, "sql-error");
    assert_eq!(
        (found.severity, found.captures["code"].as_slice()),
        (Severity::Low, &["49999".to_owned()][..])
    );
}

#[test]
fn a_custom_table_is_one_file() {
    let folder = folder();
    let table = put(folder.path(), "signatures/net-test-codes.toml", include_str!("additions/table.toml"));
    let log = "2026-11-21 12:00:00,123 ERROR [a.B] (main) the new code NEW42\n\
               2026-11-21 12:00:01,123 ERROR [a.B] (main) the new code NEW43\n\
               2026-11-21 12:00:02,123 ERROR [a.B] (main) the new code NEW44\n";
    let log = put(folder.path(), "logs/server.log", log);
    let report = report(&["--signatures", argument(&table), argument(&log)]);
    let found = report["findings"].as_array().expect("findings");
    let found: Vec<&str> = found.iter().filter_map(|finding| finding["title"].as_str()).collect();
    assert_eq!(found, ["The answer is wrong (new code NEW42)"]);
    let tested = spoglight(&["signatures", "test", argument(&table)]);
    assert!(tested.status.success(), "{}", text(&tested.stdout));
}

#[test]
fn explain_takes_codes() {
    for (code, title) in [
        ("AADSTS700016", "The application is not in the tenant (AADSTS700016)"),
        ("0x80070005", "Access is denied (Windows 0x80070005)"),
        ("e_accessdenied", "Access is denied (Windows 0x80070005)"),
        ("-2147024891", "Access is denied (Windows 0x80070005)"),
        ("52e", "The password, or the name with it, is wrong (LDAP 52e)"),
        ("10501FD", "The router has loaded its configuration from the Logger (CCE message 10501FD)"),
        ("5.7.30", "Exchange Online no longer allows a password login for SMTP (SMTP 5.7.30)"),
        ("E_CTI_SERVER_NOT_MASTER", "The CTI server is on standby (E_CTI_SERVER_NOT_MASTER)"),
        ("18456", "A login failed (SQL Server error 18456)"),
        ("WFLYCTL0013", "A management operation failed (WFLYCTL0013)"),
        ("SERVER_CREDENTIALS", "The credentials of a machine must be valid (SERVER_CREDENTIALS)"),
        ("ES85", "CCE 12.6(2), at least ES85 of Aug 2025"),
        ("cce-notification-10501f9", "An ICM node on a named system is offline"),
    ] {
        let output = spoglight(&["explain", code]);
        assert!(output.status.success(), "{code}");
        let page = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.contains(title), "{code}: {page}");
    }
    assert!(!spoglight(&["explain", "AADSTS99999999"]).status.success());
    // a code of several tables shows each
    let page = text(&spoglight(&["explain", "5"]).stdout);
    assert!(page.contains("(Windows 0x80070005)") && page.contains("(E_CTI_SESSION_ALREADY_OPEN)"), "{page}");
}
