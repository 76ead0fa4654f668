//! Renderers: from a [`Document`](crate::document::Document) to text. They decide what it looks like, and escape it.

pub(crate) mod columns;
pub mod html;
pub mod layout;
pub mod markdown;
pub(crate) mod paint;
pub mod text;
mod wrap;

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

#[cfg(test)]
mod tests;
