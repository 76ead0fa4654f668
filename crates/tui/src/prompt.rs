//! [`Prompt`]: a line that a person types: a filter, a search, a time, a note, a file.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler as _;

use super::app::App;
use super::seek::Wanted;
use spoglight_browse::session::SavedFilter;
use spoglight_query::Query;
use spoglight_query::complete;
use spoglight_report::events::ShownZone;
use spoglight_time::time_expr::{ResolveContext, TimeExpr};

/// Bytes of a line that are taken: what is pasted may be a megabyte.
const LONGEST: usize = 4096;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Filter,
    Search,
    Time,
    Note(u32),
    Export,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Prompt {
    pub(super) what: What,
    pub(super) input: Input,
    /// What could stand at the cursor, and which of it was chosen.
    pub(super) options: Vec<String>,
    /// The bytes that one of them takes the place of.
    replaced: (usize, usize),
    pub(super) error: Option<String>,
    query: Option<Query>,
    /// How far one went back in what was typed before.
    back: usize,
}

impl Prompt {
    pub(super) fn new(what: What, text: &str) -> Prompt {
        let input = Input::new(text.to_owned());
        Prompt { what, input, options: Vec::new(), replaced: (0, 0), error: None, query: None, back: 0 }
    }

    /// The filter that is typed, if it is one.
    pub(super) fn query(&self) -> Option<&Query> {
        self.query.as_ref().filter(|_| self.what == What::Filter)
    }

    /// The event that a note is written on.
    pub(super) fn noted(&self) -> Option<u32> {
        match self.what {
            What::Note(number) => Some(number),
            _ => None,
        }
    }

    /// The same note on another event.
    pub(super) fn on(self, number: u32) -> Prompt {
        Prompt { what: What::Note(number), ..self }
    }

    /// What stands before the line.
    pub(super) fn label(&self) -> &'static str {
        match self.what {
            What::Filter => "filter: ",
            What::Search => "search: ",
            What::Time => "go to time: ",
            What::Note(_) => "note: ",
            What::Export => "export to: ",
        }
    }

    fn text(&self) -> &str {
        self.input.value()
    }
}

impl App<'_> {
    pub(super) fn open_prompt(&mut self, what: What) {
        let text = match what {
            What::Note(number) => self.bookmarks.get(&number).cloned().unwrap_or_default(),
            What::Export => "events.md".to_owned(),
            _ => String::new(),
        };
        self.prompt = Some(Prompt::new(what, &text));
    }

    /// A key while a line is typed.
    pub(super) fn type_key(&mut self, key: &KeyEvent) {
        match key.code {
            KeyCode::Esc => self.leave_prompt(),
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => self.leave_prompt(),
            KeyCode::Enter => self.accept(),
            KeyCode::Tab => self.complete(),
            KeyCode::Up => self.recall(true),
            KeyCode::Down => self.recall(false),
            _ => {
                let Some(prompt) = &mut self.prompt else { return };
                let full = prompt.text().len() >= LONGEST && matches!(key.code, KeyCode::Char(_));
                if !full && prompt.input.handle_event(&Event::Key(*key)).is_some_and(|change| change.value) {
                    self.typed();
                }
            }
        }
    }

    /// Something is pasted into the line: its first line, as far as there is room.
    pub(super) fn paste(&mut self, text: &str) {
        let Some(prompt) = &mut self.prompt else { return };
        let line = text.lines().next().unwrap_or_default();
        let room = LONGEST.saturating_sub(prompt.text().len());
        let mut end = line.len().min(room);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        for one in line.get(..end).unwrap_or_default().chars().filter(|one| !one.is_control()) {
            prompt.input.handle(tui_input::InputRequest::InsertChar(one));
        }
        self.typed();
    }

    fn leave_prompt(&mut self) {
        let was = self.prompt.take().map(|prompt| prompt.what);
        if was == Some(What::Filter) {
            self.refilter();
        }
    }

    /// The line has changed.
    fn typed(&mut self) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.error = None;
        if prompt.what != What::Filter {
            return;
        }
        match Query::parse(prompt.text()) {
            Ok(query) => {
                prompt.query = Some(query);
                self.refilter();
            }
            // the last one that was right stays
            Err(error) => prompt.error = Some(error.to_string()),
        }
        self.offer();
    }

    /// What was typed before.
    fn recall(&mut self, back: bool) {
        let Some(prompt) = &mut self.prompt else { return };
        let kind = std::mem::discriminant(&prompt.what);
        let before: Vec<&String> = self
            .recent
            .iter()
            .filter(|(what, _)| std::mem::discriminant(what) == kind)
            .map(|(_, text)| text)
            .collect();
        prompt.back = if back { (prompt.back + 1).min(before.len()) } else { prompt.back.saturating_sub(1) };
        let text =
            before.len().checked_sub(prompt.back).and_then(|at| before.get(at)).filter(|_| prompt.back > 0);
        prompt.input = Input::new(text.map(|text| (*text).clone()).unwrap_or_default());
        self.typed();
    }

    fn accept(&mut self) {
        let Some(mut prompt) = self.prompt.take() else { return };
        let text = prompt.text().trim().to_owned();
        let outcome = match prompt.what {
            What::Filter => self.accept_filter(&text),
            What::Search if text.is_empty() => {
                self.stop_search();
                Ok(())
            }
            What::Search => Wanted::typed(&text).map(|what| self.search(what, Some(false))),
            What::Time => self.go_to_time(&text),
            What::Note(number) => {
                self.bookmarks.insert(number, text.clone());
                self.detail.forget();
                Ok(())
            }
            What::Export => self.export(&text),
        };
        match outcome {
            Ok(()) if !text.is_empty() => {
                self.recent.retain(|(what, known)| *what != prompt.what || *known != text);
                self.recent.push((prompt.what, text));
            }
            Ok(()) => {}
            Err(error) => {
                prompt.error = Some(error);
                self.prompt = Some(prompt);
            }
        }
    }

    fn accept_filter(&mut self, text: &str) -> Result<(), String> {
        let query = Query::parse(text).map_err(|error| error.to_string())?;
        if !query.is_all() {
            self.narrow.chips.push(SavedFilter::Query(text.to_owned()));
        }
        self.refilter();
        Ok(())
    }

    /// What could stand at the cursor of a filter.
    fn offer(&mut self) {
        let Some(prompt) = self.prompt.as_ref().filter(|prompt| prompt.what == What::Filter) else { return };
        let cursor =
            prompt.text().char_indices().nth(prompt.input.cursor()).map_or(prompt.text().len(), |(at, _)| at);
        let found = complete(prompt.text(), cursor, &|field| self.values(field));
        if let Some(prompt) = &mut self.prompt {
            prompt.options = found.options;
            prompt.replaced = (found.from, found.to);
        }
    }

    /// What a field may be, as far as that is known of the sources.
    fn values(&self, field: &str) -> Vec<String> {
        let facts = self.data.facts.iter().filter(|facts| facts.events > 0);
        let mut values: Vec<String> = match field {
            "host" => facts.filter_map(|facts| facts.host.clone()).collect(),
            "source" => {
                facts.map(|facts| spoglight_text::source_path::file_name(&facts.path).to_owned()).collect()
            }
            "process" => facts.filter_map(|facts| facts.origin.process.clone()).collect(),
            "format" => facts.filter_map(|facts| facts.format.clone()).collect(),
            "finding" => {
                let findings = self.data.analysis.iter().flat_map(|analysis| &analysis.findings);
                findings.map(|finding| finding.id.to_string()).collect()
            }
            _ => Vec::new(),
        };
        values.sort();
        values.dedup();
        values
    }

    /// Puts the first of what could stand at the cursor there.
    fn complete(&mut self) {
        let Some(prompt) = &mut self.prompt else { return };
        let Some(option) = prompt.options.first().cloned() else { return self.offer() };
        let (from, to) = prompt.replaced;
        let (before, after) = (prompt.text().get(..from), prompt.text().get(to..));
        let (Some(before), Some(after)) = (before, after) else { return };
        let cursor = before.chars().count() + option.chars().count();
        prompt.input = Input::new(format!("{before}{option}{after}")).with_cursor(cursor);
        self.typed();
    }

    fn go_to_time(&mut self, text: &str) -> Result<(), String> {
        let point: TimeExpr = text.parse()?;
        let now = self.current().map(|number| self.data.index.key(number).0).filter(|now| *now != i64::MAX);
        let known = ResolveContext {
            span: self.view.span(&self.data.index),
            incident: self.options.incident,
            // -5m is before what one looks at
            usual: now,
            zone: match self.zone {
                ShownZone::Of(zone) => Some(zone),
                ShownZone::Source => self
                    .current()
                    .and_then(|number| self.data.facts.get(self.data.index.source(number))?.clock.zone.rules),
            },
        };
        let utc = point.resolve(&known)?;
        let at = self.view.place_at(&self.data.index, utc);
        self.go(at);
        Ok(())
    }
}
