//! [`RenderOptions`]: width and colors of a report.

/// Width and colors of a report.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions {
    /// Number of columns at which text is wrapped.
    pub width: usize,
    /// Maximum number of columns of a table. A terminal cannot show more than its width; a file can.
    pub table_width: usize,
    /// `true` if escape sequences for color are allowed.
    pub colour: bool,
    /// `true` if bars are drawn with ASCII characters.
    pub ascii: bool,
}

impl Default for RenderOptions {
    fn default() -> RenderOptions {
        RenderOptions { width: 100, table_width: usize::MAX, colour: false, ascii: false }
    }
}
