//! Month names and halves of the day in the languages of the Java runtime, as bytes.
//!
//! In UTF-8, and in the Windows code pages of the languages; printed by the same runtimes as the level words. Months that
//! are numbers (Japanese, Korean, newer Chinese) are not here.

/// Short names of months, in the spellings of JDK 8 and of newer ones.
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

/// Halves of the day, and the hours to add.
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
    // as Windows and newer runtimes write them, with a plain space or one that does not break
    (b"a. m.", 0),
    (b"p. m.", 12),
    (b"a.\xc2\xa0m.", 0),      // a. m.
    (b"a.\xa0m.", 0),          // a. m.
    (b"p.\xc2\xa0m.", 12),     // p. m.
    (b"p.\xa0m.", 12),         // p. m.
    (b"a.\xe2\x80\xafm.", 0),  // a. m.
    (b"p.\xe2\x80\xafm.", 12), // p. m.
    (b"a.m.", 0),
    (b"p.m.", 12),
    (b"vorm.", 0),
    (b"nachm.", 12),
];
