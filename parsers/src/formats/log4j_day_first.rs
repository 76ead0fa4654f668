//! log4j, log4j 2 and logback layouts with day, month and a year of two digits.
//!
//! ```text
//! 15/06/23 10:43:21 ERROR || [default task-3][HttpSessionListener] com.example.Listener:46 - text
//! ```
//!
//! See `log4j_short.rs`.

use super::log4j_short::{Log4jShort, Order};

/// The format `log4j-day-first`.
pub(super) const DAY_FIRST: Log4jShort = Log4jShort {
    order: Order::DayFirst,
    name: "log4j-day-first",
    title: "log4j or logback, dd/MM/yy",
    example: "15/06/23 10:43:21 ERROR || [default task-3][HttpSessionListener] com.example.Listener:46 - text",
};
