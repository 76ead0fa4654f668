//! [`Table`]: rows of cells, with the properties of their columns that a renderer needs.

use spoglight_signatures::Severity;

use super::{RichText, Style};

/// Side to which the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Behavior of a column if the table is too wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WidthClass {
    /// It keeps the width of its widest cell.
    Fixed,
    /// Its cells are cut at their start: the end of a path is more specific.
    Elastic,
    /// Its cells are cut at their end: the beginning of a sentence says most.
    Sentence,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// The side to which its cells are aligned.
    pub align: Align,
    /// Its behavior if the table is too wide.
    pub width: WidthClass,
    /// Meaning of its cells.
    pub style: Style,
}

impl Column {
    /// A column of text.
    pub fn text(title: impl Into<String>) -> Column {
        Column { title: title.into(), align: Align::Left, width: WidthClass::Fixed, style: Style::Plain }
    }

    /// A column of numbers.
    pub fn number(title: impl Into<String>) -> Column {
        Column { align: Align::Right, ..Column::text(title) }
    }

    /// A column of sentences, whose cells may be cut.
    pub fn sentence(title: impl Into<String>) -> Column {
        Column { width: WidthClass::Sentence, ..Column::text(title) }
    }

    /// A column of paths, whose cells may be cut.
    pub fn path(title: impl Into<String>) -> Column {
        Column { width: WidthClass::Elastic, style: Style::Path, ..Column::text(title) }
    }
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableRow {
    /// A cell for each column. It may come from a log.
    pub cells: Vec<String>,
    /// The same in lines, for a screen too narrow for the table: a headline, then details.
    pub narrow: Vec<RichText>,
    /// Severity in whose color the cells of a column with [`Style::Severity`] are.
    pub severity: Option<Severity>,
}

impl TableRow {
    /// The meaning of its cell in a column.
    pub fn style(&self, column: &Column) -> Style {
        match column.style {
            Style::Severity(_) => Style::Severity(self.severity),
            style => style,
        }
    }
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
    /// Its rows, from top to bottom.
    pub rows: Vec<TableRow>,
    /// Its cells need no titles: a terminal shows none, and one space between two cells.
    pub is_bare: bool,
}
