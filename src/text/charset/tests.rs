use super::*;

fn detect(head: &[u8]) -> Charset {
    Charset::detect(head, |_| None)
}

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
    assert_eq!(detect("perché".as_bytes()).evidence, "its head is valid UTF-8");
    let cut = "严".as_bytes();
    assert_eq!(detect(&[b"ab", &cut[..2]].concat()).name(), "utf-8");
    let gbk = encoding_rs::GBK.encode("严重 警告 信息 配置 服务器启动失败,请与管理员联系").0.repeat(20);
    assert_eq!(detect(&gbk).name(), "gbk");
    // words beat statistics
    assert_eq!(Charset::detect(&gbk, |_| Some("big5")).name(), "big5");
}

#[test]
fn one_file_may_hold_utf8_and_a_code_page() {
    let charset = Charset { encoding: encoding_rs::GBK, mark: 0, evidence: "" };
    assert_eq!(charset.decode("严重".as_bytes()), "严重");
    assert_eq!(charset.decode(b"\xd1\xcf\xd6\xd8"), "严重");
    assert_eq!(charset.decode(b"v2580\0]"), "v2580\0]");
}
