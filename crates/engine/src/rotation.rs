//! Files that are one log, cut where it was rotated: the lines at the top of one that belong to the last message of the
//! one before.

use std::collections::BTreeMap;

use spoglight_parsers::Format;

use crate::scanned::ScannedSource;
use spoglight_source::Source;

/// Gives the lines before the first message of a file to the last message of the file that was written before it.
pub(super) fn join(sources: &[Source], scanned: &mut [ScannedSource<'_>]) {
    let mut sets: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        sets.entry(log_of(&source.path)).or_default().push(index);
    }
    for mut set in sets.into_values().filter(|set| set.len() > 1) {
        // by time, because which number is the older differs from one logger to the next
        let order =
            |index: &usize| scanned.get(*index).and_then(|one| one.tally.first).map(|stamp| stamp.order());
        set.retain(|index| order(index).is_some());
        set.sort_by_key(order);
        for pair in set.windows(2) {
            let &[before, after] = pair else { continue };
            let closing = scanned.get(before).and_then(|one| one.tally.closing);
            let format = |index: usize| scanned.get(index).and_then(|one| one.format).map(Format::name);
            let is_one = format(before) == format(after);
            if is_one && let Some(one) = scanned.get_mut(after) {
                let mark = one.charset.as_ref().map_or(0, |charset| charset.mark);
                one.tally.adopt_lead(closing, mark);
            }
        }
    }
}

/// The name that the files of one log share: without a number or a date at its end.
pub fn log_of(path: &str) -> &str {
    let Some((base, end)) = path.rsplit_once('.') else { return path };
    let is_date = end.len() == 10 && end.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_number = !end.is_empty() && end.len() <= 4 && end.bytes().all(|byte| byte.is_ascii_digit());
    if is_date || is_number { base } else { path }
}

#[cfg(test)]
mod tests {
    use super::log_of;

    #[test]
    fn names_of_rotated_files() {
        for (path, name) in [
            ("logs/eg_log_A_B.log.12", "logs/eg_log_A_B.log"),
            ("logs/eg_log_A_B.log", "logs/eg_log_A_B.log"),
            ("server.log.2026-11-20", "server.log"),
            ("catalina.2026-11-20.log", "catalina.2026-11-20.log"),
            ("a.b/noend", "a.b/noend"),
        ] {
            assert_eq!(log_of(path), name);
        }
    }
}
