//! `probe` against partners on this machine.

use std::net::TcpListener;

use serde_json::Value;

use crate::support::{spoglight, text};

#[test]
fn a_port_is_open_until_its_listener_ends() {
    let partner = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = partner.local_addr().expect("an address").to_string();
    let open = spoglight(&["probe", "port", &address]);
    assert_eq!(text(&open.stdout), format!("{address}: open\n  {address}: open\n"));
    assert_eq!(open.status.code(), Some(0));
    drop(partner);
    let refused = spoglight(&["probe", "port", &address, "--format", "json"]);
    let report: Value = serde_json::from_slice(&refused.stdout).expect("JSON");
    assert_eq!(report["ports"][0]["answer"], "refused");
    assert_eq!(refused.status.code(), Some(1));
    let advice = text(&spoglight(&["probe", "port", &address]).stdout);
    assert!(advice.contains("help: the machine answers, but nothing listens"), "{advice}");
}

#[test]
fn what_is_no_port_is_refused_with_advice() {
    for (argument, reason) in [
        ("https://ECEWEB01", "this is a URL"),
        ("ECEWEB01", "the port is missing"),
        ("ECEWEB01:0", "not a number from 1 to 65535"),
    ] {
        let output = spoglight(&["probe", "port", argument]);
        let error = text(&output.stderr);
        assert!(error.contains(reason), "{argument}: {error}");
        assert_eq!(output.status.code(), Some(2), "{argument}");
    }
}
