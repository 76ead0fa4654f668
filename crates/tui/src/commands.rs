//! The command line: its commands, and how a line is read.

/// A command and what it does, for completion and help.
pub(crate) const COMMANDS: &[(&str, &str)] = &[
    ("q", "quit"),
    ("w", "write the shown events to a file: :w FILE"),
    ("goto", "go to a time: :goto 13:31"),
    ("filter", "add a filter: :filter level>=error"),
    ("theme", "choose colors: :theme light"),
    ("help", "show the keys"),
];

/// A line of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line<'t> {
    Quit,
    Write(&'t str),
    GoTo(&'t str),
    /// Go to the event with this number in the list, from 1.
    Event(usize),
    Filter(&'t str),
    Theme(&'t str),
    Help,
}

/// Reads a line. Fails with the reason for the user.
pub(crate) fn parse(text: &str) -> Result<Line<'_>, String> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Ok(Line::Event(number));
    }
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match name {
        "q" | "quit" | "q!" => Ok(Line::Quit),
        "help" | "h" => Ok(Line::Help),
        "w" | "write" => Ok(Line::Write(rest)),
        "goto" | "filter" | "theme" if rest.is_empty() => Err(format!("expected a value after `{name}`")),
        "goto" => Ok(Line::GoTo(rest)),
        "filter" => Ok(Line::Filter(rest)),
        "theme" => Ok(Line::Theme(rest)),
        _ => {
            let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
            Err(format!("unknown command `{name}`; commands: {}", names.join(", ")))
        }
    }
}

/// Completions of a line up to the cursor, and the byte at which they begin.
pub(crate) fn completions(text: &str, themes: &[&str]) -> (usize, Vec<String>) {
    let (from, words): (usize, Vec<&str>) = match text.strip_prefix("theme ") {
        Some(_) => ("theme ".len(), themes.to_vec()),
        None => (0, COMMANDS.iter().map(|(name, _)| *name).collect()),
    };
    let begun = text.get(from..).unwrap_or_default();
    let fits = |word: &&str| word.starts_with(begun) && *word != begun;
    (from, words.into_iter().filter(fits).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_command_with_its_value() {
        assert_eq!(parse("q"), Ok(Line::Quit));
        assert_eq!(parse(" w  a b.md "), Ok(Line::Write("a b.md")));
        assert_eq!(parse("120"), Ok(Line::Event(120)));
        assert_eq!(parse("filter level>=error x"), Ok(Line::Filter("level>=error x")));
        assert_eq!(parse("goto"), Err("expected a value after `goto`".to_owned()));
        let unknown = parse("frob 1").expect_err("there is no such command");
        assert!(unknown.starts_with("unknown command `frob`; commands: q, w, goto"), "{unknown}");
    }

    #[test]
    fn names_and_themes_are_completed() {
        assert_eq!(completions("fi", &[]), (0, vec!["filter".to_owned()]));
        assert_eq!(completions("theme l", &["light", "dark"]), (6, vec!["light".to_owned()]));
        assert_eq!(completions("goto 1", &[]).1, Vec::<String>::new());
    }
}
