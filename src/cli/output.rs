//! Output: where it goes, its colors and width, and the messages beside it on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use anyhow::{Context, Result};
use clap::Args;
use spoglight_report::RenderOptions;
use spoglight_report::render::layout;
use spoglight_source::live::{self, FileId};
use spoglight_source::{Durability, Problem, write_atomically};
use spoglight_text::sanitize::{clean, is_dangerous};
use spoglight_text::secrets::{self, mask};

use super::{OUTPUT, pager};

/// File that output goes to.
#[derive(Debug, Args)]
pub(super) struct OutputFile {
    /// Write the output to FILE
    #[arg(short, long, value_name = "FILE", help_heading = OUTPUT)]
    output: Option<PathBuf>,

    /// Replace the file of --output if it exists
    #[arg(long, requires = "output", help_heading = OUTPUT)]
    force: bool,
}

/// Where output goes, and whether it is colored.
#[derive(Debug, Args)]
pub(super) struct Target {
    #[command(flatten)]
    file: OutputFile,

    #[command(flatten)]
    painting: Painting,
}

/// When output is colored.
#[derive(Debug, Args)]
pub(super) struct Painting {
    /// When to color
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = ["auto", "always", "never"])]
    #[arg(help_heading = OUTPUT)]
    color: String,
}

impl Painting {
    #[expect(clippy::disallowed_methods, reason = "this is where output goes")]
    fn choice(&self) -> anstream::ColorChoice {
        match self.color.as_str() {
            "always" => anstream::ColorChoice::Always,
            "never" => anstream::ColorChoice::Never,
            _ => AutoStream::choice(&io::stdout()),
        }
    }

    /// Returns true if standard output is colored.
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
        // text of logs is sanitized, so without colors there is nothing to strip
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

impl OutputFile {
    /// Writes to the file, or to standard output if none was given. A file is written under another name and renamed,
    /// so an interrupted run leaves no incomplete report.
    fn stream<T>(
        &self,
        painting: Option<&Painting>,
        report: impl FnOnce(&RenderOptions, &mut dyn Write) -> io::Result<T>,
    ) -> Result<T> {
        let Some(file) = self.output.as_deref() else {
            return match painting {
                Some(painting) => painting.stream(report),
                None => Ok(report(&RenderOptions::default(), &mut standard())?),
            };
        };
        let colour = painting.is_some_and(|painting| painting.color == "always");
        let look = RenderOptions { colour, ..RenderOptions::default() };
        write_atomically(file, Durability::Synced, |out| report(&look, out))
            .map_err(|failed| failed.error)
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// Writes plain text.
    pub(super) fn write(&self, text: &str) -> Result<()> {
        self.stream(None, |_, out| {
            write!(out, "{text}")?;
            out.flush()
        })
    }
}

impl OutputFile {
    /// The file, if one was given.
    pub(super) fn path(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    /// Fails if the file cannot be written, before anything is read: its folder is missing, it is one of the inputs or in a
    /// folder that is read, or it exists, is not empty, and `--force` was not given.
    pub(super) fn check(&self, inputs: &[PathBuf]) -> Result<()> {
        self.output.as_ref().map_or(Ok(()), |file| check_file(file, self.force, inputs))
    }
}

/// See [`OutputFile::check`].
pub(super) fn check_file(file: &Path, is_forced: bool, inputs: &[PathBuf]) -> Result<()> {
    let name = file.display();
    let Ok(real) = file.canonicalize() else {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        return match folder.filter(|folder| !folder.is_dir()) {
            Some(folder) => fail(
                format!("cannot write {name}: there is no folder {}", folder.display()),
                "make the folder first, or check the spelling",
            ),
            None => Ok(()),
        };
    };
    if real.is_dir() {
        return fail(format!("cannot write {name}: it is a folder"), "give the name of a file in it");
    }
    refuse_inputs(file, inputs)?;
    // an empty file, as mktemp makes it, a device or a pipe has nothing to lose
    let is_full = real.metadata().is_ok_and(|known| known.is_file() && known.len() > 0);
    if is_full && !is_forced {
        return fail(format!("{name} exists already"), "give another name, or --force to replace it");
    }
    Ok(())
}

/// Fails if a file is one of the inputs, or is in a folder that is read.
fn refuse_inputs(file: &Path, inputs: &[PathBuf]) -> Result<()> {
    let Ok(real) = file.canonicalize() else { return Ok(()) };
    let is_input = |input: &PathBuf| {
        input.canonicalize().is_ok_and(|input| real == input || input.is_dir() && real.starts_with(&input))
    };
    if real.is_file() && inputs.iter().any(is_input) {
        return fail(
            format!("{} is one of the files to read, and would be overwritten", file.display()),
            "give -o a file outside of the collection, or one that does not exist yet",
        );
    }
    Ok(())
}

impl Target {
    /// See [`OutputFile::check`].
    pub(super) fn check(&self, inputs: &[PathBuf]) -> Result<()> {
        self.file.check(inputs)
    }

    /// Writes to the file, or to standard output if none was given.
    pub(super) fn write(
        &self,
        report: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        self.stream(|look, out| report(look, out))
    }

    /// The same for a report of limited size. On a terminal that is too low for it, it is shown in a pager if `is_paged`.
    pub(super) fn write_paged(
        &self,
        is_paged: bool,
        report: impl Fn(&RenderOptions, &mut dyn Write) -> io::Result<()>,
    ) -> Result<()> {
        let height = if is_paged && !self.is_elsewhere() { terminal_height() } else { None };
        let Some(height) = height else { return self.write(report) };
        let look = RenderOptions { colour: self.painting.is_coloured(), ..terminal() };
        let mut text = Vec::new();
        report(&look, &mut text)?;
        let is_long = memchr::memchr_iter(b'\n', &text).nth(height.saturating_sub(1)).is_some();
        match is_long.then(|| pager::show(&text)).flatten() {
            Some(shown) => Ok(shown?),
            None => self.painting.stream(|_, out| out.write_all(&text)),
        }
    }

    /// Returns true if output goes to a file that the user named.
    pub(super) fn is_file(&self) -> bool {
        self.file.output.is_some()
    }

    /// The same for a report that can be written only once; returns what `report` returns.
    pub(super) fn stream<T>(
        &self,
        report: impl FnOnce(&RenderOptions, &mut dyn Write) -> io::Result<T>,
    ) -> Result<T> {
        self.file.stream(Some(&self.painting), report)
    }

    /// Returns true if the terminal is free for a progress bar while output is written.
    #[expect(clippy::disallowed_methods, reason = "this is where output goes")]
    pub(super) fn is_elsewhere(&self) -> bool {
        self.file.output.is_some() || !io::stdout().is_terminal()
    }
}

/// The label of a message on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// The run failed.
    Error,
    /// Something was not read or is doubtful.
    Warning,
    /// Information.
    Note,
}

/// Writes a message to standard error, with advice on a line of its own. Every message goes through here, because text
/// of logs and names of files must not reach a terminal as escape sequences.
pub(super) fn message(label: Label, text: &str, help: Option<&str>) {
    let text = mask(text);
    let text: Vec<_> = text.lines().map(clean).collect();
    let label = match label {
        Label::Error => "error: ",
        Label::Warning => "warning: ",
        Label::Note => "note: ",
    };
    let columns = message_columns();
    let mut lines = String::new();
    for (number, line) in text.iter().enumerate() {
        hanging(if number == 0 { label } else { "" }, line, columns, &mut lines);
    }
    for help in help.iter().flat_map(|help| help.lines()).filter(|help| !help.is_empty()) {
        hanging("  help: ", &clean(help), columns, &mut lines);
    }
    // an error while writing a message must not end the run
    let _ = anstream::stderr().write_all(lines.as_bytes());
}

/// Appends a message after its label, wrapped for a terminal: further lines begin below the text of the first one.
fn hanging(label: &str, text: &str, columns: Option<usize>, out: &mut String) {
    let indent = text.len() - text.trim_start().len();
    match columns {
        Some(columns) if !text.trim().is_empty() => {
            let mut left = format!("{label}{}", " ".repeat(indent));
            let lines = layout::sentence(text, columns.saturating_sub(left.len()));
            for line in lines {
                out.extend([&*left, &*line, "\n"]);
                left = " ".repeat(left.len());
            }
        }
        _ => out.extend([label, text, "\n"]),
    }
}

/// Columns of the terminal to which messages go; `None` if they go elsewhere: a file has whole messages.
fn message_columns() -> Option<usize> {
    let error = io::stderr();
    let size = error.is_terminal().then(|| terminal_size::terminal_size_of(&error)).flatten();
    size.map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

/// Writes how many values of the output were masked, if there are any.
pub(super) fn note_of_masks() {
    let count = match secrets::masked() {
        0 => return,
        1 => "1 value that looks like a password, a token or a key was".to_owned(),
        count => format!("{count} values that look like passwords, tokens or keys were"),
    };
    note(&format!("{count} masked with ***"));
}

/// Renders an event, and appends a byte with the number of values that were masked in it: at most 255. See
/// [`without_masks`].
pub(super) fn with_masks(out: &mut Vec<u8>, render: impl FnOnce(&mut Vec<u8>)) {
    let before = secrets::masked();
    render(out);
    out.push(u8::try_from(secrets::masked() - before).unwrap_or(u8::MAX));
}

/// Takes the byte of [`with_masks`] from an event that is shown, and counts its masked values for the thread of the output.
pub(super) fn without_masks(text: &[u8]) -> &[u8] {
    let Some((count, text)) = text.split_last() else { return text };
    secrets::add_masked(u64::from(*count));
    text
}

/// Writes a warning without advice.
pub(super) fn warn(text: &str) {
    message(Label::Warning, text, None);
}

/// Writes a note.
pub(super) fn note(text: &str) {
    message(Label::Note, text, None);
}

/// Writes one warning for each input that could not be used.
pub(super) fn warn_of(problems: &[Problem]) {
    for Problem { path, what, advice, .. } in problems {
        message(Label::Warning, &format!("{path} {what}"), Some(advice));
    }
}

/// Writes the error that ended the run.
pub(super) fn error(error: &anyhow::Error) {
    let help = error.downcast_ref::<Failure>().map(|failure| failure.help.as_str());
    message(Label::Error, &format!("{error:#}"), help);
}

/// An error with advice.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct Failure {
    text: String,
    help: String,
}

/// Fails with advice.
pub(super) fn fail<T>(text: impl Into<String>, help: impl Into<String>) -> Result<T> {
    Err(Failure { text: text.into(), help: help.into() }.into())
}

/// Placeholder for a space at which help must not be wrapped.
const UNBREAKABLE: char = '\u{a0}';

/// Text that clap prints as it is: clap wraps lines at spaces only. [`print_help`] restores the spaces.
pub(super) fn unbreakable(text: &str) -> String {
    text.replace(' ', &UNBREAKABLE.to_string())
}

/// Prints help, the version, or the error of a wrong call.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
pub(super) fn print_help(text: &clap::builder::StyledStr, is_error: bool) {
    let plain = text.to_string();
    // an error quotes arguments, which may be names of files that a stranger chose: then it has no colors
    let is_hostile = plain.chars().any(|one| one != '\n' && one != '\t' && is_dangerous(one));
    let text = if is_hostile {
        plain.lines().flat_map(|line| [clean(line).into_owned(), "\n".to_owned()]).collect()
    } else {
        text.ansi().to_string()
    };
    let text = text.replace(UNBREAKABLE, " ");
    let _ = if is_error {
        anstream::stderr().write_all(text.as_bytes())
    } else {
        AutoStream::auto(io::stdout()).write_all(text.as_bytes())
    };
}

/// Ends a stream that has reached its limit.
#[derive(Debug, thiserror::Error)]
#[error("the limit of events is reached")]
struct Enough;

/// The error that ends a stream at its limit.
pub(super) fn enough() -> io::Error {
    io::Error::other(Enough)
}

/// Returns true for the error of [`enough`].
pub(super) fn is_enough(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Enough>)
}

/// Standard output, for text without colours.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
pub(super) fn standard() -> impl Write {
    BufWriter::new(io::stdout().lock())
}

/// Identity of the file to which standard output goes; `None` if it is no file.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
pub(super) fn standard_file() -> Option<FileId> {
    #[cfg(unix)]
    let file = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned().ok()?;
    #[cfg(windows)]
    let file = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned().ok()?;
    live::id_of_file(file.into())
}

/// Width of the terminal: 80 columns if unknown (a Windows server without a console). A file or pipe has no limit.
#[expect(clippy::disallowed_methods, reason = "this is where output goes")]
fn terminal() -> RenderOptions {
    if !io::stdout().is_terminal() {
        return RenderOptions::default();
    }
    let columns =
        terminal_size::terminal_size().map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns));
    RenderOptions { width: columns, table_width: columns, ..RenderOptions::default() }
}

/// Lines of the terminal; `None` if they are not known.
fn terminal_height() -> Option<usize> {
    terminal_size::terminal_size().map(|(_, terminal_size::Height(lines))| usize::from(lines))
}

/// Returns true if a pipe was closed by its reader: `spoglight ... | head` is not a failure.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| {
        // Windows has three more codes for it: broken pipe, closing pipe, no process at the other end
        error.kind() == io::ErrorKind::BrokenPipe
            || cfg!(windows) && matches!(error.raw_os_error(), Some(109 | 232 | 233))
    })
}

/// The current time, in nanoseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "relative times of the command line count from now")]
pub(super) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
