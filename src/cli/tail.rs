//! `spoglight tail`: logs of a server while they are written, in the order of time, and known failures the moment they appear.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;
use spoglight_engine::Settings;
use spoglight_engine::event::PlacedEvent;
use spoglight_follow as follow;
use spoglight_follow::{Change, OnDisk, Start, StateFile, Watch, last_lines};
use spoglight_model::analysis::SourceFacts;
use spoglight_report::document::{finding, words};
use spoglight_report::events;
use spoglight_report::events::{Layout, ShownZone};
use spoglight_report::{RenderOptions, json, render};
use spoglight_signatures::Severity;
use spoglight_source::Problem;
use spoglight_tail::{Shown, Tail as Tailed, seek};
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};

use super::Outcome;
use super::browse::Browse;
use super::budget::Budget;
use super::calls::Calls;
use super::events::{Filtering, is_filter, shown_zone, span};
use super::input::{Input, machine_zone};
use super::output::{self, Painting};
use super::running::Running;

const EXAMPLES: &str = "\
Examples:
  spoglight tail C:\\ece\\eService\\logs C:\\icm\\tomcat\\logs
  spoglight tail logs \"level>=warn and not source:access\"
  spoglight tail logs --lines 20 --findings-only
  spoglight tail logs --state tail.state --json > events.ndjson

Exit codes:
  0  no finding of severity high or critical appeared
  1  one did
  2  the run failed: wrong arguments";

/// Days after which a state forgets a log that is not there.
const REMEMBERED: u64 = 30;

/// Between two writings of the state.
const SAVE: Duration = Duration::from_secs(5);

/// Longest wait for news; a person who ends it waits no longer.
const NAP: Duration = Duration::from_millis(500);

/// Between two looks at whether somebody ends it, while it rests.
const REST: Duration = Duration::from_millis(100);

/// Follows logs: shows events as they are written, and says what is wrong the moment it shows
///
/// It is a guest on the server: files are opened for the moment of a read, shared with everybody, and never locked or
/// mapped; rotation, copying and truncating, deleting and new files and folders are followed. Times of logs without an
/// offset are taken for those of this machine, unless --tz says otherwise. Ctrl-C ends it with a summary.
///
/// It works on one thread, so it never takes more than one core, and --max-cpu makes it take less. At most 128 files are
/// kept open, those written to last, so that one that is deleted is still read to its end; on Windows none is.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", spoglight_query::HELP))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Tail {
    #[command(flatten)]
    input: Input,

    #[command(flatten)]
    filter: Filtering,

    /// Where to begin in files that are there: start, end, checkpoint (of --state, else end), or a time such as -10m or
    /// 2026-11-21T13:31Z, whose place is looked for in large logs that are in order
    #[arg(long, value_name = "PLACE", default_value = "checkpoint", allow_hyphen_values = true, value_parser = from)]
    from: From,

    /// Show so many lines of each file first
    #[arg(long, value_name = "N", conflicts_with = "from")]
    lines: Option<usize>,

    /// File that keeps how far each log was shown, so that another run goes on there
    #[arg(long, value_name = "FILE")]
    state: Option<std::path::PathBuf>,

    /// Show them in the browser, which reads files again when they grow: `browse --follow --fresh`, with all that is there
    #[arg(long, conflicts_with_all = ["from", "lines", "state", "json", "findings_only", "full", "on_finding", "quiet_after"])]
    tui: bool,

    /// Events and findings as JSON, one a line
    #[arg(long)]
    json: bool,

    /// Findings alone, no events
    #[arg(long)]
    findings_only: bool,

    /// Show the lines below the first of a message, too
    #[arg(long)]
    full: bool,

    /// Program to start for every finding, without a shell, with the finding as JSON on its standard input; every two
    /// seconds at most
    #[arg(long, value_name = "PROGRAM")]
    on_finding: Option<std::path::PathBuf>,

    /// End when nothing was written for so long
    #[arg(long, value_name = "SPAN", value_parser = span)]
    quiet_after: Option<i64>,

    /// Percent of one core that it may take: it rests between its looks, and shows busy logs later
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = Budget::of)]
    max_cpu: Budget,

    /// Clock of times that are shown: utc, local (of this machine), source (as each server wrote), or a ZONE
    #[arg(long = "show-tz", value_name = "ZONE", default_value = "utc", value_parser = shown_zone)]
    zone: ShownZone,

    #[command(flatten)]
    painting: Painting,

    #[command(flatten)]
    running: Running,
}

/// Where to begin.
#[derive(Debug, Clone, Copy)]
enum From {
    Start,
    End,
    Checkpoint,
    Time(TimeExpr),
}

fn from(text: &str) -> Result<From, String> {
    Ok(match text {
        "start" => From::Start,
        "end" => From::End,
        "checkpoint" => From::Checkpoint,
        _ => From::Time(text.parse()?),
    })
}

impl Tail {
    pub(super) fn run(mut self) -> Result<Outcome> {
        if self.tui {
            let Tail { input, filter, zone, painting, running, .. } = self;
            return Browse::following(input, filter, zone, painting, running).run();
        }
        let filter = self.input.take_filter(is_filter);
        self.filter.add(filter)?;
        let query = self.filter.query()?;
        let mut settings = self.input.settings(&self.running, None)?;
        if !self.input.has_zone()
            && let Ok(mine) = machine_zone()
        {
            // its logs are of this machine
            settings.zones.0.extend(mine.name().parse().ok());
        }
        let settings = Arc::new(settings);
        let since = self.since()?;
        let tail = Tailed::new(&settings, query, since)?;
        let mut states = self.state.as_ref().map(|file| StateFile::new(OnDisk(file.clone()), REMEMBERED));
        let (state, problem) = states.as_mut().map(StateFile::load).unwrap_or_default();
        problem.iter().try_for_each(tell)?;
        let follow = follow::FollowSettings {
            paths: self.input.paths().to_vec(),
            start: self.start(&settings, since),
            state: if matches!(self.from, From::Checkpoint) { state } else { follow::State::default() },
            acknowledged: true,
            ..follow::FollowSettings::default()
        };
        let ended = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ended);
        // without it Ctrl-C ends the program all the same, only without a summary
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        let mut run = Run {
            options: &self,
            tail,
            watch: Watch::new(follow),
            states,
            saved: None,
            calls: Calls::of(self.on_finding.clone()),
            ended,
        };
        self.painting.stream(|look, out| run.follow(look, out))?;
        run.calls.end();
        run.sum_up()?;
        let is_bad = run.tail.findings().iter().any(|finding| finding.severity <= Severity::High);
        Ok(if is_bad { Outcome::Found } else { Outcome::Well })
    }

    /// Where to begin in logs that are there.
    fn start(&self, settings: &Arc<Settings>, since: Option<i64>) -> Start {
        match (self.lines, self.from) {
            (Some(lines), _) => Start::Chosen(Box::new(move |_, file, size| last_lines(file, size, lines))),
            (None, From::Start) => Start::Beginning,
            (None, From::Time(_)) => {
                let (settings, since) = (Arc::clone(settings), since.unwrap_or(i64::MIN));
                // what cannot be read now is read from its start later
                Start::Chosen(Box::new(move |path, file, size| {
                    Ok(seek(&settings, path, file, size, since).unwrap_or(0))
                }))
            }
            (None, From::End | From::Checkpoint) => Start::End,
        }
    }

    /// The moment before which events are not shown.
    fn since(&self) -> Result<Option<i64>> {
        let From::Time(point) = self.from else { return Ok(None) };
        let zone = match self.zone {
            ShownZone::Of(zone) => Some(zone),
            ShownZone::Source => machine_zone().ok(),
        };
        let now = output::now();
        let known = ResolveContext { span: Some((now, now)), incident: None, usual: Some(now), zone };
        match point.resolve(&known) {
            Ok(since) => Ok(Some(since)),
            Err(missing) => bail!("--from: {missing}"),
        }
    }
}

/// A tail at work.
struct Run<'t, 's> {
    options: &'t Tail,
    tail: Tailed<'s>,
    watch: Watch,
    states: Option<StateFile<OnDisk>>,
    /// When the state was written last.
    saved: Option<Instant>,
    calls: Calls,
    /// Somebody ends it.
    ended: Arc<AtomicBool>,
}

impl Run<'_, '_> {
    /// Shows what comes, until somebody ends it or nothing comes for as long as was said.
    fn follow(&mut self, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let options = self.options;
        let quiet_after = options.quiet_after.map(|nanos| Duration::from_nanos(nanos.unsigned_abs()));
        let form = events::by_name(if options.json { "json" } else { "text" });
        let layout: RefCell<Option<(usize, Layout)>> = RefCell::new(None);
        let write = |entry: &PlacedEvent<'_>, sources: &[SourceFacts], out: &mut Vec<u8>| {
            let Some(form) = form.filter(|_| !options.findings_only) else { return };
            let mut kept = layout.borrow_mut();
            let known = sources.iter().filter(|source| source.events > 0).count();
            if kept.as_ref().is_none_or(|(count, _)| *count != known) {
                let mut new = Layout::of(sources, look, options.zone);
                new.full = options.full;
                *kept = Some((known, new));
            }
            let Some((_, layout)) = kept.as_ref() else { return };
            form.write(entry, layout, out);
        };
        let (start, mut written) = (Instant::now(), Instant::now());
        let mut is_told = false;
        while !self.ended.load(Ordering::Relaxed) {
            let (round, mut waited) = (Instant::now(), Duration::ZERO);
            let news = self.next(&mut waited);
            if !news.is_empty() {
                written = Instant::now();
            }
            for one in news {
                self.tail.take(one, self.watch.now(), &write);
            }
            let watch = &self.watch;
            // while it rests, or the machine has other things to do, nothing is read: that nothing came cannot be said then
            self.tail.tick(watch.checked(), &|log, since| watch.is_still(log, since), &write);
            let writing = Instant::now();
            self.show(look, out)?;
            // who reads may take his time: that is no work
            waited += writing.elapsed();
            self.acknowledge();
            // at once, too: who is killed soon still says where it began
            if self.saved.is_none_or(|saved| saved.elapsed() >= SAVE) {
                self.save()?;
            }
            self.calls.tick();
            if !is_told && self.watch.is_empty() && start.elapsed() > Duration::from_secs(2) {
                is_told = true;
                writeln!(output::notes(), "no log is there yet; waiting for one")?;
            }
            if quiet_after.is_some_and(|quiet| written.elapsed() >= quiet) {
                break;
            }
            let worked = round.elapsed().saturating_sub(waited);
            self.rest(options.max_cpu.rest(worked, waited));
        }
        self.tail.finish(self.watch.now(), &write);
        self.show(look, out)?;
        self.acknowledge();
        self.save()
    }

    /// What is new, and how long it was waited for.
    fn next(&mut self, waited: &mut Duration) -> Vec<Change> {
        for (log, due) in self.tail.looks() {
            self.watch.look_by(log, due);
        }
        let wait = self.tail.due(self.watch.now()).map_or(NAP, Duration::from_nanos).min(NAP);
        let (round, looked) = (Instant::now(), self.watch.worked());
        let news = self.watch.next(wait);
        *waited = round.elapsed().saturating_sub(self.watch.worked().saturating_sub(looked));
        news
    }

    /// Does nothing for so long, but for listening whether somebody ends it.
    fn rest(&self, span: Duration) {
        let rest = Instant::now();
        while rest.elapsed() < span && !self.ended.load(Ordering::Relaxed) {
            std::thread::sleep(span.saturating_sub(rest.elapsed()).min(REST));
        }
    }

    /// Writes what there is.
    fn show(&mut self, look: &RenderOptions, out: &mut dyn Write) -> io::Result<()> {
        let shown = self.tail.shown();
        if shown.is_empty() {
            return Ok(());
        }
        let json = self.options.json;
        for one in shown {
            match one {
                Shown::Event(text) => out.write_all(&text)?,
                Shown::Finding(finding) => {
                    if json {
                        json::line(&serde_json::json!({ "finding": &finding }), out)?;
                    } else {
                        render::text::write(&finding::alert(&finding), look, out)?;
                    }
                    self.calls.tell(&finding);
                }
                Shown::More(finding) if json => {
                    json::line(&serde_json::json!({ "finding": &finding, "update": true }), out)?;
                }
                Shown::More(finding) => {
                    if let Some(update) = finding::update(&finding) {
                        render::text::write(&update, look, out)?;
                    }
                }
                Shown::Note(note) => writeln!(output::notes(), "{}", clean(&note))?,
            }
        }
        out.flush()
    }

    /// Says how far each log was shown. Not only when that is saved: a log that ends takes with it what was shown of it.
    fn acknowledge(&mut self) {
        for (log, offset) in self.tail.handled() {
            self.watch.handled(log, offset);
        }
    }

    fn save(&mut self) -> io::Result<()> {
        self.saved = Some(Instant::now());
        let Some(states) = &mut self.states else { return Ok(()) };
        states.save(self.watch.state(), self.watch.today()).iter().try_for_each(tell)
    }

    fn sum_up(&self) -> Result<()> {
        let sums = self.tail.sums();
        let mut notes = output::notes();
        let findings = counted(self.tail.findings().len(), "finding", "findings");
        let events = counted(sums.events as usize, "event", "events");
        let lines = counted(sums.lines as usize, "line", "lines");
        let bytes = counted(sums.bytes as usize, "byte", "bytes");
        let files = counted(self.watch.len(), "file", "files");
        writeln!(notes, "\n{findings}; {events} in {lines} ({bytes}) of {files}, {} shown", sums.shown)?;
        for finding in self.tail.findings() {
            let times = counted(finding.count as usize, "time", "times");
            writeln!(
                notes,
                "  {}  {} ({times})",
                words::severity_word(finding.severity),
                clean(&finding.title)
            )?;
        }
        if self.calls.skipped() > 0 {
            let skipped = counted(self.calls.skipped(), "finding", "findings");
            writeln!(
                notes,
                "the program of --on-finding was not started for {skipped}: too many at once, or it failed"
            )?;
        }
        Ok(())
    }
}

fn tell(problem: &Problem) -> io::Result<()> {
    let Problem { path, what, advice, .. } = problem;
    writeln!(output::notes(), "{} {}; {}", clean(path), clean(what), clean(advice))
}
