//! [`Flood`]: events of little weight that fill the screen, and the hint to a filter, once.

use spoglight_parsers::Level;

use crate::intervals::FLOOD;

/// Events in that time that fill a screen.
const MANY: u64 = 60;

/// Of so many events one is a warning or an error at most.
const RARE: u64 = 20;

/// Events that were shown of late.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    /// Whether a hint may be given: there is a screen, and no filter.
    is_wanted: bool,
    since: u64,
    events: u64,
    grave: u64,
}

impl Flood {
    /// A hint may be given.
    pub(crate) fn want(&mut self) {
        self.is_wanted = true;
    }

    /// An event was shown.
    pub(crate) fn event(&mut self, level: Level, now: u64) {
        if !self.is_wanted {
            return;
        }
        if now.saturating_sub(self.since) > FLOOD {
            (self.since, self.events, self.grave) = (now, 0, 0);
        }
        self.events += 1;
        self.grave += u64::from(matches!(level, Level::Warn | Level::Error | Level::Fatal));
    }

    /// The hint, once.
    pub(crate) fn hint(&mut self) -> Option<String> {
        let is_flood = self.is_wanted && self.events >= MANY && self.grave * RARE <= self.events;
        is_flood.then(|| {
            self.is_wanted = false;
            "most events are INFO or less: add \"level>=warn\" to see warnings and errors only".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flooded(level: impl Fn(u64) -> Level, step: u64) -> Option<String> {
        let mut flood = Flood::default();
        flood.want();
        for number in 0..200 {
            flood.event(level(number), number * step);
        }
        let hint = flood.hint();
        assert_eq!(flood.hint(), None, "once");
        hint
    }

    #[test]
    fn a_hint_is_given_when_little_matters() {
        assert!(flooded(|_| Level::Info, FLOOD / 100).is_some());
        assert_eq!(flooded(|_| Level::Info, FLOOD / 10), None, "slowly");
        assert_eq!(flooded(|number| if number % 5 == 0 { Level::Warn } else { Level::Info }, 1), None);
        let mut unwanted = Flood::default();
        for _ in 0..200 {
            unwanted.event(Level::Info, 0);
        }
        assert_eq!(unwanted.hint(), None);
    }
}
