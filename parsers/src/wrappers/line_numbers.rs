//! Numbers of lines: `grep -n` and `findstr /n` of one file (`12:text`), `cat -n` and `nl` (`    12  text`).

use super::search::number;
use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `line-numbers`.
pub(super) struct LineNumbers;

impl Wrapper for LineNumbers {
    fn name(&self) -> &'static str {
        "line-numbers"
    }

    fn title(&self) -> &'static str {
        "grep -n, findstr /n of one file, cat -n"
    }

    fn example(&self) -> &'static str {
        "12:"
    }

    fn split<'l>(&self, line: &'l [u8], context: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let after = line.trim_ascii_start();
        let digits = after.iter().take(12).take_while(|byte| byte.is_ascii_digit()).count();
        let text = match (digits, after.get(digits..)?) {
            (0, _) => return None,
            (_, [b'\t', text @ ..]) => text,
            _ if after.len() < line.len() => return None,
            _ => number(line)?,
        };
        // the year of a timestamp is not the number of a line of context
        if (context.begins)(line) {
            return None;
        }
        Some(Unwrapped { text, ..Unwrapped::default() })
    }

    fn is_noise(&self, line: &[u8]) -> bool {
        line == b"--"
    }

    fn is_selection(&self) -> bool {
        true
    }
}
