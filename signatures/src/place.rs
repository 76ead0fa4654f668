//! [`ShowsIn`]: in which logs a failure would show, and how much they must say for their silence to mean something.
//!
//! The names are those of the files of signatures. Which collected log is which place, and which level a process has,
//! is the next floor's work.

use std::fmt;

use serde::{Deserialize, Serialize};
use spoglight_parsers::Level;

/// A log, or a kind of logs, in which failures show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Place {
    /// ECE: agents, administration, partition administrator SSO (LDAP).
    ApplicationServer,
    /// ECE: assignment of chats and mails through the router (External Agent Assignment Service).
    EaasProcess,
    /// ECE: messages to and from the agents' desktops (External Agent Messaging Service).
    EamsProcess,
    /// ECE: the client of the CTI server, which knows the states of the agents.
    ListenerProcess,
    /// ECE: the retriever, which fetches mail.
    RxProcess,
    /// ECE: the dispatcher, which sends mail.
    DxProcess,
    /// ECE: the workflow engine.
    WorkflowProcess,
    /// ECE: jobs at set times.
    SchedulerProcess,
    /// ECE: the Distributed Systems Manager, which starts and stops the processes of the services.
    DsmController,
    /// `server.log` of the ECE application server.
    WildFly,
    /// Catalina and stderr logs of an Administration & Data Server (ADS).
    Tomcat,
    /// Logs of CCE Administration, beside Tomcat's.
    Ccbu,
    /// Access log of IIS.
    W3svc,
    /// HTTPERR: requests that IIS never saw.
    HttpSys,
    /// Trace of the media routing PIM, the router's client of EAAS.
    Pim,
    /// Trace of the CTI server.
    CtiServer,
    /// Trace of OPC, the heart of a peripheral gateway.
    Opc,
    /// Event feed of ICM: what it sends to syslog.
    CiscoLog,
    /// Cisco Identity Service.
    IdentityService,
    /// Events of AD FS.
    AdFs,
    /// Other events of Windows.
    WindowsEvents,
    /// Error log of SQL Server.
    SqlServer,
}

impl Place {
    /// All places; the processes of ECE stand first.
    pub const ALL: [Place; 22] = [
        Place::ApplicationServer,
        Place::EaasProcess,
        Place::EamsProcess,
        Place::ListenerProcess,
        Place::RxProcess,
        Place::DxProcess,
        Place::WorkflowProcess,
        Place::SchedulerProcess,
        Place::DsmController,
        Place::WildFly,
        Place::Tomcat,
        Place::Ccbu,
        Place::W3svc,
        Place::HttpSys,
        Place::Pim,
        Place::CtiServer,
        Place::Opc,
        Place::CiscoLog,
        Place::IdentityService,
        Place::AdFs,
        Place::WindowsEvents,
        Place::SqlServer,
    ];

    /// Name in the files of signatures and in reports. That of an ECE process is the one in the names of its logs.
    pub fn name(self) -> &'static str {
        match self {
            Place::ApplicationServer => "ApplicationServer",
            Place::EaasProcess => "EAAS-process",
            Place::EamsProcess => "EAMS-process",
            Place::ListenerProcess => "Listener-process",
            Place::RxProcess => "rx-process",
            Place::DxProcess => "dx-process",
            Place::WorkflowProcess => "workflow-process",
            Place::SchedulerProcess => "scheduler-process",
            Place::DsmController => "DSMController",
            Place::WildFly => "WildFly",
            Place::Tomcat => "Tomcat",
            Place::Ccbu => "CCBU",
            Place::W3svc => "W3SVC",
            Place::HttpSys => "HTTP.sys",
            Place::Pim => "PIM",
            Place::CtiServer => "CTI server",
            Place::Opc => "OPC",
            Place::CiscoLog => "CiscoLog",
            Place::IdentityService => "Identity Service",
            Place::AdFs => "AD FS",
            Place::WindowsEvents => "Windows events",
            Place::SqlServer => "SQL Server",
        }
    }

    /// Whether it is a process of ECE: only those have one of the eight trace levels.
    pub fn is_ece_process(self) -> bool {
        self <= Place::DsmController
    }

    fn of(name: &str) -> Result<Place, String> {
        Place::ALL.into_iter().find(|place| place.name() == name).ok_or_else(|| {
            format!("no log is called {name:?}; it can be {}", list(Place::ALL.map(Place::name)))
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.pad(self.name())
    }
}

impl From<Place> for &'static str {
    fn from(place: Place) -> &'static str {
        place.name()
    }
}

impl TryFrom<String> for Place {
    type Error = String;

    fn try_from(name: String) -> Result<Place, String> {
        Place::of(&name)
    }
}

/// Where a failure would show, and from which trace level on. In a file: `Tomcat`, `ApplicationServer: debug`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ShowsIn {
    /// The log.
    pub place: Place,
    /// The lowest trace level at which the process writes the line, [`Level::Fatal`] to [`Level::Trace`]; `None` for
    /// what is no ECE process. A level that the file leaves out is [`Level::Error`], the product's default.
    pub level: Option<Level>,
}

impl fmt::Display for ShowsIn {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(to, "{}: {}", self.place, level.name()),
            None => write!(to, "{}", self.place),
        }
    }
}

impl TryFrom<String> for ShowsIn {
    type Error = String;

    fn try_from(text: String) -> Result<ShowsIn, String> {
        let (place, level) = match text.split_once(':') {
            Some((place, level)) => (place.trim(), Some(level.trim())),
            None => (text.trim(), None),
        };
        let place = Place::of(place)?;
        let level = match level {
            None => place.is_ece_process().then_some(Level::Error),
            Some(word) if place.is_ece_process() => Some(trace_level(word)?),
            Some(_) => {
                return Err(format!(
                    "{place} has no trace level, only processes of ECE have; write \"{place}\" alone"
                ));
            }
        };
        Ok(ShowsIn { place, level })
    }
}

/// The trace level of that name.
fn trace_level(name: &str) -> Result<Level, String> {
    let levels = || Level::ALL.into_iter().filter(|level| *level <= Level::Trace);
    levels().find(|level| level.name() == name).ok_or_else(|| {
        format!("no trace level is called {name:?}; it can be {}", list(levels().map(Level::name)))
    })
}

fn list(names: impl IntoIterator<Item = &'static str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ShowsIn, String> {
        ShowsIn::try_from(text.to_owned())
    }

    #[test]
    fn every_place_is_found_by_its_name() {
        for place in Place::ALL {
            let level = place.is_ece_process().then_some(Level::Error);
            assert_eq!(read(place.name()), Ok(ShowsIn { place, level }));
        }
        assert_eq!(Place::ALL.into_iter().filter(|place| place.is_ece_process()).count(), 9);
    }

    #[test]
    fn a_level_is_one_of_the_eight() {
        let level = |text: &str| read(text).expect("a place with a level").level;
        assert_eq!(level("ApplicationServer: debug"), Some(Level::Debug));
        assert_eq!(level("EAAS-process:info"), Some(Level::Info));
        assert!(level("rx-process: fatal") < level("rx-process"));
        assert!(level("rx-process: dbquery") < level("rx-process: trace"));
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["ApplicationServer: debug", "rx-process: error", "Tomcat", "CTI server"] {
            assert_eq!(read(text).map(|shows| shows.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_allowed_is_said() {
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
