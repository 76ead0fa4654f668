//! Options that change how logs are read, shared by the commands that read them.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use etcetera::BaseStrategy as _;
use spoglight_engine::user_formats::UserFormats;
use spoglight_engine::user_signatures::UserSignatures;
use spoglight_source::{HostRule, HostRules};
use spoglight_text::charset::{CharsetRule, CharsetRules};

use super::INPUT;

/// Character sets, servers, formats and signatures.
#[derive(Debug, Args)]
pub(super) struct Reading {
    #[command(flatten)]
    charsets: Charsets,

    /// Set the server name where it cannot be detected. Repeatable
    #[arg(long = "host", value_name = "[GLOB=]NAME", help_heading = INPUT, hide_short_help = true)]
    hosts: Vec<HostRule>,

    #[command(flatten)]
    formats: CustomFormats,

    #[command(flatten)]
    signatures: CustomSignatures,
}

/// Character sets of logs.
#[derive(Debug, Args)]
pub(super) struct Charsets {
    /// Override the detected character set. Repeatable
    ///
    /// NAME is a name such as gbk or the number of a code page. GLOB limits it to matching servers or paths.
    #[arg(long = "charset", value_name = "[GLOB=]NAME", help_heading = INPUT, hide_short_help = true)]
    charsets: Vec<CharsetRule>,
}

/// Custom log formats.
#[derive(Debug, Args)]
pub(super) struct CustomFormats {
    /// Add custom log formats: a TOML file or a folder. Repeatable
    #[arg(long = "formats", value_name = "DIR", help_heading = INPUT, hide_short_help = true)]
    formats: Vec<PathBuf>,
}

/// Custom signatures.
#[derive(Debug, Args)]
pub(super) struct CustomSignatures {
    /// Add custom signatures and rules: a TOML file, a folder or a pack (.zip). Repeatable
    ///
    /// A custom signature or rule with the id of a built-in one replaces it.
    #[arg(long = "signatures", value_name = "PATH", help_heading = INPUT, hide_short_help = true)]
    signatures: Vec<PathBuf>,
}

impl Charsets {
    /// The character sets that were given.
    pub(super) fn rules(&self) -> CharsetRules {
        spoglight_text::selector::PerSource(self.charsets.clone())
    }
}

impl CustomFormats {
    /// Reads the formats of the configuration folder, if it exists, and those that were given.
    pub(super) fn read(&self) -> Result<UserFormats> {
        let mut formats = UserFormats::default();
        if let Some(folder) = config_folder("formats").filter(|folder| folder.is_dir()) {
            formats.add(&folder)?;
        }
        for path in &self.formats {
            formats.add(path)?;
        }
        Ok(formats)
    }
}

impl CustomSignatures {
    /// Reads the signatures of the configuration folder, if it exists, and those that were given.
    pub(super) fn read(&self) -> UserSignatures {
        let mut signatures = UserSignatures::default();
        if let Some(folder) = config_folder("signatures").filter(|folder| folder.is_dir()) {
            signatures.add(&folder);
        }
        for path in &self.signatures {
            signatures.add(path);
        }
        signatures
    }
}

impl Reading {
    /// The character sets that were given.
    pub(super) fn charsets(&self) -> CharsetRules {
        self.charsets.rules()
    }

    /// The server names that were given.
    pub(super) fn hosts(&self) -> HostRules {
        spoglight_text::selector::PerSource(self.hosts.clone())
    }

    /// See [`CustomSignatures::read`].
    pub(super) fn signatures(&self) -> UserSignatures {
        self.signatures.read()
    }

    /// See [`CustomFormats::read`].
    pub(super) fn formats(&self) -> Result<UserFormats> {
        self.formats.read()
    }
}

/// Folder of custom formats or signatures that is always read: `spoglight\formats` below `%APPDATA%`, or below
/// `~/.config`.
pub(super) fn config_folder(what: &str) -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("spoglight").join(what))
}
