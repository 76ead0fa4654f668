//! Whether a port answers. An open port proves only that something listens: not which program, nor that it works.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::Endpoint;

/// Addresses of one name that are tried.
const MOST_ADDRESSES: usize = 8;

/// The answer of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PortAnswer {
    /// A connection was made.
    Open,
    /// The machine answers, and refuses.
    Refused,
    /// No answer within the time limit.
    NoAnswer,
    /// The network has no way to the machine, or this machine may not use it.
    Unreachable,
    /// The name has no address.
    NameNotFound,
    /// The servers of names did not answer within the time limit.
    NoAnswerForName,
}

impl PortAnswer {
    /// What it means and what to do next. None if the port is open.
    pub fn advice(self) -> Option<&'static str> {
        Some(match self {
            PortAnswer::Open => return None,
            PortAnswer::Refused => {
                "the machine answers, but nothing listens on this port, or a firewall rejects it: start the service, \
                 or correct the port"
            }
            PortAnswer::NoAnswer => {
                "a firewall drops the connection, or the machine is off: allow this port from this machine"
            }
            PortAnswer::Unreachable => {
                "the network has no way to this address: check address, routes and VPN"
            }
            PortAnswer::NameNotFound => {
                "the name has no address on this machine: check the spelling, DNS and the hosts file"
            }
            PortAnswer::NoAnswerForName => "the DNS servers of this machine do not answer: check them",
        })
    }

    fn of(error: &io::Error) -> PortAnswer {
        match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => PortAnswer::Refused,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => PortAnswer::NoAnswer,
            _ => PortAnswer::Unreachable,
        }
    }
}

/// The answer of one address of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressAnswer {
    /// Address and port.
    pub address: SocketAddr,
    /// Its answer.
    pub answer: PortAnswer,
}

/// Whether a port answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortProbe {
    /// Host as it was given.
    pub host: String,
    /// Port as it was given.
    pub port: u16,
    /// The answer: that of the first open address, or of the last that was tried.
    pub answer: PortAnswer,
    /// Each address that was tried, in the order in which the system names them.
    pub addresses: Vec<AddressAnswer>,
}

impl PortProbe {
    /// Connects to each address of the host until one is open, once each, and closes the connection. The time limit is
    /// for all of it: an address gets an equal part of what is left.
    pub fn run(endpoint: &Endpoint, timeout: Duration) -> PortProbe {
        let begin = Instant::now();
        let mut probe = PortProbe {
            host: endpoint.host.clone(),
            port: endpoint.port,
            answer: PortAnswer::NameNotFound,
            addresses: Vec::new(),
        };
        let found = match resolve(endpoint, timeout) {
            Ok(found) => found,
            Err(answer) => return PortProbe { answer, ..probe },
        };
        for (tried, address) in found.iter().enumerate() {
            let left = timeout.saturating_sub(begin.elapsed()) / (found.len() - tried) as u32;
            probe.answer = match TcpStream::connect_timeout(address, left.max(Duration::from_millis(1))) {
                Ok(_) => PortAnswer::Open,
                Err(error) => PortAnswer::of(&error),
            };
            probe.addresses.push(AddressAnswer { address: *address, answer: probe.answer });
            if probe.answer == PortAnswer::Open {
                break;
            }
        }
        probe
    }
}

/// The addresses of a host. The system has no time limit for it, so it is asked by a thread that may be left behind.
fn resolve(endpoint: &Endpoint, timeout: Duration) -> Result<Vec<SocketAddr>, PortAnswer> {
    let (host, port) = (endpoint.host.clone(), endpoint.port);
    let (answer, answers) = mpsc::channel();
    thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs();
        // after the time limit there is no receiver
        let _ = answer.send(found.map(|found| found.take(MOST_ADDRESSES).collect::<Vec<_>>()));
    });
    match answers.recv_timeout(timeout) {
        Ok(Ok(mut found)) if !found.is_empty() => {
            found.dedup();
            Ok(found)
        }
        Ok(_) => Err(PortAnswer::NameNotFound),
        Err(_) => Err(PortAnswer::NoAnswerForName),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn endpoint(text: &str) -> Endpoint {
        text.parse().expect(text)
    }

    #[test]
    fn an_open_port_is_open_and_gets_no_byte() {
        let partner = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = partner.local_addr().expect("an address");
        let probe = PortProbe::run(&endpoint(&address.to_string()), LIMIT);
        assert_eq!(probe.answer, PortAnswer::Open);
        assert_eq!(probe.addresses, [AddressAnswer { address, answer: PortAnswer::Open }]);
        let (mut stream, _) = partner.accept().expect("one connection");
        assert_eq!(io::copy(&mut stream, &mut io::sink()).expect("its end"), 0);
        partner.set_nonblocking(true).expect("a listener");
        assert!(partner.accept().is_err(), "a second connection");
    }

    #[test]
    fn a_closed_port_is_refused() {
        let partner = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = partner.local_addr().expect("an address");
        drop(partner);
        let probe = PortProbe::run(&endpoint(&address.to_string()), LIMIT);
        assert_eq!(probe.answer, PortAnswer::Refused);
        assert!(probe.answer.advice().is_some_and(|advice| advice.contains("nothing listens")));
    }

    #[test]
    fn a_name_without_address_is_not_found() {
        // reserved: this name never exists. Without a network, the servers of names may not answer.
        let probe = PortProbe::run(&endpoint("ece.invalid:443"), Duration::from_mins(1));
        assert!(matches!(probe.answer, PortAnswer::NameNotFound | PortAnswer::NoAnswerForName), "{probe:?}");
        assert!(probe.addresses.is_empty());
    }

    #[test]
    fn errors_of_the_system_are_told_apart() {
        for (kind, answer) in [
            (io::ErrorKind::ConnectionRefused, PortAnswer::Refused),
            (io::ErrorKind::TimedOut, PortAnswer::NoAnswer),
            (io::ErrorKind::HostUnreachable, PortAnswer::Unreachable),
            (io::ErrorKind::NetworkUnreachable, PortAnswer::Unreachable),
        ] {
            assert_eq!(PortAnswer::of(&io::Error::from(kind)), answer, "{kind}");
        }
    }

    #[test]
    fn json_names_each_address() {
        let probe = PortProbe {
            host: "ECEWEB01".to_owned(),
            port: 443,
            answer: PortAnswer::NoAnswer,
            addresses: vec![AddressAnswer {
                address: "10.0.0.5:443".parse().expect("an address"),
                answer: PortAnswer::NoAnswer,
            }],
        };
        let expected = serde_json::json!({
            "host": "ECEWEB01", "port": 443, "answer": "no_answer",
            "addresses": [{"address": "10.0.0.5:443", "answer": "no_answer"}],
        });
        assert_eq!(serde_json::to_value(probe).expect("JSON"), expected);
    }
}
