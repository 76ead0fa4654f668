//! Web sites and their certificates: `netsh http show sslcert`, `appcmd list site`, `Get-WebBinding`, `Get-IISSite`.
//!
//! The labels of `netsh` are in the language of the server; the forms of an address, a hash and an application id are not.

use serde::Serialize;

use super::console::{Echo, Line};
use super::table;
use super::{Binding, CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// A certificate that Windows binds to an address or a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TlsBinding {
    /// The address or the host name; `0.0.0.0` or `::` for all addresses.
    pub address: String,
    /// The port.
    pub port: u16,
    /// SHA-1 of the certificate, in small letters.
    pub certificate_hash: String,
    /// Whether it is bound to a host name, so that only clients that send this name are served.
    pub by_name: bool,
    /// Line number, counted from 1.
    pub line: usize,
}

/// The reader of `netsh http show sslcert`.
pub(super) struct ShowSslCert;

/// Lines between two bindings, and before the first.
const APART: usize = 4;

impl CommandReader for ShowSslCert {
    fn name(&self) -> &'static str {
        "netsh http show sslcert"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let mut bindings = Vec::new();
        let mut used = 0;
        loop {
            let rest = lines.get(used..).unwrap_or_default();
            // a heading, a line of dashes, empty lines
            let Some(skipped) = (0..APART).find(|at| bound(rest.get(*at..).unwrap_or_default()).is_some())
            else {
                break;
            };
            let is_heading = |line: &Line<'_>| {
                let text = line.text.trim();
                text.is_empty()
                    || text.bytes().all(|byte| byte == b'-')
                    || (used == 0 && text.ends_with([':', '\u{ff1a}']))
            };
            if !rest.iter().take(skipped).all(is_heading) {
                break;
            }
            let body = rest.get(skipped..).unwrap_or_default();
            let Some(binding) = bound(body) else { break };
            let first = body.first().map_or("", |line| line.text);
            let others = body.iter().skip(1).take_while(|line| {
                !line.text.trim().is_empty()
                    && line.text.contains(':')
                    && address(line.text).is_none()
                    && line.text != first
            });
            used += skipped + 1 + others.count();
            if bindings.len() < MOST_ROWS {
                bindings.push(binding);
            }
        }
        (used > 0).then(|| CommandReading::of(CommandContent::TlsBindings(bindings), used))
    }
}

/// A binding that begins with the first line: its address, its hash, and the id of the application.
fn bound(lines: &[Line<'_>]) -> Option<TlsBinding> {
    let first = lines.first()?;
    let (address, port) = address(first.text)?;
    let hash = value(lines.get(1)?.text)?;
    let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_id = value(lines.get(2)?.text)?.starts_with('{');
    let plain = address.trim_matches(['[', ']']);
    (is_hash && is_id).then(|| TlsBinding {
        by_name: plain.parse::<std::net::IpAddr>().is_err(),
        address: plain.to_owned(),
        port,
        certificate_hash: hash.to_lowercase(),
        line: first.number,
    })
}

/// The value after the label, which may have a colon itself: `IP:port  : 0.0.0.0:443`.
fn value(line: &str) -> Option<&str> {
    let (_, value) = line.split_once(" : ").or_else(|| line.split_once(": "))?;
    Some(value.trim())
}

fn address(line: &str) -> Option<(String, u16)> {
    let (host, port) = value(line)?.rsplit_once(':')?;
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]*%".contains(&byte));
    (is_host && line.split_once(':').is_some_and(|(label, _)| label.trim().len() < 40))
        .then(|| Some((host.to_owned(), port.parse().ok()?)))?
}

/// The reader of `appcmd list site`: `SITE "Default Web Site" (id:1,bindings:http/*:80:,https/*:443:,state:Started)`.
pub(super) struct Appcmd;

impl CommandReader for Appcmd {
    fn name(&self) -> &'static str {
        "appcmd list site"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let mut bindings = Vec::new();
        let sites = lines.iter().map_while(|line| {
            let (site, rest) = line.text.trim().strip_prefix("SITE \"")?.split_once("\" (id:")?;
            let (_, rest) = rest.split_once("bindings:")?;
            let rest = rest.rsplit_once(",state:").map_or(rest, |(bindings, _)| bindings);
            Some((line.number, site, rest))
        });
        let mut used = 0;
        for (line, site, rest) in sites {
            used += 1;
            for part in rest.split(',') {
                if let Some((protocol, information)) = part.split_once('/')
                    && bindings.len() < MOST_ROWS
                {
                    bindings.push(Binding::new(site, protocol.trim(), information.trim(), line));
                }
            }
        }
        (used > 0).then(|| CommandReading::of(CommandContent::Sites(bindings), used))
    }
}

/// The reader of `Get-WebBinding`.
pub(super) struct WebBindings;

impl CommandReader for WebBindings {
    fn name(&self) -> &'static str {
        "Get-WebBinding"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let found = table::rows(lines, &["protocol", "bindinginformation"], MOST_ROWS)?;
        let binding = |row: &table::Row| {
            let site = row.value(&["itemxpath", "name"]).unwrap_or_default();
            let site = site.split("@name='").nth(1).and_then(|name| name.split('\'').next()).unwrap_or(site);
            let protocol = row.value(&["protocol"])?;
            let information = row.value(&["bindinginformation"])?;
            // in a list the flags and the hash are shown, too
            let hash = row
                .value(&["certificatehash"])
                .filter(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
            Some(Binding {
                ssl_flags: row.value(&["sslflags"]).and_then(flags),
                certificate_hash: hash.map(str::to_lowercase),
                ..Binding::new(site, protocol, information, row.line)
            })
        };
        let bindings: Vec<Binding> = found.rows.iter().filter_map(binding).collect();
        Some(CommandReading::of(CommandContent::Sites(bindings), found.used))
    }
}

/// The flags of a binding, as a number or as words.
fn flags(text: &str) -> Option<u32> {
    match text.trim() {
        "None" => Some(0),
        words if words.split(',').any(|word| word.trim() == "Sni") => Some(1),
        "CentralCertStore" => Some(2),
        number => number.parse().ok(),
    }
}

/// The reader of `Get-IISSite` and `Get-Website`, whose last column has a binding in each line.
pub(super) struct IisSites;

impl CommandReader for IisSites {
    fn name(&self) -> &'static str {
        "Get-IISSite"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let found = table::rows(lines, &["name", "id", "bindings"], MOST_ROWS)?;
        let mut site = String::new();
        let mut bindings = Vec::new();
        for row in &found.rows {
            if let Some(name) = row.value(&["name"]) {
                name.clone_into(&mut site);
            }
            let Some(text) = row.value(&["bindings"]) else { continue };
            let mut words = text.split_whitespace();
            let (Some(protocol), Some(information)) = (words.next(), words.next()) else { continue };
            if !information.contains(':') {
                continue;
            }
            let flag = words.find_map(|word| word.strip_prefix("sslFlags=")).and_then(flags);
            bindings
                .push(Binding { ssl_flags: flag, ..Binding::new(&site, protocol, information, row.line) });
        }
        Some(CommandReading::of(CommandContent::Sites(bindings), found.used))
    }
}
