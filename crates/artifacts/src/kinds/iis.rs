//! The web sites of IIS: `applicationHost.config`, and what it binds them to.
//!
//! Which certificate serves a binding is kept by Windows and not in this file, but for exports that have it.

#[cfg(test)]
mod tests;

use roxmltree::{Document, Node};
use serde::Serialize;

use super::{Artifact, Reader};
use crate::bytes::{file_name, text};

/// One binding of a web site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The site's name.
    pub site: String,
    /// Such as `https`.
    pub protocol: String,
    /// `*` for all addresses that are not assigned, else one of them; empty in a protocol that has none.
    pub ip: String,
    /// The port; `None` in a protocol that has none, or if it is no number.
    pub port: Option<u16>,
    /// The host name, mostly empty. In a protocol without addresses: all that the binding says.
    pub host: String,
    /// Odd if server name indication is required; the other bits are about other things. 0 if it does not say.
    pub ssl_flags: u32,
    /// Hash of the certificate, where it stands.
    pub certificate_hash: Option<String>,
    /// Where, counted from 1.
    pub line: usize,
}

/// Attributes of one element, and declarations of name spaces in the file. A configuration has few of the first and none
/// of the second; the parser compares each with the others, which a hostile file would make it do for days.
const MOST: usize = 256;

/// The reader of this file.
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

    fn read(&self, bytes: &[u8]) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        if !is_bearable(&text) {
            return Err(
                "it has more attributes or name spaces than any configuration: it is not read".to_owned()
            );
        }
        // a definition of entities is an error by default, and so is no bomb
        let document = Document::parse(&text).map_err(|error| format!("it is no valid XML: {error}"))?;
        let mut lines = Lines { text: &text, seen: 0, line: 1 };
        let mut bindings = Vec::new();
        for node in document.descendants().filter(|node| node.has_tag_name("binding")) {
            if let Some(site) = site_of(&node) {
                bindings.push(binding(&node, site, lines.of(node.range().start)));
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
    // `*:443:host`, `[::1]:443:`: addresses may have colons, what follows them may not
    let information = attribute("bindingInformation");
    let mut parts = information.rsplitn(3, ':');
    let (host, port, ip) = match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(port), Some(ip)) => (host, port.trim().parse().ok(), ip.trim()),
        _ => (information, None, ""),
    };
    let ip = ip.strip_prefix('[').and_then(|ip| ip.strip_suffix(']')).unwrap_or(ip);
    Binding {
        site: site.to_owned(),
        protocol: attribute("protocol").to_owned(),
        ip: ip.to_owned(),
        port,
        host: host.trim().to_owned(),
        ssl_flags: attribute("sslFlags").trim().parse().unwrap_or_default(),
        certificate_hash: node
            .attribute("certificateHash")
            .filter(|hash| !hash.is_empty())
            .map(str::to_owned),
        line,
    }
}

/// Lines of places that are asked for in their order, so that the text is counted once.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, place: usize) -> usize {
        let between = self.text.get(self.seen..place).unwrap_or_default();
        self.line += between.bytes().filter(|byte| *byte == b'\n').count();
        self.seen = place;
        self.line
    }
}

/// Whether the parser can be asked; see [`MOST`]. In XML, no `<` stands in an attribute.
fn is_bearable(text: &str) -> bool {
    let few_attributes = text
        .split('<')
        .filter(|tag| !tag.starts_with(['!', '?']))
        .all(|tag| tag.bytes().filter(|byte| matches!(byte, b'"' | b'\'')).count() <= 2 * MOST);
    few_attributes && text.matches("xmlns").count() <= MOST
}
