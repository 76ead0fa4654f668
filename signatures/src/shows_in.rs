//! [`ShowsIn`]: a place in which a failure would show (a log, an artifact), and the trace level that its silence needs to
//! mean something.
//!
//! The topology holds the places; the package that judges coverage decides which collected file is which place.

use std::fmt;

use serde::Deserialize;
use spoglight_parsers::Level;
use spoglight_topology::{LogName, Topology};

/// A log in which a failure would show, and the lowest trace level at which it does. In a file: `Tomcat`,
/// `ApplicationServer: debug`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ShowsIn {
    /// The log.
    pub log: LogName,
    /// The lowest trace level at which the process writes the line, [`Level::Fatal`] to [`Level::Trace`]; `None` for
    /// a log whose process has no trace level. A level that the file leaves out is [`Level::Error`], the product's
    /// default.
    pub level: Option<Level>,
}

impl fmt::Display for ShowsIn {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(to, "{}: {}", self.log, level.name()),
            None => write!(to, "{}", self.log),
        }
    }
}

impl ShowsIn {
    /// Reads the text of a signature's file, with the logs of a topology.
    pub fn parse(text: &str, topology: &Topology) -> Result<ShowsIn, String> {
        let (name, level) = match text.split_once(':') {
            Some((name, level)) => (name.trim(), Some(level.trim())),
            None => (text.trim(), None),
        };
        let log = topology.log(name).map_err(|error| error.to_string())?;
        let level = match level {
            None => log.has_trace_level.then_some(Level::Error),
            Some(word) if log.has_trace_level => Some(trace_level(word)?),
            Some(_) => {
                return Err(format!(
                    "{name} has no trace level, only processes of ECE have; write \"{name}\" alone"
                ));
            }
        };
        Ok(ShowsIn { log: log.name.clone(), level })
    }
}

impl TryFrom<String> for ShowsIn {
    type Error = String;

    fn try_from(text: String) -> Result<ShowsIn, String> {
        ShowsIn::parse(&text, Topology::embedded())
    }
}

/// The trace level of that name.
fn trace_level(name: &str) -> Result<Level, String> {
    let levels = || Level::ALL.into_iter().filter(|level| *level <= Level::Trace);
    levels().find(|level| level.name() == name).ok_or_else(|| {
        let known: Vec<&str> = levels().map(Level::name).collect();
        format!("no trace level is called {name:?}; it can be {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ShowsIn, String> {
        ShowsIn::try_from(text.to_owned())
    }

    #[test]
    fn every_log_is_found_by_its_name() {
        let logs = Topology::embedded().logs();
        for log in logs {
            let level = log.has_trace_level.then_some(Level::Error);
            assert_eq!(read(log.name.as_str()), Ok(ShowsIn { log: log.name.clone(), level }));
        }
        assert_eq!(logs.iter().filter(|log| log.has_trace_level).count(), 9);
        let artifacts = logs.iter().filter(|log| log.is_artifact()).count();
        assert!(artifacts > 1 && logs.len() > 30, "{} places, {artifacts} artifacts", logs.len());
    }

    #[test]
    fn a_level_is_one_of_the_eight() {
        let level = |text: &str| read(text).expect("a log with a level").level;
        assert_eq!(level("ApplicationServer: debug"), Some(Level::Debug));
        assert_eq!(level("EAAS-process:info"), Some(Level::Info));
        assert!(level("rx-process: fatal") < level("rx-process"));
        assert!(level("rx-process: dbquery") < level("rx-process: trace"));
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["ApplicationServer: debug", "rx-process: error", "Tomcat", "applicationHost.config"] {
            assert_eq!(read(text).map(|shows| shows.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn an_error_lists_the_names_that_are_known() {
        for (text, says) in [
            ("tomcat", "no log is called \"tomcat\"; it can be ApplicationServer, EAAS-process"),
            ("", "no log is called \"\""),
            ("ApplicationServer: 7", "no trace level is called \"7\"; it can be fatal, error, warn"),
            ("ApplicationServer: unknown", "dbquery, debug, trace"),
            ("ApplicationServer:", "no trace level is called \"\""),
            ("Tomcat: error", "write \"Tomcat\" alone"),
        ] {
            let problem = read(text).expect_err(text);
            assert!(problem.contains(says), "{problem}");
        }
    }
}
