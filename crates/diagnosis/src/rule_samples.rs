//! Samples of rules: logs in short form, from which real ones are written to try a rule on.
//!
//! A line is one message:
//!
//! ```text
//! +90s ECEAPP01 ApplicationServer [31:worker] pid=42 @ldap-49-52e svc-ece@example.com
//! ```
//!
//! After time, server and process follow thread and process number, which may be left out, and the message. `@ID` is the
//! first hit line of that signature (`@ID/2` the second), and the words after it precede it in the message; what does not
//! begin with `@` is the message itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use spoglight_signatures::Signature;
use spoglight_time::Timestamp;
use spoglight_time::duration::duration;

/// A log of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleLog {
    /// Path below the folder of the collection, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The time that `+0s` is, in nanoseconds since 1970: 21 November 2026, 12:00 UTC.
const START: i64 = 1_795_262_400_000_000_000;

/// Makes the logs of a sample. `signature` looks up a signature with its hit lines.
///
/// The error is a sentence with the line that cannot be read.
pub fn logs<'s>(
    lines: &str,
    signature: &dyn Fn(&str) -> Option<&'s Signature>,
) -> Result<Vec<SampleLog>, String> {
    let mut logs: BTreeMap<(String, String), String> = BTreeMap::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let fault = |what: &str| format!("{line:?} {what}");
        let mut words = line.splitn(4, ' ');
        let time = words
            .next()
            .and_then(duration)
            .ok_or_else(|| fault("does not begin with a time such as +90s"))?;
        let mut word = |what: &str| words.next().filter(|word| !word.is_empty()).ok_or_else(|| fault(what));
        let (host, process) = (word("has no server")?, word("has no process")?);
        if [host, process].iter().any(|name| name.contains(['/', '\\', ':']) || name.starts_with('.')) {
            return Err(fault("has a server or process that is not a plain name"));
        }
        let mut text = word("has no message")?;
        let (mut thread, mut pid) = ("31:worker", "4711");
        if let Some((name, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            (thread, text) = (name, rest);
        }
        if let Some((id, rest)) = text.strip_prefix("pid=").and_then(|rest| rest.split_once(' ')) {
            (pid, text) = (id, rest);
        }
        let (mut message, mut level) = (text.to_owned(), "INFO");
        if let Some(named) = text.strip_prefix('@') {
            let (id, beside) = named.split_once(' ').unwrap_or((named, ""));
            let (id, place) = id.split_once('/').unwrap_or((id, "1"));
            let found = signature(id).ok_or_else(|| fault("names no signature"))?;
            let place = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
            let hit =
                place.and_then(|place| found.hits.get(place)).ok_or_else(|| fault("names no hit line"))?;
            message = format!("{beside} {}", plain(&hit.text));
            level = "ERROR";
        }
        let stamp = Timestamp::Utc(START.saturating_add(time)).on_the_wall(None);
        let stamp = stamp.trim_end_matches('Z').replace('T', " ");
        let log = logs.entry((host.to_owned(), process.to_owned())).or_default();
        let _ = writeln!(
            log,
            "{stamp} GMT+0000 <@> {level} <@> [{thread}] <@> ProcessId:{pid} <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> \
             com.egain.Sample <@> run() <@> {message} <@> "
        );
    }
    let log = |((host, process), text): ((String, String), String)| SampleLog {
        path: format!("{host}/eService/logs/eg_log_{host}_{process}.log"),
        text,
    };
    Ok(logs.into_iter().map(log).collect())
}

/// The text of a hit line without the layout of its log.
fn plain(text: &str) -> String {
    let parts: Vec<&str> = text.split(" <@> ").collect();
    // time, level, thread, process, partition, user, session, class, method
    match parts.get(9..) {
        Some(rest) if parts.len() > 1 => rest.join(" ").replace("<@>", ""),
        _ if parts.len() > 1 => String::new(),
        _ => text.to_owned(),
    }
}
