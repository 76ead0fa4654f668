//! One static page of HTML: no request, and nothing that needs a script.

use crate::html;
use crate::report::Report;

/// The report.
pub(crate) const REPORT: Report = Report {
    name: "html",
    has_case: true,
    write: |subject, _, out| match subject.case() {
        Some(report) => html::write_case(&report, out),
        None => html::write(&subject.document(), out),
    },
};
