//! `spoglight`, the program: parses its arguments, runs, and answers with an exit code.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    // cmd.exe hands on `*.log` as it is; elsewhere the shell has expanded it and this does nothing
    cli::run(wild::args_os())
}
