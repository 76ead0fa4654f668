//! A server and a port, as a user writes them.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Longest name of a host in DNS.
const LONGEST_HOST: usize = 253;

/// A host by name or address, and a port: `ECEWEB01:443`, `10.0.0.5:389`, `[::1]:636`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Name or address, without the brackets of an IPv6 address.
    pub host: String,
    /// Port, never 0.
    pub port: u16,
}

/// The reason why a text is no [`Endpoint`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EndpointError {
    /// An address of a page or a directory.
    #[error("this is a URL; write only the host and the port, such as ECEWEB01:443")]
    Url,
    /// No colon.
    #[error("the port is missing; write HOST:PORT, such as ECEWEB01:443")]
    NoPort,
    /// No number from 1 to 65535 after the colon.
    #[error("the port is not a number from 1 to 65535; write HOST:PORT, such as ECEWEB01:443")]
    Port,
    /// Empty, too long, or with characters that no host has.
    #[error("this is not the name or address of a host; write HOST:PORT, such as ECEWEB01:443")]
    Host,
    /// An IPv6 address without brackets.
    #[error("put an IPv6 address in brackets, such as [::1]:443")]
    Brackets,
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Endpoint, EndpointError> {
        if text.contains("://") {
            return Err(EndpointError::Url);
        }
        let (host, port) = text.rsplit_once(':').ok_or(EndpointError::NoPort)?;
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bracketed.is_none() && host.contains(':') {
            return Err(EndpointError::Brackets);
        }
        let host = bracketed.unwrap_or(host);
        let is_written = |one: char| one.is_alphanumeric() || matches!(one, '.' | '-' | '_' | ':' | '%');
        if host.is_empty() || host.len() > LONGEST_HOST || !host.chars().all(is_written) {
            return Err(EndpointError::Host);
        }
        // u16 takes a sign, too
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|port| is_number && *port > 0).ok_or(EndpointError::Port)?;
        Ok(Endpoint { host: host.to_owned(), port })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Endpoint { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_written_back_as_they_were() {
        for text in ["ECEWEB01:443", "10.0.0.5:389", "[::1]:636", "ece_web-1.example.com:65535"] {
            assert_eq!(text.parse::<Endpoint>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_the_reason() {
        for (text, reason) in [
            ("https://ECEWEB01:443", EndpointError::Url),
            ("ECEWEB01", EndpointError::NoPort),
            ("ECEWEB01:", EndpointError::Port),
            ("ECEWEB01:0", EndpointError::Port),
            ("ECEWEB01:+443", EndpointError::Port),
            ("ECEWEB01:65536", EndpointError::Port),
            (":443", EndpointError::Host),
            ("ECE WEB:443", EndpointError::Host),
            ("ECE\u{1b}[2J:443", EndpointError::Host),
            ("::1:443", EndpointError::Brackets),
        ] {
            assert_eq!(text.parse::<Endpoint>(), Err(reason), "{text}");
        }
        let long = format!("{}:443", "a".repeat(LONGEST_HOST + 1));
        assert_eq!(long.parse::<Endpoint>(), Err(EndpointError::Host));
    }
}
