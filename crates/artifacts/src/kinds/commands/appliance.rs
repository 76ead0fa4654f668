//! State of an appliance of the voice operating system: `utils core active list` and `analyze`, `utils service list`,
//! `show status`.

use serde::Serialize;

use super::console::{Echo, Line, echo, is_host, is_like_log};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// What an output shows of an appliance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Appliance {
    /// Its core dumps: a program crashed. `None` if the output is about something else.
    pub cores: Option<Vec<CoreFile>>,
    /// The functions on the stack at the crash, the innermost first; empty if the output is about something else.
    pub stack: Vec<String>,
    /// The reason that the program passed on when it ended itself.
    pub reason: Option<String>,
    /// Its services; `None` if the output is about something else.
    pub services: Option<Vec<ApplianceService>>,
    /// The version of its software.
    pub version: Option<String>,
    /// The time since its start, as it is written.
    pub uptime: Option<String>,
}

/// A core dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoreFile {
    /// Its file: `core.12345.6.ccm.1699999999`.
    pub file: String,
    /// Its time, as it is written.
    pub time: Option<String>,
    /// Line number, counted from 1.
    pub line: usize,
}

/// A service of an appliance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplianceService {
    /// Its name.
    pub name: String,
    /// Its state, such as `STARTED` or `STOPPED`.
    pub state: String,
    /// Whether it is not meant to run, or runs only if somebody starts it.
    pub is_inactive: bool,
    /// Line number, counted from 1.
    pub line: usize,
}

/// The reader of `utils core active list`.
pub(super) struct Cores;

impl CommandReader for Cores {
    fn name(&self) -> &'static str {
        "utils core active list"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let first = lines.first()?.text.trim();
        let none = |used| {
            let found = Appliance { cores: Some(Vec::new()), ..Appliance::default() };
            Some(CommandReading::of(CommandContent::Appliance(found), used))
        };
        if first.eq_ignore_ascii_case("No core files found") {
            return none(1);
        }
        // Size  Date  Core File Name, a line of signs, the files
        let is_header = first.contains("Core File Name") || echo.is("utils core active list");
        let from = usize::from(core(lines.first()?).is_none());
        let is_ruler = |line: &&Line<'_>| line.text.trim().bytes().all(|byte| byte == b'=' || byte == b'-');
        let rulers = lines.iter().skip(from).take(2).take_while(is_ruler).count();
        let files = lines.iter().skip(from + rulers).map_while(core).take(MOST_ROWS);
        let files: Vec<CoreFile> = files.collect();
        if !is_header || files.is_empty() {
            return None;
        }
        let used = from + rulers + files.len();
        let found = Appliance { cores: Some(files), ..Appliance::default() };
        Some(CommandReading::of(CommandContent::Appliance(found), used))
    }
}

/// `355732 KB   2014-11-22 09:22:50   core.19632.6.CuCsMgr.1416648169`.
fn core(line: &Line<'_>) -> Option<CoreFile> {
    // a typed command may name such a file
    echo(line.text).is_none().then_some(())?;
    let words: Vec<&str> = line.text.split_whitespace().collect();
    let at = words.iter().position(|word| word.starts_with("core.") && word.len() > 8)?;
    let is_time = |word: &&&str| {
        word.len() >= 8 && word.bytes().all(|byte| byte.is_ascii_digit() || b"-:/.".contains(&byte))
    };
    let time: Vec<&str> = words.get(..at)?.iter().filter(is_time).copied().collect();
    let time = (time.len() == 2).then(|| time.join(" "));
    Some(CoreFile { file: (*words.get(at)?).to_owned(), time, line: line.number })
}

/// The reader of `utils core active analyze`: parts with a heading between two lines of signs, the first of them the stack
/// at the crash.
pub(super) struct CoreAnalysis;

/// Functions of a stack that are kept.
const FRAMES: usize = 12;

impl CommandReader for CoreAnalysis {
    fn name(&self) -> &'static str {
        "utils core active analyze"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let is_part = |at: usize| {
            let line = |at: usize| lines.get(at).map_or("", |line| line.text.trim());
            is_ruler(line(at)) && is_ruler(line(at + 2)) && PARTS.contains(&line(at + 1))
        };
        is_part(0).then_some(())?;
        let (mut stack, mut reason) = (Vec::new(), None);
        let mut is_stack = false;
        let mut used = 0;
        let is_more = |line: &&Line<'_>| !line.text.trim().is_empty() && echo(line.text).is_none();
        while let Some(line) = lines.get(used).filter(is_more) {
            if is_part(used) {
                is_stack = lines.get(used + 1).is_some_and(|line| line.text.trim() == "backtrace");
                used += 3;
                continue;
            }
            if is_stack && stack.len() < FRAMES {
                stack.extend(function(line.text));
                reason = reason.or_else(|| abort_reason(line.text));
            }
            used += 1;
        }
        let found = Appliance { stack, reason, ..Appliance::default() };
        Some(CommandReading::of(CommandContent::Appliance(found), used))
    }
}

/// Headings of the parts of an analysis.
const PARTS: &[&str] =
    &["backtrace", "info registers", "info auxv", "info threads", "info locals", "thread apply all bt"];

fn is_ruler(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte == b'=')
}

/// The function of `2  0x08436f8b in IntentionalAbort (reason=...) at ProcessCMProcMon.cpp:80`.
fn function(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches('#');
    let (number, rest) = line.split_once(char::is_whitespace)?;
    number.parse::<u32>().ok()?;
    let rest = rest.trim_start();
    let named = match rest.strip_prefix("0x") {
        Some(address) => address.split_once(" in ")?.1,
        None => rest,
    };
    let name = named.split([' ', '(']).next().filter(|name| !name.is_empty() && name.len() < 200)?;
    Some(name.to_owned())
}

/// The reason in `IntentionalAbort (reason=0xb03c678 "...")`.
fn abort_reason(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("IntentionalAbort (reason=0x")?;
    let (_, quoted) = rest.split_once('"')?;
    let reason = quoted.split_once('"').map_or(quoted, |(reason, _)| reason);
    let reason: String = reason.chars().filter(|sign| !sign.is_control()).take(200).collect();
    (!reason.trim().is_empty()).then_some(reason)
}

/// The reader of `utils service list`: `Cisco Tomcat[STARTED]`.
pub(super) struct Services;

impl CommandReader for Services {
    fn name(&self) -> &'static str {
        "utils service list"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        const NEAR: usize = 6;
        let first = lines.iter().take(NEAR).position(|line| service(line).is_some())?;
        let is_heading = |line: &Line<'_>| {
            let text = line.text.trim();
            text.is_empty()
                || text.starts_with("Requesting service status")
                || text.starts_with("System SSH")
                || text.bytes().all(|byte| b"=-*".contains(&byte))
        };
        // one service alone may be anything
        service(lines.get(first + 1)?)?;
        if !lines.iter().take(first).all(is_heading) {
            return None;
        }
        let mut services = Vec::new();
        let mut used = first;
        for line in lines.iter().skip(first) {
            if let Some(found) = service(line) {
                if services.len() < MOST_ROWS {
                    services.push(found);
                }
            } else if !is_heading(line)
                && !line.text.contains("Service = ")
                && !line.text.starts_with("Primary Node")
            {
                break;
            }
            used += 1;
        }
        let found = Appliance { services: Some(services), ..Appliance::default() };
        Some(CommandReading::of(CommandContent::Appliance(found), used))
    }
}

fn service(line: &Line<'_>) -> Option<ApplianceService> {
    let (name, rest) = line.text.trim().split_once('[')?;
    let (state, remark) = rest.split_once(']')?;
    let is_state = state.trim().len() > 4
        && state.trim().len() == state.len()
        && state.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ');
    // `2026-11-21 19:38:34 [INFO ](com.example.Config) text` is a line of a log
    let is_name = name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.len() < 80
        && !name.contains(['=', '{', '"', '<'])
        && !is_like_log(line.text)
        && (remark.is_empty() || remark.starts_with(' '));
    (is_state && is_name).then(|| ApplianceService {
        name: name.trim().to_owned(),
        state: state.to_owned(),
        is_inactive: remark.contains("Not Activated") || remark.contains("Commanded Out of Service"),
        line: line.number,
    })
}

/// The reader of `show status`.
pub(super) struct Status;

impl CommandReader for Status {
    fn name(&self) -> &'static str {
        "show status"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let value = |label: &str, line: &Line<'_>| {
            let (name, value) = line.text.split_once(':')?;
            (name.trim() == label).then(|| value.trim().to_owned())
        };
        let host = value("Host Name", lines.first()?).filter(|host| is_host(host))?;
        let find = |label: &str| lines.iter().take(20).find_map(|line| value(label, line));
        let version = find("Product Ver");
        let taken = find("Date");
        version.as_ref().or(taken.as_ref())?;
        let uptime = lines
            .iter()
            .take(40)
            .map(|line| line.text.trim())
            .find(|line| line.contains(" up ") && line.contains("load average"));
        let end = lines.iter().take(60).rposition(|line| {
            ["Disk/", "Swap:", "Memory ", "Platform", "CPU ", "Time Zone"]
                .iter()
                .any(|word| line.text.trim_start().starts_with(word))
        });
        let used = end.map_or(1, |end| end + 1);
        let found = Appliance { version, uptime: uptime.map(str::to_owned), ..Appliance::default() };
        let reading = CommandReading::of(CommandContent::Appliance(found), used);
        Some(CommandReading { host: Some(host), taken, ..reading })
    }
}
