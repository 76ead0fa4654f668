//! Options that say how logs are to be read, shared by the commands that read some.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use etcetera::BaseStrategy as _;
use spoglight_engine::user_formats::UserFormats;
use spoglight_engine::user_signatures::UserSignatures;
use spoglight_source::{HostRule, HostRules};
use spoglight_text::charset::{CharsetRule, CharsetRules};

/// See the [module](self).
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Charset of logs that are taken for another, for all or for those a GLOB fits; may be repeated
    #[arg(long = "charset", value_name = "[GLOB=]NAME")]
    charsets: Vec<CharsetRule>,

    /// Server of logs whose names and folders do not tell it, or tell it wrong; may be repeated
    #[arg(long = "host", value_name = "[GLOB=]NAME")]
    hosts: Vec<HostRule>,

    /// Folder, or file, with descriptions of formats of your own (TOML); may be repeated
    #[arg(long = "formats", value_name = "DIR")]
    formats: Vec<PathBuf>,

    #[command(flatten)]
    own: Own,
}

/// Where signatures of one's own lie.
#[derive(Debug, Args)]
pub(super) struct Own {
    /// Folder, or file, with signatures of your own (TOML); one with the id of a built-in replaces it; may be repeated
    #[arg(long = "signatures", value_name = "DIR")]
    signatures: Vec<PathBuf>,
}

impl Own {
    /// The signatures of the folder for settings, if it is there, and of those that were given.
    pub(super) fn signatures(&self) -> UserSignatures {
        let mut own = UserSignatures::default();
        if let Some(folder) = own_folder("signatures").filter(|folder| folder.is_dir()) {
            own.add(&folder);
        }
        for path in &self.signatures {
            own.add(path);
        }
        own
    }
}

impl Reading {
    /// The charsets that were given.
    pub(super) fn charsets(&self) -> CharsetRules {
        spoglight_text::selector::PerSource(self.charsets.clone())
    }

    /// The servers that were named.
    pub(super) fn hosts(&self) -> HostRules {
        spoglight_text::selector::PerSource(self.hosts.clone())
    }

    /// The signatures that the user knows.
    pub(super) fn signatures(&self) -> UserSignatures {
        self.own.signatures()
    }

    /// The formats of the folder for settings, if it is there, and of those that were given.
    pub(super) fn formats(&self) -> Result<UserFormats> {
        let mut own = UserFormats::default();
        if let Some(folder) = own_folder("formats").filter(|folder| folder.is_dir()) {
            own.add(&folder)?;
        }
        for path in &self.formats {
            own.add(path)?;
        }
        Ok(own)
    }
}

/// Where things of one's own lie if nobody says where: `spoglight\formats` below `%APPDATA%`, or below `~/.config`.
pub(super) fn own_folder(what: &str) -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.config_dir().join("spoglight").join(what))
}
