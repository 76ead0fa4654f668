//! The clock of a growing log.

use std::sync::Arc;

use spoglight_engine::Settings;
use spoglight_engine::live::Opened;
use spoglight_parsers::Format;
use spoglight_time::{Clock, Zone};

/// The clock of a log: as its format fixes it, or the user gave it.
pub(crate) fn clock_of(settings: &Settings, opened: &Opened<'_>) -> Clock {
    let host = opened.host.as_deref().or(opened.scanned.host.as_deref());
    let given = settings.zones.find(&opened.path, host);
    let zone = match (opened.scanned.format.and_then(Format::zone_rule), given) {
        (Some(rule), _) => Arc::new(Zone::by_rule(rule)),
        (None, Some(given)) => Arc::new(Zone::given(given)),
        (None, None) => Zone::without_stamps(),
    };
    let ahead = settings.skews.find(&opened.path, host).map_or(0, |rule| rule.value.0);
    Clock { ahead, ..Clock::new(zone) }
}
