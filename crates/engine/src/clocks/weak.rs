//! Weak evidence of zones: lines of two servers about the same event, modification times of files, and the machines that
//! packed them.

use std::collections::BTreeMap;

use super::{Group, Seen, Survey};
use crate::scanned::ScannedSource;
use spoglight_source::Source;
use spoglight_text::source_path::file_name;
use spoglight_time::candidates::Observation;
use spoglight_time::units::SECOND;
use spoglight_time::{SourceTime, ZoneConfidence};

/// Nanoseconds of the steps in which zones differ.
const QUARTER: i64 = 900 * SECOND;

/// Seconds east and west of UTC that a zone may be.
const EAST: std::ops::RangeInclusive<i64> = -12 * 3600..=14 * 3600;

/// Maximum time between two writings of an identifier, in nanoseconds, including the difference of their clocks.
const WAY: i64 = 90 * SECOND;

/// Messages with an identifier above which it is not that of one request.
const RARE: u32 = 12;

/// Identifiers that must agree.
const ENOUGH: usize = 3;

/// Nanoseconds that may be between two lines of which one shows the time of the other.
const NEAR: i64 = 120 * SECOND;

/// Nanoseconds by which a file may be written before and after the time of its last line.
const BEFORE: i64 = 2 * SECOND;
const AFTER: i64 = 15 * SECOND;

/// The offset that is nearest to the difference of wall clock time and a moment, and the remainder; `None` if no zone can
/// have it.
fn offset_between(wall: i64, utc: i64) -> Option<(i32, i64)> {
    let apart = wall.checked_sub(utc)?;
    let east = (apart + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
    let seconds = east / SECOND;
    EAST.contains(&seconds).then(|| (seconds as i32, apart - east))
}

/// Identifiers that a server in a known zone wrote, too.
pub(super) fn identifiers(group: &Group<'_>, survey: &Survey<'_>) -> Seen {
    let mut votes: BTreeMap<i32, Vec<Observation>> = BTreeMap::new();
    for one in group.members.iter().filter_map(|index| survey.scanned.get(*index)) {
        for (id, local) in one.tally.get().local_ids.iter() {
            let Some(known) = survey.ids.get(id).filter(|known| known.count <= RARE && local.count <= RARE)
            else {
                continue;
            };
            if let Some((east, left)) = offset_between(local.first, known.first)
                && left.abs() <= WAY
            {
                votes.entry(east).or_default().push(Observation { utc: known.first, east });
            }
        }
    }
    let all: usize = votes.values().map(Vec::len).sum();
    votes.retain(|_, votes| votes.len() >= ENOUGH);
    let agreeing: usize = votes.values().map(Vec::len).sum();
    // two offsets are two halves of the year, and most must be one of them
    if votes.len() > 2 || agreeing * 3 < all * 2 {
        return Seen::default();
    }
    // the ends of each are enough
    let mut observations: Vec<Observation> = votes.into_values().flat_map(ends).collect();
    observations.sort_unstable();
    Seen {
        told: format!("{agreeing} identifiers that a server in a known zone wrote at the same time"),
        observations,
        confidence: Some(if agreeing > ENOUGH { ZoneConfidence::Likely } else { ZoneConfidence::Possible }),
    }
}

fn ends(mut seen: Vec<Observation>) -> Vec<Observation> {
    seen.sort_unstable();
    let ends: Vec<Observation> = seen.first().into_iter().chain(seen.last()).copied().collect();
    ends
}

/// Modification times of files in UTC, where they are those of their last lines: a copy that did not keep them is no
/// evidence.
pub(super) fn written(
    sources: &[Source],
    scanned: &[ScannedSource<'_>],
    packers: &BTreeMap<&str, Vec<Observation>>,
) -> Vec<Option<i64>> {
    let utc = |source: &Source| {
        source.written.utc().or_else(|| {
            // the wall clock of the machine that packed it, whose offset that day other entries show
            let wall = source.written.packer()?;
            let seen = packers.get(archive(&source.path)?)?;
            let near = seen.iter().min_by_key(|seen| (seen.utc - wall).abs())?;
            Some(wall - i64::from(near.east) * SECOND)
        })
    };
    let written: Vec<Option<i64>> = sources.iter().map(utc).collect();
    // compare with the time of the last line, if its zone is known
    let (mut right, mut wrong) = (0, 0);
    for (one, written) in scanned.iter().zip(&written) {
        let known = one.tally.get().closing().and_then(|at| at.stamp.utc());
        if let (Some(last), Some(written)) = (known, written) {
            let is_right = (-BEFORE..=AFTER).contains(&(written - last));
            *(if is_right { &mut right } else { &mut wrong }) += 1;
        }
    }
    if wrong > right { vec![None; sources.len()] } else { written }
}

/// Modification times of files of a server, against their last lines.
pub(super) fn file_times(group: &Group<'_>, survey: &Survey<'_>) -> Seen {
    let mut votes: BTreeMap<i32, Vec<Observation>> = BTreeMap::new();
    let mut file = "";
    let mut asked = 0;
    for index in &group.members {
        let (Some(source), Some(one)) = (survey.sources.get(*index), survey.scanned.get(*index)) else {
            continue;
        };
        let closing = one.tally.get().closing().filter(|at| at.stamp.offset.is_none());
        let (Some(SourceTime { stamp, .. }), Some(Some(written))) = (closing, survey.written.get(*index))
        else {
            continue;
        };
        asked += 1;
        if let Some((east, left)) = offset_between(stamp.wall, *written)
            && (-BEFORE..=AFTER).contains(&-left)
        {
            file = &source.path;
            votes.entry(east).or_default().push(Observation { utc: *written, east });
        }
    }
    let agreeing: usize = votes.values().map(Vec::len).sum();
    if votes.len() > 2 || agreeing == 0 || agreeing * 3 < asked * 2 {
        return Seen::default();
    }
    let mut observations: Vec<Observation> = votes.into_values().flatten().collect();
    observations.sort_unstable();
    let told = match agreeing {
        1 => format!("{} was written last at the time of its last line", file_name(file)),
        more => format!(
            "{more} files such as {} were written last at the times of their last lines",
            file_name(file)
        ),
    };
    let confidence = if agreeing > 1 { ZoneConfidence::Likely } else { ZoneConfidence::Possible };
    Seen { observations, told, confidence: Some(confidence) }
}

/// Evidence from a timestamp that was written right after a moment.
pub(super) fn beside(at: &SourceTime, before: i64) -> Option<Observation> {
    let (east, left) = offset_between(at.stamp.wall, before)?;
    (left.abs() <= NEAR).then_some(Observation { utc: before, east })
}

/// The archive that contains a source.
fn archive(path: &str) -> Option<&str> {
    path.rsplit_once('!').map(|(archive, _)| archive)
}

/// The UTC offsets of the machines that packed zips, by the name of the archive: from entries that have their time both in
/// wall clock time and in UTC, or whose last line has it in UTC. Entries that all have the time of the packing are no
/// evidence.
pub(super) fn packers<'s>(
    sources: &'s [Source],
    scanned: &[ScannedSource<'_>],
) -> BTreeMap<&'s str, Vec<Observation>> {
    let mut packers: BTreeMap<&str, Vec<Observation>> = BTreeMap::new();
    for (source, one) in sources.iter().zip(scanned) {
        let (Some(archive), Some(wall)) = (archive(&source.path), source.written.packer()) else { continue };
        let last = one.tally.get().closing().and_then(|at| at.stamp.utc());
        let Some(utc) = source.written.utc().or(last) else { continue };
        if let Some((east, left)) = offset_between(wall, utc)
            && (-BEFORE..=AFTER).contains(&left)
        {
            packers.entry(archive).or_default().push(Observation { utc, east });
        }
    }
    packers.retain(|_, seen| {
        seen.sort_unstable();
        // one line that fits may be chance, and a time that all entries share is the time of packing
        let ends = seen.first().zip(seen.last());
        ends.is_some_and(|(first, last)| last.utc - first.utc > AFTER * 4)
    });
    packers
}

/// The zone of the machine that packed the files of a server: often the server itself. UTC is no evidence, because
/// machines that only store archives use it.
pub(super) fn packer(group: &Group<'_>, survey: &Survey<'_>) -> Seen {
    let mut archives = group.members.iter().filter_map(|index| archive(&survey.sources.get(*index)?.path));
    let Some((archive, observations)) = archives.find_map(|name| survey.packers.get_key_value(name)) else {
        return Seen::default();
    };
    if observations.iter().all(|seen| seen.east == 0) {
        return Seen::default();
    }
    Seen {
        observations: observations.clone(),
        told: format!("{} was packed on a machine in that zone, if that was the server", file_name(archive)),
        confidence: Some(ZoneConfidence::Possible),
    }
}
