//! [`Correlation`]: what several hits mean together. One says that a wrong password was stored, five and then a locked
//! account say what locks it; a task that is offered is nothing, a task that nobody answers is.
//!
//! This is the TOML form of such a rule and what is wrong with a file that is not one. What it does to findings is the
//! business of those who have hits with their times; this floor knows neither files nor clocks.
//!
//! A rule is a list of steps. The first is its anchor; every place in time where that is fulfilled is looked at by itself,
//! and the times of the other steps count from there.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use regex::Regex;
use serde::{Deserialize, Deserializer};
use spoglight_parsers::duration::{duration, spoken};

use crate::id::RuleId;
use crate::library::Library;
use crate::signature::{Confidence, DefinitionError, Severity};

/// Every file of `correlations/`: its place and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/correlations.rs"));

/// Nanoseconds, written as `90s`, `-5m`, `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepWindow(pub i64);

impl FromStr for StepWindow {
    type Err = String;

    fn from_str(text: &str) -> Result<StepWindow, String> {
        duration(text)
            .map(StepWindow)
            .ok_or_else(|| format!("{text:?} is no span of time; write 90s, -5m or 24h"))
    }
}

impl<'de> Deserialize<'de> for StepWindow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StepWindow, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for StepWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spoken(self.0))
    }
}

/// A pattern that the whole value of a capture must fit.
#[derive(Debug, Clone)]
pub struct Fits(pub Regex);

impl<'de> Deserialize<'de> for Fits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fits, D::Error> {
        let text = String::deserialize(deserializer)?;
        Regex::new(&format!("^(?:{text})$")).map(Fits).map_err(serde::de::Error::custom)
    }
}

/// What no line says, and what is known all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// A certificate ended: one of the collection, or one that a message names. Captures `subject`.
    CertificateEnded,
    /// A log is written by another process than before. Captures `process`.
    ProcessChanged,
    /// A services process writes on another server than before. Captures `process`, `before`, `now`.
    ServicesMoved,
}

/// Whether a step has to be there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The rule speaks only with it.
    #[default]
    Required,
    /// If it is there, the consequences count for it, too.
    Optional,
    /// The rule speaks only without it. Where the logs end before its time is over, nobody can tell.
    Absent,
}

/// Hits of some signatures at some time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleStep {
    /// Name in this rule.
    pub name: String,
    /// Ids of signatures; `*` at the end stands for anything.
    #[serde(default)]
    pub of: Vec<String>,
    /// Of these, ids that do not count, in the same form.
    #[serde(default)]
    pub not: Vec<String>,
    /// A fact instead of signatures.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// What captures must be.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Fits>,
    /// Capture that names the thread, where that is not the thread which wrote the line.
    #[serde(default)]
    pub thread: Option<String>,
    /// Required, optional or absent.
    #[serde(default)]
    pub presence: Presence,
    /// At least so many hits.
    #[serde(default = "one")]
    pub count: usize,
    /// At least so many different values: of `host`, `log`, `source`, `thread`, `account`, `signature`, or of a capture.
    #[serde(default)]
    pub distinct: BTreeMap<String, usize>,
    /// At most so many different values.
    #[serde(default)]
    pub at_most: BTreeMap<String, usize>,
    /// The time in which count and different values must come together. Anchors only.
    #[serde(default)]
    pub within: Option<StepWindow>,
    /// The same values that are counted come no closer to each other than this. Anchors only.
    #[serde(default)]
    pub apart: Option<StepWindow>,
    /// Only the first hit of each signature. Anchors only.
    #[serde(default)]
    pub first: bool,
    /// Only hits before which there was none for so long. Anchors only.
    #[serde(default)]
    pub opens: Option<StepWindow>,
    /// Not the hits, but where a rhythm of them stops for at least so long, and for five times its own period, while the
    /// log goes on. Anchors only.
    #[serde(default)]
    pub stops: Option<StepWindow>,
    /// From so long behind the beginning of the anchor's; negative is before.
    #[serde(default)]
    pub from: Option<StepWindow>,
    /// To so long behind the end of the anchor's, or of `until`.
    #[serde(default)]
    pub to: Option<StepWindow>,
    /// Only hits at a time that the log of the anchor covers: what was there before it began says nothing of a first time.
    #[serde(default)]
    pub in_log: bool,
    /// Up to the first hit of that step behind the anchor's, or the end of the logs.
    #[serde(default)]
    pub until: Option<String>,
}

fn one() -> usize {
    1
}

/// What a rule says of a system, as a page of the notebook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaisedFinding {
    /// How much it hurts.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it happens.
    pub cause: String,
    /// Steps that prove it.
    pub confirm: Vec<String>,
    /// Steps that mend it.
    pub fix: Vec<String>,
    /// When it is not what it looks like.
    pub false_positives: Vec<String>,
    /// Where the facts are from.
    pub references: Vec<String>,
}

/// A question that a rule cannot answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What it is about.
    pub about: String,
    /// Why it cannot be told.
    pub why: String,
    /// What would help.
    pub advice: String,
}

/// What follows from a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Steps whose hits go under a finding, as its symptoms.
    #[serde(default)]
    pub fold: Vec<String>,
    /// The step whose earliest hit that finding is of; the finding that is raised, if there is one; else the anchor.
    #[serde(default)]
    pub under: Option<String>,
    /// What is said on the finding. `{step.capture}`, `{step.count}`, `{step.hosts}`, `{step.logs}`, `{step.first}`,
    /// `{step.last}`, `{step.end}`, `{step.title}` stand for what was found; `{span}` for the time between the anchor and
    /// the `until` of a step.
    #[serde(default)]
    pub note: Option<String>,
    /// Said instead of `note` where the end of a bracket is not there.
    #[serde(default)]
    pub open: Option<String>,
    /// The step on whose findings it is said; else where symptoms are folded.
    #[serde(default)]
    pub on: Option<String>,
    /// Severity of these findings.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Steps that mend it, before those of the finding itself.
    #[serde(default)]
    pub fix: Vec<String>,
    /// A finding of its own, with the id of the rule.
    #[serde(default)]
    pub raise: Option<RaisedFinding>,
    /// A question.
    #[serde(default)]
    pub ask: Option<Question>,
}

/// A rule that looks at several hits: its steps, and what follows from them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// Name for ever; also the name of its file.
    pub id: RuleId,
    /// Its number in the list of rules, `C01` to `C42`. Several may look at one thing from several sides.
    #[serde(default)]
    pub number: Option<String>,
    /// What it finds out, as a short sentence.
    pub title: String,
    /// What all its hits have in common: `host`, `log`, `thread`, `account` (an address in the first line of the message),
    /// `text` (the whole of it), or a capture.
    #[serde(default)]
    pub same: Vec<String>,
    /// The steps; the first is the anchor.
    #[serde(rename = "step")]
    pub steps: Vec<RuleStep>,
    /// What follows.
    pub then: Then,
    /// What follows on the findings of the anchor if the rule does not speak anywhere: `note` and `severity`.
    #[serde(default)]
    pub otherwise: Option<Then>,
    /// It also speaks where hits of one message were folded, those of its second step under those of its first.
    #[serde(default)]
    pub in_message: bool,
}

impl Correlation {
    /// All rules that are part of the program.
    pub fn embedded() -> Result<Vec<Correlation>, DefinitionError> {
        FILES.iter().map(|(path, text)| Correlation::read(path, text)).collect()
    }

    /// Reads a rule from the text of its file.
    pub fn read(path: &str, text: &str) -> Result<Correlation, DefinitionError> {
        let rule: Correlation = toml::from_str(text)
            .map_err(|source| DefinitionError::Form { path: path.to_owned(), source: Box::new(source) })?;
        let file = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or(path);
        rule.check(file).map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        Ok(rule)
    }

    /// The step of a name.
    pub fn step(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    fn check(&self, file: &str) -> Result<(), String> {
        if self.id != file {
            return Err(format!("its id is {:?}; name the file {}.toml", self.id, self.id));
        }
        let known = |name: &String| {
            self.step(name).map(|_| ()).ok_or_else(|| format!("it names the step {name:?}, which it has not"))
        };
        for (place, step) in self.steps.iter().enumerate() {
            let name = &step.name;
            if self.step(name) != Some(place) {
                return Err(format!("two steps are called {name:?}"));
            }
            if step.of.is_empty() == step.fact.is_none() {
                return Err(format!("the step {name:?} needs either `of` or `fact`"));
            }
            step.until.iter().try_for_each(known)?;
            let is_anchors = step.within.is_some()
                || step.apart.is_some()
                || step.first
                || step.opens.is_some()
                || step.stops.is_some();
            if place > 0 && is_anchors {
                return Err(format!(
                    "`within`, `apart`, `first`, `opens` and `stops` are for the first step, not for {name:?}"
                ));
            }
            if place == 0 && (step.presence != Presence::Required || step.from.or(step.to).is_some()) {
                return Err(format!(
                    "{name:?} is the first step: it must be there, and the time counts from it"
                ));
            }
        }
        if self.steps.is_empty() {
            return Err("it has no [[step]]".to_owned());
        }
        let then = &self.then;
        then.fold.iter().chain(&then.under).chain(&then.on).try_for_each(known)?;
        let says = !then.fold.is_empty()
            || then.note.is_some()
            || then.severity.is_some()
            || then.raise.is_some()
            || then.ask.is_some()
            || self.otherwise.is_some();
        if says { Ok(()) } else { Err("nothing follows from it: [then] is empty".to_owned()) }
    }

    /// What it names that a library does not have.
    pub fn unknown_ids(&self, library: &Library) -> Vec<String> {
        let steps = self.steps.iter();
        let named = steps.flat_map(|step| step.of.iter().chain(&step.not));
        named.filter(|name| !library.iter().any(|one| fits(name, &one.id))).cloned().collect()
    }
}

impl RuleStep {
    /// Whether hits of a signature are meant.
    pub fn is_of(&self, id: &str) -> bool {
        self.of.iter().any(|name| fits(name, id)) && !self.not.iter().any(|name| fits(name, id))
    }
}

/// Whether an id is that name, or begins as a name that ends in `*`.
fn fits(name: &str, id: &str) -> bool {
    match name.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => name == id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_can_be_read_and_names_what_there_is() {
        let library = Library::embedded().expect("a library");
        let rules = Correlation::embedded().expect("rules");
        let mut ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules.len());
        for rule in &rules {
            assert_eq!(rule.unknown_ids(&library), Vec::<String>::new(), "{}", rule.id);
            assert!(library.iter().all(|signature| signature.id != *rule.id.as_str()), "{}", rule.id);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let good = "id = \"r\"\ntitle = \"R\"\n[[step]]\nname = \"a\"\nof = [\"x\"]\n[[step]]\nname = \"b\"\nof = [\"y*\"]\nto = \"5m\"\n\
                    [then]\nfold = [\"b\"]\n";
        let what = |from: &str, to: &str| {
            let text = good.replace(from, to);
            Correlation::read("r.toml", &text).map_or_else(|error| error.to_string(), |_| "well".to_owned())
        };
        assert_eq!(what("", ""), "well");
        assert!(what("\"r\"", "\"s\"").contains("name the file s.toml"));
        assert!(what("\"5m\"", "\"5x\"").contains("no span of time"));
        assert!(what("fold = [\"b\"]", "fold = [\"c\"]").contains("the step \"c\""));
        assert!(what("fold = [\"b\"]", "").contains("nothing follows"));
        assert!(what("to = \"5m\"", "within = \"5m\"").contains("first step"));
        assert!(what("of = [\"x\"]", "").contains("either `of` or `fact`"));
        assert!(what("to = \"5m\"", "soon = 5").contains("line 9"));
    }

    #[test]
    fn names_with_a_star() {
        assert!(fits("tls-*", "tls-expired"));
        assert!(!fits("tls-*", "ldap-49-52e"));
        assert!(fits("net-reset", "net-reset"));
        assert!(!fits("net-reset", "net-resets"));
    }
}
