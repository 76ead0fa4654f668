//! A pasted log that is indented as a whole.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `indent`.
pub(super) struct Indent;

impl Wrapper for Indent {
    fn name(&self) -> &'static str {
        "indent"
    }

    fn title(&self) -> &'static str {
        "indented paste"
    }

    fn example(&self) -> &'static str {
        "    "
    }

    fn split<'l>(&self, line: &'l [u8], context: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let text = line.trim_ascii_start();
        if text.is_empty() {
            return Some(Unwrapped { text, ..Unwrapped::default() });
        }
        let depth = line.len() - text.len();
        if depth == 0 || !matches!(line.first(), Some(b' ' | b'\t')) {
            return None;
        }
        if (context.begins)(text) {
            // the name of an indented line is the indentation itself, which the lines below it share
            return Some(Unwrapped { name: line.get(..depth)?, text, ..Unwrapped::default() });
        }
        let own = if line.starts_with(context.last) { context.last.len() } else { depth };
        Some(Unwrapped { name: line.get(..own)?, text: line.get(own..)?, ..Unwrapped::default() })
    }

    fn names_sources(&self) -> bool {
        false
    }
}
