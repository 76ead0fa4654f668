//! A port that was tried by hand: `Test-NetConnection HOST -Port PORT`. Its labels are English everywhere.

use serde::Serialize;

use super::console::{Echo, Line};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// A connection that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectionTest {
    /// The other server, as it was typed.
    pub computer: String,
    /// Its address, if its name was found.
    pub address: Option<String>,
    /// The port.
    pub port: u16,
    /// Whether the connection was made.
    pub has_succeeded: bool,
    /// Line number, counted from 1.
    pub line: usize,
}

/// The reader of `Test-NetConnection`.
pub(super) struct TestNetConnection;

/// Lines of warnings above the list, in the language of the server.
const WARNINGS: usize = 6;

impl CommandReader for TestNetConnection {
    fn name(&self) -> &'static str {
        "Test-NetConnection"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let is_typed = echo.is("test-netconnection") || echo.is("tnc");
        let most = if is_typed { WARNINGS } else { 1 };
        // `WARNING: TCP connect to (192.0.2.5 : 3269) failed`
        let begin = lines
            .iter()
            .take(most + 2)
            .position(|line| line.text.trim_start().starts_with("ComputerName"))?;
        let above = lines.get(..begin)?.iter().filter(|line| !line.text.trim().is_empty());
        let is_warning = |line: &Line<'_>| {
            is_typed || line.text.contains("TCP connect to ") || line.text.contains("Ping to ")
        };
        if !above.clone().all(is_warning) {
            return None;
        }
        let (mut tests, mut used) = (Vec::new(), begin);
        while let Some((test, lines_of)) = test(lines.get(used..).unwrap_or_default()) {
            used += lines_of;
            if tests.len() < MOST_ROWS {
                tests.push(test);
            }
        }
        (!tests.is_empty()).then(|| CommandReading::of(CommandContent::Connections(tests), used))
    }
}

/// One test and its lines, with those that are empty before it.
fn test(lines: &[Line<'_>]) -> Option<(ConnectionTest, usize)> {
    let empty = lines.iter().take_while(|line| line.text.trim().is_empty()).count();
    let body = lines.get(empty..)?;
    let pair = |line: &Line<'_>| {
        let (name, value) = line.text.split_once(" :")?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let pairs: Vec<(String, String)> = body.iter().take(20).map_while(pair).collect();
    let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let test = ConnectionTest {
        computer: value("ComputerName").filter(|name| !name.is_empty())?,
        address: value("RemoteAddress").filter(|address| !address.is_empty()),
        port: value("RemotePort")?.parse().ok()?,
        has_succeeded: match value("TcpTestSucceeded")?.as_str() {
            "True" => true,
            "False" => false,
            _ => return None,
        },
        line: body.first()?.number,
    };
    Some((test, empty + pairs.len()))
}
