//! log4j, log4j 2 and logback layouts with a year of two digits whose lines do not show whether day or month comes first.
//!
//! ```text
//! 05/06/23 10:43:21 ERROR com.example.Inventory - text
//! ```
//!
//! See `log4j_short.rs`.

use super::log4j_short::{Log4jShort, Order};

/// The format `log4j-open-date`.
pub(super) const OPEN: Log4jShort = Log4jShort {
    order: Order::Open,
    name: "log4j-open-date",
    title: "log4j or logback, day or month first",
    example: "05/06/23 10:43:21 ERROR com.example.Inventory - text",
};
