//! A world in memory, and a model that plays with it. The disk of a machine is that of `tests/tail.rs`.

mod model;
mod ports;
mod states;
mod steps;
