//! The library and the program from outside, one module for each subject. One program, because each one more links the whole
//! library.
//!
//! Tests that wait on the wall clock are ignored by default: `cargo test --test it -- --ignored` runs them. No test decides by
//! elapsed time; a wait has a guard against a hang, see [`support::wait`]. A test that cannot run on this machine reports it to
//! [`support::skip`].
#![allow(clippy::disallowed_methods, reason = "a test prepares files and reads results without the library")]

mod additions;
mod architecture;
mod archives;
mod authoring;
mod bad_input;
mod browse;
mod certainty;
mod changing;
mod checks;
mod cli;
mod collect;
mod collection;
mod commands;
mod corpus;
mod correlations;
mod extracts;
mod fuzz;
mod generated;
mod invariants;
mod judged;
mod judgement;
mod judgement_cases;
mod library;
mod limits;
mod looked;
mod memory;
mod mixed;
mod order;
mod outputs;
mod piped;
mod probe;
mod report;
mod second_look;
mod secrets;
mod server_stops;
mod support;
mod tables;
mod tail;
mod timeline;
mod windows_events;
