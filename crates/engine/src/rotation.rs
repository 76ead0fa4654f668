//! Files that are one log, cut where it was rotated: the lines at the top of one that belong to the last message of the
//! one before.

use std::collections::BTreeMap;

use spoglight_parsers::Format;

use crate::scanned::ScannedSource;
use spoglight_source::Source;
use spoglight_text::source_path::file_name;

/// Gives the lines before the first message of a file to the last message of the file that was written before it.
pub(super) fn join(sources: &[Source], scanned: &mut [ScannedSource<'_>]) {
    let mut sets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        sets.entry(log_of(&source.path)).or_default().push(index);
    }
    for set in sets.into_values().filter(|set| set.len() > 1) {
        // by time, because which number is the older differs from one logger to the next
        let first = |index: usize| scanned.get(index)?.tally.get().first.map(|stamp| (stamp.order(), index));
        let mut set: Vec<(i64, usize)> = set.into_iter().filter_map(first).collect();
        set.sort_unstable();
        for pair in set.windows(2) {
            let &[(_, before), (_, after)] = pair else { continue };
            if scanned.get(after).is_none_or(|one| one.tally.get().lead == 0) {
                continue;
            }
            let closing = scanned.get(before).and_then(|one| one.tally.get().closing());
            let format = |index: usize| scanned.get(index).and_then(|one| one.format).map(Format::name);
            let is_one = format(before) == format(after);
            if is_one && let Some(one) = scanned.get_mut(after) {
                let mark = one.charset.as_ref().map_or(0, |charset| charset.mark);
                one.tally.change(|tally| tally.adopt_lead(closing, mark));
            }
        }
    }
}

/// Endings of files that hold one compressed file. Their paths do not name it.
const COMPRESSED: &[&str] = &["gz", "bz2", "xz", "zst", "lz4", "lzma", "z"];

/// Endings of archives.
const ARCHIVES: &[&str] = &["zip", "7z", "tar", "tgz", "rar", "tar.gz"];

/// The name that the files of one log share: without a number or a date at its end, and without the archive that holds
/// only this file.
pub fn log_of(path: &str) -> &str {
    parts(path).0
}

/// The number of a rotated file: 0 is the file without one; `None` for a date.
pub fn number_of(path: &str) -> Option<u32> {
    match parts(path).1 {
        Ending::Number(number) => Some(number),
        Ending::None => Some(0),
        Ending::Date => None,
    }
}

/// The end of the name of a rotated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    None,
    Number(u32),
    Date,
}

fn parts(path: &str) -> (&str, Ending) {
    if let Some((archive, entry)) = path.rsplit_once('!') {
        return packed(archive, entry).unwrap_or_else(|| split(path));
    }
    let bare = without(path, COMPRESSED).filter(|bare| split(bare).1 != Ending::None || is_log(bare));
    split(bare.unwrap_or(path))
}

/// The parts of a file in an archive that is named after it: `x.log.2.zip!x.log.2`, or `x.log.2.zip!x.log`.
fn packed<'p>(archive: &'p str, entry: &str) -> Option<(&'p str, Ending)> {
    let (base, of_archive) = split(without(archive, ARCHIVES)?);
    let (name, of_entry) = split(file_name(entry));
    (file_name(base) == name).then_some((base, if of_entry == Ending::None { of_archive } else { of_entry }))
}

/// A path without the ending of an archive.
fn without<'p>(path: &'p str, endings: &[&str]) -> Option<&'p str> {
    let has = |ending: &&str| {
        let at = path.len().checked_sub(ending.len() + 1)?;
        let end = path.get(at..)?.strip_prefix('.')?;
        end.eq_ignore_ascii_case(ending).then(|| path.get(..at)).flatten()
    };
    endings.iter().rev().find_map(has)
}

fn is_log(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("log"))
}

/// Splits a name before its number, which may be `.12`, `.#12` or `.{12}`, or before its date.
fn split(path: &str) -> (&str, Ending) {
    let Some((base, end)) = path.rsplit_once('.') else { return (path, Ending::None) };
    if is_date(end) {
        return (base, Ending::Date);
    }
    // `x.log-20261122`
    if let Some((name, day)) = path.rsplit_once('-')
        && is_log(name)
        && day.len() == 8
        && day.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (name, Ending::Date);
    }
    let inner = end.strip_prefix('#').or_else(|| end.strip_prefix('{')?.strip_suffix('}')).unwrap_or(end);
    let is_number = inner.len() <= 4 && inner.bytes().all(|byte| byte.is_ascii_digit());
    match inner.parse() {
        // several files of a day: `x.log.2026-11-20.1`
        Ok(_) if is_number && base.rsplit_once('.').is_some_and(|(_, end)| is_date(end)) => {
            (split(base).0, Ending::Date)
        }
        Ok(number) if is_number => (base, Ending::Number(number)),
        _ => (path, Ending::None),
    }
}

/// Returns whether the end of a name is a date, perhaps with the number of a file of that day: `2026-11-20-1`.
fn is_date(end: &str) -> bool {
    let is_day = |day: &str| day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let Some((day, number)) = end.split_at_checked(10) else { return false };
    let number = number
        .strip_prefix(['-', '_'])
        .filter(|number| !number.is_empty())
        .or(number.is_empty().then_some(""));
    is_day(day)
        && number.is_some_and(|number| number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{log_of, number_of};

    #[test]
    fn names_of_rotated_files() {
        for (path, name, number) in [
            ("logs/eg_log_A_B.log.12", "logs/eg_log_A_B.log", Some(12)),
            ("logs/eg_log_A_B.log", "logs/eg_log_A_B.log", Some(0)),
            ("logs/eg_log_A_B.log.{3}", "logs/eg_log_A_B.log", Some(3)),
            ("logs/eg_log_A_B.log.#3", "logs/eg_log_A_B.log", Some(3)),
            ("logs/eg_log_A_B.log.3.gz", "logs/eg_log_A_B.log", Some(3)),
            ("logs/eg_log_A_B.log.gz", "logs/eg_log_A_B.log", Some(0)),
            ("logs/eg_log_A_B.log.2.zip!eg_log_A_B.log.2", "logs/eg_log_A_B.log", Some(2)),
            ("logs/eg_log_A_B.log.2.ZIP!D/logs/eg_log_A_B.log", "logs/eg_log_A_B.log", Some(2)),
            ("logs/eg_log_A_B.zip!eg_log_A_B.log.1", "logs/eg_log_A_B.zip!eg_log_A_B.log", Some(1)),
            ("case.zip!logs/eg_log_A_B.log.2", "case.zip!logs/eg_log_A_B.log", Some(2)),
            ("case.zip!logs/eg_log_A_B.log.{2}", "case.zip!logs/eg_log_A_B.log", Some(2)),
            ("server.log.2026-11-20", "server.log", None),
            ("server.log.2026-11-20.gz", "server.log", None),
            ("server.log.2026-11-20-1.gz", "server.log", None),
            ("server.log.2026-11-20.12", "server.log", None),
            ("server.log-20261120.gz", "server.log", None),
            ("l/eg_log_A_B.log.4999.zip!eg_log_A_B.log", "l/eg_log_A_B.log", Some(4999)),
            ("case.zip!l/eg_log_A_B.log.3.zip!eg_log_A_B.log", "case.zip!l/eg_log_A_B.log", Some(3)),
            ("l/eg_log_A_B.log.2026-11-20-1.zip!eg_log_A_B.log", "l/eg_log_A_B.log", None),
            ("l/eg_log_A_B.log.zip!eg_log_A_B.log", "l/eg_log_A_B.log", Some(0)),
            ("grep.txt!l/eg_log_A_B.log.2", "grep.txt!l/eg_log_A_B.log", Some(2)),
            ("x.log.2026-11-20-12345", "x.log.2026-11-20-12345", Some(0)),
            ("x.log.2026-11-20-", "x.log.2026-11-20-", Some(0)),
            ("catalina.2026-11-20.log", "catalina.2026-11-20.log", Some(0)),
            ("dump.gz", "dump.gz", Some(0)),
            ("a.b/noend", "a.b/noend", Some(0)),
            ("x.{}", "x.{}", Some(0)),
        ] {
            assert_eq!((log_of(path), number_of(path)), (name, number), "{path}");
        }
    }
}
