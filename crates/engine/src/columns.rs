//! Columns: the lines of a file that name the columns of the events below them, as `#Fields:` does in the logs of IIS.

use memchr::memmem;
use spoglight_parsers::formats::FormatSet;
use spoglight_text::messages::HEAD;

/// Positions in a block at which lines begin that name columns in one of the formats of a source, in ascending order.
pub fn named(mix: &FormatSet<'_>, bytes: &[u8]) -> Vec<usize> {
    let mut starts: Vec<usize> = words(mix).flat_map(|word| starts(bytes, word)).collect();
    starts.sort_unstable();
    starts
}

/// The line that names the columns of an event which begins at `start` of a block: the last one above it in the block, whose
/// positions are `named`, or else `carried`, the last one before the block.
pub fn of_event<'b>(
    bytes: &'b [u8],
    start: usize,
    named: &[usize],
    carried: Option<&'b [u8]>,
) -> Option<&'b [u8]> {
    let above = named.partition_point(|at| *at < start).checked_sub(1);
    above.and_then(|last| line_at(bytes, *named.get(last)?)).or(carried)
}

/// The last line of a block that names columns.
pub(crate) fn last<'b>(mix: &FormatSet<'_>, bytes: &'b [u8]) -> Option<&'b [u8]> {
    // forward, because that is the fast way, and most blocks have none
    let last = words(mix).filter_map(|word| starts(bytes, word).last()).max()?;
    line_at(bytes, last)
}

/// The words with which such lines begin.
fn words<'a>(mix: &'a FormatSet<'_>) -> impl Iterator<Item = &'static [u8]> + 'a {
    (0..mix.count()).filter_map(|place| mix.format(place).columns())
}

fn starts<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let is_start = |at: &usize| *at == 0 || bytes.get(at - 1) == Some(&b'\n');
    memmem::find_iter(bytes, word).filter(is_start)
}

fn line_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let line = bytes.get(at..)?;
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len()).min(HEAD);
    Some(line.get(..end)?.trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_parsers::formats::ALL;

    #[test]
    fn the_columns_of_an_event_are_those_named_last_above_it() {
        let text = b"#Fields: a b\r\n1 2\r\n#Fields: c\r\n3\r\n x #Fields: d\r\n4\r\n";
        let iis = ALL.iter().copied().filter(|format| format.columns().is_some()).collect::<Vec<_>>();
        let mix = FormatSet::new(&iis, b"#Fields: date time s-ip\n2026-11-21 10:00:00 10.0.0.1\n");
        let at = |needle: &str| String::from_utf8_lossy(text).find(needle).unwrap_or(0);
        let named = named(&mix, text);
        let of = |start| of_event(text, start, &named, Some(b"before"));
        assert_eq!(of(at("1 2")), Some(&b"#Fields: a b"[..]));
        assert_eq!(of(at("4")), Some(&b"#Fields: c"[..]));
        assert_eq!(of(0), Some(&b"before"[..]));
        assert_eq!(of_event(b"x\n1", 2, &[], None), None);
        assert_eq!(last(&mix, text), Some(&b"#Fields: c"[..]));
        assert_eq!(last(&mix, b"x\n1"), None);
    }
}
