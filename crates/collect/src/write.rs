//! Copies the files of a plan into an archive, with the outputs of commands and the manifest.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::TimeZone as _;
use spoglight_artifacts::{
    ClockDifference, CollectedFile, CollectedSystem, CollectionManifest, CollectionWindow, LeftOut,
    MANIFEST_NAME, RunCommand, reader_of,
};
use spoglight_source::live::{self, FileFacts, Live};
use spoglight_source::{Written, ZipStream};
use spoglight_time::wall::east;

use crate::commands::{ABSENT, Runnable};
use crate::judge::Content;
use crate::keys::{self, Public};
use crate::machine::ThisMachine;
use crate::plan::{Candidate, Plan};
use crate::{rfc3339, written};

/// Receives the progress of a copy, and may end it.
pub trait Feedback {
    /// Another `bytes` bytes were copied. It may rest, and an error ends the run.
    fn advance(&mut self, bytes: u64) -> io::Result<()>;
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Collected {
    /// The manifest.
    pub manifest: CollectionManifest,
    /// Files that were not copied as they were when they were found, a sentence each.
    pub problems: Vec<String>,
}

impl Plan {
    /// Writes the archive. `program` is the version of the program. A file that cannot be read is recorded, and the rest goes
    /// on; fails only if the archive cannot be written, or if `feedback` ends the run.
    pub fn write(
        &self,
        program: &str,
        out: &mut dyn Write,
        feedback: &mut dyn Feedback,
    ) -> io::Result<Collected> {
        let mut manifest = self.manifest(program);
        let mut problems = self.problems.clone();
        if let Some(server) = &self.request.ntp {
            match measured(server) {
                Ok(clock) => manifest.system.clock = Some(clock),
                Err(why) => problems.push(format!("{server}: its time cannot be asked for: {why}")),
            }
        }
        let mut copy = Copy {
            host: self.host.clone(),
            zip: ZipStream::new(out),
            feedback,
            zone: self.request.zone,
            now: self.request.now,
        };
        for command in &self.commands {
            manifest.commands.push(copy.command(command, &mut problems)?);
        }
        for file in &self.files {
            match copy.file(file)? {
                Ok(collected) => {
                    if let Some(changed) = &collected.changed {
                        problems.push(format!("{}: {changed}", collected.path));
                    }
                    manifest.files.push(collected);
                }
                Err(why) => {
                    let path = file.path.display().to_string();
                    problems.push(format!("{path}: {why}"));
                    manifest.left_out.push(LeftOut { path, bytes: file.bytes, why, is_outside: false });
                }
            }
        }
        manifest.left_out_count = self.left_out_count + manifest.left_out.len() as u64;
        manifest.left_out.extend(self.left_out.iter().cloned());
        let text = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
        copy.bytes(MANIFEST_NAME, &text)?;
        copy.zip.finish()?;
        Ok(Collected { manifest, problems })
    }

    /// The manifest without files.
    fn manifest(&self, program: &str) -> CollectionManifest {
        let request = &self.request;
        let local = request.zone.and_then(|zone| {
            let time = zone.timestamp_opt(request.now.div_euclid(1_000_000_000), 0).single()?;
            Some(time.to_rfc3339())
        });
        let mut manifest = CollectionManifest::of(&self.host, program);
        manifest.role.clone_from(&self.role);
        manifest.system = CollectedSystem {
            is_own: request.is_this_machine() && request.is_system_zone,
            platform: self.request.is_this_machine().then(ThisMachine::platform),
            zone: request.zone.map(|zone| zone.name().to_owned()),
            utc: rfc3339(request.now - request.now.rem_euclid(1_000_000_000)),
            local,
            clock: None,
        };
        manifest.window = CollectionWindow {
            from: request.window.map(|window| rfc3339(window.from)),
            to: request.window.map(|window| rfc3339(window.to)),
            incident: request.incident.map(rfc3339),
        };
        manifest.places.clone_from(&self.places);
        manifest
    }
}

/// The difference of the clock of this machine, by a server of time.
fn measured(server: &str) -> Result<ClockDifference, String> {
    let result = rsntp::SntpClient::new().synchronize(server).map_err(|error| error.to_string())?;
    let nanos = |seconds: f64| (seconds * 1e9) as i64;
    Ok(ClockDifference {
        server: server.to_owned(),
        // the protocol gives the difference of the server
        ahead_ns: -nanos(result.clock_offset().as_secs_f64()),
        round_trip_ns: nanos(result.round_trip_delay().as_secs_f64()),
    })
}

/// A copy that runs.
struct Copy<'w, 'f> {
    host: String,
    zip: ZipStream<'w>,
    feedback: &'f mut dyn Feedback,
    zone: Option<chrono_tz::Tz>,
    now: i64,
}

impl Copy<'_, '_> {
    /// Runs a command and adds its output.
    fn command(&mut self, command: &Runnable, problems: &mut Vec<String>) -> io::Result<RunCommand> {
        let line = command.line();
        let ran = command.run();
        let mut entry = None;
        if !ran.output.is_empty() {
            let name = format!("commands/{}", command.name);
            self.bytes(&name, &ran.output)?;
            entry = Some(format!("{}/{name}", self.host));
        }
        if let Some(problem) = ran.problem.as_ref().filter(|problem| *problem != ABSENT) {
            problems.push(format!("{line}: {problem}"));
        }
        Ok(RunCommand { command: line, entry, exit_code: ran.exit_code, problem: ran.problem })
    }

    /// Adds a small file below the folder of the server.
    fn bytes(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let entry = format!("{}/{name}", self.host);
        let now = Some(self.with_offset(self.now));
        let mut content = bytes;
        self.zip.add(&entry, bytes.len() as u64, now, &mut content, &mut |_| Ok(()))?;
        Ok(())
    }

    /// Copies a file. The outer error is one of the archive, the inner one the reason why the file is not in it.
    fn file(&mut self, file: &Candidate) -> io::Result<Result<CollectedFile, String>> {
        let (opened, facts, renamed) = match open(file) {
            Ok(opened) => opened,
            Err(why) => return Ok(Err(why)),
        };
        let modified = i64::try_from(facts.written).ok().filter(|nanos| *nanos > 0);
        let public = match file.content {
            Content::Store | Content::Settings => match whole(&opened, facts.size) {
                Ok(bytes) => public(file, &bytes).map(|(part, how)| (part.unwrap_or(bytes), how)).map(Some),
                Err(error) => Err(format!("it cannot be read: {error}")),
            },
            _ => Ok(None),
        };
        let public = match public {
            Ok(public) => public,
            Err(why) => return Ok(Err(why)),
        };
        let time = modified.map(|modified| self.with_offset(modified));
        let feedback = &mut *self.feedback;
        let mut advance = |bytes| feedback.advance(bytes);
        let (entry, altered) = if let Some((bytes, how)) = public {
            let mut content = bytes.as_slice();
            (self.zip.add(&file.entry, bytes.len() as u64, time, &mut content, &mut advance)?, how)
        } else {
            // a log that was rotated meanwhile is complete; what is added to another one from now on is not copied
            let end = if renamed.is_some() { facts.size } else { file.bytes };
            let mut content = Part { file: &opened, at: 0, end };
            (self.zip.add(&file.entry, end, time, &mut content, &mut advance)?, None)
        };
        let (first, last) = match file.content {
            Content::Log { covered: Some(covered), .. } => {
                (Some(written(covered.first)), Some(written(covered.last)))
            }
            _ => (None, None),
        };
        let changed = change(file, &opened, &entry, altered.is_some()).or(renamed);
        Ok(Ok(CollectedFile {
            path: file.path.display().to_string(),
            entry: file.entry.clone(),
            bytes: entry.bytes,
            sha256: entry.sha256,
            modified: modified.map(rfc3339),
            format: file.format.map(ToOwned::to_owned),
            first,
            last,
            changed,
            altered: altered.map(ToOwned::to_owned),
        }))
    }

    /// A time with the seconds by which the clock of the server is east of UTC then, if its zone is known.
    fn with_offset(&self, nanos: i64) -> (i64, Option<i32>) {
        (nanos, self.zone.map(|zone| east(zone, nanos)))
    }
}

/// Opens a file as it was when it was found, under the name that it has now. The text says that it was renamed.
fn open(file: &Candidate) -> Result<(Live, FileFacts, Option<String>), String> {
    let is_it = |facts: &FileFacts| facts.file == file.facts.file && facts.kind == file.facts.kind;
    let at = |path: &Path| -> io::Result<Option<(Live, FileFacts)>> {
        let opened = live::open(path)?;
        let facts = opened.facts()?;
        Ok((is_it(&facts) && file.beginning.is_of(&opened)?).then_some((opened, facts)))
    };
    let why = match at(&file.path) {
        Ok(Some((opened, facts))) => return Ok((opened, facts, None)),
        Ok(None) => "it was replaced by another file before it was copied".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            "it was deleted before it was copied".to_owned()
        }
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    // a log that was rotated meanwhile
    let folder = file.path.parent().unwrap_or(Path::new("."));
    let beside: Vec<PathBuf> =
        live::list(folder).unwrap_or_default().into_iter().map(|entry| entry.path).collect();
    for path in beside {
        if let Ok(Some((opened, facts))) = at(&path) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Ok((opened, facts, Some(format!("it was renamed to {name} before it was copied"))));
        }
    }
    Err(why)
}

/// What happened to a file while it was copied.
fn change(file: &Candidate, opened: &Live, entry: &Written, is_altered: bool) -> Option<String> {
    if let Some(problem) = &entry.problem {
        return Some(format!("only its first {} bytes could be read: {problem}", entry.bytes));
    }
    let now = opened.facts().ok()?;
    if !is_altered && entry.bytes < file.bytes {
        return Some(format!(
            "it was truncated while it was copied: {} of {} bytes",
            entry.bytes, file.bytes
        ));
    }
    let more = now.size.saturating_sub(entry.bytes);
    (more > 0 && !is_altered).then(|| format!("it grew by {more} bytes, which are not copied"))
}

/// The bytes of a small file.
fn whole(file: &Live, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
    let count = file.read_at(0, &mut bytes)?;
    bytes.truncate(count);
    Ok(bytes)
}

/// What is copied of a file that may hold secrets: other bytes than its own, and how they differ.
type PublicBytes = (Option<Vec<u8>>, Option<&'static str>);

fn public(file: &Candidate, bytes: &[u8]) -> Result<PublicBytes, String> {
    let public = match (&file.content, reader_of(&file.entry, bytes)) {
        (Content::Store, Some(reader)) => keys::of_store(bytes, reader),
        (Content::Store, None) => Public::Nothing("it changed while it was read".to_owned()),
        _ => keys::of_text(bytes),
    };
    match public {
        Public::Whole => Ok((None, None)),
        Public::Part(part, how) => Ok((Some(part), Some(how))),
        Public::Nothing(why) => Err(why),
    }
}

/// The first bytes of a file.
struct Part<'l> {
    file: &'l Live,
    at: u64,
    end: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.file.read_at(self.at, buffer.get_mut(..wanted).unwrap_or_default())?;
        self.at += count as u64;
        Ok(count)
    }
}
