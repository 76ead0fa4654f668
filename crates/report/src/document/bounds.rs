//! Limits of what a document lists. The JSON report has the rest.

use std::borrow::Cow;

use spoglight_text::humanize::grouped;

use super::{Node, RichText, Style};

/// Files, or logs, in the tables of a document.
pub(crate) const ROWS: usize = 1000;

/// Findings, notices, and other elements of one list.
pub(crate) const ITEMS: usize = 100;

/// Sentences about clocks or character sets.
pub(crate) const SENTENCES: usize = 20;

/// Names in one sentence.
pub(crate) const NAMES: usize = 20;

/// Letters of a path or of another name in a table: real ones have less than 260.
const NAME: usize = 400;

/// The line after a list that was cut to `limit` elements; `None` if it has no more.
pub(crate) fn more(count: usize, limit: usize, what: &str) -> Option<Node> {
    let more = count.checked_sub(limit).filter(|more| *more > 0)?;
    let text = format!("and {} more {what}; `--format json` lists all of them", grouped(more as u64));
    Some(Node::paragraph(RichText::prose_in(Style::Faint, &text)))
}

/// The nodes of a list, and the line after it if it is too long.
pub(crate) fn list<T>(all: &[T], what: &str, node: impl Fn(&T) -> Node) -> impl Iterator<Item = Node> {
    let more = more(all.len(), ITEMS, what);
    all.iter().take(ITEMS).map(node).collect::<Vec<_>>().into_iter().chain(more)
}

/// Names for a sentence, separated by commas: the first of them, and how many more there are.
pub(crate) fn names<T: AsRef<str>>(all: &[T]) -> String {
    let first: Vec<&str> = all.iter().take(NAMES).map(AsRef::as_ref).collect();
    match all.len().saturating_sub(NAMES) {
        0 => first.join(", "),
        more => format!("{} and {} more", first.join(", "), grouped(more as u64)),
    }
}

/// A name for a table: the end of a very long one, after `..`.
pub(crate) fn name(text: &str) -> Cow<'_, str> {
    let too_long = text.len() > NAME && text.chars().nth(NAME).is_some();
    let start = too_long.then(|| text.char_indices().rev().nth(NAME - 1)).flatten();
    match start.and_then(|(at, _)| text.get(at..)) {
        Some(end) => Cow::Owned(format!("..{end}")),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_and_the_rest_is_counted() {
        let all: Vec<String> = (0..ITEMS + 1200).map(|one| one.to_string()).collect();
        let nodes: Vec<Node> = list(&all, "files", |one| Node::paragraph(RichText::plain(one))).collect();
        assert_eq!(nodes.len(), ITEMS + 1);
        let last = Node::paragraph(RichText::prose_in(
            Style::Faint,
            "and 1,200 more files; `--format json` lists all of them",
        ));
        assert_eq!(nodes.last(), Some(&last));
        assert_eq!(list(&all[..ITEMS], "files", |one| Node::paragraph(RichText::plain(one))).count(), ITEMS);
        assert!(names(&all).ends_with("18, 19 and 1,280 more"), "{}", names(&all));
        assert_eq!(names(&all[..2]), "0, 1");
    }

    #[test]
    fn a_long_name_is_cut_at_its_start() {
        let long = format!("{}end.log", "ä".repeat(60_000));
        assert_eq!(name(&long).chars().count(), NAME + 2);
        assert!(name(&long).starts_with("..ä") && name(&long).ends_with("end.log"));
        assert_eq!(name("a/b.log"), "a/b.log");
        assert_eq!(name(&"ä".repeat(NAME)), "ä".repeat(NAME));
    }
}
