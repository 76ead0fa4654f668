//! Outputs of commands of Windows and of appliances, saved as text: which services run, which processes, which
//! certificate is bound.
//!
//! The name of such a file is arbitrary, so its content decides. Most of its lines must belong to outputs that are
//! known: a log with an output in it stays a log. A file may hold several outputs, with prompts and typed commands
//! between them; each is a part of its own. What a program writes in the language of the server is not needed: positions,
//! numbers and words that are not translated decide.
//!
//! An output shows the state at the time it was taken, and mostly not of which server it is. A host is reported only if an
//! output or a prompt of the file names it.

mod appliance;
mod certutil;
mod clock;
mod connection;
mod console;
mod dn;
mod keytool;
mod listed;
mod nslookup;
mod openssl;
mod ports;
mod processes;
mod services;
mod short;
mod sites;
mod system;
mod table;
#[cfg(test)]
mod tests;
mod updates;

use serde::Serialize;

use super::{Artifact, Binding, Certificates, Reader};
use crate::bytes::{is_log, text};
use crate::rounds::Rounds;
use crate::truststore::Truststore;
pub use appliance::{Appliance, ApplianceService, CoreFile};
pub use clock::ClockReading;
pub use connection::ConnectionTest;
use console::{Echo, Line};
pub use listed::{CertificateList, ListedCertificate, ListedKey, PrintedDate};
pub use nslookup::NameLookup;
pub use ports::{ListeningPort, PortList};
pub use processes::{ListedProcess, ProcessList};
pub use services::{ListedService, ServiceList, ServiceState, StartMode};
pub use sites::TlsBinding;
pub use system::SystemInfo;
pub use updates::InstalledUpdate;

/// Declares [`CommandContent`] and the list of readers.
macro_rules! commands {
    ($($(#[$doc:meta])* $kind:ident($content:ty) = $($reader:expr),+;)+) => {
        /// What one output shows.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum CommandContent {
            $($(#[$doc])* $kind($content),)+
        }

        /// The readers of all commands; the first that recognises an output reads it.
        const COMMANDS: &[&dyn CommandReader] = &[$($(&$reader),+),+];
    };
}

// A new command is one file and one entry here.
commands! {
    /// Services of Windows and their states.
    Services(ServiceList) = services::ScQuery, services::PowerShell, services::NetStart;
    /// Running processes.
    Processes(ProcessList) = processes::Tasklist, processes::GetProcess;
    /// Certificates that Windows binds to addresses and names.
    TlsBindings(Vec<TlsBinding>) = sites::ShowSslCert;
    /// Bindings of the web sites of IIS.
    Sites(Vec<Binding>) = sites::Appcmd, sites::WebBindings, sites::IisSites;
    /// The clock of a server against another.
    Clock(ClockReading) = clock::Status, clock::Stripchart;
    /// Name, zone and start of a server.
    System(SystemInfo) = system::Systeminfo, system::Tzutil, system::Ipconfig;
    /// Installed updates of Windows.
    Updates(Vec<InstalledUpdate>) = updates::HotFixes;
    /// Connections that were tried.
    Connections(Vec<ConnectionTest>) = connection::TestNetConnection;
    /// A name that was looked up.
    Lookup(NameLookup) = nslookup::Nslookup;
    /// Ports on which programs listen.
    Ports(PortList) = ports::Netstat;
    /// A keystore of Java, as keytool lists it.
    Truststore(Truststore) = keytool::List;
    /// Certificates, as keytool and OpenSSL print them.
    Certificates(Certificates) = keytool::PrintCert, openssl::Text;
    /// Some fields of certificates.
    CertificateList(CertificateList) = certutil::Store, openssl::Fields;
    /// State of an appliance.
    Appliance(Appliance) = appliance::Cores, appliance::CoreAnalysis, appliance::Services, appliance::Status;
}

/// Outputs that are kept of one file. No console has that many; a hostile file could.
const MOST_OUTPUTS: usize = 1000;

/// Rows that are kept of one output.
const MOST_ROWS: usize = 10_000;

/// Lines with text at the beginning of a file among which the first output must begin.
const EARLY: usize = 40;

/// Lines that look like those of a log, and that a file of outputs may have.
const LIKE_LOG: usize = 2;

/// The outputs of commands in one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandOutputs {
    /// The outputs in the order of the file.
    pub outputs: Vec<CommandOutput>,
    /// What could not be read, a sentence each.
    pub unread: Vec<String>,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommandOutput {
    /// The command, such as `sc query`.
    pub command: &'static str,
    /// Line number of its beginning, counted from 1.
    pub line: usize,
    /// Its server, if an output or a prompt of the file names it, as it is written there.
    pub host: Option<String>,
    /// The time that the output itself shows, as it is written there.
    pub taken: Option<String>,
    /// Whether the output breaks off.
    pub is_cut: bool,
    /// What it shows.
    pub content: CommandContent,
}

impl CommandOutputs {
    /// The only server that the outputs name; `None` if they name none, or several.
    pub fn host(&self) -> Option<&str> {
        let mut named = self.outputs.iter().filter_map(|output| output.host.as_deref());
        let first = named.next()?;
        named.all(|other| other.eq_ignore_ascii_case(first)).then_some(first)
    }
}

/// Reads the output of one command.
trait CommandReader: Sync {
    /// The command.
    fn name(&self) -> &'static str;

    /// Reads the output that begins with the first of these lines, which has text; `None` if it is of another command.
    /// A few lines decide. `echo` is the command that was typed before it, if the file shows it.
    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading>;
}

/// An output that was read.
struct CommandReading {
    content: CommandContent,
    /// Lines that belong to it; at least one.
    used: usize,
    is_cut: bool,
    host: Option<String>,
    taken: Option<String>,
}

impl CommandReading {
    fn of(content: CommandContent, used: usize) -> CommandReading {
        CommandReading { content, used, is_cut: false, host: None, taken: None }
    }

    fn cut(self, is_cut: bool) -> CommandReading {
        CommandReading { is_cut, ..self }
    }
}

/// The reader of such files.
pub(super) struct CommandFiles;

impl Reader for CommandFiles {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        // pages and objects of other kinds
        if head.first().is_none_or(|first| matches!(first, b'<' | b'{')) || is_log(head) {
            return false;
        }
        let (text, _) = text(head);
        let lines = console::lines(&text);
        let mut early = lines.iter().enumerate().filter(|(_, line)| !line.text.trim().is_empty()).take(EARLY);
        let begins = |at: usize| {
            let rest = lines.get(at..).unwrap_or_default();
            console::echo(rest.first().map_or("", |line| line.text)).is_some()
                || read_one(rest, &Echo::none()).is_some()
        };
        if !early.any(|(at, _)| begins(at)) {
            return false;
        }
        let split = Split::of(&lines);
        !split.outputs.is_empty() && split.like_log <= LIKE_LOG && split.known >= split.unknown.len()
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        if text.contains('\0') {
            return Err("it is binary data, not the output of a command: save it again as text".to_owned());
        }
        let split = Split::of(&console::lines(&text));
        if split.outputs.is_empty() {
            return Err("there is no output of a known command in it".to_owned());
        }
        let mut unread = split.cut();
        unread.extend(split.rest());
        Ok(Artifact::Commands(CommandOutputs { unread, outputs: split.outputs }))
    }
}

fn read_one(lines: &[Line<'_>], echo: &Echo<'_>) -> Option<(&'static str, CommandReading)> {
    COMMANDS.iter().find_map(|command| {
        let reading = command.read(lines, echo)?;
        (reading.used > 0).then_some((command.name(), reading))
    })
}

/// A file that is split into outputs.
#[derive(Default)]
struct Split {
    outputs: Vec<CommandOutput>,
    /// Lines with text that belong to an output, or are a prompt.
    known: usize,
    /// Line numbers of the others.
    unknown: Vec<usize>,
    /// Of these, lines that look like those of a log.
    like_log: usize,
}

impl Split {
    fn of(lines: &[Line<'_>]) -> Split {
        let mut split = Split::default();
        // hosts by the number of the output from which on they hold
        let mut named: Vec<(usize, String)> = Vec::new();
        let mut echo = Echo::none();
        let mut rest = lines;
        while let Some(first) = rest.first() {
            let mut used = 1;
            if first.text.trim().is_empty() {
                // an empty line belongs to nothing
            } else if let Some(typed) = console::echo(first.text) {
                split.known += 1;
                named.extend(typed.prompt_host.map(|host| (split.outputs.len(), host.to_owned())));
                if let Some(host) = typed.answered(rest) {
                    named.push((split.outputs.len(), host.to_owned()));
                    used = rest.iter().position(|line| line.text.trim() == host).map_or(1, |at| at + 1);
                    split.known += 1;
                }
                echo = typed;
            } else if let Some((command, reading)) = read_one(rest, &echo) {
                used = reading.used.min(rest.len());
                let taken = rest.get(..used).unwrap_or_default();
                split.known += taken.iter().filter(|line| !line.text.trim().is_empty()).count();
                let remote = echo.remote_host().map(str::to_owned);
                if remote.is_none() {
                    named.extend(reading.host.clone().map(|host| (split.outputs.len(), host)));
                }
                if split.outputs.len() < MOST_OUTPUTS {
                    split.outputs.push(CommandOutput {
                        command,
                        line: first.number,
                        host: reading.host.or(remote),
                        taken: reading.taken,
                        is_cut: reading.is_cut,
                        content: reading.content,
                    });
                }
                echo = Echo::none();
            } else {
                split.unknown.push(first.number);
                split.like_log += usize::from(console::is_like_log(first.text));
            }
            rest = rest.get(used..).unwrap_or_default();
        }
        split.give_hosts(&named);
        split
    }

    /// Gives outputs the server that another output or a prompt names: the only one, else the last before it.
    fn give_hosts(&mut self, named: &[(usize, String)]) {
        let Some((_, first)) = named.first() else { return };
        let is_only = named.iter().all(|(_, other)| other.eq_ignore_ascii_case(first));
        let mut from = 0;
        let mut current = None;
        for (number, output) in self.outputs.iter_mut().enumerate() {
            while let Some((_, host)) = named.get(from).filter(|(at, _)| *at <= number) {
                current = Some(host);
                from += 1;
            }
            if output.host.is_none() {
                output.host = if is_only { Some(first.clone()) } else { current.cloned() };
            }
        }
    }

    /// A sentence for each output that breaks off.
    fn cut(&self) -> Vec<String> {
        let cut = self.outputs.iter().filter(|output| output.is_cut).take(20);
        cut.map(|output| format!("the output of {} in line {} breaks off", output.command, output.line))
            .collect()
    }

    /// A sentence on the lines that belong to no output, if there are some.
    fn rest(&self) -> Option<String> {
        let first = self.unknown.first()?;
        let lines = self.unknown.len();
        (lines > 3).then(|| {
            format!("{lines} lines belong to no output of a known command; the first is line {first}")
        })
    }
}
