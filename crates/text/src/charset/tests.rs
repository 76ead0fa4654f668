use encoding_rs::SHIFT_JIS;

use super::*;

fn detect(head: &[u8]) -> Charset {
    Charset::detect(head, NOTHING)
}

/// Nobody knows any words.
const NOTHING: Words = |_| None;

fn recode(bytes: &[u8]) -> (Charset, String) {
    let charset = detect(bytes);
    let mut stream = bytes;
    let mut text = String::new();
    charset.reader(&mut stream).read_to_string(&mut text).expect("UTF-8");
    (charset, text)
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn utf16_with_and_without_mark() {
    let text = "21-Nov-2026 10:00:00.123 严重 [main] a.B.c 𝄞\r\n".repeat(5000);
    for (big, mark) in [(false, false), (false, true), (true, false), (true, true)] {
        let bytes = utf16(&text, big, mark);
        let (charset, read) = recode(&bytes);
        assert_eq!(charset.name(), if big { "utf-16be" } else { "utf-16le" });
        assert!(read == text, "every character comes through");
        assert_eq!(charset.bytes_of(read.as_bytes()) + charset.mark as u64, bytes.len() as u64);
    }
}

#[test]
fn a_lone_surrogate_and_a_cut_end_are_damage_not_errors() {
    let mut bytes = utf16("abcdefghijklmnop", false, true);
    bytes.extend_from_slice(&[0x00, 0xd8, b'x', 0, b'y']);
    assert_eq!(recode(&bytes).1, "abcdefghijklmnop\u{fffd}x\u{fffd}");
}

#[test]
fn eight_bit_text() {
    assert_eq!(detect(b"plain").name(), "utf-8");
    assert_eq!(detect("perché".as_bytes()).evidence, "valid UTF-8");
    let cut = "严".as_bytes();
    assert_eq!(detect(&[b"ab", &cut[..2]].concat()).name(), "utf-8");
    let gbk = encoding_rs::GBK.encode("严重 警告 信息 配置 服务器启动失败,请与管理员联系").0.repeat(20);
    assert_eq!(detect(&gbk).name(), "gbk");
    // words beat statistics
    assert_eq!(Charset::detect(&gbk, |_| Some("big5")).name(), "big5");
}

#[test]
fn one_file_may_hold_utf8_and_a_code_page() {
    let charset = Charset::given(&"gbk".parse().expect("a charset"), b"");
    assert_eq!(charset.decode("严重".as_bytes()), "严重");
    assert_eq!(charset.decode(b"\xd1\xcf\xd6\xd8"), "严重");
    assert_eq!(charset.decode(b"v2580\0]"), "v2580\0]");
}

#[test]
fn lines_are_decoded_one_by_one_and_keep_their_ends() {
    let charset = Charset::given(&"936".parse().expect("a charset"), b"");
    // the last byte of the second line is half a character, which must not swallow the line end
    let lines = ["严重\n".as_bytes(), b"\xd1\xcf\xd6\n", b"plain\n\xd1\xcf"].concat();
    assert_eq!(charset.decode(&lines), "严重\n严\u{fffd}\nplain\n严");
    assert_eq!(
        charset.text_of(b"a [\x81\x5b] b").as_ref(),
        "a [乕] b".as_bytes(),
        "a second byte may be a bracket"
    );
}

#[test]
fn a_code_page_is_learned_from_the_neighbours() {
    let names = b"21-Nov-2026 10:00:00.123 INFO [a] a.B.c user \xcd\xf5\xce\xb0\n".repeat(3);
    assert_eq!(detect(&names).name(), "gbk", "two characters of everyday Chinese");
    let odd = b"user \xe9t\xe9\n";
    let mut guessed = detect(odd);
    guessed.learn(WINDOWS_1250, odd, "b.log");
    assert_eq!(guessed.name(), "windows-1250");
    assert!(guessed.evidence.contains("b.log"));
    let mut unlikely = detect(odd);
    unlikely.learn(SHIFT_JIS, b"\xff\xff", "b.log");
    assert_eq!(unlikely.name(), "windows-1252", "what makes no sense there is not taken over");
    let mut plain = detect(b"plain");
    plain.learn(GBK, b"", "b.log");
    assert_eq!((plain.name().as_str(), plain.decode(b"\xd1\xcf").as_ref()), ("utf-8", "严"));
}

#[test]
fn charsets_have_names_and_numbers() {
    for (name, known) in
        [("GBK", "gbk"), ("cp1252", "windows-1252"), ("949", "euc-kr"), ("utf-16", "utf-16le")]
    {
        let rule: CharsetRule = name.parse().expect(name);
        assert_eq!(Charset::given(&rule, b"").name(), known);
    }
    let error = "*.log=klingon".parse::<CharsetRule>().expect_err("no charset");
    assert!(error.contains("klingon") && error.contains("936"), "{error}");
}
