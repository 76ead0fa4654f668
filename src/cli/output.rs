//! Where output goes, whether it is coloured, and how wide it is.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anstream::AutoStream;
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use spoglight_report::RenderOptions;
use spoglight_source::{Durability, Problem, write_atomically};
use spoglight_text::sanitize::clean;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Options that say where a report goes, and whether it is coloured.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// Write it to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    painting: Painting,
}

/// Whether what is printed is coloured.
#[derive(Debug, Args)]
pub(super) struct Painting {
    /// When to colour
    #[arg(long, value_enum, default_value = "auto")]
    color: Colour,
}

impl Painting {
    #[expect(clippy::disallowed_methods, reason = "this is where output goes")]
    fn choice(&self) -> anstream::ColorChoice {
        match self.color {
            Colour::Auto => AutoStream::choice(&io::stdout()),
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        }
    }

    /// Whether standard output is coloured.
    pub(super) fn is_coloured(&self) -> bool {
        self.choice() != anstream::ColorChoice::Never
    }

    /// Writes to standard output.
    #[expect(clippy::disallowed_methods, reason = "this is where output goes")]
    pub(super) fn stream<T>(
        &self,
        report: impl FnOnce(&RenderOptions, &mut dyn Write) -> io::Result<T>,
    ) -> Result<T> {
        let choice = self.choice();
        let look = RenderOptions { colour: choice != anstream::ColorChoice::Never, ..terminal() };
        // text of logs holds no escape sequences, so without colours there are none to be taken out
        let mut out: Box<dyn Write> = if look.colour {
            Box::new(BufWriter::new(AutoStream::new(io::stdout().lock(), choice)))
        } else {
            Box::new(BufWriter::with_capacity(64 << 10, io::stdout().lock()))
        };
        let answer = report(&look, &mut out)?;
        out.flush()?;
        Ok(answer)
    }
}

impl Target {
    /// Writes to the file, or to standard output if none was given.
    pub(super) fn write(
        &self,
        report: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.stream(|look, out| report(look, out))
    }

    /// The same for what can be written only once; answers what `report` does. A file is written aside and renamed, so that
    /// a report which could not be finished never stands there as one.
    pub(super) fn stream<T>(
        &self,
        report: impl FnOnce(&RenderOptions, &mut dyn Write) -> io::Result<T>,
    ) -> Result<T> {
        let Some(file) = self.output.as_deref() else { return self.painting.stream(report) };
        let look =
            RenderOptions { colour: self.painting.color == Colour::Always, ..RenderOptions::default() };
        let written = write_atomically(file, Durability::Synced, |out| report(&look, out));
        written
            .map_err(|failed| failed.error)
            .with_context(|| format!("the report could not be written to {}", file.display()))
    }

    /// Whether somebody may watch while it is written elsewhere than on the terminal.
    #[expect(clippy::disallowed_methods, reason = "this is where output goes")]
    pub(super) fn is_watched(&self) -> bool {
        self.output.is_some() || !io::stdout().is_terminal()
    }
}

/// Where notes go that are no part of the output.
pub(super) fn notes() -> impl Write {
    anstream::stderr()
}

/// Says on standard error what could not be used.
pub(super) fn tell_problems(problems: &[Problem]) -> Result<()> {
    for Problem { path, what, advice, .. } in problems {
        writeln!(notes(), "! {} {}; {advice}", clean(path), clean(what))?;
    }
    Ok(())
}

/// Ends a stream of which enough was shown.
#[derive(Debug, thiserror::Error)]
#[error("enough was shown")]
struct Enough;

/// Ends a stream of which enough was shown.
pub(super) fn enough() -> io::Error {
    io::Error::other(Enough)
}

/// Whether an error is that.
pub(super) fn is_enough(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Enough>)
}

/// Standard output, for text without colours.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
pub(super) fn standard() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// What a terminal can show: its columns, or 80 where it does not tell (a Windows server without a console). What is
/// no terminal takes everything.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
fn terminal() -> RenderOptions {
    if !io::stdout().is_terminal() {
        return RenderOptions::default();
    }
    let columns =
        terminal_size::terminal_size().map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns));
    RenderOptions { width: columns, table_width: columns, ..RenderOptions::default() }
}

/// Whether this is the end of a pipe: `spoglight ... | head` is no failure.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| {
        // Windows has three more codes for it: broken pipe, closing pipe, no process at the other end
        error.kind() == io::ErrorKind::BrokenPipe
            || cfg!(windows) && matches!(error.raw_os_error(), Some(109 | 232 | 233))
    })
}

/// Says on standard error what went wrong.
pub(super) fn complain(error: &anyhow::Error) {
    let text = format!("{error:#}");
    let lines: Vec<_> = text.lines().map(clean).collect();
    let _ = writeln!(anstream::stderr(), "error: {}", lines.join("\n"));
}

/// The moment it is, in nanoseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "times that a person gives count from now")]
pub(super) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
