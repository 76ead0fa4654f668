//! Installed updates of Windows: `Get-HotFix`, `wmic qfe`, and the list in `systeminfo`.
//!
//! The names of the columns are English everywhere. An update that is not in a list may still be installed: a cumulative
//! one replaces those before it, and `systeminfo` breaks its list off after some 240.

use serde::Serialize;

use super::console::{Echo, Line, is_host};
use super::table;
use super::{CommandContent, CommandReader, CommandReading, MOST_ROWS};

/// An installed update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstalledUpdate {
    /// Its number, such as `KB5031361`.
    pub id: String,
    /// Day of the installation, as it is written, if it is shown.
    pub installed: Option<String>,
    /// Line number, counted from 1.
    pub line: usize,
}

/// Returns whether a word is the number of an update.
pub(super) fn is_update(word: &str) -> bool {
    word.strip_prefix("KB").is_some_and(|digits| {
        matches!(digits.len(), 6..=8) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The update in a line of `systeminfo`: `[01]: KB4532947`.
pub(super) fn listed(line: &Line<'_>) -> Option<InstalledUpdate> {
    let (mark, id) = line.text.trim().split_once("]: ")?;
    let is_number = mark.strip_prefix('[')?.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && is_update(id.trim())).then(|| InstalledUpdate {
        id: id.trim().to_owned(),
        installed: None,
        line: line.number,
    })
}

/// The reader of `Get-HotFix` and `wmic qfe`.
pub(super) struct HotFixes;

impl CommandReader for HotFixes {
    fn name(&self) -> &'static str {
        "Get-HotFix"
    }

    fn read(&self, lines: &[Line<'_>], _echo: &Echo<'_>) -> Option<CommandReading> {
        let found = table::rows(lines, &["hotfixid"], MOST_ROWS)?;
        let update = |row: &table::Row| {
            let id = row.value(&["hotfixid"]).filter(|id| is_update(id))?;
            let installed = row.value(&["installedon"]).map(|text| {
                // the time is always midnight
                text.split_whitespace().next().unwrap_or(text).to_owned()
            });
            Some(InstalledUpdate { id: id.to_owned(), installed, line: row.line })
        };
        let updates: Vec<InstalledUpdate> = found.rows.iter().filter_map(update).collect();
        if updates.is_empty() {
            return None;
        }
        let mut hosts = found
            .rows
            .iter()
            .filter_map(|row| row.value(&["csname", "__server", "source", "pscomputername"]));
        let host = hosts.next().filter(|host| is_host(host) && !host.ends_with("...")).map(str::to_owned);
        Some(CommandReading { host, ..CommandReading::of(CommandContent::Updates(updates), found.used) })
    }
}
