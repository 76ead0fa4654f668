//! `spoglight help`: help pages of commands, and topics that several commands share.

use std::io::Write as _;

use anyhow::Result;
use clap::Args;

use super::Outcome;
use super::output::{self, fail};

/// A page of help that belongs to no single command.
struct Topic {
    name: &'static str,
    text: &'static str,
}

/// All topics.
const TOPICS: &[Topic] = &[
    Topic { name: "filters", text: spoglight_query::HELP },
    Topic { name: "time", text: TIME },
    Topic { name: "exit-codes", text: EXIT_CODES },
];

const TIME: &str = "\
Times (--since, --until, --around, --incident, tail --from):
  2026-11-21T13:31Z         UTC
  2026-11-21T08:31-05:00    with an offset
  2026-11-21 08:31          without one: in the zone of --show-tz (--incident: of
                            --tz)
  2026-11-21                the start of that day
  13:31   13:31:05          a time of day, if the logs cover one day
  -2h                       before the last event; tail: before now
  +30m                      --until only: after --since
  @incident-5m              relative to --incident
  @start+1h   @end-10m      relative to the first or last event
--incident takes a date and a time only, --from none with @ or +.

Durations: 30s  5m  1h30m  2d

Zones (--tz, --show-tz):
  Europe/Rome               IANA name
  W. Europe Standard Time   Windows name
  local                     the zone of this machine
  utc                       UTC
  source                    --show-tz only: local time of each server

Zones of some logs (--tz): the glob is compared with the server and the path
  --tz PCCEADSA=America/New_York --tz \"*/icm/*=Europe/Rome\"

Clocks (--skew): how far the clock of a server is ahead or behind
  --skew ECEAPP01=+3.2s --skew PCCEADSA=-2m

The zone of a log without offsets is detected in this order: --tz; offsets in
the same log; -Duser.timezone in the log of a start; offsets in other logs of
the folder, then of the server; identifiers that a server of a known zone
logged at the same time; modification time of the file; zone of a zip archive.
A log of an unknown zone keeps its local time and is listed last, with a
warning.";

const EXIT_CODES: &str = "\
Exit codes of every command:
  0  done: nothing is wrong, and everything needed was seen
  1  the answer is bad:
       analyze, tail     a failure of severity high or critical was found
       timeline, trace   no event matched
       why-not           it was found
       signatures list   no signature matched
       signatures test   a sample failed
  2  the run failed: wrong arguments, no terminal, a path that does not
     exist, or nothing of a known format was read
  3  the answer is incomplete:
       analyze           nothing of severity high or critical was found, but a
                         log is missing, was not read or is silent
       inventory         a log is missing, was not read or is silent
       why-not           the logs cannot tell
       timeline, trace   a file was not read, or only in part
Trace levels of normal operation do not make an answer incomplete.";

/// Show help for a command or a topic
///
/// Topics: filters, time, exit-codes.
#[derive(Debug, Args)]
pub(super) struct Help {
    /// Name of a command or topic [topics: filters, time, exit-codes]
    #[arg(value_name = "COMMAND|TOPIC")]
    names: Vec<String>,
}

impl Help {
    pub(super) fn run(self) -> Result<Outcome> {
        if let [name] = self.names.as_slice()
            && let Some(topic) = TOPICS.iter().find(|topic| topic.name == name)
        {
            let mut out = output::standard();
            writeln!(out, "{}", topic.text)?;
            out.flush()?;
            return Ok(Outcome::Success);
        }
        let mut command = super::command();
        command.build();
        let mut page = &mut command;
        for name in &self.names {
            let Some(found) = page.find_subcommand_mut(name) else {
                return fail(format!("no command or topic {name:?}"), "run 'spoglight help' for a list");
            };
            page = found;
        }
        output::print_help(&page.render_long_help(), false);
        Ok(Outcome::Success)
    }
}
