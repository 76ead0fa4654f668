//! However a log is cut into pieces, its messages and what comes late of them are its bytes, and the counts and hits are those
//! of a log that is read at once.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use spoglight_parsers::formats;
use spoglight_source::HostRules;
use spoglight_source::live::FileId;
use spoglight_text::charset::CharsetRules;

const LOG: &str = "\
    21-Nov-2026 12:00:01.000 INFO [main] lab.Probe.get one line\n\
    21-Nov-2026 12:00:02.000 SEVERE [main] lab.Probe.get failed\n\
    javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\
    \tat lab.A.b(A.java:1)\n\tat lab.A.c(A.java:2)\n\
    21-Nov-2026 12:00:03.000 INFO [main] lab.Probe.get größer\n\n  and so on\n\
    21-Nov-2026 12:00:04.000 SEVERE [main] lab.Probe.get PKIX path building failed\n\
    21-Nov-2026 12:00:05.000 WARNING [main] lab.Probe.get the last\n";

/// What was shown: an event is its text, and the texts of its late parts.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    events: Vec<(u64, u64, String)>,
    history: Vec<String>,
    leads: Vec<String>,
}

impl Shown {
    fn take(&mut self, message: &Message<'_>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match message.news {
            News::Message => self.events.push((message.line, message.offset, text(&message.text))),
            News::Nothing => self.history.push(text(&message.text)),
            News::Part(part) => {
                let known = self.events.iter_mut().find(|(_, offset, _)| *offset == message.offset);
                let late = &message.text[part.start..];
                match known {
                    Some((line, offset, shown)) => {
                        assert_eq!((*line, *offset), (message.line, message.offset));
                        // a line end alone is not shown
                        let (end, gap) =
                            (part.offset as usize, (part.offset - *offset) as usize - shown.len());
                        let blank = if gap == 0 { "" } else { &LOG[end - gap..end] };
                        assert_eq!(blank.trim(), "", "a part follows what was shown");
                        shown.push_str(blank);
                        assert_eq!(part.mid_line, !shown.ends_with('\n'));
                        let lines = shown.matches('\n').count() as u64;
                        assert_eq!(part.line, *line + lines);
                        shown.push_str(&text(late));
                    }
                    None => self.events.push((message.line, message.offset, text(late))),
                }
            }
            News::Lead(part) => self.leads.push(text(&message.text[part.start..])),
        }
    }
}

fn trimmed(shown: &Shown) -> Vec<(u64, u64, &str)> {
    shown.events.iter().map(|(line, offset, text)| (*line, *offset, text.trim_end())).collect()
}

fn library() -> Library {
    Library::embedded().expect("a library")
}

fn log_of(bytes: &[u8], offset: u64) -> LiveLog<'static> {
    let formats = formats::ALL;
    let (charsets, hosts) = (CharsetRules::default(), HostRules::default());
    let opened = Opened::of_bytes(Path::new("catalina.2026-11-21.log"), bytes, formats, &charsets, &hosts);
    LiveLog::begin(&opened, offset).expect("text")
}

/// Reads `text` in pieces that end at `cuts`.
fn read(library: &Library, log: &mut LiveLog<'_>, text: &[u8], cuts: &[usize], shown: &mut Shown) -> usize {
    let mut hits = 0;
    let mut from = 0;
    for cut in cuts.iter().copied().chain([text.len()]) {
        let piece = &text[from.min(cut)..cut];
        if !piece.is_empty() {
            hits += usize::from(log.feed(library, piece, true, &mut |message| shown.take(&message)));
        }
        from = from.max(cut);
    }
    hits
}

#[test]
fn a_log_in_pieces_is_the_log() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let mut expected = Shown::default();
    let mut whole = log_of(bytes, 0);
    read(&library, &mut whole, bytes, &[], &mut expected);
    let hits = whole.take_hits();
    assert_eq!(expected.events.len(), 5);
    assert_eq!(hits.len(), 1, "{hits:?}");
    let sum = |log: &LiveLog<'_>| (log.tally.bytes, log.tally.lines, log.tally.events, log.tally.levels);
    let mut closed = log_of(bytes, 0);
    read(&library, &mut closed, bytes, &[], &mut Shown::default());
    closed.close();
    let sums = sum(&closed);
    let cuts = prop::collection::vec(0..bytes.len(), 0..8);
    proptest!(ProptestConfig { cases: 1000, ..ProptestConfig::default() }, |(mut cuts in cuts, sheds in any::<bool>())| {
        cuts.sort_unstable();
        let mut shown = Shown::default();
        let mut log = log_of(bytes, 0);
        let mut from = 0;
        for cut in cuts.into_iter().chain([bytes.len()]) {
            // whole characters, and as much of a line as a message begins with
            let cut = (cut..=bytes.len()).find(|cut| {
                let line = LOG.get(..*cut).map(|text| text.rsplit('\n').next().unwrap_or_default());
                line.is_some_and(|line| !line.starts_with('2') || line.len() > 60)
            });
            let cut = cut.expect("the end");
            if cut > from {
                log.feed(&library, &bytes[from..cut], true, &mut |message| shown.take(&message));
                from = cut;
            }
            if sheds {
                log.shed();
            }
        }
        prop_assert_eq!(trimmed(&shown), trimmed(&expected));
        if !sheds {
            prop_assert_eq!(log.take_hits(), hits.clone());
        }
        log.close();
        prop_assert_eq!(sum(&log), sums);
    });
}

#[test]
fn a_half_that_becomes_a_message_is_one() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let mut log = log_of(bytes, 0);
    let mut shown = Shown::default();
    // in the timestamp of the second line
    let first = LOG.find('\n').expect("a line") + 1;
    read(&library, &mut log, bytes, &[first + 9], &mut shown);
    let texts: Vec<&str> = shown.events.iter().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(texts[0], format!("{}21-Nov-20", &LOG[..first]), "it was taken for more of the first");
    assert!(texts[1].starts_with("21-Nov-2026 12:00:02.000 SEVERE"));
    log.close();
    assert_eq!((log.tally.events, log.tally.bytes), (5, bytes.len() as u64));
}

#[test]
fn the_message_before_the_start_is_known() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let stop = LOG.find("PKIX").expect("a place") + 4;
    let mut log = log_of(bytes, stop as u64);
    let mut shown = Shown::default();
    assert!(log.is_unread());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalina.2026-11-21.log");
    std::fs::write(&path, bytes).expect("a file");
    let elsewhere = FileId { volume: 0, index: 0 };
    log.look_back(&library, &bytes[..stop], (&path, elsewhere), &mut |message| shown.take(&message));
    assert_eq!(shown.history.len(), 1);
    assert!(shown.history[0].ends_with("SSLHandshakeException: PKIX"), "{:?}", shown.history);
    let is_hit = log.feed(&library, &bytes[stop..], true, &mut |message| shown.take(&message));
    assert!(is_hit, "the signature is in both parts");
    assert!(shown.events[0].2.starts_with(" path building failed\n\tat lab.A.b"), "{:?}", shown.events[0]);
    assert_eq!((shown.events[0].0, shown.events[1].0), (1, 5), "lines");
    assert_eq!(shown.events.len(), 4);
}

#[test]
fn what_hit_before_the_start_is_not_news() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let stop = LOG.find("\tat lab.A.b").expect("a place");
    let mut log = log_of(bytes, stop as u64);
    let elsewhere = (Path::new("nowhere"), FileId { volume: 0, index: 0 });
    log.look_back(&library, &bytes[..stop], elsewhere, &mut |_| ());
    let end = LOG.find("21-Nov-2026 12:00:03").expect("a place");
    assert!(!log.feed(&library, &bytes[stop..end], true, &mut |_| ()));
    assert!(log.take_hits().is_empty());
}

#[test]
fn lines_of_no_message_are_shown() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let (lead, rest) = ("\tat lab.A.d(A.java:3)\n\tat lab.A.e(A.", "java:4)\n");
    let mut log = log_of(bytes, 0);
    let mut shown = Shown::default();
    log.feed(&library, lead.as_bytes(), true, &mut |message| shown.take(&message));
    assert_eq!(shown, Shown::default(), "a message may follow");
    log.take_lead(&mut |message| shown.take(&message));
    log.feed(&library, rest.as_bytes(), true, &mut |message| shown.take(&message));
    log.take_lead(&mut |message| shown.take(&message));
    log.take_lead(&mut |message| shown.take(&message));
    assert_eq!(shown.leads, [lead, rest]);
    let mut lead_of_message = String::new();
    let mut log = log_of(bytes, 0);
    log.feed(&library, [lead, rest, LOG].concat().as_bytes(), true, &mut |message| {
        lead_of_message.push_str(&String::from_utf8_lossy(&message.lead));
    });
    assert_eq!(lead_of_message, [lead, rest].concat());
}

#[test]
fn a_long_message_is_not_kept() {
    let (library, bytes) = (library(), LOG.as_bytes());
    let mut log = log_of(bytes, 0);
    let mut shown = Shown::default();
    let head = "21-Nov-2026 12:00:02.000 SEVERE [main] lab.Probe.get failed\n";
    log.feed(&library, head.as_bytes(), true, &mut |message| shown.take(&message));
    let line = "\tat lab.A.b(A.java:1)\n".repeat(1000);
    let mut all = head.to_owned();
    for _ in 0..40 {
        log.feed(&library, line.as_bytes(), true, &mut |message| shown.take(&message));
        all.push_str(&line);
        assert!(log.kept() <= KEPT);
    }
    let text = "Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed\n";
    assert!(log.feed(&library, text.as_bytes(), true, &mut |message| shown.take(&message)));
    all.push_str(text);
    assert_eq!(shown.events, [(0, 0, all)]);
    let hits = log.take_hits();
    assert_eq!(hits.len(), 1);
    assert!(hits.values().all(|hits| hits.evidence[0].stamp.is_some()), "{hits:?}");
}
