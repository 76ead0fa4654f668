//! Every renderer with every kind of node, real cases and hostile text.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use spoglight_diagnosis::analyze;
use spoglight_diagnosis::inventory::Inventory;
use spoglight_engine::Settings;
use spoglight_parsers::Level;
use spoglight_signatures::Severity;
use spoglight_text::sanitize::is_dangerous;
use unicode_width::UnicodeWidthStr;

use super::layout::{Line, layout};
use super::{markdown, text};
use crate::RenderOptions;
use crate::document::{
    self, Column, CountedItem, Document, EvidenceItem, EvidenceList, Heading, Node, Notice, NoticeKind,
    Paragraph, RichText, Row, Section, Span, Steps, Style, Table, TableRow, TextBlock,
};
use crate::html;
use crate::{ALL, ReportSubject, explain, inventory, names};

const STYLES: [Style; 11] = [
    Style::Plain,
    Style::Strong,
    Style::Faint,
    Style::Warning,
    Style::Code,
    Style::Path,
    Style::Id,
    Style::Link,
    Style::Severity(Some(Severity::High)),
    Style::Severity(None),
    Style::Level(Level::Warn),
];

/// Kinds of nodes. A new one does not compile before it has a number here, and [`every_kind`] an example.
const KINDS: usize = 11;

fn kind(node: &Node) -> usize {
    match node {
        Node::Section(_) => 0,
        Node::Paragraph(_) => 1,
        Node::Notice(_) => 2,
        Node::Row(_) => 3,
        Node::List(_) => 4,
        Node::Steps(_) => 5,
        Node::Command { .. } => 6,
        Node::Evidence(_) => 7,
        Node::Counted(_) => 8,
        Node::Table(_) => 9,
        Node::Rule(_) => 10,
    }
}

/// Receives the name of a place in a document, and returns the text for it.
type Fill<'a> = dyn Fn(&str) -> String + 'a;

/// A text in every style.
fn rich(place: &str, fill: &Fill<'_>) -> RichText {
    let spans = STYLES.iter().enumerate().flat_map(|(number, style)| {
        [Span::new(*style, fill(&format!("{place}{number}"))), Span::new(Style::Plain, " ")]
    });
    RichText(spans.collect())
}

/// A node of every kind, with its texts from `fill`.
fn every_kind(fill: &Fill<'_>) -> Vec<Node> {
    let row = |place: &str| Row { label: fill("label"), values: vec![rich(place, fill), rich(place, fill)] };
    let notice = |kind, place: &str| {
        Node::Notice(Notice { kind, text: rich(place, fill), advice: rich("advice", fill) })
    };
    let tag = || Some(Span::new(Style::Severity(Some(Severity::Low)), fill("tag")));
    let item = |offset| EvidenceItem {
        source: fill("source"),
        line: 7,
        offset,
        time: Some(fill("time")),
        text: Some(fill("quote")),
        note: rich("note", fill),
    };
    let cells = vec![fill("cell"), fill("path"), "1,000".to_owned()];
    let table = Table {
        columns: vec![Column::text(fill("column")), Column::path("File"), Column::number("Events")],
        rows: vec![TableRow {
            cells,
            narrow: vec![rich("narrow", fill), rich("narrower", fill)],
            severity: None,
        }],
        is_bare: false,
    };
    vec![
        Node::Paragraph(Paragraph { tag: tag(), text: rich("tagged", fill) }),
        Node::paragraph(RichText::plain(fill("start"))),
        Node::Section(Section {
            heading: Heading { tag: tag(), text: rich("heading", fill) },
            nodes: vec![Node::paragraph(rich("inner", fill))],
        }),
        notice(NoticeKind::Question, "question"),
        notice(NoticeKind::Warning, "warning"),
        Node::Row(row("row")),
        Node::List(row("list")),
        Node::Steps(Steps {
            label: fill("label"),
            steps: vec![
                vec![
                    TextBlock::Text(rich("step", fill)),
                    TextBlock::Command(fill("run")),
                    TextBlock::Text(rich("then", fill)),
                ],
                vec![TextBlock::Command(fill("first"))],
            ],
        }),
        Node::Command { label: fill("label"), command: fill("command") },
        Node::Evidence(EvidenceList { label: fill("label"), items: vec![item(Some(12)), item(None)] }),
        Node::Counted(vec![CountedItem {
            count: 12_000,
            text: fill("counted"),
            details: rich("details", fill),
        }]),
        Node::Table(table),
        Node::Rule(Some(Severity::Critical)),
    ]
}

fn document(fill: &Fill<'_>) -> Document {
    let heading = Heading::tagged(Span::new(Style::Severity(None), fill("tag")), fill("title"));
    Document { title: fill("window"), heading: Some(heading), nodes: every_kind(fill) }
}

type Render = fn(&Document) -> String;

/// Renderers of documents.
const RENDERERS: [(&str, Render); 3] =
    [("text", |document| as_text(document, 100, false)), ("markdown", as_markdown), ("html", as_html)];

fn as_text(document: &Document, width: usize, colour: bool) -> String {
    let mut out = Vec::new();
    text::write(document, &RenderOptions { width, table_width: width, colour, ascii: false }, &mut out)
        .expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

fn as_markdown(document: &Document) -> String {
    let mut out = Vec::new();
    markdown::write(document, &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

fn as_html(document: &Document) -> String {
    let mut out = Vec::new();
    html::write(document, &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn every_renderer_renders_every_kind_of_node() {
    let nodes = every_kind(&str::to_owned);
    for number in 0..KINDS {
        assert!(nodes.iter().any(|node| kind(node) == number), "no example of kind {number}");
    }
    for (name, render) in RENDERERS {
        for node in &nodes {
            let whole = render(&Document::new("", vec![node.clone()]));
            let empty = render(&Document::new("", Vec::new()));
            assert!(whole.len() > empty.len(), "{name} leaves out kind {}", kind(node));
        }
        let marked = document(&|place: &str| format!("zz{place}zz"));
        let whole = render(&marked);
        let mut places = std::collections::BTreeSet::new();
        collect(&marked, &mut places);
        // only a page has a window title; a terminal shows times in the timeline; a wide table is not shown narrow
        let absent = |place: &&String| match name {
            "html" => place.starts_with("zznarrow"),
            "text" => place.starts_with("zznarrow") || ["zzwindowzz", "zztimezz"].contains(&place.as_str()),
            _ => place.starts_with("zznarrow") || *place == "zzwindowzz",
        };
        for place in places.iter().filter(|place| !absent(place)) {
            assert!(whole.contains(place.as_str()), "{name} leaves out {place}:\n{whole}");
        }
    }
}

/// All texts of a document, as its debug form quotes them.
fn collect(document: &Document, places: &mut std::collections::BTreeSet<String>) {
    let debug = format!("{document:?}");
    places.extend(debug.split('"').filter(|text| text.starts_with("zz")).map(str::to_owned));
}

/// Hostile text.
pub(crate) fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}31m",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></title></code></pre>&lt;b&gt;",
        "javascript:alert(1)",
        "https://a.test/\"onclick=\"x<y>",
        "[text](https://a.test) ![image](https://a.test/i.png) <https://a.test>",
        "[ref]: https://a.test",
        "# heading",
        "- item",
        "+ item",
        "1. item",
        "12) item",
        "    code",
        "> quote",
        "---",
        "===",
        "```\ncode\n```",
        "`a` ``b`` ```c",
        "~~~",
        "**bold** _em_ ~~gone~~ $math$ @someone #1",
        "a | b \\| c \\",
        "|---|---|",
        "&copy; &#60;script&#62;",
        "\u{202e}reversed\u{202c} \u{2066}isolated\u{2069} \u{feff}",
        "first\nsecond\r\n\n# third\n<div>\n",
        "x\u{2028}y\u{2029}z\u{85}w\0",
        "\u{2764}\u{fe0f}\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} 主机 严重",
        "*",
        "`",
        "<!-- comment",
        "<?php",
        "<!-- a comment -->",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<img src=\"https://a.test/i.png\">",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x][ref]",
        "@someone @all @here a@b.test x@@y.test a@-b.test",
        "mailto:a@b.test xmpp:a@b.test",
        "www.a.test WWW.A.TEST (www.a.test)",
        "http://a.test https://a.test/x ftp://a.test",
        "#1 GH-1 a/b#1 !1 $1 ~1 %1",
        "[^1] and [^1]: a footnote",
        ":tada: {color:red}x{color} h1. x bq. x {code}x{code}",
        "| a | b |\n|---|---|\n| c | d |",
        "* * *",
        "> [!WARNING]\n> x",
        "- [ ] task",
        "<details><summary>x</summary>",
        "\\",
        "\\`x\\`",
        "\t\tcode",
        "&#64;someone &commat;x &lt;script&gt;",
        "Term\n: definition",
        "x\n===\ny\n---\n",
    ]
    .map(str::to_owned)
    .to_vec();
    all.push("x".repeat(600));
    all.push("`".repeat(30));
    all.push("~".repeat(300));
    all.push("*_".repeat(150));
    all.push("word ".repeat(150));
    all
}

/// Tags of a page in their order, with their attributes but without addresses.
pub(crate) fn tags(page: &str) -> Vec<String> {
    let parts = page.split('<').skip(1).map(|part| part.split('>').next().unwrap_or_default());
    parts
        .map(|tag| tag.split(" href=").next().unwrap_or_default().to_owned())
        .filter(|tag| !tag.starts_with('a') && tag != "/a")
        .collect()
}

/// Structure of a Markdown text as a reader sees it, without words.
fn structure(markdown: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_MATH
        | Options::ENABLE_FOOTNOTES;
    let events = Parser::new_ext(markdown, options).filter_map(|event| match event {
        // a real address may be a link
        Event::Start(Tag::Link { .. }) | Event::End(pulldown_cmark::TagEnd::Link) | Event::Text(_) => None,
        Event::Code(_) => Some("code".to_owned()),
        Event::Start(tag) => Some(format!("start {tag:?}")),
        other => Some(format!("{other:?}")),
    });
    events.collect()
}

/// Addresses of the links of a text.
fn links(markdown: &str) -> Vec<String> {
    let links = Parser::new(markdown).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.into_string()),
        _ => None,
    });
    links.collect()
}

fn is_harmless(attack: &str) -> Result<(), TestCaseError> {
    let attacked = document(&|_: &str| format!("{attack}x"));
    let benign = document(&|_: &str| "x".to_owned());
    for (name, render) in RENDERERS {
        let page = render(&attacked);
        let letter = page.chars().find(|letter| *letter != '\n' && is_dangerous(*letter));
        prop_assert!(letter.is_none(), "{} lets {:?} through", name, letter);
    }
    // tags and labels are constants of this program
    let named = document(&|place: &str| {
        if ["tag", "label"].contains(&place) { "x".to_owned() } else { attack.to_owned() }
    });
    for width in [60, 80, 100, 120, 200] {
        check_width(&named, width)?;
    }
    prop_assert_eq!(tags(&as_html(&attacked)), tags(&as_html(&benign)));
    let (attacked, benign) = (as_markdown(&attacked), as_markdown(&benign));
    let (all, expected) = (structure(&attacked), structure(&benign));
    let different = all.iter().zip(&expected).find(|(one, other)| one != other);
    prop_assert!(all.len() == expected.len() && different.is_none(), "{:?} in\n{}", different, attacked);
    prop_assert!(links(&attacked).iter().all(|link| document::is_web(link)), "{}", attacked);
    // some texts of the document are links of their own
    let linked = links(&attacked);
    for text in texts(&attacked).iter().filter(|text| !linked.contains(text)) {
        prop_assert!(joined(text).is_none(), "{:?} in {}", joined(text), text);
    }
    Ok(())
}

/// Texts of a page outside of code, without their marks: where a site looks for links and mentions.
fn texts(markdown: &str) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut is_code = false;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => is_code = false,
            Event::Text(text) if !is_code => texts.last_mut().expect("one").push_str(&text),
            _ => texts.push(String::new()),
        }
    }
    texts
}

/// The first place of a text that a site would make a link or a mention of.
fn joined(text: &str) -> Option<&str> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| letters.get(at))
            .is_some_and(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
    };
    letters.iter().enumerate().find_map(|(at, (start, letter))| {
        let rest = &text[*start..];
        let is_link = match letter {
            '@' => is_word(Some(at + 1)) || is_word(at.checked_sub(1)) && !rest[1..].starts_with('\u{2060}'),
            '#' => is_word(Some(at + 1)),
            ':' => rest.starts_with("://"),
            'w' | 'W' => {
                !is_word(at.checked_sub(1))
                    && rest.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www."))
            }
            _ => false,
        };
        is_link.then_some(rest)
    })
}

/// Puts a text into every field of an analysis that someone else wrote: logs, file names, custom signatures.
#[expect(clippy::default_trait_access, reason = "the kind of a problem belongs to a package below")]
fn poison(analysis: &mut spoglight_model::analysis::Analysis, attack: &str) {
    use spoglight_model::analysis::{UnrecognizedError, Warning};
    let text = || format!("{attack}x");
    // the pieces of a step that are code are commands: only an author of signatures writes them
    let step = || text().replace('`', "'");
    let all = |texts: &mut Vec<String>| texts.iter_mut().for_each(|one| *one = text());
    let source = |evidence: &mut spoglight_model::analysis::Evidence| {
        evidence.source.path = text().into();
        evidence.text = text();
    };
    analysis.inputs = vec![text()];
    analysis.verdict.text = text();
    for finding in &mut analysis.findings {
        (finding.title, finding.cause) = (text(), text());
        finding.hosts = vec![text(), text()];
        finding.captures = [("subject".to_owned(), vec![text(), text()])].into();
        finding.peers = vec![text()];
        finding.callers = vec![text()];
        finding.evidence.iter_mut().for_each(source);
        finding.related.iter_mut().for_each(|related| related.title = text());
        finding.notes.iter_mut().for_each(|note| note.text = text());
        finding.confirm.iter_mut().chain(&mut finding.fix).for_each(|one| *one = step());
        all(&mut finding.false_positives);
        finding.references = vec![text()];
    }
    for noise in &mut analysis.known_noise {
        (noise.title, noise.why) = (text(), text());
    }
    let unrecognized = &mut analysis.unrecognized;
    for error in unrecognized.shown.iter_mut().chain(&mut unrecognized.shown_warnings) {
        let UnrecognizedError { hosts, example, .. } = error;
        all(hosts);
        source(example);
    }
    for facts in &mut analysis.sources {
        facts.path = text().into();
        facts.host = facts.host.as_ref().map(|_| text().into());
        facts.log = text().into();
        facts.format = facts.format.as_ref().map(|_| text().into());
    }
    for gap in &mut analysis.coverage_gaps {
        (gap.about, gap.why, gap.advice) = (text(), text(), text());
    }
    for check in analysis.signatures.iter_mut().chain(&mut analysis.checks) {
        for reason in &mut check.reasons {
            reason.missing = reason.missing.as_ref().map(|_| text());
            (reason.why, reason.advice) = (text().into(), text().into());
        }
    }
    analysis.warnings =
        vec![Warning { path: text(), what: text(), advice: text(), kind: Default::default() }];
}

#[test]
fn a_ticket_of_hostile_names_and_messages_has_the_same_elements() {
    let analysis = case("untrusted-certificate");
    let page = |attack: &str| {
        let mut analysis = analysis.clone();
        poison(&mut analysis, attack);
        as_markdown(&analysis.ticket())
    };
    // a backtick in a sentence makes code, which is text in another face
    let elements =
        |page: &str| structure(page).into_iter().filter(|element| element != "code").collect::<Vec<_>>();
    let expected = elements(&page("x"));
    assert!(expected.len() > 300, "{}", expected.len());
    for attack in hostile() {
        let page = page(&attack);
        assert_eq!(elements(&page), expected, "{attack:?}\n{page}");
        let letter = page.chars().find(|letter| *letter != '\n' && is_dangerous(*letter));
        assert_eq!(letter, None, "{attack:?}");
        let linked = links(&page);
        assert!(linked.iter().all(|link| document::is_web(link)), "{attack:?}: {linked:?}");
        for text in texts(&page).iter().filter(|text| !linked.contains(text)) {
            assert_eq!(joined(text), None, "{attack:?}: {text}");
        }
    }
}

#[test]
fn a_ticket_begins_with_a_short_summary() {
    for name in cases() {
        let page = as_markdown(&case(&name).ticket());
        let (_, rest) = page.split_once("## Summary\n\n").expect("a summary");
        let summary: Vec<&str> = rest.lines().take_while(|line| !line.is_empty()).collect();
        assert!((4..=12).contains(&summary.len()), "{name}: {summary:#?}");
        for label in ["Input:", "Missing:", "Next:", "Made by:"] {
            assert!(summary.iter().any(|line| line.contains(label)), "{name}, {label}: {summary:#?}");
        }
        assert!(summary.iter().all(|line| line.chars().count() < 900), "{name}: {summary:#?}");
    }
}

#[test]
fn nothing_that_strangers_wrote_is_more_than_text() {
    for attack in hostile() {
        is_harmless(&attack).unwrap_or_else(|error| panic!("{attack:?}: {error}"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_more_than_text(attack in "[<>&\"'`*_\\[\\]()#+.!|~$\\\\:a1 \n\t\u{202e}-]{1,12}") {
        is_harmless(&attack)?;
    }

    #[test]
    fn whatever_it_is(attack in any::<String>()) {
        is_harmless(&attack)?;
    }
}

/// Lines of a document.
fn lines_of(document: &Document, width: usize) -> Vec<Line> {
    let options = RenderOptions { width, table_width: width, colour: false, ascii: false };
    let mut lines: Vec<Line> = Vec::new();
    layout(document, &options, &mut |line| {
        lines.push(line);
        Ok(())
    })
    .expect("memory");
    lines
}

fn is_command_line(span: &Span) -> bool {
    span.style == Style::Code && !span.text.contains('`')
}

/// Checks that no line is wider than the page, except lines with a path, an address or a command, which stay whole.
fn check_width(document: &Document, width: usize) -> Result<(), TestCaseError> {
    for line in lines_of(document, width) {
        let text: String = line.iter().map(|span| span.text.as_str()).collect();
        let is_whole =
            line.iter().any(|span| matches!(span.style, Style::Path | Style::Link) || is_command_line(span));
        // a label may be long; it is alone on its line
        let is_label = line.len() == 2 && line.last().is_some_and(|span| span.style == Style::Strong);
        prop_assert!(text.width() <= width || is_whole || is_label, "{} columns: {}", width, text);
    }
    Ok(())
}

/// Checks that a line which is too wide has one path, address or command that does not fit, and nothing else but the
/// indent, its label and the punctuation around it; and that a command is alone on its line, complete.
fn check_whole(document: &Document, width: usize) {
    let mut commands = std::collections::BTreeSet::new();
    for node in &document.nodes {
        commands_of(node, &mut commands);
    }
    let mut shown = std::collections::BTreeSet::new();
    for line in lines_of(document, width) {
        let text: String = line.iter().map(|span| span.text.as_str()).collect();
        if let Some(command) = line.iter().find(|span| is_command_line(span)) {
            assert_eq!(line.last(), Some(command), "{width} columns, after a command: {text}");
            shown.insert(command.text.clone());
        } else if text.width() > width {
            let longest =
                line.iter().filter(|span| matches!(span.style, Style::Path | Style::Link)).map(|span| {
                    let rest = text.split_once(span.text.trim_end()).expect("a part of it");
                    (rest.0.trim_start().width(), rest.1)
                });
            let (before, after) = longest.max_by_key(|(_, after)| after.len()).expect("a path or an address");
            assert!(before <= 12 && !after.trim_end().contains(' '), "{width} columns: {text}");
        }
    }
    for command in commands {
        assert!(shown.contains(&command), "{width} columns: {command} is not on a line of its own");
    }
}

/// The commands of a node that have lines of their own.
fn commands_of(node: &Node, commands: &mut std::collections::BTreeSet<String>) {
    match node {
        Node::Section(section) => section.nodes.iter().for_each(|node| commands_of(node, commands)),
        Node::Command { command, .. } => {
            commands.insert(command.clone());
        }
        Node::Steps(steps) => commands.extend(steps.steps.iter().flatten().filter_map(|block| match block {
            TextBlock::Command(command) => Some(command.clone()),
            TextBlock::Text(_) => None,
        })),
        _ => {}
    }
}

/// Checks that every word of the lines is a word of the document, so no word was broken that fits a line.
fn check_words(document: &Document, width: usize) {
    let trimmed = |word: &str| {
        word.trim_matches(|letter: char| !letter.is_alphanumeric() && !"<>%\\/".contains(letter)).to_owned()
    };
    let debug = format!("{document:?}").replace("\\\\", "\\");
    let mut known: std::collections::BTreeSet<String> =
        debug.split(|letter: char| letter.is_whitespace() || "\"`".contains(letter)).map(trimmed).collect();
    let widest: Vec<String> = lines_of(document, 110)
        .iter()
        .map(|line| line.iter().map(|span| span.text.as_str()).collect())
        .collect();
    known.extend(widest.iter().flat_map(|line| line.split_whitespace()).map(trimmed));
    let long: Vec<&String> = known.iter().filter(|word| word.width() + 40 > width).collect();
    for line in lines_of(document, width) {
        let text: String = line.iter().map(|span| span.text.as_str()).collect();
        for word in text.split(|letter: char| letter.is_whitespace() || letter == '`') {
            let word = trimmed(word);
            let is_cut = text.contains("..") || text.contains('…');
            let is_part = || long.iter().any(|long| long.contains(&word));
            assert!(is_cut || known.contains(&word) || is_part(), "{width} columns, {word:?}: {text}");
        }
    }
}

fn case(name: &str) -> spoglight_model::analysis::Analysis {
    // with `/` on every system, because a report shows it
    let path = format!("../../samples/cases/{name}").into();
    let settings = Settings::default();
    let mut analysis = analyze(&[path], &settings, &()).expect("an analysis");
    // these versions would change the snapshot with every release
    analysis.version = "V";
    analysis.library.version = "V".to_owned();
    analysis.library.date = "D".to_owned();
    analysis.library.content = "C".to_owned();
    analysis
}

/// The names of the sample cases.
fn cases() -> Vec<String> {
    let folders = std::fs::read_dir("../../samples/cases").expect("the sample cases").flatten();
    let folders = folders.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Widths of terminals, and a few more.
const WIDTHS: [usize; 8] = [60, 61, 73, 80, 97, 100, 120, 200];

#[test]
fn reports_fit_every_width() {
    let library = spoglight_signatures::Library::embedded().expect("the library");
    let mut documents: Vec<Document> =
        library.iter().map(|signature| explain::signature(&library, signature)).collect();
    for name in cases() {
        let analysis = case(&name);
        documents.push(analysis.document());
        documents.push(inventory::build(&Inventory::of(&analysis)));
    }
    for document in &documents {
        for width in WIDTHS {
            check_width(document, width).unwrap_or_else(|error| panic!("{}: {error}", document.title));
            check_whole(document, width);
        }
    }
    for document in documents.iter().rev().take(40) {
        for width in [60, 80, 100] {
            check_words(document, width);
        }
    }
}

/// The body of a page without its script and its empty lines.
fn body(page: &str) -> String {
    let body = page.split_once("<body>").map_or(page, |(_, body)| body);
    let body = body.split_once("<script>").map_or(body, |(body, _)| body);
    body.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_report_of_one_case_and_of_many_findings() {
    for name in ["untrusted-certificate", "tomcat-italian"] {
        let analysis = case(name);
        for report in ALL.iter().filter(|report| report.name != "json") {
            let mut out = Vec::new();
            report.write(&analysis, &RenderOptions::default(), &mut out).expect("memory");
            let text = String::from_utf8(out).expect("UTF-8");
            let text = if report.has_case { body(&text) } else { text };
            insta::assert_snapshot!(format!("{name}_{}", report.name), text);
        }
    }
}

#[test]
fn names_are_those_of_the_list() {
    assert_eq!(names(), ["text", "markdown", "html", "json"]);
    assert!(names().iter().all(|name| crate::by_name(name).is_some_and(|report| report.name == *name)));
}
