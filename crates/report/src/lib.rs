//! Reports. The contents of a report are decided once, as a [`Document`](document::Document); renderers write it as
//! text, Markdown or HTML. JSON has the fields of the result itself. Events have forms of their own, in [`events`].

pub mod book;
pub mod case;
pub mod document;
pub mod events;
pub mod explain;
pub mod groups;
pub mod histogram;
pub mod html;
pub mod inventory;
pub mod json;
pub mod ladder;
mod paint;
pub mod render;
mod render_options;
mod report;
pub mod why;

pub use case::{CaseFile, CaseOptions, evidence_files};
pub use document::{Detail, ReportView};
pub use render::{ALL, by_name, names};
pub use render_options::RenderOptions;
pub use report::{AnalysisReport, Report, ReportSubject};
