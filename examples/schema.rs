//! Prints the JSON Schema of the JSON report: `cargo run --example schema > docs/report.schema.json`.
#![allow(clippy::print_stdout, reason = "an example prints")]

fn main() -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string_pretty(&spoglight::report::schema())?);
    Ok(())
}
