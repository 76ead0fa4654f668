//! Web sites of IIS and their bindings: `applicationHost.config`.
//!
//! Windows keeps the certificate of a binding elsewhere; only some exports of this file have it.

#[cfg(test)]
mod tests;

use roxmltree::{Document, Node};
use serde::Serialize;

use super::{Artifact, Reader};
use crate::bytes::{file_name, text};
use crate::rounds::Rounds;

/// One binding of a web site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Name of the site.
    pub site: String,
    /// Protocol, such as `https`.
    pub protocol: String,
    /// `*` for all unassigned addresses, else one address; empty in a protocol without addresses.
    pub ip: String,
    /// The port; `None` in a protocol without ports, or if it is not a number.
    pub port: Option<u16>,
    /// The host name, usually empty. In a protocol without addresses: the whole binding.
    pub host: String,
    /// Odd if server name indication is required; the other bits have other meanings. 0 if it is missing in the
    /// configuration; `None` if the list does not show it.
    pub ssl_flags: Option<u32>,
    /// Hash of the certificate, if it is in the file.
    pub certificate_hash: Option<String>,
    /// Line number, counted from 1.
    pub line: usize,
}

/// Maximum number of attributes of one element, and of namespace declarations in the file. A configuration has few of
/// the first and none of the second; the parser compares each with all others, so a hostile file could keep it busy
/// for days.
const MOST: usize = 256;

/// The reader of `applicationHost.config`.
pub(super) struct ApplicationHost;

impl Reader for ApplicationHost {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        if file_name(name).ends_with("applicationhost.config") {
            return true;
        }
        let (text, _) = text(head);
        text.trim_start().starts_with('<')
            && text.contains("<configuration")
            && text.contains("<system.applicationHost")
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        if !is_bearable(&text) {
            return Err(
                "it has more attributes or namespaces than any configuration, so it is not read".to_owned()
            );
        }
        // the parser rejects entity definitions by default, and so an XML bomb
        let document = Document::parse(&text).map_err(|error| format!("it is not valid XML: {error}"))?;
        let mut lines = Lines { text: &text, seen: 0, line: 1 };
        let mut bindings = Vec::new();
        for node in document.descendants().filter(|node| node.has_tag_name("binding")) {
            if let Some(site) = site_of(&node) {
                bindings.push(binding(&node, site, lines.number_at(node.range().start)));
            }
        }
        Ok(Artifact::Bindings(bindings))
    }
}

/// The site of a `<binding>`: `<site><bindings><binding>`, and not in the defaults for sites.
fn site_of<'a>(binding: &Node<'a, '_>) -> Option<&'a str> {
    let list = binding.parent_element().filter(|node| node.has_tag_name("bindings"))?;
    let site = list.parent_element().filter(|node| node.has_tag_name("site"))?;
    Some(site.attribute("name").unwrap_or_default())
}

fn binding(node: &Node<'_, '_>, site: &str, line: usize) -> Binding {
    let attribute = |name| node.attribute(name).unwrap_or_default();
    Binding {
        ssl_flags: Some(attribute("sslFlags").trim().parse().unwrap_or_default()),
        certificate_hash: node
            .attribute("certificateHash")
            .filter(|hash| !hash.is_empty())
            .map(str::to_owned),
        ..Binding::new(site, attribute("protocol"), attribute("bindingInformation"), line)
    }
}

impl Binding {
    /// A binding of which the information is known only, such as `*:443:host` or `[::1]:443:`: addresses may have colons,
    /// what follows them may not.
    pub(super) fn new(site: &str, protocol: &str, information: &str, line: usize) -> Binding {
        let mut parts = information.rsplitn(3, ':');
        let (host, port, ip) = match (parts.next(), parts.next(), parts.next()) {
            (Some(host), Some(port), Some(ip)) => (host, port.trim().parse().ok(), ip.trim()),
            _ => (information, None, ""),
        };
        let ip = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip);
        Binding {
            site: site.to_owned(),
            protocol: protocol.to_owned(),
            ip: ip.to_owned(),
            port,
            host: host.trim().to_owned(),
            ssl_flags: None,
            certificate_hash: None,
            line,
        }
    }
}

/// Line numbers of positions in ascending order, so that the text is counted once.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
}

impl Lines<'_> {
    fn number_at(&mut self, place: usize) -> usize {
        let between = self.text.get(self.seen..place).unwrap_or_default();
        self.line += between.bytes().filter(|byte| *byte == b'\n').count();
        self.seen = place;
        self.line
    }
}

/// Returns whether the file is safe to parse; see [`MOST`]. In XML, an attribute has no `<`.
fn is_bearable(text: &str) -> bool {
    let few_attributes = text
        .split('<')
        .filter(|tag| !tag.starts_with(['!', '?']))
        .all(|tag| tag.bytes().filter(|byte| matches!(byte, b'"' | b'\'')).count() <= 2 * MOST);
    few_attributes && text.matches("xmlns").count() <= MOST
}
