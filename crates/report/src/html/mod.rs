//! HTML: a page that needs no other file, no request and no script. Templates print text through `Escaper` only.

mod axis;
mod case_page;
mod charts;
mod escape;
mod nodes;
#[cfg(test)]
mod tests;
pub mod verify;

use std::borrow::Borrow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use spoglight_source::{FileDigest, sha256_of};
use spoglight_text::humanize;

pub(crate) use escape::Escaper;

use crate::document::Document;
use nodes::{HeadingLine, Nodes};

pub use case_page::write as write_case;

/// Style sheet of every page.
const STYLE: &str = include_str!("../../templates/style.css");

/// Script of a report: it filters events, copies commands, and opens what is folded.
const SCRIPT: &str = include_str!("../../templates/page.js");

/// What a page may do: nothing but its own style sheet and script, which their sums name.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        sum(STYLE),
        sum(SCRIPT)
    )
});

fn sum(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// A number with separators; templates have fields by value and those of a loop by reference.
fn grouped(number: impl Borrow<u64>) -> String {
    humanize::grouped(*number.borrow())
}

/// A page of a document.
#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    title: &'a str,
    heading: Option<HeadingLine<'a>>,
    nodes: Nodes<'a>,
}

/// One sum over all input files: of the lines `sum  name`, as `sha256sum` writes them.
fn sum_of(files: &[FileDigest]) -> String {
    let mut lines = String::new();
    for file in files {
        let _ = writeln!(lines, "{}  {}", file.sha256.as_deref().unwrap_or("-"), file.name);
    }
    sha256_of(lines.as_bytes())
}

/// Writes a document as a page.
pub fn write(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let heading = document.heading.as_ref().map(|heading| HeadingLine { heading, level: 1 });
    let level = if heading.is_some() { 2 } else { 1 };
    let page = Page { title: &document.title, heading, nodes: Nodes::at(&document.nodes, level) };
    page.write_into(&mut &mut *out)
}
