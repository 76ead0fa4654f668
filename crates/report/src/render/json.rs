//! The JSON report: the fields of the result itself, for other programs.

use crate::report::Report;

/// The report.
pub(crate) const REPORT: Report =
    Report { name: "json", has_case: false, write: |subject, _, out| subject.json(out) };
