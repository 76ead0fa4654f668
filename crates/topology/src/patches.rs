//! [`Patches`]: the names of engineering specials (ES) in texts, what such a text shows, and the least ES that the
//! integration needs.
//!
//! A text that names an ES may be a list of what is installed, or a sentence about one that should be. Only the first
//! shows anything; every word that could make it the second counts against it.

use std::cmp::Ordering;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

use crate::error::TopologyError;

/// The file that is part of the program.
const TEXT: &str = include_str!("../../../signatures/patches.toml");

/// What [`Patches::embedded`] gives out.
static EMBEDDED: LazyLock<Patches> =
    LazyLock::new(|| Patches::parse(TEXT).expect("a test reads the embedded patch levels"));

/// Separators between a release and its ES.
const SEPARATORS: &[u8] = b" _-";

/// Most separators between two parts of a name.
const MOST_SEPARATORS: usize = 2;

/// Patch levels of the products.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patches {
    #[serde(rename = "product")]
    products: Vec<PatchedProduct>,
    #[serde(rename = "minimum")]
    minima: Vec<Minimum>,
    #[serde(rename = "quarter")]
    quarters: Vec<Quarter>,
    words: Words,
}

/// A product and how names of its ES begin.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatchedProduct {
    name: Arc<str>,
    words: Vec<String>,
    alike: bool,
}

/// The least ES of a release.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Minimum {
    /// Name of the product.
    pub product: Arc<str>,
    /// The release, such as `12.0(1)`.
    pub release: String,
    es: u16,
    #[serde(default)]
    et: Option<String>,
    /// What needs it; `None` if the integration itself does.
    #[serde(default)]
    pub only_for: Option<String>,
}

/// A quarterly release, which begins with an ES.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quarter {
    /// Name of the product.
    pub product: Arc<str>,
    /// The release, such as `12.6(2)`.
    pub release: String,
    /// Its name, such as `Q1FY25`.
    pub name: String,
    /// The day on which it was posted, such as `2024-11-18`.
    pub posted: String,
    /// Number of its first ES.
    pub es: u16,
    /// The version of the web container that came with it.
    #[serde(default)]
    pub tomcat: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    removed: Vec<String>,
    wanted: Vec<String>,
    open: Vec<String>,
    installed: Vec<String>,
    names: Vec<String>,
    ignored: Vec<String>,
    files: Vec<String>,
    windows_installed: Vec<String>,
    windows_removed: Vec<String>,
}

/// An ES of a release, as a text names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PatchName {
    /// The product, if the name begins with a word for it.
    pub product: Option<Arc<str>>,
    /// The release, such as `12.0(1)`.
    pub release: String,
    /// Number of the ES.
    pub es: u16,
    /// The engineering test (ET) on it, such as `1a`.
    pub et: Option<String>,
    /// Whether the text goes on with an ending of a file name.
    pub is_file: bool,
}

/// What a text shows about an ES that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatchState {
    /// It should be installed, or its installation failed.
    Wanted,
    /// It was removed.
    Removed,
    /// It may be installed: the text does not show it.
    Open,
    /// It is in a list without a word about it.
    Listed,
    /// It is installed.
    Installed,
}

impl fmt::Display for PatchName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} ES{}", self.release, self.es)?;
        self.et.as_ref().map_or(Ok(()), |et| write!(to, "_ET{et}"))
    }
}

impl fmt::Display for Minimum {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} {} ES{}", self.product, self.release, self.es)?;
        self.et.as_ref().map_or(Ok(()), |et| write!(to, " with ES{}_ET{et}", self.es))
    }
}

impl Minimum {
    /// Compares an ES of the same release with it: `Less` is below the minimum.
    pub fn compare(&self, name: &PatchName) -> Ordering {
        // a higher ES includes the tests of a lower one
        let et = match (&self.et, &name.et) {
            (Some(least), has) => has.as_deref().map_or(Ordering::Less, |has| has.cmp(least.as_str())),
            (None, _) => Ordering::Equal,
        };
        name.es.cmp(&self.es).then(et)
    }
}

impl Patches {
    /// Returns the patch levels that are part of the program. Their text is parsed once.
    pub fn embedded() -> &'static Patches {
        &EMBEDDED
    }

    fn parse(text: &str) -> Result<Patches, TopologyError> {
        Ok(toml::from_str(text).map_err(Box::new)?)
    }

    /// Returns the products that have patch levels.
    pub fn products(&self) -> impl Iterator<Item = &Arc<str>> {
        self.products.iter().map(|product| &product.name)
    }

    /// Returns all minima.
    pub fn minima(&self) -> &[Minimum] {
        &self.minima
    }

    /// Returns the minimum of a release; `None` if none is known.
    pub fn minimum(&self, product: &str, release: &str) -> Option<&Minimum> {
        self.minima.iter().find(|minimum| *minimum.product == *product && minimum.release == release)
    }

    /// Returns whether all servers of a product must have the same ES.
    pub fn is_alike(&self, product: &str) -> bool {
        self.products.iter().any(|known| *known.name == *product && known.alike)
    }

    /// Returns the newest quarterly release of a release that this program knows.
    pub fn newest(&self, product: &str, release: &str) -> Option<&Quarter> {
        self.quarters.iter().find(|quarter| *quarter.product == *product && quarter.release == release)
    }

    /// Returns the quarterly release to which an ES belongs: the newest that does not begin with a higher one.
    pub fn quarter_of(&self, product: &str, name: &PatchName) -> Option<&Quarter> {
        self.quarters.iter().find(|quarter| {
            *quarter.product == *product && quarter.release == name.release && quarter.es <= name.es
        })
    }

    /// Returns every ES that a text names.
    pub fn names(&self, text: &str) -> Vec<PatchName> {
        let bytes = text.as_bytes();
        let mut names: Vec<PatchName> = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            match self.name_at(bytes, at) {
                Some((name, end)) => {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                    at = end;
                }
                None => at += 1,
            }
        }
        names
    }

    /// The ES whose release begins at a position, and the end of its name.
    fn name_at(&self, text: &[u8], at: usize) -> Option<(PatchName, usize)> {
        let before = text.get(..at)?;
        if before.last().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.') {
            return None;
        }
        let (release, end) = release(text, at)?;
        let after = separated(text, end, SEPARATORS);
        let after = word(text, after, b"ES").or_else(|| {
            let after = word(text, after, b"Engineering")?;
            word(text, separated(text, after, b" _"), b"Special").map(|end| separated(text, end, b" _"))
        })?;
        let (es, mut end) = number(text, separated(text, after, b" _").min(after + 1))?;
        let mut et = None;
        if let Some(from) = word(text, separated(text, end, SEPARATORS), b"ET")
            && let Some((test, past)) = number(text, from)
        {
            let letter = text.get(past).filter(|byte| byte.is_ascii_alphabetic());
            let letter = letter.map(|byte| char::from(byte.to_ascii_lowercase()));
            end = past + usize::from(letter.is_some());
            et = Some(letter.map_or_else(|| test.to_string(), |letter| format!("{test}{letter}")));
        }
        if text.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let rest = text.get(end..).unwrap_or_default();
        let is_file = rest.first() == Some(&b'.') && rest.get(1).is_some_and(u8::is_ascii_alphabetic);
        Some((PatchName { product: self.product_before(before), release, es, et, is_file }, end))
    }

    /// The product whose word is before a release.
    fn product_before(&self, before: &[u8]) -> Option<Arc<str>> {
        let mut before = trim_end(before);
        for filler in [&b"version"[..], b"release"] {
            let from = before.len().saturating_sub(filler.len());
            if before.get(from..).is_some_and(|end| end.eq_ignore_ascii_case(filler)) {
                before = trim_end(before.get(..from).unwrap_or_default());
            }
        }
        let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let last = before.get(before.len() - letters..)?;
        let is_its = |product: &&PatchedProduct| {
            product.words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(last))
        };
        self.products.iter().find(is_its).map(|product| Arc::clone(&product.name))
    }

    /// Returns what a text shows about an ES that it names. `file` is the name of the file, `event` the number of the
    /// event of Windows Installer, if it is one.
    pub fn state(&self, text: &str, name: &PatchName, file: &str, event: Option<&str>) -> PatchState {
        let words = &self.words;
        let is_in = |list: &[String], event: &str| list.iter().any(|known| known == event);
        if let Some(event) = event {
            return match () {
                () if is_in(&words.windows_installed, event) => PatchState::Installed,
                () if is_in(&words.windows_removed, event) => PatchState::Removed,
                () => PatchState::Open,
            };
        }
        let file = file.to_lowercase();
        if words.files.iter().any(|part| file.contains(part.as_str())) {
            return PatchState::Wanted;
        }
        if name.is_file {
            return PatchState::Open;
        }
        let mut parts = text.split("<@>").flat_map(|part| part.split(['|', '\t']));
        let part = parts.find(|part| self.names(part).contains(name)).unwrap_or(text);
        let mut part = part.to_lowercase();
        for ignored in &words.ignored {
            part = part.replace(ignored.as_str(), " ");
        }
        let has = |list: &[String]| list.iter().any(|word| holds(&part, word));
        if has(&words.removed) {
            PatchState::Removed
        } else if has(&words.wanted) {
            PatchState::Wanted
        } else if has(&words.open) {
            PatchState::Open
        } else if has(&words.installed) {
            PatchState::Installed
        } else if self.is_bare(&part) {
            PatchState::Listed
        } else {
            PatchState::Open
        }
    }

    /// Returns whether a text in lower case holds no words beside names of products.
    fn is_bare(&self, part: &str) -> bool {
        let is_known = |word: &str| {
            let products = self.products.iter().flat_map(|product| &product.words);
            word.is_empty()
                || word.contains(|letter: char| letter.is_ascii_digit())
                || self.words.names.iter().any(|name| name == word)
                || products.into_iter().any(|name| name.eq_ignore_ascii_case(word))
        };
        part.split(|letter: char| !letter.is_alphanumeric()).all(is_known)
    }
}

/// Whether a text holds a word, or words, that are not a part of longer ones.
fn holds(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// A release such as `12.0(1)` or `12.0.1` that begins at a position, in the first form, and its end.
fn release(text: &[u8], at: usize) -> Option<(String, usize)> {
    let digit = |at: usize| text.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte));
    let (major, minor) = ((digit(at)?, digit(at + 1)?), digit(at + 3)?);
    if major.0 != '1' || text.get(at + 2) != Some(&b'.') {
        return None;
    }
    let (maintenance, end) = match text.get(at + 4)? {
        b'(' if text.get(at + 6) == Some(&b')') => (digit(at + 5)?, at + 7),
        b'.' if digit(at + 6).is_none() => (digit(at + 5)?, at + 6),
        _ => return None,
    };
    Some((format!("{}{}.{minor}({maintenance})", major.0, major.1), end))
}

/// The position after separators, if there are few.
fn separated(text: &[u8], at: usize, separators: &[u8]) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take(MOST_SEPARATORS).take_while(|byte| separators.contains(byte)).count()
}

/// The position after a word, in any case.
fn word(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let end = at + word.len();
    text.get(at..end).filter(|part| part.eq_ignore_ascii_case(word)).map(|_| end)
}

/// A number of up to three digits, and its end.
fn number(text: &[u8], at: usize) -> Option<(u16, usize)> {
    let rest = text.get(at..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(rest.get(..digits)?).ok()?;
    if digits > 3 {
        return None;
    }
    Some((number.parse().ok()?, at + digits))
}

fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !SEPARATORS.contains(byte)).map_or(0, |at| at + 1);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let product =
            |name: &PatchName| name.product.clone().map_or_else(String::new, |name| format!("{name} "));
        Patches::embedded().names(text).iter().map(|name| product(name) + &name.to_string()).collect()
    }

    #[test]
    fn every_spelling_is_read() {
        for (text, name) in [
            ("ICM12.0(1)_ES37", "PCCE 12.0(1) ES37"),
            ("12.5(1) ES7", "12.5(1) ES7"),
            ("ECE 12.0(1)_ES3_ET1a", "ECE 12.0(1) ES3_ET1a"),
            ("ECE 12.0(1) ES3 ET1A", "ECE 12.0(1) ES3_ET1a"),
            ("PCCE 12.5(1)_ES5", "PCCE 12.5(1) ES5"),
            ("ICM_12.0.1_ES37", "PCCE 12.0(1) ES37"),
            ("Cisco ECE version 12.5(1)ES1", "ECE 12.5(1) ES1"),
            ("CCE 12.6(2) Engineering Special 53", "PCCE 12.6(2) ES53"),
            ("icm12.0(1)_es37.exe", "PCCE 12.0(1) ES37"),
            ("ECE 12.5(1)_ES0", "ECE 12.5(1) ES0"),
        ] {
            assert_eq!(names(text), [name], "{text}");
        }
        assert_eq!(names("ICM12.0(1)_ES30, ICM12.0(1)_ES37"), ["PCCE 12.0(1) ES30", "PCCE 12.0(1) ES37"]);
        for text in [
            "12.5(1)",
            "f(1)_ESCAPE",
            "112.0(1)_ES3",
            "10.0.0.1 ES5",
            "12.5(1) ESTABLISHED",
            "12.0(1)_ES3000",
        ] {
            assert!(names(text).is_empty(), "{text}");
        }
    }

    fn state(text: &str) -> PatchState {
        let patches = Patches::embedded();
        let name = patches.names(text).pop().expect("a name");
        patches.state(text, &name, "patches.txt", None)
    }

    #[test]
    fn a_mention_is_no_installation() {
        for text in [
            "PCCE 12.0(1)_ES37 is required",
            "Please install ICM12.0(1)_ES37 before you go on",
            "ICM12.0(1)_ES37 is available for download",
            "installation of ICM12.0(1)_ES37 failed",
            "ICM12.0(1)_ES37 is not installed",
            "ICM12.0(1)_ES37 ist nicht installiert",
            "Prerequisite: ECE 12.0(1)_ES3_ET1a",
            "<@> INFO <@> minimum version 12.0(1)_ES37 <@>",
        ] {
            assert_eq!(state(text), PatchState::Wanted, "{text}");
        }
        for text in [
            "Installing ICM12.0(1)_ES37",
            "C:\\Temp\\ICM12.0(1)_ES37.exe",
            "the fault of CSCvs12345 is gone with 12.5(1) ES7",
        ] {
            assert_eq!(state(text), PatchState::Open, "{text}");
        }
        for text in [
            "ICM12.0(1)_ES37 was installed successfully",
            "<@> ERROR <@> current version: 12.0(1)_ES3_ET1a <@> failed <@>",
            "DisplayName : ICM12.0(1)_ES37",
            "ICM12.0(1)_ES37 wurde installiert",
            "Windows Installer installed the product. Product Name: ICM12.0(1)_ES37. Installation success or error status: 0.",
        ] {
            assert_eq!(state(text), PatchState::Installed, "{text}");
        }
        assert_eq!(state("ICM12.0(1)_ES37 was uninstalled successfully"), PatchState::Removed);
        assert_eq!(state("Cisco ICM12.0(1)_ES37   20260301"), PatchState::Listed);
        let patches = Patches::embedded();
        let name = patches.names("ICM12.0(1)_ES37").pop().expect("a name");
        assert_eq!(patches.state("ICM12.0(1)_ES37", &name, "case/Readme_ES37.txt", None), PatchState::Wanted);
        assert_eq!(patches.state("", &name, "", Some("1034")), PatchState::Removed);
        assert_eq!(patches.state("", &name, "", Some("11707")), PatchState::Installed);
        assert_eq!(patches.state("", &name, "", Some("1042")), PatchState::Open);
    }

    #[test]
    fn a_minimum_needs_its_test_on_that_special_only() {
        let patches = Patches::embedded();
        let minimum = patches.minimum("ECE", "12.0(1)").expect("a minimum");
        let compare = |text: &str| minimum.compare(&patches.names(text).pop().expect("a name"));
        assert_eq!(compare("12.0(1)_ES3"), Ordering::Less);
        assert_eq!(compare("12.0(1)_ES2_ET1a"), Ordering::Less);
        assert_eq!(compare("12.0(1)_ES3_ET1a"), Ordering::Equal);
        assert_eq!(compare("12.0(1)_ES3_ET2"), Ordering::Greater);
        assert_eq!(compare("12.0(1)_ES4"), Ordering::Greater);
        assert_eq!(minimum.to_string(), "ECE 12.0(1) ES3 with ES3_ET1a");
        assert!(
            patches.minima().iter().all(|minimum| patches.products().any(|name| *name == minimum.product))
        );
        let quarter =
            |text: &str| Some(patches.quarter_of("PCCE", &patches.names(text).pop()?)?.name.as_str());
        assert_eq!(quarter("12.6(2)_ES53"), Some("Q1FY25"));
        assert_eq!(quarter("12.6(2)_ES67"), Some("Q1FY25"));
        assert_eq!(quarter("12.6(2)_ES42"), None);
        assert_eq!(quarter("12.6(1)_ES53"), None);
        assert_eq!(patches.newest("PCCE", "12.6(2)").map(|quarter| quarter.es), Some(111));
    }
}
