//! log4j, log4j 2 and logback layouts with a year of two digits, month and day.
//!
//! ```text
//! 23/06/15 10:43:21 INFO SparkContext: text
//! ```
//!
//! See `log4j_short.rs`.

use super::log4j_short::{Log4jShort, Order};

/// The format `log4j-year-first`.
pub(super) const YEAR_FIRST: Log4jShort = Log4jShort {
    order: Order::YearFirst,
    name: "log4j-year-first",
    title: "log4j or logback, yy/MM/dd",
    example: "23/06/15 10:43:21 INFO SparkContext: text",
};
