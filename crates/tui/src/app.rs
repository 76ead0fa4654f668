//! [`App`]: what is on the screen and what changes it. It has no thread and draws nothing: it takes what is
//! [told](super::work::Told) and answers what it [asks](super::work::Ask) of others.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use chrono_tz::Tz;
use spoglight_signatures::DefinitionError;

use super::data::Data;
use super::detail::Detail;
use super::draw::Areas;
use super::list::Cursor;
use super::narrow::Narrow;
use super::prompt::Prompt;
use super::seek::Seek;
use super::theme::Theme;
use super::work::{Ask, Job, Over, Sifted, Slot, Told};
use spoglight_browse::groups::TemplateGroups;
use spoglight_browse::session::{SavedFilter, Store};
use spoglight_browse::survey::SurveyUpdate;
use spoglight_browse::view::View;
use spoglight_model::analysis::Warning;
use spoglight_report::events::ShownZone;

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    Timeline,
    Findings,
    Groups,
    Bookmarks,
}

/// Which part of the timeline's screen keys are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Focus {
    List,
    Tree,
    Detail,
}

/// How a person wants it.
#[derive(Debug, Clone)]
pub struct Options {
    /// Colours and characters.
    pub theme: Theme,
    /// What is looked at, for the first line.
    pub title: String,
    /// The clock at first.
    pub zone: ShownZone,
    /// The zone of this machine.
    pub mine: Option<Tz>,
    /// The first filter.
    pub filter: Option<String>,
    /// When it happened, in nanoseconds since 1970.
    pub incident: Option<i64>,
    /// Files that grow are read again.
    pub follow: bool,
    /// Where it is kept what a person leaves behind.
    pub store: Option<Store>,
}

/// What has a number, as it is found again in another index.
struct Kept {
    current: Option<(String, u64)>,
    bookmarks: Vec<((String, u64), String)>,
    /// What a note is being written on.
    noted: Option<(String, u64)>,
    hidden: Vec<String>,
}

/// How far the survey is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Opening,
    Reading,
    Judging,
    Done,
}

/// What is on the screen and what changes it.
#[expect(clippy::struct_excessive_bools, reason = "panes that are there or not, in any combination")]
pub struct App<'s> {
    pub(super) options: Options,
    pub(super) data: Data<'s>,
    pub(super) stage: Stage,
    pub(super) progress: (u64, u64),
    pub(super) narrow: Narrow,
    /// All events.
    all: View,
    /// What the filters let through.
    pub(super) view: View,
    /// The filter that is at work, and how far it is.
    pub(super) sift: Option<(u64, (u64, u64))>,
    pub(super) cursor: Cursor,
    /// The person has gone somewhere, so the screen stays there when more events come.
    is_moved: bool,
    /// It was at the end before more came, and stays there if files are followed.
    is_last: bool,
    pub(super) screen: Screen,
    pub(super) focus: Focus,
    pub(super) has_tree: bool,
    pub(super) has_detail: bool,
    pub(super) tree: Cursor,
    pub(super) detail: Detail,
    pub(super) findings: Cursor,
    pub(super) page: u16,
    pub(super) groups: Option<TemplateGroups>,
    pub(super) group: Cursor,
    pub(super) group_job: Option<u64>,
    pub(super) bookmarks: BTreeMap<u32, String>,
    pub(super) bookmark: Cursor,
    pub(super) prompt: Option<Prompt>,
    pub(super) recent: Vec<(super::prompt::What, String)>,
    /// Only what is like the event, or not.
    pub(super) menu: Option<bool>,
    /// The first row of the help that is seen, if it is open.
    pub(super) help: Option<usize>,
    pub(super) seek: Option<Seek>,
    pub(super) zone: ShownZone,
    pub(super) note: Option<String>,
    pub(super) areas: Areas,
    pub(super) drag: Option<(u16, u16)>,
    /// The view is being made anew: nobody wants to see that there is none.
    is_remade: bool,
    /// The event that the cursor was on, while the view is made anew.
    moving: Option<u32>,
    failed: Option<DefinitionError>,
    is_over: bool,
    asks: Vec<Ask<'s>>,
    next_id: u64,
}

impl<'s> App<'s> {
    /// Nothing is known yet.
    pub fn new(options: Options) -> App<'s> {
        let mut narrow = Narrow::default();
        narrow.chips.extend(options.filter.clone().map(SavedFilter::Query));
        App {
            zone: options.zone,
            options,
            data: Data::default(),
            stage: Stage::Opening,
            progress: (0, 0),
            narrow,
            all: View::default(),
            view: View::default(),
            sift: None,
            cursor: Cursor::default(),
            is_moved: false,
            is_last: false,
            screen: Screen::Timeline,
            focus: Focus::List,
            has_tree: false,
            has_detail: true,
            tree: Cursor::default(),
            detail: Detail::default(),
            findings: Cursor::default(),
            page: 0,
            groups: None,
            group: Cursor::default(),
            group_job: None,
            bookmarks: BTreeMap::new(),
            bookmark: Cursor::default(),
            prompt: None,
            recent: Vec::new(),
            menu: None,
            help: None,
            seek: None,
            note: None,
            areas: Areas::default(),
            drag: None,
            is_remade: false,
            moving: None,
            failed: None,
            is_over: false,
            asks: Vec::new(),
            next_id: 0,
        }
    }

    /// Takes what is told. What it asks for then is in [`App::asks`].
    pub fn take(&mut self, told: Told<'s>) {
        match told {
            Told::Input(event) => self.input(&event),
            Told::Survey(news, view) => self.news(news, view),
            Told::Progress(done, total) => self.progress = (done, total),
            Told::Sifted(sifted) => self.sifted(sifted),
            Told::Sought(sought) => self.sought(sought),
            Told::Grouped { id, groups } if self.group_job == Some(id) => {
                self.group_job = None;
                self.groups = Some(groups);
            }
            Told::Grouped { .. } => {}
            Told::Note(note) => self.note = Some(note),
            Told::End => self.end(),
        }
    }

    /// What it asks of others.
    pub fn asks(&mut self) -> Vec<Ask<'s>> {
        std::mem::take(&mut self.asks)
    }

    /// Whether the picture would be wrong for a moment, and the one before should stay.
    pub fn is_between(&self) -> bool {
        self.is_remade
    }

    /// Whether it is at its end.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// What was wrong with the paths, if nothing in them was read.
    pub fn unread(&self) -> &[Warning] {
        let analysis = self.data.analysis.as_ref().filter(|_| self.data.index.is_empty());
        analysis.map_or(&[], |analysis| &analysis.warnings)
    }

    /// Why nothing could be read, if that is so.
    pub fn failure(&mut self) -> Option<DefinitionError> {
        self.failed.take()
    }

    pub(super) fn ask(&mut self, ask: Ask<'s>) {
        self.asks.push(ask);
    }

    pub(super) fn end(&mut self) {
        self.is_over = true;
        self.ask(Ask::Quit);
    }

    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    pub(super) fn over(&self) -> Option<Over<'s>> {
        let library = Arc::clone(self.data.library.as_ref()?);
        Some(Over { index: Arc::clone(&self.data.index), facts: Arc::clone(&self.data.facts), library })
    }

    fn news(&mut self, news: SurveyUpdate<'s>, view: Option<View>) {
        match news {
            SurveyUpdate::Began(library) => self.data.library = Some(library),
            SurveyUpdate::Opened { sources, bytes } => {
                self.stage = Stage::Reading;
                self.narrow.hidden = vec![false; sources];
                self.progress = (0, bytes);
            }
            SurveyUpdate::More(index, facts) => {
                self.is_last = self.is_at_end();
                self.data.set(index, facts);
                self.indexed(view);
            }
            SurveyUpdate::All(index, facts, collected) => {
                let is_first = self.data.collected.is_none();
                // files have changed: what has a number has another now
                let kept = (!is_first).then(|| self.places());
                self.is_last = self.is_at_end();
                self.data.set(index, facts);
                self.data.collected = Some(collected);
                if let Some(kept) = kept {
                    self.find_again(&kept);
                }
                self.stage = Stage::Judging;
                self.indexed(view);
                if is_first {
                    self.resume();
                }
            }
            SurveyUpdate::Diagnosed(analysis) => {
                self.stage = Stage::Done;
                self.data.judge(analysis);
                self.detail.forget();
            }
            SurveyUpdate::Failed(error) => {
                self.failed = Some(error);
                self.end();
            }
        }
    }

    /// There are more events; `view` has all of them.
    fn indexed(&mut self, view: Option<View>) {
        self.detail.forget();
        let sieve = self.narrow.sieve(None);
        self.all = view.clone().unwrap_or_default();
        match view.filter(|_| sieve.is_all() && self.prompt.is_none()) {
            Some(view) => self.show(view),
            None => self.refilter(),
        }
        // what was found may lie elsewhere in time now
        if let Some(seek) = self.seek.take() {
            self.search(seek.what, None);
        }
    }

    /// The filter was changed: asks it.
    pub(super) fn refilter(&mut self) {
        let typed = self.prompt.as_ref().and_then(Prompt::query);
        let sieve = self.narrow.sieve(typed);
        let Some(over) = self.over() else { return };
        if sieve.is_all() {
            self.ask(Ask::Cancel(Slot::Sift));
            self.sift = None;
            self.show(self.all.clone());
            return;
        }
        let current = self.moving.or_else(|| self.current());
        let from = current.map_or(i64::MIN, |number| self.data.index.key(number).0);
        let id = self.id();
        self.sift = Some((id, (0, 0)));
        self.ask(Ask::Sift(Job { id, sieve, over, from }));
    }

    fn sifted(&mut self, sifted: Sifted) {
        if self.sift.is_none_or(|(id, _)| id != sifted.id) {
            return; // of a filter that is not asked any more
        }
        self.sift = (!sifted.is_last).then_some((sifted.id, sifted.done));
        self.show(sifted.view);
    }

    /// Shows other events: the cursor stays on its event, or on the next one that is there.
    pub(super) fn show(&mut self, view: View) {
        let number = self.moving.take().or_else(|| self.current()).filter(|_| self.is_moved);
        let row = self.cursor.at.saturating_sub(self.cursor.top);
        self.view = view;
        self.is_remade = false;
        self.groups = None;
        let range = self.range();
        if range.is_empty() {
            // when there is something again, it is where one was
            self.moving = number;
        }
        let at = number.map_or(range.start, |number| self.view.place_of(&self.data.index, number));
        self.cursor.at = at.clamp(range.start, range.end.saturating_sub(1).max(range.start));
        self.cursor.top = self.cursor.at.saturating_sub(row).max(range.start);
        if self.options.follow && std::mem::take(&mut self.is_last) {
            self.cursor.go(range.end, &range);
        }
        if self.screen == Screen::Groups {
            self.regroup();
        }
    }

    /// Whether files that grow are read again.
    pub(super) fn is_following(&self) -> bool {
        self.options.follow
    }

    fn is_at_end(&self) -> bool {
        self.is_moved && self.cursor.at + 1 >= self.range().end
    }

    /// What has a number, by its source and its place in that; and the sources that are off.
    fn places(&self) -> Kept {
        let path = |source: usize| {
            self.data.facts.get(source).map_or_else(String::new, |facts| facts.path.to_string())
        };
        let place = |number: u32| (path(self.data.index.source(number)), self.data.index.offset(number));
        let hidden = self.narrow.hidden.iter().enumerate().filter(|(_, hidden)| **hidden);
        Kept {
            current: self.current().map(place),
            bookmarks: self.bookmarks.iter().map(|(number, note)| (place(*number), note.clone())).collect(),
            noted: self.prompt.as_ref().and_then(Prompt::noted).map(place),
            hidden: hidden.map(|(source, _)| path(source)).collect(),
        }
    }

    /// Finds it again in a new index. What is not there any more is dropped.
    fn find_again(&mut self, kept: &Kept) {
        let sources = self.data.by_name();
        let event =
            |place: &(String, u64)| self.data.index.event_at(*sources.get(place.0.as_str())?, place.1);
        let moving = kept.current.as_ref().and_then(event);
        let bookmarks = kept.bookmarks.iter().filter_map(|(place, note)| Some((event(place)?, note.clone())));
        let bookmarks: BTreeMap<u32, String> = bookmarks.collect();
        if let Some(place) = &kept.noted {
            self.prompt = self.prompt.take().zip(event(place)).map(|(prompt, number)| prompt.on(number));
        }
        let mut hidden = vec![false; self.data.facts.len()];
        for source in kept.hidden.iter().filter_map(|path| sources.get(path.as_str())) {
            if let Some(hidden) = hidden.get_mut(*source) {
                *hidden = true;
            }
        }
        self.moving = moving;
        self.bookmarks = bookmarks;
        self.narrow.hidden = hidden;
        // of the events before: it is made anew at once
        self.view = View::default();
        self.is_remade = true;
    }

    /// The places of the view that lie in the window.
    pub(super) fn range(&self) -> Range<usize> {
        let index = &self.data.index;
        match self.narrow.window() {
            None => 0..self.view.len(),
            Some((from, to)) => {
                let start = self.view.place_at(index, from);
                start..self.view.place_at(index, to.saturating_add(1)).max(start)
            }
        }
    }

    /// The event that keys are about.
    pub(super) fn current(&self) -> Option<u32> {
        let range = self.range();
        self.view.get(self.cursor.at).filter(|_| range.contains(&self.cursor.at))
    }

    pub(super) fn go(&mut self, at: usize) {
        self.is_moved = true;
        let range = self.range();
        self.cursor.go(at, &range);
    }

    pub(super) fn moved(&mut self) {
        self.is_moved = true;
    }

    /// Goes to an event; if filters hide it they are taken away, and that is said.
    pub(super) fn go_to(&mut self, number: u32) {
        self.screen = Screen::Timeline;
        self.focus = Focus::List;
        let at = self.view.place_of(&self.data.index, number);
        if self.view.get(at) != Some(number) || !self.range().contains(&at) {
            self.narrow.chips.clear();
            self.narrow.hidden.fill(false);
            self.note = Some("filters hid that event: they were taken away".to_owned());
            self.refilter();
        }
        let at = self.view.place_of(&self.data.index, number);
        self.go(at);
    }

    /// Counts what is equal in what is shown.
    pub(super) fn regroup(&mut self) {
        let Some(over) = self.over() else { return };
        let range = self.range();
        let numbers = self.view.numbers().get(range).unwrap_or_default();
        let view = View::of(&self.data.index, numbers.into());
        let id = self.id();
        self.group_job = Some(id);
        self.groups = None;
        self.ask(Ask::Group { id, over, view });
    }

    /// The window was changed.
    pub(super) fn rewindow(&mut self) {
        let range = self.range();
        let at = self.cursor.at;
        self.cursor.go(at, &range);
        if self.screen == Screen::Groups {
            self.regroup();
        }
    }

    /// A moment on the clock that is shown.
    pub(super) fn when(&self, utc: i64) -> String {
        use spoglight_time::Timestamp;
        let source = self.current().map_or(0, |number| self.data.index.source(number));
        self.data.written(Some(Timestamp::Utc(utc)), source, self.zone)
    }

    /// Name of the clock that is shown.
    pub(super) fn clock(&self) -> String {
        match self.zone {
            ShownZone::Of(zone) => zone.name().to_owned(),
            ShownZone::Source => "clock of each source".to_owned(),
        }
    }
}
