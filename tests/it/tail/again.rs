//! A minute at a server that is repaired: a failure comes, comes again, is over and comes once more, while logs are rotated, made
//! and deleted; and the next run goes on where this one ended.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use super::support::Tail;
use crate::support::{argument, folder, text};

/// A line of the router about an application gateway.
fn gateway(second: u32, is_up: bool) -> String {
    let (number, what) = if is_up {
        ("6-12B001F", "is connected to the host. Application Gateway ID: 5001.")
    } else {
        ("3-12B0020", "is not connected to the host. Application Gateway ID: 5001; routing may be impacted.")
    };
    format!(
        "<131>{second}: ICMRTRA: Nov 21 2026 12:{:02}:{:02}.000 +0000: %ICM_Router_ApplicationGateway-{number}: \
         [comp=Router-A][pname=rtr][iid=lab]: Application Gateway {what}\n",
        second / 60,
        second % 60
    )
}

fn append(path: &Path, line: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file");
    file.write_all(line.as_bytes()).expect("a disk");
}

#[test]
#[ignore = "takes 80 s of wall time: a deleted log is waited for"]
fn a_repair_is_followed_from_the_first_failure_to_the_next_run() {
    let folder = folder();
    let (logs, state) = (folder.path().join("logs"), folder.path().join("tail.state"));
    fs::create_dir(&logs).expect("a folder");
    let (router, old) = (logs.join("ICMRTRA.log"), logs.join("old.log"));
    append(&router, &gateway(0, true));
    append(&old, &gateway(0, true));
    let arguments = ["--tz", "UTC", "--color", "never"];
    let tail = Tail::looking(&logs, &state, &arguments);
    tail.notes("following 2 logs below ");
    fs::remove_file(&old).expect("a disk");

    append(&router, &gateway(10, false));
    tail.shows("spoglight explain integ-app-gateway-down");
    // more messages of the first two seconds are a part of it
    std::thread::sleep(std::time::Duration::from_secs(3));
    append(&router, &gateway(20, false));
    tail.shows("again (2nd time 12:00:20): 1 An application gateway of the router has lost its host");
    append(&router, &gateway(30, true));
    tail.shows("resolved? (12:00:30): 1 An application gateway of the router has lost its host;");
    // at once, although ten seconds have not passed
    append(&router, &gateway(40, false));
    tail.shows("again (3rd time 12:00:40): 1 ");

    fs::rename(&router, logs.join("ICMRTRA.log.1")).expect("a rename");
    append(&router, &gateway(50, true));
    tail.shows("Router-A");
    append(&logs.join("ICMRTRB.log"), &gateway(55, true).replace("ICMRTRA", "ICMRTRB"));
    tail.notes("a new log: ");
    tail.notes("a log is gone: ");
    let first = tail.stopped();
    let (shown, noted) = (text(&first.stdout), text(&first.stderr));
    assert_eq!(noted.matches("a new log: ").count(), 1, "a rotation is none: {noted}");
    assert!(noted.contains("ICMRTRB.log"), "{noted}");
    assert_eq!(noted.matches("is gone: ").count(), 1, "{noted}");
    assert!(noted.contains("old.log"), "{noted}");
    assert_eq!(shown.matches("spoglight explain").count(), 1, "the finding is shown once: {shown}");
    assert!(shown.contains("ERROR ◆1 "), "its number is at the events: {shown}");
    // the second success is that of the new file
    assert_eq!(shown.matches("resolved?").count(), 2, "{shown}");

    let tail = Tail::start(&logs, &["--json", "--state", argument(&state)]);
    tail.notes("following 2 logs below ");
    append(&router, &gateway(70, false));
    tail.shows(r#"{"again":"#);
    let second = tail.stopped();
    let shown = text(&second.stdout);
    let records: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let again: Vec<&Value> = records.iter().filter_map(|record| record.get("again")).collect();
    assert_eq!(again.len(), 1, "{shown}");
    assert_eq!(again[0]["number"], 1);
    assert_eq!(again[0]["times"], 4);
    assert_eq!(again[0]["id"], "integ-app-gateway-down");
    assert!(records.iter().all(|record| record.get("finding").is_none()), "it is known: {shown}");
}
