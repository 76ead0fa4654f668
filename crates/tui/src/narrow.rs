//! What is shown of all events: filters one on the other, each a chip on the screen, and sources that are off.

use spoglight_parsers::Level;

use spoglight_browse::session::Narrowing;
use spoglight_browse::sift::{Shape, Sieve};
use spoglight_query::Query;

/// See the [module](self).
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    pub(super) chips: Vec<Narrowing>,
    /// Sources that are off, by place.
    pub(super) hidden: Vec<bool>,
}

/// Levels that a threshold goes through.
const THRESHOLDS: [Level; 5] = [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug];

impl Narrow {
    /// The question to every event, with one more filter that is still being typed.
    pub(super) fn sieve(&self, typed: Option<&Query>) -> Sieve {
        let mut sieve = Sieve { hidden: self.hidden.clone(), ..Sieve::default() };
        let mut query = typed.cloned().unwrap_or_default();
        for chip in &self.chips {
            match chip {
                // it was parsed when it was typed
                Narrowing::Query(text) => query = query.and(Query::parse(text).unwrap_or_default()),
                Narrowing::Level(word) => {
                    query = query.and(Query::level_at_least(Level::from_word(word.as_bytes())));
                }
                Narrowing::Window { .. } => {}
                Narrowing::Shape { shape, is_out } => {
                    sieve.shapes.push(Shape { shape: shape.clone().into_bytes(), is_out: *is_out });
                }
            }
        }
        sieve.query = query;
        sieve
    }

    /// Whether it lets everything through.
    pub(super) fn is_empty(&self) -> bool {
        self.chips.is_empty() && !self.hidden.contains(&true)
    }

    /// The moments that are in all windows.
    pub(super) fn window(&self) -> Option<(i64, i64)> {
        let windows = self.chips.iter().filter_map(|chip| match chip {
            Narrowing::Window { from, to } => Some((*from, *to)),
            _ => None,
        });
        windows.reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))
    }

    /// There is one window at most: this one, or none.
    pub(super) fn set_window(&mut self, window: Option<(i64, i64)>) {
        self.chips.retain(|chip| !matches!(chip, Narrowing::Window { .. }));
        self.chips.extend(window.map(|(from, to)| Narrowing::Window { from, to }));
    }

    /// The threshold one step up or down; at the end of the steps there is none.
    pub(super) fn step_level(&mut self, up: bool) {
        let now = self.chips.iter().find_map(|chip| match chip {
            Narrowing::Level(word) => Some(Level::from_word(word.as_bytes())),
            _ => None,
        });
        let at = now.and_then(|now| THRESHOLDS.iter().position(|level| *level == now));
        let next = match (at, up) {
            (None, true) => Some(THRESHOLDS.len() - 1),
            (None, false) => None,
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) => Some(at + 1),
        };
        self.chips.retain(|chip| !matches!(chip, Narrowing::Level(_)));
        let level = next.and_then(|at| THRESHOLDS.get(at));
        self.chips.extend(level.map(|level| Narrowing::Level(level.name().to_owned())));
    }

    /// Adds a filter, or takes it away if it is there.
    pub(super) fn toggle(&mut self, chip: Narrowing) {
        match self.chips.iter().position(|known| *known == chip) {
            Some(at) => drop(self.chips.remove(at)),
            None => self.chips.push(chip),
        }
    }
}

/// A filter as a chip on the screen; `time` writes moments.
pub(super) fn label(chip: &Narrowing, time: impl Fn(i64) -> String) -> String {
    match chip {
        Narrowing::Query(text) => text.clone(),
        Narrowing::Level(level) => format!("level>={level}"),
        Narrowing::Window { from, to } => format!("{} .. {}", time(*from), time(*to)),
        Narrowing::Shape { shape, is_out } => {
            let text: String = shape.chars().take(40).collect();
            format!("{} {text}", if *is_out { "not like" } else { "like" })
        }
    }
}

/// A term of the filter language that a field is exactly this.
pub(super) fn exactly(field: &str, value: &str, is_out: bool) -> String {
    format!("{field}{}{}", if is_out { "!=" } else { "=" }, quoted(value))
}

/// A text as the filter language quotes it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_goes_up_and_down_and_away() {
        let mut narrow = Narrow::default();
        let mut seen = Vec::new();
        for up in [true, true, true, true, true, true, false, false, false, false, false, false] {
            narrow.step_level(up);
            seen.push(narrow.chips.first().map(|chip| label(chip, |_| String::new())));
        }
        let seen: Vec<&str> = seen.iter().map(|one| one.as_deref().unwrap_or("-")).collect();
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
    fn what_a_field_is_exactly_can_be_parsed() {
        for value in ["main", "C:\\x\\\"y\"", "a b (c) /d/"] {
            let text = exactly("thread", value, false);
            assert!(Query::parse(&text).is_ok(), "{text}");
        }
    }
}
