//! Prints the errors of all servers in time order: `cargo run --example timeline -- PATH...`
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::PathBuf;

use spoglight::{MergeRequest, Query, Settings, timeline};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let settings = Settings::default();
    let request = MergeRequest { query: Query::parse("level>=error")?, ..MergeRequest::default() };

    let done = timeline(
        &paths,
        &settings,
        &request,
        &(),
        // runs on all cores; passwords and tokens are masked
        &|event, text| {
            let host = event.source.host.as_deref().unwrap_or("-");
            let (message, _) = event.summary(false);
            text.extend_from_slice(format!("{host}  {}  {message}", event.level.name()).as_bytes());
        },
        // runs once per event, in time order
        &mut |event, text| {
            let time = event.moment.map_or_else(|| "no time".to_owned(), |time| time.to_string());
            println!("{time}  {}", String::from_utf8_lossy(text));
            Ok(())
        },
    )?;
    println!("{} events of {} files", done.summary.events, done.sources.len());
    Ok(())
}
