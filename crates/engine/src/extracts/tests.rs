//! Every prefix in front of the lines of samples, and lines that were wrapped.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use spoglight_parsers::wrappers::{WRAPPERS, Wrapper};
use spoglight_signatures::Library;

use crate::Settings;
use crate::collection::{Collection, ScanPurpose};
use crate::merge::MergeRequest;

/// An event as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    path: String,
    host: Option<String>,
    line: u64,
    offset: u64,
    when: String,
    level: &'static str,
    message: String,
    rest: String,
}

fn collection<'s>(path: &Path, settings: &'s Settings) -> Collection<'s> {
    let library = Library::new(Vec::new()).expect("a library");
    Collection::search((library, Vec::new()), &[path.to_owned()], settings, ScanPurpose::Timeline, 0, &())
}

fn read(path: &Path) -> (Vec<Seen>, Vec<String>) {
    let settings = Settings::default();
    let collection = collection(path, &settings);
    let seen = Mutex::new(Vec::new());
    let render = |entry: &crate::event::PlacedEvent<'_>, _: &mut Vec<u8>| {
        let event = entry.event();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        seen.lock().expect("no panic").push(Seen {
            path: entry.source.path.rsplit('/').next().unwrap_or_default().to_owned(),
            host: entry.source.host.as_deref().map(str::to_owned),
            line: entry.line,
            offset: entry.offset,
            when: format!("{:?}", event.stamp),
            level: entry.level.name(),
            message: text(event.message),
            rest: text(event.rest).replace("\r\n", "\n"),
        });
    };
    collection.merge(&MergeRequest::default(), 1, &(), &render, &mut |_, _| Ok(())).expect("a merge");
    let mut seen = seen.into_inner().expect("no panic");
    seen.sort_by_key(|seen| (seen.path.clone(), seen.line));
    let formats =
        collection.sources.iter().filter_map(|source| source.format.as_deref().map(str::to_owned)).collect();
    (seen, formats)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

/// Logs of which prefixed lines must give the same events.
const LOGS: &[&str] = &["ece", "tomcat-juli", "cisco-log", "log4j", "icm-trace", "wildfly"];

fn logs() -> Vec<PathBuf> {
    let files = LOGS.iter().flat_map(|folder| {
        let files = std::fs::read_dir(samples().join(folder)).expect("samples");
        let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        files.sort();
        files.into_iter().filter(|path| path.extension().is_some_and(|end| end != "md")).take(2)
    });
    files.collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "samples of the project are small")]
fn a_prefixed_log_gives_the_events_of_the_log() {
    let folder = folder();
    let mut tried = 0;
    for log in logs() {
        let text = std::fs::read(&log).expect("a sample");
        let text = String::from_utf8_lossy(&text).into_owned();
        if text.lines().count() < 3 {
            continue;
        }
        let name = log.file_name().expect("a name").to_string_lossy().into_owned();
        let plain = folder.path().join(&name);
        std::fs::write(&plain, &text).expect("a file");
        let (wanted, formats) = read(&plain);
        // a line in quotation marks fits a layout of log4j as it is
        let is_tried =
            |wrapper: &&&dyn Wrapper| !wrapper.has_headings() && wrapper.name() != "quotation-marks";
        for wrapper in WRAPPERS.iter().filter(is_tried) {
            let prefix = wrapper.example();
            let prefixed = text.lines().fold(String::new(), |all, line| all + prefix + line + "\n");
            let path = folder.path().join("extract.txt");
            std::fs::write(&path, &prefixed).expect("a file");
            let (seen, seen_formats) = read(&path);
            let what = format!("{} in front of {}", wrapper.name(), log.display());
            assert_eq!(seen_formats, formats, "{what}");
            let bare = |seen: &Seen| {
                let rest = seen.rest.lines().map(str::trim).collect::<Vec<_>>().join("\n");
                (seen.when.clone(), seen.level, seen.message.clone(), rest)
            };
            assert_eq!(
                seen.iter().map(bare).collect::<Vec<_>>(),
                wanted.iter().map(bare).collect::<Vec<_>>(),
                "{what}"
            );
            for (seen, wanted) in seen.iter().zip(&wanted) {
                let at = usize::try_from(seen.offset).expect("a position");
                assert_eq!(seen.line, wanted.line, "{what}");
                let line = text.lines().nth(seen.line as usize - 1).expect("a line");
                assert!(prefixed[at..].starts_with(&format!("{prefix}{line}")), "{what}: {seen:?}");
            }
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}

const ECE: &str = "2026-11-21 10:00:00.123 GMT-0500 <@> ERROR <@> [1:main] <@> ProcessId:7 <@> PID:1 <@> UID:12 <@> HttpSessionId: <@> a.B <@> c() <@> first <@> ";
const JULI: &str = "21-Nov-2026 10:00:01.000 SEVERE [main] a.B.c second";

#[test]
fn lines_of_several_logs_go_to_their_own() {
    let folder = folder();
    let path = folder.path().join("grep.txt");
    let text = format!(
        "logs/eg_log_ECEAPP01_ApplicationServer.log:12:{ECE}\r\n\
         D:\\icm\\tomcat\\logs\\catalina.2026-11-21.log:7:{JULI}\r\n\
         D:\\icm\\tomcat\\logs\\catalina.2026-11-21.log-8-\tat a.B.c(B.java:1)\r\n--\r\n\
         logs/eg_log_ECEAPP01_ApplicationServer.log:13:{ECE}\r\nlogs/eg_log_ECEAPP01_Appli"
    );
    std::fs::write(&path, &text).expect("a file");
    let (seen, formats) = read(&path);
    assert_eq!(formats, ["text", "ece", "tomcat-juli"]);
    let short: Vec<_> =
        seen.iter().map(|one| (one.host.as_deref(), one.line, one.message.as_str())).collect();
    assert_eq!(
        short,
        [
            (None, 2, "second"),
            (Some("ECEAPP01"), 1, "first"),
            (Some("ECEAPP01"), 5, "first"),
            (None, 6, "logs/eg_log_ECEAPP01_Appli"),
        ]
    );
    let at =
        |line: u64| text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum::<usize>() as u64;
    assert!(seen.iter().all(|one| one.offset == at(one.line)), "{seen:?}");
    assert_eq!(seen.first().map(|one| one.rest.as_str()), Some("\tat a.B.c(B.java:1)"));
}

#[test]
fn prefixes_before_prefixes() {
    let folder = folder();
    for (text, host) in [
        (format!("app_1  | 2026-11-21T10:00:01.1Z {JULI}\napp_1  | 2026-11-21T10:00:01.1Z \tat a.B\n"), None),
        (format!("[pod/app-0/tomcat] 2026-11-21T10:00:01.1Z {JULI}\n"), None),
        (format!("> messages.log:12:Nov 21 10:00:01 ADS1 tomcat9[8]: {JULI}\n"), Some("ADS1")),
        (format!("==> a.log <==\n{JULI}\n\n==> b.log <==\n{JULI}\n"), None),
        (
            format!(
                "admin:file search activelog tomcat/logs second\nSearching path: /x\nSearching file: /x/c.log\n{JULI}\n"
            ),
            None,
        ),
        (format!("> {JULI}\n> text\n\nRegards\n"), None),
        (format!("    {JULI}\n        at a.B.c(B.java:1)\n"), None),
        (format!("\"{JULI}\"\n\"{JULI}\"\n"), None),
    ] {
        let path = folder.path().join("extract.txt");
        std::fs::write(&path, &text).expect("a file");
        let (seen, formats) = read(&path);
        assert!(formats.iter().all(|format| format == "tomcat-juli"), "{formats:?} {text}");
        assert!(!seen.is_empty() && seen.iter().all(|one| one.message == "second"), "{seen:?}");
        assert!(seen.iter().all(|one| one.host.as_deref() == host), "{seen:?}");
    }
}

#[test]
fn wrapped_messages_are_joined() {
    let folder = folder();
    let path = folder.path().join("mail.txt");
    let cisco = "Mar 30 2013 19:36:46.105 -0500: \n%CVP_8_5_ICM-1-LOGMSG_ICM_SS_STATE:\nShutting down VRU PIM \
                 connection. Transition to\npartial service. [id:2006]\nMar 30 2013 19:36:46.136 -0500:\n\
                 %CVP_8_5_MSGBUS-3-MESSAGING_LAYER:\ndue to: Plugin was stopped\nMar 30 2013 19:36:46.531 -0500: \
                 %CVP_8_5_IVR-7-CALL:  \n{Thrd=http-8000-1} VXMLManager:generateVXML:\n";
    std::fs::write(&path, cisco).expect("a file");
    let (seen, formats) = read(&path);
    assert_eq!(formats, ["cisco-log"]);
    let short: Vec<_> = seen.iter().map(|one| (one.line, one.level, one.message.as_str())).collect();
    assert_eq!(
        short,
        [
            (1, "fatal", "Shutting down VRU PIM connection. Transition to partial service. [id:2006]"),
            (5, "error", "due to: Plugin was stopped"),
            (8, "debug", "{Thrd=http-8000-1} VXMLManager:generateVXML:"),
        ]
    );
    // cut at a column, within words
    let wrapped: String = [ECE, ECE, ECE]
        .iter()
        .flat_map(|line| line.as_bytes().chunks(60).map(|part| String::from_utf8_lossy(part) + "\n"))
        .collect();
    std::fs::write(&path, &wrapped).expect("a file");
    let (seen, _) = read(&path);
    let short: Vec<_> = seen.iter().map(|one| (one.line, one.level, one.message.as_str())).collect();
    assert_eq!(short, [(1, "error", "first"), (4, "error", "first"), (7, "error", "first")]);
}

/// A line that is longer than what is taken apart at once stays one line of its log.
#[test]
fn a_very_long_line_stays_whole() {
    let folder = folder();
    let path = folder.path().join("grep.txt");
    let long = "x".repeat(3 << 20);
    std::fs::write(&path, format!("a.log:{JULI}\na.log:{long}\na.log:{JULI}\nb.log:{JULI}")).expect("a file");
    let (seen, formats) = read(&path);
    assert_eq!(formats, ["tomcat-juli", "tomcat-juli"]);
    let lines: Vec<u64> = seen.iter().map(|one| one.line).collect();
    assert_eq!(lines, [1, 3, 4]);
    assert_eq!(seen.first().map(|one| one.rest.len()), Some(long.len()));
}

/// Random lines of signs that prefixes are made of: every byte of a text is in a log or was taken off.
#[test]
fn random_lines_are_no_problem() {
    let folder = folder();
    let path = folder.path().join("random.txt");
    let words: &[&str] = &[
        "a.log",
        ":",
        "-",
        "12",
        "|",
        "> ",
        "\"",
        "[pod/a/b] ",
        " ",
        "\t",
        "app_1  | ",
        "--",
        "==> x <==",
        JULI,
        ECE,
    ];
    let mut state = 7u64;
    let mut next = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % most
    };
    for _ in 0..60 {
        let lines = 1 + next(12);
        let text: String = (0..lines)
            .map(|_| (0..=next(5)).map(|_| words[next(words.len())]).collect::<String>() + "\n")
            .collect();
        std::fs::write(&path, &text).expect("a file");
        let (seen, _) = read(&path);
        let all: Vec<&str> = text.lines().collect();
        for one in seen {
            let line = all.get(one.line as usize - 1).unwrap_or_else(|| panic!("{one:?} of {text}"));
            assert!(line.contains(one.message.lines().next().unwrap_or_default()), "{one:?} of {text}");
        }
    }
}

/// What looks like a prefix in an ordinary text is none.
#[test]
fn ordinary_texts_stay_as_they_are() {
    let folder = folder();
    for text in [
        "java.lang.IllegalStateException: 2026-11-21 10:00:00 is in the past\n\tat a.B.c(B.java:1)\n",
        "a | b\n1 | 2\n",
        "> quoted text\n> without a log\n",
        "x.log: opened\nx.log: closed\n",
        "12: first\n13: second\n",
        "Nov 21 10:00:00 ADS1 su: session opened\nNov 21 10:00:01 ADS1 su: session closed\n",
        &format!("{JULI}\n  {JULI}\n> {JULI}\n{JULI}\n"),
        &format!("{JULI}\n\"quoted\"\nx.log:1\n{JULI}\n"),
        &format!("2026-11-21 10:00:00.1 other\n  {JULI}\n2026-11-21 10:00:00.2 other\n  {JULI}\n"),
    ] {
        let path = folder.path().join("ordinary.txt");
        std::fs::write(&path, text).expect("a file");
        let settings = Settings::default();
        let collection = collection(&path, &settings);
        assert!(collection.sources.iter().all(|source| source.extract.is_none()), "{text}");
    }
}
