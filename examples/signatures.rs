//! Names the known failures in a text: `cargo run --example signatures -- TEXT`
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use spoglight::Library;

fn main() -> Result<(), Box<dyn Error>> {
    let text = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "java.net.UnknownHostException: dc01.example.com".to_owned());
    let library = Library::embedded()?;
    for found in library.hits(text.as_bytes()) {
        let Some(signature) = library.get(found.signature) else { continue };
        println!("{}  {}", signature.id, signature.title);
        for (name, value) in &found.captures {
            println!("  {name} = {value}");
        }
        println!("  cause: {}", signature.cause);
    }
    Ok(())
}
