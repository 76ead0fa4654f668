//! Options of the browser.

use chrono_tz::Tz;
use spoglight_browse::session::Store;
use spoglight_report::events::ShownZone;

use crate::theme::Theme;

/// What the caller chooses before the browser starts.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BrowserOptions {
    /// Colours and characters.
    pub theme: Theme,
    /// Name of the collection for the first line of the screen.
    pub title: String,
    /// Clock of the shown times at the start.
    pub zone: ShownZone,
    /// Time zone of this machine, one of the clocks to choose from.
    pub machine_zone: Option<Tz>,
    /// First filter, in the filter language.
    pub filter: Option<String>,
    /// Time of the incident, in nanoseconds since 1970 UTC.
    pub incident: Option<i64>,
    /// Whether to read files again as they grow.
    pub follow: bool,
    /// Where sessions are saved; `None` saves and restores nothing.
    pub store: Option<Store>,
    /// Whether the browser uses the mouse; otherwise the terminal does, to select text.
    pub mouse: bool,
}

impl BrowserOptions {
    /// Options of a browser that shows UTC, uses the mouse and saves nothing.
    pub fn new(title: impl Into<String>, theme: Theme) -> BrowserOptions {
        BrowserOptions {
            theme,
            title: title.into(),
            zone: ShownZone::Of(Tz::UTC),
            machine_zone: None,
            filter: None,
            incident: None,
            follow: false,
            store: None,
            mouse: true,
        }
    }
}
