//! Reads the event of a file that a line belongs to.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use spoglight_engine::format_coverage;
use spoglight_parsers::Format;
use spoglight_source::{Bundle, Opening, Problem, Source};
use spoglight_text::charset::CharsetRules;
use spoglight_text::secrets::mask;

use super::SampleEvent;

/// Longest part of a line that is read, in bytes.
const LONGEST: u64 = 16 << 10;

/// Lines of an event below its first, and below the line that was named, that are read at most.
const EVENT_LINES: usize = 64;

/// The lines of an event.
struct EventLines {
    /// The lines, the first of which begins the event.
    lines: Vec<String>,
    /// Index of the line that was named.
    named: usize,
}

/// Reads the event that a line of a log belongs to; the log may be in an archive, as `case.zip!logs/x.log`. The error says
/// what to do if there is no such line.
pub fn event(
    file: &Path,
    number: u64,
    opening: &Opening,
    formats: &[&dyn Format],
) -> Result<SampleEvent, Problem> {
    let source = source(file, opening)?;
    let problem = |what: String, advice: &str| Problem::new(file.display().to_string(), what, advice);
    let (charset, mix) = format_coverage::reading(&source, formats, &CharsetRules::default())?;
    let first = charset.first_line() as u64;
    let read = source.read(0, |stream| {
        std::io::copy(&mut stream.take(first), &mut std::io::sink())?;
        let mut text = BufReader::new(charset.reader(stream));
        let mut event = EventLines { lines: Vec::new(), named: 0 };
        let mut begins = false;
        for at in 1_u64.. {
            let Some(line) = read_line(&mut text)? else { break };
            let line = charset.decode(&line).trim_end_matches(['\r', '\n']).to_owned();
            let is_begin = mix.begin(line.as_bytes()).is_some();
            if at > number && (is_begin || !begins || event.lines.len() > event.named + EVENT_LINES) {
                break;
            }
            // a line of no event is one of its own
            if at <= number && (is_begin || !begins || event.lines.len() > EVENT_LINES) {
                event.lines.clear();
                begins = is_begin;
            }
            event.lines.push(line);
            if at == number {
                event.named = event.lines.len() - 1;
            } else if at < number {
                event.named = event.lines.len();
            }
        }
        Ok((event.named < event.lines.len()).then_some(event))
    });
    let event = match read {
        Ok(Some(event)) => event,
        Ok(None) => {
            let advice = "give the number of a line that it has, from 1";
            return Err(problem(format!("has no line {number}"), advice));
        }
        Err(error) => return Err(problem(format!("cannot be read: {error}"), "check the file")),
    };
    let format =
        event.lines.first().and_then(|line| mix.begin(line.as_bytes())).map(|(place, _)| mix.format(place));
    let whole = event.lines.join("\n");
    let key = format.and_then(|format| {
        let key = format.event_key(whole.trim_end().as_bytes())?;
        Some((mask(&String::from_utf8_lossy(key.provider)).into_owned(), key.id))
    });
    let text = if key.is_some() { whole.trim_end().to_owned() } else { event.without_end() };
    Ok(SampleEvent {
        file: source.path.to_string(),
        number,
        // the file is made to be given away
        text: mask(&text).into_owned(),
        line: mask(&event.telling_line(format)).into_owned(),
        event: key,
    })
}

impl EventLines {
    /// The event up to the first empty line below the one that was named: what follows belongs to no record.
    fn without_end(&self) -> String {
        let rest = self.lines.iter().skip(self.named + 1);
        let end = self.named + 1 + rest.take_while(|line| !line.trim().is_empty()).count();
        self.lines.iter().take(end).map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The line that was named, or the one above it that is no stack frame; of a first line the message.
    fn telling_line(&self, format: Option<&dyn Format>) -> String {
        let above = self.lines.iter().take(self.named + 1).enumerate().rev();
        let is_frame = |line: &str| line.starts_with("at ") || line.starts_with("... ") || line.is_empty();
        let found = above.map(|(at, line)| (at, line.trim())).find(|(at, line)| *at == 0 || !is_frame(line));
        let (at, line) = found.unwrap_or_default();
        let event = format.filter(|_| at == 0).map(|format| format.parse(line.as_bytes()).message);
        let message = event.map(|message| String::from_utf8_lossy(message.trim_ascii()).into_owned());
        message.filter(|message| !message.is_empty()).unwrap_or_else(|| line.to_owned())
    }
}

/// Reads a line, of which the end may be left out; `None` at the end of the text.
fn read_line(text: &mut BufReader<impl Read>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    text.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
        text.skip_until(b'\n')?;
    }
    Ok((!line.is_empty()).then_some(line))
}

/// The log of that name: a file, an archive with one log, or a log in an archive.
fn source(file: &Path, opening: &Opening) -> Result<Source, Problem> {
    let name = file.to_string_lossy();
    // the archive of `case.zip!logs/x.log`
    let archive = name.match_indices('!').map(|(at, _)| PathBuf::from(name.get(..at).unwrap_or_default()));
    let archive = archive.into_iter().find(|archive| archive.is_file()).filter(|_| !file.exists());
    let is_inside = archive.is_some();
    let bundle = Bundle::open(&[archive.unwrap_or_else(|| file.to_owned())], opening);
    let problem = |what: String, advice: String| Problem::new(name.to_string(), what, advice);
    let named = name.replace('\\', "/");
    let mut sources = bundle.sources;
    match sources.iter().position(|source| *source.path == named) {
        Some(at) => Ok(sources.swap_remove(at)),
        None if sources.len() == 1 && !is_inside => Ok(sources.swap_remove(0)),
        None => Err(match (sources.first(), bundle.problems.into_iter().next()) {
            (None, Some(first)) => first,
            (None, None) => problem("is not a log".to_owned(), "name a log file".to_owned()),
            (Some(first), _) if is_inside => problem(
                "is not in the archive".to_owned(),
                format!("name a log of it, such as {}", first.path),
            ),
            (Some(first), _) => problem(
                format!("has {} logs", sources.len()),
                format!("name one of them, such as {}", first.path),
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spoglight_parsers::formats;

    fn read(text: &str, number: u64) -> Result<SampleEvent, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("catalina.2026-11-21.log");
        std::fs::write(&path, text).expect("written");
        event(&path, number, &Opening::default(), formats::ALL).map_err(|problem| problem.what)
    }

    const RECORD: &str = "21-Nov-2026 15:45:27.494 SEVERE [main] lab.Queue.fill Queue 4711 is full\n\
                          lab.QueueFull: 4711\n\tat lab.Queue.fill(Queue.java:7)\nCaused by: lab.DiskFull: D:\n\tat \
                          lab.Disk.put(Disk.java:9)\n\tat lab.Queue.fill(Queue.java:6)";
    const NEXT: &str = "21-Nov-2026 15:45:28.001 INFO [main] lab.Queue.stop Stopped";

    #[test]
    fn every_line_of_a_record_gives_the_whole_record() {
        let text = format!("{NEXT}\n{RECORD}\n{NEXT}\n");
        for number in 2..=7 {
            let event = read(&text, number).expect("an event");
            assert_eq!((event.text.as_str(), event.number), (RECORD, number));
            let line = match number {
                2 => "Queue 4711 is full",
                3 | 4 => "lab.QueueFull: 4711",
                _ => "Caused by: lab.DiskFull: D:",
            };
            assert_eq!(event.line, line, "line {number}");
        }
        assert_eq!(read(&text, 1).expect("an event").text, NEXT);
        assert_eq!(read(&text, 8).expect("an event").text, NEXT);
        assert_eq!(read(&text, 9), Err("has no line 9".to_owned()));
    }

    #[test]
    fn a_line_of_no_record_is_alone_and_an_end_is_left_out() {
        let text = format!("head one\nhead two\n{RECORD}\n\nremarks\n{NEXT}\n");
        assert_eq!(read(&text, 2).expect("an event").text, "head two");
        assert_eq!(read(&text, 3).expect("an event").text, RECORD);
    }

    #[test]
    fn secrets_are_masked_everywhere() {
        let text =
            RECORD.replace("D:", "password=hunter22 on D:").replace("4711 is", "4711 password=hunter22 is");
        let event = read(&format!("{text}\n{NEXT}\n"), 1).expect("an event");
        assert!(!format!("{event:?}").contains("hunter22"), "{event:?}");
        assert!(event.line.contains("***"), "{event:?}");
    }
}
