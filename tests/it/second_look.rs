//! What tickets, mails and pages make of a log is made a log again, and what nothing names is counted.

use crate::support::{analysis_of_file, ids};

const HEAD: &str = "2026-11-21 12:00:00.000 GMT+0000 <@> ERROR <@> [31:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> \
                    HttpSessionId:  <@> com.egain.Sample <@> run() <@> ";

#[test]
fn tickets_with_wrapped_lines() {
    for (text, id) in [
        (
            "the customer sent this:\n\njavax.net.ssl.SSLHandshakeException: PKIX path\nbuilding failed: unable to find valid\ncertification path\n",
            "tls-pkix-path-building",
        ),
        (
            "javax.naming.\nPartialResultException: Unprocessed Continuation\nReference(s)\n",
            "ldap-partial-result",
        ),
        (
            "LDAP: error code 49 - 80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurity\nContext error, data\n532, v1db1\n",
            "ldap-49-532",
        ),
        ("javax.net.ssl.SSLException: Rec\neived fatal al\nert: handshake_failure\n", "tls-alert-fatal"),
    ] {
        let analysis = analysis_of_file("ticket.txt", text);
        assert_eq!(ids(&analysis), [id], "{text}");
        assert_eq!(analysis.findings[0].count, 1, "{text}");
    }
}

#[test]
fn logs_that_a_page_or_an_input_method_changed() {
    for text in [
        "[LDAP&#58; error&nbsp;code 49 &ndash; 80090308&#58; LdapErr&#58; AcceptSecurityContext error&#44; data&nbsp;&nbsp;532]",
        "LDAP：　error code 49，AcceptSecurityContext error，　data　532",
        "LDAP: error code 49, AcceptSecurityContext\n error, data\n 532",
    ] {
        let analysis = analysis_of_file("eg_log_ECEAPP01_ApplicationServer.log", &format!("{HEAD}{text}\n"));
        assert_eq!(ids(&analysis), ["ldap-49-532"], "{text}");
    }
}

#[test]
fn errors_that_nothing_names_are_counted_by_what_they_look_like() {
    let mut log: Vec<String> = Vec::new();
    for number in 0..9 {
        log.push(format!(
            "{HEAD}Gizmo {number}0{number}2 not turned <@> \njava.lang.IllegalStateException: {number}\n\tat com.egain.Gizmo$$Lambda${number}/0x1{number}.turn(Gizmo.java:{number})\n"
        ));
    }
    log.push(format!("{HEAD}Widget lost <@> \n"));
    log.push(format!("{HEAD}Throwing EmptyResultSetException : No result returned by the query <@> \n"));
    let analysis = analysis_of_file("eg_log_ECEAPP01_ApplicationServer.log", &log.concat());
    assert_eq!(ids(&analysis), Vec::<&str>::new());
    let shown: Vec<(u64, &str)> = analysis
        .unrecognized
        .shown
        .iter()
        .map(|one| (one.count, one.example.text.trim_end_matches(" <@>")))
        .collect();
    let gizmo = "Gizmo 0002 not turned | java.lang.IllegalStateException: 0";
    assert_eq!(shown, [(9, gizmo), (1, "Widget lost")]);
    assert_eq!((analysis.unrecognized.errors, analysis.unrecognized.distinct), (10, 2));
    assert_eq!(analysis.known_noise[0].id, "ece-empty-result");
}
