//! Words that the Java runtime puts into logs in the language of its server, as bytes: in UTF-8, and in the Windows code
//! pages of the languages (936, 950, 932, 949, 1250, 1251, 1252, 1254), because until Java 17 a log is written in those.
//!
//! Printed by JDK 8, 11 and 17 for English, German, French, Italian, Spanish, Portuguese, Dutch, Swedish, Polish, Czech,
//! Turkish, Russian, Chinese, Japanese and Korean. Months that are numbers (Japanese, Korean, newer Chinese) are not here.

use crate::Level;

/// Names of java.util.logging's levels but the English ones. 詳細 is FINE in Chinese and FINER in Japanese; FINE counts.
#[rustfmt::skip]
#[expect(clippy::too_many_lines, reason = "it is a table")]
pub(crate) fn level(word: &[u8]) -> Option<Level> {
    // a match, and not a table: it is a tree of lengths and bytes, and most words of a Chinese log go through here
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

/// Short names of months, as JDK 8 and the newer ones spell them.
pub(crate) const MONTHS: &[(&[u8], u32)] = &[
    (b"Jan", 1),
    (b"gen", 1),
    (b"janv.", 1),
    (b"Jan.", 1),
    (b"ene", 1),
    (b"ene.", 1),
    (b"jan", 1),
    (b"jan.", 1),
    (b"\xe4\xb8\x80\xe6\x9c\x88", 1),  // 一月
    (b"\xd2\xbb\xd4\xc2", 1),          // 一月
    (b"\xa4@\xa4\xeb", 1),             // 一月
    (b"\x88\xea\x8c\x8e", 1),          // 一月
    (b"\xd1\x8f\xd0\xbd\xd0\xb2", 1),  // янв
    (b"\xff\xed\xe2", 1),              // янв
    (b"\xd1\x8f\xd0\xbd\xd0\xb2.", 1), // янв.
    (b"\xff\xed\xe2.", 1),             // янв.
    (b"sty", 1),
    (b"Oca", 1),
    (b"Led", 1),
    (b"led", 1),
    (b"Feb", 2),
    (b"feb", 2),
    (b"f\xc3\xa9vr.", 2), // févr.
    (b"f\xe9vr.", 2),     // févr.
    (b"Feb.", 2),
    (b"feb.", 2),
    (b"fev", 2),
    (b"fev.", 2),
    (b"\xe4\xba\x8c\xe6\x9c\x88", 2),          // 二月
    (b"\xb6\xfe\xd4\xc2", 2),                  // 二月
    (b"\xa4G\xa4\xeb", 2),                     // 二月
    (b"\x93\xf1\x8c\x8e", 2),                  // 二月
    (b"\xd1\x84\xd0\xb5\xd0\xb2", 2),          // фев
    (b"\xf4\xe5\xe2", 2),                      // фев
    (b"\xd1\x84\xd0\xb5\xd0\xb2\xd1\x80.", 2), // февр.
    (b"\xf4\xe5\xe2\xf0.", 2),                 // февр.
    (b"lut", 2),
    (b"\xc5\x9eub", 2), // Şub
    (b"\xaaub", 2),     // Şub
    (b"\xdeub", 2),     // Şub
    (b"\xc3\x9ano", 2), // Úno
    (b"\xdano", 2),     // Úno
    (b"\xc3\xbano", 2), // úno
    (b"\xfano", 2),     // úno
    (b"Mar", 3),
    (b"mar", 3),
    (b"mars", 3),
    (b"M\xc3\xa4r", 3),  // Mär
    (b"M\xe4r", 3),      // Mär
    (b"M\xc3\xa4rz", 3), // März
    (b"M\xe4rz", 3),     // März
    (b"mar.", 3),
    (b"\xe4\xb8\x89\xe6\x9c\x88", 3),  // 三月
    (b"\xc8\xfd\xd4\xc2", 3),          // 三月
    (b"\xa4T\xa4\xeb", 3),             // 三月
    (b"\x8eO\x8c\x8e", 3),             // 三月
    (b"\xd0\xbc\xd0\xb0\xd1\x80", 3),  // мар
    (b"\xec\xe0\xf0", 3),              // мар
    (b"\xd0\xbc\xd0\xb0\xd1\x80.", 3), // мар.
    (b"\xec\xe0\xf0.", 3),             // мар.
    (b"mrt", 3),
    (b"mrt.", 3),
    (b"B\xc5\x99e", 3), // Bře
    (b"B\xf8e", 3),     // Bře
    (b"b\xc5\x99e", 3), // bře
    (b"b\xf8e", 3),     // bře
    (b"Apr", 4),
    (b"apr", 4),
    (b"avr.", 4),
    (b"Apr.", 4),
    (b"abr", 4),
    (b"abr.", 4),
    (b"\xe5\x9b\x9b\xe6\x9c\x88", 4),  // 四月
    (b"\xcb\xc4\xd4\xc2", 4),          // 四月
    (b"\xa5|\xa4\xeb", 4),             // 四月
    (b"\x8el\x8c\x8e", 4),             // 四月
    (b"\xd0\xb0\xd0\xbf\xd1\x80", 4),  // апр
    (b"\xe0\xef\xf0", 4),              // апр
    (b"\xd0\xb0\xd0\xbf\xd1\x80.", 4), // апр.
    (b"\xe0\xef\xf0.", 4),             // апр.
    (b"kwi", 4),
    (b"apr.", 4),
    (b"Nis", 4),
    (b"Dub", 4),
    (b"dub", 4),
    (b"May", 5),
    (b"mag", 5),
    (b"mai", 5),
    (b"Mai", 5),
    (b"may", 5),
    (b"may.", 5),
    (b"mai.", 5),
    (b"\xe4\xba\x94\xe6\x9c\x88", 5), // 五月
    (b"\xce\xe5\xd4\xc2", 5),         // 五月
    (b"\xa4\xad\xa4\xeb", 5),         // 五月
    (b"\x8c\xdc\x8c\x8e", 5),         // 五月
    (b"\xd0\xbc\xd0\xb0\xd1\x8f", 5), // мая
    (b"\xec\xe0\xff", 5),             // мая
    (b"maj", 5),
    (b"mei", 5),
    (b"Kv\xc4\x9b", 5), // Kvě
    (b"Kv\xec", 5),     // Kvě
    (b"kv\xc4\x9b", 5), // kvě
    (b"kv\xec", 5),     // kvě
    (b"Jun", 6),
    (b"giu", 6),
    (b"juin", 6),
    (b"Juni", 6),
    (b"jun", 6),
    (b"jun.", 6),
    (b"\xe5\x85\xad\xe6\x9c\x88", 6),  // 六月
    (b"\xc1\xf9\xd4\xc2", 6),          // 六月
    (b"\xa4\xbb\xa4\xeb", 6),          // 六月
    (b"\x98Z\x8c\x8e", 6),             // 六月
    (b"\xd0\xb8\xd1\x8e\xd0\xbd", 6),  // июн
    (b"\xe8\xfe\xed", 6),              // июн
    (b"\xd0\xb8\xd1\x8e\xd0\xbd.", 6), // июн.
    (b"\xe8\xfe\xed.", 6),             // июн.
    (b"cze", 6),
    (b"Haz", 6),
    (b"\xc4\x8cer", 6), // Čer
    (b"\xc8er", 6),     // Čer
    (b"\xc4\x8dvn", 6), // čvn
    (b"\xe8vn", 6),     // čvn
    (b"Jul", 7),
    (b"lug", 7),
    (b"juil.", 7),
    (b"Juli", 7),
    (b"jul", 7),
    (b"jul.", 7),
    (b"\xe4\xb8\x83\xe6\x9c\x88", 7),  // 七月
    (b"\xc6\xdf\xd4\xc2", 7),          // 七月
    (b"\xa4C\xa4\xeb", 7),             // 七月
    (b"\x8e\xb5\x8c\x8e", 7),          // 七月
    (b"\xd0\xb8\xd1\x8e\xd0\xbb", 7),  // июл
    (b"\xe8\xfe\xeb", 7),              // июл
    (b"\xd0\xb8\xd1\x8e\xd0\xbb.", 7), // июл.
    (b"\xe8\xfe\xeb.", 7),             // июл.
    (b"lip", 7),
    (b"Tem", 7),
    (b"\xc4\x8cvc", 7), // Čvc
    (b"\xc8vc", 7),     // Čvc
    (b"\xc4\x8dvc", 7), // čvc
    (b"\xe8vc", 7),     // čvc
    (b"Aug", 8),
    (b"ago", 8),
    (b"ao\xc3\xbbt", 8), // août
    (b"ao\xfbt", 8),     // août
    (b"Aug.", 8),
    (b"ago.", 8),
    (b"\xe5\x85\xab\xe6\x9c\x88", 8),  // 八月
    (b"\xb0\xcb\xd4\xc2", 8),          // 八月
    (b"\xa4K\xa4\xeb", 8),             // 八月
    (b"\x94\xaa\x8c\x8e", 8),          // 八月
    (b"\xd0\xb0\xd0\xb2\xd0\xb3", 8),  // авг
    (b"\xe0\xe2\xe3", 8),              // авг
    (b"\xd0\xb0\xd0\xb2\xd0\xb3.", 8), // авг.
    (b"\xe0\xe2\xe3.", 8),             // авг.
    (b"sie", 8),
    (b"aug", 8),
    (b"aug.", 8),
    (b"A\xc4\x9fu", 8), // Ağu
    (b"A\xf0u", 8),     // Ağu
    (b"Srp", 8),
    (b"srp", 8),
    (b"Sep", 9),
    (b"Sept", 9),
    (b"set", 9),
    (b"sept.", 9),
    (b"Sep.", 9),
    (b"Sept.", 9),
    (b"sep", 9),
    (b"sept", 9),
    (b"sep.", 9),
    (b"set.", 9),
    (b"\xe4\xb9\x9d\xe6\x9c\x88", 9),          // 九月
    (b"\xbe\xc5\xd4\xc2", 9),                  // 九月
    (b"\xa4E\xa4\xeb", 9),                     // 九月
    (b"\x8b\xe3\x8c\x8e", 9),                  // 九月
    (b"\xd1\x81\xd0\xb5\xd0\xbd", 9),          // сен
    (b"\xf1\xe5\xed", 9),                      // сен
    (b"\xd1\x81\xd0\xb5\xd0\xbd\xd1\x82.", 9), // сент.
    (b"\xf1\xe5\xed\xf2.", 9),                 // сент.
    (b"wrz", 9),
    (b"Eyl", 9),
    (b"Z\xc3\xa1\xc5\x99", 9), // Zář
    (b"Z\xe1\xf8", 9),         // Zář
    (b"z\xc3\xa1\xc5\x99", 9), // zář
    (b"z\xe1\xf8", 9),         // zář
    (b"Oct", 10),
    (b"ott", 10),
    (b"oct.", 10),
    (b"Okt", 10),
    (b"Okt.", 10),
    (b"oct", 10),
    (b"out", 10),
    (b"out.", 10),
    (b"\xe5\x8d\x81\xe6\x9c\x88", 10),  // 十月
    (b"\xca\xae\xd4\xc2", 10),          // 十月
    (b"\xa4Q\xa4\xeb", 10),             // 十月
    (b"\x8f\\\x8c\x8e", 10),            // 十月
    (b"\xd0\xbe\xd0\xba\xd1\x82", 10),  // окт
    (b"\xee\xea\xf2", 10),              // окт
    (b"\xd0\xbe\xd0\xba\xd1\x82.", 10), // окт.
    (b"\xee\xea\xf2.", 10),             // окт.
    (b"pa\xc5\xba", 10),                // paź
    (b"pa\x9f", 10),                    // paź
    (b"okt", 10),
    (b"okt.", 10),
    (b"Eki", 10),
    (b"\xc5\x98\xc3\xadj", 10), // Říj
    (b"\xd8\xedj", 10),         // Říj
    (b"\xc5\x99\xc3\xadj", 10), // říj
    (b"\xf8\xedj", 10),         // říj
    (b"Nov", 11),
    (b"nov", 11),
    (b"nov.", 11),
    (b"Nov.", 11),
    (b"\xe5\x8d\x81\xe4\xb8\x80\xe6\x9c\x88", 11), // 十一月
    (b"\xca\xae\xd2\xbb\xd4\xc2", 11),             // 十一月
    (b"\xa4Q\xa4@\xa4\xeb", 11),                   // 十一月
    (b"\x8f\\\x88\xea\x8c\x8e", 11),               // 十一月
    (b"\xd0\xbd\xd0\xbe\xd1\x8f", 11),             // ноя
    (b"\xed\xee\xff", 11),                         // ноя
    (b"\xd0\xbd\xd0\xbe\xd1\x8f\xd0\xb1.", 11),    // нояб.
    (b"\xed\xee\xff\xe1.", 11),                    // нояб.
    (b"lis", 11),
    (b"Kas", 11),
    (b"Lis", 11),
    (b"Dec", 12),
    (b"dic", 12),
    (b"d\xc3\xa9c.", 12), // déc.
    (b"d\xe9c.", 12),     // déc.
    (b"Dez", 12),
    (b"Dez.", 12),
    (b"dic.", 12),
    (b"dez", 12),
    (b"dez.", 12),
    (b"\xe5\x8d\x81\xe4\xba\x8c\xe6\x9c\x88", 12), // 十二月
    (b"\xca\xae\xb6\xfe\xd4\xc2", 12),             // 十二月
    (b"\xa4Q\xa4G\xa4\xeb", 12),                   // 十二月
    (b"\x8f\\\x93\xf1\x8c\x8e", 12),               // 十二月
    (b"\xd0\xb4\xd0\xb5\xd0\xba", 12),             // дек
    (b"\xe4\xe5\xea", 12),                         // дек
    (b"\xd0\xb4\xd0\xb5\xd0\xba.", 12),            // дек.
    (b"\xe4\xe5\xea.", 12),                        // дек.
    (b"gru", 12),
    (b"dec", 12),
    (b"dec.", 12),
    (b"Ara", 12),
    (b"Pro", 12),
    (b"pro", 12),
];

/// Halves of the day: the hours to add.
pub(crate) const HALVES: &[(&[u8], u32)] = &[
    (b"AM", 0),
    (b"PM", 12),
    (b"VORM.", 0),
    (b"NACHM.", 12),
    (b"A. M.", 0),
    (b"P. M.", 12),
    (b"A.\xc2\xa0M.", 0),    // A. M.
    (b"A.\xa0M.", 0),        // A. M.
    (b"P.\xc2\xa0M.", 12),   // P. M.
    (b"P.\xa0M.", 12),       // P. M.
    (b"DA MANH\xc3\x83", 0), // DA MANHÃ
    (b"DA MANH\xc3", 0),     // DA MANHÃ
    (b"DA TARDE", 12),
    (b"\xe4\xb8\x8a\xe5\x8d\x88", 0),  // 上午
    (b"\xc9\xcf\xce\xe7", 0),          // 上午
    (b"\xa4W\xa4\xc8", 0),             // 上午
    (b"\x8f\xe3\x8c\xdf", 0),          // 上午
    (b"\xe4\xb8\x8b\xe5\x8d\x88", 12), // 下午
    (b"\xcf\xc2\xce\xe7", 12),         // 下午
    (b"\xa4U\xa4\xc8", 12),            // 下午
    (b"\x89\xba\x8c\xdf", 12),         // 下午
    (b"\xe5\x8d\x88\xe5\x89\x8d", 0),  // 午前
    (b"\xce\xe7\xc7\xb0", 0),          // 午前
    (b"\xa4\xc8\xabe", 0),             // 午前
    (b"\x8c\xdf\x91O", 0),             // 午前
    (b"\xe5\x8d\x88\xe5\xbe\x8c", 12), // 午後
    (b"\xce\xe7\xe1\xe1", 12),         // 午後
    (b"\xa4\xc8\xab\xe1", 12),         // 午後
    (b"\x8c\xdf\x8c\xe3", 12),         // 午後
    (b"\xec\x98\xa4\xec\xa0\x84", 0),  // 오전
    (b"\xbf\xc0\xc0\xfc", 0),          // 오전
    (b"\xec\x98\xa4\xed\x9b\x84", 12), // 오후
    (b"\xbf\xc0\xc8\xc4", 12),         // 오후
    (b"A.M.", 0),
    (b"P.M.", 12),
    (b"\xc3\x96\xc3\x96", 0), // ÖÖ
    (b"\xd6\xd6", 0),         // ÖÖ
    (b"\xc3\x96S", 12),       // ÖS
    (b"\xd6S", 12),           // ÖS
    (b"DOP.", 0),
    (b"ODP.", 12),
    (b"am", 0),
    (b"pm", 12),
];

/// Words that only one code page spells like this, with the name of its charset.
pub(crate) const CODE_PAGES: &[(&[u8], &str)] = &[
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

/// The charset that the words in `text` speak for, by its name in encoding standards: whichever code page spells most of
/// the words that stand by themselves. `None` if there are none, as in a log in a language of Europe.
///
/// Statistics need many characters, and GBK decodes the bytes of any other; the level of a log stands on every line.
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
