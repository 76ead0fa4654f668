//! `spoglight tail`: growing logs in time order, and known failures as they appear.

mod shown;

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
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
use spoglight_report::RenderOptions;
use spoglight_report::events;
use spoglight_report::events::{DayLines, Layout, ShownZone};
use spoglight_signatures::Severity;
use spoglight_source::Problem;
use spoglight_tail::{Memory, Tail as Tailed, seek};
use spoglight_text::humanize::counted;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};

use super::browse::Browse;
use super::budget::Budget;
use super::calls::Calls;
use super::events::{Filtering, Shown, is_filter, span};
use super::input::{Input, machine_zone};
use super::output::{self, Painting, fail};
use super::{FILTER, GENERAL, INPUT, OUTPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight tail C:\\ece\\eService\\logs C:\\icm\\tomcat\\logs
  spoglight tail logs \"level>=warn and not source:access\"
  spoglight tail logs --lines 20 --findings-only
  spoglight tail logs --state tail.state --json > events.ndjson

Exit codes:
  0  no failure of severity high or critical appeared
  1  a failure of severity high or critical appeared
  2  the run failed: wrong arguments";

/// Days after which a state file forgets a log that no longer exists.
const REMEMBERED: u64 = 30;

/// Interval at which the state file is written.
const SAVE: Duration = Duration::from_secs(5);

/// Longest wait for changes: also the time until Ctrl-C is noticed.
const NAP: Duration = Duration::from_millis(500);

/// Interval at which Ctrl-C is noticed while resting.
const REST: Duration = Duration::from_millis(100);

/// Follow growing logs; report failures as they appear
///
/// Follows rotation, truncation, deletion, and new files and folders. Files are opened only while being read and are
/// never locked. Logs without an offset are read in the zone of this machine, unless --tz is given or other logs of
/// their server show another. Ctrl-C ends it with a summary.
///
/// Uses one thread, and less of it with --max-cpu. Keeps at most 128 files open, so that a deleted file is read to its
/// end; on Windows none.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES, override_usage = "spoglight tail [OPTIONS] <PATH>... [FILTER]")]
#[command(mut_arg("paths", |path| path.help("Log file, or folder of log files")))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(super) struct Tail {
    #[command(flatten)]
    input: Input,

    /// Where to begin in existing files: start, end, checkpoint, or a time such as -10m
    ///
    /// `checkpoint` is the position in the --state file, or else the end. A time is searched for in large logs that are
    /// in order.
    #[arg(long, value_name = "PLACE", default_value = "checkpoint", allow_hyphen_values = true)]
    #[arg(value_parser = from, help_heading = INPUT)]
    from: From,

    /// Show the last N lines of each file first
    #[arg(long, value_name = "N", conflicts_with = "from", help_heading = INPUT)]
    lines: Option<usize>,

    /// Save the position in each log to FILE, and continue there
    #[arg(long, value_name = "FILE", help_heading = INPUT)]
    state: Option<std::path::PathBuf>,

    #[command(flatten)]
    shown: Shown,

    #[command(flatten)]
    filter: Filtering,

    /// Show findings only
    #[arg(long, conflicts_with = "full", help_heading = FILTER)]
    findings_only: bool,

    /// Write events and findings as JSON, one object per line
    #[arg(long, help_heading = OUTPUT)]
    json: bool,

    /// Show all lines of each message
    #[arg(long, help_heading = OUTPUT)]
    full: bool,

    /// Show each new finding with its fix and its evidence, instead of a few lines
    #[arg(long, conflicts_with = "json", help_heading = OUTPUT)]
    full_findings: bool,

    /// Wrap messages that are too long for the terminal, instead of cutting them
    #[arg(long, conflicts_with_all = ["json", "findings_only"], help_heading = OUTPUT)]
    wrap: bool,

    /// Use the browser, as `browse --follow --fresh`
    #[arg(long, help_heading = OUTPUT)]
    #[arg(conflicts_with_all = [
        "from", "lines", "state", "json", "findings_only", "full", "full_findings", "wrap", "on_finding", "quiet_after", "max_cpu",
    ])]
    tui: bool,

    #[command(flatten)]
    painting: Painting,

    /// Start PROGRAM for each finding, with the finding as JSON on its standard input
    ///
    /// It is started without a shell, at most every two seconds, and once more when the finding comes again.
    /// SPOGLIGHT_NEWS is new or again, SPOGLIGHT_FINDING the id, SPOGLIGHT_NUMBER the number and SPOGLIGHT_COUNT the
    /// number of messages so far.
    #[arg(long, value_name = "PROGRAM", help_heading = GENERAL)]
    on_finding: Option<std::path::PathBuf>,

    /// Exit after this time without new lines
    #[arg(long, value_name = "DURATION", value_parser = span, help_heading = GENERAL)]
    quiet_after: Option<i64>,

    /// Maximum share of one core; busy logs are then shown later
    #[arg(long, value_name = "PERCENT", default_value = "100", value_parser = Budget::parse)]
    #[arg(help_heading = GENERAL)]
    max_cpu: Budget,
}

/// The position at which to begin.
#[derive(Debug, Clone, Copy)]
enum From {
    Start,
    End,
    Checkpoint,
    Time(TimeExpr),
}

/// The first line: how many logs are followed, and where.
fn following(count: usize, paths: &[PathBuf]) -> String {
    let what = match (count, paths) {
        (1, [path]) if path.is_file() => path.display().to_string(),
        (_, paths) if paths.iter().all(|path| path.is_file()) => counted(count, "log", "logs"),
        (_, [path]) => format!("{} below {}", counted(count, "log", "logs"), path.display()),
        (_, [path, other]) => {
            format!("{} below {} and {}", counted(count, "log", "logs"), path.display(), other.display())
        }
        (_, paths) => format!("{} below {} paths", counted(count, "log", "logs"), paths.len()),
    };
    format!("following {what}; Ctrl-C ends")
}

/// The files that this run writes: its output, if that is a file, and its state.
fn unfollowed(state: Option<PathBuf>) -> follow::Unfollowed {
    let output = output::standard_file();
    let folder = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.unwrap_or(Path::new(".")).canonicalize().ok()
    };
    let state =
        state.and_then(|state| Some((folder(&state)?, state.file_name()?.to_string_lossy().into_owned())));
    let is_own = move |path: &Path, file: follow::FileId| {
        // the state is also written under a name with an ending, and then renamed
        let is_state = || {
            let (own, name) = state.as_ref()?;
            let other = path.file_name()?.to_string_lossy();
            let is_named =
                other == *name || other.starts_with(&format!("{name}.")) && other.ends_with(".part");
            (is_named && folder(path)? == *own).then_some(())
        };
        output == Some(file) || is_state().is_some()
    };
    follow::Unfollowed(Some(Box::new(is_own)))
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
            let Tail { input, filter, shown, painting, .. } = self;
            return Browse::following(input, filter, shown, painting).run();
        }
        self.input
            .refuse_piped("a tail follows files; `spoglight timeline -` reads standard input to its end")?;
        let filter = self.input.take_filter(is_filter);
        self.filter.add(filter)?;
        let query = self.filter.query()?;
        let mut settings = self.input.settings()?.build();
        // logs that grow here are most likely written here
        let assumed = machine_zone().ok().filter(|_| !self.input.has_zone());
        settings.zones.0.extend(assumed.and_then(|mine| mine.name().parse().ok()));
        let settings = Arc::new(settings);
        let since = self.since()?;
        let is_unfiltered = query.is_all();
        let mut tail = Tailed::new(&settings, query, since)?;
        if let Some(mine) = assumed {
            tail.assume(mine);
        }
        let mut states = self.state.as_ref().map(|file| StateFile::new(OnDisk(file.clone()), REMEMBERED));
        if let Some(file) =
            self.state.as_ref().filter(|file| file.metadata().is_ok_and(|facts| !facts.is_file()))
        {
            let kind = if file.is_dir() { "is a folder" } else { "is a device, pipe or socket" };
            return fail(format!("{} {kind}", file.display()), "name a file for --state");
        }
        let (state, problem) = states.as_mut().map(StateFile::load).unwrap_or_default();
        if let Some(Problem { path, what, advice, .. }) = &problem
            && states.as_ref().is_some_and(StateFile::is_no_state)
        {
            return fail(format!("{path} {what}"), advice);
        }
        output::warn_of(problem.as_slice());
        // a state of an earlier version has none
        if let Ok(memory) = serde_json::from_value::<Memory>(state.kept.clone()) {
            tail.restore(&memory);
        }
        let follow = follow::FollowSettings {
            paths: self.input.paths().to_vec(),
            start: self.start(&settings, since),
            state: if matches!(self.from, From::Checkpoint) { state } else { follow::State::default() },
            acknowledged: true,
            unfollowed: unfollowed(self.state.clone()),
            ..follow::FollowSettings::default()
        };
        let ended = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ended);
        // if it fails, Ctrl-C still ends the program, but without a summary
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        let mut run = Run {
            options: &self,
            tail,
            watch: Watch::new(follow),
            states,
            saved: None,
            is_unfiltered,
            calls: Calls::new(self.on_finding.clone()),
            ended,
        };
        self.painting.stream(|look, out| run.follow(look, out))?;
        run.calls.end();
        run.sum_up();
        let is_bad = run.tail.findings().iter().any(|finding| finding.severity <= Severity::High);
        Ok(if is_bad { Outcome::Found } else { Outcome::Success })
    }

    /// The position at which to begin in existing logs.
    fn start(&self, settings: &Arc<Settings>, since: Option<i64>) -> Start {
        match (self.lines, self.from) {
            (Some(lines), _) => Start::Chosen(Box::new(move |_, file, size| last_lines(file, size, lines))),
            (None, From::Start) => Start::Beginning,
            (None, From::Time(_)) => {
                let (settings, since) = (Arc::clone(settings), since.unwrap_or(i64::MIN));
                // a file that cannot be read now is read from its start later
                Start::Chosen(Box::new(move |path, file, size| {
                    Ok(seek(&settings, path, file, size, since).unwrap_or(0))
                }))
            }
            (None, From::End | From::Checkpoint) => Start::End,
        }
    }

    /// The time before which events are not shown, in nanoseconds since 1970.
    fn since(&self) -> Result<Option<i64>> {
        let From::Time(point) = self.from else { return Ok(None) };
        let zone = match self.shown.zone {
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
    /// Time at which the state was last written.
    saved: Option<Instant>,
    /// All events are shown.
    is_unfiltered: bool,
    calls: Calls,
    /// Set by Ctrl-C.
    ended: Arc<AtomicBool>,
}

impl Run<'_, '_> {
    /// Shows changes until Ctrl-C, or until nothing is written for the time of --quiet-after.
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
                let mut new = Layout::of(sources, look, options.shown.zone);
                (new.full, new.wrap) = (options.full, options.wrap);
                *kept = Some((known, new));
            }
            let Some((_, layout)) = kept.as_ref() else { return };
            form.write(entry, layout, out);
        };
        let is_terminal = look.table_width != usize::MAX;
        if is_terminal && !options.json && !options.findings_only && self.is_unfiltered {
            self.tail.hint();
        }
        let mut is_open = false;
        let mut days = form.filter(|form| form.is_for_people() && is_terminal).map(|_| DayLines::default());
        let start = Instant::now();
        // time spent waiting since the last change; work and rest are not silence, because the backlog may not be read yet
        let mut quiet = Duration::ZERO;
        let mut is_told = false;
        while !self.ended.load(Ordering::Relaxed) {
            let (round, mut waited) = (Instant::now(), Duration::ZERO);
            let news = self.next(&mut waited);
            quiet = if news.is_empty() { quiet + waited } else { Duration::ZERO };
            for one in news {
                self.tail.take(one, self.watch.now(), &write);
            }
            let watch = &self.watch;
            // nothing is read while resting, so silence counts only up to the last check
            self.tail.tick(watch.checked(), &|log, since| watch.is_still(log, since), &write);
            if !std::mem::replace(&mut is_open, true) {
                let count = self.tail.open();
                if count > 0 {
                    output::note(&following(count, options.input.paths()));
                }
            }
            let writing = Instant::now();
            self.show(look, &mut days, out)?;
            // a slow reader of the output is waiting time, not work
            waited += writing.elapsed();
            self.acknowledge();
            // also at the start, so that a run that is killed early leaves a state
            if self.saved.is_none_or(|saved| saved.elapsed() >= SAVE) {
                self.save();
            }
            self.calls.tick();
            if !is_told && self.watch.is_empty() && start.elapsed() > Duration::from_secs(2) {
                is_told = true;
                output::note("no log found yet; waiting for one to appear");
            }
            if quiet_after.is_some_and(|least| quiet >= least) {
                break;
            }
            let worked = round.elapsed().saturating_sub(waited);
            self.rest(options.max_cpu.rest(worked, waited));
        }
        self.tail.finish(self.watch.now(), &write);
        self.show(look, &mut days, out)?;
        self.acknowledge();
        self.save();
        Ok(())
    }

    /// New changes; adds the time spent waiting to `waited`.
    fn next(&mut self, waited: &mut Duration) -> Vec<Change> {
        for (log, due) in self.tail.looks() {
            self.watch.look_by(log, due);
        }
        // the first state is saved as soon as it is known which files exist: what comes then is new to the next run, too
        let longest = if self.saved.is_none() { Duration::ZERO } else { NAP };
        let wait = self.tail.due(self.watch.now()).map_or(longest, Duration::from_nanos).min(longest);
        let (round, looked) = (Instant::now(), self.watch.worked());
        let news = self.watch.next(wait);
        *waited = round.elapsed().saturating_sub(self.watch.worked().saturating_sub(looked));
        news
    }

    /// Rests for this time, or until Ctrl-C.
    fn rest(&self, span: Duration) {
        let rest = Instant::now();
        while rest.elapsed() < span && !self.ended.load(Ordering::Relaxed) {
            std::thread::sleep(span.saturating_sub(rest.elapsed()).min(REST));
        }
    }

    /// Reports how far each log was shown. Also between saves, because a log that ends is forgotten with its position.
    fn acknowledge(&mut self) {
        for (log, offset) in self.tail.handled() {
            self.watch.handled(log, offset);
        }
    }

    /// Writes the state file.
    fn save(&mut self) {
        self.saved = Some(Instant::now());
        let Some(states) = &mut self.states else { return };
        let (mut state, memory) = (self.watch.state(), self.tail.memory());
        if memory != Memory::default() {
            state.kept = serde_json::to_value(memory).unwrap_or_default();
        }
        output::warn_of(states.save(state, self.watch.today()).as_slice());
    }
}
