//! The code page of a log, found by the words that the Java runtime writes in the language of its server.

/// Words that only one code page spells in this way, with the name of its charset.
const CODE_PAGES: &[(&[u8], &str)] = &[
    (b"\x8cx\x8d\x90", "shift_jis"),                    // 警告
    (b"\x8c\xdf\x8c\xe3", "shift_jis"),                 // 午後
    (b"\x8c\xdf\x91O", "shift_jis"),                    // 午前
    (b"\x8d\\\x90\xac", "shift_jis"),                   // 構成
    (b"\x8d\xc5\x82\xe0\x8f\xda\x8d\xd7", "shift_jis"), // 最も詳細
    (b"\x8fd\x91\xe5", "shift_jis"),                    // 重大
    (b"\x8f\xda\x8d\xd7", "shift_jis"),                 // 詳細
    (b"\x8f\xee\x95\xf1", "shift_jis"),                 // 情報
    (b"\x95\x81\x92\xca", "shift_jis"),                 // 普通
    (b"\xa4@\xa4\xeb", "big5"),                         // 一月
    (b"\xa4C\xa4\xeb", "big5"),                         // 七月
    (b"\xa4E\xa4\xeb", "big5"),                         // 九月
    (b"\xa4G\xa4\xeb", "big5"),                         // 二月
    (b"\xa4K\xa4\xeb", "big5"),                         // 八月
    (b"\xa4Q\xa4@\xa4\xeb", "big5"),                    // 十一月
    (b"\xa4Q\xa4G\xa4\xeb", "big5"),                    // 十二月
    (b"\xa4Q\xa4\xeb", "big5"),                         // 十月
    (b"\xa4T\xa4\xeb", "big5"),                         // 三月
    (b"\xa4U\xa4\xc8", "big5"),                         // 下午
    (b"\xa4W\xa4\xc8", "big5"),                         // 上午
    (b"\xa4\xad\xa4\xeb", "big5"),                      // 五月
    (b"\xa4\xbb\xa4\xeb", "big5"),                      // 六月
    (b"\xa5|\xa4\xeb", "big5"),                         // 四月
    (b"\xb0\xa1\xc0\xe5 \xb9\xcc\xbc\xbc", "euc-kr"),   // 가장 미세
    (b"\xb0\xcb\xd4\xc2", "gbk"),                       // 八月
    (b"\xb0\xe6\xb0\xed", "euc-kr"),                    // 경고
    (b"\xb1\xb8\xbc\xba", "euc-kr"),                    // 구성
    (b"\xb2\xd5\xbaA", "big5"),                         // 組態
    (b"\xb3\xcc\xb8\xd4\xb2\xd3", "big5"),              // 最詳細
    (b"\xb6\xfe\xd4\xc2", "gbk"),                       // 二月
    (b"\xb7\xc7\xb3\xa3\xcf\xea\xcf\xb8", "gbk"),       // 非常详细
    (b"\xb8\xd4\xb2\xd3", "big5"),                      // 詳細
    (b"\xb8\xea\xb0T", "big5"),                         // 資訊
    (b"\xb8\xfb\xb8\xd4\xb2\xd3", "big5"),              // 較詳細
    (b"\xb9\xcc\xbc\xbc", "euc-kr"),                    // 미세
    (b"\xba\xb8\xb4\xd9 \xb9\xcc\xbc\xbc", "euc-kr"),   // 보다 미세
    (b"\xbd\xc9\xb0\xa2", "euc-kr"),                    // 심각
    (b"\xbd\xcf\xcf\xea\xcf\xb8", "gbk"),               // 较详细
    (b"\xbe\xaf\xb8\xe6", "gbk"),                       // 警告
    (b"\xbe\xc5\xd4\xc2", "gbk"),                       // 九月
    (b"\xbf\xc0\xc0\xfc", "euc-kr"),                    // 오전
    (b"\xbf\xc0\xc8\xc4", "euc-kr"),                    // 오후
    (b"\xc1\xa4\xba\xb8", "euc-kr"),                    // 정보
    (b"\xc1\xf9\xd4\xc2", "gbk"),                       // 六月
    (b"\xc4Y\xad\xab", "big5"),                         // 嚴重
    (b"\xc4\xb5\xa7i", "big5"),                         // 警告
    (b"\xc5\xe4\xd6\xc3", "gbk"),                       // 配置
    (b"\xc6\xdf\xd4\xc2", "gbk"),                       // 七月
    (b"\xc8\xfd\xd4\xc2", "gbk"),                       // 三月
    (b"\xc9\xcf\xce\xe7", "gbk"),                       // 上午
    (b"\xca\xae\xb6\xfe\xd4\xc2", "gbk"),               // 十二月
    (b"\xca\xae\xd2\xbb\xd4\xc2", "gbk"),               // 十一月
    (b"\xca\xae\xd4\xc2", "gbk"),                       // 十月
    (b"\xcb\xc4\xd4\xc2", "gbk"),                       // 四月
    (b"\xce\xe5\xd4\xc2", "gbk"),                       // 五月
    (b"\xcf\xc2\xce\xe7", "gbk"),                       // 下午
    (b"\xcf\xea\xcf\xb8", "gbk"),                       // 详细
    (b"\xd0\xc5\xcf\xa2", "gbk"),                       // 信息
    (b"\xd1\xcf\xd6\xd8", "gbk"),                       // 严重
    (b"\xd2\xbb\xd4\xc2", "gbk"),                       // 一月
];

/// Returns the charset, by its name in encoding standards, that spells most of the separate words in `text`. `None`
/// if there are none, as in a log in a European language.
///
/// Statistics need many characters, and GBK decodes the bytes of any other charset; a level word is on every line.
pub fn code_page(text: &[u8]) -> Option<&'static str> {
    let mut votes: Vec<(&'static str, usize)> = Vec::new();
    for (word, page) in CODE_PAGES {
        let alone = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| text.get(before));
            let after = text.get(at + word.len());
            matches!(before, None | Some(b' ' | b'\n')) && matches!(after, None | Some(b' ' | b':'))
        };
        let count = memchr::memmem::find_iter(text, word).filter(alone).count();
        match votes.iter_mut().find(|(known, _)| known == page) {
            Some((_, sum)) => *sum += count,
            None => votes.push((page, count)),
        }
    }
    let (page, count) = votes.into_iter().max_by_key(|(_, count)| *count)?;
    (count > 0).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::code_page;

    #[test]
    fn the_words_of_a_log_tell_its_code_page() {
        for (text, page) in [
            (&b"22-Nov-2026 10:00:00.123 \xd1\xcf\xd6\xd8 [main] a.B.c"[..], Some("gbk")),
            (b"22-Nov-2026 10:00:00.123 \xb8\xea\xb0T [main] a.B.c", Some("big5")),
            (b"11 22, 2026 6:08:39 \x8c\xdf\x8c\xe3 a.B c\n\x8f\xee\x95\xf1: x", Some("shift_jis")),
            (b"22-Nov-2026 10:00:00.123 GRAVE [main] a.B.c perch\xe9", None),
            (b"no such \xd1\xcf\xd6\xd8\xd1 word", None),
        ] {
            assert_eq!(code_page(text), page, "{}", text.escape_ascii());
        }
    }
}
