//! `spoglight formats`: which formats are known, how they look, and how much of a file they understand.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use spoglight_engine::format_coverage;
use spoglight_engine::format_coverage::Trial;
use spoglight_engine::user_formats::OwnFormats;
use spoglight_parsers::{Format, formats};
use spoglight_source::{Bundle, Opening, Problem};
use spoglight_text::sanitize::clean;

use super::Outcome;
use super::output;
use super::passwords::Unlocking;
use super::reading::{Reading, own_folder};

const EXAMPLES: &str = "\
Examples:
  spoglight formats list
  spoglight formats show tomcat-juli
  spoglight formats test strange.log
  spoglight formats test strange.log --formats my-formats

A format of your own is a TOML file in the folder that `formats list` names, or in one that --formats names:

  name = \"acme-gateway\"
  stamp = \"yyyy-MM-dd HH:mm:ss.SSS\"       # letters of Java's date formats; left out: any known stamp
  line = '^(?<stamp>\\S+ \\S+) (?<level>\\w+) \\[(?<thread>[^\\]]*)\\] (?<class>\\S+) - (?<message>.*)$'

  [levels]                                # words that no other logger writes
  FEHLER = \"error\"

  [[sample]]                              # tried whenever the format is read
  line = \"2026-11-21 10:00:00.123 FEHLER [main] gw.Route - no route\"
  stamp = \"2026-11-21T10:00:00.123\"
  level = \"error\"";

/// Says which log formats are known, and tries them on a file
///
/// Formats are told by the content of a file, never by its name.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Formats {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Lists the formats that are known
    List {
        #[command(flatten)]
        reading: Reading,
    },
    /// Shows how messages of a format look
    Show {
        /// Name of the format
        name: String,
        #[command(flatten)]
        reading: Reading,
    },
    /// Shows how much of a file is understood, and the first lines that are not
    Test {
        /// Log file; several at once
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        /// Try this format alone
        #[arg(long, value_name = "NAME")]
        format: Option<String>,

        #[command(flatten)]
        passwords: Unlocking,

        #[command(flatten)]
        reading: Reading,
    },
}

impl Formats {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::List { reading } => list(&reading.formats()?),
            What::Show { name, reading } => show(&name, &reading.formats()?),
            What::Test { files, format, passwords, reading } => {
                let opening = Opening { passwords: passwords.passwords(), ..Opening::default() };
                test(&files, format.as_deref(), &opening, &reading)
            }
        }
    }
}

fn list(own: &OwnFormats) -> Result<Outcome> {
    let mut out = output::standard();
    let known = own.and_built_in();
    let width = known.iter().map(|format| format.name().len()).max().unwrap_or(0);
    for format in known.iter().copied().chain([formats::TEXT]) {
        let mine = if own.iter().any(|one| one.name() == format.name()) { "  (your own)" } else { "" };
        writeln!(out, "{:width$}  {}{mine}", format.name(), clean(format.title()))?;
    }
    if let Some(folder) = own_folder("formats") {
        writeln!(out, "\nFormats of your own are read from {}", clean(&folder.display().to_string()))?;
    }
    out.flush()?;
    Ok(Outcome::Well)
}

fn show(name: &str, own: &OwnFormats) -> Result<Outcome> {
    let known = own.and_built_in();
    let Some(format) = known.iter().copied().chain([formats::TEXT]).find(|format| format.name() == name)
    else {
        let near: Vec<&str> =
            known.iter().map(|format| format.name()).filter(|known| known.contains(name)).collect();
        match near.as_slice() {
            [] => bail!("no format is called {name:?}; `spoglight formats list` names them all"),
            near => bail!("no format is called {name:?}; did you mean {}?", near.join(" or ")),
        }
    };
    let mut out = output::standard();
    writeln!(out, "{}: {}", format.name(), clean(format.title()))?;
    let stamps = match (format.zone_rule(), format.is_undated()) {
        (Some(rule), _) => format!("UTC, because {rule}"),
        (None, true) => {
            "times of day; the date comes from lines above, the name of the file, and midnights".to_owned()
        }
        (None, false) => "local time where a line says no offset".to_owned(),
    };
    if format.understands() {
        writeln!(out, "Stamps: {stamps}")?;
    }
    if let Some(doubt) = format.offset_doubt() {
        writeln!(out, "Offsets: {doubt}")?;
    }
    if let Some(one) = own.iter().find(|one| one.name() == name) {
        writeln!(out, "\n{}", clean(one.source()))?;
    } else {
        writeln!(out, "\nFor example:")?;
        for line in format.example().lines() {
            writeln!(out, "  {line}")?;
        }
    }
    out.flush()?;
    Ok(Outcome::Well)
}

fn test(files: &[PathBuf], only: Option<&str>, opening: &Opening, reading: &Reading) -> Result<Outcome> {
    let own = reading.formats()?;
    let mut known = own.and_built_in();
    if let Some(name) = only {
        known.retain(|format| format.name() == name);
        if known.is_empty() {
            bail!("no format is called {name:?}; `spoglight formats list` names them all");
        }
    }
    let bundle = Bundle::open(files, opening);
    let mut out = output::standard();
    bundle.problems.iter().try_for_each(|problem| say(&mut out, problem))?;
    for source in &bundle.sources {
        match format_coverage::run(source, &known, &reading.charsets()) {
            Ok(trial) => print(&mut out, &source.path, &trial)?,
            Err(problem) => say(&mut out, &problem)?,
        }
    }
    bundle.noticed().iter().try_for_each(|problem| say(&mut out, problem))?;
    out.flush()?;
    Ok(if bundle.sources.is_empty() { Outcome::Failed } else { Outcome::Well })
}

fn say(out: &mut dyn std::io::Write, problem: &Problem) -> Result<()> {
    Ok(writeln!(out, "{} {}; {}", clean(&problem.path), clean(&problem.what), problem.advice)?)
}

fn print(out: &mut dyn std::io::Write, path: &str, trial: &Trial) -> Result<()> {
    writeln!(out, "{}", clean(path))?;
    writeln!(out, "  format    {}", trial.format)?;
    writeln!(out, "  charset   {} ({})", trial.charset, clean(&trial.evidence))?;
    if let Some(language) = &trial.language {
        writeln!(out, "  language  {language}")?;
    }
    let share = |part: u64| part as f64 * 100.0 / trial.bytes.max(1) as f64;
    writeln!(
        out,
        "  parsed    {:.1} % of {} bytes: {:.1} % in first lines, {:.1} % in lines that hang below them",
        share(trial.first_lines + trial.hanging),
        trial.bytes,
        share(trial.first_lines),
        share(trial.hanging),
    )?;
    for (format, count) in &trial.formats {
        writeln!(out, "  messages  {count} of {format}")?;
    }
    let counts: Vec<String> = trial.levels.iter().map(|(level, count)| format!("{count} {level}")).collect();
    if !counts.is_empty() {
        writeln!(out, "  levels    {}", counts.join(", "))?;
    }
    for (heading, lines) in [
        ("Not understood", &trial.strange),
        ("Hang below the line before, though they do not look like it", &trial.doubtful),
    ] {
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "\n  {heading}; the first of them:")?;
        for (number, line) in lines {
            writeln!(out, "  {number:>8}  {}", clean(line))?;
        }
    }
    writeln!(out)?;
    Ok(())
}
