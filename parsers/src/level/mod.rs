//! [`Level`]: severity of a message, from the words that loggers write.

mod words;

use serde::{Deserialize, Serialize};

/// Severity of a message: the eight levels of ECE (1 Fatal to 8 Trace), which cover those of every other logger, and
/// two for a missing or unknown level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// The word for the level is not known.
    Unknown,
    /// The message has no level.
    #[default]
    None,
}

impl Level {
    /// Number of levels: the length of an array indexed by [`Level::index`].
    pub const COUNT: usize = 10;

    /// All levels, most severe first.
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

    /// Position in [`Level::ALL`].
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

    /// The level of a level word: English in any case, or another language as java.util.logging writes it, in UTF-8
    /// or the code page of the language. [`Level::Unknown`] if the word is not known.
    ///
    /// The spelling of ECE's `Perf` and `DBquery` in a line is not published, hence any case.
    pub fn from_word(word: &[u8]) -> Level {
        // the usual spellings first, before case is ignored
        match word {
            b"INFO" => return Level::Info,
            b"ERROR" | b"SEVERE" => return Level::Error,
            b"WARN" | b"WARNING" => return Level::Warn,
            b"DEBUG" | b"FINE" => return Level::Debug,
            b"TRACE" => return Level::Trace,
            _ => {}
        }
        if let Some(level) = words::level(word).or_else(|| words::title_case(word)) {
            return level;
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
            Level::Unknown
        }
    }
}

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
            ("Grave", Level::Error),
            ("Avvertenza", Level::Warn),
            ("Informazioni", Level::Info),
            ("Información", Level::Info),
            ("Advertência", Level::Warn),
            ("Schwerwiegend", Level::Error),
            ("Am feinsten", Level::Trace),
            ("Gravel", Level::Unknown),
            ("gRAVE", Level::Unknown),
            ("", Level::Unknown),
        ] {
            assert_eq!(Level::from_word(word.as_bytes()), level, "{word}");
        }
        for (bytes, level) in [
            (&b"\xd1\xcf\xd6\xd8"[..], Level::Error), // 严重 in GBK
            (b"\xc4\x59\xad\xab", Level::Error),      // 嚴重 in Big5
            (b"\x8c\x78\x8d\x90", Level::Warn),       // 警告 in Shift_JIS
            (b"\xc1\xa4\xba\xb8", Level::Info),       // 정보 in EUC-KR
            (b"INFORMACI\xd3N", Level::Info),
            (b"Informaci\xf3n", Level::Info),
            (b"Pr\xe9cis", Level::Debug),
        ] {
            assert_eq!(Level::from_word(bytes), level);
        }
    }
}
