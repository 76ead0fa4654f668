//! `spoglight collect`: the logs of a server in one archive.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono_tz::Tz;
use clap::Args;
use spoglight_collect::{Feedback, Plan, PlanStep, Request, Window, lower_priority};
use spoglight_engine::Progress as _;
use spoglight_report::RenderOptions;
use spoglight_report::render::layout;
use spoglight_source::{Durability, write_atomically};
use spoglight_text::humanize::{counted, grouped};
use spoglight_text::sanitize::clean;
use spoglight_time::Incident;
use spoglight_time::zone;

use super::budget::Budget;
use super::events::span;
use super::input::machine_zone;
use super::output::{self, OutputFile, Painting, fail};
use super::progress::Bar;
use super::{FILTER, GENERAL, INPUT, Outcome, TIME};

const EXAMPLES: &str = "\
Examples:
  spoglight collect -o case.zip
  spoglight collect --incident 2026-11-21T14:35-05:00 -o case.zip
  spoglight collect D:\\ece\\eService\\logs C:\\icm\\tomcat --all -o case.zip
  spoglight collect \\\\ECEAPP01\\d$ --tz America/New_York -o app01.zip
  spoglight collect --dry-run

Without a path, ECE, CCE Administration, IIS, SQL Server, Windows event logs,
certificates and truststores are looked for on this machine. Files are only
read, and private keys are never copied. Logs are copied as they are: they may
contain names and addresses.

Exit codes:
  0  everything was collected
  2  the run failed: wrong arguments, nothing to collect, or the archive
     cannot be written
  3  incomplete: a file or the output of a command is missing";

/// Collect the logs of a server in one archive
///
/// Run it on each server of the case, and analyze the archives together. Takes the logs that cover the time of the incident
/// by their content, and the current file of each log, with settings, certificates, and the outputs of some commands of
/// Windows. A manifest records the time zone, the clock, and what was left out.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Collect {
    /// Folder, file, drive or share to collect from [default: the places of the products on this machine]
    #[arg(value_name = "PATH")]
    roots: Vec<PathBuf>,

    /// Set the name of the server, if the files are not those of this machine
    #[arg(long, value_name = "NAME", help_heading = INPUT)]
    host: Option<String>,

    /// Time of the incident. Without an offset it is in the zone of the server
    #[arg(long, value_name = "TIME", help_heading = TIME)]
    incident: Option<Incident>,

    /// Time before and after the incident that logs must cover
    #[arg(long, value_name = "DURATION", default_value = "4h", value_parser = span)]
    #[arg(help_heading = TIME)]
    window: i64,

    /// Time zone of the server [default: that of this machine, unless --host or a share is given]
    #[arg(long = "tz", value_name = "ZONE", value_parser = zone_name, help_heading = TIME)]
    zone: Option<Tz>,

    /// Measure the clock of this machine against a time server (NTP)
    #[arg(long = "ntp-server", value_name = "HOST", help_heading = TIME)]
    ntp: Option<String>,

    /// Collect all logs, not only those since yesterday
    #[arg(long, conflicts_with = "incident", help_heading = FILTER)]
    all: bool,

    /// Stop at SIZE before compression (such as 500M or 2G): settings and the logs nearest to the incident come first
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = FILTER)]
    max_size: Option<u64>,

    /// Run no commands
    #[arg(long, help_heading = FILTER)]
    no_commands: bool,

    #[command(flatten)]
    file: OutputFile,

    #[command(flatten)]
    painting: Painting,

    /// List what would be collected, and write nothing
    #[arg(long, help_heading = GENERAL)]
    dry_run: bool,

    /// Use at most PERCENT of one core
    #[arg(long, value_name = "PERCENT", default_value = "50", value_parser = Budget::parse, help_heading = GENERAL)]
    max_cpu: Budget,
}

/// Bytes of a size such as `500M`.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|one: char| one.is_ascii_alphabetic());
    let unit = match text.get(digits.len()..).unwrap_or_default().to_ascii_uppercase().as_str() {
        "" | "B" => Some(1),
        "K" | "KB" => Some(1 << 10),
        "M" | "MB" => Some(1 << 20),
        "G" | "GB" => Some(1 << 30),
        _ => None,
    };
    let bytes = digits.parse::<u64>().ok().zip(unit).and_then(|(count, unit)| count.checked_mul(unit));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| format!("{text:?} is not a size; write 500M or 2G"))
}

/// A zone by its name; `local` is that of this machine.
fn zone_name(text: &str) -> Result<Tz, String> {
    if text.eq_ignore_ascii_case("local") {
        return machine_zone();
    }
    zone::by_name(text).ok_or_else(|| format!("unknown time zone {text:?}"))
}

impl Collect {
    pub(super) fn run(self) -> Result<Outcome> {
        let Some(target) = self.file.path().map(Path::to_owned).or_else(|| self.dry_run.then(PathBuf::new))
        else {
            return fail("the archive has no name", "give one: spoglight collect -o case.zip");
        };
        if !self.dry_run {
            // an archive in the folder that is collected is not one of the files to read
            self.file.check(&[])?;
        }
        for root in &self.roots {
            if !root.exists() {
                bail!("{}: no such file or folder", root.display());
            }
        }
        if self.roots.is_empty() && !cfg!(windows) {
            return fail(
                "no folder was given, and the products do not run on this system",
                "give a folder with their logs: spoglight collect /mnt/ECEAPP01 --host ECEAPP01 -o case.zip",
            );
        }
        lower_priority();
        let request = self.request(&target)?;
        let plan = look(request);
        if plan.files.is_empty() {
            for problem in &plan.problems {
                output::warn(problem);
            }
            return fail(
                "nothing to collect: no log of a known format was found",
                "give the folder with the logs, or --all if they are older than yesterday",
            );
        }
        if self.dry_run {
            self.painting.stream(|look, out| list(&plan, look, out))?;
            return Ok(if plan.problems.is_empty() { Outcome::Success } else { Outcome::Incomplete });
        }
        self.write(&plan, &target)
    }

    /// What is asked for.
    fn request(&self, target: &Path) -> Result<Request> {
        let mut request = Request {
            roots: self.roots.clone(),
            host: self.host.clone(),
            max_size: self.max_size,
            runs_commands: !self.no_commands,
            ntp: self.ntp.clone(),
            output: (!self.dry_run).then(|| target.to_owned()),
            now: output::now(),
            ..Request::default()
        };
        request.zone = match self.zone {
            Some(zone) => Some(zone),
            // without a zone the times of logs stay local, and the window is wider for them
            None if request.is_this_machine() => machine_zone().ok(),
            None => None,
        };
        request.is_system_zone = self.zone.is_none();
        if let Some(incident) = self.incident {
            let Some(moment) = incident.moment(request.zone) else {
                return fail(
                    "--incident has no time zone",
                    "add Z for UTC or an offset such as -05:00 to the time, or give --tz",
                );
            };
            request.incident = Some(moment.nanos());
            request.window = Some(Window::around(moment.nanos(), self.window));
        } else if !self.all {
            request.window = Some(Window::since_yesterday(request.now, request.zone));
        }
        Ok(request)
    }

    fn write(&self, plan: &Plan, target: &Path) -> Result<Outcome> {
        let bytes = plan.bytes();
        let lines = plan.command_lines();
        if !lines.is_empty() {
            output::note(&format!(
                "runs {}: {}",
                counted(lines.len(), "command", "commands"),
                lines.join("; ")
            ));
        }
        let is_stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_stopped);
        ctrlc::set_handler(move || stop.store(true, Ordering::Relaxed)).context("cannot watch for Ctrl-C")?;
        let written = Bar::during(|bar| {
            bar.begin(bytes);
            let mut feedback =
                Shown { bar, is_stopped: &is_stopped, budget: self.max_cpu, since: Instant::now() };
            write_atomically(target, Durability::Synced, |out| {
                plan.write(env!("CARGO_PKG_VERSION"), out, &mut feedback)
            })
        });
        let collected = match written {
            Ok(collected) => collected,
            Err(_) if is_stopped.load(Ordering::Relaxed) => bail!("stopped: no archive was written"),
            Err(error) => return Err(error.into()),
        };
        for problem in &collected.problems {
            output::warn(problem);
        }
        let path = std::path::absolute(target).unwrap_or_else(|_| target.to_owned());
        let size = std::fs::metadata(target).map_or(0, |facts| facts.len());
        let (manifest, files) =
            (&collected.manifest, counted(collected.manifest.files.len(), "file", "files"));
        let role = manifest.role.as_deref().map(|role| format!(" ({role})")).unwrap_or_default();
        self.painting.stream(|look, out| {
            writeln!(out, "{}: {files} of {}{role}, {}", quoted(&path), manifest.host, bytes_text(size))?;
            missing(plan, out)?;
            left_out(manifest.left_out_count, out)?;
            others(&plan.elsewhere, look.width, out)?;
            writeln!(out, "Then: spoglight analyze {}", quoted(&path))
        })?;
        Ok(if collected.problems.is_empty() { Outcome::Success } else { Outcome::Incomplete })
    }
}

/// Looks for the files, with their number on a terminal.
fn look(request: Request) -> Plan {
    Bar::steps("looking at files", |bar| {
        Plan::of(request, &mut |step| match step {
            PlanStep::Found(count) => bar.begin(count as u64),
            PlanStep::Judged => bar.advance(1),
        })
    })
}

/// A progress bar that also hears of Ctrl-C, and rests.
struct Shown<'b> {
    bar: &'b Bar,
    is_stopped: &'b AtomicBool,
    budget: Budget,
    /// End of the last rest.
    since: Instant,
}

/// Shortest work after which it rests.
const WORK: Duration = Duration::from_millis(20);

impl Feedback for Shown<'_> {
    fn advance(&mut self, bytes: u64) -> io::Result<()> {
        self.bar.advance(bytes);
        let worked = self.since.elapsed();
        if worked >= WORK {
            std::thread::sleep(self.budget.rest(worked, Duration::ZERO));
            self.since = Instant::now();
        }
        if self.is_stopped.load(Ordering::Relaxed) {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "stopped"));
        }
        Ok(())
    }
}

/// Lists what would be collected.
fn list(plan: &Plan, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
    let role = plan.role.as_deref().map(|role| format!(" ({role})")).unwrap_or_default();
    let (count, size) = (counted(plan.files.len(), "file", "files"), bytes_text(plan.bytes()));
    writeln!(out, "{}{role}: {count}, {size} before compression", plan.host)?;
    for file in &plan.files {
        let path = file.path.display().to_string();
        writeln!(out, "  {:>10}  {}", bytes_text(file.bytes), clean(&path))?;
    }
    missing(plan, out)?;
    for line in plan.command_lines() {
        writeln!(out, "Runs: {line}")?;
    }
    left_out(plan.left_out_count, out)?;
    for file in plan.left_out.iter().take(SHOWN) {
        writeln!(out, "  {:>10}  {}: {}", bytes_text(file.bytes), clean(&file.path), clean(&file.why))?;
    }
    for problem in &plan.problems {
        output::warn(problem);
    }
    others(&plan.elsewhere, look.width, out)
}

/// Files that are left out and shown by name.
const SHOWN: usize = 20;

/// What was looked for and is not on this machine.
fn missing(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let missing = plan.places.iter().filter(|place| place.found.is_empty());
    let missing: Vec<&str> = missing.map(|place| place.name.as_str()).collect();
    if missing.is_empty() { Ok(()) } else { writeln!(out, "Not found: {}", missing.join(", ")) }
}

fn left_out(count: u64, out: &mut dyn Write) -> io::Result<()> {
    match count {
        0 => Ok(()),
        1 => writeln!(out, "Left out: 1 file"),
        _ => writeln!(out, "Left out: {} files", grouped(count)),
    }
}

/// The servers on which to run it, too.
fn others(elsewhere: &[(String, String)], width: usize, out: &mut dyn Write) -> io::Result<()> {
    if elsewhere.is_empty() {
        return Ok(());
    }
    writeln!(out, "Run it on the other servers of the case, too:")?;
    for (name, place) in elsewhere {
        for (at, line) in
            layout::sentence(&format!("{name}: {place}"), width.saturating_sub(4)).into_iter().enumerate()
        {
            writeln!(out, "  {}{line}", if at == 0 { "" } else { "  " })?;
        }
    }
    Ok(())
}

/// A number of bytes for people.
fn bytes_text(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

/// A path as a word of a command line.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let text = clean(&text);
    if text.contains(' ') { format!("\"{text}\"") } else { text.into_owned() }
}
