//! A report that a test adds.

use crate::report::Report;

/// The report.
pub(crate) const REPORT: Report =
    Report { name: "test-addition", has_case: false, write: |_, _, out| writeln!(out, "the new report") };
