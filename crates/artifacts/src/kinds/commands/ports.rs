//! Ports: `netstat -ano`. The words for the states are in the language of the server; a connection that listens has the
//! remote port 0, and its process is in the last column.

use serde::Serialize;

use super::console::{Echo, Line};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// Ports of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortList {
    /// Ports on which a program listens, for TCP.
    pub listening: Vec<ListeningPort>,
    /// Number of other TCP connections.
    pub connections: u64,
}

/// A port on which a program listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListeningPort {
    /// The address; `0.0.0.0` or `::` for all.
    pub address: String,
    /// The port.
    pub port: u16,
    /// Number of the process, if it is shown.
    pub pid: Option<u32>,
    /// Line number, counted from 1.
    pub line: usize,
}

/// The reader of `netstat -ano`.
pub(super) struct Netstat;

/// Lines above the first connection: a heading, an empty line, the columns.
const HEADING: usize = 5;

impl CommandReader for Netstat {
    fn name(&self) -> &'static str {
        "netstat -ano"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let first = lines.iter().take(HEADING).position(|line| connection(line.text).is_some())?;
        let heading = lines.get(..first).unwrap_or_default();
        let is_heading = heading.iter().filter(|line| !line.text.trim().is_empty()).count() > 0;
        if !is_heading
            && !echo.is("netstat")
            && lines.get(first + 1).and_then(|line| connection(line.text)).is_none()
        {
            return None;
        }
        if heading.iter().any(|line| line.text.len() > 100) {
            return None;
        }
        let mut list = PortList { listening: Vec::new(), connections: 0 };
        let mut used = first;
        for line in lines.iter().skip(first).take_while(|line| !line.text.trim().is_empty()) {
            if super::console::echo(line.text).is_some() {
                break;
            }
            used += 1;
            let Some(seen) = connection(line.text) else { continue };
            if !seen.is_tcp {
                continue;
            }
            if seen.is_listening {
                if list.listening.len() < MOST_ROWS {
                    list.listening.push(ListeningPort {
                        address: seen.address.to_owned(),
                        port: seen.port,
                        pid: seen.pid,
                        line: line.number,
                    });
                }
            } else {
                list.connections += 1;
            }
        }
        Some(CommandReading::of(CommandContent::Ports(list), used))
    }
}

/// A line of a connection.
struct Connection<'a> {
    is_tcp: bool,
    address: &'a str,
    port: u16,
    is_listening: bool,
    pid: Option<u32>,
}

/// `  TCP    0.0.0.0:443   0.0.0.0:0   LISTENING   4`.
fn connection(line: &str) -> Option<Connection<'_>> {
    let mut words = line.split_whitespace();
    let is_tcp = match words.next()? {
        "TCP" | "TCPv6" => true,
        "UDP" | "UDPv6" => false,
        _ => return None,
    };
    let (address, port) = words.next()?.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let (_, remote) = words.next()?.rsplit_once(':')?;
    let address = address.trim_matches(['[', ']']);
    let is_listening = is_tcp && remote == "0";
    Some(Connection {
        is_tcp,
        address,
        port,
        is_listening,
        pid: words.last().and_then(|word| word.parse().ok()),
    })
}
