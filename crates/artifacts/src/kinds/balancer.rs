//! Settings of a load balancer, as far as they show whether it keeps a user on one server: HAProxy, nginx, Citrix ADC
//! (NetScaler) and F5 BIG-IP.
//!
//! Only the services with their servers and their persistence are read. What is inherited from a profile or a template that
//! the file does not have is not known, so it is kept as other persistence and never called missing.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Artifact, Reader};
use crate::bytes::{is_log, text};
use crate::rounds::Rounds;

/// The settings of one load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BalancerSettings {
    /// Its product.
    pub product: &'static str,
    /// The services that it distributes, with the servers behind each.
    pub services: Vec<BalancedService>,
}

/// A service that is distributed to servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BalancedService {
    /// Its name.
    pub name: String,
    /// Names and addresses of its servers, with their ports.
    pub members: Vec<String>,
    /// How a user is kept on one server.
    pub persistence: Persistence,
    /// Line number, counted from 1.
    pub line: usize,
}

/// How a user is kept on one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Persistence {
    /// Not at all.
    Nothing,
    /// By a cookie.
    Cookie,
    /// By the address of the client.
    Source,
    /// By the TLS session.
    TlsSession,
    /// Otherwise, as it is written.
    Other(String),
}

/// Services that are kept.
const MOST: usize = 2000;

/// The reader of such files.
pub(super) struct Balancers;

impl Reader for Balancers {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        if is_log(head) {
            return false;
        }
        let (text, _) = text(head);
        let is_dated =
            text.lines().take(20).any(|line| line.starts_with("20") && line.get(4..5) == Some("-"));
        !is_dated && product_of(&text).is_some()
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        let product = product_of(&text).ok_or("no settings of a known load balancer are in it")?;
        let mut services = match product {
            HAPROXY => haproxy(&text),
            NGINX => nginx(&text),
            NETSCALER => netscaler(&text),
            _ => big_ip(&text),
        };
        services.truncate(MOST);
        Ok(Artifact::Balancer(BalancerSettings { product, services }))
    }
}

const HAPROXY: &str = "HAProxy";
const NGINX: &str = "nginx";
const NETSCALER: &str = "Citrix ADC (NetScaler)";
const BIG_IP: &str = "F5 BIG-IP";

/// The product that the statements of a text belong to; statements are at the beginning of their lines.
fn product_of(text: &str) -> Option<&'static str> {
    let (mut has_upstream, mut has_server, mut has_proxy, mut has_section, mut has_balance) =
        (false, false, false, false, false);
    for line in text.lines() {
        let own = line.trim_start();
        // most lines of a text begin otherwise
        if !matches!(own.as_bytes().first(), Some(b'a' | b'l' | b'u' | b's' | b'p' | b'b' | b'm' | b'c')) {
            continue;
        }
        let is_block = || line.trim_end().ends_with('{');
        if own.starts_with("add lb vserver ") {
            return Some(NETSCALER);
        }
        if (own.starts_with("ltm virtual ") || own.starts_with("ltm pool ")) && is_block() {
            return Some(BIG_IP);
        }
        has_upstream |= own.starts_with("upstream ") && is_block();
        has_server |= own.starts_with("server ");
        has_proxy |= own.starts_with("proxy_pass ");
        has_section |= line.starts_with("backend ") || line.starts_with("listen ");
        has_balance |= ["balance ", "mode ", "cookie "].iter().any(|word| own.starts_with(word));
    }
    if has_upstream && (has_server || has_proxy) {
        return Some(NGINX);
    }
    (has_section && has_server && has_balance).then_some(HAPROXY)
}

/// Sections `backend` and `listen`; `defaults` hold for the sections below.
fn haproxy(text: &str) -> Vec<BalancedService> {
    let mut services: Vec<BalancedService> = Vec::new();
    let mut defaults = Persistence::Nothing;
    let mut section = "";
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first() else { continue };
        if !line.starts_with([' ', '\t']) {
            section = first;
            if section == "defaults" {
                defaults = Persistence::Nothing;
            }
            if matches!(section, "backend" | "listen") {
                services.push(BalancedService {
                    name: words.get(1).copied().unwrap_or_default().to_owned(),
                    members: Vec::new(),
                    persistence: defaults.clone(),
                    line: index + 1,
                });
            }
            continue;
        }
        let persistence = match words.as_slice() {
            ["cookie", ..] => Some(Persistence::Cookie),
            ["balance", "source", ..] | ["stick", "on" | "store-request" | "match", "src", ..] => {
                Some(Persistence::Source)
            }
            ["stick", rest @ ..] if rest.iter().any(|word| word.contains("ssl")) => {
                Some(Persistence::TlsSession)
            }
            ["stick" | "hash-type" | "appsession", ..] | ["balance", "hdr", ..] => {
                Some(Persistence::Other(words.join(" ")))
            }
            _ => None,
        };
        match section {
            "defaults" => defaults = persistence.unwrap_or(defaults),
            "backend" | "listen" => {
                let Some(service) = services.last_mut() else { continue };
                if let Some(persistence) = persistence {
                    service.persistence = persistence;
                }
                if let ["server" | "server-template", name, address, ..] = words.as_slice() {
                    service.members.push(format!("{name} {address}"));
                }
            }
            _ => {}
        }
    }
    services
}

/// Blocks `upstream`.
fn nginx(text: &str) -> Vec<BalancedService> {
    let mut services: Vec<BalancedService> = Vec::new();
    let mut is_inside = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix("upstream ").and_then(|rest| rest.strip_suffix('{')) {
            is_inside = true;
            services.push(BalancedService {
                name: name.trim().to_owned(),
                members: Vec::new(),
                persistence: Persistence::Nothing,
                line: index + 1,
            });
            continue;
        }
        let Some(service) = services.last_mut().filter(|_| is_inside) else { continue };
        let words: Vec<&str> = line.trim_end_matches([';', '}', ' ']).split_whitespace().collect();
        match words.as_slice() {
            ["server", address, ..] => service.members.push((*address).to_owned()),
            ["ip_hash"] => service.persistence = Persistence::Source,
            ["hash", key, ..] if key.contains("remote_addr") => service.persistence = Persistence::Source,
            ["sticky", ..] => service.persistence = Persistence::Cookie,
            ["hash" | "include", ..] => service.persistence = Persistence::Other(words.join(" ")),
            _ => {}
        }
        is_inside = !line.ends_with('}');
    }
    services
}

/// Statements `add lb vserver` and `bind lb vserver`; without `-persistenceType` there is none.
fn netscaler(text: &str) -> Vec<BalancedService> {
    let mut services: Vec<BalancedService> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let words = quoted(line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["add", "lb", "vserver", name, rest @ ..] => {
                let at = rest.iter().position(|word| word.eq_ignore_ascii_case("-persistenceType"));
                let kind = at.and_then(|at| rest.get(at + 1)).map_or("NONE", |kind| *kind);
                let persistence = match kind.to_ascii_uppercase().as_str() {
                    "NONE" => Persistence::Nothing,
                    "COOKIEINSERT" => Persistence::Cookie,
                    "SOURCEIP" => Persistence::Source,
                    "SSLSESSION" => Persistence::TlsSession,
                    _ => Persistence::Other(kind.to_owned()),
                };
                places.insert((*name).to_owned(), services.len());
                services.push(BalancedService {
                    name: (*name).to_owned(),
                    members: Vec::new(),
                    persistence,
                    line: index + 1,
                });
            }
            // a group of virtual servers has a persistence of its own
            ["bind", "lb", "group", _, member, ..] => {
                if let Some(service) = places.get(*member).and_then(|at| services.get_mut(*at))
                    && service.persistence == Persistence::Nothing
                {
                    service.persistence = Persistence::Other("of its group".to_owned());
                }
            }
            ["bind", "lb", "vserver", name, member, ..] if !member.starts_with('-') => {
                if let Some(service) = places.get(*name).and_then(|at| services.get_mut(*at)) {
                    service.members.push((*member).to_owned());
                }
            }
            _ => {}
        }
    }
    services
}

/// The words of a line; spaces in quotes belong to their word.
fn quoted(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.trim().chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ' ' | '\t' if !is_quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(letter),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Blocks `ltm virtual` with their pools.
fn big_ip(text: &str) -> Vec<BalancedService> {
    let mut services: Vec<BalancedService> = Vec::new();
    let mut pools: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut pool_of: Vec<String> = Vec::new();
    // the words of the open blocks
    let mut open: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(words) = line.strip_suffix('{') {
            let words = words.trim();
            if let Some(name) = words.strip_prefix("ltm virtual ").filter(|_| open.is_empty()) {
                services.push(BalancedService {
                    name: name.to_owned(),
                    members: Vec::new(),
                    persistence: Persistence::Nothing,
                    line: index + 1,
                });
                pool_of.push(String::new());
            }
            if let [pool, members] = open.as_slice()
                && let Some(pool) = pool.strip_prefix("ltm pool ").filter(|_| members == "members")
            {
                pools.entry(pool.to_owned()).or_default().push(words.to_owned());
            }
            if let [service, persist] = open.as_slice()
                && service.starts_with("ltm virtual ")
                && persist == "persist"
                && let Some(service) = services.last_mut()
            {
                let kind = words.to_ascii_lowercase();
                service.persistence = match () {
                    () if kind.contains("cookie") => Persistence::Cookie,
                    () if kind.contains("source_addr") => Persistence::Source,
                    () if kind.contains("ssl") => Persistence::TlsSession,
                    () => Persistence::Other(words.to_owned()),
                };
            }
            if open.len() < 64 {
                open.push(words.to_owned());
            }
            continue;
        }
        if line.ends_with('}') {
            // `{ }` in one line opens and closes
            if !line.contains('{') {
                open.pop();
            } else if let [pool, members] = open.as_slice()
                && let Some(pool) = pool.strip_prefix("ltm pool ").filter(|_| members == "members")
            {
                let member = line.split('{').next().unwrap_or_default().trim();
                pools.entry(pool.to_owned()).or_default().push(member.to_owned());
            }
            continue;
        }
        if let [service] = open.as_slice()
            && service.starts_with("ltm virtual ")
            && let Some(pool) = line.strip_prefix("pool ")
            && let Some(last) = pool_of.last_mut()
        {
            pool.trim().clone_into(last);
        }
    }
    for (service, pool) in services.iter_mut().zip(&pool_of) {
        service.members = pools.get(pool).cloned().unwrap_or_default();
    }
    services
}
