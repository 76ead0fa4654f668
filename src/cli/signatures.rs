//! `spoglight signatures`: the known failures, and custom ones.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use spoglight_diagnosis::{CheckDescription, scaffold};
use spoglight_engine::user_formats::UserFormats;
use spoglight_engine::user_signatures::UserSignatures;
use spoglight_signatures::{CodeTable, Library, Rule, Signature, verify};
use spoglight_source::{Opening, Problem};
use spoglight_text::humanize::counted;
use spoglight_text::sanitize::clean;

use super::output::{self, OutputFile, fail, warn_of};
use super::reading::CustomSignatures;
use super::{FILTER, INPUT, Outcome};

const EXAMPLES: &str = "\
Examples:
  spoglight signatures list
  spoglight signatures list --area ldap
  spoglight signatures list --rules
  spoglight signatures list --checks
  spoglight signatures list --search \"certificate expired\"
  spoglight signatures new own-queue --from server.log:120 -o own-queue.toml
  spoglight signatures test my-signatures
  spoglight explain ldap-partial-result";

/// List, draft and test signatures of known failures
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Signatures {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List signatures: id, severity, title
    List {
        #[command(flatten)]
        signatures: CustomSignatures,

        /// List signatures of one area: tls, ldap, mail, ...
        #[arg(long, value_name = "AREA", help_heading = FILTER)]
        area: Option<String>,

        /// List signatures that contain all of these words, in any case
        #[arg(long, value_name = "WORDS", help_heading = FILTER)]
        search: Option<String>,

        /// List the rules that combine several signatures instead
        #[arg(long, conflicts_with_all = ["area", "search", "signatures"], help_heading = FILTER)]
        rules: bool,

        /// List the checks of the collection instead
        #[arg(long, conflicts_with_all = ["area", "search", "signatures", "rules"], help_heading = FILTER)]
        checks: bool,
    },
    /// Draft a signature from a line of a log
    New {
        /// Id of the new signature, and name of its file: lower-case letters, digits and hyphens
        id: String,

        /// The line: a log file (or an archive with one file), a colon, and the line number from 1
        #[arg(long, value_name = "FILE:LINE", help_heading = INPUT)]
        from: String,

        #[command(flatten)]
        output: OutputFile,
    },
    /// Test signatures: samples, redundant conditions, slow patterns
    Test {
        /// Folder or file with signatures; the built-in ones if omitted
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

impl Signatures {
    pub(super) fn run(self) -> Result<Outcome> {
        match self.what {
            What::List { rules: true, .. } => list_rules(),
            What::List { checks: true, .. } => list_checks(),
            What::List { area, search, signatures, .. } => {
                list(area.as_deref(), search.as_deref(), &signatures)
            }
            What::New { id, from, output } => new(&id, &from, &output),
            What::Test { paths } => test(&paths),
        }
    }
}

fn list(area: Option<&str>, search: Option<&str>, custom: &CustomSignatures) -> Result<Outcome> {
    let (library, problems) = custom.read().and_embedded()?;
    warn_of(&problems);
    let words: Vec<String> =
        search.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase).collect();
    let is_wanted = |signature: &&Signature| {
        area.is_none_or(|area| signature.area.eq_ignore_ascii_case(area)) && has(signature, &words)
    };
    let found: Vec<&Signature> = library.iter().filter(is_wanted).collect();
    let width = found.iter().map(|signature| signature.id.len()).max().unwrap_or(0);
    let mut out = output::standard();
    for signature in &found {
        let severity = format!("{:?}", signature.severity).to_lowercase();
        writeln!(out, "{:width$}  {severity:8}  {}", clean(&signature.id), clean(&signature.title))?;
    }
    out.flush()?;
    Ok(if found.is_empty() { Outcome::Found } else { Outcome::Success })
}

fn list_rules() -> Result<Outcome> {
    let rules = Rule::embedded()?;
    let row =
        |rule: &Rule| (rule.number.clone().unwrap_or_default(), rule.id.to_string(), rule.title.clone());
    list_numbered(rules.iter().map(row).collect())
}

fn list_checks() -> Result<Outcome> {
    let row = |check: CheckDescription| {
        (check.number.unwrap_or_default().to_owned(), check.id.0.to_owned(), check.title.to_owned())
    };
    list_numbered(spoglight_diagnosis::checks().map(row).collect())
}

/// Prints rules or checks by number: number, id, title.
fn list_numbered(mut rows: Vec<(String, String, String)>) -> Result<Outcome> {
    rows.sort();
    let width = rows.iter().map(|(_, id, _)| id.len()).max().unwrap_or(0);
    let mut out = output::standard();
    for (number, id, title) in &rows {
        writeln!(out, "{number:3}  {id:width$}  {title}")?;
    }
    out.flush()?;
    Ok(Outcome::Success)
}

fn new(id: &str, from: &str, output: &OutputFile) -> Result<Outcome> {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if id.is_empty() || !id.chars().all(is_part) {
        return fail(
            format!("invalid id {id:?}"),
            "use lower-case letters, digits and hyphens, such as own-queue-full",
        );
    }
    let number = from.rsplit_once(':').and_then(|(file, number)| Some((file, number.parse().ok()?)));
    let Some((file, number)) = number.filter(|(_, number)| *number > 0) else {
        return fail(
            format!("{from:?} has no line number"),
            "give the file, a colon and the line number, such as server.log:120",
        );
    };
    output.refuse_inputs(&[PathBuf::from(file)])?;
    let own = UserFormats::default();
    let line = scaffold::line(Path::new(file), number, &Opening::default(), &own.and_built_in());
    let line = match line {
        Ok(line) => line,
        Err(Problem { path, what, advice, .. }) => return fail(format!("{path} {what}"), advice),
    };
    let text = scaffold::signature(id, &line);
    // the scaffold escapes control characters of the log
    output.write(&text)?;
    Ok(Outcome::Success)
}

/// Prints what is wrong with signatures; exit code 1 if one is.
fn test(paths: &[PathBuf]) -> Result<Outcome> {
    let mut own = UserSignatures::default();
    for path in paths {
        own.add(path);
    }
    let library = Library::with_samples()?;
    let all: Vec<&Signature> = if paths.is_empty() { library.iter().collect() } else { own.iter().collect() };
    let mut out = output::standard();
    let (mut wrong, mut warnings) = (own.problems().len(), 0);
    for Problem { path, what, .. } in own.problems() {
        writeln!(
            out,
            "wrong  {}: {}",
            clean(path),
            what.lines().map(clean).collect::<Vec<_>>().join("\n         ")
        )?;
    }
    for signature in &all {
        let mut defects: Vec<(&str, String)> = verify::verify(signature)
            .into_iter()
            .map(|defect| (if defect.is_redundant { "warning" } else { "wrong" }, defect.what))
            .collect();
        // a sample of a custom signature that a built-in one matches, too
        // a table is for what no other names
        for hit in signature.hits.iter().filter(|_| !paths.is_empty() && signature.table.is_none()) {
            let others = library.hits(hit.text.as_bytes());
            let others = others.iter().filter_map(|hit| library.get(hit.signature));
            for other in others.filter(|other| other.id != signature.id && !related(signature, other)) {
                let what = format!(
                    "{} matches the same line: list the symptom of the two in `explains` of the cause",
                    other.id
                );
                if !defects.iter().any(|(_, known)| *known == what) {
                    defects.push(("warning", what));
                }
            }
        }
        for (how, what) in defects {
            wrong += usize::from(how == "wrong");
            warnings += usize::from(how == "warning");
            writeln!(out, "{how}  {}: {}", clean(&signature.id), clean(&what))?;
        }
    }
    writeln!(
        out,
        "{}, {wrong} wrong, {}",
        counted(all.len(), "signature", "signatures"),
        counted(warnings, "warning", "warnings")
    )?;
    out.flush()?;
    Ok(if wrong > 0 { Outcome::Found } else { Outcome::Success })
}

fn related(one: &Signature, other: &Signature) -> bool {
    one.explains.contains(&other.id) || other.explains.contains(&one.id)
}

/// Returns true if a signature contains all words.
fn has(signature: &Signature, words: &[String]) -> bool {
    let lists = [&signature.confirm, &signature.fix, &signature.false_positives, &signature.matching.any];
    let texts = [signature.id.as_str(), &signature.title, &signature.cause];
    let all: String = texts
        .into_iter()
        .chain(lists.into_iter().flatten().map(String::as_str))
        .chain(signature.table.iter().map(CodeTable::text))
        .map(|text| text.to_lowercase() + "\n")
        .collect();
    words.iter().all(|word| all.contains(word))
}
