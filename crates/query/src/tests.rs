//! Messages that match and messages that do not, one message for all tables.

use std::cell::Cell;

use std::borrow::Cow;

use spoglight_parsers::Level;

use super::*;

mod errors;
mod laws;

/// A message that counts the calls for its text.
#[derive(Debug, Clone, Default)]
pub(super) struct Message {
    pub(super) level: Level,
    pub(super) text: Vec<u8>,
    pub(super) fields: Vec<(Field, Vec<u8>)>,
    pub(super) findings: Vec<&'static str>,
    asked: Cell<usize>,
}

impl Subject for Message {
    fn level(&self) -> Level {
        self.level
    }

    fn text(&self) -> Cow<'_, [u8]> {
        self.asked.set(self.asked.get() + 1);
        Cow::Borrowed(&self.text)
    }

    fn field(&self, field: Field) -> Option<Cow<'_, [u8]>> {
        self.fields.iter().find(|(one, _)| *one == field).map(|(_, value)| Cow::Borrowed(value.as_slice()))
    }

    fn findings(&self) -> &[&str] {
        &self.findings
    }
}

/// A message without a session and a method, and with an empty format.
fn message() -> Message {
    let fields = [
        (Field::Host, "PCCEADSA"),
        (Field::Source, r"C:\icm\tomcat\logs\catalina.2026-11-21.log"),
        (Field::Process, "ApplicationServer"),
        (Field::Format, ""),
        (Field::Thread, "http-nio-8443-exec-17"),
        (Field::Class, "com.cisco.LdapClient*"),
        (Field::Pid, "1740"),
    ];
    Message {
        level: Level::Warn,
        text: b"javax.net.ssl.SSLHandshakeException: PKIX path building failed\n\
            \tat C:\\icm\\Gro\xc3\x9f.java 12:30:01 http://x/y and \"so\" on \xff\xfe -Xmx512m close() \xc3\x89t\xc3\xa9 a*b"
            .to_vec(),
        fields: fields.map(|(field, value)| (field, value.as_bytes().to_vec())).into(),
        findings: vec!["tls-pkix-path-building", "net-refused"],
        asked: Cell::new(0),
    }
}

fn passes(query: &str, message: &Message) -> bool {
    Query::parse(query).unwrap_or_else(|error| panic!("{error}")).matches(message)
}

/// Asserts that the message matches, or does not match, each of these.
fn check(message: &Message, passing: &[&str], failing: &[&str]) {
    for query in passing {
        assert!(passes(query, message), "{query} passes");
        assert!(!passes(&format!("not ({query})"), message), "not ({query})");
    }
    for query in failing {
        assert!(!passes(query, message), "{query} does not pass");
        assert!(passes(&format!("-({query})"), message), "-({query})");
    }
}

#[test]
fn words_and_phrases_stand_anywhere_in_any_case() {
    check(
        &message(),
        &[
            "pkix",
            "BUILDING failed",
            "failed building",
            "\"Path Building\"",
            "GROSS or groß",
            "ÉTÉ",
            "a*b",
            r#""\"SO\"""#,
            r#""C:\icm""#,
            r#""c:\\ICM""#,
            "\"failed\n\tat\"",
            "\"close()\"",
            "\"-xmx512m\"",
            "pkix\"path\"failed",
        ],
        &["\"building path\"", "pkix timeout", "\"and\" nothing", "a?b", "path*failed", "-xmx512m", "ete"],
    );
}

#[test]
fn what_is_no_field_is_a_word() {
    check(
        &message(),
        &[
            r"C:\icm",
            "http://x",
            "12:30:01",
            "javax.net.ssl.SSLHandshakeException:",
            "SSLHandshakeException:",
            "javax.net.ssl.SSLHandshakeException: PKIX",
            "at or port:8443",
            "pkix -version:3",
            "pkix not uid=5",
            "pkix not ->",
            "pkix not --x",
            "pkix not -17",
            "pkix not !!x",
            "pkix not >=",
            "pkix not =x",
        ],
        &["--", "!", "https://x", "12:30:02", r"D:\icm", "host-name:x", "x>=y"],
    );
}

#[test]
fn regexes_are_in_one_case_unless_told() {
    check(
        &message(),
        &[
            r"/PKIX.*failed$|x/",
            "/pkix PATH/i",
            r"/http:\/\/x\/y/",
            r"/\d\d:\d\d:\d\d/",
            r"/(?-u:\xff\xfe)/",
            r"/[\/]y/",
            r"/\\icm/",
            "/(?m)failed$/",
            "-/pkix/",
            "(/PKIX/)",
            "/PKIX/ /path/i",
        ],
        &["/pkix/", "/failed$/", "/^PKIX/", "/failed.at/"],
    );
}

#[test]
fn fields_contain_equal_and_fit() {
    check(
        &message(),
        &[
            "host:ads",
            "HOST:pcceadsa",
            "host=pcceadsa",
            "host==pcceadsa",
            "host!=pcceadsb",
            "host=\"PcceAdsA\"",
            "source:\"icm\\tomcat\"",
            r"source:c:\icm",
            r"source:c:\*\catalina*.LOG",
            "source:/2026-\\d\\d/",
            "source:/CATALINA/i",
            "source=/.*catalina.*/",
            "source!=/catalina/",
            "source=/(?x) .* \\.log # all of it/",
            "source=/C|C.*/",
            "process:server",
            "process:application?erver",
            "process=application*",
            "process!=*client",
            "host:\"ADSA\"x or host=pcceadsa",
            "thread:17",
            "class:*.ldapclient?",
            "class=\"com.cisco.LdapClient*\"",
            "class:\"client*\"",
            "pid:1740",
            "pid:\"1740\"",
            "pid=1740",
            "pid:17*",
            "pid:/17/",
        ],
        &[
            "host=ads",
            "host:adsb",
            "host!=PCCEADSA",
            "host:a*",
            "host:?",
            "source:/CATALINA/",
            "source=/catalina/",
            "thread=17",
            "class:\"*\" pid:1",
            "class=/com|x/",
            "pid:17",
            "pid:\"17\"",
            "pid:174",
        ],
    );
}

#[test]
fn what_is_not_there_equals_nothing() {
    check(
        &message(),
        &[
            "host:*",
            "host=*",
            "host:**",
            "session!=x",
            "-session:x",
            "format!=*",
            "method!=*",
            "finding:*",
            "level:*",
        ],
        &["session:*", "session:x", "session=x", "format:*", "format=?", "host!=*", "finding!=*", "level!=*"],
    );
    check(
        &Message::default(),
        &["finding!=x", "level!=*", "host!=*"],
        &["finding:*", "level:*", "x", "pid:1"],
    );
    let text = Message { text: b"x".to_vec(), ..Message::default() };
    check(&text, &["x", "X"], &["xx"]);
}

#[test]
fn a_wildcard_passes_whatever_bytes_there_are() {
    let fields = vec![(Field::Class, b"A\xc3\xa9\n\xffZ".to_vec())];
    let message = Message { fields, ..Message::default() };
    check(
        &message,
        &["class:a*z", "class:a?*z", "class:*", "class:AÉ*"],
        &["class:a???z", "class:a??z", "class:b"],
    );
}

#[test]
fn findings_are_asked_by_id() {
    check(
        &message(),
        &[
            "finding:pkix",
            "finding=net-refused",
            "finding:TLS-*",
            "finding:/^net/",
            "finding!=net",
            "finding:net-*ed",
        ],
        &["finding=net", "finding:net-?", "finding!=net-refused", "finding:ldap"],
    );
}

#[test]
fn levels_compare_by_gravity() {
    let of = |level| Message { level, ..Message::default() };
    check(
        &of(Level::Warn),
        &[
            "level:warn",
            "level=WARNING",
            "level:\"warn\"",
            "level!=error",
            "level>=warn",
            "level>=info",
            "level>info",
            "level<=warn",
            "level<=error",
            "level<error",
            "LEVEL>trace",
            "level==warn",
        ],
        &[
            "level:error",
            "level!=warn",
            "level>=error",
            "level>warn",
            "level<=info",
            "level<warn",
            "level:none",
        ],
    );
    check(
        &of(Level::Fatal),
        &["level>error", "level>=fatal", "level:critical"],
        &["level>fatal", "level<=error"],
    );
    check(&of(Level::Trace), &["level<debug", "level<=trace"], &["level<trace", "level>=perf"]);
    for (level, name) in [(Level::Unknown, "unknown"), (Level::None, "none")] {
        let own = format!("level:{name}");
        let all = ["level>=trace", "level>trace", "level<=fatal", "level<fatal", "level:warn"];
        check(&of(level), &[&own, &own.replace(':', "="), "level!=warn"], &all);
        check(&of(level), &[], &[&own.replace(':', "!=")]);
    }
    for (at, level) in Level::ALL.into_iter().enumerate() {
        for (least_at, least) in Level::ALL.into_iter().enumerate() {
            let passes = Query::level_at_least(least).matches(&of(level));
            assert_eq!(passes, at <= least_at && at < 8, "{level:?} at least {least:?}");
        }
    }
}

#[test]
fn not_goes_before_and_and_before_or() {
    // P and Q match, x and y do not
    let message = Message { text: b"P Q".to_vec(), ..Message::default() };
    check(
        &message,
        &[
            "P or x y",
            "x y or P",
            "P or x and y",
            "not x or x",
            "not x P",
            "x x or P Q or y",
            "P (x or Q)",
            "(x or P) (y or Q)",
            "not (x or y)",
            "not x and not y",
            "not not P",
            "not !P or Q",
            "-x !y",
            "-\"x\" !\"y\" -(x or y) !(x) !1",
            "P AND Q Or x",
            "NOT x",
            "not(x)and(P)or(y)",
            "((((P))))",
            "-x -y and P",
            "\t P\n",
        ],
        &[
            "(P or x) y",
            "x (y or P)",
            "not P or x",
            "not (not x)",
            "not P Q",
            "not not x",
            "P and not Q",
            "not (P or x)",
            "\"and\"",
            "\"not\" or \"or\"",
            "not x and not P",
        ],
    );
}

#[test]
fn nothing_written_is_everything() {
    for text in ["", " ", "\t\n\u{a0}"] {
        let query = Query::parse(text).expect("a filter");
        assert!(query.is_all() && query.matches(&Message::default()));
        assert_eq!(query.needs(), Needs::default());
    }
    assert!(Query::all().is_all() && Query::all().and(Query::all()).is_all());
    assert!(!Query::parse("x").expect("a filter").is_all());
}

#[test]
fn both_of_two_filters() {
    let query = |text| Query::parse(text).expect("a filter");
    let both =
        query("pkix or x").and(query("path or y")).and(Query::level_at_least(Level::Warn)).and(Query::all());
    assert!(both.matches(&message()));
    assert!(!both.clone().and(query("timeout")).matches(&message()));
    assert!(!query("timeout").and(query("pkix")).matches(&message()));
    assert!(!both.matches(&Message { level: Level::Info, ..message() }));
}

#[test]
fn what_is_needed_is_told() {
    let needs = |text: &str| Query::parse(text).expect("a filter").needs();
    assert_eq!(needs("level>=warn host:x source:x process:x format:x"), Needs::default());
    for field in Field::ALL {
        assert_eq!(needs(&format!("-{}:x", field.name())).parsed, field.is_parsed());
    }
    assert_eq!(needs("level:warn or (host:x -finding:x)"), Needs { findings: true, ..Needs::default() });
    assert_eq!(needs("\"x\" or host:x"), Needs { text: true, ..Needs::default() });
    assert_eq!(needs("/x/ pid:1 finding:*"), Needs { parsed: true, text: true, findings: true });
}

#[test]
fn the_text_is_fetched_once_and_only_if_nothing_cheaper_decides() {
    for (query, times) in [
        ("pkix path building", 1),
        ("x or y or pkix", 1),
        ("pkix level:error", 0),
        ("x or level:warn", 0),
        ("(x or y) host:nowhere", 0),
        ("(pkix or x) (path or y) class:nowhere", 0),
        ("-(x y) and finding=nothing", 0),
        ("not (pkix host:nowhere)", 0),
    ] {
        let message = message();
        passes(query, &message);
        assert_eq!(message.asked.get(), times, "{query}");
    }
}

#[test]
fn the_help_is_true() {
    let examples = HELP.lines().skip(1).take_while(|line| !line.is_empty());
    for line in examples {
        let example = line.trim().split("   ").next().expect("an example");
        assert!(Query::parse(example).is_ok(), "{example}");
    }
    for name in Field::ALL.map(Field::name).iter().chain(&Level::ALL.map(Level::name)) {
        assert!(HELP.contains(name), "{name}");
    }
    let quoted = HELP.lines().last().and_then(|line| line.split_once(": ")).expect("a list").1;
    assert!(Query::parse(quoted).is_ok());
    assert!(HELP.lines().all(|line| line.len() <= 110));
}

#[test]
fn threads_share_it() {
    fn shared<T: Send + Sync>() {}
    shared::<Query>();
    shared::<QueryError>();
}
