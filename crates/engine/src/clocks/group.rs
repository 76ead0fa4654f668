//! [`Group`]: the evidence of zones in the sources of one folder, or of one server.

use std::collections::BTreeMap;

use spoglight_parsers::{ClockSource, Format};
use spoglight_text::source_path::file_name;
use spoglight_time::ZoneConfidence;
use spoglight_time::candidates::Observation;
use spoglight_time::zone::offset_name;

use crate::tally::Tally;

/// Evidence of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) observations: Vec<Observation>,
    /// Its origin, as text for people.
    pub(super) told: String,
    pub(super) confidence: Option<ZoneConfidence>,
}

/// Evidence from the sources of one folder, or of one server.
#[derive(Debug, Default)]
pub(super) struct Group<'s> {
    /// Offsets in lines, by the clock that they are of, and one file that has them.
    offsets: [Vec<Observation>; ClockSource::COUNT],
    offset_file: Option<&'s str>,
    /// Zones that lines give the program by name, and one file that does.
    pub(super) named: BTreeMap<String, &'s str>,
    /// Zones that events give the system by name, and one file that does.
    pub(super) system: BTreeMap<String, &'s str>,
    /// Its sources.
    pub(super) members: Vec<usize>,
}

impl<'s> Group<'s> {
    /// Adds a source, by its index.
    pub(super) fn add(&mut self, index: usize, path: &'s str, format: Option<&dyn Format>, tally: &Tally) {
        self.members.push(index);
        for (name, _) in tally.named_zones.iter() {
            self.named.entry(name.to_owned()).or_insert(path);
        }
        for (name, _) in tally.system_zones.iter() {
            self.system.entry(name.to_owned()).or_insert(path);
        }
        if format.and_then(Format::offset_doubt).is_some() {
            return;
        }
        for written in tally.offsets.iter() {
            // a format that is always in UTC is no evidence; with another offset it is
            let of = match written.of {
                ClockSource::Nowhere if written.east == 0 => continue,
                ClockSource::Nowhere => ClockSource::Program,
                of => of,
            };
            for utc in
                [written.first].into_iter().chain((written.first != written.last).then_some(written.last))
            {
                let new = Observation { utc, east: written.east };
                // a hundred thousand copies are one
                if let Some(seen) = self.offsets.get_mut(of as usize)
                    && seen.last() != Some(&new)
                {
                    seen.push(new);
                }
            }
            self.offset_file.get_or_insert(path);
        }
    }

    /// The offsets in lines, of one clock; `place` names the folder or server.
    pub(super) fn seen(&self, of: ClockSource, place: &str) -> Seen {
        let mut observations = self.offsets.get(of as usize).cloned().unwrap_or_default();
        observations.sort_unstable();
        observations.dedup();
        let file = self.offset_file.map_or("", file_name);
        let told = format!("offsets that {file} of {place} writes ({})", offsets(&observations));
        Seen { observations, told, confidence: Some(ZoneConfidence::Likely) }
    }
}

/// The different offsets of some observations.
fn offsets(seen: &[Observation]) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in seen.iter().map(|seen| offset_name(seen.east)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}
