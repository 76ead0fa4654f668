//! What leaves the browser: events in a file, and what the person left behind for the next time.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::app::{App, Screen};
use super::work::{Ask, Over};
use spoglight_browse::session;
use spoglight_browse::session::{Bookmark, SavedFilter, SavedPosition, Session};
use spoglight_query::Query;
use spoglight_report::RenderOptions;
use spoglight_report::events::{self, ExportHeading, Layout, ShownZone};
use spoglight_source::Problem;
use spoglight_time::zone;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 20;

/// Events to be written to a file.
pub struct Export<'s> {
    path: PathBuf,
    heading: ExportHeading,
    /// The events, in their order.
    numbers: Vec<u32>,
    notes: BTreeMap<u32, String>,
    over: Over<'s>,
    zone: ShownZone,
}

impl App<'_> {
    /// Writes what is shown, or the bookmarks, to a file that is not there yet.
    pub(super) fn export(&mut self, path: &str) -> Result<(), String> {
        if path.is_empty() {
            return Err("name a file: its ending says the form, .md .json .txt".to_owned());
        }
        let path = PathBuf::from(path);
        if path.exists() {
            return Err("there is such a file already".to_owned());
        }
        let over = self.over().ok_or("nothing is read yet")?;
        let numbers = match self.screen {
            Screen::Bookmarks => self.bookmarks_in_order(),
            _ => self.view.numbers().get(self.range()).unwrap_or_default().to_vec(),
        };
        if numbers.is_empty() {
            return Err("there is no event to write".to_owned());
        }
        let filters = match self.screen {
            Screen::Bookmarks => Vec::new(),
            _ => self
                .narrow
                .chips
                .iter()
                .map(|chip| super::narrow::label(chip, |utc| self.when(utc)))
                .collect(),
        };
        let heading = ExportHeading {
            title: self.options.title.clone(),
            filters,
            clock: self.clock(),
            count: numbers.len(),
        };
        let notes = self.bookmarks.clone();
        self.ask(Ask::Export(Box::new(Export { path, heading, numbers, notes, over, zone: self.zone })));
        Ok(())
    }

    /// What the person leaves behind.
    fn session(&self) -> Session {
        let root = self.root();
        let name = |source: usize| {
            let path = self.data.facts.get(source).map_or("", |facts| &*facts.path);
            path.strip_prefix(root.as_str()).unwrap_or(path).to_owned()
        };
        let place = |number: u32| SavedPosition {
            source: name(self.data.index.source(number)),
            offset: self.data.index.offset(number),
        };
        let hidden = self.narrow.hidden.iter().enumerate().filter(|(_, hidden)| **hidden);
        let bookmarks = self.bookmarks.iter();
        Session {
            zone: match self.zone {
                ShownZone::Of(zone) => zone.name().to_owned(),
                ShownZone::Source => "source".to_owned(),
            },
            narrowings: self.narrow.chips.clone(),
            hidden: hidden.map(|(source, _)| name(source)).collect(),
            bookmarks: bookmarks
                .map(|(number, note)| Bookmark { place: place(*number), note: note.clone() })
                .collect(),
            // who was at the first event was nowhere
            position: self.current().filter(|_| self.cursor.at > 0).map(place),
            ..Session::default()
        }
    }

    fn root(&self) -> String {
        session::common(self.data.facts.iter().map(|facts| &*facts.path))
    }

    /// The name of the collection, once all of it was read.
    fn session_key(&self) -> Option<String> {
        let collected = self.data.collected.as_ref()?;
        let sources = &collected.bundle.sources;
        Some(session::key(sources.iter().map(|source| (&*source.path, source.size))))
    }

    /// Keeps what the person leaves behind. Answers why it could not be kept.
    pub fn leave(&self) -> Option<Problem> {
        let (store, key) = (self.options.store.as_ref()?, self.session_key()?);
        store.save(&key, &self.session())
    }

    /// Goes on where the person was, if nothing was changed since.
    pub(super) fn resume(&mut self) {
        let Some((store, key)) = self.options.store.clone().zip(self.session_key()) else { return };
        let (session, problem) = store.load(&key);
        self.note = problem.map(|problem| format!("{} {}; {}", problem.path, problem.what, problem.advice));
        if session.is_empty() {
            return;
        }
        // who came with a filter, or was quick, wants that; bookmarks are kept in any case
        let is_touched = !self.narrow.chips.is_empty() || self.prompt.is_some();
        let root = self.root();
        let sources: BTreeMap<&str, usize> = (0..)
            .zip(self.data.facts.iter())
            .map(|(at, facts)| (facts.path.strip_prefix(root.as_str()).unwrap_or(&facts.path), at))
            .collect();
        let event = |place: &SavedPosition| {
            self.data.index.event_at(*sources.get(place.source.as_str())?, place.offset)
        };
        let bookmarks: Vec<(u32, String)> = session
            .bookmarks
            .iter()
            .filter_map(|bookmark| Some((event(&bookmark.place)?, bookmark.note.clone())))
            .collect();
        let position = session.position.as_ref().and_then(event);
        let hidden: Vec<usize> =
            session.hidden.iter().filter_map(|name| sources.get(name.as_str()).copied()).collect();
        let some =
            |count, one, more| (count > 0).then(|| spoglight_text::humanize::counted(count, one, more));
        let marks = some(bookmarks.len(), "bookmark", "bookmarks");
        for (number, note) in bookmarks {
            self.bookmarks.entry(number).or_insert(note);
        }
        if is_touched {
            self.note = marks.map(|marks| format!("{marks} from the last time")).or(self.note.take());
            return;
        }
        let sources = some(hidden.len(), "source off", "sources off");
        for source in hidden {
            if let Some(hidden) = self.narrow.hidden.get_mut(source) {
                *hidden = true;
            }
        }
        // a filter of another version may not be one here
        let is_known =
            |chip: &SavedFilter| !matches!(chip, SavedFilter::Query(text) if Query::parse(text).is_err());
        self.narrow.chips = session.narrowings.into_iter().filter(is_known).collect();
        if session.zone == "source" {
            self.zone = ShownZone::Source;
        } else if let Some(zone) = zone::by_name(&session.zone) {
            self.zone = ShownZone::Of(zone);
        }
        let filters = some(self.narrow.chips.len(), "filter", "filters");
        let way_out = (filters.is_some() || sources.is_some()).then_some("; R takes filters away");
        let kept: Vec<String> = [filters, sources, marks].into_iter().flatten().collect();
        let colon = if kept.is_empty() { "" } else { ": " };
        self.note = Some(format!("as you left it{colon}{}{}", kept.join(", "), way_out.unwrap_or_default()));
        if let Some(number) = position {
            self.go(self.view.place_of(&self.data.index, number));
        }
        self.refilter();
    }
}

impl Export<'_> {
    /// Writes it. Answers what was done, for a person.
    pub fn write(&self) -> String {
        let path = self.path.display();
        match self.try_to_write() {
            Ok(()) => {
                format!(
                    "{} written to {path}",
                    spoglight_text::humanize::counted(self.numbers.len(), "event", "events")
                )
            }
            Err(error) => format!("{path} could not be written: {error}"),
        }
    }

    fn try_to_write(&self) -> io::Result<()> {
        let form = events::for_path(&self.path);
        let look = RenderOptions { colour: false, ..RenderOptions::default() };
        let mut layout = Layout::of(&self.over.facts, &look, self.zone);
        (layout.full, layout.has_notes) = (true, true);
        // what breaks off must not stand there as if it were whole
        let aside = aside(&self.path);
        let written = || -> io::Result<()> {
            let mut file = std::fs::File::create(&aside)?;
            let mut out = Vec::new();
            form.export_heading(&self.heading, &layout, &mut out);
            for number in &self.numbers {
                let line = self.over.index.line(*number).unwrap_or(0);
                let note = self.notes.get(number).map(String::as_str).filter(|note| !note.is_empty());
                self.over.index.read_at(&self.over.facts, *number, line, |entry| {
                    form.write_noted(entry, note, &layout, &mut out);
                })?;
                if out.len() >= GATHERED {
                    file.write_all(&out)?;
                    out.clear();
                }
            }
            file.write_all(&out)?;
            file.sync_all()?;
            std::fs::rename(&aside, &self.path)
        };
        written().inspect_err(|_| {
            let _ = std::fs::remove_file(&aside);
        })
    }
}

fn aside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}
