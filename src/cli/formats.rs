//! `spoglight formats`: the known log formats, and how much of a file they cover.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use spoglight_engine::extracts;
use spoglight_engine::format_coverage;
use spoglight_engine::format_coverage::Trial;
use spoglight_engine::learn;
use spoglight_engine::user_formats::UserFormats;
use spoglight_parsers::{Format, formats};
use spoglight_source::{Bundle, Opening, Problem};
use spoglight_text::sanitize::clean;

use super::output::{self, fail, warn_of};
use super::passwords::Unlocking;
use super::reading::{Charsets, CustomFormats, config_folder};
use super::{INPUT, Outcome, names};

const EXAMPLES: &str = "\
Examples:
  spoglight formats list
  spoglight formats show tomcat-juli
  spoglight formats test strange.log
  spoglight formats test strange.log --formats my-formats
  spoglight formats learn strange.log > my-formats/strange.toml

A custom format is a TOML file in a folder that --formats names, or in the
folder that `formats list` shows:

  name = \"acme-gateway\"
  # letters of Java date formats; any known timestamp if omitted
  stamp = \"yyyy-MM-dd HH:mm:ss.SSS\"
  line = '^(?<stamp>\\S+ \\S+) (?<level>\\w+) \\[(?<thread>\\S+)\\] (?<message>.*)$'

  [levels]      # level words that other loggers do not use
  FEHLER = \"error\"

  [[sample]]    # checked whenever the format is read
  line = \"2026-11-21 10:00:00.123 FEHLER [main] no route\"
  stamp = \"2026-11-21T10:00:00.123\"
  level = \"error\"";

/// List, show and test log formats
///
/// The format of a file is detected by its content, not by its name.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Formats {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the known formats
    List {
        #[command(flatten)]
        formats: CustomFormats,
    },
    /// Show a format with an example
    Show {
        /// Name of the format
        name: String,
        #[command(flatten)]
        formats: CustomFormats,
    },
    /// Write a custom format for a log in no known format
    Learn {
        /// Log file or archive
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        /// Name of the format
        #[arg(long, value_name = "NAME", default_value = "learned", help_heading = INPUT)]
        name: String,

        #[command(flatten)]
        passwords: Unlocking,

        #[command(flatten)]
        charsets: Charsets,
    },
    /// Show how much of a file is parsed, and the first lines that are not
    Test {
        /// Log file or archive
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,

        /// Test only this format
        #[arg(long, value_name = "NAME", help_heading = INPUT)]
        format: Option<String>,

        #[command(flatten)]
        passwords: Unlocking,

        #[command(flatten)]
        charsets: Charsets,

        #[command(flatten)]
        formats: CustomFormats,
    },
}

impl Formats {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::List { formats } => list(&formats.read()?),
            What::Show { name, formats } => show(&name, &formats.read()?),
            What::Learn { files, name, passwords, charsets } => {
                let opening = Opening { passwords: passwords.passwords(), ..Opening::default() };
                learned(&files, &name, &opening, &charsets)
            }
            What::Test { files, format, passwords, charsets, formats } => {
                let opening = Opening { passwords: passwords.passwords(), ..Opening::default() };
                test(&files, format.as_deref(), &opening, &charsets, &formats.read()?)
            }
        }
    }
}

fn list(custom: &UserFormats) -> Result<Outcome> {
    let mut out = output::standard();
    let mut known = custom.and_built_in();
    known.push(formats::TEXT);
    known.sort_by_key(|format| format.name());
    let width = known.iter().map(|format| format.name().len()).max().unwrap_or(0);
    for format in known {
        let mark = if custom.iter().any(|one| one.name() == format.name()) { "  (custom)" } else { "" };
        writeln!(out, "{:width$}  {}{mark}", format.name(), clean(format.title()))?;
    }
    if let Some(folder) = config_folder("formats") {
        writeln!(out, "\nCustom formats are read from {}", clean(&folder.display().to_string()))?;
    }
    out.flush()?;
    Ok(Outcome::Success)
}

fn show(name: &str, custom: &UserFormats) -> Result<Outcome> {
    let known = custom.and_built_in();
    let Some(format) = known.iter().copied().chain([formats::TEXT]).find(|format| format.name() == name)
    else {
        let known = known.iter().map(|format| format.name());
        return fail(
            format!("unknown format {name:?}"),
            names::advice(name, known, "spoglight formats list"),
        );
    };
    let mut out = output::standard();
    writeln!(out, "{}: {}", format.name(), clean(format.title()))?;
    let times = match (format.zone_rule(), format.is_undated()) {
        (Some(rule), _) => format!("UTC, because {rule}"),
        (None, true) => {
            "times of day; the date comes from lines above, the name of the file, and midnights".to_owned()
        }
        (None, false) => "local time, unless the line has an offset".to_owned(),
    };
    if format.understands() {
        writeln!(out, "Timestamps: {times}")?;
    }
    if let Some(doubt) = format.offset_doubt() {
        writeln!(out, "Offsets: {doubt}")?;
    }
    if let Some(custom) = custom.iter().find(|custom| custom.name() == name) {
        writeln!(out, "\n{}", clean(custom.source()))?;
    } else {
        writeln!(out, "\nFor example:")?;
        for line in format.example().lines() {
            writeln!(out, "  {line}")?;
        }
    }
    out.flush()?;
    Ok(Outcome::Success)
}

/// Writes the layouts of logs as custom formats. A comment has what they were learned from, and what is in doubt.
fn learned(files: &[PathBuf], name: &str, opening: &Opening, charsets: &Charsets) -> Result<Outcome> {
    let known = formats::ALL.to_vec();
    let mut bundle = Bundle::open(files, opening);
    extracts::unwrap_new(&mut bundle, |_| true, &known, &charsets.rules());
    let mut out = output::standard();
    warn_of(&bundle.problems);
    let mut is_found = false;
    for source in &bundle.sources {
        let layout = match format_coverage::learned(source, &charsets.rules()) {
            Ok(layout) => layout,
            Err(problem) => {
                warn_of(&[problem]);
                continue;
            }
        };
        let Some(layout) = layout else {
            let what = "has no timestamp whose form repeats";
            warn_of(&[Problem::new(
                &*source.path,
                what,
                "describe it: `spoglight formats --help` has an example",
            )]);
            continue;
        };
        is_found = true;
        let share = layout.lines as f64 * 100.0 / layout.candidates.max(1) as f64;
        let sure = if layout.is_certain() { "certain" } else { "too few lines to be certain" };
        writeln!(out, "# learned from {}", clean(&source.path))?;
        writeln!(
            out,
            "# {} of {} lines with which a message may begin ({share:.0} %): {sure}",
            layout.lines, layout.candidates
        )?;
        if let Some(order) = &layout.order {
            writeln!(out, "# order of the date: {}", clean(order))?;
        }
        if let Some(doubt) = &layout.doubt {
            writeln!(out, "# only the time of day is read: {}", clean(doubt))?;
        }
        writeln!(out, "{}", learn::toml_of(&layout, name))?;
    }
    out.flush()?;
    warn_of(&bundle.noticed());
    Ok(if is_found { Outcome::Success } else { Outcome::Failed })
}

fn test(
    files: &[PathBuf],
    only: Option<&str>,
    opening: &Opening,
    charsets: &Charsets,
    custom: &UserFormats,
) -> Result<Outcome> {
    let mut known = custom.and_built_in();
    if let Some(name) = only {
        let names: Vec<&str> = known.iter().map(|format| format.name()).collect();
        known.retain(|format| format.name() == name);
        if known.is_empty() {
            let help = names::advice(name, names.into_iter(), "spoglight formats list");
            return fail(format!("unknown format {name:?}"), help);
        }
    }
    let mut bundle = Bundle::open(files, opening);
    extracts::unwrap_new(&mut bundle, |_| true, &known, &charsets.rules());
    let mut out = output::standard();
    warn_of(&bundle.problems);
    for source in &bundle.sources {
        match format_coverage::run(source, &known, &charsets.rules()) {
            Ok(trial) => print(&mut out, &source.path, &trial)?,
            Err(problem) => warn_of(&[problem]),
        }
    }
    out.flush()?;
    warn_of(&bundle.noticed());
    Ok(if bundle.sources.is_empty() { Outcome::Failed } else { Outcome::Success })
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
        "  parsed    {:.1} % of {} bytes: {:.1} % in first lines, {:.1} % in continuation lines",
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
    for (heading, lines) in
        [("Not parsed", &trial.strange), ("Continuation lines that do not look like one", &trial.doubtful)]
    {
        if lines.is_empty() {
            continue;
        }
        writeln!(out, "\n  {heading} (first lines):")?;
        for (number, line) in lines {
            writeln!(out, "  {number:>8}  {}", clean(line))?;
        }
    }
    writeln!(out)?;
    Ok(())
}
