//! [`RichText`]: text in spans, each with a meaning instead of a look.

use spoglight_parsers::Level;
use spoglight_signatures::Severity;

use super::command::is_command;

/// Meaning of a span. A renderer decides its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Text without a special meaning.
    Plain,
    /// Text to see first.
    Strong,
    /// Background information about the text beside it.
    Faint,
    /// Something that limits the result.
    Warning,
    /// A command, a setting or a literal, where every letter matters.
    Code,
    /// A file or a place in one. It is never cut.
    Path,
    /// Id of a signature, a rule or a check.
    Id,
    /// An address on the web. It is never cut.
    Link,
    /// A severity; `None` is the absence of findings.
    Severity(Option<Severity>),
    /// The level of a message.
    Level(Level),
}

/// Text of one meaning, not escaped: a renderer does that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its meaning.
    pub style: Style,
    /// Its characters. They may come from a log.
    pub text: String,
}

impl Span {
    /// A span of that meaning.
    pub fn new(style: Style, text: impl Into<String>) -> Span {
        Span { style, text: text.into() }
    }
}

/// Spans that follow each other on one line, which a renderer may wrap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RichText(pub Vec<Span>);

impl RichText {
    /// Text of no special meaning.
    pub fn plain(text: impl Into<String>) -> RichText {
        RichText::styled(Style::Plain, text)
    }

    /// Text of one meaning.
    pub fn styled(style: Style, text: impl Into<String>) -> RichText {
        RichText(vec![Span::new(style, text)])
    }

    /// Text of the authors of signatures and checks; text between backticks is code.
    pub fn prose(text: &str) -> RichText {
        RichText::prose_in(Style::Plain, text)
    }

    /// The same, with a meaning for text outside backticks.
    pub fn prose_in(style: Style, text: &str) -> RichText {
        let mut rich = RichText::default();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once('`') {
            let Some((code, after)) = after.split_once('`') else { break };
            rich = rich.and(style, before).and(Style::Code, code);
            rest = after;
        }
        rich.and(style, rest)
    }

    /// A reference: addresses on the web are links.
    pub fn reference(text: &str) -> RichText {
        text.split_inclusive(' ').fold(RichText::default(), |rich, word| {
            let address = word.trim_end();
            if is_web(address) {
                rich.and(Style::Link, address).and(Style::Plain, &word[address.len()..])
            } else {
                rich.and(Style::Plain, word)
            }
        })
    }

    /// Adds a span; nothing if it has no text.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl AsRef<str>) -> RichText {
        let text = text.as_ref();
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.style == style && style != Style::Code => last.text.push_str(text),
            _ => self.0.push(Span::new(style, text)),
        }
        self
    }

    /// Adds all spans of another text.
    #[must_use]
    pub fn then(self, other: RichText) -> RichText {
        other.0.into_iter().fold(self, |rich, span| rich.and(span.style, span.text))
    }

    /// Returns true if there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.trim().is_empty())
    }
}

/// Returns true for an address that a browser may open.
pub fn is_web(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Part of a step: text, or a command on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextBlock {
    /// Text, which may be wrapped.
    Text(RichText),
    /// A command to copy, never wrapped.
    Command(String),
}

/// Characters of code that stay inside a sentence.
const INLINE: usize = 40;

/// Characters of options from which on they get a line of their own.
const WIDE: usize = 70;

/// Splits a step: a command, or long code, gets a line of its own, so that it can be copied.
pub fn blocks(step: &str) -> Vec<TextBlock> {
    let mut blocks = Vec::new();
    let mut text = RichText::default();
    let mut is_bracketed = false;
    let mut spans = RichText::prose(step).0.into_iter().peekable();
    while let Some(span) = spans.next() {
        // options are a part of a command that is elsewhere
        let is_part = span.text.starts_with('-') && span.text.chars().count() < WIDE;
        if span.style == Style::Code
            && !is_part
            && (span.text.chars().count() > INLINE || is_command(&span.text))
        {
            is_bracketed =
                spans.peek().is_some_and(|next| next.text.starts_with(')')) && open_bracket(&mut text);
            push_text(&mut blocks, &mut text);
            blocks.push(TextBlock::Command(span.text));
        } else if text.0.is_empty() && !blocks.is_empty() {
            // the bracket and the punctuation after the command
            let rest = if is_bracketed { span.text.trim_start_matches(')') } else { &span.text };
            text = text.and(span.style, rest.trim_start_matches(['.', ':', ';', ',', '?', ' ']));
        } else {
            text = text.and(span.style, span.text);
        }
    }
    push_text(&mut blocks, &mut text);
    blocks
}

/// Takes the open bracket out of a text: its closing one follows a command, which leaves the sentence. Returns false if
/// there is none.
fn open_bracket(text: &mut RichText) -> bool {
    let is_first = text.0.len() == 1;
    let Some(last) = text.0.last_mut() else { return false };
    let Some((before, inner)) = last.text.rsplit_once('(').filter(|(_, inner)| !inner.contains(')')) else {
        return false;
    };
    last.text = match (before.trim_end(), inner.trim()) {
        (before, "") => format!("{before}:"),
        ("", _) if is_first => inner.to_owned(),
        (before, _) => format!("{before}, {inner}"),
    };
    true
}

fn push_text(blocks: &mut Vec<TextBlock>, text: &mut RichText) {
    let mut text = std::mem::take(text);
    if let Some(last) = text.0.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    if !text.is_empty() {
        blocks.push(TextBlock::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_make_code_and_a_lonely_one_stays() {
        let rich = RichText::prose("run `a b` or `c");
        assert_eq!(
            rich.0,
            [
                Span::new(Style::Plain, "run "),
                Span::new(Style::Code, "a b"),
                Span::new(Style::Plain, " or `c")
            ]
        );
    }

    #[test]
    fn long_commands_leave_their_sentence() {
        let command = "keytool -keystore ../lib/security/cacerts -import";
        assert_eq!(
            blocks(&format!("Import it: `{command}`; then run `ls`.")),
            [
                TextBlock::Text(RichText::plain("Import it:")),
                TextBlock::Command(command.to_owned()),
                TextBlock::Text(RichText::plain("then run ").and(Style::Code, "ls").and(Style::Plain, ".")),
            ]
        );
        assert_eq!(blocks(&format!("`{command}`.")), [TextBlock::Command(command.to_owned())]);
        assert_eq!(
            blocks(&format!("Take what it sends (`{command}`).")),
            [TextBlock::Text(RichText::plain("Take what it sends:")), TextBlock::Command(command.to_owned()),]
        );
    }

    #[test]
    fn brackets_around_commands_leave_no_trace() {
        let text = |text: &str| TextBlock::Text(RichText::plain(text));
        let command = || TextBlock::Command("sc query <name>".to_owned());
        for (step, expected) in [
            ("Does it run (`sc query <name>`)?", vec![text("Does it run:"), command()]),
            (
                "Look (by name: `sc query <name>`), then go",
                vec![text("Look, by name:"), command(), text("then go")],
            ),
            ("(by name: `sc query <name>`) or so", vec![text("by name:"), command(), text("or so")]),
            ("Run `sc query <name>` (twice)", vec![text("Run"), command(), text("(twice)")]),
        ] {
            assert_eq!(blocks(step), expected, "{step}");
        }
    }

    #[test]
    fn short_commands_leave_their_sentence_and_settings_stay() {
        assert_eq!(
            blocks("Run `show license status` on `PG1A`."),
            [
                TextBlock::Text(RichText::plain("Run")),
                TextBlock::Command("show license status".to_owned()),
                TextBlock::Text(RichText::plain("on ").and(Style::Code, "PG1A").and(Style::Plain, ".")),
            ]
        );
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let rich = RichText::reference("Cisco 1: https://a.test/b c javascript:x");
        assert_eq!(rich.0[1], Span::new(Style::Link, "https://a.test/b"));
        assert!(rich.0.iter().filter(|span| span.style == Style::Link).count() == 1);
    }
}
