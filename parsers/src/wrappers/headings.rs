//! Headings that name the file of the lines below them: `head` and `tail` of several files (`==> x.log <==`), `find` of
//! Windows (`---------- X.LOG`), `file search` of VOS (`Searching file: /var/log/active/x.log`).

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `headings`.
pub(super) struct Headings;

impl Wrapper for Headings {
    fn name(&self) -> &'static str {
        "headings"
    }

    fn title(&self) -> &'static str {
        "head, tail of several files, find of Windows, file search of VOS"
    }

    fn example(&self) -> &'static str {
        ""
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        Some(Unwrapped { text: line, ..Unwrapped::default() })
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        line.starts_with(b"Searching path: ") || line.starts_with(b"admin:file search ")
    }

    fn heading<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        let name = line
            .strip_prefix(b"==> ")
            .and_then(|rest| rest.strip_suffix(b" <=="))
            .or_else(|| line.strip_prefix(b"---------- "))
            .or_else(|| line.strip_prefix(b"Searching file: "))?
            .trim_ascii();
        let is_sound = |byte: &u8| *byte >= b' ' && !b"\"<>|*?".contains(byte);
        (!name.is_empty() && name.len() < 400 && name.iter().all(is_sound)).then_some(name)
    }

    fn has_headings(&self) -> bool {
        true
    }

    fn is_selection(&self) -> bool {
        true
    }
}
