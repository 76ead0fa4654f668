//! log4j, log4j 2 and logback layouts with month, day and a year of two digits.
//!
//! ```text
//! 06-15-23 10:43:21,500 INFO com.example.Inventory - text
//! ```
//!
//! See `log4j_short.rs`.

use super::log4j_short::{Log4jShort, Order};

/// The format `log4j-month-first`.
pub(super) const MONTH_FIRST: Log4jShort = Log4jShort {
    order: Order::MonthFirst,
    name: "log4j-month-first",
    title: "log4j or logback, MM/dd/yy",
    example: "06-15-23 10:43:21,500 INFO com.example.Inventory - text",
};
