//! [`RenderOptions`]: width and colors of a report.

/// How a report should look.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions {
    /// Columns that text is wrapped to.
    pub width: usize,
    /// Columns that a table may have. A terminal cannot show more than its own; a file can.
    pub table_width: usize,
    /// Whether escape sequences for colour may be written.
    pub colour: bool,
}

impl Default for RenderOptions {
    fn default() -> RenderOptions {
        RenderOptions { width: 100, table_width: usize::MAX, colour: false }
    }
}
