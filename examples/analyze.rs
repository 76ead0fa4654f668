//! Prints the findings of collected logs: `cargo run --example analyze -- PATH...`
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::PathBuf;

use spoglight::{Settings, Severity, analyze};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let settings = Settings::builder().zone("America/New_York")?.threads(2).build();
    let analysis = analyze(&paths, &settings, &())?;

    println!("{}", analysis.verdict.text);
    for finding in analysis.findings.iter().filter(|finding| finding.severity <= Severity::High) {
        println!(
            "{:?}  {} ({} times on {})",
            finding.severity,
            finding.title,
            finding.count,
            finding.hosts.join(", ")
        );
        for step in &finding.fix {
            println!("  {step}");
        }
    }
    for warning in &analysis.warnings {
        println!("not read: {} {}", warning.path, warning.what);
    }
    Ok(())
}
