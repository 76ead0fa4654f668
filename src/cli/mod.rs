//! The command line: one file per command. Only this module reads the environment, prints, and uses `clap`,
//! `indicatif` and `anyhow`.

mod arguments;
mod budget;
mod calls;
mod events;
mod input;
mod limits;
mod names;
mod output;
mod pager;
mod passwords;
mod progress;
mod reading;
mod running;
mod view;
mod window;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::LazyLock;

use anyhow::Result;
use clap::builder::StyledStr;
use clap::{Arg, ArgAction, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use spoglight_model::analysis::{Verdict, VerdictKind};
use spoglight_signatures::LibraryEdition;

/// Headings of options in help, in the order in which they are printed.
const INPUT: &str = "Input";
const TIME: &str = "Time";
const FILTER: &str = "Filter";
const OUTPUT: &str = "Output";
const ARCHIVES: &str = "Archive limits";
const GENERAL: &str = "General";

/// Makes the modules, the subcommands, their groups in help and their dispatch from one list. A command is a type with
/// `clap::Args` and `fn run(self) -> Result<Outcome>`.
macro_rules! commands {
    ($($group:literal { $($module:ident::$name:ident,)* })*) => {
        $($(mod $module;)*)*

        #[derive(Debug, Subcommand)]
        enum Command {
            $($($name($module::$name),)*)*
        }

        impl Command {
            /// The title of each group, and the number of its commands.
            const GROUPS: &[(&str, usize)] = &[$(($group, [$(stringify!($name)),*].len())),*];

            fn run(self) -> Result<Outcome> {
                match self {
                    $($(Command::$name(command) => command.run(),)*)*
                }
            }
        }
    };
}

// a new command is one line here
commands! {
    "Analyze" {
        analyze::Analyze,
        report::Report,
        inventory::Inventory,
        explain::Explain,
        why_not::WhyNot,
    }
    "Explore" {
        browse::Browse,
        timeline::Timeline,
        trace::Trace,
    }
    "Watch" {
        tail::Tail,
    }
    "Collect" {
        collect::Collect,
    }
    "Confirm" {
        probe::Probe,
    }
    "Extend" {
        signatures::Signatures,
        formats::Formats,
    }
    "Learn" {
        help::Help,
    }
}

/// Find out why Cisco ECE with PCCE is broken, from its logs
#[derive(Debug, Parser)]
#[command(
    name = "spoglight",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Print no warnings and notes, only errors
    #[arg(long, global = true, help_heading = GENERAL, hide_short_help = true)]
    quiet: bool,
}

/// The version of the program and that of its signatures.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    format!("{}\n{}", env!("CARGO_PKG_VERSION"), LibraryEdition::with_packs(Vec::new()).summary())
});

/// The result of a run, as its exit code reports it.
enum Outcome {
    /// Exit code 0.
    Success,
    /// Exit code 1: what this means depends on the command.
    Found,
    /// Exit code 2: a path does not exist, or nothing of a known format was read.
    Failed,
    /// Exit code 3: the answer is incomplete, because something is missing or was not read.
    Incomplete,
}

impl Outcome {
    /// The result of a command that judges a collection.
    fn of(verdict: &Verdict, is_bad: bool) -> Outcome {
        match verdict.kind {
            VerdictKind::NothingKnown | VerdictKind::NothingRead => Outcome::Failed,
            _ if is_bad => Outcome::Found,
            _ if !verdict.is_complete => Outcome::Incomplete,
            _ => Outcome::Success,
        }
    }

    /// The result of a run in which some of the given paths do not exist.
    fn with_missing(self, is_missing: bool) -> Outcome {
        if is_missing { Outcome::Failed } else { self }
    }
}

/// Runs the program with these arguments, the first of which is its name. A window that was opened for it stays open until
/// a key is pressed.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let has_window = window::is_own();
    let (code, was_browser) = answer(arguments);
    if has_window && !(was_browser && code == ExitCode::SUCCESS) {
        window::wait();
    }
    code
}

/// Runs the program; returns its exit code, and whether it was the browser, which the user has left.
fn answer(arguments: impl IntoIterator<Item = OsString>) -> (ExitCode, bool) {
    let command = command();
    let arguments = with_command(&command, arguments.into_iter().collect());
    let parsed = command.try_get_matches_from(arguments);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // help and version are answers, anything else is a wrong call
            let code = if error.use_stderr() { 2 } else { 0 };
            output::print_help(&error.render(), error.use_stderr());
            return (ExitCode::from(code), false);
        }
    };
    if cli.quiet {
        output::be_quiet();
    }
    let is_browser = matches!(cli.command, Command::Browse(_));
    let outcome = cli.command.run();
    // the browser masks whenever it draws
    if !is_browser && outcome.is_ok() {
        output::note_of_masks();
    }
    let code = match outcome {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Ok(Outcome::Incomplete) => ExitCode::from(3),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    };
    (code, is_browser)
}

/// The arguments with `analyze` before the first one if that is no command but a path that exists: that is what is dropped
/// on the program.
fn with_command(command: &clap::Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_path = |first: &OsString| {
        let name = first.to_str().unwrap_or_default();
        let is_command = command.get_subcommands().any(|command| command.get_name() == name);
        !is_command && !name.starts_with('-') && std::path::Path::new(first).exists()
    };
    if arguments.get(1).is_some_and(is_path) {
        arguments.insert(1, "analyze".into());
    }
    arguments
}

/// The command line as clap needs it, with commands in groups.
fn command() -> clap::Command {
    let mut command = finish(Cli::command().long_version(LONG_VERSION.as_str()));
    let template = template(&command);
    command = command.help_template(template).after_help(
        "Run 'spoglight COMMAND -h' for the options of a command.\n\
         Run 'spoglight help TOPIC' for a topic: filters, time, exit-codes.",
    );
    command
}

/// Moves `--help` to the last heading of each command and keeps clap from wrapping examples.
fn finish(command: clap::Command) -> clap::Command {
    let heading = if command.has_subcommands() { None } else { Some(GENERAL) };
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    let help = help.help("Print help; --help has more than -h").help_heading(heading);
    let mut command = command.disable_help_flag(true).arg(help).mut_subcommands(finish);
    if let Some(examples) = command.get_after_long_help().map(ToString::to_string) {
        command = command.after_long_help(output::unbreakable(&examples));
    }
    command
}

/// The template of the main help page. The names of commands are padded to one column over all groups.
fn template(command: &clap::Command) -> StyledStr {
    let styles = command.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    let mut subcommands = command.get_subcommands();
    for (group, count) in Command::GROUPS {
        let _ = write!(text, "\n{header}{group}:{header:#}\n");
        for subcommand in subcommands.by_ref().take(*count) {
            let about = subcommand.get_about().map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{:<12}{literal:#}{about}", subcommand.get_name());
        }
    }
    let _ = write!(text, "\n{header}Options:{header:#}\n{{options}}{{after-help}}");
    StyledStr::from(text)
}

#[cfg(test)]
mod tests;
