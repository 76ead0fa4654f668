//! The library as other programs use it: its examples run, and without the program it has few dependencies.

use std::path::Path;
use std::process::Command;

use crate::support::{self, CASE, PROGRAM};

/// Standard output of an example, which cargo builds beside the tests.
fn example(name: &str, arguments: &[&str]) -> String {
    let folder = Path::new(PROGRAM).parent().expect("a folder").join("examples");
    let program = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(&program).args(arguments).output().expect("an example");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_examples_run() {
    let findings = example("analyze", &[CASE]);
    assert!(findings.contains("Critical") && findings.contains("keytool"), "{findings}");
    let events = example("timeline", &[CASE]);
    assert!(events.contains("2026-11-21T17:11:43.253Z  PCCEADSA  error"), "{events}");
    let failures = example("signatures", &["java.net.UnknownHostException: dc01.example.com"]);
    assert!(
        failures.contains("net-unknown-host") && failures.contains("host = dc01.example.com"),
        "{failures}"
    );
}

#[test]
fn the_library_alone_needs_nothing_of_the_program() {
    if cfg!(windows) {
        return support::skip(
            "library::the_library_alone_needs_nothing_of_the_program",
            "no cargo under wine",
        );
    }
    let tree = |arguments: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--offline", "-p", "spoglight", "-e", "normal", "--prefix", "none"]);
        let output = cargo.args(arguments).output().expect("cargo");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let of_the_program = ["anyhow", "clap", "crossterm", "ctrlc", "indicatif", "notify", "ratatui"];
    let found = |tree: &str| {
        let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        of_the_program.iter().filter(|name| names.contains(name)).count()
    };
    assert_eq!(found(&tree(&[])), of_the_program.len(), "the names are those of packages");
    assert_eq!(found(&tree(&["--no-default-features"])), 0);
}
