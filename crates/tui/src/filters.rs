//! The filter stack: filters that all apply at once, and sources that are hidden.

use spoglight_parsers::Level;

use spoglight_browse::session::SavedFilter;
use spoglight_browse::sift::{EventFilter, TemplateFilter};
use spoglight_query::{Field, Query};

/// One filter, ready to be evaluated.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    saved: SavedFilter,
    /// All events for a time range and a template, which the index evaluates.
    query: Query,
}

/// Filters and hidden sources.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterStack {
    /// The filters, oldest first.
    pub(crate) filters: Vec<Filter>,
    /// For each source, by its number, whether it is hidden.
    pub(crate) hidden: Vec<bool>,
}

/// Levels that a minimum level steps through.
const THRESHOLDS: [Level; 5] = [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug];

/// Characters of a template in a label.
const TEMPLATE: usize = 40;

impl Filter {
    /// A filter in the filter language. Fails with the reason for the user.
    pub(crate) fn parse(text: &str) -> Result<Filter, String> {
        let query = Query::parse(text).map_err(|error| error.to_string())?;
        Ok(Filter { saved: SavedFilter::Query(text.to_owned()), query })
    }

    /// Events whose `field` equals `value`, or all others.
    pub(crate) fn field(field: Field, value: &str, is_out: bool) -> Result<Filter, String> {
        let query = Query::field_is(field, value).map_err(|error| error.to_string())?;
        let saved = SavedFilter::Field { field: field.name().to_owned(), value: value.to_owned(), is_out };
        Ok(Filter { saved, query: if is_out { !query } else { query } })
    }

    /// Events of this level, or all others.
    pub(crate) fn level(level: Level, is_out: bool) -> Filter {
        let query = Query::level_is(level);
        let saved = SavedFilter::Field { field: "level".to_owned(), value: level.name().to_owned(), is_out };
        Filter { saved, query: if is_out { !query } else { query } }
    }

    /// Events of this level and more severe ones.
    fn at_least(level: Level) -> Filter {
        let saved = SavedFilter::Level(level.name().to_owned());
        Filter { saved, query: Query::level_at_least(level) }
    }

    /// Events in a time range, both ends included, in nanoseconds since 1970.
    fn window(from: i64, to: i64) -> Filter {
        Filter { saved: SavedFilter::Window { from, to }, query: Query::all() }
    }

    /// Events of a message template, or all others.
    pub(crate) fn template(shape: String, is_out: bool) -> Filter {
        Filter { saved: SavedFilter::Template { shape, is_out }, query: Query::all() }
    }

    /// Restores a saved filter. Fails with the reason for the user if this version cannot evaluate it.
    pub(crate) fn restore(saved: SavedFilter) -> Result<Filter, String> {
        match saved {
            SavedFilter::Query(text) => Filter::parse(&text),
            SavedFilter::Field { field, value, is_out } if field == "level" => {
                named_level(&value).map(|level| Filter::level(level, is_out))
            }
            SavedFilter::Field { field, value, is_out } => {
                let known = Field::ALL.into_iter().find(|known| known.name() == field);
                Filter::field(known.ok_or_else(|| format!("unknown field `{field}`"))?, &value, is_out)
            }
            SavedFilter::Level(level) => named_level(&level).map(Filter::at_least),
            saved @ (SavedFilter::Window { .. } | SavedFilter::Template { .. }) => {
                Ok(Filter { saved, query: Query::all() })
            }
        }
    }

    /// The form in which it is saved.
    pub(crate) fn saved(&self) -> &SavedFilter {
        &self.saved
    }

    /// Returns true for a time range.
    pub(crate) fn is_window(&self) -> bool {
        matches!(self.saved, SavedFilter::Window { .. })
    }

    /// Its text on the screen; `time` writes a time in nanoseconds since 1970.
    pub(crate) fn label(&self, time: impl Fn(i64) -> String) -> String {
        label(&self.saved, time)
    }
}

/// The text of a saved filter on the screen.
pub(crate) fn label(saved: &SavedFilter, time: impl Fn(i64) -> String) -> String {
    match saved {
        SavedFilter::Query(text) => text.clone(),
        SavedFilter::Field { field, value, is_out } => {
            format!("{field}{}{value}", if *is_out { "!=" } else { "=" })
        }
        SavedFilter::Level(level) => format!("level>={level}"),
        SavedFilter::Window { from, to } => format!("{} .. {}", time(*from), time(*to)),
        SavedFilter::Template { shape, is_out } => {
            let text: String = shape.chars().take(TEMPLATE).collect();
            format!("{} {text}", if *is_out { "not like" } else { "like" })
        }
    }
}

fn named_level(name: &str) -> Result<Level, String> {
    let known = Level::ALL.into_iter().find(|level| level.name() == name);
    known.ok_or_else(|| format!("unknown level `{name}`"))
}

impl FilterStack {
    /// What to ask about every event, together with a filter that is still being typed.
    pub(crate) fn event_filter(&self, typed: Option<&Query>) -> EventFilter {
        let mut all = EventFilter { hidden: self.hidden.clone(), ..EventFilter::default() };
        let mut query = typed.cloned().unwrap_or_default();
        for filter in &self.filters {
            query = query.and(filter.query.clone());
            if let SavedFilter::Template { shape, is_out } = &filter.saved {
                all.shapes.push(TemplateFilter { shape: shape.clone().into_bytes(), is_out: *is_out });
            }
        }
        all.query = query;
        all
    }

    /// Returns true if every event passes.
    pub(crate) fn is_empty(&self) -> bool {
        self.filters.is_empty() && !self.hidden.contains(&true)
    }

    /// Removes all filters and shows all sources.
    pub(crate) fn clear(&mut self) {
        self.filters.clear();
        self.hidden.fill(false);
    }

    /// Number of hidden sources.
    pub(crate) fn hidden_count(&self) -> usize {
        self.hidden.iter().filter(|hidden| **hidden).count()
    }

    /// Numbers of the hidden sources.
    pub(crate) fn hidden_sources(&self) -> impl Iterator<Item = usize> {
        self.hidden.iter().enumerate().filter(|(_, hidden)| **hidden).map(|(source, _)| source)
    }

    /// Hides these sources too.
    pub(crate) fn hide(&mut self, sources: impl IntoIterator<Item = usize>) {
        for source in sources {
            if let Some(hidden) = self.hidden.get_mut(source) {
                *hidden = true;
            }
        }
    }

    /// The time range that all windows share.
    pub(crate) fn window(&self) -> Option<(i64, i64)> {
        let windows = self.filters.iter().filter_map(|filter| match filter.saved {
            SavedFilter::Window { from, to } => Some((from, to)),
            _ => None,
        });
        windows.reduce(|left, right| (left.0.max(right.0), left.1.min(right.1)))
    }

    /// Replaces the time range.
    pub(crate) fn set_window(&mut self, window: Option<(i64, i64)>) {
        self.filters.retain(|filter| !filter.is_window());
        self.filters.extend(window.map(|(from, to)| Filter::window(from, to)));
    }

    /// Raises or lowers the minimum level by one step; below the last step there is none.
    pub(crate) fn step_level(&mut self, up: bool) {
        let now = self.filters.iter().find_map(|filter| match &filter.saved {
            SavedFilter::Level(name) => Some(name.as_str()),
            _ => None,
        });
        let at = now.and_then(|now| THRESHOLDS.iter().position(|level| level.name() == now));
        let next = match (at, up) {
            (None, true) => Some(THRESHOLDS.len() - 1),
            (None, false) => None,
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) => Some(at + 1),
        };
        self.filters.retain(|filter| !matches!(filter.saved, SavedFilter::Level(_)));
        let level = next.and_then(|at| THRESHOLDS.get(at));
        self.filters.extend(level.map(|level| Filter::at_least(*level)));
    }

    /// Adds a filter, or removes it if it is there.
    pub(crate) fn toggle(&mut self, filter: Filter) {
        match self.filters.iter().position(|known| known.saved == filter.saved) {
            Some(at) => drop(self.filters.remove(at)),
            None => self.filters.push(filter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_goes_up_and_down_and_away() {
        let mut stack = FilterStack::default();
        let mut seen = Vec::new();
        for up in [true, true, true, true, true, true, false, false, false, false, false, false] {
            stack.step_level(up);
            seen.push(stack.filters.first().map(|filter| filter.label(|_| String::new())));
        }
        let seen: Vec<&str> = seen.iter().map(|label| label.as_deref().unwrap_or("-")).collect();
        assert_eq!(
            seen,
            [
                "level>=debug",
                "level>=info",
                "level>=warn",
                "level>=error",
                "level>=fatal",
                "level>=fatal",
                "level>=error",
                "level>=warn",
                "level>=info",
                "level>=debug",
                "-",
                "-"
            ]
        );
    }

    #[test]
    fn a_saved_filter_is_restored_as_it_was_or_refused() {
        let filters = [
            Filter::parse("level>=warn and x").expect("a filter"),
            Filter::field(Field::Thread, "C:\\x\\\"y\" (", true).expect("short"),
            Filter::level(Level::Error, false),
            Filter::at_least(Level::Warn),
            Filter::window(1, 2),
            Filter::template("a #".to_owned(), true),
        ];
        for filter in filters {
            let again = Filter::restore(filter.saved().clone()).expect("it was saved by this version");
            assert_eq!(again.saved, filter.saved);
            assert_eq!(again.query.is_all(), filter.query.is_all());
        }
        for foreign in [
            SavedFilter::Query("level>=".to_owned()),
            SavedFilter::Level("loud".to_owned()),
            SavedFilter::Field { field: "mood".to_owned(), value: "good".to_owned(), is_out: false },
        ] {
            assert!(Filter::restore(foreign.clone()).is_err(), "{foreign:?}");
        }
    }
}
