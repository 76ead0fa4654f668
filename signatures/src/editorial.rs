//! Editorial rules for the texts of signatures and rules: nothing left to write, a short title, sources, enough samples,
//! and plain words.
//!
//! They are no condition for a search: a custom signature that breaks them still works. `signatures test` reports them,
//! and a test keeps them for the library.

use std::sync::LazyLock;

use crate::rule::Rule;
use crate::signature::{Sample, Signature};

/// Words that no text uses, with the plain ones.
const WORDING: &str = include_str!("../wording.txt");

/// Most characters of a title: it is one line of a list.
pub const LONGEST_TITLE: usize = 80;

/// Fewest hits, and fewest misses.
pub const FEWEST_SAMPLES: usize = 2;

/// Mark of a text that is not written yet, as drafts have it.
const UNWRITTEN: &str = "TODO";

/// A phrase in small letters, and what to write instead.
static PHRASES: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let lines = WORDING.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once("->"));
    pairs.map(|(phrase, plain)| (phrase.trim().to_lowercase(), plain.trim())).collect()
});

/// Returns what is missing or stiff in a signature, each as a sentence without its subject.
pub fn check_signature(signature: &Signature) -> Vec<String> {
    let mut found = Vec::new();
    let prose = [("title", &signature.title), ("cause", &signature.cause)];
    let prose = prose.into_iter().chain(signature.proves.iter().map(|text| ("proves", text)));
    let lists = lists(&[
        ("confirm", &signature.confirm),
        ("fix", &signature.fix),
        ("false_positives", &signature.false_positives),
    ]);
    check_texts(prose.chain(lists), &mut found);
    check_title(&signature.title, &mut found);
    check_given("references", &signature.references, &mut found);
    check_given("false_positives", &signature.false_positives, &mut found);
    // a table for lookups has no lines
    if signature.is_searched() {
        check_samples("hit", &signature.hits, |hit| &hit.from, &mut found);
        check_samples("miss", &signature.misses, |miss| &miss.why, &mut found);
    }
    found
}

/// The same for a rule, whose samples are not in its file.
pub fn check_rule(rule: &Rule) -> Vec<String> {
    let mut found = Vec::new();
    check_title(&rule.title, &mut found);
    let notes = [&rule.then.note, &rule.then.open].into_iter().flatten().map(|text| ("note", text));
    let asked = rule
        .then
        .ask
        .iter()
        .flat_map(|ask| [("about", &ask.about), ("why", &ask.why), ("advice", &ask.advice)]);
    let texts = std::iter::once(("title", &rule.title)).chain(notes).chain(asked);
    check_texts(texts.chain(lists(&[("fix", &rule.then.fix)])), &mut found);
    if let Some(raised) = &rule.then.raise {
        let prose = std::iter::once(("cause", &raised.cause))
            .chain(raised.proves.iter().map(|text| ("proves", text)));
        let lists = lists(&[
            ("confirm", &raised.confirm),
            ("fix", &raised.fix),
            ("false_positives", &raised.false_positives),
        ]);
        check_texts(prose.chain(lists), &mut found);
        check_given("references", &raised.references, &mut found);
        check_given("false_positives", &raised.false_positives, &mut found);
    }
    found
}

fn lists<'t>(
    fields: &[(&'static str, &'t [String])],
) -> impl Iterator<Item = (&'static str, &'t String)> + use<'t> {
    let fields: Vec<_> = fields.to_vec();
    fields.into_iter().flat_map(|(name, texts)| texts.iter().map(move |text| (name, text)))
}

fn check_title(title: &str, found: &mut Vec<String>) {
    let length = title.chars().count();
    if length > LONGEST_TITLE {
        found.push(format!("its title has {length} characters; {LONGEST_TITLE} are the most"));
    }
}

/// Reports texts that are not written, and words that have plain ones.
fn check_texts<'t>(texts: impl Iterator<Item = (&'static str, &'t String)>, found: &mut Vec<String>) {
    for (name, text) in texts {
        if text.contains(UNWRITTEN) {
            found.push(format!("its {name} has a {UNWRITTEN}: write the text"));
        }
        for (phrase, plain) in stiff_words(text) {
            found.push(format!("its {name} has \"{phrase}\": write \"{plain}\""));
        }
    }
}

/// The phrases of the list that are in a text as whole words, each with the plain one.
fn stiff_words(text: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let text = text.to_lowercase();
    let is_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    PHRASES.iter().filter_map(move |(phrase, plain)| {
        let is_whole = |at: usize| {
            let (before, rest) = text.split_at(at);
            !is_word(before.chars().next_back())
                && !is_word(rest.get(phrase.len()..).and_then(|after| after.chars().next()))
        };
        text.match_indices(phrase.as_str()).any(|(at, _)| is_whole(at)).then_some((phrase.as_str(), *plain))
    })
}

fn check_given(name: &str, texts: &[String], found: &mut Vec<String>) {
    let mut is_unwritten = texts.iter().filter(|text| name == "references" && text.contains(UNWRITTEN));
    if texts.iter().all(|text| text.trim().is_empty()) {
        found.push(format!("its {name} are missing"));
    } else if is_unwritten.next().is_some() {
        found.push(format!("its {name} have a {UNWRITTEN}: write the text"));
    }
}

/// Reports samples that are too few, that are equal, or that have no reason or source.
fn check_samples(name: &str, samples: &[Sample], note: fn(&Sample) -> &String, found: &mut Vec<String>) {
    let mut texts: Vec<&str> = samples.iter().map(|sample| sample.text.trim()).collect();
    texts.sort_unstable();
    texts.dedup();
    if texts.len() < samples.len() {
        found.push(format!("has the same text in two [[{name}]]"));
    }
    if texts.len() < FEWEST_SAMPLES {
        let has = texts.len();
        found.push(format!("has {has} [[{name}]]; {FEWEST_SAMPLES} different ones are needed"));
    }
    let unwritten = |sample: &&Sample| note(sample).contains(UNWRITTEN) || sample.text.contains(UNWRITTEN);
    if samples.iter().any(|sample| unwritten(&sample)) {
        found.push(format!("has a {UNWRITTEN} in a [[{name}]]: write the text"));
    }
    if name == "miss" && samples.iter().any(|sample| note(sample).trim().is_empty()) {
        found.push("has a [[miss]] without `why`: write why it is another case".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn the_library_and_the_rules_keep_the_rules_of_style() {
        let library = Library::with_samples().expect("the library");
        let rules = Rule::embedded().expect("rules");
        let signatures =
            library.iter().map(|signature| (signature.id.to_string(), check_signature(signature)));
        let rules = rules.iter().map(|rule| (rule.id.to_string(), check_rule(rule)));
        let wrong: Vec<String> = signatures
            .chain(rules)
            .flat_map(|(id, found)| found.into_iter().map(move |what| format!("{id}: {what}")))
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    fn each_defect_is_reported() {
        let signature = |change: &dyn Fn(&mut Signature)| {
            let mut signature = Library::sampled("net-unknown-host").expect("a signature");
            change(&mut signature);
            check_signature(&signature)
        };
        assert_eq!(signature(&|_| {}), Vec::<String>::new());
        assert_eq!(
            signature(&|one| one.title = "x".repeat(81)),
            ["its title has 81 characters; 80 are the most"]
        );
        assert_eq!(signature(&|one| one.title = "ü".repeat(80)), Vec::<String>::new());
        assert_eq!(
            signature(&|one| one.cause = "TODO: why".to_owned()),
            ["its cause has a TODO: write the text"]
        );
        assert_eq!(
            signature(&|one| one.fix = vec!["Mend the\nentry.".to_owned()]),
            ["its fix has \"mend\": write \"fix\""]
        );
        assert_eq!(
            signature(&|one| one.fix = vec!["Amend the entry, recommended.".to_owned()]),
            Vec::<String>::new()
        );
        assert_eq!(signature(&|one| one.references = vec![" ".to_owned()]), ["its references are missing"]);
        assert_eq!(signature(&|one| one.references.clear()), ["its references are missing"]);
        assert_eq!(signature(&|one| one.false_positives.clear()), ["its false_positives are missing"]);
        assert_eq!(signature(&|one| one.hits.truncate(1)), ["has 1 [[hit]]; 2 different ones are needed"]);
        let twice = signature(&|one| one.misses = vec![one.misses[0].clone(), one.misses[0].clone()]);
        assert_eq!(
            twice,
            ["has the same text in two [[miss]]", "has 1 [[miss]]; 2 different ones are needed"]
        );
        assert_eq!(
            signature(&|one| one.misses[0].why.clear()),
            ["has a [[miss]] without `why`: write why it is another case"]
        );
        assert_eq!(
            signature(&|one| one.hits[0].from = "TODO".to_owned()),
            ["has a TODO in a [[hit]]: write the text"]
        );
    }

    #[test]
    fn a_rule_is_checked_as_well() {
        let mut rule = Rule::embedded().expect("rules").remove(0);
        assert_eq!(check_rule(&rule), Vec::<String>::new());
        rule.then.note = Some("The log says so.".to_owned());
        assert_eq!(check_rule(&rule), ["its note has \"log says\": write \"log shows\""]);
    }

    #[test]
    fn every_phrase_has_plain_words() {
        let lines = WORDING.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(PHRASES.len(), lines, "a line without `->`");
        assert!(PHRASES.iter().all(|(phrase, plain)| !phrase.is_empty() && !plain.is_empty()));
    }
}
