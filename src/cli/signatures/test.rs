//! `spoglight signatures test`: what is wrong with signatures and rules.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use spoglight_diagnosis::{analyze, rule_samples};
use spoglight_engine::Settings;
use spoglight_engine::user_signatures::UserSignatures;
use spoglight_model::analysis::Outcome as RuleOutcome;
use spoglight_signatures::{Library, Rule, Signature, editorial, verify};
use spoglight_source::Problem;
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;

use crate::cli::Outcome;
use crate::cli::output;

#[derive(Debug, Args)]
pub(super) struct Test {
    /// File, folder or pack with signatures and rules; the built-in ones if omitted
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Test {
    /// Prints the result; exit code 1 if something is wrong.
    pub(super) fn run(self) -> Result<Outcome> {
        let mut own = UserSignatures::default();
        for path in &self.paths {
            own.add(path);
        }
        let mut out = output::standard();
        let wrong = if self.paths.is_empty() { built_in(&mut out)? } else { custom(&own, &mut out)? };
        out.flush()?;
        Ok(if wrong > 0 { Outcome::Found } else { Outcome::Success })
    }
}

/// A list of defects: what was tested, and how much is wrong.
struct Listing<'o> {
    out: &'o mut dyn Write,
    wrong: usize,
    warnings: usize,
}

impl Listing<'_> {
    fn wrong(&mut self, name: &str, what: &str) -> io::Result<()> {
        self.wrong += 1;
        let lines: Vec<_> = what.lines().map(clean).collect();
        writeln!(self.out, "wrong  {}: {}", clean(name), lines.join("\n         "))
    }

    fn warning(&mut self, name: &str, what: &str) -> io::Result<()> {
        self.warnings += 1;
        writeln!(self.out, "warning  {}: {}", clean(name), clean(what))
    }

    /// `library` knows the markers that a signature may name.
    fn signature(&mut self, library: &Library, signature: &Signature) -> io::Result<()> {
        let defects = verify::verify(signature);
        for defect in defects.into_iter().chain(verify::verify_resolved(library, signature)) {
            let add = if defect.is_redundant { Self::warning } else { Self::wrong };
            add(self, &signature.id, &defect.what)?;
        }
        editorial::check_signature(signature).iter().try_for_each(|what| self.wrong(&signature.id, what))
    }

    fn rule(&mut self, rule: &Rule) -> io::Result<()> {
        editorial::check_rule(rule).iter().try_for_each(|what| self.wrong(&rule.id, what))
    }

    fn end(&mut self, signatures: usize, rules: usize) -> io::Result<usize> {
        let rules = if rules == 0 { String::new() } else { format!(", {}", counted(rules, "rule", "rules")) };
        writeln!(
            self.out,
            "{}{rules}, {} wrong, {}",
            counted(signatures, "signature", "signatures"),
            self.wrong,
            counted(self.warnings, "warning", "warnings")
        )?;
        Ok(self.wrong)
    }
}

/// Tests the built-in signatures and rules. Returns how much is wrong.
fn built_in(out: &mut dyn Write) -> Result<usize> {
    let (library, rules) = (Library::with_samples()?, Rule::embedded()?);
    let mut listing = Listing { out, wrong: 0, warnings: 0 };
    library.iter().try_for_each(|signature| listing.signature(&library, signature))?;
    rules.iter().try_for_each(|rule| listing.rule(rule))?;
    Ok(listing.end(library.len(), rules.len())?)
}

/// Tests custom signatures and rules. Returns how much is wrong.
pub(super) fn custom(own: &UserSignatures, out: &mut dyn Write) -> Result<usize> {
    let library = Library::with_samples()?;
    let (all, problems) = own.and_embedded()?;
    let mut listing = Listing { out, wrong: 0, warnings: 0 };
    for Problem { path, what, .. } in &problems {
        listing.wrong(path, what)?;
    }
    for signature in own.iter() {
        listing.signature(&all, signature)?;
        // samples that a built-in signature matches, too
        let mut others: Vec<&Signature> = Vec::new();
        // a table is for what no other names
        for hit in signature.hits.iter().filter(|_| signature.table.is_none()) {
            let found = library.hits(hit.text.as_bytes());
            for other in found.iter().filter_map(|hit| library.get(hit.signature)) {
                let is_known = others.iter().any(|known| known.id == other.id);
                if other.id != signature.id && !is_known && !are_related(signature, other) {
                    others.push(other);
                }
            }
        }
        for other in others {
            let what = format!(
                "{} matches the same line: list the symptom of the two in `explains` of the cause",
                other.id
            );
            listing.warning(&signature.id, &what)?;
        }
    }
    for rule in own.custom_rules() {
        listing.rule(rule)?;
        for what in samples(rule, own, &library)? {
            listing.wrong(&rule.id, &what)?;
        }
    }
    Ok(listing.end(own.iter().count(), own.custom_rules().count())?)
}

/// Tries a custom rule on its samples. Returns what is wrong, each as a sentence without its subject.
fn samples(rule: &Rule, own: &UserSignatures, library: &Library) -> Result<Vec<String>> {
    let signature = |id: &str| own.iter().chain(library.iter()).find(|one| one.id == id);
    let settings = Settings { signatures: own.clone(), ..Settings::default() };
    let mut wrong = Vec::new();
    for (place, sample) in rule.samples.iter().enumerate() {
        let name = format!("[[sample]] {}", place + 1);
        let logs = match rule_samples::logs(&sample.lines, &signature) {
            Ok(logs) => logs,
            Err(what) => {
                wrong.push(format!("{name}: the line {what}"));
                continue;
            }
        };
        let folder = tempfile::tempdir().context("no temporary folder for the logs of a sample")?;
        for log in logs {
            let path = folder.path().join(log.path);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            std::fs::write(path, log.text)?;
        }
        let analysis = analyze(&[folder.path().to_owned()], &settings, &())?;
        let outcome =
            analysis.rules.iter().find(|result| result.id == rule.id.as_str()).map(|result| result.outcome);
        let applies = outcome == Some(RuleOutcome::Found);
        match &sample.miss {
            None if !applies => wrong.push(format!("{name}: the rule does not apply to it")),
            Some(why) if applies => wrong.push(format!("{name}: the rule applies, though {why}")),
            _ => {}
        }
    }
    Ok(wrong)
}

fn are_related(one: &Signature, other: &Signature) -> bool {
    one.explains.contains(&other.id) || other.explains.contains(&one.id)
}
