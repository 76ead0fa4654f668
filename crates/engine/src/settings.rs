//! [`Settings`]: how a collection is read and analyzed.

use std::path::Path;

use crate::user_formats::{FormatError, UserFormats};
use crate::user_signatures::UserSignatures;
use spoglight_source::{HostRules, Limits, Opening};
use spoglight_text::charset::CharsetRules;
use spoglight_time::{ClockOffsetRules, Incident, Timestamp, ZoneRules};

/// How a collection is read and analyzed. The default detects everything and uses one thread per core.
///
/// Not `#[non_exhaustive]`, because callers may build it with `..Settings::default()`, which a new field does not break.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Zones of sources that write local time: the first rule whose glob matches, else the first without a glob.
    pub zones: ZoneRules,
    /// Offsets of clocks that are ahead or behind, by the same order of rules.
    pub skews: ClockOffsetRules,
    /// `true` to correct the clock differences detected between servers.
    pub apply_skews: bool,
    /// Character sets that override the detected ones, by the same order of rules.
    pub charsets: CharsetRules,
    /// Servers of sources whose name and folder do not show it, by the same order of rules.
    pub hosts: HostRules,
    /// Custom log formats.
    pub formats: UserFormats,
    /// Custom signatures.
    pub signatures: UserSignatures,
    /// Time of the incident, in UTC.
    pub incident: Option<Timestamp>,
    /// Limits and passwords of archives.
    pub opening: Opening,
    /// Number of threads; 0 is one per core.
    pub threads: usize,
}

impl Settings {
    /// A builder with default settings.
    ///
    /// ```
    /// use spoglight_engine::Settings;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let settings = Settings::builder()
    ///     .zone("America/New_York")?
    ///     .zone("ECE*=UTC")?
    ///     .incident("2026-11-21T13:31Z")?
    ///     .threads(2)
    ///     .build();
    /// assert_eq!(settings.zones.0.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> SettingsBuilder {
        SettingsBuilder { settings: Settings::default() }
    }
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Text that is not a valid value of the setting of this name.
    #[error("invalid {setting}: {reason}")]
    Invalid {
        /// Name of the setting.
        setting: &'static str,
        /// The text, and the reason.
        reason: String,
    },
    /// A custom format that cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Makes [`Settings`].
#[derive(Debug, Clone)]
#[must_use = "settings are made by `build`"]
pub struct SettingsBuilder {
    settings: Settings,
}

impl SettingsBuilder {
    /// Adds a time zone: `[GLOB=]ZONE`, with an IANA or Windows name of a zone.
    pub fn zone(mut self, rule: &str) -> Result<SettingsBuilder, SettingsError> {
        self.settings.zones.0.push(parsed("time zone", rule)?);
        Ok(self)
    }

    /// Adds the offset of a clock: `HOST=+3.2s` is ahead, `HOST=-2m` is behind.
    pub fn skew(mut self, rule: &str) -> Result<SettingsBuilder, SettingsError> {
        self.settings.skews.0.push(parsed("clock offset", rule)?);
        Ok(self)
    }

    /// Adds a character set: `[GLOB=]NAME`.
    pub fn charset(mut self, rule: &str) -> Result<SettingsBuilder, SettingsError> {
        self.settings.charsets.0.push(parsed("character set", rule)?);
        Ok(self)
    }

    /// Adds the name of a server: `[GLOB=]NAME`.
    pub fn host(mut self, rule: &str) -> Result<SettingsBuilder, SettingsError> {
        self.settings.hosts.0.push(parsed("server", rule)?);
        Ok(self)
    }

    /// Sets the time of the incident, such as `2026-11-21T13:31Z`. A time without an offset is in the zone that was
    /// added before it for all logs.
    pub fn incident(self, time: &str) -> Result<SettingsBuilder, SettingsError> {
        let incident: Incident = parsed("incident", time)?;
        let zone = self.settings.zones.find("", None).map(|rule| rule.value.0);
        let reason = || format!("{time:?} has no offset, and no zone was set for all logs");
        let moment = incident
            .moment(zone)
            .ok_or_else(|| SettingsError::Invalid { setting: "incident", reason: reason() })?;
        Ok(self.incident_at(moment))
    }

    /// Sets the time of the incident, in UTC.
    pub fn incident_at(mut self, time: Timestamp) -> SettingsBuilder {
        self.settings.incident = Some(time);
        self
    }

    /// Adds custom log formats: a TOML file or a folder.
    pub fn formats_from(mut self, path: &Path) -> Result<SettingsBuilder, SettingsError> {
        self.settings.formats.add(path)?;
        Ok(self)
    }

    /// Adds custom signatures: a TOML file or a folder. One that is invalid becomes a warning of the analysis.
    pub fn signatures_from(mut self, path: &Path) -> SettingsBuilder {
        self.settings.signatures.add(path);
        self
    }

    /// Adds a password for encrypted archives.
    pub fn password(mut self, password: impl Into<String>) -> SettingsBuilder {
        self.settings.opening.passwords.given.push(password.into());
        self
    }

    /// Sets the limits on archives.
    pub fn limits(mut self, limits: Limits) -> SettingsBuilder {
        self.settings.opening.limits = limits;
        self
    }

    /// Replaces the limits and passwords of archives.
    pub fn opening(mut self, opening: Opening) -> SettingsBuilder {
        self.settings.opening = opening;
        self
    }

    /// Turns the correction of the clock differences detected between servers on or off.
    pub fn apply_skews(mut self, apply: bool) -> SettingsBuilder {
        self.settings.apply_skews = apply;
        self
    }

    /// Sets the number of threads; 0 is one per core.
    pub fn threads(mut self, threads: usize) -> SettingsBuilder {
        self.settings.threads = threads;
        self
    }

    /// Replaces the time zones.
    pub fn zone_rules(mut self, rules: ZoneRules) -> SettingsBuilder {
        self.settings.zones = rules;
        self
    }

    /// Replaces the clock offsets.
    pub fn skew_rules(mut self, rules: ClockOffsetRules) -> SettingsBuilder {
        self.settings.skews = rules;
        self
    }

    /// Replaces the character sets.
    pub fn charset_rules(mut self, rules: CharsetRules) -> SettingsBuilder {
        self.settings.charsets = rules;
        self
    }

    /// Replaces the names of servers.
    pub fn host_rules(mut self, rules: HostRules) -> SettingsBuilder {
        self.settings.hosts = rules;
        self
    }

    /// Replaces the custom formats.
    pub fn formats(mut self, formats: UserFormats) -> SettingsBuilder {
        self.settings.formats = formats;
        self
    }

    /// Replaces the custom signatures.
    pub fn signatures(mut self, signatures: UserSignatures) -> SettingsBuilder {
        self.settings.signatures = signatures;
        self
    }

    /// The settings.
    pub fn build(self) -> Settings {
        self.settings
    }
}

/// Reads a value of the setting of this name.
fn parsed<T: std::str::FromStr<Err = String>>(setting: &'static str, text: &str) -> Result<T, SettingsError> {
    text.parse().map_err(|reason| SettingsError::Invalid { setting, reason })
}
