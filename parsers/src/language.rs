//! The language of a Java program, from the words of its levels and months.
//!
//! Level words as `Level.getLocalizedName()` returns them (equal from JDK 8 to 25), months as two-line logs print
//! them on JDK 8, 11 and 17; all in UTF-8. English level words are also those of the languages without their own.

/// A language: tag, level words, months, halves of the day. Newer runtimes write the months with a dot, which is
/// ignored.
type Language = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

const AM_PM: &[&str] = &["AM", "PM"];

const ENGLISH: &[&str] = &["SEVERE", "WARNING", "INFO", "CONFIG", "FINE", "FINER", "FINEST"];

const LANGUAGES: &[Language] = &[
    (
        "en",
        ENGLISH,
        &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"],
        AM_PM,
    ),
    (
        "it",
        &["GRAVE", "AVVERTENZA", "INFORMAZIONI", "CONFIGURAZIONE", "BUONO", "MIGLIORE", "OTTIMALE"],
        &["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
        AM_PM,
    ),
    (
        "fr",
        &["GRAVE", "AVERTISSEMENT", "INFOS", "CONFIG", "PRÉCIS", "PLUS PRÉCIS", "LE PLUS PRÉCIS"],
        &["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"],
        AM_PM,
    ),
    (
        "de",
        &["SCHWERWIEGEND", "WARNUNG", "INFORMATION", "KONFIGURATION", "FEIN", "FEINER", "AM FEINSTEN"],
        &[
            "Jan", "Feb", "Mär", "März", "Apr", "Mai", "Jun", "Juni", "Jul", "Juli", "Aug", "Sep", "Sept",
            "Okt", "Nov", "Dez",
        ],
        &["AM", "PM", "VORM.", "NACHM."],
    ),
    (
        "es",
        &["GRAVE", "ADVERTENCIA", "INFORMACIÓN", "CONFIGURAR", "DETALLADO", "MUY DETALLADO", "MÁS DETALLADO"],
        &["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "sept", "oct", "nov", "dic"],
        &["AM", "PM", "A. M.", "P. M.", "A.\u{a0}M.", "P.\u{a0}M."],
    ),
    (
        "pt-BR",
        &[
            "GRAVE",
            "ADVERTÊNCIA",
            "INFORMAÇÕES",
            "CONFIGURAÇÃO",
            "DETALHADO",
            "MAIS DETALHADO",
            "O MAIS DETALHADO",
        ],
        &["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
        AM_PM,
    ),
    (
        "pt-PT",
        ENGLISH,
        &["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"],
        &["AM", "PM", "DA MANHÃ", "DA TARDE"],
    ),
    (
        "zh-CN",
        &["严重", "警告", "信息", "配置", "详细", "较详细", "非常详细"],
        &["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
        &["上午", "下午"],
    ),
    (
        "zh-TW",
        &["嚴重", "警告", "資訊", "組態", "詳細", "較詳細", "最詳細"],
        &["一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月"],
        &["上午", "下午"],
    ),
    ("ja", &["重大", "警告", "情報", "構成", "普通", "詳細", "最も詳細"], &[], &["午前", "午後"]),
    ("ko", &["심각", "경고", "정보", "구성", "미세", "보다 미세", "가장 미세"], &[], &["오전", "오후"]),
    ("sv", &["ALLVARLIG", "VARNING", "INFO", "KONFIG", "FIN", "FINARE", "FINASTE"], &[], &["FM", "EM"]),
    (
        "ru",
        ENGLISH,
        &[
            "янв", "фев", "февр", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "сент", "окт", "ноя",
            "нояб", "дек",
        ],
        AM_PM,
    ),
    (
        "pl",
        ENGLISH,
        &["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
        AM_PM,
    ),
    (
        "nl",
        ENGLISH,
        &["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        &["AM", "PM", "A.M.", "P.M."],
    ),
    (
        "tr",
        ENGLISH,
        &["Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"],
        &["AM", "PM", "ÖÖ", "ÖS"],
    ),
    (
        "cs",
        ENGLISH,
        &[
            "Led", "Úno", "Bře", "Dub", "Kvě", "Čer", "Čvc", "Srp", "Zář", "Říj", "Lis", "Pro", "led", "úno",
            "bře", "dub", "kvě", "čvn", "čvc", "srp", "zář", "říj", "lis", "pro",
        ],
        &["DOP.", "ODP."],
    ),
];

/// Returns the language of all these words: its tag (`it`, `zh-CN`), or several (`es or fr`), English first if it is
/// one of them; `None` if no word is known.
///
/// `cyrillic` means that messages begin in Cyrillic: the level words of Russian are English.
pub fn language(words: &[&str], cyrillic: bool) -> Option<String> {
    let mut left: Option<Vec<&Language>> = None;
    for word in words {
        let month = word.strip_suffix('.').unwrap_or(word);
        let speaks = |(_, levels, months, halves): &&Language| {
            levels.contains(word) || months.contains(&month) || halves.contains(word)
        };
        let with: Vec<&Language> = LANGUAGES.iter().filter(speaks).collect();
        if with.is_empty() {
            continue;
        }
        left = Some(match left {
            None => with,
            Some(before) => {
                let both: Vec<&Language> =
                    before.iter().copied().filter(|one| with.iter().any(|other| one.0 == other.0)).collect();
                // a word of another language: a second program
                if both.is_empty() { before } else { both }
            }
        });
    }
    let tags: Vec<&str> = left?.iter().map(|(tag, ..)| *tag).collect();
    if tags.contains(&"ru") && cyrillic {
        return Some("ru".to_owned());
    }
    Some(match tags.as_slice() {
        ["en", ..] => "en".to_owned(),
        ["pt-BR", "pt-PT"] => "pt".to_owned(),
        ["zh-CN", "zh-TW"] => "zh".to_owned(),
        tags => tags.join(" or "),
    })
}

/// The Windows code page of a language, as a label; `None` for English, which fits any code page, and if the language
/// is not clear.
pub fn code_page_of(language: &str) -> Option<&'static str> {
    let mut pages = language.split(" or ").map(|tag| match tag {
        "it" | "fr" | "de" | "es" | "pt" | "pt-BR" | "pt-PT" | "nl" | "sv" => Some("windows-1252"),
        "pl" | "cs" => Some("windows-1250"),
        "ru" => Some("windows-1251"),
        "tr" => Some("windows-1254"),
        "zh-CN" => Some("gbk"),
        "zh-TW" => Some("big5"),
        "ja" => Some("shift_jis"),
        "ko" => Some("euc-kr"),
        _ => None,
    });
    let first = pages.next()??;
    pages.all(|page| page == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{code_page_of, language};

    #[test]
    fn words_tell_the_language() {
        for (words, tag) in [
            (&["INFORMAZIONI", "GRAVE"][..], "it"),
            (&["GRAVE"], "it or fr or es or pt-BR"),
            (&["GRAVE", "nov"], "it or fr or es or pt-BR"),
            (&["INFO", "SEVERE"], "en"),
            (&["INFO", "lis"], "pl or cs"),
            (&["AM", "INFO", "lis"], "pl"),
            (&["INFO", "paź", "lis"], "pl"),
            (&["INFO", "Lis"], "cs"),
            (&["INFO", "nov."], "pt-PT or nl"),
            (&["INFORMATION", "Nov"], "de"),
            (&["警告"], "zh-CN or zh-TW or ja"),
            (&["警告", "信息"], "zh-CN"),
            (&["警告", "INFO", "信息"], "zh-CN"),
            (&["정보"], "ko"),
        ] {
            assert_eq!(language(words, false).as_deref(), Some(tag), "{words:?}");
        }
        for (tag, page) in
            [("pl or cs", Some("windows-1250")), ("zh-TW", Some("big5")), ("en", None), ("zh-CN or ja", None)]
        {
            assert_eq!(code_page_of(tag), page, "{tag}");
        }
        assert_eq!(language(&["whatever"], false), None);
        assert_eq!(language(&["INFO"], true).as_deref(), Some("ru"));
    }
}
