//! Editions: which version of the signatures and rules a report was made with, built-in ones and packs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Version and date of the built-in library.
const BUILT_IN: &str = include_str!("../library.toml");

/// Hash of the content of the built-in library, number of signatures, number of rules.
const CONTENT: (&str, usize, usize) = include!(concat!(env!("OUT_DIR"), "/content.rs"));

/// Version of the program, which a pack may require.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Name of the file that describes a pack.
pub const MANIFEST: &str = "pack.toml";

/// Most characters of a value of a manifest.
const LONGEST: usize = 80;

/// The signatures and rules of a run: the built-in library, and the packs that were added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LibraryEdition {
    /// Version of the built-in library, such as `2026.12.1`.
    pub version: String,
    /// Date of that version, such as `2026-12-01`.
    pub date: String,
    /// Hash of the built-in signatures and rules, as 16 hexadecimal digits: equal if, and only if, their files are.
    pub content: String,
    /// Packs, in the order in which they were added.
    pub packs: Vec<PackManifest>,
}

/// What `pack.toml` shows about a pack of signatures and rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// Name of the pack.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its date, such as `2026-11-30`.
    pub date: String,
    /// Lowest version of the program that can use it, such as `0.1.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<String>,
}

/// The two values of `library.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuiltIn {
    version: String,
    date: String,
}

impl LibraryEdition {
    /// The edition of the built-in library, with these packs.
    pub fn with_packs(packs: Vec<PackManifest>) -> LibraryEdition {
        // a test proves that the file can be read
        let BuiltIn { version, date } = toml::from_str(BUILT_IN)
            .unwrap_or_else(|_| BuiltIn { version: String::new(), date: String::new() });
        LibraryEdition { version, date, content: CONTENT.0.to_owned(), packs }
    }

    /// A line with the numbers of signatures and rules and the hash, for the version of the program.
    pub fn summary(&self) -> String {
        let (_, signatures, rules) = CONTENT;
        format!(
            "signatures {} of {} ({signatures} signatures, {rules} rules, content {})",
            self.version, self.date, self.content
        )
    }
}

impl fmt::Display for LibraryEdition {
    /// Versions and dates: `2026.12.1 of 2026-12-01; pack emea 3 of 2026-11-30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.version, self.date)?;
        self.packs.iter().try_for_each(|pack| write!(f, "; pack {pack}"))
    }
}

impl fmt::Display for PackManifest {
    /// Name, version and date.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} of {}", self.name, self.version, self.date)
    }
}

impl PackManifest {
    /// Parses a manifest. The error is the rest of a sentence about it: a value that is missing or not in its form, or a
    /// newer program that is required.
    pub fn read(text: &str) -> Result<PackManifest, String> {
        let manifest: PackManifest =
            toml::from_str(text).map_err(|error| format!("is not a manifest of a pack: {error}"))?;
        for (name, value) in [("name", &manifest.name), ("version", &manifest.version)] {
            let is_plain = |letter: char| letter.is_ascii_graphic() || letter == ' ';
            if value.trim().is_empty() || value.len() > LONGEST || !value.chars().all(is_plain) {
                return Err(format!(
                    "has the {name} {value:?}; give 1 to {LONGEST} letters, digits, spaces and signs of ASCII"
                ));
            }
        }
        if !is_date(&manifest.date) {
            return Err(format!("has the date {:?}; write it like 2026-11-30", manifest.date));
        }
        let Some(requires) = &manifest.requires else { return Ok(manifest) };
        match (numbers(requires), numbers(PROGRAM)) {
            (None, _) => Err(format!("requires the version {requires:?}; write it like {PROGRAM}")),
            (Some(least), Some(own)) if own < least => {
                Err(format!("requires spoglight {requires}, and this is {PROGRAM}"))
            }
            _ => Ok(manifest),
        }
    }
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut parts = version.trim().split('.').map(|part| part.parse().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().unwrap_or(0))
    };
    let is_in = |number: Option<u32>, most: u32| number.is_some_and(|number| (1..=most).contains(&number));
    is_in(number(year, 4), 9999) && is_in(number(month, 2), 12) && is_in(number(day, 2), 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_library_has_a_version_and_a_date() {
        let edition = LibraryEdition::with_packs(Vec::new());
        assert!(numbers(&edition.version).is_some(), "{:?}", edition.version);
        assert!(is_date(&edition.date), "{:?}", edition.date);
        assert!(edition.content.len() == 16, "{:?}", edition.content);
        assert_eq!(edition.to_string(), format!("{} of {}", edition.version, edition.date));
        assert!(CONTENT.1 >= 292 && CONTENT.2 >= 60, "{CONTENT:?}");
    }

    #[test]
    fn a_manifest_that_cannot_be_used_is_refused_with_the_reason() {
        let good = "name = \"emea\"\nversion = \"3\"\ndate = \"2026-11-30\"\nrequires = \"0.1.0\"\n";
        let read = |from: &str, to: &str| PackManifest::read(&good.replace(from, to));
        let manifest = read("", "").expect("a manifest");
        assert_eq!(manifest.to_string(), "emea 3 of 2026-11-30");
        let what = |from: &str, to: &str| read(from, to).expect_err("an error");
        assert!(what("\"emea\"", "\"\"").starts_with("has the name \"\""));
        assert!(what("\"emea\"", "\"a\\u001b[2J\"").starts_with("has the name \"a\\u{1b}"));
        assert!(what("\"3\"", "\"ü\"").starts_with("has the version"));
        for date in ["2026-13-30", "2026-11-32", "30.11.2026", "2026-11-3", "2026-11-30-1"] {
            assert!(what("2026-11-30", date).starts_with("has the date"), "{date}");
        }
        assert_eq!(what("0.1.0", "99.0.0"), format!("requires spoglight 99.0.0, and this is {PROGRAM}"));
        assert!(what("0.1.0", "0.1").starts_with("requires the version"));
        assert!(what("date", "day").contains("unknown field `day`"));
    }
}
