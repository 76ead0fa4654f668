//! [`Level`]: how grave a message is, from the words that loggers write.

/// How grave a message is. The eight of ECE (1 Fatal to 8 Trace), which hold those of every other logger, and two
/// for what a log does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// ECE level 1; `EMERG`, `CRITICAL` and the like elsewhere.
    Fatal,
    /// ECE level 2, the product's default; `SEVERE` of java.util.logging.
    Error,
    /// ECE level 3; `WARNING`.
    Warn,
    /// ECE level 4, needed for troubleshooting; `NOTICE`.
    Info,
    /// ECE level 5: measured times.
    Perf,
    /// ECE level 6: database queries.
    Dbquery,
    /// ECE level 7, needed for LDAP trouble; `CONFIG` and `FINE`.
    Debug,
    /// ECE level 8; `FINER` and `FINEST`.
    Trace,
    /// A level is written, in a word that is not known here.
    Unknown,
    /// The message carries no level.
    #[default]
    None,
}

impl Level {
    /// How many levels there are: the length of an array indexed by [`Level::index`].
    pub const COUNT: usize = 10;

    /// All levels, gravest first.
    pub const ALL: [Level; Level::COUNT] = [
        Level::Fatal,
        Level::Error,
        Level::Warn,
        Level::Info,
        Level::Perf,
        Level::Dbquery,
        Level::Debug,
        Level::Trace,
        Level::Unknown,
        Level::None,
    ];

    /// Place in [`Level::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Name in reports and JSON, lower case.
    pub fn name(self) -> &'static str {
        match self {
            Level::Fatal => "fatal",
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Perf => "perf",
            Level::Dbquery => "dbquery",
            Level::Debug => "debug",
            Level::Trace => "trace",
            Level::Unknown => "unknown",
            Level::None => "none",
        }
    }

    /// The level that an English level word means, in any case; [`Level::Unknown`] if it is none.
    ///
    /// The spelling of ECE's `Perf` and `DBquery` in a line is not published, hence any case.
    pub fn from_word(word: &[u8]) -> Level {
        // the spellings that fill real logs, before anything is folded
        match word {
            b"INFO" => return Level::Info,
            b"ERROR" | b"SEVERE" => return Level::Error,
            b"WARN" | b"WARNING" => return Level::Warn,
            b"DEBUG" | b"FINE" => return Level::Debug,
            b"TRACE" => return Level::Trace,
            _ => {}
        }
        let is = |words: &[&str]| words.iter().any(|w| word.eq_ignore_ascii_case(w.as_bytes()));
        if is(&["info", "information", "informational", "notice"]) {
            Level::Info
        } else if is(&["error", "severe", "err"]) {
            Level::Error
        } else if is(&["warn", "warning"]) {
            Level::Warn
        } else if is(&["fatal", "critical", "crit", "emerg", "emergency", "alert"]) {
            Level::Fatal
        } else if is(&["debug", "config", "fine"]) {
            Level::Debug
        } else if is(&["trace", "finer", "finest"]) {
            Level::Trace
        } else if is(&["perf"]) {
            Level::Perf
        } else if is(&["dbquery"]) {
            Level::Dbquery
        } else {
            let same = |(known, _): &&(&str, Level)| known.as_bytes() == word;
            LOCALISED.iter().find(same).map_or(Level::Unknown, |(_, level)| *level)
        }
    }
}

/// What java.util.logging calls its levels in other languages (`Level.getLocalizedName`, the same from JDK 8 to 25), in
/// UTF-8. Words that two languages use for different levels stand for the graver one: Chinese and Japanese differ on
/// 詳細.
const LOCALISED: &[(&str, Level)] = &[
    // severe: it fr es pt, de, zh-CN, zh-TW, ja, ko, sv
    ("GRAVE", Level::Error),
    ("SCHWERWIEGEND", Level::Error),
    ("严重", Level::Error),
    ("嚴重", Level::Error),
    ("重大", Level::Error),
    ("심각", Level::Error),
    ("ALLVARLIG", Level::Error),
    // warning: it, fr, de, es, pt, zh and ja, ko, sv
    ("AVVERTENZA", Level::Warn),
    ("AVERTISSEMENT", Level::Warn),
    ("WARNUNG", Level::Warn),
    ("ADVERTENCIA", Level::Warn),
    ("ADVERTÊNCIA", Level::Warn),
    ("警告", Level::Warn),
    ("경고", Level::Warn),
    ("VARNING", Level::Warn),
    // info: it, fr, es, pt, zh-CN, zh-TW, ja, ko; German says INFORMATION
    ("INFORMAZIONI", Level::Info),
    ("INFOS", Level::Info),
    ("INFORMACIÓN", Level::Info),
    ("INFORMAÇÕES", Level::Info),
    ("信息", Level::Info),
    ("資訊", Level::Info),
    ("情報", Level::Info),
    ("정보", Level::Info),
    // config
    ("CONFIGURAZIONE", Level::Debug),
    ("KONFIGURATION", Level::Debug),
    ("CONFIGURAR", Level::Debug),
    ("CONFIGURAÇÃO", Level::Debug),
    ("配置", Level::Debug),
    ("組態", Level::Debug),
    ("構成", Level::Debug),
    ("구성", Level::Debug),
    ("KONFIG", Level::Debug),
    // fine
    ("BUONO", Level::Debug),
    ("PRÉCIS", Level::Debug),
    ("FEIN", Level::Debug),
    ("DETALLADO", Level::Debug),
    ("DETALHADO", Level::Debug),
    ("详细", Level::Debug),
    ("詳細", Level::Debug),
    ("普通", Level::Debug),
    ("미세", Level::Debug),
    ("FIN", Level::Debug),
    // finer and finest
    ("MIGLIORE", Level::Trace),
    ("OTTIMALE", Level::Trace),
    ("PLUS PRÉCIS", Level::Trace),
    ("LE PLUS PRÉCIS", Level::Trace),
    ("FEINER", Level::Trace),
    ("AM FEINSTEN", Level::Trace),
    ("MUY DETALLADO", Level::Trace),
    ("MÁS DETALLADO", Level::Trace),
    ("MAIS DETALHADO", Level::Trace),
    ("O MAIS DETALHADO", Level::Trace),
    ("较详细", Level::Trace),
    ("非常详细", Level::Trace),
    ("較詳細", Level::Trace),
    ("最詳細", Level::Trace),
    ("最も詳細", Level::Trace),
    ("보다 미세", Level::Trace),
    ("가장 미세", Level::Trace),
    ("FINARE", Level::Trace),
    ("FINASTE", Level::Trace),
];

#[cfg(test)]
mod tests {
    use super::Level;

    #[test]
    fn every_level_has_its_own_place_and_name() {
        for (place, level) in Level::ALL.into_iter().enumerate() {
            assert_eq!(level.index(), place);
            if !matches!(level, Level::Unknown | Level::None) {
                assert_eq!(Level::from_word(level.name().as_bytes()), level, "its name is a word for it");
            }
        }
    }

    #[test]
    fn words_of_other_loggers() {
        for (word, level) in [
            ("SEVERE", Level::Error),
            ("CONFIG", Level::Debug),
            ("FINEST", Level::Trace),
            ("DBquery", Level::Dbquery),
            ("Perf", Level::Perf),
            ("GRAVE", Level::Error),
            ("AM FEINSTEN", Level::Trace),
            ("严重", Level::Error),
            ("grave", Level::Unknown),
            ("", Level::Unknown),
        ] {
            assert_eq!(Level::from_word(word.as_bytes()), level, "{word}");
        }
    }
}
