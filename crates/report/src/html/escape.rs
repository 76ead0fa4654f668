//! [`Escaper`]: the only way of text into a page.

use std::fmt::{self, Write};

use spoglight_text::sanitize::clean;

/// Writes text with its invisible characters as names, and with the characters that mean something in HTML escaped.
#[derive(Debug, Clone, Copy)]
pub struct Escaper;

impl askama::filters::Escaper for Escaper {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        askama::filters::Html.write_escaped_str(&mut dest, &clean(string))
    }
}
