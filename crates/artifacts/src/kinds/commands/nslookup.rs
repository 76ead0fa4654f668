//! A name that was looked up by hand: `nslookup NAME`.
//!
//! The labels are in the language of the server. The DNS server is in the first two lines, the answer below an empty one. A
//! failure begins with `***` and names what was asked; the reason `Non-existent domain` is English everywhere.

use std::net::IpAddr;

use serde::Serialize;

use super::console::{Echo, Line, is_host};
use super::{CommandContent, CommandReader, CommandReading};

/// A name that was looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameLookup {
    /// The name, as it was asked for or answered.
    pub name: String,
    /// The DNS server, as it is written: its name, or its address.
    pub server: Option<String>,
    /// Addresses of the name; empty if it was not found.
    pub addresses: Vec<String>,
    /// Whether the DNS server answered that there is no such name.
    pub is_unknown: bool,
}

/// The reader of `nslookup`.
pub(super) struct Nslookup;

/// Beginnings of the label of the DNS server, for outputs without the typed command.
const SERVER: &[&str] = &[
    "Server:",
    "Serveur",
    "Servidor:",
    "Serwer:",
    "\u{670d}\u{52a1}\u{5668}:",
    "\u{4f3a}\u{670d}\u{5668}:",
    "\u{30b5}\u{30fc}\u{30d0}\u{30fc}:",
];

/// Lines of an output.
const MOST_LINES: usize = 60;

impl CommandReader for Nslookup {
    fn name(&self) -> &'static str {
        "nslookup"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let is_typed = echo.is("nslookup");
        let options = echo.command.split_whitespace().skip(1);
        // other kinds of records
        if is_typed && options.clone().any(|word| word.starts_with("-type") || word.starts_with("-q")) {
            return None;
        }
        let asked = options.clone().find(|word| !word.starts_with('-')).filter(|_| is_typed);
        // `*** Can't find server name for address 192.0.2.5: Timed out`
        let start = lines.iter().take(4).take_while(|line| is_trouble(line.text)).count();
        let body = lines.get(start..)?;
        if !is_typed
            && !SERVER.iter().any(|label| body.first().is_some_and(|line| line.text.starts_with(label)))
        {
            return None;
        }
        let server = value(body.first()?.text)?;
        let address = value(body.get(1)?.text).filter(|text| is_address(text))?;
        let end = body.iter().take(MOST_LINES).position(|line| super::console::echo(line.text).is_some());
        let body = body.get(..end.unwrap_or(body.len().min(MOST_LINES)))?;
        let (mut name, mut addresses, mut is_unknown) = (None, Vec::new(), false);
        let mut used = 2;
        for (at, line) in body.iter().enumerate().skip(2) {
            let text = line.text.trim();
            if text.starts_with("***") {
                is_unknown |= text.trim_end_matches('.').ends_with("Non-existent domain");
                let words = text.trim_start_matches('*').split([' ', ':', '\'']);
                let asks = |word: &&str| asked.is_some_and(|asked| is_same(word, asked));
                let dotted = |word: &&str| word.contains('.') && is_host(word) && *word != server;
                name = name.or_else(|| words.clone().find(asks)).or_else(|| words.clone().find(dotted));
            } else if is_address(text) && !addresses.is_empty() {
                addresses.push(text.to_owned());
            } else if let Some(value) = value(line.text) {
                if is_address(value) {
                    addresses.push(value.to_owned());
                } else if name.is_none() && is_host(value) {
                    name = Some(value);
                } else if name.is_some() && !is_host(value) && !value.is_empty() {
                    break;
                }
            } else if !text.is_empty()
                && !text.ends_with(':')
                && !is_trouble(text)
                && addresses.is_empty()
                && name.is_none()
            {
                // another output
                break;
            } else if !text.is_empty() && !addresses.is_empty() {
                break;
            }
            if !text.is_empty() {
                used = at + 1;
            }
            if addresses.len() > 100 {
                break;
            }
        }
        let name = name.or(asked).filter(|_| is_unknown || !addresses.is_empty())?;
        let lookup = NameLookup {
            name: name.to_owned(),
            server: Some(if is_host(server) { server.to_owned() } else { address.to_owned() }),
            is_unknown: is_unknown && addresses.is_empty(),
            addresses,
        };
        Some(CommandReading::of(CommandContent::Lookup(lookup), start + used))
    }
}

/// Returns whether two names are the same, with or without a suffix that the search list added.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_end_matches('.'), other.trim_end_matches('.'));
    one.eq_ignore_ascii_case(other)
        || one.get(..other.len()).is_some_and(|start| start.eq_ignore_ascii_case(other))
            && one.get(other.len()..).is_some_and(|rest| rest.starts_with('.'))
}

/// A line on the DNS server itself, such as a time-out.
fn is_trouble(line: &str) -> bool {
    let text = line.trim();
    text.starts_with("***") || text.starts_with("DNS request timed out") || text.starts_with("timeout was ")
}

fn value(line: &str) -> Option<&str> {
    let (label, value) = line.split_once([':', '\u{ff1a}'])?;
    (!line.starts_with(' ') && label.chars().count() < 30).then(|| value.trim())
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
