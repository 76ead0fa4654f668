//! The formats from outside: samples, and any bytes.
#![allow(clippy::disallowed_methods, reason = "a test reads whole samples")]

mod anything;
mod components;
mod samples;
