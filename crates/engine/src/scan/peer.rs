//! The address of the called system, from the words of a message: `https://eceweb01.lab.example/x`, `dc01.lab.example:3269`.
//!
//! Only a message that names exactly one host names the peer. Stack frames are not read.

use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::bytes::{Captures, Regex};
use spoglight_parsers::grammar::is_frame;

/// Lines of a message that are read.
const LINES: usize = 24;

/// Bytes of a line that are read.
const LINE: usize = 2048;

/// Hosts whose addresses are names in XML, not places.
const NAMES: &[&str] =
    &["www.w3.org", "java.sun.com", "xmlns.jcp.org", "schemas.xmlsoap.org", "schemas.microsoft.com"];

/// Ends of names of source files, which a colon and a line number follow.
const FILES: &[&str] =
    &["java", "js", "ts", "jsp", "cpp", "cc", "c", "h", "cs", "kt", "scala", "py", "go", "rb", "sql", "xml"];

/// Ports of schemes that are called without one.
const PORTS: &[(&str, &str)] = &[
    ("https", "443"),
    ("http", "80"),
    ("ldaps", "636"),
    ("ldap", "389"),
    ("imaps", "993"),
    ("smtps", "465"),
];

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i-u)(?P<scheme>[a-z][a-z0-9+]{1,20})://(?:[^/\s@'\x22]{1,80}@)?(?P<host>[a-z0-9][a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5})\b)?").ok()
});

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)(?:^|[\s/"'(\[=,>])(?P<host>(?:[a-z0-9_-]+\.)+[a-z0-9-]+|localhost):(?P<port>\d{2,5})(?:[^\d:.\w]|[:.](?:\D|$)|$)"#).ok()
});

/// Host and port of the called system; the port is empty if it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PeerAddress {
    pub(super) host: String,
    pub(super) port: String,
}

/// The peer that a message names.
pub(super) fn address(message: &[u8]) -> Option<PeerAddress> {
    let mut found: Option<PeerAddress> = None;
    let mut has_two_ports = false;
    let lines = message.split(|byte| *byte == b'\n').filter(|line| !is_frame(line.trim_ascii_end()));
    for line in lines.take(LINES).map(|line| line.get(..LINE).unwrap_or(line)) {
        let patterns = [(&URL, has_url(line)), (&ADDRESS, has_port(line))];
        let patterns = patterns.iter().filter(|(_, may_match)| *may_match);
        for captures in patterns.filter_map(|(one, _)| one.as_ref()).flat_map(|one| one.captures_iter(line)) {
            let Some(next) = read(&captures) else { continue };
            match &mut found {
                None => found = Some(next),
                Some(known) if !known.host.eq_ignore_ascii_case(&next.host) => return None,
                Some(known) if known.port.is_empty() => known.port = next.port,
                Some(known) => has_two_ports |= !next.port.is_empty() && next.port != known.port,
            }
        }
    }
    found.map(|peer| if has_two_ports { PeerAddress { port: String::new(), ..peer } } else { peer })
}

/// Returns whether [`URL`] may match: most lines have no address, and this is faster than the patterns.
fn has_url(line: &[u8]) -> bool {
    memchr_iter(b':', line).any(|at| line.get(at + 1..at + 3) == Some(b"//"))
}

/// Returns whether [`ADDRESS`] may match.
fn has_port(line: &[u8]) -> bool {
    let is_digit = |at: usize| line.get(at).is_some_and(u8::is_ascii_digit);
    memchr_iter(b':', line).any(|at| is_digit(at + 1) && is_digit(at + 2))
}

fn read(captures: &Captures<'_>) -> Option<PeerAddress> {
    let text =
        |name: &str| captures.name(name).map(|part| String::from_utf8_lossy(part.as_bytes()).into_owned());
    let host = text("host")?.trim_end_matches('.').to_owned();
    let (_, last) = host.rsplit_once('.').unwrap_or(("", &host));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok());
    let has_case = |is: fn(&u8) -> bool| last.bytes().any(|byte| is(&byte));
    // a class is written in both cases
    let is_class = has_case(u8::is_ascii_uppercase) && has_case(u8::is_ascii_lowercase);
    let is_else = is_number && !is_address
        || is_class
        || FILES.contains(&last)
        || NAMES.iter().any(|name| host.eq_ignore_ascii_case(name));
    if is_else {
        return None;
    }
    let scheme = text("scheme").map(|scheme| scheme.to_ascii_lowercase());
    let usual =
        PORTS.iter().find(|(name, _)| Some(*name) == scheme.as_deref()).map(|(_, port)| (*port).to_owned());
    let port = text("port").filter(|port| port.parse::<u16>().is_ok_and(|port| port > 0)).or(usual);
    (scheme.is_some() || port.is_some()).then(|| PeerAddress { host, port: port.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_names_one_host_names_the_peer() {
        for (text, host, port) in [
            ("Page https://eceweb01.lab.example/system/x failed", "eceweb01.lab.example", "443"),
            ("simple bind failed: dc01.lab.example:3269", "dc01.lab.example", "3269"),
            (
                "CommunicationException: ldaps://dc01.lab.example:3269 [Root exception]",
                "dc01.lab.example",
                "3269",
            ),
            ("Connection to localhost:5432 refused. Check that", "localhost", "5432"),
            ("Connect to 192.0.2.7:8443 [/192.0.2.7] failed", "192.0.2.7", "8443"),
            ("jdbc:sqlserver://sql01.lab.example;databaseName=x", "sql01.lab.example", ""),
            ("failed\nCaused by: x: dc01.lab.example:636\n\tat a.b.C(D.java:12)", "dc01.lab.example", "636"),
            ("https://a.lab.example:443 and a.lab.example:8443", "a.lab.example", ""),
        ] {
            let peer = address(text.as_bytes());
            assert_eq!(peer, Some(PeerAddress { host: host.to_owned(), port: port.to_owned() }), "{text}");
        }
    }

    #[test]
    fn other_words_and_several_hosts_name_none() {
        for text in [
            "from a.lab.example:1111 to b.lab.example:2222",
            "com.example.app.SessionListener:46 - session",
            "Login.java:52 failed",
            "at 10:00:12 version 1.2:34",
            "xmlns=http://www.w3.org/2001/XMLSchema",
            "no address",
            "host:port",
            "",
        ] {
            assert_eq!(address(text.as_bytes()), None, "{text}");
        }
    }
}
