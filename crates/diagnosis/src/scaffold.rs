//! A scaffold of a signature from a log line: a literal, a pattern with the variable values as captures, and the line
//! as its hit. Texts that only a person can write are `TODO`.
//!
//! The [template](spoglight_text::template) of a line shows which values vary. The rarest word is a guess: the class of
//! an exception, a code, else the longest run of words.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use spoglight_parsers::Format;

use spoglight_engine::format_coverage;
use spoglight_source::{Bundle, Opening, Problem};
use spoglight_text::charset::CharsetRules;
use spoglight_text::sanitize::is_dangerous;
use spoglight_text::secrets::mask;
use spoglight_text::template::shape;
use spoglight_topology::Topology;

/// Longest part of a line that is read, in bytes.
const LONGEST: u64 = 16 << 10;

/// Longest literal, in bytes.
const LITERAL: usize = 60;

/// Shortest single word that is used as a literal, in bytes.
const WORD: usize = 8;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleLine {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub number: u64,
    /// The line itself, without what its format puts before its message; of a numbered event the whole message.
    pub text: String,
    /// Provider and number, if the line begins a numbered event, as those of Windows are.
    pub event: Option<(String, u16)>,
}

/// Lines of an event below its first that are read, at most.
const EVENT_LINES: usize = 64;

/// Reads a line of a log, which may be in an archive. The error says what to do if the line does not exist.
pub fn line(
    file: &Path,
    number: u64,
    opening: &Opening,
    formats: &[&dyn Format],
) -> Result<SampleLine, Problem> {
    let problem = |what: String, advice: &str| Problem::new(file.display().to_string(), what, advice);
    let bundle = Bundle::open(&[file.to_owned()], opening);
    let Some(source) = bundle.sources.first() else {
        let first = bundle.problems.into_iter().next();
        return Err(first.unwrap_or_else(|| problem("is not a log".to_owned(), "name a log file")));
    };
    let (charset, mix) = format_coverage::reading(source, formats, &CharsetRules::default())?;
    let first = charset.first_line() as u64;
    let read = source.read(0, |stream| {
        std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
        let mut text = BufReader::new(charset.reader(stream));
        for _ in 1..number {
            if text.skip_until(b'\n')? == 0 {
                break;
            }
        }
        let mut text = text.take(LONGEST);
        let mut line = Vec::new();
        text.read_until(b'\n', &mut line)?;
        let mut below = Vec::new();
        for _ in 0..EVENT_LINES {
            let start = below.len();
            text.read_until(b'\n', &mut below)?;
            let next = charset.decode(below.get(start..).unwrap_or_default()).into_owned();
            if mix.begin(next.trim_end().as_bytes()).is_some() {
                below.truncate(start);
                break;
            }
        }
        Ok((!line.is_empty()).then_some((line, below)))
    });
    let (line, below) = match read {
        Ok(Some((line, below))) => (charset.decode(&line).into_owned(), charset.decode(&below).into_owned()),
        Ok(None) => {
            return Err(problem(
                format!("has no line {number}"),
                "give the number of a line that it has, from 1",
            ));
        }
        Err(error) => return Err(problem(format!("cannot be read: {error}"), "check the file")),
    };
    let message = format!("{line}{below}").replace("\r\n", "\n");
    let line = line.trim_end().as_bytes();
    let format = mix.begin(line).map(|(place, _)| mix.format(place));
    if let Some(key) = format.and_then(|format| format.event_key(message.trim_end().as_bytes())) {
        let provider = mask(&String::from_utf8_lossy(key.provider)).into_owned();
        let text = mask(message.trim_end()).into_owned();
        return Ok(SampleLine {
            file: source.path.to_string(),
            number,
            text,
            event: Some((provider, key.id)),
        });
    }
    let event = format.map(|format| format.parse(line));
    let says = event.map_or(line, |event| event.message).trim_ascii();
    let text = if says.is_empty() { line.trim_ascii() } else { says };
    // the file is made to be given away
    let text = mask(&String::from_utf8_lossy(text)).into_owned();
    Ok(SampleLine { file: source.path.to_string(), number, text, event: None })
}

/// Returns the text of a signature file.
pub fn signature(id: &str, line: &SampleLine) -> String {
    let (matching, captures, near) = if let Some((provider, id)) = &line.event {
        let matching = format!("event = {{ provider = {}, ids = [{id}] }}", quoted(provider));
        let captures = vec![("event".to_owned(), id.to_string())];
        (matching, captures, line.text.replacen(&id.to_string(), "0", 1))
    } else {
        let (pattern, captures) = pattern(&line.text);
        let literal = literal(&line.text);
        let matching = format!("any     = [{}]\npattern = {}", quoted(&literal), raw(&pattern));
        (matching, captures, line.text.replacen(&literal, "TODO", 1))
    };
    let log = Topology::embedded().logs().first().map_or("", |log| log.name.as_str());
    let mut out = format!(
        "id         = {id:?}\ntitle      = \"TODO: one sentence that names the fault\"\nseverity   = \"medium\"     # \
         critical, high, medium, low, info\nconfidence = \"likely\"     # certain, likely, possible\n# shows_in = \
         [{log:?}]   # the logs that would show it, so that silence means not found\n\ncause = \"\"\"\\\nTODO: why it \
         happens.\"\"\"\nconfirm = [\"TODO: a step that proves it\"]\nfix = [\"TODO: a step that fixes \
         it\"]\nfalse_positives = [\"TODO: when it is a false positive\"]\nreferences = [\"TODO: the source of the \
         facts\"]\n\n[match]\n{matching}\n"
    );
    let _ = write!(
        out,
        "\n[[hit]]\ntext = {}\nfrom = {}\n",
        raw(&line.text),
        quoted(&format!("{}:{}", line.file, line.number))
    );
    if !captures.is_empty() {
        let values: Vec<String> =
            captures.iter().map(|(name, value)| format!("{name} = {}", quoted(value))).collect();
        let _ = writeln!(out, "captures = {{ {} }}", values.join(", "));
    }
    let _ = write!(
        out,
        "\n[[miss]]\ntext = {}\nwhy = \"TODO: replace this by a similar line of another failure\"\n",
        raw(&near)
    );
    out
}

/// A pattern that matches a line and similar ones, with the values that it captures.
fn pattern(text: &str) -> (String, Vec<(String, String)>) {
    let mut masked = Vec::new();
    shape(text.as_bytes(), &mut masked);
    let masked = String::from_utf8_lossy(&masked).into_owned();
    let mut pattern = String::new();
    let mut captures: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim_start();
    let mut parts = masked.split('#').peekable();
    while let Some(part) = parts.next() {
        // a template has one space for several
        let fixed = fixed(rest, part);
        pattern.push_str(&regex::escape(rest.get(..fixed).unwrap_or_default()));
        rest = rest.get(fixed..).unwrap_or_default();
        let Some(next) = parts.peek() else { break };
        let first = next.chars().next();
        let end = match first {
            Some(' ') => rest.find(char::is_whitespace),
            Some(letter) => rest.find(letter).filter(|end| *end > 0),
            None => None,
        };
        let value = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let name = format!("value{}", captures.len() + 1);
        let class = if value.bytes().all(|byte| byte.is_ascii_digit()) { r"\d+" } else { r"\S+?" };
        let _ = write!(pattern, "(?P<{name}>{class})");
        captures.push((name, value.to_owned()));
        rest = rest.get(value.len()..).unwrap_or_default();
    }
    if pattern.ends_with("+?)") {
        pattern.truncate(pattern.len() - 2);
        pattern.push(')');
    }
    // the pattern must match its own line
    let is_right = regex::bytes::Regex::new(&pattern).is_ok_and(|made| {
        made.captures(text.as_bytes()).is_some_and(|found| {
            captures
                .iter()
                .all(|(name, value)| found.name(name).is_some_and(|own| own.as_bytes() == value.as_bytes()))
        })
    });
    let (pattern, captures) =
        if is_right { (pattern, captures) } else { (regex::escape(text.trim()), Vec::new()) };
    // a secret is masked here, and not in the log
    (pattern.replace(r"\*\*\*", r"\S+"), captures)
}

/// Number of bytes of a text that a part of its template covers.
fn fixed(text: &str, part: &str) -> usize {
    let mut left = text.char_indices().peekable();
    for letter in part.chars() {
        if letter == ' ' {
            while left.next_if(|(_, one)| one.is_whitespace()).is_some() {}
        } else if left.next_if(|(_, one)| *one == letter).is_none() {
            break;
        }
    }
    left.peek().map_or(text.len(), |(at, _)| *at)
}

/// The words to search by.
fn literal(text: &str) -> String {
    let words = || text.split(|letter: char| letter.is_whitespace() || "\"'()[]{}<>,;".contains(letter));
    let trimmed = |word: &str| word.trim_matches([':', '.', '=']).to_owned();
    let class = words().map(trimmed).find(|word| word.ends_with("Exception") || word.ends_with("Error"));
    // the class without its package, which some tools leave out
    let class = class.map(|class| class.rsplit('.').next().unwrap_or(&class).to_owned());
    let is_code = |word: &String| {
        word.len() >= WORD
            && word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let code = words().map(trimmed).find(is_code);
    if let Some(literal) = code.or(class).filter(|literal| literal.len() >= WORD) {
        return literal;
    }
    // else the longest run of words without a number
    let mut best = "";
    let mut start = None;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let end = at + word.len();
        let has_number = word.bytes().any(|byte| byte.is_ascii_digit());
        start = if has_number { None } else { start.or(Some(at)) };
        let run = start.and_then(|start| text.get(start..end)).unwrap_or_default().trim();
        if run.len() > best.len() && run.len() <= LITERAL {
            best = run;
        }
        at = end;
    }
    if best.len() >= 4 { best.to_owned() } else { text.trim().chars().take(LITERAL).collect() }
}

/// A TOML literal string, or a quoted string if that is not possible.
fn raw(text: &str) -> String {
    let is_plain = !text.contains("'''")
        && !text.ends_with('\'')
        && !text.chars().any(|one| is_dangerous(one) && one != '\t');
    if is_plain { format!("'''{text}'''") } else { quoted(text) }
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

    fn made(text: &str) -> Signature {
        let line = SampleLine { file: "x.log".to_owned(), number: 7, text: text.to_owned(), event: None };
        let file = signature("own-one", &line);
        Signature::read("own/own-one.toml", &file).unwrap_or_else(|error| panic!("{error}\n{file}"))
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
        ] {
            let defects: Vec<_> =
                verify::verify(&made(text)).into_iter().filter(|defect| !defect.is_redundant).collect();
            assert_eq!(defects, [], "{text}");
        }
    }

    #[test]
    fn what_a_stranger_wrote_is_escaped() {
        let line = SampleLine {
            file: "x\u{202e}.log".to_owned(),
            number: 7,
            text: "a \u{9b}2J\u{7f}\u{e0041} full".to_owned(),
            event: None,
        };
        let file = signature("own-one", &line);
        assert!(!file.chars().any(|one| is_dangerous(one) && one != '\n'), "{file:?}");
        let read = Signature::read("own/own-one.toml", &file).expect("a signature");
        assert_eq!(read.hits[0].text, line.text);
    }

    #[test]
    fn the_literal_is_what_carries_the_meaning() {
        assert_eq!(literal("java.net.ConnectException: Connection refused"), "ConnectException");
        assert_eq!(literal("WFLYSRV0026: WildFly started in 12 ms"), "WFLYSRV0026");
        assert_eq!(literal("Queue 1003 has no agent any more"), "has no agent any more");
    }
}
