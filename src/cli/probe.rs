//! `spoglight probe`: tries from this machine what a finding is about.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Subcommand};
use spoglight_probe::{Endpoint, PortAnswer, PortProbe};

use super::events::span;
use super::output::Painting;
use super::{GENERAL, OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight probe port ECEWEB01:443
  spoglight probe port DC01:636 DC01:3269 [fd00::5]:25 --timeout 3s
  spoglight probe port ECEWEB01:443 --format json

Run it on the machine on which the failure is. One connection is made to each
address of a host, nothing is sent, and nothing is repeated.

Exit codes:
  0  every port is open
  1  a port is not open
  2  the run failed: wrong arguments";

/// Try from this machine what a finding is about
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Probe {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Try whether ports answer
    Port(Port),
}

#[derive(Debug, Args)]
struct Port {
    /// Host and port, such as ECEWEB01:443 or [fd00::5]:443
    #[arg(required = true, value_name = "HOST:PORT")]
    endpoints: Vec<Endpoint>,

    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    #[arg(help_heading = OUTPUT)]
    format: String,

    #[command(flatten)]
    painting: Painting,

    /// Longest time for each HOST:PORT
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = span, help_heading = GENERAL)]
    timeout: i64,
}

impl Probe {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::Port(port) => port.run(),
        }
    }
}

impl Port {
    fn run(self) -> Result<Outcome> {
        let timeout = Duration::from_nanos(self.timeout.unsigned_abs());
        let is_json = self.format == "json";
        let mut probes = Vec::new();
        self.painting.stream(|_, out| {
            for endpoint in &self.endpoints {
                let probe = PortProbe::run(endpoint, timeout);
                if !is_json {
                    write_text(endpoint, &probe, out)?;
                    // the next may take its whole time
                    out.flush()?;
                }
                probes.push(probe);
            }
            if is_json {
                serde_json::to_writer_pretty(&mut *out, &serde_json::json!({ "ports": probes }))?;
                writeln!(out)?;
            }
            Ok(())
        })?;
        let is_open = probes.iter().all(|probe| probe.answer == PortAnswer::Open);
        Ok(if is_open { Outcome::Success } else { Outcome::Found })
    }
}

fn write_text(endpoint: &Endpoint, probe: &PortProbe, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{endpoint}: {}", words(probe.answer))?;
    for tried in &probe.addresses {
        writeln!(out, "  {}: {}", tried.address, words(tried.answer))?;
    }
    probe.answer.advice().map_or(Ok(()), |advice| writeln!(out, "  help: {advice}"))
}

fn words(answer: PortAnswer) -> &'static str {
    match answer {
        PortAnswer::Open => "open",
        PortAnswer::Refused => "refused",
        PortAnswer::NoAnswer => "no answer",
        PortAnswer::Unreachable => "unreachable",
        PortAnswer::NameNotFound => "name not found",
        PortAnswer::NoAnswerForName => "no answer for the name",
    }
}
