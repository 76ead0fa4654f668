//! Lines in quotation marks, as a column of a table exported to CSV has them.

use super::{Unwrapped, Wrapper, WrapperContext};

/// The wrapper `quotation-marks`.
pub(super) struct Quotation;

impl Wrapper for Quotation {
    fn name(&self) -> &'static str {
        "quotation-marks"
    }

    fn title(&self) -> &'static str {
        "lines in quotation marks"
    }

    fn example(&self) -> &'static str {
        "\""
    }

    fn split<'l>(&self, line: &'l [u8], _: &WrapperContext<'_>) -> Option<Unwrapped<'l>> {
        let text = line.strip_prefix(b"\"")?;
        // a message of several lines has its second mark at the end of the last
        Some(Unwrapped { text: text.strip_suffix(b"\"").unwrap_or(text), ..Unwrapped::default() })
    }
}
