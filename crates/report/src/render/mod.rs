//! Renderers: they write a [`Document`](crate::document::Document) as text, decide its look, and escape it.

pub(crate) mod columns;
pub mod layout;
pub(crate) mod wrap;

use crate::report::Report;

/// Declares the modules of the renderers and the list of reports. Each module has a `REPORT`.
macro_rules! reports {
    ($($module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// All reports, in the order in which help lists them.
        pub const ALL: &[&Report] = &[$(&$module::REPORT),+];
    };
}

// a new report is one file here and one name in this list
reports! { text, markdown, html, json }

/// Names of all reports, in their order.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|report| report.name).collect()
}

/// The report of that name.
pub fn by_name(name: &str) -> Option<&'static Report> {
    ALL.iter().find(|report| report.name == name).copied()
}

#[cfg(test)]
pub(crate) mod tests;
