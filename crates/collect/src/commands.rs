//! Runs the fixed commands of the topology, each with a time limit, and keeps what they print.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use spoglight_topology::CollectedCommand;
use wait_timeout::ChildExt as _;

use crate::machine::Machine;

/// Time that a command may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Time to wait for the rest of the output of a command that has ended.
const REST: Duration = Duration::from_secs(2);

/// The problem of a command whose program is not on the machine, as that of a web server where there is none.
pub(crate) const ABSENT: &str = "it is not on this machine";

/// Bytes of output that are kept.
const MOST: u64 = 16 << 20;

/// A command that may be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Runnable {
    /// Name of the file with its output.
    pub(crate) name: String,
    pub(crate) program: String,
    pub(crate) arguments: Vec<String>,
}

/// What a command printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) output: Vec<u8>,
    pub(crate) exit_code: Option<i32>,
    pub(crate) problem: Option<String>,
}

impl Runnable {
    /// The command of the topology on a machine; `None` if it needs a server of time and none was given.
    pub(crate) fn of(
        command: &CollectedCommand,
        machine: &dyn Machine,
        ntp: Option<&str>,
    ) -> Option<Runnable> {
        let fill = |text: &String| {
            let mut text = text.clone();
            if text.contains("{ntp}") {
                text = text.replace("{ntp}", ntp?);
            }
            if text.contains("{SystemRoot}") {
                text = text.replace("{SystemRoot}", &machine.variable("SystemRoot")?);
            }
            Some(text)
        };
        Some(Runnable {
            name: command.name.clone(),
            program: fill(&command.program)?,
            arguments: command.arguments.iter().map(fill).collect::<Option<_>>()?,
        })
    }

    /// The command line, for people.
    pub(crate) fn line(&self) -> String {
        let quoted = |text: &String| if text.contains(' ') { format!("\"{text}\"") } else { text.clone() };
        let words: Vec<String> = std::iter::once(&self.program).chain(&self.arguments).map(quoted).collect();
        words.join(" ")
    }

    /// Runs it.
    pub(crate) fn run(&self) -> Ran {
        self.run_within(LIMIT)
    }

    fn run_within(&self, limit: Duration) -> Ran {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let failed = |why: String| Ran { output: Vec::new(), exit_code: None, problem: Some(why) };
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return failed(ABSENT.to_owned());
            }
            Err(error) => return failed(format!("it cannot be started: {error}")),
        };
        let printed = reader(child.stdout.take());
        let errors = reader(child.stderr.take());
        let (exit_code, problem) = match child.wait_timeout(limit) {
            Ok(Some(status)) if status.success() => (status.code(), None),
            Ok(Some(status)) => (status.code(), Some(format!("it failed ({status})"))),
            Ok(None) => {
                end(&mut child);
                (None, Some(format!("it was stopped after {} seconds", limit.as_secs())))
            }
            Err(error) => {
                end(&mut child);
                (None, Some(format!("it cannot be waited for: {error}")))
            }
        };
        let mut output = collected(&printed);
        output.extend(collected(&errors));
        Ran { output, exit_code, problem }
    }
}

fn end(child: &mut Child) {
    // it may have ended by itself meanwhile
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads a stream on a thread of its own. A program that the command started may hold it open for ever, so nobody waits
/// for the thread.
fn reader(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    if let Some(stream) = stream {
        std::thread::spawn(move || {
            let mut stream = stream.take(MOST);
            let mut step = vec![0; 64 << 10];
            while let Ok(count) = stream.read(&mut step)
                && count > 0
                && sender.send(step.get(..count).unwrap_or_default().to_vec()).is_ok()
            {}
        });
    }
    receiver
}

/// What a stream yielded, up to its end or to the time limit.
fn collected(parts: &Receiver<Vec<u8>>) -> Vec<u8> {
    let mut all = Vec::new();
    while let Ok(part) = parts.recv_timeout(REST) {
        all.extend(part);
    }
    all
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Runnable {
        Runnable {
            name: "x".to_owned(),
            program: "sh".to_owned(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
        }
    }

    #[test]
    fn a_command_ends_in_time_and_its_output_is_kept() {
        let ran = shell("echo out; echo err >&2; exit 3").run();
        assert_eq!((ran.output.as_slice(), ran.exit_code), (&b"out\nerr\n"[..], Some(3)));
        assert!(ran.problem.is_some_and(|problem| problem.contains("failed")));
        let ran = shell("echo begun; exec sleep 1000").run_within(Duration::from_millis(300));
        assert_eq!(ran.output, b"begun\n");
        assert_eq!(ran.problem.as_deref(), Some("it was stopped after 0 seconds"));
        let missing = Runnable { program: "no-such-program-0".to_owned(), ..shell("") };
        assert_eq!(missing.run().problem.as_deref(), Some("it is not on this machine"));
        assert_eq!(shell("a b").line(), "sh -c \"a b\"");
    }
}
