use super::*;
use crate::formats::ALL;

fn begins(text: &[u8]) -> bool {
    ALL.iter().any(|format| format.weight() > 1 && format.begin(text).is_some())
}

fn by_name(name: &str) -> &'static dyn Wrapper {
    *WRAPPERS.iter().find(|wrapper| wrapper.name() == name).expect(name)
}

/// Host, name and text.
type Parts = Option<(&'static str, &'static str, &'static str)>;

#[test]
fn lines_are_taken_apart() {
    let table: &[(&str, &str, Parts)] = &[
        (
            "docker-compose",
            "wildfly_1  | 17:17:54,659 ERROR x",
            Some(("", "wildfly_1", "17:17:54,659 ERROR x")),
        ),
        ("docker-compose", "app-web-1 |", Some(("", "app-web-1", ""))),
        ("docker-compose", "| 1 | 2 |", None),
        ("docker-compose", "select a || b", None),
        (
            "kubectl-prefix",
            "[pod/app-0/tomcat] at a.b(C.java:1)",
            Some(("", "app-0/tomcat", "at a.b(C.java:1)")),
        ),
        ("kubectl-prefix", "[pod] text", None),
        ("container-timestamps", "2026-11-21T10:00:00.123456789Z INFO x", Some(("", "", "INFO x"))),
        ("container-timestamps", "2026-11-21T10:00:00.123 INFO x", None),
        ("syslog", "Nov  1 10:00:00 ADS1 tomcat9[812]: text", Some(("ADS1", "tomcat9", "text"))),
        (
            "syslog",
            "<34>Nov 21 10:00:00 ads1.lab.example su: text: more",
            Some(("ads1.lab.example", "su", "text: more")),
        ),
        ("syslog", "2026-11-21T10:00:00+0100 ADS1 tomcat9[812]: text", Some(("ADS1", "tomcat9", "text"))),
        (
            "syslog",
            r#"<34>1 2026-11-21T10:00:00.003Z ADS1 app 12 ID47 [a@1 k="x]\"y"][b] text"#,
            Some(("ADS1", "app", "text")),
        ),
        ("syslog", "<34>1 2026-11-21T10:00:00.003Z ADS1 - - - - text", Some(("ADS1", "", "text"))),
        ("syslog", "Nov 21, 2026 10:08:22 PM org.x.Y log", None),
        ("syslog", "Dez 21 10:00:00 ADS1 app: text", None),
        ("grep", "logs/x.log:text", Some(("", "logs/x.log", "text"))),
        ("grep", r"C:\logs\x.log.3:text", Some(("", r"C:\logs\x.log.3", "text"))),
        ("grep", "x.log:10:08:22,001 INFO [a] (b) c", Some(("", "x.log", "10:08:22,001 INFO [a] (b) c"))),
        ("grep", "java.lang.Error: text", None),
        ("grep", "INFO: logs/x.log: text", None),
        ("grep", "2026-11-21 10:00:00.123 INFO text", None),
        ("grep", "http://host/x.log:1", None),
        ("grep-n", "x.log:12:text", Some(("", "x.log", "text"))),
        ("grep-n", r"C:\logs\x.log:12:\tat a", Some(("", r"C:\logs\x.log", r"\tat a"))),
        (
            "grep-n",
            "catalina.2026-11-21.log-12-21-Nov-2026 10:00:00.123 INFO [main] a.B.c text",
            Some(("", "catalina.2026-11-21.log", "21-Nov-2026 10:00:00.123 INFO [main] a.B.c text")),
        ),
        ("grep-n", "x.log:text", None),
        ("line-numbers", "12:text", Some(("", "", "text"))),
        ("line-numbers", "    12\ttext", Some(("", "", "text"))),
        ("line-numbers", "text", None),
        ("mail-quote", "> > text", Some(("", "", "text"))),
        ("mail-quote", "| text", Some(("", "", "text"))),
        ("quotation-marks", "\"text\"", Some(("", "", "text"))),
        ("indent", "text", None),
    ];
    for (wrapper, line, wanted) in table {
        let context = WrapperContext { begins: &begins, last: b"" };
        let found = by_name(wrapper).split(line.as_bytes(), &context);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let found = found.map(|found| (text(found.host), text(found.name), text(found.text)));
        let wanted = wanted.map(|(host, name, inner)| (host.to_owned(), name.to_owned(), inner.to_owned()));
        assert_eq!(found, wanted, "{wrapper}: {line}");
    }
}

#[test]
fn the_file_of_the_line_before_finds_context() {
    let last = b"srv.log";
    let context = WrapperContext { begins: &begins, last };
    for (wrapper, line) in [("grep", "srv.log-\tat a.b"), ("grep-n", "srv.log-13-\tat a.b")] {
        let found = by_name(wrapper).split(line.as_bytes(), &context).expect("context");
        assert_eq!((found.name, found.text), (&last[..], &b"\tat a.b"[..]));
    }
}

#[test]
fn headings_and_noise() {
    let headings = by_name("headings");
    for (line, name) in [
        ("==> logs/x.log <==", "logs/x.log"),
        ("---------- X.LOG", "X.LOG"),
        ("Searching file: /var/log/active/x.log", "/var/log/active/x.log"),
    ] {
        assert_eq!(headings.heading(line.as_bytes()), Some(name.as_bytes()));
    }
    for line in ["==> <==", "---------- ", "----------", "a ==> b <=="] {
        assert_eq!(headings.heading(line.as_bytes()), None, "{line}");
    }
    assert!(by_name("grep").is_noise(b"--") && by_name("grep").is_noise(b"Binary file a matches"));
}

/// Each prefix is its own example, and its text is a part of the line wherever it is cut.
#[test]
fn prefixes_cut_anywhere_are_parts_of_their_line() {
    let line = "2026-11-21 10:00:00.123 GMT-0500 <@> WARN <@> [1:main] <@> a.B <@> c() <@> text <@> ";
    for wrapper in WRAPPERS.iter().filter(|wrapper| !wrapper.has_headings()) {
        let whole = format!("{}{line}", wrapper.example());
        let context = WrapperContext { begins: &begins, last: b"" };
        let found = wrapper.split(whole.as_bytes(), &context).unwrap_or_else(|| panic!("{}", wrapper.name()));
        assert_eq!(found.text, line.as_bytes(), "{}", wrapper.name());
        assert!(wrapper.split(line.as_bytes(), &context).is_none(), "{}", wrapper.name());
        for end in 0..whole.len() {
            let cut = &whole.as_bytes()[..end];
            if let Some(found) = wrapper.split(cut, &context) {
                assert!(cut.as_ptr_range().start <= found.text.as_ptr_range().start);
                assert!(found.text.as_ptr_range().end <= cut.as_ptr_range().end, "{}", wrapper.name());
            }
        }
    }
}
