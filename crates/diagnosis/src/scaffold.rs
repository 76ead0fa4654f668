//! A scaffold of a signature from events of logs: a literal, a pattern with the variable values as captures, and the
//! events as its hits. Texts that only a person can write are `TODO`.
//!
//! An event is a whole message with its stack trace, as the format of its file reads it. One that has a provider and a
//! number, as those of Windows, is matched by these. Secrets are masked, because the file is made to be given away.

mod pattern;
mod places;
mod read;

use std::fmt::Write as _;

use spoglight_text::sanitize::is_dangerous;
use spoglight_topology::Topology;

use pattern::{literal, pattern};
pub use places::{EvidencePlace, evidence_of_error, evidence_of_finding};
pub use read::event;

/// An event of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleEvent {
    /// The file, as it was named.
    pub file: String,
    /// The line that was named, from 1.
    pub number: u64,
    /// The whole event, with masked secrets.
    pub text: String,
    /// The line of it that the search is made for, without what its format puts before its message.
    pub line: String,
    /// Provider and number, if it is a numbered event, as those of Windows are.
    pub event: Option<(String, u16)>,
}

/// What a draft searches.
struct DraftMatch {
    /// The fields of `[match]`.
    fields: String,
    /// Captures of each event.
    captures: Vec<Vec<(String, String)>>,
    /// The text of the first event that no other signature may have, for the near miss.
    rare: String,
}

/// Returns the text of a signature file whose hits are these events, of which there is at least one.
pub fn signature(id: &str, events: &[SampleEvent]) -> String {
    let made = by_number(events).unwrap_or_else(|| by_text(events));
    let log = Topology::embedded().logs().first().map_or("", |log| log.name.as_str());
    let mut out = format!(
        "id         = {id:?}\ntitle      = \"TODO: one sentence that names the fault\"\nseverity   = \"medium\"     # \
         critical, high, medium, low, info\nconfidence = \"likely\"     # certain, likely, possible\n# shows_in = \
         [{log:?}]   # the logs that would show it, so that silence means not found\n\ncause = \"\"\"\\\nTODO: why it \
         happens.\"\"\"\nconfirm = [\"TODO: a step that proves it\"]\nfix = [\"TODO: a step that fixes \
         it\"]\nfalse_positives = [\"TODO: when it is a false positive\"]\nreferences = [\"TODO: the source of the \
         facts\"]\n\n[match]\n{}\n",
        made.fields
    );
    for (event, captures) in events.iter().zip(&made.captures) {
        let from = quoted(&format!("{}:{}", event.file, event.number));
        let _ = write!(out, "\n[[hit]]\ntext = {}\nfrom = {from}\n", raw(&event.text));
        if !captures.is_empty() {
            let values: Vec<String> =
                captures.iter().map(|(name, value)| format!("{name} = {}", quoted(value))).collect();
            let _ = writeln!(out, "captures = {{ {} }}", values.join(", "));
        }
    }
    let near = events.first().map(|event| event.text.replace(&made.rare, "TODO")).unwrap_or_default();
    let _ = write!(
        out,
        "\n[[miss]]\ntext = {}\nwhy = \"TODO: replace this by a similar line of another failure\"\n",
        raw(&near)
    );
    out
}

/// A search by provider and number, if all events have them.
fn by_number(events: &[SampleEvent]) -> Option<DraftMatch> {
    let keys: Option<Vec<&(String, u16)>> = events.iter().map(|event| event.event.as_ref()).collect();
    let keys = keys.filter(|keys| !keys.is_empty())?;
    let mut providers: Vec<(&str, Vec<u16>)> = Vec::new();
    for (provider, id) in &keys {
        match providers.iter_mut().find(|(known, _)| known == provider) {
            Some((_, ids)) if ids.contains(id) => {}
            Some((_, ids)) => ids.push(*id),
            None => providers.push((provider, vec![*id])),
        }
    }
    let table = |(provider, ids): &(&str, Vec<u16>)| {
        let ids: Vec<String> = ids.iter().map(u16::to_string).collect();
        format!("{{ provider = {}, ids = [{}] }}", quoted(provider), ids.join(", "))
    };
    let fields = match providers.as_slice() {
        [provider] => format!("event = {}", table(provider)),
        all => format!("event = [{}]", all.iter().map(table).collect::<Vec<_>>().join(", ")),
    };
    Some(DraftMatch {
        fields,
        captures: keys.iter().map(|(_, id)| vec![("event".to_owned(), id.to_string())]).collect(),
        rare: keys.first().map(|(_, id)| id.to_string()).unwrap_or_default(),
    })
}

/// A search by a literal and a pattern: those of the first event if they are in all, else only a literal of each.
fn by_text(events: &[SampleEvent]) -> DraftMatch {
    let Some(first) = events.first() else {
        return DraftMatch { fields: String::new(), captures: Vec::new(), rare: String::new() };
    };
    let rare = literal(&first.line);
    let (pattern, captures) = pattern(&first.line, &first.text);
    let has_literal = events.iter().all(|event| event.text.contains(&rare));
    let made = regex::bytes::Regex::new(&pattern).ok().filter(|_| has_literal);
    let captured = |event: &SampleEvent| {
        let made = made.as_ref()?;
        let found = event.text.lines().find_map(|line| made.captures(line.as_bytes()))?;
        let value = |name: &String| Some(String::from_utf8_lossy(found.name(name)?.as_bytes()).into_owned());
        captures.iter().map(|(name, _)| Some((name.clone(), value(name)?))).collect::<Option<Vec<_>>>()
    };
    if let Some(captures) = events.iter().map(captured).collect::<Option<Vec<_>>>() {
        let fields = format!("any     = [{}]\npattern = {}", quoted(&rare), raw(&pattern));
        return DraftMatch { fields, captures, rare };
    }
    let mut literals: Vec<String> = Vec::new();
    for event in events {
        if !literals.iter().any(|known| event.text.contains(known.as_str())) {
            literals.push(literal(&event.line));
        }
    }
    let literals: Vec<String> = literals.iter().map(|literal| quoted(literal)).collect();
    let fields = format!("any = [{}]", literals.join(", "));
    DraftMatch { fields, captures: vec![Vec::new(); events.len()], rare }
}

/// A TOML literal string, or a quoted string if that is not possible.
fn raw(text: &str) -> String {
    let is_plain = !text.contains("'''")
        && !text.ends_with('\'')
        && !text.chars().any(|one| is_dangerous(one) && one != '\t' && one != '\n');
    // a line end at the beginning is not a part of the text
    let start = if text.contains('\n') { "\n" } else { "" };
    if is_plain { format!("'''{start}{text}'''") } else { quoted(text) }
}

/// A TOML string with escapes for everything that a terminal could obey or hide.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => quoted.extend(['\\', one]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            one if is_dangerous(one) => {
                let _ = write!(quoted, "\\U{:08X}", one as u32);
            }
            one => quoted.push(one),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_signatures::{Signature, verify};

    fn sample(text: &str) -> SampleEvent {
        let line = text.lines().next().unwrap_or_default().trim().to_owned();
        SampleEvent { file: "x.log".to_owned(), number: 7, text: text.to_owned(), line, event: None }
    }

    fn made(events: &[SampleEvent]) -> Signature {
        let file = signature("own-one", events);
        Signature::read("own/own-one.toml", &file).unwrap_or_else(|error| panic!("{error}\n{file}"))
    }

    fn defects(signature: &Signature) -> Vec<verify::Defect> {
        verify::verify(signature).into_iter().filter(|defect| !defect.is_redundant).collect()
    }

    #[test]
    fn what_is_made_is_a_signature_that_hits_its_line() {
        for text in [
            "java.net.ConnectException: Connection refused to dc01.example.com:636 after 3000 ms",
            "WFLYSRV0026: WildFly started (with errors) in 10785ms",
            "it's a 'quoted' thing",
            "Queue 1003 of \"Müller\" is full   of blanks",
            "\ttabs and C:\\paths\\here 12",
            "短い行 42 です",
            "Queue 1003 is full\nlab.Full: 1003\n\tat lab.Queue.fill(Queue.java:7)",
        ] {
            assert_eq!(defects(&made(&[sample(text)])), [], "{text}");
        }
    }

    #[test]
    fn similar_events_have_one_pattern_and_others_a_literal_each() {
        let one = sample("Queue 1003 of ACME is overflowing");
        let other = sample("Queue 9 of ACME is overflowing");
        let signature = made(&[one.clone(), other]);
        assert_eq!(defects(&signature), []);
        assert!(signature.matching.pattern.is_some());
        assert_eq!(signature.hits[1].captures.get("value1").map(String::as_str), Some("9"));

        let signature = made(&[one, sample("lab.QueueFullException: 12")]);
        assert_eq!(defects(&signature), []);
        assert_eq!(signature.matching.any, ["of ACME is overflowing", "QueueFullException"]);
        assert!(signature.matching.pattern.is_none());
    }

    #[test]
    fn numbered_events_are_matched_by_their_numbers() {
        let numbered = |provider: &str, id: u16| SampleEvent {
            event: Some((provider.to_owned(), id)),
            ..sample(&format!("Information,11/21/2026 1:00:00 PM,{provider},{id},None,x"))
        };
        let events = [numbered("NETLOGON", 5719), numbered("NETLOGON", 3210), numbered("EventLog", 6008)];
        let signature = made(&events);
        assert_eq!(defects(&signature), []);
        let keys: Vec<_> =
            signature.matching.event.iter().map(|event| (event.provider.as_str(), &*event.ids)).collect();
        assert_eq!(keys, [("NETLOGON", &[5719, 3210][..]), ("EventLog", &[6008])]);
    }

    #[test]
    fn what_a_stranger_wrote_is_escaped() {
        let event =
            SampleEvent { file: "x\u{202e}.log".to_owned(), ..sample("a \u{9b}2J\u{7f}\u{e0041} full") };
        let file = signature("own-one", std::slice::from_ref(&event));
        assert!(!file.chars().any(|one| is_dangerous(one) && one != '\n'), "{file:?}");
        let read = Signature::read("own/own-one.toml", &file).expect("a signature");
        assert_eq!(read.hits[0].text, event.text);
    }

    #[test]
    fn the_literal_is_what_carries_the_meaning() {
        assert_eq!(literal("java.net.ConnectException: Connection refused"), "ConnectException");
        assert_eq!(literal("WFLYSRV0026: WildFly started in 12 ms"), "WFLYSRV0026");
        assert_eq!(literal("Queue 1003 has no agent any more"), "has no agent any more");
    }
}
