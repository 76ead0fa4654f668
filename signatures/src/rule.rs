//! [`Rule`]: the meaning of several matches together. One shows that a wrong password was stored, five and
//! then a locked account show the cause of the lock; an offered task means nothing, an offered task without an answer
//! does.
//!
//! This is the TOML form of such a rule and the errors in its file. The diagnosis applies it to findings; this
//! package knows neither files nor clocks.
//!
//! A rule is a list of steps. The first is its anchor; every occurrence of the anchor is checked by itself, and the
//! times of the other steps count from it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use regex::Regex;
use serde::{Deserialize, Deserializer};
use spoglight_parsers::duration::{duration, spoken};

use crate::id::RuleId;
use crate::library::Library;
use crate::severity::Severity;
use crate::signature::{Confidence, DefinitionError};
use crate::texts;

/// Every file of `correlations/`: its path and its text.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/correlations.rs"));

/// Nanoseconds, written as `90s`, `-5m`, `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepWindow(pub i64);

impl FromStr for StepWindow {
    type Err = String;

    fn from_str(text: &str) -> Result<StepWindow, String> {
        duration(text)
            .map(StepWindow)
            .ok_or_else(|| format!("{text:?} is not a duration; write 90s, -5m or 24h"))
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

/// A pattern that must match the whole value of a capture.
#[derive(Debug, Clone)]
pub struct Fits(pub Regex);

impl<'de> Deserialize<'de> for Fits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fits, D::Error> {
        let text = String::deserialize(deserializer)?;
        Regex::new(&format!("^(?:{text})$")).map(Fits).map_err(serde::de::Error::custom)
    }
}

/// A fact that no line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// A certificate expired: one of the collection, or one that a message names. Captures `subject`.
    CertificateEnded,
    /// Another process than before writes a log. Captures `process`.
    ProcessChanged,
    /// A services process writes on another server than before. Captures `process`, `before`, `now`.
    ServicesMoved,
    /// A process of a server writes after its service stopped: it runs again, or it never stopped.
    ServiceBack,
    /// Processes of one services component ran on two servers at the same time. One for each of both; captures
    /// `process`, and the time for all components, `from` and `until`.
    ServicesOverlap,
}

/// Whether a step must occur.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// The rule applies only with it.
    #[default]
    Required,
    /// If it occurs, the consequences apply to it, too.
    Optional,
    /// The rule applies only without it. If the logs end before its time is over, the result is open.
    Absent,
}

/// Matches of some signatures within a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleStep {
    /// Name in this rule.
    pub name: String,
    /// Ids of signatures; `*` at the end matches anything.
    #[serde(default)]
    pub of: Vec<String>,
    /// Ids that are excluded, in the same form.
    #[serde(default)]
    pub not: Vec<String>,
    /// A fact instead of signatures, or beside them.
    #[serde(default)]
    pub fact: Option<Fact>,
    /// Required values of captures, or of `host`, `process` or `log`.
    #[serde(default, rename = "where")]
    pub filter: BTreeMap<String, Fits>,
    /// Capture that names the thread, if it is not the thread that wrote the line.
    #[serde(default)]
    pub thread: Option<String>,
    /// Required, optional or absent.
    #[serde(default)]
    pub presence: Presence,
    /// Minimum number of matches.
    #[serde(default = "one")]
    pub count: usize,
    /// Minimum number of different values: of `host`, `log`, `source`, `thread`, `account`, `signature`, or of a
    /// capture.
    #[serde(default)]
    pub distinct: BTreeMap<String, usize>,
    /// Maximum number of different values.
    #[serde(default)]
    pub at_most: BTreeMap<String, usize>,
    /// Time within which count and different values must occur. Anchors only.
    #[serde(default)]
    pub within: Option<StepWindow>,
    /// Minimum time between matches with the same counted values. Anchors only.
    #[serde(default)]
    pub apart: Option<StepWindow>,
    /// Only the first match of each signature. Anchors only.
    #[serde(default)]
    pub first: bool,
    /// Only matches without an earlier one within this time. Anchors only.
    #[serde(default)]
    pub opens: Option<StepWindow>,
    /// Not the matches, but the end of their rhythm: a pause of at least this time, and of five times their own
    /// period, while the log continues. Anchors only.
    #[serde(default)]
    pub stops: Option<StepWindow>,
    /// Start of the time, from the beginning of the anchor's; negative is before it.
    #[serde(default)]
    pub from: Option<StepWindow>,
    /// End of the time, from the end of the anchor's, or of `until`.
    #[serde(default)]
    pub to: Option<StepWindow>,
    /// Only matches within the time of the anchor's log: earlier ones do not disprove a first time. Of an absent step,
    /// the anchor's log must begin before its time does; if not, the result is open.
    #[serde(default)]
    pub in_log: bool,
    /// The step after whose first match since the anchor the time begins; without such a match it has no time.
    #[serde(default)]
    pub after: Option<String>,
    /// Up to the first match of that step after the anchor's, or the end of the logs.
    #[serde(default)]
    pub until: Option<String>,
    /// Only matches of signatures that the signature of the anchor explains. Not for anchors.
    #[serde(default)]
    pub explained: bool,
    /// The step above whose matches it removes, each by itself: `from` and `to` count from that match, and without
    /// `from` its time begins at the end of the anchor's. Absent steps only.
    #[serde(default)]
    pub refutes: Option<String>,
    /// Ids of signatures whose matches end the quiet time of `opens`, in the form of `of`: a start, for example.
    /// Anchors only.
    #[serde(default)]
    pub resets: Vec<String>,
    /// Up to this long after the anchor's if there is no match of `until`, wherever its log ends.
    #[serde(default)]
    pub longest: Option<StepWindow>,
}

fn one() -> usize {
    1
}

/// A finding that a rule raises, with a page of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaisedFinding {
    /// Severity of the failure.
    pub severity: Severity,
    /// Confidence of the finding.
    pub confidence: Confidence,
    /// The reason why it is more certain than the weakest of the signatures that the rule requires.
    #[serde(default)]
    pub proves: Option<String>,
    /// Why it happens.
    pub cause: String,
    /// Steps to confirm it.
    pub confirm: Vec<String>,
    /// Steps to fix it.
    pub fix: Vec<String>,
    /// Conditions under which it is a false positive.
    pub false_positives: Vec<String>,
    /// Sources of the facts.
    pub references: Vec<String>,
}

/// A question that a rule cannot answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Subject of the question.
    pub about: String,
    /// Why it cannot be answered.
    pub why: String,
    /// Advice that helps to answer it.
    pub advice: String,
}

/// Consequences of a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// Steps whose matches become symptoms of a finding.
    #[serde(default)]
    pub fold: Vec<String>,
    /// The step whose earliest match that finding is of; else the raised finding, if there is one; else the anchor.
    #[serde(default)]
    pub under: Option<String>,
    /// Note on the finding. `{step.capture}`, `{step.count}`, `{step.hosts}`, `{step.logs}`, `{step.first}`,
    /// `{step.last}`, `{step.end}`, `{step.title}` are replaced by values; `{span}` by the time between the anchor
    /// and the `until` of a step; `{cases}` by the number of times that the rule matched.
    #[serde(default)]
    pub note: Option<String>,
    /// Note instead of `note` if the end of a bracket is missing.
    #[serde(default)]
    pub open: Option<String>,
    /// The step whose findings get the note; else the finding that gets the symptoms.
    #[serde(default)]
    pub on: Option<String>,
    /// Severity of these findings.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Steps to fix it, before those of the finding itself.
    #[serde(default)]
    pub fix: Vec<String>,
    /// A new finding, with the id of the rule.
    #[serde(default)]
    pub raise: Option<RaisedFinding>,
    /// A question.
    #[serde(default)]
    pub ask: Option<Question>,
}

/// A rule about several matches: its steps, and its consequences.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Permanent id; also the name of its file.
    pub id: RuleId,
    /// Number in the list of rules, `C01` to `C42`. Several rules may treat one subject from several sides.
    #[serde(default)]
    pub number: Option<String>,
    /// The statement of the rule, as a short sentence.
    pub title: String,
    /// Values that all its matches have in common: `host`, `folder` (of one server: an instance of a program), `log`,
    /// `thread`, `account` (an address in the first line of the message), `text` (the whole of it), or a capture. A
    /// match without the value does not count; with a `?` after the name it goes with every value.
    #[serde(default)]
    pub same: Vec<String>,
    /// The steps; the first is the anchor.
    #[serde(rename = "step")]
    pub steps: Vec<RuleStep>,
    /// The consequences.
    pub then: Then,
    /// Consequences for the findings of the anchor if the rule applies nowhere: `note` and `severity`.
    #[serde(default)]
    pub otherwise: Option<Then>,
    /// It also applies to matches in one message that were subsumed, those of its second step under those of its
    /// first.
    #[serde(default)]
    pub in_message: bool,
    /// Samples of a custom rule, which `signatures test` tries. Those of a built-in rule are in files of their own.
    #[serde(default, rename = "sample")]
    pub samples: Vec<RuleSample>,
}

/// Messages to which a rule applies, or not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSample {
    /// Why the rule does not apply; without it the rule must apply.
    #[serde(default)]
    pub miss: Option<String>,
    /// The messages, one in each line: `+90s SERVER PROCESS @ID words`.
    pub lines: String,
}

impl Rule {
    /// All embedded rules.
    pub fn embedded() -> Result<Vec<Rule>, DefinitionError> {
        FILES.iter().map(|(path, text)| Rule::read(path, text)).collect()
    }

    /// Parses a rule from the text of its file.
    pub fn read(path: &str, text: &str) -> Result<Rule, DefinitionError> {
        let rule: Rule = texts::read(text)
            .map_err(|source| DefinitionError::Form { path: path.to_owned(), source: Box::new(source) })?;
        // with the separators of the system: custom rules are in its folders
        let file = Path::new(path).file_stem().and_then(OsStr::to_str).unwrap_or(path);
        rule.check(file).map_err(|what| DefinitionError::Value { path: path.to_owned(), what })?;
        Ok(rule)
    }

    /// Index of the step of that name.
    pub fn step(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    fn check(&self, file: &str) -> Result<(), String> {
        if self.id != file {
            return Err(format!("its id is {:?}; name the file {}.toml", self.id.as_str(), self.id));
        }
        let known = |name: &String| {
            self.step(name)
                .map(|_| ())
                .ok_or_else(|| format!("it names the step {name:?}, which does not exist"))
        };
        for (place, step) in self.steps.iter().enumerate() {
            let name = &step.name;
            if self.step(name) != Some(place) {
                return Err(format!("two steps are called {name:?}"));
            }
            if step.of.is_empty() && step.fact.is_none() {
                return Err(format!("the step {name:?} needs `of` or `fact`"));
            }
            step.until.iter().chain(&step.after).try_for_each(known)?;
            if step.longest.is_some() && step.until.is_none() {
                return Err(format!("`longest` of {name:?} needs `until`"));
            }
            let is_anchors = step.within.is_some()
                || step.apart.is_some()
                || step.first
                || step.opens.is_some()
                || step.stops.is_some()
                || !step.resets.is_empty();
            if place > 0 && is_anchors {
                return Err(format!(
                    "`within`, `apart`, `first`, `opens`, `resets` and `stops` are for the first step, not for {name:?}"
                ));
            }
            if let Some(refuted) = &step.refutes {
                known(refuted)?;
                if step.presence != Presence::Absent
                    || step.until.is_some()
                    || !(1..place).contains(&self.step(refuted).unwrap_or(0))
                {
                    return Err(format!(
                        "{name:?} refutes {refuted:?}: it must be absent, without `until`, and name a step above it \
                         that is not the first"
                    ));
                }
            }
            if place == 0 && (step.presence != Presence::Required || step.from.or(step.to).is_some()) {
                return Err(format!(
                    "{name:?} is the first step: it is required, and the time counts from it"
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
            || !then.fix.is_empty()
            || then.raise.is_some()
            || then.ask.is_some()
            || self.otherwise.is_some();
        if says { Ok(()) } else { Err("nothing follows from it: [then] is empty".to_owned()) }
    }

    /// Ids in the rule that a library does not have.
    pub fn unknown_ids(&self, library: &Library) -> Vec<String> {
        let steps = self.steps.iter();
        let named = steps.flat_map(|step| step.of.iter().chain(&step.not).chain(&step.resets));
        named.filter(|name| !library.iter().any(|one| fits(name, &one.id))).cloned().collect()
    }
}

impl RuleStep {
    /// Returns whether the step is about a signature.
    pub fn is_of(&self, id: &str) -> bool {
        self.of.iter().any(|name| fits(name, id)) && !self.not.iter().any(|name| fits(name, id))
    }

    /// Returns whether a signature ends the quiet time before the step.
    pub fn is_reset_by(&self, id: &str) -> bool {
        self.resets.iter().any(|name| fits(name, id))
    }
}

/// Returns whether an id is that name, or begins with a name that ends in `*`.
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
        let rules = Rule::embedded().expect("rules");
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
    fn a_raised_finding_is_not_more_certain_than_what_it_is_made_of() {
        let library = Library::embedded().expect("a library");
        let mut raised = 0;
        for rule in Rule::embedded().expect("rules") {
            let Some(finding) = rule.then.raise.as_ref().filter(|finding| finding.proves.is_none()) else {
                continue;
            };
            raised += 1;
            for step in rule.steps.iter().filter(|step| step.presence == Presence::Required) {
                let of_it = library.iter().filter(|signature| step.is_of(&signature.id));
                let weakest = of_it.map(|signature| signature.confidence).max();
                assert!(
                    weakest.is_none_or(|weakest| finding.confidence >= weakest),
                    "{}: {:?}, and the step {:?} is {weakest:?}",
                    rule.id,
                    finding.confidence,
                    step.name
                );
            }
        }
        assert!(raised > 0);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let good = "id = \"r\"\ntitle = \"R\"\n[[step]]\nname = \"a\"\nof = [\"x\"]\n[[step]]\nname = \"b\"\nof = [\"y*\"]\nto = \"5m\"\n\
                    [then]\nfold = [\"b\"]\n";
        let what = |from: &str, to: &str| {
            let text = good.replace(from, to);
            Rule::read("r.toml", &text).map_or_else(|error| error.to_string(), |_| "well".to_owned())
        };
        assert_eq!(what("", ""), "well");
        assert!(what("\"r\"", "\"s\"").contains("name the file s.toml"));
        assert!(what("\"5m\"", "\"5x\"").contains("is not a duration"));
        assert!(what("fold = [\"b\"]", "fold = [\"c\"]").contains("the step \"c\""));
        assert!(what("fold = [\"b\"]", "").contains("nothing follows"));
        assert!(what("to = \"5m\"", "within = \"5m\"").contains("first step"));
        assert!(what("of = [\"x\"]", "").contains("needs `of` or `fact`"));
        assert!(what("to = \"5m\"", "soon = 5").contains("line 9"));
        assert!(what("to = \"5m\"", "resets = [\"x\"]").contains("first step"));
        assert!(what("to = \"5m\"", "after = \"c\"").contains("the step \"c\""));
        let refutes = |name: &str, presence: &str| {
            let more = format!(
                "to = \"5m\"\n[[step]]\nname = \"c\"\nof = [\"z\"]\npresence = \"{presence}\"\nrefutes = \"{name}\""
            );
            what("to = \"5m\"", &more)
        };
        assert_eq!(refutes("b", "absent"), "well");
        assert!(refutes("a", "absent").contains("not the first"));
        assert!(refutes("c", "absent").contains("a step above it"));
        assert!(refutes("b", "required").contains("must be absent"));
    }

    #[test]
    fn names_with_a_star() {
        assert!(fits("tls-*", "tls-expired"));
        assert!(!fits("tls-*", "ldap-49-52e"));
        assert!(fits("net-reset", "net-reset"));
        assert!(!fits("net-reset", "net-resets"));
    }
}
