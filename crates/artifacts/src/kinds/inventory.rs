//! Inventory of the contact center as CSV, as administrators write it to add the machines of a large deployment.
//!
//! The first line names the columns. Their names differ between releases and in exports, so they are compared without
//! case, spaces and underscores. Columns of passwords are not kept.

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Serialize;

use super::csv::{self, split};
use super::{Artifact, Reader};
use crate::bytes::{file_name, text};
use crate::rounds::Rounds;

/// Rows that are kept. No real inventory reaches it; a hostile file could.
const MOST: usize = 10_000;

/// Longest line with the names of the columns, in bytes.
const LONGEST: usize = 4 << 10;

/// The rows of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// The rows below the names of the columns.
    pub rows: Vec<InventoryRow>,
}

/// One machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InventoryRow {
    /// Line number, counted from 1.
    pub line: usize,
    /// The line, without passwords.
    pub text: String,
    /// Fields with their columns: small letters and digits only, such as `applicationinstance`.
    pub fields: Vec<(String, String)>,
}

impl InventoryRow {
    /// The values of the columns that fit, without empty ones.
    pub fn values(&self, fits: impl Fn(&str) -> bool) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().filter(move |(column, value)| fits(column) && !value.is_empty());
        fields.map(|(_, value)| value.as_str())
    }
}

/// The reader of inventories.
pub(super) struct InventoryTables;

impl Reader for InventoryTables {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        let (text, _) = text(head);
        let Some(header) = text.lines().find(|line| !line.trim().is_empty()) else { return false };
        if header.len() > LONGEST || !header.contains([',', ';', '\t']) {
            return false;
        }
        let columns: Vec<String> = split(header).iter().map(|column| plain(column)).collect();
        let has = |name: &str| columns.iter().any(|column| column.contains(name));
        let has_address = has("address") || has("fqdn") || has("hostname") || has("name");
        // the name of a table may be any, but then it must hold more of what an inventory has
        if Path::new(&file_name(name)).extension().is_none_or(|extension| extension != "csv") {
            return columns.len() > 2
                && has_address
                && (has("machinetype")
                    || has("applicationinstance")
                    || plain(&text).contains("ecewebserver"))
                && split(header).iter().all(|column| column.split(' ').count() <= 3 && column.len() < 40);
        }
        columns.len() > 1
            && (has("applicationinstance")
                || has("machinetype")
                || has_address && plain(&text).contains("ecewebserver"))
    }

    fn read(&self, bytes: &[u8], _passwords: &[String], _rounds: &mut Rounds) -> Result<Artifact, String> {
        let (text, _) = text(bytes);
        if text.contains('\0') {
            return Err("it is binary data, not a table: collect it again".to_owned());
        }
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let Some((_, header)) = lines.next() else { return Err("it is empty".to_owned()) };
        let separator = csv::separator(header);
        let columns: Vec<String> =
            csv::split_at(header, separator).iter().map(|column| plain(column)).collect();
        let is_kept = |column: &str| !column.contains("password") && !column.contains("secret");
        let row = |(line, text): (usize, &str)| {
            let fields = columns.iter().cloned().zip(csv::split_at(text, separator));
            let fields = fields.filter(|(column, _)| is_kept(column));
            let fields: Vec<_> = fields.map(|(column, value)| (column, without_password(value))).collect();
            let shown: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
            InventoryRow { line: line + 1, text: shown.join(","), fields }
        };
        Ok(Artifact::Inventory(Inventory { rows: lines.take(MOST).map(row).collect() }))
    }
}

/// A value such as `userName=pa&password=x` without its password.
fn without_password(value: String) -> String {
    if !value.contains('=') {
        return value;
    }
    let is_secret = |part: &str| {
        part.split_once('=').is_some_and(|(name, _)| name.to_ascii_lowercase().contains("password"))
    };
    let parts = value.split_inclusive(['&', ';', ' ']).filter(|part| !is_secret(part.trim_start()));
    parts.collect()
}

/// A name in small letters and digits only.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
