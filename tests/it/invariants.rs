//! What holds for every input: the result depends neither on how a file is cut nor on how many threads read it, every
//! message is counted once, and every byte is accounted for.

use std::path::Path;

use proptest::prelude::*;
use spoglight_engine::{ScanOptions, Tally, scan};
use spoglight_model::packed::{pack, unpack};
use spoglight_signatures::Library;
use spoglight_source::{Bundle, Opening};

use crate::support::{folder, put};

fn library() -> &'static Library {
    static LIBRARY: std::sync::OnceLock<Library> = std::sync::OnceLock::new();
    LIBRARY.get_or_init(|| Library::embedded().expect("the embedded library"))
}

fn tally(path: &Path, threads: usize, segment: u64) -> Tally {
    let mut bundle = Bundle::open(&[path.to_owned()], &Opening::default());
    let mut scanned =
        scan(&mut bundle, library(), &ScanOptions { threads, segment, ..ScanOptions::default() }, &());
    assert_eq!(scanned.len(), 1);
    scanned.remove(0).tally.into_inner()
}

/// First lines of messages in formats that stand in one file with others, by their number.
fn head(format: usize, ms: u32, level: &str) -> String {
    let (s, ms) = (ms / 1000, ms % 1000);
    let (hour, minute, second) = (s / 3600, s / 60 % 60, s % 60);
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    match format {
        0 => format!(
            "2026-11-21 {clock}.{ms:03} GMT-0500 <@> {level} <@> [1:a] <@> ProcessId:1 <@> a.B <@> c() <@> text <@> "
        ),
        1 => format!("21-Nov-2026 {clock}.{ms:03} {level} [a[b]] a.B.c text"),
        2 => format!("2026-11-21 {clock},{ms:03} INFO  [org.jboss.as] (main) text"),
        3 => format!("[2026-11-21T{clock}.{ms:03}+0000][0.514s][info][gc] GC(0) Pause Young"),
        4 => format!("Nov 21, 2026 {}:{minute:02}:{second:02} PM a.B c\nSEVERE: text", hour % 12 + 1),
        5 => format!(
            "{{\"time\": \"2026-11-21T{clock}.{ms:03}-05\", \"level\": \"{level}\", \"thread\": \"main\"}}"
        ),
        6 => format!("2026-11-21 {clock}"),
        _ => format!("2026-11-21 {clock}.{ms:03} some other program"),
    }
}

/// Messages with stacks that hit, stacks that do not, and lines that only look alike.
fn message(formats: Vec<usize>) -> impl Strategy<Value = String> {
    let head = (
        prop::sample::select(formats),
        0u32..86_400_000,
        prop::sample::select(vec!["INFO", "WARN", "ERROR", "严重"]),
    )
        .prop_map(|(format, ms, level)| head(format, ms, level));
    let line = prop_oneof![
        Just("\tat a.B.c(B.java:1)".to_owned()),
        Just("\tjavax.naming.PartialResultException: Unprocessed Continuation Reference(s); remaining name 'DC=a'".to_owned()),
        Just("Caused by: java.security.cert.CertificateException: No name matching ece.example.com found".to_owned()),
        Just("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e, v2580\0]".to_owned()),
        Just("java.net.ConnectException: Connection refused: connect".to_owned()),
        Just("用户 业务 [错误] 拒绝连接".to_owned()),
        Just(String::new()),
        "[ -~]{0,300}",
        Just("  2026-11-21 10:00:00.000 GMT+0000 <@> INFO <@> [not a head]".to_owned()),
    ];
    let ends = prop::sample::select(vec!["\n", "\r\n"]);
    (head, prop::collection::vec(line, 0..9), ends).prop_map(|(head, lines, end)| {
        let mut text = head.replace('\n', end) + end;
        for line in lines {
            text.push_str(&line);
            text.push_str(end);
        }
        text
    })
}

/// A log of one to three formats, in UTF-8, in a code page, or with lines of both.
fn log() -> impl Strategy<Value = Vec<u8>> {
    (prop::collection::vec(0usize..8, 1..4), "[ -~\n]{0,200}", any::<bool>(), 0u8..4).prop_flat_map(
        |(formats, before, cut, charset)| {
            prop::collection::vec(message(formats), 1..120).prop_map(move |messages| {
                let mut text = before.clone().into_bytes();
                text.push(b'\n');
                for (index, message) in messages.iter().enumerate() {
                    match charset {
                        1 => text.extend_from_slice(&encoding_rs::GBK.encode(message).0),
                        2 if index % 2 == 0 => {
                            text.extend_from_slice(&encoding_rs::SHIFT_JIS.encode(message).0);
                        }
                        _ => text.extend_from_slice(message.as_bytes()),
                    }
                }
                if cut {
                    text.truncate(text.len() - 1); // no last line end
                }
                text
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn neither_cuts_nor_threads_change_the_result(text in log(), segment in 1u64..3000, threads in 1usize..5) {
        let folder = folder();
        let path = put(folder.path(), "x.log", &text);
        let whole = tally(&path, 1, u64::MAX / 4);
        prop_assert_eq!(whole.bytes, text.len() as u64);
        prop_assert_eq!(whole.levels.iter().sum::<u64>(), whole.events);
        prop_assert_eq!(whole.formats.iter().map(|(_, count)| count).sum::<u64>(), whole.events);
        prop_assert!(whole.unparsed + whole.continuation <= whole.bytes);
        prop_assert_eq!(tally(&path, threads, segment), whole);
    }

    #[test]
    fn a_packed_result_is_the_same(text in log(), segment in 1000u64..3000) {
        let folder = folder();
        let path = put(folder.path(), "x.log", &text);
        let options = ScanOptions { index: true, rows: true, segment, ..ScanOptions::default() };
        let mut bundle = Bundle::open(&[path], &Opening::default());
        let tally = scan(&mut bundle, library(), &options, &()).remove(0).tally.into_inner();
        prop_assert_eq!(unpack::<Tally>(&pack(&tally)), tally);
    }
}

#[test]
fn a_message_of_many_megabytes_is_one_event_with_one_hit() {
    let folder = folder();
    let mut text =
        b"2026-11-21 10:00:00.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@> text <@> \n".to_vec();
    let refused = b"java.net.ConnectException: Connection refused: connect\n\tat a.B.c(B.java:1)\n";
    text.extend(refused);
    for _ in 0..120_000 {
        text.extend_from_slice(
            b"\tat com.egain.platform.framework.dataaccess.DataAccess.executeQuery(DataAccess.java:671)\n",
        );
    }
    text.extend(refused);
    let first = text.len() as u64;
    text.extend_from_slice(
        b"2026-11-21 10:00:01.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n",
    );
    let path = put(folder.path(), "x.log", &text);
    for segment in [0, 1 << 20] {
        let tally = tally(&path, 2, segment);
        assert_eq!((tally.events, tally.bytes), (2, text.len() as u64));
        let counts: Vec<u64> = tally.hits.values().map(|hits| hits.count).collect();
        assert_eq!(counts, [1], "the message hits once, although it comes in pieces");
        assert!(tally.hits.values().all(|hits| hits.evidence[0].offset < first));
    }
}

#[test]
fn evidence_points_to_the_line_in_every_charset() {
    let folder = folder();
    let line = "\tjavax.naming.PartialResultException: Unprocessed Continuation Reference(s); remaining name 'OU=业务'";
    let text =
        format!("21-Nov-2026 10:00:00.123 严重 [main] a.B.c 𝄞 text\r\n{line}\r\n\tat a.B.c(B.java:1)\r\n")
            .repeat(300);
    let line_at =
        |encoded: &[u8], line: &[u8]| memchr::memmem::find(encoded, line).expect("it is there") as u64;
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (name, encoded, encoded_line) in [
        ("utf-8", text.clone().into_bytes(), line.as_bytes().to_vec()),
        ("utf-8", [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(), line.as_bytes().to_vec()),
        ("utf-16le", [vec![0xff, 0xfe], le(&text)].concat(), le(line)),
        ("utf-16be", [vec![0xfe, 0xff], be(&text)].concat(), be(line)),
        ("utf-16le", le(&text), le(line)),
    ] {
        let path = put(folder.path(), "x.log", &encoded);
        let mut bundle = Bundle::open(std::slice::from_ref(&path), &Opening::default());
        let scanned = scan(
            &mut bundle,
            library(),
            &ScanOptions { threads: 2, segment: 1000, ..ScanOptions::default() },
            &(),
        );
        assert_eq!(scanned[0].charset.as_ref().expect("text").name(), name);
        let tally = scanned[0].tally.get();
        assert_eq!((tally.events, tally.bytes), (300, encoded.len() as u64), "{name}");
        let hits = tally.hits.values().next().expect("a hit");
        assert_eq!(hits.count, 300);
        let evidence = &hits.evidence[0];
        assert_eq!((evidence.line, evidence.event_line, evidence.text.as_str()), (2, 1, line));
        assert_eq!(evidence.offset, line_at(&encoded, &encoded_line), "{name}");
    }
}
