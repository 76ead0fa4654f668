//! Collapses the lines below a message to the important ones: of a stack trace the exceptions, the first frame below each,
//! and the frames of the product's own code; of other text its first lines. Collapsed lines can be expanded: nothing is lost.

use std::ops::Range;

use spoglight_parsers::grammar;
use spoglight_topology::Topology;

/// Plain lines that are shown before the others are collapsed.
const PLAIN: usize = 30;

/// Lines that are worth collapsing.
const WORTH: usize = 2;

/// Role of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Something to read.
    Plain,
    /// The cause of the exception above it.
    Cause,
    /// The root cause: a cause that has none itself.
    Deepest,
    /// A frame that is shown.
    Frame,
    /// A number of lines that are not shown.
    Folded(usize),
}

/// A line, or some that are collapsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollapsedLine {
    /// Its bytes, with the line ends.
    pub text: Range<usize>,
    /// Its role.
    pub kind: LineKind,
}

/// Collapses a text. Every byte of it is in exactly one of the lines, in their order.
pub fn fold(text: &str) -> Vec<CollapsedLine> {
    let mut folded = Folded { lines: Vec::new(), run: None };
    let (mut at, mut plain) = (0, 0);
    let mut is_first_frame = true;
    let mut deepest = None;
    for line in text.split_inclusive('\n') {
        let range = at..at + line.len();
        at = range.end;
        let bare = line.trim();
        if is_frame(bare) || is_rest(bare) {
            plain = 0;
            let matters = is_own(bare) || is_first_frame && !is_rest(bare);
            is_first_frame = false;
            folded.add(range, if matters { LineKind::Frame } else { LineKind::Folded(1) });
            continue;
        }
        is_first_frame = true;
        if bare.starts_with("Caused by:") || bare.starts_with("--->") {
            plain = 0;
            folded.add(range, LineKind::Cause);
            deepest = Some(folded.lines.len() - 1);
            continue;
        }
        plain += 1;
        folded.add(range, if plain > PLAIN { LineKind::Folded(1) } else { LineKind::Plain });
    }
    folded.close();
    if let Some(line) = deepest.and_then(|at| folded.lines.get_mut(at)) {
        line.kind = LineKind::Deepest;
    }
    folded.lines
}

/// A frame of Java, or of .NET, which ends in the path where the source was built.
fn is_frame(line: &str) -> bool {
    grammar::is_frame(line.as_bytes())
        || line.starts_with("at ") && line.contains(") in ") && line.contains(":line ")
}

/// `... 23 more`: frames that are listed further up.
fn is_rest(line: &str) -> bool {
    line.strip_prefix("... ").and_then(|rest| rest.split_once(' ')).is_some_and(|(count, word)| {
        count.bytes().all(|one| one.is_ascii_digit()) && (word == "more" || word.starts_with("common frames"))
    })
}

/// Returns true for a frame of the product's own code.
fn is_own(frame: &str) -> bool {
    let name = frame.strip_prefix("at ").unwrap_or(frame);
    // `java.base/java.lang...`, `app//com.egain...`
    let name = name.split_once('(').map_or(name, |(name, _)| name).rsplit('/').next().unwrap_or(name);
    Topology::embedded().is_own_class(name)
}

struct Folded {
    lines: Vec<CollapsedLine>,
    /// The lines that are collapsed now, and their number.
    run: Option<(Vec<Range<usize>>, LineKind)>,
}

impl Folded {
    fn add(&mut self, range: Range<usize>, kind: LineKind) {
        match (&mut self.run, kind) {
            (Some((run, _)), LineKind::Folded(_)) => run.push(range),
            (None, LineKind::Folded(_)) => self.run = Some((vec![range], kind)),
            _ => {
                self.close();
                self.lines.push(CollapsedLine { text: range, kind });
            }
        }
    }

    fn close(&mut self) {
        let Some((run, _)) = self.run.take() else { return };
        match (run.first(), run.last()) {
            (Some(first), Some(last)) if run.len() >= WORTH => {
                let text = first.start..last.end;
                self.lines.push(CollapsedLine { text, kind: LineKind::Folded(run.len()) });
            }
            _ => self.lines.extend(run.into_iter().map(|text| CollapsedLine { text, kind: LineKind::Frame })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRACE: &str = "\
javax.naming.PartialResultException: Unprocessed Continuation Reference(s)
\tat com.sun.jndi.ldap.LdapCtx.processReturnCode(LdapCtx.java:2914)
\tat com.sun.jndi.ldap.LdapCtx.processReturnCode(LdapCtx.java:2846)
\tat com.egain.platform.ldap.Search.run(Search.java:81)
\tat java.base/java.lang.Thread.run(Thread.java:834)
Caused by: javax.naming.CommunicationException: lab.example:389
\tat com.sun.jndi.ldap.LdapReferralContext.<init>(LdapReferralContext.java:96)
\tat com.sun.jndi.ldap.LdapReferralException.getReferralContext(LdapReferralException.java:132)
\t... 3 more
Caused by: java.net.ConnectException: Connection refused
\tat java.base/java.net.PlainSocketImpl.socketConnect(Native Method)
\tat java.base/java.net.Socket.connect(Socket.java:591)
\tat java.base/java.net.Socket.connect(Socket.java:540)
\t... 9 more
";

    #[test]
    fn a_trace_is_folded_to_exceptions_and_own_frames() {
        let shown: Vec<String> = fold(TRACE)
            .iter()
            .map(|line| match line.kind {
                LineKind::Folded(count) => format!("({count})"),
                kind => format!("{kind:?} {}", TRACE[line.text.clone()].trim().get(..40).unwrap_or_default()),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "Plain javax.naming.PartialResultException: Unp",
                "Frame at com.sun.jndi.ldap.LdapCtx.processRetu",
                "Frame at com.sun.jndi.ldap.LdapCtx.processRetu",
                "Frame at com.egain.platform.ldap.Search.run(Se",
                "Frame at java.base/java.lang.Thread.run(Thread",
                "Cause Caused by: javax.naming.CommunicationExc",
                "Frame at com.sun.jndi.ldap.LdapReferralContext",
                "(2)",
                "Deepest Caused by: java.net.ConnectException: Co",
                "Frame at java.base/java.net.PlainSocketImpl.so",
                "(3)",
            ]
        );
    }

    #[test]
    fn a_long_text_is_folded_behind_its_beginning() {
        let text: String = (0..100).map(|line| format!("column {line}\n")).collect::<Vec<_>>().concat();
        let lines = fold(&text);
        assert_eq!(lines.len(), PLAIN + 1);
        assert_eq!(lines.last().map(|line| line.kind), Some(LineKind::Folded(100 - PLAIN)));
    }

    proptest! {
        #[test]
        fn every_byte_is_in_one_line(
            parts in prop::collection::vec(prop::sample::select(vec![
                "\tat a.b.C.d(E.java:1)\n", "Caused by: x\n", "... 3 more\n", "plain\r\n", "\n", "at com.egain.X.y(Z.java:2)", "é\n",
            ]), 0..120)
        ) {
            let text = parts.concat();
            let mut at = 0;
            for line in fold(&text) {
                prop_assert_eq!(line.text.start, at);
                at = line.text.end;
                if let LineKind::Folded(count) = line.kind {
                    prop_assert_eq!(text[line.text].split_inclusive('\n').count(), count);
                }
            }
            prop_assert_eq!(at, text.len());
        }
    }
}
