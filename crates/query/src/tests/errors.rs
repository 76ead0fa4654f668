//! Every error, with the line that shows its place.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use super::*;

fn error(query: &str) -> QueryError {
    let error = Query::parse(query).expect_err(query);
    assert_eq!(error.query, query);
    assert!(query.get(error.at.clone()).is_some(), "{:?} lies in {query}", error.at);
    error
}

/// That the query is answered with this, and this many carets behind this many blanks.
fn check(query: &str, what: &str, blanks: usize, carets: usize) {
    let printed = format!("{what}\n  {query}\n  {}{}", " ".repeat(blanks), "^".repeat(carets));
    assert_eq!(error(query).to_string(), printed);
}

const LEVELS: &str = "fatal, error, warn, info, perf, dbquery, debug, trace, unknown, none";

#[test]
fn quotes_regexes_and_parentheses() {
    check("a \"b c", "this quote is not closed", 2, 1);
    check(
        r#"a "D:\ECE\""#,
        r#"this quote is not closed: inside, `\"` is a quote; write a backslash before the closing quote as `\\`"#,
        2,
        1,
    );
    check("host:\"a", "this quote is not closed", 5, 1);
    check("a \"\" b", "these quotes are empty", 2, 2);
    check("a /b c", "this regex is not closed; quote a path", 2, 1);
    check(r"/b\/", "this regex is not closed; quote a path", 0, 1);
    check("a // b", "this regex is empty; quote a path", 2, 2);
    check("source:/var/log", "only `i` may follow a regex; quote a path", 12, 3);
    check("/a/ii", "only `i` may follow a regex; quote a path", 3, 2);
    check("(a (b)", "this parenthesis is not closed; quote it to search for the text", 0, 1);
    check("a (", "this parenthesis is not closed; quote it to search for the text", 2, 1);
    check("a (b))", "no parenthesis is open here; quote it to search for the text", 5, 1);
    check(") a", "no parenthesis is open here; quote it to search for the text", 0, 1);
    check("close() a", "these parentheses are empty; quote them to search for the text", 5, 2);
}

#[test]
fn missing_terms() {
    check("a and", "a term is missing after `and`; quote it to search for the text", 2, 3);
    check("a OR ", "a term is missing after `OR`; quote it to search for the text", 2, 2);
    check("(a or) b", "a term is missing after `or`; quote it to search for the text", 3, 2);
    check("a and or b", "a term is missing after `and`; quote it to search for the text", 2, 3);
    check("a not and b", "a term is missing after `not`; quote it to search for the text", 2, 3);
    check("not", "a term is missing after `not`; quote it to search for the text", 0, 3);
    check("a -or", "a term is missing after `-`; quote it to search for the text", 2, 1);
    check("and a", "a term is missing before `and`; quote it to search for the text", 0, 3);
    check("a (or b)", "a term is missing before `or`; quote it to search for the text", 3, 2);
    check("a or (and b)", "a term is missing before `and`; quote it to search for the text", 6, 3);
}

#[test]
fn fields_and_values() {
    check("a Host: b", "a value is missing after `Host:`", 2, 5);
    check("host!=", "a value is missing after `host!=`", 0, 6);
    check("level>=(error)", "a value is missing after `level>=`", 0, 7);
    check(
        "a -sesion:x",
        "no field is called `sesion`; did you mean `session`? Fields: host, source, process, format, thread, \
         class, method, session, pid, level, finding; quote a word",
        3,
        6,
    );
    for query in ["lvl>=warn", "hosts=x", "ThreadId!=1", "clas:x"] {
        assert!(error(query).what.starts_with("no field is called"), "{query}");
    }
    check("a level >= warn", "remove the spaces around `>=`; if `level` is a word, quote it", 2, 8);
    check("Session :x", "remove the spaces around `:`; if `Session` is a word, quote it", 0, 9);
    check("a host>=b", "only `level` has this operator; use `:`, `=` or `!=` after `host`", 2, 6);
    check("finding<b", "only `level` has this operator; use `:`, `=` or `!=` after `finding`", 0, 8);
}

#[test]
fn levels() {
    check("level>=eror", &format!("no level is called `eror`; levels: {LEVELS}"), 7, 4);
    check("level=>warn", &format!("no level is called `>warn`; levels: {LEVELS}"), 6, 5);
    check("level:err*", &format!("no level is called `err*`; levels: {LEVELS}"), 6, 4);
    check("level>=*", &format!("no level is called `*`; levels: {LEVELS}"), 7, 1);
    check("level:/err/i", &format!("a level is a word: {LEVELS}"), 6, 6);
    let what = "`none` has no rank; use `:`, `=` or `!=` after `level`";
    check("a level>none", what, 8, 4);
    assert!(error("level<=UNKNOWN").what.starts_with("`UNKNOWN` has no rank"));
}

#[test]
fn regexes_that_are_wrong_or_too_large() {
    check("a /b(c/i d", "this regex is invalid: unclosed group", 2, 6);
    check("host:/b)(/", "this regex is invalid: unopened group", 5, 5);
    check("host=/b)|(c/", "this regex is invalid: unopened group", 5, 7);
    check(
        "/(?<=a)b/",
        "this regex is invalid: look-around, including look-ahead and look-behind, is not supported",
        0,
        9,
    );
    check("/a{1000}{1000}{1000}/", "this regex is too large", 0, 21);
    assert!(!error("/a\n(\n/").what.contains('\n'));
    assert!(Query::parse(r"/\w{32}/ session=/\w{32}/i").is_ok());
    let long = format!("\"{}\"", "k".repeat(16_000));
    if let Err(error) = Query::parse(&long) {
        assert_eq!(error.what, "this regex is too large");
    }
}

#[test]
fn what_is_too_much() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Query::parse(&nested(64)).is_ok());
    let deep = error(&nested(65));
    assert_eq!((deep.what.as_str(), deep.at), ("parentheses may be nested 64 deep at most", 64..65));
    assert!(Query::parse(&nested(8000)).is_err());
    assert!(Query::parse(&format!("{}a", "not ".repeat(4000))).is_ok());

    assert!(Query::parse(&"a ".repeat(256)).is_ok());
    let many = error(&"a ".repeat(257));
    assert_eq!((many.what.as_str(), many.at), ("a filter has at most 256 terms", 512..513));

    assert!(Query::parse(&"a /b/ ".repeat(32)).is_ok());
    let many = error(&"a host:/b/ ".repeat(33));
    assert_eq!((many.what.as_str(), many.at), ("a filter has at most 32 regexes", 354..362));

    let long = error(&"é".repeat(9000));
    assert_eq!((long.what.as_str(), long.at), ("a filter has at most 16384 bytes", 16384..18000));
    let odd = error(&format!("a{}", "é".repeat(9000)));
    assert_eq!(odd.at, 16383..18001);
}

#[test]
fn the_picture_counts_columns_and_is_harmless() {
    let printed = |query: &str| error(query).to_string();
    assert_eq!(
        printed("严重 level:eror"),
        format!("no level is called `eror`; levels: {LEVELS}\n  严重 level:eror\n             ^^^^")
    );
    assert_eq!(
        printed("\x1b]0;x\x07\t(\"\u{202e}\n\" \u{1b}"),
        "this parenthesis is not closed; quote it to search for the text\n  ␛]0;x␇    (\"U+202E␊\" ␛\n            ^"
    );
    assert_eq!(
        printed("level:\x1b[2J"),
        format!("no level is called `␛[2J`; levels: {LEVELS}\n  level:␛[2J\n        ^^^^")
    );
    assert_eq!(
        printed("level:严重x"),
        format!("no level is called `严重x`; levels: {LEVELS}\n  level:严重x\n        ^^^^^")
    );
}

#[test]
fn of_a_long_filter_the_part_around_the_fault_is_shown() {
    let line = |query: &str| {
        let printed = error(query).to_string();
        let lines: Vec<String> = printed.lines().map(str::to_owned).collect();
        assert!(lines.len() == 3 && lines[1..].iter().all(|line| line.width() <= 78), "{printed}");
        lines[1..].join("\n")
    };
    let words = "word ".repeat(30);
    assert_eq!(
        line(&format!("{words}level:eror")),
        "  …word word word word word word word word word word word word word level:eror\n                                                                          ^^^^"
    );
    assert_eq!(
        line(&format!("level:eror {words}")),
        "  level:eror word word word word word word word word word word word word word…\n        ^^^^"
    );
    assert_eq!(
        line(&format!("{words}level:eror {words}")),
        "  …ord word word word word word word word word word level:eror word word word…\n                                                          ^^^^"
    );
    assert_eq!(
        line(&format!("{words}/({}/ {words}", "严".repeat(30))),
        "  …word word word word /(严严严严严严严严严严严严严严严严严严… word word word…\n                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
    );
}

#[test]
fn a_place_that_is_none_is_drawn_somewhere() {
    for at in [2..3, 9..20, Range { start: 3, end: 1 }, usize::MAX..usize::MAX] {
        let error = QueryError { query: "aéb".to_owned(), at, what: "wrong".to_owned() };
        assert!(error.to_string().contains('^'));
    }
}
