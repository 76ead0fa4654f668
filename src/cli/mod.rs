//! The command line: one file a command. Only this module reads the environment, prints, and knows `clap`,
//! `indicatif` and `anyhow`.

mod analyze;
mod browse;
mod budget;
mod calls;
mod events;
mod explain;
mod formats;
mod input;
mod inventory;
mod limits;
mod output;
mod passwords;
mod progress;
mod reading;
mod running;
mod signatures;
mod tail;
mod timeline;
mod trace;
mod why_not;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Finds out why Cisco ECE with PCCE is broken, from its logs.
#[derive(Debug, Parser)]
#[command(name = "spoglight", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// A new command is one line here and one in [`run`].
#[derive(Debug, Subcommand)]
enum Command {
    Analyze(analyze::Analyze),
    Inventory(inventory::Inventory),
    Timeline(timeline::Timeline),
    Browse(browse::Browse),
    Tail(tail::Tail),
    Trace(trace::Trace),
    Explain(explain::Explain),
    WhyNot(why_not::WhyNot),
    Signatures(signatures::Signatures),
    Formats(formats::Formats),
}

/// How a run ended, as its exit code says it.
enum Outcome {
    /// 0: nothing high or critical was found.
    Well,
    /// 1: something was.
    Found,
    /// 2: nothing could be read.
    Failed,
}

/// Runs the program with these arguments, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are answers, anything else is a wrong call
            let code = if error.use_stderr() { 2 } else { 0 };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome: Result<Outcome> = match cli.command {
        Command::Analyze(analyze) => analyze.run(),
        Command::Inventory(inventory) => inventory.run(),
        Command::Timeline(timeline) => timeline.run(),
        Command::Browse(browse) => browse.run(),
        Command::Tail(tail) => tail.run(),
        Command::Trace(trace) => trace.run(),
        Command::Explain(explain) => explain.run(),
        Command::WhyNot(why_not) => why_not.run(),
        Command::Signatures(signatures) => signatures.run(),
        Command::Formats(formats) => formats.run(),
    };
    match outcome {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(2)
        }
    }
}
