//! Updates of Windows that outputs of commands list, as a fact of each server.

use std::collections::BTreeMap;

use spoglight_artifacts::{CommandContent, InstalledUpdate};

use crate::check::{CheckInput, SHOWN_FAULTS};
use crate::outputs::outputs;

/// A sentence on the updates of each server; `None` if no output lists any.
pub(super) fn listed(collection: &CheckInput<'_>) -> Option<String> {
    let mut servers: BTreeMap<&str, (usize, Option<&InstalledUpdate>, String)> = BTreeMap::new();
    for output in outputs(collection) {
        let updates = match &output.shown.content {
            CommandContent::Updates(updates) => updates,
            CommandContent::System(system) => &system.updates,
            _ => continue,
        };
        let Some(newest) = updates.iter().max_by_key(|update| number(update)) else { continue };
        let place = format!("{}:{}", output.source.path, newest.line);
        let known =
            servers.entry(output.host.unwrap_or("an unknown server")).or_insert((0, None, String::new()));
        // the longest list of a server counts
        if updates.len() > known.0 {
            *known = (updates.len(), Some(newest), place);
        }
    }
    let sentence = |(host, (count, newest, place)): (&&str, &(usize, Option<&InstalledUpdate>, String))| {
        let newest = (*newest)?;
        let when = newest.installed.as_deref().map_or_else(String::new, |day| format!(" of {day}"));
        Some(format!("{host}: {count} updates of Windows, the highest {}{when} ({place})", newest.id))
    };
    let sentences: Vec<String> = servers.iter().filter_map(sentence).take(SHOWN_FAULTS).collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

/// The number of an update: later ones have higher numbers.
fn number(update: &InstalledUpdate) -> u64 {
    update.id.trim_start_matches("KB").parse().unwrap_or_default()
}
