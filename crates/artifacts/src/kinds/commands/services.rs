//! Services of Windows: `sc query`, `sc queryex`, `Get-Service`, `Get-CimInstance Win32_Service`, `wmic service`, `net start`.
//!
//! The labels of `sc` are in the language of the server, its numbers and constants are not. The words of PowerShell are
//! English everywhere.

use serde::Serialize;

use super::console::{Echo, Line};
use super::table;
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// Services of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServiceList {
    /// The services in the order of the output.
    pub services: Vec<ListedService>,
    /// Whether every service that runs is certainly in the list, so that one that is missing does not run.
    pub has_all_running: bool,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedService {
    /// Name of the service; empty if only the displayed one is listed.
    pub name: String,
    /// The displayed name, which may be in the language of the server.
    pub display_name: Option<String>,
    /// Its state.
    pub state: ServiceState,
    /// How it is started, if the list shows it.
    pub start: Option<StartMode>,
    /// Line number, counted from 1.
    pub line: usize,
}

/// State of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// It does not run.
    Stopped,
    /// It is being started.
    Starting,
    /// It is being stopped.
    Stopping,
    /// It runs.
    Running,
    /// It is paused, or about to be.
    Paused,
}

/// How a service is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StartMode {
    /// With the server.
    Automatic,
    /// By hand, or by another program.
    Manual,
    /// Not at all.
    Disabled,
}

impl ServiceState {
    /// The state by its number in Windows.
    fn numbered(number: &str) -> Option<ServiceState> {
        Some(match number {
            "1" => ServiceState::Stopped,
            "2" => ServiceState::Starting,
            "3" => ServiceState::Stopping,
            "4" => ServiceState::Running,
            "5" | "6" | "7" => ServiceState::Paused,
            _ => return None,
        })
    }

    /// The state by its name in PowerShell and WMI.
    fn named(name: &str) -> Option<ServiceState> {
        let plain: String = name.chars().filter(|letter| !letter.is_whitespace()).collect();
        Some(match plain.to_ascii_lowercase().as_str() {
            "stopped" => ServiceState::Stopped,
            "startpending" => ServiceState::Starting,
            "stoppending" => ServiceState::Stopping,
            "running" => ServiceState::Running,
            "paused" | "pausepending" | "continuepending" => ServiceState::Paused,
            number => return ServiceState::numbered(number),
        })
    }
}

impl StartMode {
    fn named(name: &str) -> Option<StartMode> {
        let name = name.to_ascii_lowercase();
        if name.starts_with("auto") {
            return Some(StartMode::Automatic);
        }
        match name.as_str() {
            "manual" => Some(StartMode::Manual),
            "disabled" => Some(StartMode::Disabled),
            _ => None,
        }
    }
}

/// Lines below the name of a service among which its type and its state must be.
const NEAR: usize = 4;

/// The reader of `sc query` and `sc queryex`.
pub(super) struct ScQuery;

impl CommandReader for ScQuery {
    fn name(&self) -> &'static str {
        "sc query"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        block(lines)?;
        let mut list = ServiceList { services: Vec::new(), has_all_running: false };
        let (mut rest, mut used) = (lines, 0);
        let is_cut = loop {
            let empty = rest.iter().take_while(|line| line.text.trim().is_empty()).count();
            let body = rest.get(empty..).unwrap_or_default();
            let Some((service, lines)) = block(body) else {
                // a last service without its state, or the remark that there are more
                let is_begun = name_of(body).is_some_and(|_| body.len() <= NEAR);
                let has_more = body.first().is_some_and(|line| is_more(line.text));
                let lines = if has_more { 1 } else { body.len() };
                used += if is_begun || has_more { empty + lines } else { 0 };
                break is_begun || has_more;
            };
            if list.services.len() < MOST_ROWS {
                list.services.push(service);
            }
            used += empty + lines;
            rest = body.get(lines..).unwrap_or_default();
        };
        Some(CommandReading::of(CommandContent::Services(list), used).cut(is_cut))
    }
}

/// `Enum: more data, need 1822 bytes start resume at index 79`.
fn is_more(line: &str) -> bool {
    line.split_once(':').is_some_and(|(word, rest)| {
        word.len() < 20 && rest.bytes().filter(u8::is_ascii_digit).count() > 1 && rest.contains("index")
    })
}

/// The name of the service that a line gives: `SERVICE_NAME: W3SVC`, with the label in any language.
fn name_of<'a>(lines: &[Line<'a>]) -> Option<&'a str> {
    let line = lines.first()?.text;
    let (label, name) = line.split_once(':')?;
    let label = label.trim_end();
    let name = name.trim();
    (label.contains('_') && is_label(label) && !name.is_empty() && name.len() < 260).then_some(name)
}

/// One service, and its lines. A mail may have taken the spaces at their beginning.
fn block(lines: &[Line<'_>]) -> Option<(ListedService, usize)> {
    let name = name_of(lines)?;
    let label = label_of(lines.first()?.text);
    let mut display_name = None;
    let mut state = None;
    for line in lines.iter().skip(1).take(NEAR) {
        let Some((_, value)) = line.text.split_once(':') else { break };
        let mut words = value.split_whitespace();
        let (number, word) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_constant = word.len() > 3
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_number || !is_constant {
            display_name = display_name.or_else(|| Some(value.trim().to_owned()));
            continue;
        }
        let is_type = ["WIN32", "DRIVER", "USER_", "INTERACTIVE"].iter().any(|part| word.contains(part));
        if !is_type {
            state = Some(ServiceState::numbered(number)?);
            break;
        }
    }
    let below = lines.iter().skip(1).take_while(|line| is_below(line.text) && label_of(line.text) != label);
    let service = ListedService {
        name: name.to_owned(),
        display_name,
        state: state?,
        start: None,
        line: lines.first()?.number,
    };
    Some((service, 1 + below.count()))
}

/// Returns whether a line belongs to the service above it.
fn is_below(line: &str) -> bool {
    !line.trim().is_empty() && (line.starts_with([' ', '\t', '(']) || is_label(label_of(line)))
}

/// Returns whether a word is a label of `sc`: `WIN32_EXIT_CODE`.
fn is_label(label: &str) -> bool {
    (3..32).contains(&label.chars().count())
        && label.chars().all(|letter| {
            letter.is_uppercase() || letter == '_' || letter.is_ascii_digit() || !letter.is_ascii()
        })
        && label.chars().any(char::is_alphabetic)
}

fn label_of(line: &str) -> &str {
    line.split_once(':').map_or("", |(label, _)| label.trim())
}

/// The reader of `Get-Service` and of WMI in PowerShell.
pub(super) struct PowerShell;

/// Columns of the state, and of the start.
const STATE: &[&str] = &["status", "state"];
const START: &[&str] = &["starttype", "startmode"];

impl CommandReader for PowerShell {
    fn name(&self) -> &'static str {
        "Get-Service"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let needs: [&[&str]; 4] =
            [&["status", "name"], &["state", "name"], &["status", "displayname"], &["state", "displayname"]];
        let found = needs.iter().find_map(|columns| table::rows(lines, columns, MOST_ROWS))?;
        let service = |row: &table::Row| {
            let state = ServiceState::named(row.value(STATE)?)?;
            Some(ListedService {
                name: row.value(&["name", "servicename"]).unwrap_or_default().to_owned(),
                display_name: row.value(&["displayname", "caption"]).map(str::to_owned),
                state,
                start: row.value(START).and_then(StartMode::named),
                line: row.line,
            })
        };
        let services: Vec<ListedService> = found.rows.iter().filter_map(service).collect();
        // another command has such columns, too
        if services.is_empty() || services.len() * 2 < found.rows.len() {
            return None;
        }
        let host =
            found.rows.first().and_then(|row| row.value(&["machinename", "systemname", "pscomputername"]));
        let host = host.filter(|host| super::console::is_host(host)).map(str::to_owned);
        let list = ServiceList { services, has_all_running: false };
        Some(CommandReading { host, ..CommandReading::of(CommandContent::Services(list), found.used) })
    }
}

/// The reader of `net start`: the displayed names of all services that run.
pub(super) struct NetStart;

/// First lines of the list. In other languages the typed command shows what it is.
const STARTED: &[&str] = &["These Windows services are started:", "Folgende Windows-Dienste sind gestartet:"];

impl CommandReader for NetStart {
    fn name(&self) -> &'static str {
        "net start"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let first = lines.first()?.text.trim();
        // of a code page that was not recognised, the first line is not readable
        let is_typed = echo.is("net start") && echo.command.split_whitespace().count() == 2;
        if !STARTED.contains(&first) && !is_typed {
            return None;
        }
        let empty = lines.iter().skip(1).take_while(|line| line.text.trim().is_empty()).count();
        let body = lines
            .iter()
            .skip(1 + empty)
            .take_while(|line| line.text.starts_with("  ") && !line.text.trim().is_empty());
        let names: Vec<&Line<'_>> = body.collect();
        let used = 1 + empty + names.len();
        // the line that follows the list: an end, in any language
        let gap = lines.iter().skip(used).take_while(|line| line.text.trim().is_empty()).count();
        let after = lines.get(used + gap).map_or("", |line| line.text);
        let has_end = gap > 0 && !after.trim().is_empty() && super::console::echo(after).is_none();
        let services = names.iter().take(MOST_ROWS).map(|line| ListedService {
            name: String::new(),
            display_name: Some(line.text.trim().to_owned()),
            state: ServiceState::Running,
            start: None,
            line: line.number,
        });
        let services: Vec<ListedService> = services.collect();
        if services.is_empty() {
            return None;
        }
        let list = ServiceList { has_all_running: has_end, services };
        let used = if has_end { used + gap + 1 } else { used };
        Some(CommandReading::of(CommandContent::Services(list), used).cut(!has_end))
    }
}
