//! Writes generated logs, the same on every run, for measurements of the whole program.
//!
//!     cargo run --example bench_logs -- DIR MEGABYTES
//!
//! `DIR/failures` holds five ECE logs and a Tomcat log in which every tenth message has a stack trace, half of them known
//! failures; `DIR/healthy` the same without errors.

#[path = "../benches/support/mod.rs"]
mod support;

use std::path::PathBuf;

fn main() -> Result<(), &'static str> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from);
    let megabytes = arguments.next().and_then(|text| text.to_str()?.parse::<usize>().ok());
    let (folder, megabytes) = folder.zip(megabytes).ok_or("usage: bench_logs DIR MEGABYTES")?;
    support::bundle(&folder.join("failures"), (megabytes << 20) / 6, support::Mix::Failures);
    support::bundle(&folder.join("healthy"), (megabytes << 20) / 6, support::Mix::Healthy);
    Ok(())
}
