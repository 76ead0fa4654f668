//! Name, zone, updates and addresses of a server: `systeminfo`, `tzutil /g`, `ipconfig /all`.

use serde::Serialize;

use super::console::{Echo, Line, is_host};
use super::updates::{InstalledUpdate, listed};
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// What an output shows of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SystemInfo {
    /// Its name.
    pub name: Option<String>,
    /// Its domain.
    pub domain: Option<String>,
    /// Its zone: the name of Windows as `tzutil` prints it, such as `W. Europe Standard Time`.
    pub zone_name: Option<String>,
    /// Its zone as `systeminfo` shows it: `(UTC+01:00) Amsterdam, Berlin, Bern`.
    pub zone_text: Option<String>,
    /// Its last start, as it is written.
    pub started: Option<String>,
    /// Updates of Windows that it lists.
    pub updates: Vec<InstalledUpdate>,
    /// Its IPv4 addresses.
    pub addresses: Vec<String>,
}

/// The reader of `systeminfo`. Its lines have the same order in every language.
pub(super) struct Systeminfo;

/// Lines from the first to that of the zone; the processors are in between.
const REACH: usize = 60;

impl CommandReader for Systeminfo {
    fn name(&self) -> &'static str {
        "systeminfo"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let value =
            |at: usize| lines.get(at)?.text.split_once([':', '\u{ff1a}']).map(|(_, value)| value.trim());
        // the name, the name of the system, its version, the manufacturer
        let name = value(0).filter(|name| is_host(name))?;
        value(1).filter(|system| system.starts_with("Microsoft "))?;
        value(2).filter(|version| version.starts_with(|one: char| one.is_ascii_digit()))?;
        value(3)?;
        let body = lines.iter().take_while(|line| !line.text.trim().is_empty());
        let used = body.count();
        let all = lines.get(..used.min(REACH)).unwrap_or_default();
        let zone = all.iter().find_map(|line| {
            let (_, text) = line.text.split_once([':', '\u{ff1a}'])?;
            let text = text.trim();
            (text.starts_with("(UTC") || text.starts_with("(GMT")).then(|| text.to_owned())
        });
        // install date, start: the tenth and the eleventh line
        let started = value(10).filter(|text| text.bytes().filter(u8::is_ascii_digit).count() > 6);
        let addresses = lines.get(..used).unwrap_or_default().iter().filter_map(|line| {
            let (mark, address) = line.text.trim().split_once("]: ")?;
            (mark.starts_with('[') && address.parse::<std::net::Ipv4Addr>().is_ok())
                .then(|| address.to_owned())
        });
        let info = SystemInfo {
            name: Some(name.to_owned()),
            zone_text: zone,
            started: started.map(str::to_owned),
            addresses: addresses.take(100).collect(),
            updates: lines
                .get(..used)
                .unwrap_or_default()
                .iter()
                .filter_map(listed)
                .take(MOST_ROWS)
                .collect(),
            ..SystemInfo::default()
        };
        let is_cut = info.zone_text.is_none();
        let reading = CommandReading::of(CommandContent::System(info), used).cut(is_cut);
        Some(CommandReading { host: Some(name.to_owned()), ..reading })
    }
}

/// The reader of `tzutil /g`: one line with a name.
pub(super) struct Tzutil;

/// Ends of the names of Windows, which are English everywhere.
const ENDS: &[&str] = &[" Standard Time", " Standard Time_dstoff"];

impl CommandReader for Tzutil {
    fn name(&self) -> &'static str {
        "tzutil /g"
    }

    fn read(&self, lines: &[Line<'_>], echo: &Echo<'_>) -> Option<CommandReading> {
        let line = lines.first()?.text.trim();
        let is_name = line.len() < 60
            && (ENDS.iter().any(|end| line.ends_with(end)) || line == "UTC" && echo.is("tzutil"))
            && line.chars().all(|one| one.is_ascii_alphanumeric() || " .-+()_".contains(one));
        // `C:\>tzutil /g` writes no end of line, so the next prompt may be in the same line
        is_name.then(|| {
            let info = SystemInfo { zone_name: Some(line.to_owned()), ..SystemInfo::default() };
            CommandReading::of(CommandContent::System(info), 1)
        })
    }
}

/// The reader of `ipconfig /all`. Its second block begins with the name of the server, and dots fill its labels.
pub(super) struct Ipconfig;

impl CommandReader for Ipconfig {
    fn name(&self) -> &'static str {
        "ipconfig /all"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let dotted = |line: &Line<'_>| {
            let (label, value) = line.text.split_once(':')?;
            let is_label = line.text.starts_with(' ') && (label.contains(" . .") || label.ends_with(". "));
            is_label.then(|| value.trim().to_owned())
        };
        let first = lines.iter().take(3).position(|line| dotted(line).is_some())?;
        let is_heading = |line: &Line<'_>| line.text.trim().is_empty() || line.text.contains("IP");
        if !lines.iter().take(first).all(is_heading) {
            return None;
        }
        let name = dotted(lines.get(first)?).filter(|name| is_host(name))?;
        let domain = lines.get(first + 1).and_then(dotted).filter(|domain| is_host(domain));
        let mut info = SystemInfo { name: Some(name.clone()), domain, ..SystemInfo::default() };
        let mut used = 0;
        let mut since_blank = 0;
        for (at, line) in lines.iter().enumerate() {
            let is_blank = line.text.trim().is_empty();
            let is_title = !is_blank && !line.text.starts_with(' ') && line.text.ends_with(':');
            let is_part = at < first || is_blank || is_title || line.text.starts_with("   ");
            if !is_part || since_blank > 2 {
                break;
            }
            since_blank = if is_blank { since_blank + 1 } else { 0 };
            if !is_blank {
                used = at + 1;
            }
            let Some(value) = dotted(line) else { continue };
            let address = value.split('(').next().unwrap_or_default().trim();
            let is_mask = address.starts_with("255.");
            // `192.0.2.10(Preferred)`; gateways and DNS servers have no brackets
            if value.contains('(')
                && !is_mask
                && address.parse::<std::net::Ipv4Addr>().is_ok()
                && info.addresses.len() < 100
            {
                info.addresses.push(address.to_owned());
            }
        }
        let reading = CommandReading::of(CommandContent::System(info), used.max(first + 1));
        Some(CommandReading { host: Some(name), ..reading })
    }
}
