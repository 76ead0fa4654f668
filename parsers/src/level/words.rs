//! Level words of java.util.logging in the languages of the Java runtime, as bytes.
//!
//! In UTF-8, and in the Windows code pages of the languages (936, 950, 932, 949, 1250, 1251, 1252, 1254), because Java up
//! to 17 writes a log in those. Printed by JDK 8, 11 and 17 for English, German, French, Italian, Spanish, Portuguese,
//! Dutch, Swedish, Polish, Czech, Turkish, Russian, Chinese, Japanese and Korean.

use super::Level;

/// Returns the level of a localized word; `None` for English words. 詳細 is FINE in Chinese and FINER in Japanese; FINE
/// is used.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn level(word: &[u8]) -> Option<Level> {
    // a match, and not a table: it compiles to comparisons of lengths and bytes, and most words of a Chinese log are
    // tested here
    Some(match word {
        b"GRAVE"
        | b"SCHWERWIEGEND"
        | b"\xe4\xb8\xa5\xe9\x87\x8d" // 严重
        | b"\xd1\xcf\xd6\xd8" // 严重
        | b"\xe5\x9a\xb4\xe9\x87\x8d" // 嚴重
        | b"\x87\xc0\xd6\xd8" // 嚴重
        | b"\xc4Y\xad\xab" // 嚴重
        | b"\x9a\x8e\x8fd" // 嚴重
        | b"\xe9\x87\x8d\xe5\xa4\xa7" // 重大
        | b"\xd6\xd8\xb4\xf3" // 重大
        | b"\xad\xab\xa4j" // 重大
        | b"\x8fd\x91\xe5" // 重大
        | b"\xec\x8b\xac\xea\xb0\x81" // 심각
        | b"\xbd\xc9\xb0\xa2" // 심각
        | b"ALLVARLIG"
        | b"SEVERE"
        => Level::Error,
        b"AVVERTENZA"
        | b"AVERTISSEMENT"
        | b"WARNUNG"
        | b"ADVERTENCIA"
        | b"ADVERT\xc3\x8aNCIA" // ADVERTÊNCIA
        | b"ADVERT\xcaNCIA" // ADVERTÊNCIA
        | b"\xe8\xad\xa6\xe5\x91\x8a" // 警告
        | b"\xbe\xaf\xb8\xe6" // 警告
        | b"\xc4\xb5\xa7i" // 警告
        | b"\x8cx\x8d\x90" // 警告
        | b"\xea\xb2\xbd\xea\xb3\xa0" // 경고
        | b"\xb0\xe6\xb0\xed" // 경고
        | b"VARNING"
        => Level::Warn,
        b"INFORMAZIONI"
        | b"INFOS"
        | b"INFORMACI\xc3\x93N" // INFORMACIÓN
        | b"INFORMACI\xd3N" // INFORMACIÓN
        | b"INFORMA\xc3\x87\xc3\x95ES" // INFORMAÇÕES
        | b"INFORMA\xc7\xd5ES" // INFORMAÇÕES
        | b"\xe4\xbf\xa1\xe6\x81\xaf" // 信息
        | b"\xd0\xc5\xcf\xa2" // 信息
        | b"\xabH\xae\xa7" // 信息
        | b"\x90M\x91\xa7" // 信息
        | b"\xe8\xb3\x87\xe8\xa8\x8a" // 資訊
        | b"\xd9Y\xd3\x8d" // 資訊
        | b"\xb8\xea\xb0T" // 資訊
        | b"\x8e\x91\x90u" // 資訊
        | b"\xe6\x83\x85\xe5\xa0\xb1" // 情報
        | b"\xc7\xe9\x88\xf3" // 情報
        | b"\xb1\xa1\xb3\xf8" // 情報
        | b"\x8f\xee\x95\xf1" // 情報
        | b"\xec\xa0\x95\xeb\xb3\xb4" // 정보
        | b"\xc1\xa4\xba\xb8" // 정보
        => Level::Info,
        b"CONFIGURAZIONE"
        | b"KONFIGURATION"
        | b"CONFIGURAR"
        | b"CONFIGURA\xc3\x87\xc3\x83O" // CONFIGURAÇÃO
        | b"CONFIGURA\xc7\xc3O" // CONFIGURAÇÃO
        | b"\xe9\x85\x8d\xe7\xbd\xae" // 配置
        | b"\xc5\xe4\xd6\xc3" // 配置
        | b"\xb0t\xb8m" // 配置
        | b"\x94z\x92u" // 配置
        | b"\xe7\xb5\x84\xe6\x85\x8b" // 組態
        | b"\xbdM\x91B" // 組態
        | b"\xb2\xd5\xbaA" // 組態
        | b"\x91g\x91\xd4" // 組態
        | b"\xe6\xa7\x8b\xe6\x88\x90" // 構成
        | b"\x98\x8b\xb3\xc9" // 構成
        | b"\xbac\xa6\xa8" // 構成
        | b"\x8d\\\x90\xac" // 構成
        | b"\xea\xb5\xac\xec\x84\xb1" // 구성
        | b"\xb1\xb8\xbc\xba" // 구성
        | b"KONFIG"
        | b"BUONO"
        | b"PR\xc3\x89CIS" // PRÉCIS
        | b"PR\xc9CIS" // PRÉCIS
        | b"FEIN"
        | b"DETALLADO"
        | b"DETALHADO"
        | b"\xe8\xaf\xa6\xe7\xbb\x86" // 详细
        | b"\xcf\xea\xcf\xb8" // 详细
        | b"\xe8\xa9\xb3\xe7\xb4\xb0" // 詳細
        | b"\xd4\x94\xbc\x9a" // 詳細
        | b"\xb8\xd4\xb2\xd3" // 詳細
        | b"\x8f\xda\x8d\xd7" // 詳細
        | b"\xe6\x99\xae\xe9\x80\x9a" // 普通
        | b"\xc6\xd5\xcd\xa8" // 普通
        | b"\xb4\xb6\xb3q" // 普通
        | b"\x95\x81\x92\xca" // 普通
        | b"\xeb\xaf\xb8\xec\x84\xb8" // 미세
        | b"\xb9\xcc\xbc\xbc" // 미세
        | b"FIN"
        | b"CONFIG"
        => Level::Debug,
        b"MIGLIORE"
        | b"OTTIMALE"
        | b"PLUS PR\xc3\x89CIS" // PLUS PRÉCIS
        | b"PLUS PR\xc9CIS" // PLUS PRÉCIS
        | b"LE PLUS PR\xc3\x89CIS" // LE PLUS PRÉCIS
        | b"LE PLUS PR\xc9CIS" // LE PLUS PRÉCIS
        | b"FEINER"
        | b"AM FEINSTEN"
        | b"MUY DETALLADO"
        | b"M\xc3\x81S DETALLADO" // MÁS DETALLADO
        | b"M\xc1S DETALLADO" // MÁS DETALLADO
        | b"MAIS DETALHADO"
        | b"O MAIS DETALHADO"
        | b"\xe8\xbe\x83\xe8\xaf\xa6\xe7\xbb\x86" // 较详细
        | b"\xbd\xcf\xcf\xea\xcf\xb8" // 较详细
        | b"\xe9\x9d\x9e\xe5\xb8\xb8\xe8\xaf\xa6\xe7\xbb\x86" // 非常详细
        | b"\xb7\xc7\xb3\xa3\xcf\xea\xcf\xb8" // 非常详细
        | b"\xe8\xbc\x83\xe8\xa9\xb3\xe7\xb4\xb0" // 較詳細
        | b"\xdd^\xd4\x94\xbc\x9a" // 較詳細
        | b"\xb8\xfb\xb8\xd4\xb2\xd3" // 較詳細
        | b"\x8ar\x8f\xda\x8d\xd7" // 較詳細
        | b"\xe6\x9c\x80\xe8\xa9\xb3\xe7\xb4\xb0" // 最詳細
        | b"\xd7\xee\xd4\x94\xbc\x9a" // 最詳細
        | b"\xb3\xcc\xb8\xd4\xb2\xd3" // 最詳細
        | b"\x8d\xc5\x8f\xda\x8d\xd7" // 最詳細
        | b"\xe6\x9c\x80\xe3\x82\x82\xe8\xa9\xb3\xe7\xb4\xb0" // 最も詳細
        | b"\xd7\xee\xa4\xe2\xd4\x94\xbc\x9a" // 最も詳細
        | b"\xb3\xcc\xc6\xe6\xb8\xd4\xb2\xd3" // 最も詳細
        | b"\x8d\xc5\x82\xe0\x8f\xda\x8d\xd7" // 最も詳細
        | b"\xeb\xb3\xb4\xeb\x8b\xa4 \xeb\xaf\xb8\xec\x84\xb8" // 보다 미세
        | b"\xba\xb8\xb4\xd9 \xb9\xcc\xbc\xbc" // 보다 미세
        | b"\xea\xb0\x80\xec\x9e\xa5 \xeb\xaf\xb8\xec\x84\xb8" // 가장 미세
        | b"\xb0\xa1\xc0\xe5 \xb9\xcc\xbc\xbc" // 가장 미세
        | b"FINARE"
        | b"FINASTE"
        | b"FINEST"
        => Level::Trace,
        _ => return None,
    })
}

/// Longest localized word in bytes.
const LONGEST: usize = 24;

/// Returns the level of a localized word with a capital at its start only, as Java up to 8 writes it: `Grave`.
pub(super) fn title_case(word: &[u8]) -> Option<Level> {
    let (first, rest) = word.split_first()?;
    let is_title = first.is_ascii_uppercase() && !rest.is_empty() && !rest.iter().any(u8::is_ascii_uppercase);
    if !is_title || word.len() > LONGEST {
        return None;
    }
    let mut capitals = [0; LONGEST];
    let mut lead = 0;
    for (to, byte) in capitals.iter_mut().zip(word) {
        *to = match byte {
            // a letter of Latin-1, in UTF-8 after its lead byte and in a code page alone
            0xa0..=0xbe if lead == 0xc3 => byte - 0x20,
            0xe0..=0xfe if lead != 0xc3 => byte - 0x20,
            _ => byte.to_ascii_uppercase(),
        };
        lead = *byte;
    }
    level(capitals.get(..word.len())?)
}
