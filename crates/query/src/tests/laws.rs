//! What holds for any filter and any message, and that no text makes the parser panic.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Terms of every kind, each of which some message passes and some does not.
const ATOMS: [&str; 14] = [
    "alpha",
    "\"be ta\"",
    "/ga+mma/i",
    "level>=warn",
    "level:none",
    "level!=info",
    "host:a",
    "host!=ab",
    "source:*",
    "class=x?",
    "session:/^s\\d/",
    "pid:17",
    "finding:tls-*",
    "-delta",
];

/// A filter as a tree, apart from the one of the code.
#[derive(Debug, Clone)]
enum Tree {
    Atom(usize),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

impl Tree {
    /// As a user would write it, with no parenthesis that is not needed.
    fn text(&self) -> String {
        let inner = |tree: &Tree, bare: bool| {
            if bare { tree.text() } else { format!("({})", tree.text()) }
        };
        let joined = |trees: &[Tree], by: &str, bare: fn(&Tree) -> bool| {
            trees.iter().map(|tree| inner(tree, bare(tree))).collect::<Vec<_>>().join(by)
        };
        match self {
            Tree::Atom(atom) => ATOMS[*atom].to_owned(),
            Tree::Not(tree) => format!("not {}", inner(tree, matches!(**tree, Tree::Atom(_) | Tree::Not(_)))),
            Tree::And(trees) => joined(trees, if trees.len() % 2 == 0 { " " } else { " AND " }, |tree| {
                matches!(tree, Tree::Atom(_) | Tree::Not(_))
            }),
            Tree::Or(trees) => joined(trees, " or ", |tree| !matches!(tree, Tree::Or(_))),
        }
    }

    fn holds(&self, message: &Message) -> bool {
        match self {
            Tree::Atom(atom) => passes(ATOMS[*atom], message),
            Tree::Not(tree) => !tree.holds(message),
            Tree::And(trees) => trees.iter().all(|tree| tree.holds(message)),
            Tree::Or(trees) => trees.iter().any(|tree| tree.holds(message)),
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let atom = (0..ATOMS.len()).prop_map(Tree::Atom);
    atom.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Tree::And),
            prop::collection::vec(inner, 2..4).prop_map(Tree::Or),
        ]
    })
}

fn messages() -> impl Strategy<Value = Message> {
    let words = select(vec!["alpha", "ALPHA", "be ta", "gaamma", "delta", "\u{fffd}"]);
    let text = prop::collection::vec(words, 0..4).prop_map(|words| words.join(" ").into_bytes());
    let value = select(vec!["", "a", "AB", "xy", "x", "s1", "17", "1740"]);
    let fields = prop::collection::vec((select(Field::ALL.to_vec()), value), 0..9);
    let findings = prop::collection::vec(select(vec!["tls-x", "net-y"]), 0..2);
    (select(Level::ALL.to_vec()), text, fields, findings).prop_map(|(level, text, fields, findings)| {
        let fields = fields.into_iter().map(|(field, value)| (field, value.as_bytes().to_vec())).collect();
        Message { level, text, fields, findings, ..Message::default() }
    })
}

/// Texts out of what means something to the lexer.
fn fragments() -> impl Strategy<Value = String> {
    let fragment = select(vec![
        "\"", "/", "\\", "(", ")", "-", "!", ":", "=", "!=", ">=", "<", "*", "?", " ", "\n", "i", "and",
        " or ", "not ", "host", "level", "pid", "finding", "error", "none", "sesion", "17", "é", "严",
        "\u{202e}", "\u{301}", "\0", "[", "{9}", "(?x)", "#", ".*",
    ]);
    prop::collection::vec(fragment, 0..24).prop_map(|fragments| fragments.concat())
}

/// That the text is a filter, or an error whose place lies in it.
fn is_answered(text: &str) -> Result<(), TestCaseError> {
    match Query::parse(text) {
        Ok(query) => {
            query.matches(&message());
            query.needs();
        }
        Err(error) => {
            prop_assert!(
                error.at.start <= error.at.end && text.get(error.at.clone()).is_some(),
                "{:?}",
                error.at
            );
            prop_assert!(!error.what.contains('\n') || text.contains('\n'));
            prop_assert_eq!(error.to_string().lines().count(), 3);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        is_answered(&text)?;
    }

    #[test]
    fn any_tokens_are_answered(text in fragments()) {
        is_answered(&text)?;
    }

    #[test]
    fn quotes_make_a_word_of_anything(text in any::<String>(), around in any::<String>()) {
        prop_assume!(!text.is_empty() && text.len() < 1000);
        let query = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let message = Message { text: format!("{around}{text}{around}").into_bytes(), ..Message::default() };
        prop_assert!(passes(&query, &message));
    }

    #[test]
    fn a_filter_means_what_it_says(tree in trees(), message in messages()) {
        prop_assert_eq!(passes(&tree.text(), &message), tree.holds(&message), "{}", tree.text());
    }

    #[test]
    fn laws_of_boole(one in trees(), other in trees(), message in messages()) {
        let (one, other) = (one.text(), other.text());
        let same = |left: String, right: String| {
            prop_assert_eq!(passes(&left, &message), passes(&right, &message), "{} == {}", left, right);
            Ok(())
        };
        same(format!("not (not ({one}))"), one.clone())?;
        same(format!("not ({one} or {other})"), format!("not ({one}) not ({other})"))?;
        same(format!("not (({one}) ({other}))"), format!("not ({one}) or not ({other})"))?;
        same(format!("({one}) and ({other})"), format!("({other}) and ({one})"))?;
        same(format!("({one}) or ({one}) ({other})"), one.clone())?;
        same(format!("({one}) (({one}) or ({other}))"), one.clone())?;
        let both = Query::parse(&one).expect("a filter").and(Query::parse(&other).expect("a filter"));
        prop_assert_eq!(both.matches(&message), passes(&format!("({one}) ({other})"), &message));
        let (never, always) = (format!("({one}) not ({one})"), format!("({one}) or not ({one})"));
        prop_assert!(!passes(&never, &message) && passes(&always, &message));
    }

    #[test]
    fn what_is_not_needed_is_not_asked(tree in trees(), message in messages()) {
        let query = Query::parse(&tree.text()).expect("a filter");
        let needs = query.needs();
        let passed = query.matches(&message);
        prop_assert!(message.asked.get() <= usize::from(needs.text));
        let mut poorer = message.clone();
        poorer.fields.retain(|(field, _)| needs.parsed || !field.is_parsed());
        if !needs.findings {
            poorer.findings.clear();
        }
        prop_assert_eq!(query.matches(&poorer), passed);
    }
}
