use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

/// `@S@` is the secret.
const SPELLINGS: &str = include_str!("spellings.txt");

/// Texts with secrets, one a line, each with the secret in place of `@S@`.
fn spellings() -> impl Iterator<Item = &'static str> {
    SPELLINGS.lines().filter(|line| !line.is_empty() && !line.starts_with("# "))
}

#[test]
fn every_pattern_can_be_used() {
    assert!(super::SPELLINGS.len() <= 64);
    assert_eq!(
        super::SPELLINGS.iter().filter(|spelling| spelling.compiled().is_some()).count(),
        super::SPELLINGS.len()
    );
    assert!(WORDS.is_some());
}

#[test]
fn no_spelling_leaks() {
    let mut leaks = Vec::new();
    for spelling in spellings() {
        for around in ["", "2026-11-21 10:00:00.000 GMT+0000 <@> ERROR <@> [1:a] <@> a.B <@> c() <@> oops "] {
            let end = if around.is_empty() { "" } else { " <@> " };
            let text =
                format!("{around}{}{end}", spelling.replace("@S@", "Zq7xW1kP9vT").replace("\\n", "\n"));
            let masked = mask(&text);
            assert!(masked.starts_with(around), "{masked}");
            if masked.contains("Zq7xW1kP9vT") {
                leaks.push(masked.into_owned());
            }
        }
    }
    assert!(leaks.is_empty(), "{} leak:\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn every_kind_of_secret_goes_wholly() {
    let mut leaks = Vec::new();
    for secret in [
        "P@$$w0rd",
        "a;bcdefg",
        "x&yzabc",
        "it'sMine",
        "$ecretive",
        "[x]abcd",
        "<abc>def",
        "${env}x",
        "My Secret Phrase",
        "ab",
        "abc$Secret123",
        "s3cr3t,More",
        "pass(word)123",
        "sec*ret99",
        "a=b=c==",
        "äöüß€漢字",
        "x\\y\\z9",
    ] {
        for spelling in [
            "password={}",
            "user=sa;password={};ssl=true",
            "password: {}",
            "\"password\":\"{}\"",
            "{a=1, password={}}",
        ] {
            let text = spelling.replace("{}", secret);
            let masked = mask(&text);
            let parts = secret.split(' ').filter(|part| part.len() > 2);
            if parts.clone().any(|part| masked.contains(part)) || secret.len() < 3 && masked.contains(secret)
            {
                leaks.push(format!("{text}   {masked}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn the_word_and_what_follows_stay() {
    for (text, masked) in [
        ("keytool -storepass s3cret -import", "keytool -storepass *** -import"),
        ("user=egain;password=Lab#12345;ssl=true", "user=egain;password=***;ssl=true"),
        ("Authorization: Bearer eyJhbGci.e30.x-y", "Authorization: Bearer ***"),
        (r#"{"client_secret":"8Q~lab","a":1}"#, r#"{"client_secret":"***","a":1}"#),
        (r#"{"Password": "x y"}"#, r#"{"Password": "***"}"#),
        ("https://admin:s3@cret@host/path", "https://admin:***@host/path"),
        ("GET /a;jsessionid=A1B2.node1?x=1", "GET /a;jsessionid=***"),
        ("password = 'x1' for user sa", "password = '***' for user sa"),
        ("<password>x1</password><user>sa</user>", "<password>***</password><user>sa</user>"),
        ("card 4111 1111 1111 1111, paid", "card ***, paid"),
    ] {
        assert_eq!(mask(text), masked);
    }
}

#[test]
fn ordinary_lines_stay() {
    for text in include_str!("ordinary.txt").lines().filter(|line| !line.starts_with("# ")) {
        for text in [text.to_owned(), format!("2026-11-21 10:00:00 ERROR a.B: {text} <@> ")] {
            assert!(matches!(mask(&text), Cow::Borrowed(_)), "{text} became {}", mask(&text));
        }
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "keystore password was incorrect",
        "LDAP: error code 49, data 52e",
        "password=null",
        "password=***",
        "Login failed for user 'sa'. Reason: Password did not match",
        "https://eceweb01.lab.example:8443/system",
        "https://eceweb01.lab.example/a@b",
        "1234567890123456 4111111111111112 1774353600000",
        "4111111111111111-2 activity 41111111111111110",
        "passed=5 bypass=true",
        "org.apache.catalina.session.StandardSession.tellNew Session event listener threw exception",
        "ClientSessionId: 4B1E55C0",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "Digest algorithm SHA-256",
        "basic research",
    ] {
        assert!(matches!(mask(text), Cow::Borrowed(_)), "{text} became {}", mask(text));
    }
}

/// A text of half a megabyte that a name fills again and again takes no longer than one that it begins. The steps cannot be counted
/// from here: with a search to the end for each name this test does not end in minutes.
#[test]
fn a_long_text_of_names_is_masked_once() {
    for part in [
        "password=",
        "password='",
        "password=\"",
        "token=a,",
        "x://u:",
        "<password>",
        "Cookie: a=1;",
        "{\"token\":{\"",
    ] {
        let text = part.repeat((1 << 19) / part.len());
        assert!(mask(&text).len() <= 2 * text.len(), "{part}");
    }
}

proptest! {
    #[test]
    fn masking_never_panics_and_masks_in_order(text in "[ -~\n\u{ff1d}\u{5bc6}\u{7801}äß]{0,60}(password|token|://|PASS |-P )?[ -~\n]{0,60}") {
        let spans = spans(&text);
        for pair in spans.windows(2) {
            prop_assert!(pair[0].end < pair[1].start);
        }
        for span in spans {
            prop_assert!(text.get(span).is_some());
        }
    }

    #[test]
    fn a_secret_without_spaces_never_stays_after_a_known_word(
        secret in "[A-Za-z0-9!#%+./:@^~_-]{12,24}",
        key in prop::sample::select(vec!["password", "db_password", "token", "clientSecret", "Passwort", "senha"]),
        spaces in " {0,2}",
        separator in prop::sample::select(vec!["=", ":", "=\"", ": '"]),
        tail in prop::sample::select(vec!["", " failed", "\"", "\n"]),
    ) {
        let text = format!("x {key}{spaces}{separator}{secret}{tail}");
        prop_assert!(!mask(&text).contains(&secret), "{} -> {}", text, mask(&text));
    }
}

#[test]
fn a_text_without_a_secret_is_known_before_it_is_searched() {
    let frames = "\tat com.example.PasswordToken.check(PasswordToken.java:12)\n".repeat(3);
    let plain =
        ["2026-11-21 10:00:00.000 ERROR it failed\njava.io.IOException: x\n", &frames, "\t... 3 more\n"]
            .concat();
    assert!(has_none(plain.as_bytes()) && has_none(b"") && has_none(frames.as_bytes()));
    for secret in
        ["password=abc", "4111 1111 1111 1111", "\tat x(token=abc:12)", "\tat a.B.c(password:x.java:1)"]
    {
        for text in [
            format!("{plain}{secret}\n"),
            format!("{secret}\n{plain}"),
            format!("{frames}{secret}\n{frames}"),
            format!("a {secret}"),
        ] {
            assert_eq!(has_none(text.as_bytes()), spans(&text).is_empty(), "{text}");
        }
    }
}

/// The rules search without the quick test here, at each of the positions that the quick test handles differently.
#[test]
fn the_quick_test_misses_no_spelling_at_any_position() {
    let frame = "\tat com.example.PasswordToken.check(PasswordToken.java:12)\n";
    let secrets = ["Zq7xW1kP9vT", "4111 1111 1111 1111", "tOKEN9"];
    let mut missed = Vec::new();
    for (at, spelling) in spellings().chain(["card @S@"]).enumerate() {
        let text = spelling.replace("@S@", secrets[at % secrets.len()]).replace("\\n", "\n");
        for text in [text.to_ascii_uppercase(), text] {
            if search(&text).is_empty() {
                continue;
            }
            for width in 0..20 {
                let planted = format!("{frame}java.io.IOException: x\n{}{text}\n{frame}", " ".repeat(width));
                let bare = format!("{}{text}", " ".repeat(width));
                if has_none(planted.as_bytes()) || has_none(bare.as_bytes()) {
                    missed.push(planted);
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} were missed:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn the_quick_test_passes_ordinary_lines() {
    for text in [
        "2026-11-21 10:00:00.000 GMT+0000 <@> INFO <@> [57:Thread-12] <@> ProcessId:1740 <@> PID:1 <@> UID:12 <@> \
         HttpSessionId:  <@> com.example.Cache <@> refresh() <@> 1774353600000 entries <@> ",
        "21-Nov-2026 08:00:00.012 WARNING [http-nio-8443-exec-56] org.example.Valve.invoke threw exception",
    ] {
        assert!(has_none(text.as_bytes()), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn a_planted_spelling_is_never_missed(
        before in "[ -~\n\u{e9}\u{5bc6}]{0,40}[ \n]",
        spelling in prop::sample::select(spellings().collect::<Vec<_>>()),
        after in "[ \n][ -~\n\u{ff1d}]{0,40}",
    ) {
        let text = format!("{before}{}{after}", spelling.replace("@S@", "Zq7xW1kP9vT").replace("\\n", "\n"));
        proptest::prop_assert!(!has_none(text.as_bytes()) || search(&text).is_empty(), "{text}");
        proptest::prop_assert_eq!(spans(&text), search(&text));
    }

    #[test]
    fn a_number_of_a_card_is_never_missed(before in "[ -~]{0,40}", gap in "[ -]?", after in "[ -~]{0,40}") {
        let text = format!("{before}{}{after}", ["4111", "1111", "1111", "1111"].join(&gap));
        proptest::prop_assert!(!has_none(text.as_bytes()) || search(&text).is_empty(), "{text}");
    }

    #[test]
    fn a_text_that_has_none_has_no_span(parts in proptest::collection::vec("[a-z]{0,4}|password|=|: |\n|\tat |a\\.B\\(B\\.java:[0-9]{1,3}\\)\n|[0-9]{4}| |pwd|é", 0..24)) {
        let text = parts.concat();
        proptest::prop_assert!(!has_none(text.as_bytes()) || search(&text).is_empty(), "{text}");
    }
}
