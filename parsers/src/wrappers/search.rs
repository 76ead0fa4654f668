//! `grep`, `rg`, `findstr` and `Select-String` over several files: the name of the file, with `-n` the number of the
//! line: `x.log:text`, `x.log:12:text`, `C:\logs\x.log:12:text`; lines of context have `-` instead of `:`.
//!
//! The number is another kind than none, because `x.log:12:14:46 text` may be a time of day.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `grep`.
pub(super) struct Search;

/// The wrapper `grep-n`.
pub(super) struct SearchNumbered;

/// Longest path in a prefix.
const PATH: usize = 400;

impl Wrapper for Search {
    fn name(&self) -> &'static str {
        "grep"
    }

    fn title(&self) -> &'static str {
        "grep, rg, findstr over several files"
    }

    fn example(&self) -> &'static str {
        "logs/first.log:"
    }

    fn split<'l>(&self, line: &'l [u8], context: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        parts(line, context, Some)
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        is_noise(line)
    }

    fn is_selection(&self) -> bool {
        true
    }
}

impl Wrapper for SearchNumbered {
    fn name(&self) -> &'static str {
        "grep-n"
    }

    fn title(&self) -> &'static str {
        "grep -n, rg -n, findstr /n over several files"
    }

    fn example(&self) -> &'static str {
        r"C:\logs\first.log:12:"
    }

    fn split<'l>(&self, line: &'l [u8], context: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        parts(line, context, number)
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        is_noise(line)
    }

    fn is_selection(&self) -> bool {
        true
    }
}

/// `--` between groups of context, and files that are not text.
fn is_noise(line: &[u8]) -> bool {
    line == b"--" || line.starts_with(b"Binary file ") && line.ends_with(b" matches")
}

/// The text after `12:` or `12-`.
pub(super) fn number(rest: &[u8]) -> Option<&[u8]> {
    let digits = rest.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
    let after = rest.get(digits..)?;
    (digits > 0).then(|| after.strip_prefix(b":").or_else(|| after.strip_prefix(b"-")))?
}

/// Splits after the name; `after` takes off what is between the separator and the text.
fn parts<'l>(
    line: &'l [u8],
    context: &WrapperContext<'_>,
    after: fn(&'l [u8]) -> Option<&'l [u8]>,
) -> Option<Unwrapped<'l>> {
    let unwrapped = |end: usize| {
        let (name, rest) = line.split_at(end);
        Some(Unwrapped { host: b"", name, text: after(rest.get(1..)?)? })
    };
    // the file of the line before, which also finds lines of context
    if !context.last.is_empty()
        && line.starts_with(context.last)
        && matches!(line.get(context.last.len()), Some(b':' | b'-'))
        && let Some(found) = unwrapped(context.last.len())
    {
        return Some(found);
    }
    let head = line.get(..PATH).unwrap_or(line);
    // the drive of a path of Windows
    let drive =
        usize::from(matches!(head, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())) * 2;
    let colon = drive + memchr::memchr(b':', head.get(drive..)?).unwrap_or(head.len() - drive);
    if colon < head.len()
        && is_path(head.get(..colon)?)
        && let Some(found) = unwrapped(colon)
        && (is_log(found.name) || (context.begins)(found.text))
    {
        return Some(found);
    }
    // a line of context before the first match of its file: only where a known layout follows
    let dashes = memchr::memchr_iter(b'-', head).filter(|end| is_path(head.get(..*end).unwrap_or_default()));
    dashes.filter_map(unwrapped).find(|found| (context.begins)(found.text))
}

/// Returns whether a name is one of a log: with an ending or a folder, and without characters that no path has. A time
/// or a word of a sentence is not.
fn is_path(name: &[u8]) -> bool {
    let base = name.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(name);
    let has_folder = base.len() < name.len();
    let is_sound = |byte: &u8| *byte >= b' ' && !b"\"<>|*?[]=,;@%".contains(byte);
    let dot = memchr::memrchr(b'.', base);
    let has_ending = dot.is_some_and(|dot| {
        dot > 0
            && dot + 1 < base.len()
            && base.get(dot + 1..).is_some_and(|end| {
                end.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_#{}".contains(byte))
            })
    });
    !base.is_empty()
        && base.iter().any(u8::is_ascii_alphabetic)
        && name.iter().all(is_sound)
        // names with spaces exist, but only as folders of Windows
        && !base.contains(&b' ')
        && (has_ending || has_folder)
        && name.first() != Some(&b' ')
}

/// Returns whether a name can only be that of a file. `java.lang.Error: text` is none.
fn is_log(name: &[u8]) -> bool {
    const ENDINGS: &[&[u8]] = &[b".log", b".out", b".txt", b".trc", b".err"];
    let contains = |ending: &&[u8]| memchr::memmem::find(name, ending).is_some();
    name.iter().any(|byte| matches!(byte, b'/' | b'\\')) || ENDINGS.iter().any(contains)
}
